#include "programs/predict/table_rows.h"
#include "data/tables/choose.h"
#include "data/tables/encoder.h"

#include <stdio.h>
#include <string.h>

/* What the rows go through. */
struct rows {
    const struct prediction_output *p;
    struct data_options from;
    struct data_expected expected;
    float *values; /* the features of the current row */
};

/* A text that the training did not have is no error, but no category either. */
static void warn(struct columns *c, const char *name) {
    for (int i = 0; i < c->count; i++) {
        struct column *k = &c->items[i];
        if (k->unknown == 0 || k->warned)
            continue;
        fprintf(stderr,
                "warning: %s: \"%s\" is \"%.40s\", which does not occur in training; such cells "
                "count as none of the column's texts\n",
                name, k->name, c->reader.fields[i]);
        k->warned = true;
    }
}

/* Predicts the current row, as the only sample of a split. */
static int predict_row(struct rows *w, struct columns *c, struct text *name, struct error *e) {
    int label = 0, result = -1;
    struct split row = {.count = 1, .values = w->values, .labels = &label};
    if (name->failed)
        result = error_memory(e, "the row");
    else if (encoder_run(c, w->values, e) == 0) {
        warn(c, name->data);
        result = prediction_print(w->p, &row, name->data, NULL, e);
    }
    text_free(name);
    return result;
}

static int predict_file(struct rows *w, const char *path, struct error *e) {
    struct columns c;
    struct arena a = {0};
    int found =
        columns_open(&c, path, &w->from, &a, e) == 0 && choose_expected(&c, false, e) == 0 ? 1 : -1;
    while (found > 0 && (found = columns_next(&c, e)) > 0) {
        struct text name = {0};
        text_printf(&name, "%s, line %ld", path, c.reader.line);
        if (predict_row(w, &c, &name, e) != 0)
            found = -1;
    }
    columns_close(&c);
    arena_free(&a);
    return found;
}

/* The columns of rows that are given as arguments: those that the model uses. */
static int make_columns(struct rows *w, struct columns *c, struct arena *a, struct error *e) {
    const struct data_expected *x = &w->expected;
    struct string_list names;
    *c = (struct columns){
        .from = &w->from, .reader = {.path = "onehot predict", .mark = '.'}, .arena = a};
    return features_columns(&names, &x->columns, &x->features, c->reader.path, a, e) == 0 &&
                   columns_rename(c, &names, e) == 0
               ? encoder_set(c, &x->columns, &x->features, w->p->model->path, e)
               : -1;
}

static int predict_arguments(struct rows *w, struct columns *c, char *const *arguments,
                             struct error *e) {
    struct text name = {0};
    for (int i = 0; i < c->count; i++) {
        if (!arguments[i]) {
            text_free(&name);
            return error_input(e,
                               "onehot predict: %s was trained on a table with %d columns; give "
                               "one value per column, or a file such as new.csv",
                               w->p->model->path, c->count);
        }
        text_printf(&name, "%s%s", i > 0 ? " " : "", arguments[i]);
    }
    c->reader.fields = (char **)arguments;
    return predict_row(w, c, &name, e);
}

int table_rows_predict(const struct prediction_output *p, char *const *arguments, struct error *e) {
    const struct model_file *f = p->model;
    struct rows w = {p, f->config.data, model_file_dataset_expected(&f->dataset), NULL};
    struct columns given;
    struct arena a = {0};
    w.from.expected = &w.expected;
    w.values = arena_alloc(&a, (size_t)w.expected.columns.count, sizeof *w.values);
    int result = w.values ? make_columns(&w, &given, &a, e) : error_memory(e, "the row");
    while (*arguments && result == 0)
        if (reader_takes(*arguments)) {
            result = predict_file(&w, *arguments++, e);
        } else {
            result = predict_arguments(&w, &given, arguments, e);
            arguments += given.count;
        }
    arena_free(&a);
    return result;
}
