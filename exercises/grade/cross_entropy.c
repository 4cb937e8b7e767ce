/* cross_entropy and p_minus_y: the loss of each row, and the gradient of the mean of them. */
#include "grade.h"
#include "practice.h"
#include "right.h"
#include "vectors.h"

#include <math.h>
#include <string.h>

/* ---- cross_entropy ---- */

static const struct argument loss_arguments[] = {{"z", IN, 'N', 'O', "logits", NULL},
                                                 {"y", IN, 'N', 'O', NULL, NULL},
                                                 {"loss", OUT, 'N', '1', NULL, NULL},
                                                 {0}};
enum { Z, Y, LOSS };

static void call_loss(void (*f)(void), const struct values *v) {
    ((void (*)(struct tensor, struct tensor, struct tensor))f)(v->t[Z], v->t[Y], v->t[LOSS]);
}

/* From the second case on there are logits whose probability is 0 in any float. */
static void prepare_loss(struct values *v, int k) {
    right_one_hot(v->t[Y], k);
    for (int n = 0; n < v->t[Z].rows && k > 0; n++)
        tensor_row(v->t[Z], n)[(n + k / 2) % v->t[Z].cols] += 2000;
}

/* log_softmax of tests/reference, of a label of our own. */
static bool vector_loss(const struct cJSON *c, struct arena *a, struct values *v,
                        struct values *want) {
    struct tensor log_p = vectors_tensor(c, "log_softmax", a);
    if (vectors_number(c, "temperature", 0) != 1 || !log_p.data)
        return false;
    v->t[Y] = vectors_tensor(c, "logits", a);
    want->t[LOSS] = vectors_tensor(c, "logits", a);
    if (!v->t[Y].data || !want->t[LOSS].data)
        return false;
    right_one_hot(v->t[Y], 1);
    want->t[LOSS].cols = 1;
    for (int n = 0; n < log_p.rows; n++)
        want->t[LOSS].data[n] = -tensor_row(log_p, n)[(n + 1) % log_p.cols];
    return true;
}

