#include "compare.h"
#include "base/arena.h"
#include "base/rng.h"
#include "guard.h"
#include "vectors.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CASES = 40 };

/* A case: what goes in, what should come out, and what came. */
struct instance {
    struct values in, want, got;
    int rows, cols; /* of its first argument: its name */
};

struct comparison {
    const struct exercise *x;
    struct arena arena;
    struct instance cases[CASES];
    int count;
    bool full;           /* of memory, or of cases */
    const char *damaged; /* the output that was written to before its start */
};

static bool is_output(const struct exercise *x, int i) {
    return x->arguments[i].role == OUT || x->arguments[i].role == IN_OUT;
}

/* ---- the cases ---- */

static struct tensor copy(struct comparison *c, struct tensor t) {
    real *data = arena_alloc(&c->arena, tensor_size(t), sizeof(real));
    if (!data)
        c->full = true;
    else if (t.data)
        memcpy(data, t.data, tensor_size(t) * sizeof(real));
    t.data = data;
    return t;
}

/* Values of which a call may overwrite the outputs. */
static struct values copies(struct comparison *c, const struct values *v) {
    struct values out = *v;
    for (int i = 0; c->x->arguments[i].name; i++)
        if (is_output(c->x, i))
            out.t[i] = copy(c, v->t[i]);
    return out;
}

static void add(struct comparison *c, const struct values *in, const struct values *want) {
    if (c->count == CASES || c->full) {
        c->full = true;
        return;
    }
    struct instance *s = &c->cases[c->count++];
    *s = (struct instance){*in, *want, *in, in->t[0].rows, in->t[0].cols};
}

/* Small numbers with short decimals, for people: sixteenths in [-2, 2], and in case 0 none of them
 * is 0, so that differences meet no kink. */
static void random_numbers(struct comparison *c, struct tensor *t, int k, struct rng *r) {
    *t = copy(c, *t);
    for (size_t i = 0; i < tensor_size(*t) && t->data; i++)
        t->data[i] = (real)(2 * (int)rng_below(r, 33) - 32 + (k == 0)) / 16;
}

static int dimension(char letter, const int *dims) {
    return letter == 'N' ? dims[0] : letter == 'I' ? dims[1] : letter == 'O' ? dims[2] : 1;
}

static void random_cases(struct comparison *c) {
    static const int dims[][3] = {{2, 4, 3}, {1, 1, 2}, {3, 2, 4},
                                  {4, 4, 4}, {5, 3, 2}, {9, 17, 12}};
    struct rng r = rng_stream(1, RNG_INIT, 0);
    for (int k = 0; k < (int)(sizeof dims / sizeof *dims) && !c->full; k++) {
        struct values v = {.learning_rate = k % 2 ? (real)0.5 : (real)0.125,
                           .momentum = (real)0.75,
                           .batch = dims[k][0] + (k == 2 ? 3 : 0)};
        for (int i = 0; c->x->arguments[i].name; i++) {
            const struct argument *a = &c->x->arguments[i];
            v.t[i].rows = dimension(a->rows, dims[k]);
            v.t[i].cols = dimension(a->cols, dims[k]);
            random_numbers(c, &v.t[i], k, &r);
        }
        if (c->full)
            return;
        if (c->x->prepare)
            c->x->prepare(&v, k);
        struct values want = copies(c, &v);
        if (c->full)
            return;
        c->x->call(c->x->right, &want);
        add(c, &v, &want);
    }
}

static void vector_case(void *context, const struct values *v, const struct values *want) {
    struct comparison *c = context;
    struct values in = *v;
    for (int i = 0; c->x->arguments[i].name; i++)
        if (!in.t[i].data) {
            in.t[i].rows = want->t[i].rows;
            in.t[i].cols = want->t[i].cols;
            in.t[i] = copy(c, in.t[i]);
        }
    add(c, &in, want);
}

/* ---- the student's answers ---- */

/* Calls f with tensors of its own, that are guarded, and takes the answers out of them. */
static void answer(struct comparison *c, struct instance *s, void (*f)(void), struct verdict *v) {
    struct values live = s->in;
    for (int i = 0; c->x->arguments[i].name; i++) {
        struct tensor t = s->in.t[i];
        enum role role = c->x->arguments[i].role;
        if (role == UNSEEN)
            continue;
        live.t[i] = guard_new(c->x->arguments[i].name, t.rows, t.cols);
        if (!live.t[i].data) {
            c->full = true;
            return;
        }
        if (role != OUT)
            memcpy(live.t[i].data, t.data, tensor_size(t) * sizeof(real));
        if (role == IN)
            guard_read_only(live.t[i]);
    }
    snprintf(v->doing, sizeof v->doing, "in the %d x %d case", s->rows, s->cols);
    c->x->call(f, &live);
    for (int i = 0; c->x->arguments[i].name; i++)
        if (is_output(c->x, i))
            s->got.t[i] = copy(c, live.t[i]);
    c->damaged = c->damaged ? c->damaged : guard_damaged();
    guard_free();
}

