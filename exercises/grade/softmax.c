/* softmax and stable_softmax: the same function from z to p (N x K). Only the second is tested with
 * logits for which the formula overflows. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "shift.h"
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

static void divide_row(struct tensor p, int n, real by) {
    for (int j = 0; j < p.cols; j++)
        tensor_row(p, n)[j] /= by;
}

/* A wrong function with the right shift, for stable_softmax, and without, for softmax. `all` is
 * e^(z - m); `row` runs for each row n of p, which contains it, with the row's sum. */
#define WRONG(name, row)                                                                           \
    static void name##_of(struct tensor z, struct tensor p, enum shift shift) {                    \
        real sums[FRAMEWORK_MAX], before = 0, K = (real)p.cols;                                    \
        for (int n = 0; n < z.rows; n++)                                                           \
            sums[n] = shift_exponentials(z, n, shift, tensor_row(p, n));                           \
        for (int n = 0; n < z.rows; n++) {                                                         \
            real *e = tensor_row(p, n), sum = sums[n];                                             \
            const real *zn = tensor_row(z, n);                                                     \
            (void)e, (void)zn, (void)sum, (void)before, (void)K;                                   \
            row;                                                                                   \
            before += sums[n];                                                                     \
        }                                                                                          \
    }                                                                                              \
    static void name(struct tensor z, struct tensor p) {                                           \
        name##_of(z, p, NONE);                                                                     \
    }                                                                                              \
    static void stable_##name(struct tensor z, struct tensor p) {                                  \
        name##_of(z, p, ROW);                                                                      \
    }
#define EACH_OF(j) for (int j = 0; j < p.cols; j++)

WRONG(undivided, (void)0)
WRONG(whole_batch, {
    real total = 0;
    for (int r = 0; r < p.rows; r++)
        total += sums[r];
    divide_row(p, n, total);
})
WRONG(sum_carried, divide_row(p, n, sum + before))
WRONG(running_sum, {
    real so_far = 0;
    EACH_OF(j) {
        so_far += e[j];
        e[j] /= so_far;
    }
})
WRONG(by_mean, divide_row(p, n, sum / K))
WRONG(by_classes, divide_row(p, n, K))
WRONG(whole_sum, {
    int whole = 0;
    EACH_OF(j) whole = (int)((real)whole + e[j]);
    divide_row(p, n, (real)whole);
})
WRONG(one_for_largest, {
    int largest = 0;
    EACH_OF(j) largest = zn[j] > zn[largest] ? j : largest;
    EACH_OF(j) e[j] = j == largest;
})
WRONG(divided_twice, divide_row(p, n, sum *sum))
WRONG(by_both, divide_row(p, n, sum *K))
WRONG(multiplied, divide_row(p, n, 1 / sum))
WRONG(subtracted, EACH_OF(j) e[j] -= sum)
WRONG(by_sum_of_z, {
    real total = 0;
    EACH_OF(j) total += zn[j];
    divide_row(p, n, total);
})
WRONG(by_others, EACH_OF(j) e[j] /= sum - e[j])
WRONG(one_more, divide_row(p, n, sum + 1))
WRONG(first_skipped, divide_row(p, n, sum - e[0]))
WRONG(last_skipped, divide_row(p, n, sum - e[p.cols - 1]))
WRONG(sigmoids, EACH_OF(j) e[j] /= 1 + e[j])
WRONG(z_above, EACH_OF(j) e[j] = zn[j] / sum)
WRONG(logarithm, EACH_OF(j) e[j] = (real)(log((double)e[j]) - log((double)sum)))
WRONG(first_row, {
    divide_row(p, n, sum);
    EACH_OF(j) e[j] = p.data[j];
})

static void by_columns_of(struct tensor z, struct tensor p, enum shift shift) {
    undivided_of(z, p, shift);
    for (int j = 0; j < p.cols; j++) {
        real sum = 0;
        for (int n = 0; n < p.rows; n++)
            sum += tensor_row(p, n)[j];
        for (int n = 0; n < p.rows; n++)
            tensor_row(p, n)[j] /= sum;
    }
}

static void by_columns(struct tensor z, struct tensor p) {
    by_columns_of(z, p, NONE);
}

