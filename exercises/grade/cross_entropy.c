/* cross_entropy: the loss of each row. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "shift.h"
#include "vectors.h"

#include <math.h>

static const struct argument arguments[] = {{"z", IN, 'N', 'O', "logits", NULL},
                                            {"y", IN, 'N', 'O', NULL, NULL},
                                            {"loss", OUT, 'N', '1', NULL, NULL},
                                            {0}};
enum { Z, Y, LOSS };

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(cross_entropy) *)f)(v->t[Z], v->t[Y], v->t[LOSS]);
}

/* From the second case on, some probabilities are too small for a float and underflow to 0. In the
 * last two, all logits are far below 0. */
static void prepare(struct values *v, int k) {
    struct tensor z = v->t[Z];
    framework_one_hot(v->t[Y], k);
    for (int n = 0; n < z.rows && k > 0; n++) {
        real *zn = tensor_row(z, n);
        if (k < 6)
            zn[(n + k / 2) % z.cols] += 2000;
        for (int j = 0; j < z.cols && k >= 6; j++)
            zn[j] -= (real)(k == 7 ? 20000 : n % 2 ? 3000 : 5000);
        if (k == 2 || k == 6)
            zn[0] -= 3500;
    }
}

/* The loss is -log_softmax from tests/reference, at a label chosen here. */
static bool vector(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    struct tensor log_p = vectors_tensor(c, "log_softmax", a);
    if (vectors_number(c, "temperature", 0) != 1 || !log_p.data)
        return false;
    v->t[Y] = vectors_tensor(c, "logits", a);
    want->t[LOSS] = vectors_tensor(c, "logits", a);
    if (!v->t[Y].data || !want->t[LOSS].data)
        return false;
    framework_one_hot(v->t[Y], 1);
    want->t[LOSS].cols = 1;
    for (int n = 0; n < log_p.rows; n++)
        want->t[LOSS].data[n] = -tensor_row(log_p, n)[(n + 1) % log_p.cols];
    return true;
}

static int label(struct tensor y, int n) {
    int j = 0;
    while (j < y.cols - 1 && tensor_row(y, n)[j] == 0)
        j++;
    return j;
}

/* A wrong loss for row n: an expression in its largest logit m (or another shift), the sum s of the
 * e^(z - m), the number of classes K, and the label's z_y and p. */
#define WRONG(name, shift, expression)                                                             \
    static void name(struct tensor z, struct tensor y, struct tensor loss) {                       \
        for (int n = 0; n < z.rows; n++) {                                                         \
            double s = 0, m = (double)shift_of(z, n, shift), K = (double)z.cols;                   \
            for (int j = 0; j < z.cols; j++)                                                       \
                s += exp((double)tensor_row(z, n)[j] - m);                                         \
            double z_y = (double)tensor_row(z, n)[label(y, n)], p = exp(z_y - m) / s;              \
            (void)K, (void)p;                                                                      \
            loss.data[n] = (real)(expression);                                                     \
        }                                                                                          \
    }

/* The same, as the sum over the classes of an expression in the z, the target y and the p of each;
 * in double and in float, because the difference 1 - p differs. */
#define PER_CLASS_IN(T, name, expression)                                                          \
    static void name(struct tensor z_, struct tensor y_, struct tensor loss) {                     \
        for (int n = 0; n < z_.rows; n++) {                                                        \
            double m = (double)shift_of(z_, n, ROW), K = (double)z_.cols, sum = 0;                 \
            T s = 0;                                                                               \
            for (int j = 0; j < z_.cols; j++)                                                      \
                s += (T)exp((double)tensor_row(z_, n)[j] - m);                                     \
            for (int j = 0; j < z_.cols; j++) {                                                    \
                double z = (double)tensor_row(z_, n)[j], y = (double)tensor_row(y_, n)[j];         \
                T p = (T)exp(z - m) / s;                                                           \
                double p_j = (double)p, log_p = log(p_j), log_q = log((double)(1 - p));            \
                (void)y, (void)p_j, (void)log_p, (void)log_q, (void)K;                             \
                sum += expression;                                                                 \
            }                                                                                      \
            loss.data[n] = (real)sum;                                                              \
        }                                                                                          \
    }