/* ---- how wrong ---- */

/* Relative to the largest element: 2e-5 is a few hundred roundings of a float, more than any order
 * of the same sums makes, and far less than any mistake. */
static double tolerance(struct tensor want) {
    double largest = 0;
    for (size_t i = 0; i < tensor_size(want); i++)
        if (isfinite(want.data[i]))
            largest = fmax(largest, fabs((double)want.data[i]));
    return 2e-5 * largest + 1e-30;
}

static bool close_to(real got, real want, double tolerance) {
    if (isnan(got) || isnan(want))
        return isnan(got) && isnan(want);
    return got == want || fabs((double)got - (double)want) <= tolerance;
}

/* The first element that differs, or -1. */
static int difference(struct tensor got, struct tensor want) {
    double t = tolerance(want);
    for (size_t i = 0; i < tensor_size(want); i++)
        if (!close_to(got.data[i], want.data[i], t))
            return (int)i;
    return -1;
}

/* Whether in all cases output o, or where the mistake is of all outputs, each of them, is what the
 * mistake makes of it. */
static bool explains(struct comparison *c, int o, const struct mistake *m) {
    bool all = !m->output[0];
    if (!all && strcmp(m->output, c->x->arguments[o].name) != 0)
        return false;
    for (int k = 0; k < c->count && !c->full; k++) {
        struct values v = copies(c, &c->cases[k].in);
        if (c->full)
            return false;
        c->x->call(m->wrong, &v);
        for (int i = 0; c->x->arguments[i].name; i++)
            if (is_output(c->x, i) && (all || i == o) &&
                difference(c->cases[k].got.t[i], v.t[i]) >= 0)
                return false;
    }
    return !c->full;
}

/* Whether in all cases the answer to output o is g(i, garbage of i, want). */
static bool everywhere(const struct comparison *c, int o, real (*g)(size_t i, real want)) {
    for (int k = 0; k < c->count; k++) {
        struct tensor got = c->cases[k].got.t[o], want = c->cases[k].want.t[o];
        for (size_t i = 0; i < tensor_size(want); i++)
            if (!close_to(got.data[i], g(i, want.data[i]), 1e-5 * 16 + tolerance(want)))
                return false;
    }
    return true;
}

static real untouched(size_t i, real want) {
    (void)want;
    return guard_garbage(i);
}

static real added(size_t i, real want) {
    return guard_garbage(i) + want;
}

static real zero(size_t i, real want) {
    (void)i, (void)want;
    return 0;
}

/* The factor by which all answers to output o are off, or 0. */
static double factor(const struct comparison *c, int o) {
    double largest = 0, ratio = 0;
    for (int k = 0; k < c->count; k++)
        for (size_t i = 0; i < tensor_size(c->cases[k].want.t[o]); i++) {
            double want = (double)c->cases[k].want.t[o].data[i];
            if (fabs(want) > largest) {
                largest = fabs(want);
                ratio = (double)c->cases[k].got.t[o].data[i] / want;
            }
        }
    for (int k = 0; k < c->count; k++) {
        struct tensor got = c->cases[k].got.t[o], want = c->cases[k].want.t[o];
        for (size_t i = 0; i < tensor_size(want); i++)
            if (!close_to(got.data[i], (real)(ratio * (double)want.data[i]),
                          (1 + fabs(ratio)) * tolerance(want)))
                return 0;
    }
    return isfinite(ratio) ? ratio : 0;
}

static void say(struct verdict *v, const char *format, ...) ERROR_PRINTF(2, 3);
static void say(struct verdict *v, const char *format, ...) {
    size_t used = strlen(v->text);
    if (used > 0 && used + 2 < sizeof v->text)
        v->text[used++] = ' ';
    va_list args;
    va_start(args, format);
    vsnprintf(v->text + used, sizeof v->text - used, format, args);
    va_end(args);
}

