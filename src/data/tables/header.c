/* The first record is a header if it has the name of a label column, or of all columns that the
 * trained model uses. Otherwise the columns decide:
 *
 *   - if one is text in the first record and numbers below it, that is a header;
 *   - else, if there is a number in the first record, it is data;
 *   - else all is text: it is data if half of its cells occur again below, as categories do. */
#include "data/tables/header.h"
#include "data/tables/cell.h"
#include "data/tables/features.h"

#include <stdlib.h>
#include <string.h>

enum { RECORDS = 100 };

/* How many cells of a column, below its first, are numbers, are neither that nor missing, or equal
 * the first. */
struct below {
    int numbers, others, same;
};

static bool contains(const struct string_list *list, const char *name, size_t length) {
    for (int i = 0; i < list->count; i++)
        if (strncmp(list->items[i], name, length) == 0 && list->items[i][length] == '\0')
            return true;
    return false;
}

static bool has_label(const struct string_list *first, const char *label) {
    if (label[strspn(label, "-0123456789,")] == '\0') /* positions, not names */
        return false;
    if (contains(first, label, strlen(label)))
        return true;
    for (size_t n; *label; label += n + (label[n] == ',')) {
        n = strcspn(label, ",");
        if (contains(first, label, n))
            return true;
    }
    return false;
}

static bool has_columns(const struct string_list *first, const struct data_expected *x) {
    for (int i = 0; x && i < x->columns.count; i++) {
        const char *name = features_column(&x->columns, &x->features, i);
        if (!contains(first, name, strlen(name)))
            return false;
    }
    return x != NULL;
}

static bool decide(const struct string_list *first, const struct below *below) {
    int numbers = 0, same = 0;
    for (int i = 0; i < first->count; i++) {
        char mark = '\0';
        enum cell_kind kind = cell_read(first->items[i], &mark).kind;
        if (kind != CELL_NUMBER && kind != CELL_MISSING && below[i].numbers > 0 &&
            below[i].others == 0)
            return true;
        numbers += kind == CELL_NUMBER;
        same += below[i].same > 0;
    }
    return numbers == 0 && 2 * same < first->count;
}

static void compare(const struct reader *r, const struct string_list *first, struct below *below) {
    for (int i = 0; i < r->count && i < first->count; i++) {
        char mark = '\0';
        enum cell_kind kind = cell_read(r->fields[i], &mark).kind;
        below[i].numbers += kind == CELL_NUMBER;
        below[i].others += kind == CELL_BOOLEAN || kind == CELL_TEXT;
        below[i].same += strcmp(r->fields[i], first->items[i]) == 0;
    }
}

int header_detect(struct reader *r, const struct string_list *first,
                  const struct data_options *from, bool *header, int *width, struct error *e) {
    struct below *below = calloc((size_t)first->count, sizeof *below);
    int found = 1;
    *width = 0;
    if (!below)
        return error_memory(e, r->path);
    for (int i = 0; i < RECORDS && (found = reader_next(r, e)) > 0; i++) {
        compare(r, first, below);
        if (i == 0 && *r->fields[r->count - 1]) /* no comma at the end of each line */
            *width = r->count;
    }
    *header = from->header == HEADER_YES ||
              (from->header == HEADER_AUTO &&
               (has_label(first, from->label) || has_columns(first, from->expected) ||
                decide(first, below)));
    free(below);
    return found < 0 ? -1 : 0;
}
