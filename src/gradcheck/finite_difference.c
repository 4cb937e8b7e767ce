#include "gradcheck/finite_difference.h"
#include "base/rng.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double H = 3e-5;

/* The central difference over one element. Returns false if it would cross a kink. */
static bool differentiate(const struct finite_difference *d, real *t, double *numerical) {
    real before = *t;
    *t = before + (real)H;
    double above = d->f(d->context), width = (double)*t;
    uint64_t piece = d->piece ? d->piece(d->context) : 0;
    *t = before - (real)H;
    double below = d->f(d->context);
    width -= (double)*t; /* the rounded 2h */
    bool smooth = !d->piece || d->piece(d->context) == piece;
    *t = before;
    *numerical = (above - below) / width;
    return smooth;
}

static double relative_error(double b, double d, double floor) {
    double size = fmax(fmax(fabs(b), fabs(d)), floor);
    return !isfinite(b) || !isfinite(d) ? (double)INFINITY : size > 0 ? fabs(b - d) / size : 0;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int finite_difference_check(const struct finite_difference *d, struct tensor value,
                            const real *grad, struct finite_difference_result *r, struct error *e) {
    size_t size = tensor_size(value),
           n = (size_t)d->max_tested < size ? (size_t)d->max_tested : size;
    double *errors = calloc(n > 0 ? n : 1, sizeof *errors);
    if (!errors)
        return error_memory(e, "the differences");
    double largest = 0;
    *r = (struct finite_difference_result){.max_error = NAN, .median_error = NAN};
    for (size_t i = 0; i < size; i++) {
        r->nonzero += grad[i] != 0;
        largest = fmax(largest, fabs((double)grad[i]));
    }
    double floor = fmax(largest / 100, 1e-6 * fabs(d->f(d->context)));

    /* The tensor is cut into n ranges of about equal size; one element of each is drawn. */
    size_t nerrors = 0;
    struct rng rng = rng_stream(d->seed, RNG_CHECK, 0);
    for (size_t k = 0; k < n; k++) {
        size_t first = size / n * k + size % n * k / n;
        size_t end = size / n * (k + 1) + size % n * (k + 1) / n;
        size_t i = first + rng_below(&rng, (uint32_t)(end - first));
        double numerical;
        if (!differentiate(d, &value.data[i], &numerical)) {
            r->kinks++;
            continue;
        }
        double error = relative_error((double)grad[i], numerical, floor);
        r->tested++;
        if (grad[i] != 0 || numerical != 0)
            errors[nerrors++] = error;
        if (r->tested == 1 || error > (1 + 1e-6) * r->max_error) {
            r->max_error = error;
            r->worst = i;
            r->backward = (double)grad[i];
            r->numerical = numerical;
        }
    }
    qsort(errors, nerrors, sizeof *errors, compare);
    if (nerrors > 0)
        r->median_error = errors[nerrors / 2];
    free(errors);
    return 0;
}
