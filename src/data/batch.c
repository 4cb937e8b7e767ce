#include "data/batch.h"
#include "base/rng.h"
#include "tensor/clones.h"

#include <stdlib.h>
#include <string.h>

/* 1/255 in two parts, since multiplying twice is faster than dividing once: pixel * HIGH is exact,
 * as HIGH has 9 bits, and pixel * HIGH + pixel * LOW is pixel / 255, correctly rounded, for all
 * 256. */
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

/* Row k of t, for this sample. */
static void gather_target(const struct subset *s, int sample, int k, const struct target *t) {
    int classes = t->y.cols;
    t->labels[k] = s->split->labels[sample];
    for (int j = 0; j < classes; j++)
        tensor_row(t->y, k)[j] = (real)dataset_target(s->split, sample, j, classes);
    if (t->teacher.data && s->teacher)
        memcpy(tensor_row(t->teacher, k), s->teacher + (size_t)sample * (size_t)classes,
               (size_t)classes * sizeof(real));
}

/* The row of a table. */
static void take(const struct scaling *s, const float *values, real *x, int n) {
    for (int i = 0; i < n; i++)
        x[i] = s->means ? (real)(((double)values[i] - s->means[i]) / s->deviations[i])
                        : (real)values[i];
}

enum { LINE = 64 }; /* bytes that a cache fetches at a time */

void batch_gather(const struct subset *s, const int *order, const int *next, int n, struct tensor x,
                  const struct target *t) {
    size_t size = (size_t)x.cols;
    const uint8_t *pixels = s->split->pixels;
    const float *values = s->split->values;
    bool is_unit = scaling_is_unit(s->scaling);
    for (int k = 0; k < n; k++) {
        for (size_t i = 0; next && pixels && i < size; i += LINE)
            __builtin_prefetch(pixels + (size_t)next[k] * size + i, 0, 2);
        if (values)
            take(s->scaling, values + (size_t)order[k] * size, tensor_row(x, k), x.cols);
        else if (is_unit)
            unit(pixels + (size_t)order[k] * size, tensor_row(x, k), x.cols);
        else
            look_up(s->scaling->value, pixels + (size_t)order[k] * size, tensor_row(x, k), x.cols);
        gather_target(s, order[k], k, t);
    }
}

struct subset batch_all(const struct split *s, const struct scaling *scaling, struct arena *a) {
    struct subset all = {s, scaling, s->count, arena_alloc(a, (size_t)s->count, sizeof(int)), NULL};
    for (int i = 0; i < s->count && all.order; i++)
        all.order[i] = i;
    return all;
}

/* How many samples of each class are drawn: the share count * size / total, rounded down, and one
 * more for the classes with the largest remainders, the first of equals first. */
static void quotas(const int *size, int classes, int count, int total, int *quota) {
    int given = 0;
    for (int c = 0; c < classes; c++) {
        quota[c] = (int)((long long)count * size[c] / total);
        given += quota[c];
    }
    for (; given < count; given++) {
        int best = -1;
        long long most = -1;
        for (int c = 0; c < classes; c++) {
            /* after its extra one a class's remainder is negative: it gets no second */
            long long remainder = (long long)count * size[c] - (long long)quota[c] * total;
            if (remainder > most) {
                most = remainder;
                best = c;
            }
        }
        quota[best]++;
    }
}

/* Moves `count` samples from one subset to a new one, by seed, as evenly over the classes as they
 * are; both stay in the file's order. */
static int draw(struct subset *from, int classes, int count, uint64_t seed,
                enum rng_purpose purpose, struct arena *a, struct subset *drawn, struct error *e) {
    size_t n = (size_t)from->count;
    const int *labels = from->split->labels;
    int *size = calloc((size_t)classes, sizeof *size);
    int *quota = calloc((size_t)classes, sizeof *quota);
    int *member = calloc(n, sizeof *member); /* of one class, as places in from->order */
    char *chosen = calloc(n, 1);
    *drawn = (struct subset){from->split, from->scaling, 0,
                             arena_alloc(a, (size_t)count, sizeof(int)), NULL};
    int result = -1, left = 0;
    if (!size || !quota || !member || !chosen || !drawn->order) {
        error_memory(e, "the choice of samples");
        goto done;
    }

    for (int i = 0; i < from->count; i++)
        size[labels[from->order[i]]]++;
    quotas(size, classes, count, from->count, quota);
    for (int c = 0; c < classes; c++) {
        int members = 0;
        for (int i = 0; i < from->count; i++)
            if (labels[from->order[i]] == c)
                member[members++] = i;
        struct rng r = rng_stream(seed, purpose, (uint32_t)c);
        rng_shuffle(&r, member, members);
        for (int i = 0; i < quota[c]; i++)
            chosen[member[i]] = 1;
    }
    for (int i = 0; i < from->count; i++)
        if (chosen[i])
            drawn->order[drawn->count++] = from->order[i];
        else
            from->order[left++] = from->order[i];
    from->count = left;
    result = 0;
done:
    free(size);
    free(quota);
    free(member);
    free(chosen);
    return result;
}

int batch_split(const struct split *s, const struct scaling *scaling, int classes,
                struct batch_counts counts, uint64_t seed, struct arena *a, struct subset *train,
                struct subset *validation, struct error *e) {
    struct subset rest = batch_all(s, scaling, a);
    if (!rest.order)
        return error_memory(e, "the choice of samples");
    if (draw(&rest, classes, counts.validation, seed, RNG_SPLIT, a, validation, e) != 0)
        return -1;
    *train = rest;
    return counts.limit == 0 || counts.limit == rest.count
               ? 0
               : draw(&rest, classes, counts.limit, seed, RNG_LIMIT, a, train, e);
}