static void stable_by_columns(struct tensor z, struct tensor p) {
    by_columns_of(z, p, ROW);
}

/* Element (n, j) at data[j * rows + n], in z and in p. */
static void column_major_of(struct tensor z, struct tensor p, enum shift shift) {
    real turned[FRAMEWORK_MAX];
    struct tensor t = {turned, z.rows, z.cols};
    for (int n = 0; n < z.rows; n++)
        for (int j = 0; j < z.cols; j++)
            tensor_row(t, n)[j] = z.data[j * z.rows + n];
    shift_softmax(t, t, shift);
    for (int n = 0; n < z.rows; n++)
        for (int j = 0; j < z.cols; j++)
            p.data[j * z.rows + n] = tensor_row(t, n)[j];
}

static void column_major(struct tensor z, struct tensor p) {
    column_major_of(z, p, NONE);
}

static void stable_column_major(struct tensor z, struct tensor p) {
    column_major_of(z, p, ROW);
}

static void by_largest(struct tensor z, struct tensor p) {
    undivided(z, p);
    for (int n = 0; n < p.rows; n++)
        divide_row(p, n, shift_of(p, n, ROW));
}

/* f(z - m), divided by the row's sum. */
#define INSTEAD_IN(name, shift, f_of_x)                                                            \
    static void name(struct tensor z, struct tensor p) {                                           \
        for (int n = 0; n < z.rows; n++) {                                                         \
            real sum = 0, m = shift_of(z, n, shift);                                               \
            for (int j = 0; j < z.cols; j++) {                                                     \
                double x = (double)(tensor_row(z, n)[j] - m);                                      \
                sum += tensor_row(p, n)[j] = (real)(f_of_x);                                       \
            }                                                                                      \
            divide_row(p, n, sum);                                                                 \
        }                                                                                          \
    }
