#include "diagnose.h"
#include "guard.h"
#include "tolerance.h"

#include <ctype.h>
#include <limits.h>
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

/* ---- known mistakes ---- */

enum scope {
    OUTPUT,   /* this output, or all outputs if the mistake affects all; in every case */
    ALONE,    /* this output, although the mistake usually affects all; in every case */
    MODERATE, /* as OUTPUT, but only in cases in which no exp overflows */
};

/* The largest input of a case. exp overflows at 88.7 in float, and at 709.8 in double. */
static bool is_moderate(const struct cases *c, const struct test_case *s) {
    for (int i = 0; c->x->arguments[i].name; i++)
        for (size_t j = 0; c->x->arguments[i].role != OUT && j < tensor_size(s->in.t[i]); j++)
            if (fabs((double)s->in.t[i].data[j]) > 80)
                return false;
    return true;
}

/* How a mistake's output compares with the student's. */
struct resemblance {
    int wrong; /* elements that are not right, and are the same in both */
    int kinds; /* elements of which one is infinite, and the other NaN or of the other sign */
    int rough; /* elements that differ: one was computed in double, the other in float, and one of
                  them overflows and the other is right, or they differ by a rounding error */
};

/* Compares an output of a case, which may be moderate. Returns false if the two differ. */
static bool resembles(struct tensor got, struct tensor wrong, struct tensor want, bool moderate,
                      struct resemblance *r) {
    double near = tolerance_for(wrong), right = tolerance_for(want);
    for (size_t i = 0; i < tensor_size(got); i++) {
        real g = got.data[i], w = wrong.data[i];
        bool g_right = tolerance_allows(g, want.data[i], right);
        if (tolerance_allows(g, w, near) || (!isfinite(g) && !isfinite(w))) {
            r->wrong += !g_right;
            r->kinds += !tolerance_allows(g, w, near);
        } else if (tolerance_allows(g, w, 50 * near) || (!moderate && !isfinite(w) && g_right) ||
                   (!moderate && !isfinite(g) && tolerance_allows(w, want.data[i], right))) {
            r->rough++;
        } else {
            return false;
        }
    }
    return true;
}

/* Whether the mistake explains the student's answers. *r counts the elements that it does not
 * reproduce exactly. */
static bool explains(struct cases *c, int o, enum scope scope, const struct mistake *m,
                     struct resemblance *r) {
    bool all = !m->output[0] && scope != ALONE;
    *r = (struct resemblance){0};
    for (int k = 0; k < c->count && !c->failed; k++) {
        struct test_case *s = &c->items[k];
        if (scope == MODERATE && !is_moderate(c, s))
            continue;
        struct values v = cases_copy_outputs(c, &s->in);
        if (c->failed)
            return false;
        c->x->call(m->wrong, &v);
        for (int i = 0; c->x->arguments[i].name; i++)
            if (cases_is_output(c->x, i) && (all || i == o) &&
                !resembles(s->got.t[i], v.t[i], s->want.t[i], is_moderate(c, s), r))
                return false;
    }
    return !c->failed && r->wrong > 0 && 5 * r->rough <= r->wrong;
}

/* The mistake that explains output o best, or NULL. */
static const struct mistake *best_mistake(struct cases *c, int o, enum scope scope) {
    const struct mistake *best = NULL;
    struct resemblance r, of_best = {.rough = INT_MAX};
    for (const struct mistake *m = c->x->mistakes; m->output; m++) {
        bool candidate =
            m->output[0] ? scope != ALONE && strcmp(m->output, c->x->arguments[o].name) == 0 : true;
        if (candidate && explains(c, o, scope, m, &r) &&
            (r.rough < of_best.rough || (r.rough == of_best.rough && r.kinds < of_best.kinds))) {
            best = m;
            of_best = r;
        }
    }
    return best;
}

const char *diagnose_known(struct cases *c, int o) {
    const struct mistake *m = best_mistake(c, o, OUTPUT);
    return m ? m->words : NULL;
}