#define PER_CLASS(name, expression)                                                                \
    PER_CLASS_IN(double, name, expression)                                                         \
    PER_CLASS_IN(real, name##_in_float, expression)

WRONG(log_of_zero, ROW, -log(p))
WRONG(negative, ROW, z_y - m - log(s))
WRONG(forgets_m, ROW, log(s) - z_y)
WRONG(forgets_s, ROW, m - z_y)
WRONG(minus_log_s, ROW, m - z_y - log(s))
WRONG(of_largest, ROW, log(s))
WRONG(only_z, ROW, -z_y)
WRONG(binary_logarithm, ROW, (log(s) + m - z_y) / log(2))
WRONG(binary_log_s, ROW, log(s) / log(2) + m - z_y)
WRONG(decimal_logarithm, ROW, (log(s) + m - z_y) / log(10))
WRONG(decimal_log_s, ROW, log(s) / log(10) + m - z_y)
WRONG(log_of_1_plus_s, ROW, log1p(s) + m - z_y)
WRONG(no_log, ROW, s + m - z_y)
WRONG(adds_z, ROW, log(s) + m + z_y)
WRONG(subtracts_m, ROW, log(s) - m - z_y)
WRONG(last_class, ROW, label(y, n) == z.cols - 1 ? log(s) + m - z_y : 0)
WRONG(minus_all, ROW, -z_y - m - log(s))
WRONG(y_as_label, ROW, log(s) + m - (double)tensor_row(z, n)[(int)tensor_row(y, n)[0]])
WRONG(one_minus_p, ROW, 1 - p)
WRONG(minus_p, ROW, -p)
WRONG(only_p, ROW, p)
WRONG(inverse_p, ROW, 1 / p)
WRONG(only_log_sum, ROW, log(s) + m)
WRONG(divided, ROW, (log(s) + m - z_y) / z.rows)
WRONG(divided_by_classes, ROW, (log(s) + m - z_y) / K)

/* The right loss, with another shift than the row's largest logit. */
#define SHIFTED(name, shift, words) WRONG(name, shift, log(s) + m - z_y)
SHIFT_MISTAKES(SHIFTED)

PER_CLASS(zero_times_infinity, -y *log_p)
PER_CLASS(all_classes, log((double)s) + m - z)
PER_CLASS(other_classes, (1 - y) * (log((double)s) + m - z))
PER_CLASS(binary, -y *log_p - (1 - y) * log_q)
PER_CLASS(binary_mean, (-y * log_p - (1 - y) * log_q) / K)
PER_CLASS(only_others, -(1 - y) * log_q)
PER_CLASS(sigmoids, fmax(z, 0) + log1p(exp(-fabs(z))) - y * z)
PER_CLASS(squares, (p_j - y) * (p_j - y))
PER_CLASS(half_squares, (p_j - y) * (p_j - y) / 2)
PER_CLASS(mean_squares, (p_j - y) * (p_j - y) / K)
PER_CLASS(absolute, fabs(p_j - y))
PER_CLASS(swapped, -p_j *log(y))
PER_CLASS(log_of_z, -y *log(z))
PER_CLASS(entropy, p_j > 0 ? -p_j * log_p : 0)
PER_CLASS(weighted_by_p, y > 0 && p_j > 0 ? -p_j * log_p : 0)

static void mean_in_each(struct tensor z, struct tensor y, struct tensor loss) {
    double sum = 0;
    framework_losses(z, y, loss);
    for (int n = 0; n < z.rows; n++)
        sum += (double)loss.data[n];
    for (int n = 0; n < z.rows; n++)
        loss.data[n] = (real)(sum / z.rows);
}

static void sum_goes_on(struct tensor z, struct tensor y, struct tensor loss) {
    framework_losses(z, y, loss);
    for (int n = 1; n < z.rows; n++)
        loss.data[n] += loss.data[n - 1];
}

#define SHIFT_MISTAKE(name, shift, words) MISTAKE("loss", name, words),
#define EITHER(output, wrong, words)                                                               \
    MISTAKE(output, wrong, words), MISTAKE(output, wrong##_in_float, words)

static const struct mistake mistakes[] = {
    MISTAKE("loss", log_of_zero,
            "Where p is so small that it rounds to 0, the loss becomes -log 0, which is infinity. "
            "Do not take the logarithm of p: compute log p_j = z_j - m - log s, where m is the "
            "row's largest logit and s is the sum of e^(z_k - m). This is always accurate."),
    EITHER("loss", zero_times_infinity,
           "Where p rounds to 0 and y is also 0, y log p is 0 times -infinity, which is NaN. Do "
           "not take the logarithm of p: compute log p_j = z_j - m - log s, which stays finite."),
    SHIFT_MISTAKES(SHIFT_MISTAKE)
        MISTAKE("loss", negative,
                "The sign is wrong: this is log p. The loss is -log p, which is never negative."),
    MISTAKE("loss", forgets_m,
            "The row's largest logit m is subtracted inside the sum, but not from z_label. "
            "Subtract it in both places: log s - (z_label - m)."),
    MISTAKE("loss", forgets_s,
            "log s is missing: -log p_label = log s - (z_label - m), where s is the sum of e^(z_k "
            "- m)."),
    MISTAKE("loss", minus_log_s,
            "The sign of log s is wrong: log p_j = z_j - m - log s, and the loss is the negative "
            "of that."),
    MISTAKE(
        "loss", of_largest,
        "This is -log of the row's largest p, whatever the label. Compute log s - (z_label - m)."),
    MISTAKE("loss", sum_goes_on,
            "The sum is not reset to 0 for each row: from row 1 on, it includes the rows before."),
    MISTAKE("loss", only_z,
            "This is -z_label. Without softmax, the loss could fall forever: add the logarithm of "
            "the sum of all e^z_k."),
    MISTAKE(
        "loss", only_log_sum,
        "z_label is missing: this is the logarithm of the sum of all e^z_k, whatever the label."),
    MISTAKE(
        "loss", binary_logarithm,
        "This loss is in bits (log2). Losses here are in nats: use log, the natural logarithm."),
    MISTAKE("loss", decimal_logarithm, "This uses log10. Use log, the natural logarithm."),
    MISTAKE("loss", minus_all,
            "The minus sign belongs to all of log p, not to z_label alone: the loss is -(z_label - "
            "m - log s)."),
    MISTAKE("loss", y_as_label,
            "y is taken for the number of the class. It is one-hot: the label is the j for which "
            "y_j is 1."),
    MISTAKE("loss", one_minus_p,
            "The logarithm is missing: this is 1 - p, but the loss is -log p."),
    MISTAKE("loss", mean_in_each,
            "Every row contains the mean of the batch. The exercise asks for each row's own loss; "
            "the mean is taken later."),
    MISTAKE("loss", divided,
            "The loss is divided by the number of rows. The exercise asks for each row's own loss; "
            "the mean is taken later."),
    MISTAKE("loss", binary_log_s,
            "The logarithm of the sum is to base 2 (log2). Use log, the natural logarithm, which "
            "undoes exp."),
    MISTAKE("loss", decimal_log_s,
            "The logarithm of the sum is to base 10 (log10). Use log, the natural logarithm, which "
            "undoes exp."),
    MISTAKE("loss", log_of_1_plus_s,
            "This is log(1 + s): log1p, or a sum that starts at 1. Compute log s, where s is the "
            "sum of e^(z_k - m) and starts at 0."),
    MISTAKE("loss", no_log,
            "The logarithm of the sum is missing: compute log s - (z_label - m), not s - (z_label "
            "- m)."),
    MISTAKE("loss", adds_z, "z_label has the wrong sign: subtract it, log s + m - z_label."),
    MISTAKE("loss", subtracts_m,
            "m has the wrong sign: the loss is log s + m - z_label, because s is a sum of e^(z_k - "
            "m)."),
    MISTAKE("loss", minus_p, "The logarithm is missing: this is -p, but the loss is -log p."),
    MISTAKE("loss", only_p,
            "This is the probability of the label. The loss is its negative logarithm, -log p."),
    MISTAKE("loss", inverse_p, "This is 1/p. The loss is its logarithm: log(1/p) = -log p."),
    MISTAKE("loss", divided_by_classes,
            "The loss is divided by the number of classes. The sum over the classes is not a mean: "
            "only the label's term is not 0."),
    EITHER("loss", binary,
           "This is the binary cross-entropy, summed over the classes: it also adds -log(1 - p_j) "
           "for every class that is not the label. With a softmax, only the label's -log p counts: "
           "drop the terms with 1 - y."),
    EITHER("loss", binary_mean,
           "This is the binary cross-entropy, averaged over the classes: it also adds -log(1 - "
           "p_j) for every class that is not the label. With a softmax, only the label's -log p "
           "counts."),
    EITHER("loss", only_others,
           "This adds -log(1 - p_j) over the classes that are not the label. The loss is -log p of "
           "the label."),
    EITHER("loss", sigmoids,
           "This is the binary cross-entropy of a sigmoid of each logit. The probabilities here "
           "are those of a softmax over the row: the loss is log s - (z_label - m)."),
    EITHER("loss", squares,
           "This is the squared error, the sum of (p - y)^2. Cross-entropy is -log p_label."),
    EITHER("loss", half_squares,
           "This is half the squared error, (p - y)^2 / 2. Cross-entropy is -log p_label."),
    EITHER("loss", mean_squares,
           "This is the mean squared error of p against y. Cross-entropy is -log p_label."),
    EITHER("loss", absolute,
           "This is the absolute error, the sum of |p - y|. Cross-entropy is -log p_label."),
    MISTAKE(
        "loss", last_class,
        "Only the last class counts: its term is assigned with =. Start from 0 and sum with +=, "
        "or -=."),
    EITHER("loss", swapped,
           "y and p are swapped: the logarithm of y is taken, which is -infinity where y is 0. "
           "The loss is -sum y_j log p_j."),
    EITHER("loss", log_of_z,
           "This takes the logarithm of the logit. The softmax is missing: log p_j = z_j - m - log "
           "s."),
    EITHER("loss", entropy,
           "This is the entropy of p, the sum of -p log p. Cross-entropy weights log p by the "
           "target y: -y log p."),
    EITHER("loss", weighted_by_p,
           "The label's -log p is multiplied by p. Multiply it by y, which is 1."),
    EITHER("loss", other_classes,
           "-log p is summed over all classes but the label. Weight each term by y, not by 1 - y."),
    EITHER(
        "loss", all_classes,
        "-log p is summed over all classes. Only the label's term counts: weight each term by y."),
    {0}};

static void forward(const void *options, bool training, struct tensor z, const struct target *t,
                    struct tensor p, real *losses) {
    framework_loss()->forward(options, training, z, t, p, losses);
    practice_call(&(struct values){.t = {z, t->y, {losses, z.rows, 1}}});
}

static void swap(struct training *t) {
    practice_loss(t)->forward = forward;
}

const struct exercise cross_entropy_exercise = {
    .name = "cross_entropy",
    .source = "src/losses/softmax_cross_entropy.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_losses,
    .mistakes = mistakes,
    .large = "What is subtracted from the logits before exp should be the largest logit of the "
             "same row: then no exponent is above 0, and their sum is at least 1.",
    .prepare = prepare,
    .vectors = "softmax",
    .vector = vector,
    .config = "configs/softmax.json",
    .swap = swap,
};
