#include "diagnose.h"
#include "guard.h"
#include "tolerance.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void diagnose_say(struct verdict *v, const char *format, ...) {
    size_t used = strlen(v->text);
    if (used > 0 && used + 2 < sizeof v->text)
        v->text[used++] = ' ';
    va_list args;
    va_start(args, format);
    vsnprintf(v->text + used, sizeof v->text - used, format, args);
    va_end(args);
}

/* Whether the mistake reproduces the student's answers in every case: output o, or all outputs if
 * the mistake affects all of them. */
static bool explains(struct cases *c, int o, const struct mistake *m) {
    bool all = !m->output[0];
    if (!all && strcmp(m->output, c->x->arguments[o].name) != 0)
        return false;
    for (int k = 0; k < c->count && !c->failed; k++) {
        struct values v = cases_copy_outputs(c, &c->items[k].in);
        if (c->failed)
            return false;
        c->x->call(m->wrong, &v);
        for (int i = 0; c->x->arguments[i].name; i++)
            if (cases_is_output(c->x, i) && (all || i == o) &&
                tolerance_difference(c->items[k].got.t[i], v.t[i]) >= 0)
                return false;
    }
    return !c->failed;
}

/* Whether in every case each element i of output o equals g(i, want). If g adds garbage, want loses
 * some digits. */
static bool everywhere(const struct cases *c, int o, real (*g)(size_t i, real want)) {
    for (int k = 0; k < c->count; k++) {
        struct tensor got = c->items[k].got.t[o], want = c->items[k].want.t[o];
        for (size_t i = 0; i < tensor_size(want); i++)
            if (!tolerance_allows(got.data[i], g(i, want.data[i]), 1e-5 * 16 + tolerance_for(want)))
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

/* The factor by which every element of output o is wrong in every case, or 0. */
static double factor(const struct cases *c, int o) {
    double largest = 0, ratio = 0;
    for (int k = 0; k < c->count; k++)
        for (size_t i = 0; i < tensor_size(c->items[k].want.t[o]); i++) {
            double want = (double)c->items[k].want.t[o].data[i];
            if (fabs(want) > largest) {
                largest = fabs(want);
                ratio = (double)c->items[k].got.t[o].data[i] / want;
            }
        }
    for (int k = 0; k < c->count; k++) {
        struct tensor got = c->items[k].got.t[o], want = c->items[k].want.t[o];
        for (size_t i = 0; i < tensor_size(want); i++)
            if (!tolerance_allows(got.data[i], (real)(ratio * (double)want.data[i]),
                                  (1 + fabs(ratio)) * tolerance_for(want)))
                return 0;
    }
    return isfinite(ratio) ? ratio : 0;
}

/* Reports the first wrong element of output o, and its right value. */
static void say_where(const struct cases *c, int o, struct verdict *v) {
    const char *name = c->x->arguments[o].name;
    for (int k = 0; k < c->count; k++) {
        const struct test_case *s = &c->items[k];
        struct tensor got = s->got.t[o], want = s->want.t[o];
        int i = tolerance_difference(got, want);
        if (i < 0)
            continue;
        double g = (double)got.data[i];
        diagnose_say(
            v, "In the %d x %d case, row %d, column %d of %s (%d x %d) should be %.6g, but is",
            s->rows, s->cols, i / want.cols, i % want.cols, name, want.rows, want.cols,
            (double)want.data[i]);
        if (c->x->arguments[o].role == OUT && got.data[i] == guard_garbage((size_t)i))
            diagnose_say(v, "garbage: nothing was written there.");
        else if (isnan(g))
            diagnose_say(
                v, "NaN (not a number): infinity / infinity, 0 / 0, or the logarithm of a negative "
                   "number.");
        else if (isinf(g))
            diagnose_say(v, "%sinfinity: exp overflowed, or there is a division by 0 or a log 0.",
                         g < 0 ? "-" : "");
        else
            diagnose_say(v, "%.6g.", g + 0); /* never -0 */
        return;
    }
}

void diagnose_output(struct cases *c, int o, struct verdict *v) {
    const char *name = c->x->arguments[o].name;
    bool plain = c->x->arguments[o].role == OUT;
    for (const struct mistake *m = c->x->mistakes; m->output; m++)
        if (explains(c, o, m)) {
            if (!strstr(v->text, m->words))
                diagnose_say(v, "%s", m->words);
            return;
        }
    double ratio = factor(c, o);
    if (plain && everywhere(c, o, untouched))
        diagnose_say(v, "Nothing was written to %s.", name);
    else if (plain && everywhere(c, o, added))
        diagnose_say(
            v, "The result is added to the old contents of %s: assign with = before any +=.", name);
    else if (plain && everywhere(c, o, zero))
        diagnose_say(
            v,
            "%s is 0 everywhere: is anything added to it? (In C, the integer division 1 / 2 is 0.)",
            name);
    else if (ratio != 0)
        diagnose_say(v, "Every element of %s is %.6g times the right value.", name, ratio);
    say_where(c, o, v);
}
