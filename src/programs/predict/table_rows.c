#include "data/tables/columns.h"
#include "programs/predict/predict.h"

int table_rows_open(struct predict *p, struct error *e) {
    const struct dataset *x = &p->model->dataset;
    struct columns *c = &p->given;
    struct string_list names;
    p->from = p->model->config.data;
    p->from.expected = x;
    *c = (struct columns){.from = &p->from,
                          .reader = {.path = "onehot predict", .mark = '.'},
                          .arena = &p->batch.arena};
    return features_columns(&names, x, c->reader.path, c->arena, e) == 0 &&
                   columns_rename(c, &names, e) == 0
               ? encoder_set(c, x, p->model->path, e)
               : -1;
}

/* Predicts the current row. Its id is the cell in the column `id`, or its number for -1. */
static int predict_row(struct predict *p, struct columns *c, const char *name, int id,
                       struct error *e) {
    struct error why = {0};
    char number[32];
    float *row = p->batch.split[TEST].values + (size_t)p->set.count * (size_t)p->batch.width;
    snprintf(number, sizeof number, "%lld", ++p->rows);
    if (encoder_run(c, row, &why) != 0)
        return batch_refuse(p, &why, e);
    for (struct column *k = c->items; k < c->items + c->count; k++) {
        if (k->unknown == 0 || k->warned)
            continue;
        fprintf(stderr,
                "warning: %s: \"%s\" is \"%.40s\", which does not occur in training; such cells "
                "count as none of the column's texts\n",
                name, k->name, c->reader.fields[k - c->items]);
        k->warned = true;
    }
    return batch_add(p, name, id < 0 ? number : c->reader.fields[id], e);
}

/* Returns the column that has the first title of --columns, or -1, which it notes. Also notes that
 * the file has no header. */
static int find_id(const struct predict *p, const struct columns *c) {
    const char *path = c->reader.path, *titles = p->o->columns ? p->o->columns : "";
    char id[DICTIONARY_MAX_TEXT];
    snprintf(id, sizeof id, "%.*s", (int)strcspn(titles, ","), titles);
    int at = *id ? dictionary_find(&c->names, id) : -1;
    if (*id && at < 0)
        fprintf(stderr, "note: %s: has no column \"%s\", so its rows are numbered from %lld\n",
                path, id, p->rows + 1);
    if (!c->header && strcmp(p->given.items[0].name, "c0") != 0)
        fprintf(stderr, "note: %s: has no header; its columns are assumed to be %s\n", path,
                notes_list(c, LIST_ALL));
    return at;
}

int table_rows_take(struct predict *p, const char *path, struct error *e) {
    SCOPED(arena) a = {0};
    SCOPED(columns) c = {0};
    struct error why = {0};
    int result = 0, found = -1;
    if (columns_open(&c, path, &p->from, &a, &why) == 0 && choose_expected(&c, false, &why) == 0) {
        int id = find_id(p, &c);
        while (result == 0 && (found = columns_next(&c, &why)) > 0) {
            char name[FILE_PATH];
            snprintf(name, sizeof name, "%s, line %ld", path, c.reader.line);
            result = predict_row(p, &c, name, id, e);
        }
    }
    return found < 0 ? batch_refuse(p, &why, e) : result;
}

int table_rows_values(struct predict *p, char **arguments, struct error *e) {
    SCOPED(text) name = {0};
    struct columns *c = &p->given;
    for (int i = 0; i < c->count; i++) {
        if (!arguments[i])
            return error_input(e,
                               "onehot predict: %s was trained on a table with the column%s %s; "
                               "give one value per column, or a file such as new.csv",
                               p->model->path, c->count == 1 ? "" : "s", notes_list(c, LIST_ALL));
        text_printf(&name, "%s%s", i > 0 ? " " : "", arguments[i]);
    }
    c->reader.fields = arguments;
    return name.failed ? error_memory(e, "the row") : predict_row(p, c, name.data, -1, e);
}
