#include "explain/output.h"

#include <math.h>

bool output_small(const struct quantity *q) {
    return tensor_size(q->value) <= OUTPUT_ELEMENTS;
}

bool output_complete(const struct quantity *q) {
    static const struct formula_style style = {.digits = 1, .terms = OUTPUT_TERMS};
    struct text ignored = {0};
    bool all = output_small(q) && q->by && formula_numbers(q, 0, &style, &ignored);
    text_free(&ignored);
    return all;
}

struct output_summary output_summary(const struct quantity *q) {
    struct output_summary s = {.least = INFINITY, .most = -INFINITY};
    double squares = 0;
    for (size_t i = 0; i < tensor_size(q->value); i++) {
        double x = (double)q->value.data[i];
        squares += x * x;
        s.least = fmin(s.least, x);
        s.most = fmax(s.most, x);
        s.zeros += x == 0;
        if (fabs(x) > fabs((double)q->value.data[s.largest]))
            s.largest = i;
    }
    s.norm = sqrt(squares);
    return s;
}

bool output_is_label(const struct step_shown *s, int i, int class) {
    const struct dataset *d = s->training->data;
    const struct split *split = &d->split[TRAIN];
    size_t sample = (size_t)s->samples[i], classes = (size_t)d->classes.count;
    return split->multi_label ? split->targets[sample * classes + (size_t) class] > 0
                              : split->labels[sample] == class;
}

void output_labels(const struct step_shown *s, int i,
                   void (*name)(struct text *t, const char *class), struct text *t) {
    const struct dataset *d = s->training->data;
    int count = 0;
    for (int c = 0; c < d->classes.count; c++)
        count += output_is_label(s, i, c);
    text_printf(t, "%s",
                count == 0                ? "no label"
                : !dataset_multi_label(d) ? "class "
                : count == 1              ? "label "
                                          : "labels ");
    for (int c = 0, before = 0; c < d->classes.count; c++)
        if (output_is_label(s, i, c)) {
            text_printf(t, "%s", before++ > 0 ? ", " : "");
            name(t, d->classes.items[c]);
        }
}
