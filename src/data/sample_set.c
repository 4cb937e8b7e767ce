#include "data/sample_set.h"
#include "base/rng.h"

#include <stdlib.h>

struct sample_set sample_set_all(const struct split *s, const struct scaling *scaling,
                                 struct arena *a) {
    struct sample_set all = {s, scaling, s->count, arena_alloc(a, (size_t)s->count, sizeof(int)),
                             NULL};
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

/* Moves `count` samples from one sample set to a new one, by seed, as evenly over the classes as
 * they are; both stay in the file's order. */
static int draw(struct sample_set *from, int classes, int count, uint64_t seed,
                enum rng_purpose purpose, struct arena *a, struct sample_set *drawn,
                struct error *e) {
    size_t n = (size_t)from->count;
    const int *labels = from->split->labels;
    int *size = calloc((size_t)classes, sizeof *size);
    int *quota = calloc((size_t)classes, sizeof *quota);
    int *member = calloc(n, sizeof *member); /* of one class, as places in from->order */
    char *chosen = calloc(n, 1);
    *drawn = (struct sample_set){from->split, from->scaling, 0,
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

int sample_set_split(const struct split *s, const struct scaling *scaling, int classes,
                     struct sample_set_counts counts, uint64_t seed, struct arena *a,
                     struct sample_set *train, struct sample_set *validation, struct error *e) {
    struct sample_set rest = sample_set_all(s, scaling, a);
    if (!rest.order)
        return error_memory(e, "the choice of samples");
    if (draw(&rest, classes, counts.validation, seed, RNG_SPLIT, a, validation, e) != 0)
        return -1;
    *train = rest;
    return counts.limit == 0 || counts.limit == rest.count
               ? 0
               : draw(&rest, classes, counts.limit, seed, RNG_LIMIT, a, train, e);
}
