#include "data/tables/features.h"

#include <float.h>

#define COLUMN_KEY STRING_KEY(struct feature, column, NULL, "the column of the file")
#define FILL_MAX   ((double)FLT_MAX)

static const struct key number_keys[] = {
    COLUMN_KEY,
    REAL_KEY(struct feature, fill, "0", -FILL_MAX, FILL_MAX, "the value of a missing cell"),
    END_KEY};

static const struct key category_keys[] = {
    COLUMN_KEY, STRING_KEY(struct feature, value, NULL, "the text for which the feature is 1"),
    END_KEY};

static const struct key missing_keys[] = {COLUMN_KEY, END_KEY};

static const struct kind kinds[] = {
    {"number", "the number in the cell", sizeof(struct feature), number_keys, NULL},
    {"boolean", "1 for true or yes, 0 for false or no", sizeof(struct feature), number_keys, NULL},
    {"category", "1 for one text, 0 for others", sizeof(struct feature), category_keys, NULL},
    {"missing", "1 for a missing cell", sizeof(struct feature), missing_keys, NULL},
};

const struct kind *const features_kinds[] = {&kinds[0], &kinds[1], &kinds[2], &kinds[3], NULL};

const char *features_column(const struct dataset *d, int i) {
    const struct feature *f = d->features.count > 0 ? d->features.items[i].options : NULL;
    return f ? f->column : d->columns.items[i];
}

int features_columns(struct string_list *columns, const struct dataset *d, const char *path,
                     struct arena *a, struct error *e) {
    int n = 0;
    *columns = (struct string_list){0, arena_alloc(a, (size_t)d->columns.count, sizeof(char *))};
    for (int i = 0; i < d->columns.count && columns->items; i++) {
        const char *column = features_column(d, i);
        if (n == 0 || strcmp(columns->items[n - 1], column) != 0)
            columns->items[n++] = column;
    }
    columns->count = n;
    return columns->items ? 0 : error_memory(e, path);
}
