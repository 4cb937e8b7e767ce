/* Converts 8-bit images, or rows of a table, to a batch of floating-point numbers or of lists. */
#include "tensor/clones.h"
#include "tensor/kernel.h"
#include "train/evaluation.h"

/* 1/255 in two parts, since two multiplications are faster than a division. pixel * HIGH is exact,
 * as HIGH has 9 bits, and pixel * HIGH + pixel * LOW is the correctly rounded pixel / 255. */
#define HIGH ((real)0x1.01p-8)
#define LOW  ((real)(1.0 / 255 - 0x1.01p-8))

CLONED static void unit(const uint8_t *pixels, real *x, int n) {
    for (int i = 0; i < n; i++)
        x[i] = (real)pixels[i] * HIGH + (real)pixels[i] * LOW;
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

/* Converts the sample to x, which has n features, distorted if `scratch` is not NULL. */
static void gather_sample(const struct sample_set *s, struct augment_scratch *scratch, int sample,
                          real *x, int n) {
    const struct split *split = s->split;
    size_t at = (size_t)sample * (size_t)n;
    if (split->values) {
        scale(s->scaling, split->values + at, x, n);
        if (scratch)
            augment_values(s->augment, sample, x, n);
        return;
    }
    const uint8_t *pixels = split->pixels + at;
    if (scratch)
        pixels = augment_image(s->augment, scratch, sample, pixels);
    if (scaling_is_unit(s->scaling))
        unit(pixels, x, n);
    else
        for (int i = 0; i < n; i++)
            x[i] = s->scaling->value[pixels[i]];
}

enum { LINE = 64 }; /* bytes per cache line */

void batch_gather(const struct sample_set *s, const int *order, const int *next, int n,
                  struct tensor x, const struct target *t) {
    size_t size = (size_t)x.cols;
    const uint8_t *pixels = s->split->pixels;
    struct augment_scratch *scratch = s->augment ? augment_begin(s->augment) : NULL;
    for (int k = 0; k < n; k++) {
        for (size_t i = 0; next && pixels && i < size; i += LINE)
            __builtin_prefetch(pixels + (size_t)next[k] * size + i, 0, 2);
        if (next) /* labels are small, but no cache is sure to hold them */
            __builtin_prefetch(&s->split->labels[next[k]]);
        gather_sample(s, scratch, order[k], tensor_row(x, k), x.cols);
        gather_target(s, order[k], k, t);
    }
    if (scratch)
        augment_end(scratch);
}

struct pair *batch_pairs(const struct sample_set *s, const struct model *m, struct arena *a) {
    enum { SAMPLES = 1000, MOST_ROWS = 4096 /* 17 MB of lists */ };
    const struct layer *first = m->layers;
    const uint8_t *pixels = s->split->pixels;
    size_t found = 0, all = (size_t)(s->count < SAMPLES ? s->count : SAMPLES) * (size_t)first->in;
    if (!kernel_gemm()->pair || first->type != &linear_layer || first->out > GEMM_FEW ||
        first->in > GEMM_PAIR || first->in % GEMM_GROUP != 0 || m->rows > MOST_ROWS || !pixels ||
        s->augment || s->scaling->value[0] != 0)
        return NULL;
    for (size_t i = 0; i < all; i++)
        found += pixels[i] != 0;
    return 3 * found < all ? arena_alloc(a, (size_t)m->rows, sizeof(struct pair)) : NULL;
}

void batch_fill(const struct sample_set *s, const int *order, const int *next, int n,
                struct model *m, int first) {
    struct target t = target_rows(&m->target, first, n);
    if (!m->pairs) {
        batch_gather(s, order, next, n, tensor_rows(m->act[0], first, n), &t);
        return;
    }
    const uint8_t *pixels = s->split->pixels;
    size_t size = (size_t)m->act[0].cols;
    for (int k = 0; k < n; k += 2) {
        struct pair *p = &m->pairs[first + k];
        p->rows = k + 1 < n ? 2 : 1;
        p->value = s->scaling->value;
        for (int r = 0; r < p->rows; r++) {
            p->pixels[r] = pixels + (size_t)order[k + r] * size;
            p->ahead[r] = next ? pixels + (size_t)next[k + r] * size : NULL;
            gather_target(s, order[k + r], k + r, &t);
            if (next)
                __builtin_prefetch(&s->split->labels[next[k + r]]);
        }
        kernel_gemm()->pair(p, m->act[0].cols);
    }
}
