/* softmax and stable_softmax: the same function from z to p (N x K). Only the second is tested with
 * logits for which the formula overflows. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "vectors.h"

#include <math.h>

static const struct argument arguments[] = {
    {"z", IN, 'N', 'O', "logits", NULL}, {"p", OUT, 'N', 'O', "softmax", NULL}, {0}};
enum { Z, P };

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(softmax) *)f)(v->t[Z], v->t[P]);
}

/* In training, the loss comes from the framework. The probabilities, from which backward starts,
 * come from the student's function. */
static void forward(const void *options, bool training, struct tensor z, const struct target *t,
                    struct tensor p, real *losses) {
    framework_loss()->forward(options, training, z, t, p, losses);
    practice_call(&(struct values){.t = {z, p}});
}

static void swap(struct training *t) {
    practice_loss(t)->forward = forward;
}

/* ---- mistakes in either exercise ---- */

enum shift { NONE, ROW, BATCH, FROM_ZERO, FIRST, CARRIED, LEAST };

static real larger(real a, real b) {
    return a > b ? a : b;
}

/* What is subtracted from the logits of row n. */
static real shift_of(struct tensor z, int n, enum shift shift) {
    const real *zn = tensor_row(z, n);
    real m = shift == FROM_ZERO ? 0 : zn[0];
    if (shift == NONE)
        return 0;
    for (int j = 0; j < z.cols && shift != FIRST; j++)
        m = shift == LEAST ? -larger(-m, -zn[j]) : larger(m, zn[j]);
    for (int r = 0; r < z.rows && (shift == BATCH || (shift == CARRIED && r < n)); r++)
        m = larger(m, shift_of(z, r, ROW));
    return m;
}

/* Sets e to e^(z - m) for row n. Returns their sum. */
static real exponentials(struct tensor z, int n, enum shift shift, real *e) {
    real m = shift_of(z, n, shift), sum = 0;
    for (int j = 0; j < z.cols; j++)
        sum += e[j] = (real)exp((double)(tensor_row(z, n)[j] - m));
    return sum;
}

static void divide_row(struct tensor p, int n, real by) {
    for (int j = 0; j < p.cols; j++)
        tensor_row(p, n)[j] /= by;
}

static void shifted(struct tensor z, struct tensor p, enum shift shift) {
    for (int n = 0; n < z.rows; n++)
        divide_row(p, n, exponentials(z, n, shift, tensor_row(p, n)));
}

static void no_exp(struct tensor z, struct tensor p) {
    for (int n = 0; n < z.rows; n++) {
        real sum = 0;
        for (int j = 0; j < z.cols; j++)
            sum += tensor_row(p, n)[j] = tensor_row(z, n)[j];
        divide_row(p, n, sum);
    }
}

static void undivided(struct tensor z, struct tensor p) {
    for (int n = 0; n < z.rows; n++)
        exponentials(z, n, NONE, tensor_row(p, n));
}

static void undivided_shifted(struct tensor z, struct tensor p) {
    for (int n = 0; n < z.rows; n++)
        exponentials(z, n, ROW, tensor_row(p, n));
}

static void whole_batch(struct tensor z, struct tensor p) {
    real sum = 0;
    for (int n = 0; n < z.rows; n++)
        sum += exponentials(z, n, NONE, tensor_row(p, n));
    for (size_t i = 0; i < tensor_size(p); i++)
        p.data[i] /= sum;
}

static void sum_carried(struct tensor z, struct tensor p) {
    real sum = 0;
    for (int n = 0; n < z.rows; n++) {
        sum += exponentials(z, n, NONE, tensor_row(p, n));
        divide_row(p, n, sum);
    }
}

static void by_columns(struct tensor z, struct tensor p) {
    undivided(z, p);
    for (int j = 0; j < p.cols; j++) {
        real sum = 0;
        for (int n = 0; n < p.rows; n++)
            sum += tensor_row(p, n)[j];
        for (int n = 0; n < p.rows; n++)
            tensor_row(p, n)[j] /= sum;
    }
}

static void running_sum(struct tensor z, struct tensor p) {
    undivided(z, p);
    for (int n = 0; n < p.rows; n++) {
        real sum = 0;
        for (int j = 0; j < p.cols; j++) {
            sum += tensor_row(p, n)[j];
            tensor_row(p, n)[j] /= sum;
        }
    }
}

static void by_largest(struct tensor z, struct tensor p) {
    undivided(z, p);
    for (int n = 0; n < p.rows; n++)
        divide_row(p, n, shift_of(p, n, ROW));
}

static void logarithm(struct tensor z, struct tensor p) {
    framework_softmax(z, p);
    for (size_t i = 0; i < tensor_size(p); i++)
        p.data[i] = (real)log((double)p.data[i]);
}

static void negative(struct tensor z, struct tensor p) {
    for (int n = 0; n < z.rows; n++) {
        real sum = 0;
        for (int j = 0; j < z.cols; j++)
            sum += tensor_row(p, n)[j] = (real)exp(-(double)tensor_row(z, n)[j]);
        divide_row(p, n, sum);
    }
}

static bool moderate(const struct cJSON *c, struct arena *a, struct values *v,
                     struct values *want) {
    (void)a, (void)want;
    for (size_t i = 0; i < tensor_size(v->t[Z]); i++)
        if (fabs((double)v->t[Z].data[i]) > 80)
            return false;
    return vectors_number(c, "temperature", 0) == 1;
}

