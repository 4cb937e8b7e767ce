#include "data/sample_set.h"
#include "base/rng.h"

#define TEST_SEED ((uint64_t)1 << 32) /* larger than any config's seed */

struct sample_set sample_set_all(const struct split *s, const struct scaling *scaling,
                                 struct arena *a) {
    struct sample_set all = {s, scaling, s->count, arena_alloc(a, (size_t)s->count, sizeof(int)),
                             NULL};
    for (int i = 0; i < s->count && all.order; i++)
        all.order[i] = i;
    return all;
}

/* A class of a set that samples are drawn from. */
struct class {
    int index, size, quota, first; /* its members are the set's [first .. first + size - 1] */
    long long remainder;
};

static int by_remainder(const void *a, const void *b) {
    const struct class *x = a, *y = b;
    return x->remainder != y->remainder
               ? (x->remainder < y->remainder) - (x->remainder > y->remainder)
               : (x->index > y->index) - (x->index < y->index);
}

/* Sets how many of `count` samples to draw from each class: count * size / total, rounded down,
 * plus one from the classes with the largest remainders, the first of equal ones. Sorts them so. */
static void set_quotas(struct class *class, int classes, int count, int total) {
    int given = 0;
    for (struct class *c = class; c < class + classes; c++) {
        c->quota = (int)((long long)count * c->size / total);
        c->remainder = (long long)count * c->size % total;
        given += c->quota;
    }
    qsort(class, (size_t)classes, sizeof *class, by_remainder);
    for (struct class *c = class; given < count; given++)
        c++->quota++;
}

/* Moves `count` samples from a set to a new one, whose order is in the arena: of each class, its
 * quota. */
static int draw(struct sample_set *from, int classes, int count, uint64_t seed,
                enum rng_purpose purpose, struct arena *a, struct sample_set *drawn,
                struct error *e) {
    SCOPED(arena) scratch = {0};
    size_t n = (size_t)from->count;
    int left = 0, first = 0;
    struct class *class = arena_alloc(&scratch, (size_t)classes, sizeof *class);
    int *member = arena_alloc(&scratch, n, sizeof *member);
    char *chosen = arena_alloc(&scratch, n, 1);
    *drawn = *from;
    drawn->count = 0;
    drawn->order = arena_alloc(a, (size_t)count, sizeof *drawn->order);
    if (!class || !member || !chosen || !drawn->order)
        return error_memory(e, "the choice of samples");
    for (int i = 0; i < from->count; i++)
        class[from->split->labels[from->order[i]]].size++;
    for (int k = 0; k < classes; first += class[k++].size) {
        class[k].index = k;
        class[k].first = class[k].quota = first;
    }
    for (int i = 0; i < from->count; i++) /* .quota: where the next member goes */
        member[class[from->split->labels[from->order[i]]].quota++] = i;
    set_quotas(class, classes, count, from->count);
    for (const struct class *c = class; c < class + classes; c++) {
        struct rng r = rng_stream(seed, purpose, (uint32_t)c->index);
        rng_shuffle(&r, member + c->first, c->size);
        for (int i = 0; i < c->quota; i++)
            chosen[member[c->first + i]] = 1;
    }
    for (int i = 0; i < from->count; i++)
        if (chosen[i])
            drawn->order[drawn->count++] = from->order[i];
        else
            from->order[left++] = from->order[i];
    from->count = left;
    return 0;
}

int sample_set_split(const struct split *s, const struct scaling *scaling, int classes, int aside,
                     int limit, uint64_t seed, struct arena *a, struct sample_set *train,
                     struct sample_set *validation, struct error *e) {
    struct sample_set rest = sample_set_all(s, scaling, a);
    if (!rest.order)
        return error_memory(e, "the choice of samples");
    if (draw(&rest, classes, aside, seed, RNG_SPLIT, a, validation, e) != 0)
        return -1;
    *train = rest;
    return limit == 0 ? 0 : draw(&rest, classes, limit, seed, RNG_LIMIT, a, train, e);
}

char *sample_set_draw_test(int *labels, int count, int classes, double fraction, int *ndrawn,
                           struct arena *a, struct error *e) {
    struct split all = {.count = count, .labels = labels};
    struct sample_set rest, test = {0};
    SCOPED(arena) temp = {0};
    int wanted = (int)floor(fraction * count + 0.5);
    int *left = arena_alloc(&temp, (size_t)classes, sizeof *left);
    char *drawn = arena_alloc(a, (size_t)count, 1);
    if (!left || !drawn ||
        sample_set_split(&all, NULL, classes, wanted, 0, TEST_SEED, &temp, &rest, &test, e) != 0) {
        error_memory(e, "the choice of samples");
        return NULL;
    }
    *ndrawn = 0;
    for (int i = 0; i < count; i++)
        left[labels[i]]++;
    for (int i = 0; i < test.count; i++) {
        int sample = test.order[i];
        drawn[sample] = left[labels[sample]]-- > 1 || fraction >= 1;
        *ndrawn += drawn[sample];
    }
    return drawn;
}

int sample_set_aside(const struct split *splits, const struct data_options *o) {
    if (splits[VALIDATION].count > 0)
        return 0;
    return (int)(o->validation < 1 ? floor(o->validation * splits[TRAIN].count + 0.5)
                                   : o->validation);
}

int sample_set_used(const struct split *splits, const struct data_options *o) {
    return o->limit > 0 ? o->limit : splits[TRAIN].count - sample_set_aside(splits, o);
}

bool sample_set_validates(const struct split *splits, const struct data_options *o) {
    return splits[VALIDATION].count > 0 || sample_set_aside(splits, o) > 0;
}

int sample_set_divide(const struct split *splits, const struct data_options *o,
                      const struct scaling *scaling, int classes, uint64_t seed, struct arena *a,
                      struct sample_set *train, struct sample_set *validation, struct error *e) {
    if (sample_set_split(&splits[TRAIN], scaling, classes, sample_set_aside(splits, o), o->limit,
                         seed, a, train, validation, e) != 0)
        return -1;
    if (splits[VALIDATION].count > 0)
        *validation = sample_set_all(&splits[VALIDATION], scaling, a);
    return validation->order ? 0 : error_memory(e, "the choice of samples");
}
