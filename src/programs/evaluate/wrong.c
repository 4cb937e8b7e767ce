#include "programs/evaluate/wrong.h"
#include "ui/command.h"
#include "ui/terminal.h"

#include <stdio.h>

enum { NAME = 12 }; /* the characters of a class's column */

/* Whether sample i has this class, or is predicted to have it. */
static bool has(const struct wrong *w, int i, int class, bool predicted) {
    const struct split *s = w->samples->split;
    int sample = w->samples->order[i], classes = w->data->classes.count;
    size_t at = (size_t)i * (size_t)classes + (size_t) class;
    if (!w->model->multi_label)
        return (predicted ? w->v->predictions[i].predicted : s->labels[sample]) == class;
    return predicted ? w->v->probabilities[at] >= w->model->threshold
                     : dataset_target(s, sample, class, classes) > 0;
}

/* "3, 7" in the width of a column. */
static void print_classes(const struct wrong *w, int i, bool predicted) {
    char list[4 * NAME + 8] = "";
    size_t n = 0;
    for (int c = 0; c < w->data->classes.count && n < sizeof list; c++)
        if (has(w, i, c, predicted))
            n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n > 0 ? ", " : "",
                                  w->data->classes.items[c]);
    terminal_text(n > 0 ? list : "none", NAME);
}

int wrong_print(const struct wrong *w, struct error *e) {
    bool multi_label = w->model->multi_label;
    struct text where = {0};
    printf("\nmisclassified, in the order of the data\n%s  actual        predicted     sample\n",
           multi_label ? "       loss" : "probability");
    for (int i = 0; i < w->samples->count; i++) {
        const struct prediction *p = &w->v->predictions[i];
        if (!p->wrong)
            continue;
        printf(multi_label ? "%11.4f  " : "%9.2f %%  ",
               multi_label ? (double)p->loss : 100 * (double)p->confidence);
        print_classes(w, i, false);
        printf("  ");
        print_classes(w, i, true);
        printf("  ");
        where.size = 0;
        dataset_origin(w->data, w->samples->split, w->samples->order[i], &where);
        printf("%s\n", where.failed ? "" : where.data);
    }
    int result = where.failed ? error_memory(e, "the list") : 0;
    text_free(&where);
    return result;
}

static void write_classes(const struct wrong *w, int i, bool predicted, struct json *j) {
    bool list = w->model->multi_label;
    const char *key = predicted ? "predicted" : "actual";
    if (list)
        json_open(j, key, '[');
    for (int c = 0; c < w->data->classes.count; c++)
        if (has(w, i, c, predicted))
            json_string(j, list ? NULL : key, w->data->classes.items[c]);
    if (list)
        json_close(j, ']');
}

void wrong_json(const struct wrong *w, struct json *j) {
    const struct split *s = w->samples->split;
    json_open(j, "wrong", '[');
    for (int i = 0; i < w->samples->count; i++) {
        const struct prediction *p = &w->v->predictions[i];
        int sample = w->samples->order[i];
        if (!p->wrong)
            continue;
        json_open(j, NULL, '{');
        json_int(j, "index", sample);
        if (s->files || s->lines)
            json_string(j, "file", s->files ? s->files[sample] : s->table);
        if (s->lines)
            json_int(j, "line", s->lines[sample]);
        write_classes(w, i, false, j);
        write_classes(w, i, true, j);
        if (!w->model->multi_label)
            json_number(j, "probability", (double)p->confidence);
        json_number(j, "loss", (double)p->loss);
        json_close(j, '}');
    }
    json_close(j, ']');
}