static const struct mistake mistakes[] = {
    MISTAKE("p", undivided,
            "The division is missing: p_j is e^z_j divided by the sum over the row, so that each "
            "row of p sums to 1."),
    MISTAKE("p", no_exp,
            "The exp is missing: p_j is e^z_j divided by the sum of the e^z_k, not z_j divided by "
            "the sum of the z_k."),
    MISTAKE("p", whole_batch,
            "The sum runs over the whole batch. Each row is a separate sample: divide by the sum "
            "over its own row."),
    MISTAKE("p", sum_carried,
            "The sum is not reset to 0 for each row: from row 1 on, it includes the rows before."),
    MISTAKE("p", by_columns,
            "The sum runs down the columns. It should run along a row, over the classes of one "
            "sample."),
    MISTAKE("p", running_sum,
            "Each element is divided by the sum so far. Complete the sum before the first "
            "division: this takes two loops over the row."),
    MISTAKE("p", by_largest,
            "Each element is divided by the largest e^z_j instead of by their sum: each row of p "
            "should sum to 1."),
    MISTAKE("p", negative, "The sign of the exponent is wrong: use e^z, not e^-z."),
    MISTAKE("p", logarithm, "This is log p. The exercise asks for p itself."),
    {0}};

const struct exercise softmax_exercise = {
    .name = "softmax",
    .source = "src/programs/softmax.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_softmax,
    .mistakes = mistakes,
    .vectors = "softmax",
    .vector = moderate,
    .config = "configs/softmax.json",
    .swap = swap,
};

/* ---- large logits ---- */

#define SHIFTED(name, shift)                                                                       \
    static void name(struct tensor z, struct tensor p) {                                           \
        shifted(z, p, shift);                                                                      \
    }
SHIFTED(naive, NONE)
SHIFTED(batch_largest, BATCH)
SHIFTED(from_zero, FROM_ZERO)
SHIFTED(first, FIRST)
SHIFTED(carried, CARRIED)
SHIFTED(least, LEAST)

/* e^(z - above) / sum e^(z - below) */
static void quotient(struct tensor z, struct tensor p, enum shift above, enum shift below) {
    for (int n = 0; n < z.rows; n++) {
        real sum = exponentials(z, n, below, tensor_row(p, n));
        exponentials(z, n, above, tensor_row(p, n));
        divide_row(p, n, sum);
    }
}

static void unshifted_sum(struct tensor z, struct tensor p) {
    quotient(z, p, ROW, NONE);
}

static void shifted_sum(struct tensor z, struct tensor p) {
    quotient(z, p, NONE, ROW);
}

/* e^2000 overflows even in double, so exp and expf fail alike. */
static void prepare(struct values *v, int k) {
    struct tensor z = v->t[Z];
    for (int n = 0; n < z.rows; n++)
        for (int j = 0; j < z.cols; j++) {
            real *zj = &tensor_row(z, n)[j];
            *zj += k == 1   ? 2000
                   : k == 2 ? (real)-2000 * (real)(n + 1)
                   : k == 3 ? (real)2000 * (real)n
                   : k == 4 ? (real)(j == 1 ? 2000 : 0)
                   : k == 5 ? (real)(j == 0 ? 2000 : 0)
                            : 0;
        }
}

static bool at_one(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    (void)a, (void)v, (void)want;
    return vectors_number(c, "temperature", 0) == 1;
}

static const struct mistake stable_mistakes[] = {
    MISTAKE("p", naive,
            "The maximum is not subtracted. e^2000 overflows to infinity, and infinity / infinity "
            "is NaN; e^-2000 underflows to 0, and a row of zeros gives 0 / 0. Subtract the row's "
            "largest logit before exp."),
    MISTAKE("p", batch_largest,
            "The maximum is that of the whole batch: in a row far below it, every exp is 0, and 0 "
            "/ 0 is NaN. Subtract each row's own maximum."),
    MISTAKE("p", from_zero,
            "The search for the maximum starts at 0, or at another number that is not one of the "
            "logits: if all logits are far below it, every exp is 0, and 0 / 0 is NaN. Start with "
            "the row's first logit."),
    MISTAKE("p", first,
            "The row's first logit is subtracted, not its largest: if another logit is far larger, "
            "exp overflows."),
    MISTAKE("p", carried,
            "The maximum is not reset for each row, so it includes the rows before: if they are "
            "far larger, every exp is 0."),
    MISTAKE("p", least,
            "The row's smallest logit is subtracted, not its largest: if the largest is far "
            "larger, exp overflows."),
    MISTAKE("p", unshifted_sum,
            "The maximum is subtracted in the numerator but not in the denominator, which is the "
            "sum of the same e^(z_k - m)."),
    MISTAKE("p", shifted_sum,
            "The maximum is subtracted in the denominator but not in the numerator, which is also "
            "e^(z_j - m)."),
    MISTAKE("p", undivided_shifted,
            "The division is missing: p_j is e^(z_j - m) divided by the sum over the row."),
    MISTAKE("p", by_columns,
            "The sum runs down the columns. It should run along a row, over the classes of one "
            "sample."),
    {0}};

const struct exercise stable_softmax_exercise = {
    .name = "stable_softmax",
    .source = "src/tensor/softmax.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_softmax,
    .mistakes = stable_mistakes,
    .prepare = prepare,
    .vectors = "softmax",
    .vector = at_one,
    .config = "configs/softmax.json",
    .swap = swap,
};
