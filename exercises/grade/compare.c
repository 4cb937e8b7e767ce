#include "compare.h"
#include "cases.h"
#include "diagnose.h"
#include "guard.h"
#include "tolerance.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Calls f with guarded tensors, and copies its outputs into s->got. If f wrote before the start of
 * a tensor, sets *damaged to the name of that tensor. */
static void answer(struct cases *c, struct test_case *s, void (*f)(void), struct verdict *v,
                   const char **damaged) {
    struct values live = s->in;
    for (int i = 0; c->x->arguments[i].name; i++) {
        struct tensor t = s->in.t[i];
        enum role role = c->x->arguments[i].role;
        if (role == UNSEEN)
            continue;
        live.t[i] = guard_new(c->x->arguments[i].name, t.rows, t.cols);
        if (!live.t[i].data) {
            c->failed = true;
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
        if (cases_is_output(c->x, i))
            s->got.t[i] = cases_copy(c, live.t[i]);
    *damaged = *damaged ? *damaged : guard_damaged();
    guard_free();
}

/* The largest error of output o, the gradient with respect to input i, against the central
 * differences (f(t + h) - f(t - h)) / 2h in this case, relative to its largest element. With h =
 * 1/64, rounding in float causes an error of about 1e-5, and the term h^2 f'''/6 about as much. */
static double gradient_error(const struct exercise *x, struct test_case *s, int o, int i) {
    const double h = 0x1p-6;
    struct tensor at = s->in.t[i], got = s->got.t[o];
    double largest = tolerance_for(s->want.t[o]) / 2e-5, worst = NAN;
    for (size_t k = 0; k < tensor_size(at); k++) {
        real before = at.data[k];
        at.data[k] = before + (real)h;
        double above = x->objective(&s->in);
        at.data[k] = before - (real)h;
        double below = x->objective(&s->in);
        at.data[k] = before;
        double error = fabs((above - below) / (2 * h) - (double)got.data[k]) / largest;
        worst = error <= worst ? worst : error;
    }
    return worst;
}

/* The largest error of all gradients, or NaN if there are none. */
static double gradients_error(const struct exercise *x, struct test_case *s) {
    double worst = NAN;
    for (int o = 0; x->arguments[o].name && x->objective; o++)
        for (int i = 0; x->arguments[o].of && x->arguments[i].name; i++)
            if (strcmp(x->arguments[o].of, x->arguments[i].name) == 0) {
                double error = gradient_error(x, s, o, i);
                worst = error <= worst ? worst : error;
            }
    return worst;
}

/* Sets v->hint to the known mistakes that explain the first case, in case a later one crashes. */
static void explain_first(struct cases *c, struct verdict *v) {
    struct verdict hint = {0};
    int count = c->count;
    c->count = 1;
    for (int o = 0; c->x->arguments[o].name && !c->failed; o++) {
        const struct test_case *s = &c->items[0];
        const char *words = NULL;
        if (cases_is_output(c->x, o) && tolerance_difference(s->got.t[o], s->want.t[o]) >= 0)
            words = diagnose_known(c, o);
        if (words && !hint.text[0])
            diagnose_say(&hint, "Before that, in the %d x %d case:", s->rows, s->cols);
        if (words && !strstr(hint.text, words))
            diagnose_say(&hint, "%s", words);
    }
    c->count = count;
    snprintf(v->hint, sizeof v->hint, "%.*s", (int)sizeof v->hint - 1, hint.text);
}

static void decide(struct cases *c, const char *damaged, struct verdict *v) {
    v->state = damaged ? WRONG : RIGHT;
    if (damaged)
        diagnose_say(v, "It writes before the start of %s: an index is negative.", damaged);
    for (int o = 0; c->x->arguments[o].name; o++)
        for (int k = 0; cases_is_output(c->x, o) && k < c->count; k++)
            if (tolerance_difference(c->items[k].got.t[o], c->items[k].want.t[o]) >= 0) {
                v->state = WRONG;
                diagnose_output(c, o, v);
                break;
            }
    v->cases = c->count;
    v->numeric = gradients_error(c->x, &c->items[0]);
    if (v->state == RIGHT && v->numeric > 1e-3) {
        v->state = WRONG;
        diagnose_say(v, "This is not the gradient: it differs from central differences by %.2g.",
                     v->numeric);
    }
}

void compare_exercise(const struct exercise *x, void (*f)(void), struct verdict *v) {
    struct cases c;
    struct error e = {0};
    const char *damaged = NULL;
    int result = cases_new(&c, x, &e);
    for (int k = 0; k < c.count && !c.failed && result == 0; k++) {
        answer(&c, &c.items[k], f, v, &damaged);
        if (k == 0)
            explain_first(&c, v);
    }
    v->hint[0] = '\0';
    v->doing[0] = '\0';
    if (result == 0 && !c.failed)
        decide(&c, damaged, v);
    if (result == 0 && c.failed)
        result = error_run(&e, "not enough memory for the grader's cases");
    if (result != 0) {
        v->state = BROKEN;
        snprintf(v->text, sizeof v->text, "%s", e.text);
    }
    arena_free(&c.arena);
}
