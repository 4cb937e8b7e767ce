#include "gradcheck/difference.h"
#include "base/rng.h"

#include <math.h>
#include <stdlib.h>

static const double H = 3e-5;

/* f on both sides of an element; whether there is no kink between them. */
static bool smooth(const struct difference *d, real *t, double *numerical) {
    real was = *t;
    *t = was + (real)H;
    double above = d->f(d->context), width = (double)*t;
    uint64_t side = d->side ? d->side(d->context) : 0;
    *t = was - (real)H;
    double below = d->f(d->context);
    width -= (double)*t; /* 2h as it was rounded */
    bool same = !d->side || d->side(d->context) == side;
    *t = was;
    *numerical = (above - below) / width;
    return same;
}

static double relative(double b, double n, double floor) {
    double size = fmax(fmax(fabs(b), fabs(n)), floor);
    return !isfinite(b) || !isfinite(n) ? (double)INFINITY : size > 0 ? fabs(b - n) / size : 0;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int difference_measure(const struct difference *d, struct tensor value, const real *grad,
                       struct difference_result *r, struct error *e) {
    size_t size = tensor_size(value), count = size < (size_t)d->most ? size : (size_t)d->most;
    double *errors = calloc(count > 0 ? count : 1, sizeof *errors);
    if (!errors)
        return error_memory(e, "the differences");
    double size_of_grad = 0;
    *r = (struct difference_result){.largest = NAN, .median = NAN};
    for (size_t i = 0; i < size; i++) {
        r->alive += grad[i] != 0;
        size_of_grad = fmax(size_of_grad, fabs((double)grad[i]));
    }
    double floor = fmax(size_of_grad / 100, 1e-6 * fabs(d->f(d->context)));

    /* One element, drawn by the seed, of each of `count` stretches that together are all. */
    size_t telling = 0; /* of those tested, the elements that are not 0 either way */
    struct rng rng = rng_stream(d->seed, RNG_CHECK, 0);
    for (size_t k = 0; k < count; k++) {
        size_t first = size / count * k + size % count * k / count;
        size_t next = size / count * (k + 1) + size % count * (k + 1) / count;
        size_t i = first + rng_below(&rng, (uint32_t)(next - first));
        double numerical;
        if (!smooth(d, &value.data[i], &numerical)) {
            r->kinks++;
            continue;
        }
        double error = relative((double)grad[i], numerical, floor);
        r->tested++;
        if (grad[i] != 0 || numerical != 0)
            errors[telling++] = error;
        if (r->tested == 1 || error > (1 + 1e-6) * r->largest) { /* of about equals, the first */
            r->largest = error;
            r->at = i;
            r->backward = (double)grad[i];
            r->numerical = numerical;
        }
    }
    qsort(errors, telling, sizeof *errors, by_size);
    if (telling > 0)
        r->median = errors[telling / 2];
    free(errors);
    return 0;
}
