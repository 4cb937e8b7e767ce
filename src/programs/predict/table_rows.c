#include "programs/predict/table_rows.h"
#include "base/file.h"
#include "data/tables/csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One row, as the only sample of a split. */
static int predict_row(const struct prediction_output *p, float *values, const char *name,
                       struct error *e) {
    int label = 0;
    struct split row = {.count = 1, .values = values, .labels = &label};
    return prediction_print(p, &row, name, NULL, e);
}

/* Finds the field of the header for each column; the header may have more fields. */
static int find_columns(const struct csv *c, const struct string_list *columns, const char *model,
                        int *fields, struct error *e) {
    struct string_list header = {c->count, (const char **)c->fields};
    if (dataset_check_shape(&header, 1, c->count, 1, c->path, e) != 0)
        return -1;
    for (int i = 0; i < columns->count; i++) {
        fields[i] = -1;
        for (int k = 0; k < c->count; k++)
            if (strcmp(c->fields[k], columns->items[i]) == 0)
                fields[i] = k;
        if (fields[i] < 0)
            return error_input(e, "%s: has no column \"%s\", which %s needs", c->path,
                               columns->items[i], model);
    }
    return 0;
}

static int predict_file(const struct prediction_output *p, const char *path, float *values,
                        int *fields, struct error *e) {
    const struct string_list *columns = &p->model->dataset.columns;
    struct csv c;
    struct text name = {0};
    bool opened = csv_open(&c, path, e) == 0 && csv_header(&c, e) == 0 &&
                  find_columns(&c, columns, p->model->path, fields, e) == 0;
    int width = c.count, found = opened ? 1 : -1;
    while (found > 0 && (found = csv_row(&c, e)) > 0) {
        if (c.count != width)
            found = error_input(e, "%s: line %d: has %d fields, but the header has %d", path,
                                c.line, c.count, width);
        for (int i = 0; i < columns->count && found > 0; i++)
            if (csv_number(&c, fields[i], columns->items[i], &values[i], e) != 0)
                found = -1;
        text_free(&name);
        text_printf(&name, "%s, line %d", path, c.line);
        if (found > 0 &&
            (name.failed ? error_memory(e, path) : predict_row(p, values, name.data, e)) != 0)
            found = -1;
    }
    text_free(&name);
    csv_close(&c);
    return found;
}

static int predict_numbers(const struct prediction_output *p, char *const *arguments, float *values,
                           struct error *e) {
    const struct string_list *columns = &p->model->dataset.columns;
    struct text name = {0};
    int result = 0;
    for (int i = 0; i < columns->count; i++)
        if (!arguments[i])
            return error_input(e,
                               "onehot predict: %s was trained on a table with %d columns; give "
                               "one number per column, or a .csv file",
                               p->model->path, columns->count);
    for (int i = 0; i < columns->count && result == 0; i++) {
        char *end;
        values[i] = strtof(arguments[i], &end);
        if (end == arguments[i] || *end || !isfinite(values[i]))
            result = error_input(e, "onehot predict: \"%s\" is not a number for the column \"%s\"",
                                 arguments[i], columns->items[i]);
        text_printf(&name, "%s%s", i > 0 ? " " : "", arguments[i]);
    }
    if (result == 0)
        result = name.failed ? error_memory(e, "the row") : predict_row(p, values, name.data, e);
    text_free(&name);
    return result;
}

int table_rows_predict(const struct prediction_output *p, char *const *arguments, struct error *e) {
    int columns = p->model->dataset.columns.count, result = 0;
    float *values = calloc((size_t)columns, sizeof *values);
    int *fields = calloc((size_t)columns, sizeof *fields);
    if (!values || !fields)
        result = error_memory(e, "the row");
    while (*arguments && result == 0)
        if (file_has_suffix(*arguments, ".csv")) {
            result = predict_file(p, *arguments++, values, fields, e);
        } else {
            result = predict_numbers(p, arguments, values, e);
            arguments += columns;
        }
    free(values);
    free(fields);
    return result;
}
