#include "cases.h"
#include "base/rng.h"
#include "vectors.h"

#include <string.h>

bool cases_is_output(const struct exercise *x, int argument) {
    return x->arguments[argument].role == OUT || x->arguments[argument].role == IN_OUT;
}

struct tensor cases_copy(struct cases *c, struct tensor t) {
    real *data = arena_alloc(&c->arena, tensor_size(t), sizeof(real));
    if (!data)
        c->failed = true;
    else if (t.data)
        memcpy(data, t.data, tensor_size(t) * sizeof(real));
    t.data = data;
    return t;
}

struct values cases_copy_outputs(struct cases *c, const struct values *v) {
    struct values out = *v;
    for (int i = 0; c->x->arguments[i].name; i++)
        if (cases_is_output(c->x, i))
            out.t[i] = cases_copy(c, v->t[i]);
    return out;
}

static void add(struct cases *c, const struct values *in, const struct values *want) {
    if (c->count == CASES_MAX || c->failed)
        c->failed = true;
    else
        c->items[c->count++] = (struct test_case){*in, *want, *in, in->t[0].rows, in->t[0].cols};
}

/* Numbers that are easy to read: multiples of 1/16 in [-2, 2]. In case 0 none of them is 0, so that
 * no finite difference crosses a kink. */
static struct tensor random_numbers(struct cases *c, int rows, int cols, int k, struct rng *r) {
    struct tensor t = cases_copy(c, (struct tensor){NULL, rows, cols});
    for (size_t i = 0; i < tensor_size(t) && t.data; i++)
        t.data[i] = (real)(2 * (int)rng_below(r, 33) - 32 + (k == 0)) / 16;
    return t;
}

static int dimension(char letter, const int *dims) {
    return letter == 'N' ? dims[0] : letter == 'I' ? dims[1] : letter == 'O' ? dims[2] : 1;
}

static void add_random_cases(struct cases *c) {
    static const int dims[][3] = {{2, 4, 3},   {1, 1, 2},  {3, 2, 4}, {4, 4, 4}, {5, 3, 2},
                                  {9, 17, 12}, {3, 2, 40}, {2, 3, 6}, {3, 2, 3}};
    struct rng r = rng_stream(1, RNG_INIT, 0);
    for (int k = 0; k < (int)(sizeof dims / sizeof *dims); k++) {
        struct values v = {.learning_rate = k % 2 ? (real)0.5 : (real)0.125,
                           .momentum = (real)0.75,
                           .batch = dims[k][0] + (k == 2 ? 3 : 0)};
        for (int i = 0; c->x->arguments[i].name; i++) {
            const struct argument *a = &c->x->arguments[i];
            v.t[i] =
                random_numbers(c, dimension(a->rows, dims[k]), dimension(a->cols, dims[k]), k, &r);
        }
        if (!c->failed && c->x->prepare)
            c->x->prepare(&v, k);
        struct values want = cases_copy_outputs(c, &v);
        if (c->failed)
            return;
        c->x->call(c->x->right, &want);
        add(c, &v, &want);
    }
}

/* Adds a case from tests/reference, with memory for the outputs. */
static void add_vector(void *context, const struct values *v, const struct values *want) {
    struct cases *c = context;
    struct values in = *v;
    for (int i = 0; c->x->arguments[i].name; i++)
        if (!in.t[i].data)
            in.t[i] = cases_copy(c, (struct tensor){NULL, want->t[i].rows, want->t[i].cols});
    add(c, &in, want);
}

int cases_new(struct cases *c, const struct exercise *x, struct error *e) {
    *c = (struct cases){.x = x};
    add_random_cases(c);
    if (x->vectors && vectors_each(x, &c->arena, add_vector, c, e) != 0)
        return -1;
    return c->failed ? error_run(e, "not enough memory for the grader's cases") : 0;
}