/* Where an answer first differs, and from what. */
static void say_where(const struct comparison *c, int o, struct verdict *v) {
    const char *name = c->x->arguments[o].name;
    for (int k = 0; k < c->count; k++) {
        const struct instance *s = &c->cases[k];
        struct tensor got = s->got.t[o], want = s->want.t[o];
        int i = difference(got, want);
        if (i < 0)
            continue;
        double g = (double)got.data[i];
        say(v, "In the %d x %d case, %s (%d x %d) should have %.6g in row %d, column %d, and has",
            s->rows, s->cols, name, want.rows, want.cols, (double)want.data[i], i / want.cols,
            i % want.cols);
        if (c->x->arguments[o].role == OUT && got.data[i] == guard_garbage((size_t)i))
            say(v, "garbage: nothing has been written there.");
        else if (isnan(g))
            say(v, "NaN, not a number: infinity / infinity, 0 / 0, or the logarithm of what is "
                   "below 0.");
        else if (isinf(g))
            say(v, "%sinfinity: an exp that overflowed, a division by 0, or log 0.",
                g < 0 ? "-" : "");
        else
            say(v, "%.6g.", g + 0); /* never -0 */
        return;
    }
}

/* Names what is wrong with output o. */
static void name_mistake(struct comparison *c, int o, struct verdict *v) {
    const char *name = c->x->arguments[o].name;
    bool plain = c->x->arguments[o].role == OUT;
    for (const struct mistake *m = c->x->mistakes; m->output; m++)
        if (explains(c, o, m)) {
            if (!strstr(v->text, m->words))
                say(v, "%s", m->words);
            return;
        }
    double ratio = factor(c, o);
    if (plain && everywhere(c, o, untouched))
        say(v, "Nothing has been written to %s.", name);
    else if (plain && everywhere(c, o, added))
        say(v, "%s is added to what was in it: overwrite it, with = before any +=.", name);
    else if (plain && everywhere(c, o, zero))
        say(v, "%s is 0 everywhere: is anything added to it? (1 / 2, of whole numbers, is 0 in C.)",
            name);
    else if (ratio != 0)
        say(v, "Every element of %s is %.6g times what it should be.", name, ratio);
    say_where(c, o, v);
}

/* ---- central differences ---- */

/* The largest error of the student's gradients against (f(t + h) - f(t - h)) / 2h, relative to the
 * largest element of each, in case 0. With h = 1/64 floats' roundings bring about 1e-5, h^2 f'''/6
 * as much. */
static double differences(struct comparison *c) {
    const double h = 0x1p-6;
    struct instance *s = &c->cases[0];
    double worst = NAN;
    for (int o = 0; c->x->arguments[o].name && c->x->objective; o++)
        for (int i = 0; c->x->arguments[o].of && c->x->arguments[i].name; i++) {
            if (strcmp(c->x->arguments[o].of, c->x->arguments[i].name) != 0)
                continue;
            struct tensor at = s->in.t[i], got = s->got.t[o];
            double largest = tolerance(s->want.t[o]) / 2e-5;
            for (size_t k = 0; k < tensor_size(at); k++) {
                real was = at.data[k];
                at.data[k] = was + (real)h;
                double above = c->x->objective(&s->in);
                at.data[k] = was - (real)h;
                double below = c->x->objective(&s->in);
                at.data[k] = was;
                double error = fabs((above - below) / (2 * h) - (double)got.data[k]) / largest;
                worst = error <= worst ? worst : error;
            }
        }
    return worst;
}

static void decide(struct comparison *c, struct verdict *v) {
    v->state = c->damaged ? WRONG : RIGHT;
    if (c->damaged)
        say(v, "It writes before the start of %s: an index below 0.", c->damaged);
    for (int o = 0; c->x->arguments[o].name; o++)
        for (int k = 0; is_output(c->x, o) && k < c->count; k++)
            if (difference(c->cases[k].got.t[o], c->cases[k].want.t[o]) >= 0) {
                v->state = WRONG;
                name_mistake(c, o, v);
                break;
            }
    v->cases = c->count;
    v->numeric = differences(c);
    if (v->state == RIGHT && v->numeric > 1e-3) {
        v->state = WRONG;
        say(v, "It is not the gradient: central differences are off by %.2g.", v->numeric);
    }
}

void compare_exercise(const struct exercise *x, void (*f)(void), struct verdict *v) {
    struct comparison c = {.x = x};
    struct error e = {0};
    int result = 0;
    random_cases(&c);
    if (x->vectors)
        result = vectors_each(x, &c.arena, vector_case, &c, &e);
    for (int k = 0; k < c.count && !c.full && result == 0; k++)
        answer(&c, &c.cases[k], f, v);
    v->doing[0] = '\0';
    if (result == 0 && !c.full)
        decide(&c, v);
    if (result != 0 || c.full) {
        v->state = BROKEN;
        snprintf(v->text, sizeof v->text, "%s",
                 result != 0 ? e.text : "not enough memory for the grader's cases.");
    }
    arena_free(&c.arena);
}
