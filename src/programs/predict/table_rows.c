#include "programs/predict/table_rows.h"
#include "data/tables/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the rows go through. */
struct rows {
    const struct prediction_output *p;
    struct encoder encoder;
    float *values; /* the features of the current row */
    bool *warned;  /* [sources] */
};

/* A text that the training did not have is no error, but no category either. */
static void warn(struct rows *w, const char *name, char *const *fields) {
    for (int i = 0; i < w->encoder.count; i++) {
        const struct source *s = &w->encoder.sources[i];
        if (s->unknown == 0 || w->warned[i])
            continue;
        fprintf(stderr,
                "warning: %s: \"%s\" is \"%.40s\", which does not occur in training; such cells "
                "count as none of the column's texts\n",
                name, s->column, fields[s->field]);
        w->warned[i] = true;
    }
}

/* The encoded row, as the only sample of a split. */
static int predict_row(struct rows *w, const char *name, char *const *fields, struct error *e) {
    int label = 0;
    struct split row = {.count = 1, .values = w->values, .labels = &label};
    warn(w, name, fields);
    return prediction_print(w->p, &row, name, NULL, e);
}

static int predict_record(struct rows *w, struct reader *r, struct error *e) {
    struct error why = {0};
    struct text name = {0};
    int wrong = encoder_run(&w->encoder, r->fields, &r->mark, w->values, &why), result;
    if (wrong >= 0) {
        const struct source *s = &w->encoder.sources[wrong];
        return reader_refuse(r, s->field, s->column, e, "%s", why.text);
    }
    text_printf(&name, "%s, line %ld", r->path, r->line);
    result = name.failed ? error_memory(e, r->path) : predict_row(w, name.data, r->fields, e);
    text_free(&name);
    return result;
}

static int predict_file(struct rows *w, const char *path, struct error *e) {
    const struct model_file_dataset *m = &w->p->model->dataset;
    struct data_expected expected = {
        .classes = m->classes, .columns = m->columns, .features = m->features};
    struct data_options from = w->p->model->config.data;
    struct columns c;
    struct arena a = {0};
    int found = 1;
    from.expected = &expected;
    if (columns_open(&c, path, &from, &a, e) != 0 ||
        match_columns(&c, &w->encoder, &from, false, e) != 0)
        found = -1;
    while (found > 0 && (found = columns_next(&c, e)) > 0)
        if (predict_record(w, &c.reader, e) != 0)
            found = -1;
    columns_close(&c);
    arena_free(&a);
    return found;
}

/* One row, with one argument for each column of the file that the model uses. */
static int predict_arguments(struct rows *w, char *const *arguments, struct error *e) {
    struct text name = {0};
    struct error why = {0};
    char mark = '.';
    int count = w->encoder.count;
    for (int i = 0; i < count; i++) {
        if (!arguments[i])
            return error_input(e,
                               "onehot predict: %s was trained on a table with %d columns; give "
                               "one value per column, or a file such as new.csv",
                               w->p->model->path, count);
        w->encoder.sources[i].field = i;
    }
    int wrong = encoder_run(&w->encoder, arguments, &mark, w->values, &why);
    if (wrong >= 0)
        return error_input(e, "onehot predict: the column \"%s\": %s",
                           w->encoder.sources[wrong].column, why.text);
    for (int i = 0; i < count; i++)
        text_printf(&name, "%s%s", i > 0 ? " " : "", arguments[i]);
    int result = name.failed ? error_memory(e, "the row") : predict_row(w, name.data, arguments, e);
    text_free(&name);
    return result;
}

int table_rows_predict(const struct prediction_output *p, char *const *arguments, struct error *e) {
    const struct model_file *f = p->model;
    const struct model_file_dataset *m = &f->dataset;
    struct rows w = {.p = p};
    struct arena a = {0};
    int result =
        encoder_make(&w.encoder, &m->columns, &m->features, f->config.data.missing, f->path, &a, e);
    w.values = arena_alloc(&a, (size_t)m->columns.count, sizeof *w.values);
    w.warned = arena_alloc(&a, (size_t)m->columns.count, sizeof *w.warned);
    if (result == 0 && (!w.values || !w.warned))
        result = error_memory(e, "the row");
    while (*arguments && result == 0)
        if (reader_takes(*arguments)) {
            result = predict_file(&w, *arguments++, e);
        } else {
            result = predict_arguments(&w, arguments, e);
            arguments += w.encoder.count;
        }
    arena_free(&a);
    return result;
}