/* ---- other mistakes ---- */

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

/* The number that no element of output o exceeds although some should, or 0: a loss to whose p a
 * small number was added, for example. */
static double limit(const struct cases *c, int o) {
    double max = 0, wanted = 0;
    for (int k = 0; k < c->count; k++)
        for (size_t i = 0; i < tensor_size(c->items[k].want.t[o]); i++) {
            max = fmax(max, (double)c->items[k].got.t[o].data[i]);
            wanted = fmax(wanted, (double)c->items[k].want.t[o].data[i]);
        }
    for (int k = 0; k < c->count; k++)
        for (size_t i = 0; i < tensor_size(c->items[k].want.t[o]); i++) {
            double want = fmin((double)c->items[k].want.t[o].data[i], max);
            if (!(fabs((double)c->items[k].got.t[o].data[i] - want) <= 0.05 * max))
                return 0;
        }
    return wanted > 1.5 * max && isfinite(max) ? max : 0;
}

/* ---- where an unknown mistake shows ---- */

/* Whether output o is right in every case of moderate numbers. */
static bool only_large(const struct cases *c, int o) {
    for (int k = 0; k < c->count; k++)
        if (is_moderate(c, &c->items[k]) &&
            tolerance_difference(c->items[k].got.t[o], c->items[k].want.t[o]) >= 0)
            return false;
    return true;
}

/* Which of several rows or columns are wrong in output o: `first`, `last`, neither or both. */
struct pattern {
    int first, last, others; /* the number of wrong elements in the first, the last, the others */
};

static void look_at(struct pattern *p, int i, int count) {
    *(i == 0 ? &p->first : i == count - 1 ? &p->last : &p->others) += 1;
}

static void say_pattern(const struct pattern *p, const char *what, struct verdict *v) {
    if (p->first == 0 && p->others > 0 && p->last > 0)
        diagnose_say(v,
                     "%c%s 0 is always right, and later ones are not: is everything that belongs "
                     "to one %s reset?",
                     toupper(what[0]), what + 1, what);
    else if (p->first > 0 && p->others + p->last == 0)
        diagnose_say(v, "Only %s 0 is wrong: does a loop start too late?", what);
    else if (p->last > 0 && p->others + p->first == 0)
        diagnose_say(v, "Only the last %s is wrong: does a loop end too early?", what);
}

/* Whether in every case the elements of output o that are written are its first ones: row 0, or as
 * many as it has rows; and in some case there are more. */
static bool only_written(const struct cases *c, int o, bool row_0) {
    bool more = false;
    for (int k = 0; k < c->count; k++) {
        struct tensor got = c->items[k].got.t[o];
        int first = row_0 ? got.cols : got.rows;
        for (int i = 0; i < (int)tensor_size(got); i++)
            if ((got.data[i] != guard_garbage((size_t)i)) != (i < first))
                return false;
        more = more || first < (int)tensor_size(got);
    }
    return more;
}

/* Reports where output o is wrong, if it is so in some rows or columns only. */
static void say_patterns(const struct cases *c, int o, struct verdict *v) {
    struct pattern rows = {0}, cols = {0};
    bool many_rows = false, many_cols = false;
    for (int k = 0; k < c->count; k++) {
        struct tensor got = c->items[k].got.t[o], want = c->items[k].want.t[o];
        double tolerance = tolerance_for(want);
        for (int i = 0; i < (int)tensor_size(want); i++) {
            if (tolerance_allows(got.data[i], want.data[i], tolerance))
                continue;
            if (want.rows > 2)
                look_at(&rows, i / want.cols, want.rows);
            if (want.cols > 2)
                look_at(&cols, i % want.cols, want.cols);
        }
        many_rows = many_rows || want.rows > 2;
        many_cols = many_cols || want.cols > 2;
    }
    if (many_rows)
        say_pattern(&rows, "row", v);
    if (many_cols)
        say_pattern(&cols, "column", v);
}