/* e = e^(z - m) of row n, and its sum. */
static double row(struct tensor z, int n, double m, double *e) {
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

/* A wrong loss of row n: EXPRESSION of its largest logit m, the sum s of its e = e^(z - m), and the
 * label's z_y and e_y. */
#define WRONG(name, shift, expression)                                                             \
    static void name(struct tensor z, struct tensor y, struct tensor loss) {                       \
        double e[RIGHT_MOST];                                                                      \
        for (int n = 0; n < z.rows; n++) {                                                         \
            double m = shift * largest(z, n), s = row(z, n, m, e);                                 \
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
    double e[RIGHT_MOST];
    for (int n = 0; n < z.rows; n++) {
        double s = row(z, n, largest(z, n), e), sum = 0;
        for (int j = 0; j < z.cols; j++)
            sum -= (double)tensor_row(y, n)[j] * log(e[j] / s);
        loss.data[n] = (real)sum;
    }
}

static void all_classes(struct tensor z, struct tensor y, struct tensor loss) {
    double e[RIGHT_MOST];
    (void)y;
    for (int n = 0; n < z.rows; n++) {
        double m = largest(z, n), s = row(z, n, m, e), sum = 0;
        for (int j = 0; j < z.cols; j++)
            sum += log(s) + m - (double)tensor_row(z, n)[j];
        loss.data[n] = (real)sum;
    }
}

static void mean_in_each(struct tensor z, struct tensor y, struct tensor loss) {
    double sum = 0;
    right_losses(z, y, loss);
    for (int n = 0; n < z.rows; n++)
        sum += (double)loss.data[n];
    for (int n = 0; n < z.rows; n++)
        loss.data[n] = (real)(sum / z.rows);
}

static void sum_goes_on(struct tensor z, struct tensor y, struct tensor loss) {
    right_losses(z, y, loss);
    for (int n = 1; n < z.rows; n++)
        loss.data[n] += loss.data[n - 1];
}

static const struct mistake loss_mistakes[] = {
    MISTAKE("loss", log_of_zero,
            "Where p is so small that it is rounded to 0, the loss becomes -log 0, infinity. Do "
            "not take the logarithm of p: log p_j = z_j - m - log s, with the row's largest logit "
            "m and the sum s of e^(z_k - m), is never far off."),
    MISTAKE("loss", zero_times_infinity,
            "Where p is rounded to 0 and y is 0, too, y log p is 0 times -infinity, which is not a "
            "number. Take log p_j = z_j - m - log s, which stays finite, not the logarithm of p."),
    MISTAKE("loss", unshifted,
            "No maximum is subtracted: e^2000 overflows. Take log s + m - z_label, with the row's "
            "largest logit m and the sum s of e^(z_k - m)."),
    MISTAKE("loss", unshifted_quotient,
            "No maximum is subtracted: e^2000 overflows, and infinity / infinity is not a number. "
            "Subtract the row's largest logit before exp."),
    MISTAKE("loss", negative,
            "The sign is wrong: that is log p. The loss is -log p, which is never below 0."),
    MISTAKE("loss", forgets_m,
            "The row's largest logit m is subtracted inside the sum, but not from z_label: it must "
            "be both, log s - (z_label - m)."),
    MISTAKE("loss", forgets_s,
            "log s is missing: -log p_label = log s - (z_label - m), with the sum s of "
            "e^(z_k - m)."),
    MISTAKE("loss", minus_log_s,
            "The sign of log s is wrong: log p_j = z_j - m - log s, and the loss is minus that."),
    MISTAKE("loss", of_largest,
            "That is -log of the row's largest p, whatever the label: log s - (z_label - m)."),
    MISTAKE("loss", sum_goes_on,
            "The sum is not set to 0 again for the next row: from row 1 on, the rows before are in "
            "it, too."),
    MISTAKE("loss", only_z,
            "That is -z_label: without the softmax, a loss could fall for ever. Add the logarithm "
            "of the sum of all e^z_k."),
    MISTAKE("loss", only_log_sum,
            "z_label is missing: that is the logarithm of the sum of all e^z_k, whatever the "
            "label."),
    MISTAKE("loss", binary_logarithm,
            "That is in bits, by log2. Losses here are in nats: log, the natural logarithm."),
    MISTAKE("loss", decimal_logarithm, "log10 is not meant: log is the natural logarithm."),
    MISTAKE("loss", one_minus_p, "The logarithm is missing: that is 1 - p, and the loss -log p."),
    MISTAKE("loss", mean_in_each,
            "Every row has the mean of the batch. Each row's own loss is asked for; the mean is "
            "taken later."),
    MISTAKE("loss", divided,
            "It is divided by the number of rows. Each row's own loss is asked for; the mean is "
            "taken later."),
    MISTAKE("loss", all_classes,
            "It sums -log p over all classes. Only the label's counts: weigh with y."),
    {0}};

static void right_loss_of(struct tensor z, struct tensor y, struct tensor loss) {
    right_losses(z, y, loss);
}

static void forward(const void *options, bool training, struct tensor z, const struct target *t,
                    struct tensor p, real *losses) {
    right_loss()->forward(options, training, z, t, p, losses);
    practice_call(&(struct values){.t = {z, t->y, {losses, z.rows, 1}}});
}

static void swap_loss(struct training *t) {
    practice_loss(t)->forward = forward;
}

extern const struct exercise cross_entropy_exercise;
const struct exercise cross_entropy_exercise = {
    .name = "cross_entropy",
    .source = "src/losses/softmax_cross_entropy.c",
    .arguments = loss_arguments,
    .call = call_loss,
    .right = (void (*)(void))right_loss_of,
    .mistakes = loss_mistakes,
    .prepare = prepare_loss,
    .vectors = "softmax",
    .vector = vector_loss,
    .config = "configs/softmax.json",
    .swap = swap_loss,
};

/* ---- p_minus_y ---- */

static const struct argument arguments[] = {{"p", IN, 'N', 'O', NULL, NULL},
                                            {"y", IN, 'N', 'O', NULL, NULL},
                                            {"dz", OUT, 'N', 'O', "grad_logits", "z"},
                                            {"z", UNSEEN, 'N', 'O', "logits", NULL},
                                            {0}};
enum { P, TARGET, DZ, LOGITS };

static void call(void (*f)(void), const struct values *v) {
    ((void (*)(struct tensor, struct tensor, int, struct tensor))f)(v->t[P], v->t[TARGET], v->batch,
                                                                    v->t[DZ]);
}

static void prepare(struct values *v, int k) {
    right_softmax(v->t[LOGITS], v->t[P]);
    right_one_hot(v->t[TARGET], k);
}

static double objective(const struct values *v) {
    real losses[RIGHT_MOST];
    double sum = 0;
    right_losses(v->t[LOGITS], v->t[TARGET], (struct tensor){losses, v->t[LOGITS].rows, 1});
    for (int n = 0; n < v->t[LOGITS].rows; n++)
        sum += (double)losses[n];
    return sum / v->batch;
}

static bool vector(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    struct tensor labels = vectors_tensor(c, "labels", a);
    (void)want;
    if (vectors_number(c, "label_smoothing", 0) > 0 || !v->t[LOGITS].data)
        return false;
    v->t[P] = vectors_tensor(c, "logits", a);
    v->t[TARGET] = vectors_tensor(c, labels.data ? "logits" : "targets", a);
    if (!v->t[P].data || !v->t[TARGET].data)
        return false;
    right_softmax(v->t[LOGITS], v->t[P]);
    for (int n = 0; n < v->t[P].rows && labels.data; n++)
        for (int j = 0; j < v->t[P].cols; j++)
            tensor_row(v->t[TARGET], n)[j] = j == (int)labels.data[n];
    v->batch = v->t[P].rows;
    return true;
}

/* A wrong gradient: EXPRESSION of p, y, the batch's size N and the number of classes K. */
#define WRONG_GRADIENT(name, expression)                                                           \
    static void name(struct tensor P_, struct tensor Y_, int batch, struct tensor dz) {            \
        real N = (real)batch, K = (real)P_.cols, rows = (real)P_.rows;                             \
        (void)N, (void)K, (void)rows;                                                              \
        for (size_t i = 0; i < tensor_size(dz); i++) {                                             \
            real p = P_.data[i], y = Y_.data[i];                                                   \
            (void)p, (void)y;                                                                      \
            dz.data[i] = expression;                                                               \
        }                                                                                          \
    }

WRONG_GRADIENT(unscaled, p - y)
WRONG_GRADIENT(sign, (y - p) / N)
WRONG_GRADIENT(sign_unscaled, y - p)
WRONG_GRADIENT(by_classes, (p - y) / K)
WRONG_GRADIENT(by_rows, (p - y) / rows)
WRONG_GRADIENT(by_both, (p - y) / (N * K))
WRONG_GRADIENT(scaled_twice, (p - y) / N / N)
WRONG_GRADIENT(multiplied, ((p - y) * N))
WRONG_GRADIENT(only_y_divided, p - y / N)
WRONG_GRADIENT(whole_numbers, ((p - y) * (real)(1 / batch)))
WRONG_GRADIENT(forgets_y, p / N)
WRONG_GRADIENT(by_p, y > 0 ? -y / p / N : 0)
WRONG_GRADIENT(by_p_unscaled, y > 0 ? -y / p : 0)
WRONG_GRADIENT(squared, (p - y) * p * (1 - p) / N)
WRONG_GRADIENT(only_label, y > 0 ? (p - y) / N : 0)

/* (p - y)/N is the gradient by z already; here it goes through softmax's derivative once more. */
static void softmax_twice(struct tensor p, struct tensor y, int batch, struct tensor dz) {
    for (int n = 0; n < p.rows; n++) {
        const real *pn = tensor_row(p, n), *yn = tensor_row(y, n);
        real dot = 0;
        for (int j = 0; j < p.cols; j++)
            dot += pn[j] * (pn[j] - yn[j]);
        for (int j = 0; j < p.cols; j++)
            tensor_row(dz, n)[j] = pn[j] * (pn[j] - yn[j] - dot) / (real)batch;
    }
}

static const struct mistake mistakes[] = {
    MISTAKE("dz", unscaled,
            "The factor 1/N is missing: the loss is the mean over the batch, so its gradient has "
            "to be divided by `batch`."),
    MISTAKE("dz", sign, "The sign is wrong: it is p - y, not y - p. Gradients point uphill."),
    MISTAKE("dz", sign_unscaled,
            "The sign is wrong, it is p - y, and the factor 1/N is missing: divide by `batch`."),
    MISTAKE("dz", by_rows,
            "It is divided by the rows of p. These may be a part of the batch, when several "
            "threads share it: divide by `batch`."),
    MISTAKE("dz", by_classes,
            "It is divided by the number of classes. The mean is over the samples: divide by "
            "`batch`."),
    MISTAKE("dz", by_both,
            "It is divided by the number of elements. The mean is over the samples: divide by "
            "`batch` alone."),
    MISTAKE("dz", scaled_twice, "The factor 1/N is there twice: divide by `batch` once."),
    MISTAKE("dz", multiplied, "It is multiplied by `batch`, and should be divided by it."),
    MISTAKE("dz", only_y_divided,
            "Only y is divided by `batch`: / comes before -, so p - y wants parentheses."),
    MISTAKE("dz", whole_numbers,
            "1 / batch is a division of whole numbers, which gives 0: divide p - y by `batch`."),
    MISTAKE("dz", forgets_y, "y is missing: that is p / N, which pushes every logit down."),
    MISTAKE("dz", softmax_twice,
            "The derivative of softmax is applied twice: p - y has it in it already. p - y is the "
            "gradient by z, not by p."),
    MISTAKE("dz", squared,
            "The derivative of softmax is applied twice: p - y has it in it already, so no factor "
            "p (1 - p) belongs here."),
    MISTAKE("dz", by_p,
            "That is the gradient by p, -y/p. Gradients by z are asked for: with softmax's own "
            "derivative it becomes p - y."),
    MISTAKE("dz", by_p_unscaled,
            "That is the gradient by p, -y/p, and without 1/N. Gradients by z are asked for: with "
            "softmax's own derivative it becomes p - y."),
    MISTAKE("dz", only_label,
            "Only the label's column is right, the others are 0: there y is 0, and p - y is p."),
    {0}};

static void right(struct tensor p, struct tensor y, int batch, struct tensor dz) {
    right_p_minus_y(p, y, batch, dz);
}

static void backward(const void *options, struct tensor z, struct tensor p, const struct target *t,
                     int batch, struct tensor dz) {
    (void)options, (void)z;
    practice_call(&(struct values){.t = {p, t->y, dz}, .batch = batch});
}

static void swap(struct training *t) {
    practice_loss(t)->backward = backward;
}

extern const struct exercise p_minus_y_exercise;
const struct exercise p_minus_y_exercise = {
    .name = "p_minus_y",
    .source = "src/losses/softmax_cross_entropy.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))right,
    .mistakes = mistakes,
    .prepare = prepare,
    .objective = objective,
    .vectors = "softmax_cross_entropy",
    .vector = vector,
    .config = "configs/mnist.json",
    .swap = swap,
};
