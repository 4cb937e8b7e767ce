#include "explain/output.h"
#include "ui/terminal.h"

#include <math.h>

bool output_complete(const struct quantity *q) {
    static const struct style style = {.digits = 1, .terms = OUTPUT_TERMS};
    struct text ignored = {0};
    bool small = tensor_size(q->value) <= OUTPUT_ELEMENTS;
    bool complete = small && q->formula && formula_write(q, 0, true, &style, &ignored);
    text_free(&ignored);
    return complete;
}

size_t output_largest(const struct quantity *q) {
    size_t largest = 0;
    for (size_t i = 1; i < tensor_size(q->value); i++)
        if (fabs((double)q->value.data[i]) > fabs((double)q->value.data[largest]))
            largest = i;
    return largest;
}

void output_summary(const struct output *o, const struct quantity *q, struct text *t) {
    double squares = 0, min = INFINITY, max = -INFINITY;
    long long zero = 0;
    int digits = o->style.digits;
    for (size_t i = 0; i < tensor_size(q->value); i++) {
        double x = (double)q->value.data[i];
        squares += x * x;
        min = fmin(min, x);
        max = fmax(max, x);
        zero += x == 0;
    }
    text_printf(t, "norm %s, from %s to %s, %s of %s are 0",
                formula_number(sqrt(squares), digits).text, formula_number(min, digits).text,
                formula_number(max, digits).text, terminal_count(zero),
                terminal_count((long long)tensor_size(q->value)));
}

bool output_grid(const struct output *o, const struct quantity *q, struct html_grid *g) {
    const struct dataset *d = o->trace->training->data;
    struct tensor t = q->value;
    int pixels = d->height > 1 && d->width > 1 ? d->height * d->width * d->channels : 0;
    bool weights = t.rows == pixels, picture = weights || t.cols == pixels;
    *g = picture
             ? (struct html_grid){d->width, d->height, d->channels, weights ? t.cols : 1, t.data}
             : (struct html_grid){t.cols, t.rows, 1, 1, t.data};
    return picture;
}

void output_formula(const struct output *o, const struct quantity *q, size_t i, struct text *t) {
    text_printf(t, "%s = ", formula_element(q, i).text);
    (void)formula_write(q, i, true, &o->style, t);
    text_printf(t, " = %s", formula_link(q, i, false, &o->style).text);
}