/* Reports the inputs of element i, if every output is computed element by element. */
static void say_inputs(const struct cases *c, const struct test_case *s, int i, struct verdict *v) {
    const struct argument *a = c->x->arguments;
    char text[200] = "";
    int inputs = 0;
    for (int k = 0; a[k].name; k++) {
        size_t used = strlen(text);
        if (a[k].role == UNSEEN)
            continue;
        if (a[k].rows != a[0].rows || a[k].cols != a[0].cols)
            return;
        if (a[k].role != OUT)
            snprintf(text + used, sizeof text - used, "%s%s = %.6g", inputs++ ? ", " : "",
                     a[k].name, (double)s->in.t[k].data[i]);
    }
    if (inputs > 1)
        diagnose_say(v, "There, %s.", text);
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
        bool large = only_large(c, o);
        if (large && !strstr(v->text, "moderate"))
            diagnose_say(v, "It is right for moderate numbers, but not for large ones.");
        if ((large || !isfinite(g)) && c->x->large && !strstr(v->text, c->x->large))
            diagnose_say(v, "%s", c->x->large);
        diagnose_say(
            v, "In the %d x %d case, row %d, column %d of %s (%d x %d) should be %.6g, but is",
            s->rows, s->cols, i / want.cols, i % want.cols, name, want.rows, want.cols,
            (double)want.data[i]);
        if (c->x->arguments[o].role == OUT && got.data[i] == guard_garbage((size_t)i))
            diagnose_say(v, "still garbage, as before the call.");
        else if (isnan(g))
            diagnose_say(
                v, "NaN (not a number): infinity / infinity, 0 / 0, or the logarithm of a negative "
                   "number.");
        else if (isinf(g))
            diagnose_say(v, "%sinfinity: exp overflowed, or there is a division by 0 or a log 0.",
                         g < 0 ? "-" : "");
        else
            diagnose_say(v, "%.6g.", g + 0); /* never -0 */
        say_inputs(c, s, i, v);
        if (only_written(c, o, true))
            diagnose_say(v, "Only row 0 of %s is written: does a loop end or return too early?",
                         name);
        else if (only_written(c, o, false))
            diagnose_say(v,
                         "Only as many elements of %s are written as it has rows: loop over all "
                         "tensor_size(%s).",
                         name, name);
        else
            say_patterns(c, o, v);
        return;
    }
}

void diagnose_output(struct cases *c, int o, struct verdict *v) {
    const char *name = c->x->arguments[o].name;
    bool plain = c->x->arguments[o].role == OUT;
    const struct mistake *m = best_mistake(c, o, OUTPUT), *alone = NULL;
    if (!m)
        alone = best_mistake(c, o, ALONE);
    if (!m && !alone)
        m = best_mistake(c, o, MODERATE);
    if (m && !strstr(v->text, m->words))
        diagnose_say(v, "%s", m->words);
    if (alone)
        diagnose_say(v, "%s: %s", name, alone->words);
    if (m || alone)
        return;
    if (plain && everywhere(c, o, untouched)) {
        diagnose_say(v, "Nothing was written to %s.", name);
        return;
    }
    double ratio = factor(c, o), max = limit(c, o);
    if (plain && everywhere(c, o, added))
        diagnose_say(
            v, "The result is added to the old contents of %s: assign with = before any +=.", name);
    else if (plain && everywhere(c, o, zero))
        diagnose_say(v,
                     "%s is 0 everywhere: is anything added to it, or is a factor always 0? (In C, "
                     "the integer division 1 / 2 is 0.)",
                     name);
    else if (ratio != 0)
        diagnose_say(v, "Every element of %s is %.6g times the right value.", name, ratio);
    else if (max > 0)
        diagnose_say(v,
                     "No element of %s exceeds %.4g, although larger ones are right: something is "
                     "cut off, or a small number is added before a logarithm. The formula in the "
                     "exercise's comment needs neither.",
                     name, max);
    say_where(c, o, v);
}
