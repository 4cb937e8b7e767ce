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
