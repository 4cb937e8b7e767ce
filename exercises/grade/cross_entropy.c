/* cross_entropy: the loss of each row. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
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

/* From the second case on, some probabilities are too small for a float and underflow to 0. */
static void prepare(struct values *v, int k) {
    framework_one_hot(v->t[Y], k);
    for (int n = 0; n < v->t[Z].rows && k > 0; n++)
        tensor_row(v->t[Z], n)[(n + k / 2) % v->t[Z].cols] += 2000;
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

/* Sets e to e^(z - m) for row n. Returns their sum. */
static double exponentials(struct tensor z, int n, double m, double *e) {
    double sum = 0;
    for (int j = 0; j < z.cols; j++)
        sum += e[j] = exp((double)tensor_row(z, n)[j] - m);
    return sum;
}

static double largest(struct tensor z, int n) {
    double m = (double)tensor_row(z, n)[0];
    for (int j = 1; j < z.cols; j++)
        m = fmax(m, (double)tensor_row(z, n)[j]);
    return m;
}

static int label(struct tensor y, int n) {
    int j = 0;
    while (j < y.cols - 1 && tensor_row(y, n)[j] == 0)
        j++;
    return j;
}

/* A wrong loss for row n: an expression in its largest logit m (times `shift`), the sum s of its
 * e = e^(z - m), and the label's z_y and e_y. */
#define WRONG(name, shift, expression)                                                             \
    static void name(struct tensor z, struct tensor y, struct tensor loss) {                       \
        double e[FRAMEWORK_MAX];                                                                   \
        for (int n = 0; n < z.rows; n++) {                                                         \
            double m = shift * largest(z, n), s = exponentials(z, n, m, e);                        \
            double z_y = (double)tensor_row(z, n)[label(y, n)], e_y = e[label(y, n)];              \
            (void)m, (void)s, (void)z_y, (void)e_y;                                                \
            loss.data[n] = (real)(expression);                                                     \
        }                                                                                          \
    }

WRONG(log_of_zero, 1, -log(e_y / s))
WRONG(unshifted, 0, log(s) - z_y)
WRONG(unshifted_quotient, 0, -log(e_y / s))
WRONG(negative, 1, z_y - m - log(s))
WRONG(forgets_m, 1, log(s) - z_y)
WRONG(forgets_s, 1, m - z_y)
WRONG(minus_log_s, 1, m - z_y - log(s))
WRONG(of_largest, 1, log(s))
WRONG(only_z, 1, -z_y)
WRONG(binary_logarithm, 1, (log(s) + m - z_y) / log(2))
WRONG(decimal_logarithm, 1, (log(s) + m - z_y) / log(10))
WRONG(one_minus_p, 1, 1 - e_y / s)
WRONG(only_log_sum, 1, log(s) + m)
WRONG(divided, 1, (log(s) + m - z_y) / z.rows)

static void zero_times_infinity(struct tensor z, struct tensor y, struct tensor loss) {
    double e[FRAMEWORK_MAX];
    for (int n = 0; n < z.rows; n++) {
        double s = exponentials(z, n, largest(z, n), e), sum = 0;
        for (int j = 0; j < z.cols; j++)
            sum -= (double)tensor_row(y, n)[j] * log(e[j] / s);
        loss.data[n] = (real)sum;
    }
}

static void all_classes(struct tensor z, struct tensor y, struct tensor loss) {
    double e[FRAMEWORK_MAX];
    (void)y;
    for (int n = 0; n < z.rows; n++) {
        double m = largest(z, n), s = exponentials(z, n, m, e), sum = 0;
        for (int j = 0; j < z.cols; j++)
            sum += log(s) + m - (double)tensor_row(z, n)[j];
        loss.data[n] = (real)sum;
    }
}

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

static const struct mistake mistakes[] = {
    MISTAKE("loss", log_of_zero,
            "Where p is so small that it rounds to 0, the loss becomes -log 0, which is infinity. "
            "Do not take the logarithm of p: compute log p_j = z_j - m - log s, where m is the "
            "row's largest logit and s is the sum of e^(z_k - m). This is always accurate."),
    MISTAKE("loss", zero_times_infinity,
            "Where p rounds to 0 and y is also 0, y log p is 0 times -infinity, which is NaN. Do "
            "not take the logarithm of p: compute log p_j = z_j - m - log s, which stays finite."),
    MISTAKE("loss", unshifted,
            "The maximum is not subtracted, so e^2000 overflows. Compute log s + m - z_label, "
            "where m is the row's largest logit and s is the sum of e^(z_k - m)."),
    MISTAKE("loss", unshifted_quotient,
            "The maximum is not subtracted: e^2000 overflows to infinity, and infinity / infinity "
            "is NaN. Subtract the row's largest logit before exp."),
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
    MISTAKE("loss", one_minus_p,
            "The logarithm is missing: this is 1 - p, but the loss is -log p."),
    MISTAKE("loss", mean_in_each,
            "Every row contains the mean of the batch. The exercise asks for each row's own loss; "
            "the mean is taken later."),
    MISTAKE("loss", divided,
            "The loss is divided by the number of rows. The exercise asks for each row's own loss; "
            "the mean is taken later."),
    MISTAKE(
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
    .prepare = prepare,
    .vectors = "softmax",
    .vector = vector,
    .config = "configs/softmax.json",
    .swap = swap,
};
