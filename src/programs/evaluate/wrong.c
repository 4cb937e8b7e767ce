#include "programs/evaluate/evaluate.h"
#include "ui/terminal.h"

#include <stdio.h>

/* Prints the column of a class, or of several. */
static void print_classes(const struct trained *t, bool predicted) {
    struct text list = {0};
    evaluation_names(t->file->model, &t->data->classes, predicted, &list);
    terminal_text(list.data ? list.data : "", 12);
    printf("  ");
    text_free(&list);
}

static void print(const struct trained *t, const struct split *s, int sample,
                  const struct prediction *p) {
    struct text where = {0};
    if (t->file->model->multi_label)
        printf("%11.4f  ", (double)p->loss);
    else
        printf("%9.2f %%  ", 100 * (double)p->confidence);
    print_classes(t, false);
    print_classes(t, true);
    dataset_origin(t->data, s, sample, &where);
    printf("%s\n", where.data ? where.data : "");
    text_free(&where);
}

static void write_classes(const struct trained *t, bool predicted, struct json *j) {
    const struct model *m = t->file->model;
    const char *key = predicted ? "predicted" : "actual";
    if (m->multi_label)
        json_open(j, key, '[');
    for (int c = 0; c < t->data->classes.count; c++)
        if (predicted ? model_predicts(m, 0, c) : model_labelled(m, 0, c))
            json_string(j, m->multi_label ? NULL : key, t->data->classes.items[c]);
    if (m->multi_label)
        json_close(j, ']');
}

static void write(const struct trained *t, const struct split *s, int sample,
                  const struct prediction *p, struct json *j) {
    const char *file = s->files ? s->files[sample] : s->table;
    json_add(j, "{ index=%d", sample);
    if (file)
        json_string(j, "file", file);
    if (s->table)
        json_int(j, "line", s->lines[sample]);
    write_classes(t, false, j);
    write_classes(t, true, j);
    if (!t->file->model->multi_label)
        json_number(j, "probability", (double)p->confidence);
    json_add(j, "loss=%g }", (double)p->loss);
}

void wrong_write(const struct trained *t, const struct sample_set *samples,
                 const struct evaluation *v, struct json *j) {
    if (j)
        json_open(j, "wrong", '[');
    else
        printf("\nmisclassified, in the order of the data\n"
               "%11s  actual        predicted     sample\n",
               t->file->model->multi_label ? "loss" : "probability");
    for (int i = 0; i < v->count; i++) {
        struct sample_set one = {samples->split, samples->scaling, 1, &samples->order[i]};
        struct evaluation again = {0}; /* for the predicted labels, which stay in the model */
        if (!v->predictions[i].wrong)
            continue;
        evaluation_run(&again, t->file->model, &one, NULL);
        if (j)
            write(t, one.split, samples->order[i], &v->predictions[i], j);
        else
            print(t, one.split, samples->order[i], &v->predictions[i]);
    }
    if (j)
        json_close(j, ']');
}
