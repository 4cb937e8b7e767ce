/* Converts 8-bit images, or rows of a table, to a batch of floating-point numbers. */
#include "tensor/clones.h"
#include "train/evaluation.h"

#include <string.h>

/* 1/255 in two parts, since two multiplications are faster than a division. pixel * HIGH is exact,
 * as HIGH has 9 bits, and pixel * HIGH + pixel * LOW is the correctly rounded pixel / 255. */
#define HIGH ((real)0x1.01p-8)
#define LOW  ((real)(1.0 / 255 - 0x1.01p-8))

CLONED static void unit(const uint8_t *pixels, real *x, int n) {
    for (int i = 0; i < n; i++)
        x[i] = (real)pixels[i] * HIGH + (real)pixels[i] * LOW;
}

static void look_up(const real value[256], const uint8_t *pixels, real *x, int n) {
    for (int i = 0; i < n; i++)
        x[i] = value[pixels[i]];
}

static void gather_target(const struct sample_set *s, int sample, int k, const struct target *t) {
    int classes = t->y.cols;
    t->labels[k] = s->split->labels[sample];
    for (int j = 0; j < classes; j++)
        tensor_row(t->y, k)[j] = (real)dataset_target(s->split, sample, j, classes);
    if (t->teacher.data && s->split->teacher)
        memcpy(tensor_row(t->teacher, k), s->split->teacher + (size_t)sample * (size_t)classes,
               (size_t)classes * sizeof(real));
}

static void scale(const struct scaling *s, const float *values, real *x, int n) {
    for (int i = 0; i < n; i++)
        x[i] =
            s->means ? (real)(((double)values[i] - s->means[i]) / s->stddevs[i]) : (real)values[i];
}

enum { LINE = 64 }; /* bytes per cache line */

void batch_gather(const struct sample_set *s, const int *order, const int *next, int n,
                  struct tensor x, const struct target *t) {
    size_t size = (size_t)x.cols;
    const uint8_t *pixels = s->split->pixels;
    const float *values = s->split->values;
    bool is_unit = scaling_is_unit(s->scaling);
    for (int k = 0; k < n; k++) {
        for (size_t i = 0; next && pixels && i < size; i += LINE)
            __builtin_prefetch(pixels + (size_t)next[k] * size + i, 0, 2);
        if (values)
            scale(s->scaling, values + (size_t)order[k] * size, tensor_row(x, k), x.cols);
        else if (is_unit)
            unit(pixels + (size_t)order[k] * size, tensor_row(x, k), x.cols);
        else
            look_up(s->scaling->value, pixels + (size_t)order[k] * size, tensor_row(x, k), x.cols);
        gather_target(s, order[k], k, t);
    }
}
