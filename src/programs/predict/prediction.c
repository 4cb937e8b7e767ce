#include "programs/predict/prediction.h"
#include "programs/predict/attention.h"
#include "programs/show_picture.h"
#include "ui/terminal.h"

#include <stdio.h>

enum { MAX_BARS = 10 };

/* The classes, the most probable first; ties in the classes' order. */
static void rank(const real *p, int *order, int classes) {
    for (int c = 0; c < classes; c++) {
        int at = c;
        for (; at > 0 && p[order[at - 1]] < p[c]; at--)
            order[at] = order[at - 1];
        order[at] = c;
    }
}

/* "3, 7", the most probable first, or "none of them". */
static void print_classes(const struct model_file *s, const int *order) {
    const struct string_list *names = &s->dataset.classes;
    int count = 0;
    for (int i = 0; i < names->count; i++)
        if (model_predicts(s->model, 0, order[i]))
            printf("%s%s", count++ > 0 ? ", " : "", names->items[order[i]]);
    printf("%s\n", count == 0 ? "none of them" : "");
}

static void print(const struct model_file *s, const char *name, const struct picture *picture,
                  const int *order) {
    const struct string_list *names = &s->dataset.classes;
    printf("%s: ", name);
    print_classes(s, order);
    if (picture)
        show_picture(picture);
    for (int i = 0; i < names->count && i < MAX_BARS; i++) {
        int c = order[i];
        double probability = (double)s->model->p.data[c];
        terminal_text(names->items[c], 12);
        putchar(' ');
        terminal_bar(probability, 30);
        printf(" %6.2f %%", 100 * probability);
        if (s->model->multi_label)
            printf(model_predicts(s->model, 0, c) ? "  yes" : "  no");
        putchar('\n');
    }
}

/* Numbers by name. */
static void write_numbers(const char *key, const struct string_list *names, const float *values,
                          struct json *j) {
    json_open(j, key, '{');
    for (int i = 0; i < names->count; i++)
        json_number(j, names->items[i], (double)values[i]);
    json_close(j, '}');
}

static void write(const struct prediction_output *p, const char *name, const float *row) {
    const struct model_file *s = p->model;
    const struct string_list *names = &s->dataset.classes;
    struct json *j = p->j;
    json_open(j, NULL, '{');
    if (row)
        write_numbers("row", &s->dataset.columns, row, j);
    else
        json_string(j, "picture", name);
    if (s->model->multi_label) {
        json_open(j, "classes", '[');
        for (int c = 0; c < names->count; c++)
            if (model_predicts(s->model, 0, c))
                json_string(j, NULL, names->items[c]);
        json_close(j, ']');
    } else {
        json_string(j, "class", names->items[p->order[0]]);
    }
    write_numbers("probabilities", names, s->model->p.data, j);
    if (p->attention)
        attention_json(s->model, j);
    json_close(j, '}');
}

int prediction_print(const struct prediction_output *p, const struct split *sample,
                     const char *name, const struct picture *picture, struct error *e) {
    int zero = 0;
    struct model *m = p->model->model;
    struct pass pass = {.rows = 1};
    struct sample_set one = {sample, &p->model->scaling, 1, &zero};
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &pass);
    model_loss(m, &pass);
    if (model_not_finite(m, 1) >= 0)
        return error_run(e, "%s: the model's output is not finite for %s", p->model->path, name);
    rank(m->p.data, p->order, p->model->dataset.classes.count);
    if (p->j) {
        write(p, name, sample->values);
        return 0;
    }
    print(p->model, name, picture, p->order);
    return p->attention ? attention_print(m, e) : 0;
}