#define INSTEAD_OF_EXP(name, f_of_x)                                                               \
    INSTEAD_IN(name, NONE, f_of_x)                                                                 \
    INSTEAD_IN(stable_##name, ROW, f_of_x)

INSTEAD_OF_EXP(no_exp, x)
INSTEAD_OF_EXP(negative, exp(-x))
INSTEAD_OF_EXP(powers_of_2, exp2(x))
INSTEAD_OF_EXP(powers_of_10, pow(10, x))
INSTEAD_OF_EXP(squares, x *x)
INSTEAD_OF_EXP(exp_of_squares, exp(x *x))
INSTEAD_OF_EXP(less_one, expm1(x))
INSTEAD_IN(absolute, NONE, exp(fabs(x)))
INSTEAD_IN(powers_of_2_718, NONE, pow(2.718, x))

/* The mistakes of both exercises, with the names of the right words in each. */
#define COMMON_MISTAKES(prefix, e_z)                                                               \
    MISTAKE("p", prefix##undivided,                                                                \
            "The division is missing: p_j is " e_z " divided by the sum over the row, so that "    \
            "each row of p sums to 1."),                                                           \
        MISTAKE("p", prefix##no_exp,                                                               \
                "The exp is missing: p_j is e^z_j divided by the sum of the e^z_k, not z_j "       \
                "divided by the sum of the z_k."),                                                 \
        MISTAKE("p", prefix##whole_batch,                                                          \
                "The sum runs over the whole batch. Each row is a separate sample: divide by the " \
                "sum over its own row."),                                                          \
        MISTAKE("p", prefix##sum_carried,                                                          \
                "The sum is not reset to 0 for each row: from row 1 on, it includes the rows "     \
                "before."),                                                                        \
        MISTAKE("p", prefix##by_columns,                                                           \
                "The sum runs down the columns. It should run along a row, over the classes of "   \
                "one sample."),                                                                    \
        MISTAKE("p", prefix##running_sum,                                                          \
                "Each element is divided by the sum so far. Complete the sum before the first "    \
                "division: this takes two loops over the row."),                                   \
        MISTAKE("p", prefix##by_mean,                                                              \
                "Each row of p sums to the number of classes: the exponentials are divided by "    \
                "their mean. Divide by their sum."),                                               \
        MISTAKE(                                                                                   \
            "p", prefix##by_classes,                                                               \
            "The exponentials are divided by the number of classes. Divide by their sum: each "    \
            "row of p then sums to 1."),                                                           \
        MISTAKE("p", prefix##whole_sum,                                                            \
                "The sum is an int, so every fraction is cut off as it is added. Declare it as "   \
                "real, or double."),                                                               \
        MISTAKE("p", prefix##one_for_largest,                                                      \
                "The largest logit gets 1, and the others 0. Softmax gives every class a "         \
                "probability: " e_z " divided by the sum over the row."),                          \
        MISTAKE("p", prefix##column_major,                                                         \
                "The matrices are read by columns: element (n, j) is data[n * cols + j], not "     \
                "data[j * rows + n]."),                                                            \
        MISTAKE("p", prefix##by_both,                                                              \
                "Each row of p sums to 1/K, with K classes: the division by the sum is enough."),  \
        MISTAKE("p", prefix##multiplied,                                                           \
                "The exponentials are multiplied by their sum. Divide by it."),                    \
        MISTAKE("p", prefix##subtracted,                                                           \
                "The sum is subtracted from the exponentials. Divide by it."),                     \
        MISTAKE("p", prefix##by_sum_of_z,                                                          \
                "The exp is missing in the denominator: divide by the sum of the exponentials, "   \
                "not of the z_k."),                                                                \
        MISTAKE("p", prefix##divided_twice,                                                        \
                "The row is divided by its sum twice. After one division it sums to 1."),          \
        MISTAKE("p", prefix##by_others,                                                            \
                "The sum in the denominator leaves out the class itself: sum over all classes of " \
                "the row, including j."),                                                          \
        MISTAKE("p", prefix##one_more,                                                             \
                "The sum starts at 1, or 1 is added to it: start it at 0."),                       \
        MISTAKE("p", prefix##first_skipped,                                                        \
                "The sum leaves out the first class: start its loop at j = 0."),                   \
        MISTAKE("p", prefix##last_skipped,                                                         \
                "The sum leaves out the last class: run its loop to j < z.cols."),                 \
        MISTAKE("p", prefix##sigmoids,                                                             \
                "This is the sigmoid of each logit on its own: e^z / (1 + e^z). Softmax divides "  \
                "by the sum over all classes of the row."),                                        \
        MISTAKE("p", prefix##z_above,                                                              \
                "The exp is missing in the numerator: divide " e_z ", not z_j, by the sum."),      \
        MISTAKE("p", prefix##negative, "The sign of the exponent is wrong: use e^z, not e^-z."),   \
        MISTAKE("p", prefix##powers_of_2,                                                          \
                "These are powers of 2 (exp2): use exp or expf, with base e."),                    \
        MISTAKE("p", prefix##powers_of_10,                                                         \
                "These are powers of 10: use exp or expf, with base e."),                          \
        MISTAKE("p", prefix##squares,                                                              \
                "z is squared instead of exponentiated: use e^z, which grows with z, also where "  \
                "z is negative."),                                                                 \
        MISTAKE("p", prefix##exp_of_squares, "The exponent is squared: use e^z, not e^(z^2)."),    \
        MISTAKE("p", prefix##less_one, "This uses expm1, which is e^z - 1: use exp or expf."),     \
        MISTAKE("p", prefix##first_row,                                                            \
                "Every row contains the probabilities of row 0: compute row n of p from row n of " \
                "z."),                                                                             \
        MISTAKE("p", prefix##logarithm, "This is log p. The exercise asks for p itself.")

static bool moderate(const struct cJSON *c, struct arena *a, struct values *v,
                     struct values *want) {
    (void)a, (void)want;
    for (size_t i = 0; i < tensor_size(v->t[Z]); i++)
        if (fabs((double)v->t[Z].data[i]) > 80)
            return false;
    return vectors_number(c, "temperature", 0) == 1;
}

static const struct mistake mistakes[] = {
    COMMON_MISTAKES(, "e^z_j"),
    MISTAKE("p", by_largest,
            "Each element is divided by the largest e^z_j instead of by their sum: each row of p "
            "should sum to 1."),
    MISTAKE("p", powers_of_2_718,
            "e is rounded to 2.718, so only three digits are right: use exp or expf."),
    MISTAKE("p", absolute,
            "The exponent has lost its sign: use e^z, not e^|z|. A negative logit means a small "
            "probability."),
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

#define SHIFTED(name, shift, words)                                                                \
    static void name(struct tensor z, struct tensor p) {                                           \
        shift_softmax(z, p, shift);                                                                \
    }
SHIFT_MISTAKES(SHIFTED)
PROBABILITY_MISTAKES(SHIFTED)

/* e^(z - above) / sum e^(z - below) */
static void quotient(struct tensor z, struct tensor p, enum shift above, enum shift below) {
    for (int n = 0; n < z.rows; n++) {
        real sum = shift_exponentials(z, n, below, tensor_row(p, n));
        shift_exponentials(z, n, above, tensor_row(p, n));
        divide_row(p, n, sum);
    }
}

static void unshifted_sum(struct tensor z, struct tensor p) {
    quotient(z, p, ROW, NONE);
}

static void shifted_sum(struct tensor z, struct tensor p) {
    quotient(z, p, NONE, ROW);
}

SHIFTED(largest_index, LARGEST_INDEX, "")

/* e^z - m, without parentheses around z - m. */
static void subtracted_later(struct tensor z, struct tensor p) {
    for (int n = 0; n < z.rows; n++) {
        real m = shift_of(z, n, ROW), sum = shift_exponentials(z, n, NONE, tensor_row(p, n));
        for (int j = 0; j < z.cols; j++)
            tensor_row(p, n)[j] = (tensor_row(p, n)[j] - m) / (sum - m * (real)z.cols);
    }
}

/* One loop finds the maximum and adds the exponentials. */
static void one_loop(struct tensor z, struct tensor p) {
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        real m = zn[0], sum = 0;
        for (int j = 0; j < z.cols; j++) {
            m = zn[j] > m ? zn[j] : m;
            sum += (real)exp((double)(zn[j] - m));
        }
        shift_exponentials(z, n, ROW, tensor_row(p, n));
        divide_row(p, n, sum);
    }
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
                   : k == 6 ? (real)(j == 0   ? -1500
                                     : j == 5 ? 1000
                                              : 0)
                            : 0;
        }
}

static bool at_one(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    (void)a, (void)v, (void)want;
    return vectors_number(c, "temperature", 0) == 1;
}

/* Log p, from the rounded p: -infinity where p rounds to 0. */
static void logarithm_of_p(struct tensor z, struct tensor p) {
    framework_softmax(z, p);
    for (size_t i = 0; i < tensor_size(p); i++)
        p.data[i] = (real)log((double)p.data[i]);
}

#define SHIFT_MISTAKE(name, shift, words) MISTAKE("p", name, words),

static const struct mistake stable_mistakes[] = {
    SHIFT_MISTAKES(SHIFT_MISTAKE) PROBABILITY_MISTAKES(SHIFT_MISTAKE)
        COMMON_MISTAKES(stable_, "e^(z_j - m)"),
    MISTAKE("p", logarithm_of_p, "This is log p. The exercise asks for p itself."),
    MISTAKE("p", largest_index,
            "The index of the row's largest logit is subtracted, not the logit itself: exp still "
            "overflows."),
    MISTAKE("p", subtracted_later,
            "m is subtracted from e^z, not from z: put the parentheses around z - m, as in exp(z - "
            "m)."),
    MISTAKE("p", one_loop,
            "The sum begins before the maximum is known, so its terms have different m. Complete "
            "the search first: this takes a loop of its own."),
    MISTAKE("p", unshifted_sum,
            "The maximum is subtracted in the numerator but not in the denominator, which is the "
            "sum of the same e^(z_k - m)."),
    MISTAKE("p", shifted_sum,
            "The maximum is subtracted in the denominator but not in the numerator, which is also "
            "e^(z_j - m)."),
    {0}};

const struct exercise stable_softmax_exercise = {
    .name = "stable_softmax",
    .source = "src/tensor/softmax.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_softmax,
    .mistakes = stable_mistakes,
    .large = "What is subtracted from the logits before exp should be the largest logit of the "
             "same row: then no exponent is above 0, and their sum is at least 1.",
    .prepare = prepare,
    .vectors = "softmax",
    .vector = at_one,
    .config = "configs/softmax.json",
    .swap = swap,
};
