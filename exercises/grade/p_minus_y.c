/* p_minus_y: the gradient of the mean loss with respect to the logits. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "vectors.h"

#include <math.h>

static const struct argument arguments[] = {{"p", IN, 'N', 'O', NULL, NULL},
                                            {"y", IN, 'N', 'O', NULL, NULL},
                                            {"dz", OUT, 'N', 'O', "grad_logits", "z"},
                                            {"z", UNSEEN, 'N', 'O', "logits", NULL},
                                            {0}};
enum { P, Y, DZ, Z };

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(p_minus_y) *)f)(v->t[P], v->t[Y], v->batch, v->t[DZ]);
}

static void prepare(struct values *v, int k) {
    framework_softmax(v->t[Z], v->t[P]);
    framework_one_hot(v->t[Y], k);
}

static double objective(const struct values *v) {
    return framework_mean_loss(v->t[Z], v->t[Y], v->batch);
}

static bool vector(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    struct tensor labels = vectors_tensor(c, "labels", a);
    (void)want;
    if (vectors_number(c, "label_smoothing", 0) > 0 || !v->t[Z].data || !labels.data)
        return false;
    v->t[P] = vectors_tensor(c, "logits", a);
    v->t[Y] = vectors_tensor(c, "logits", a);
    if (!v->t[P].data || !v->t[Y].data)
        return false;
    framework_softmax(v->t[Z], v->t[P]);
    for (int n = 0; n < v->t[P].rows; n++)
        for (int j = 0; j < v->t[P].cols; j++)
            tensor_row(v->t[Y], n)[j] = j == (int)labels.data[n];
    v->batch = v->t[P].rows;
    return true;
}

/* A wrong gradient: an expression in p, y, the batch size N and the number of classes K. */
#define WRONG(name, expression)                                                                    \
    static void name(struct tensor P_, struct tensor Y_, int batch, struct tensor dz) {            \
        real N = (real)batch, K = (real)P_.cols, rows = (real)P_.rows;                             \
        (void)N, (void)K, (void)rows;                                                              \
        for (size_t i = 0; i < tensor_size(dz); i++) {                                             \
            real p = P_.data[i], y = Y_.data[i];                                                   \
            (void)p, (void)y;                                                                      \
            dz.data[i] = (real)(expression);                                                       \
        }                                                                                          \
    }

WRONG(unscaled, p - y)
WRONG(sign, (y - p) / N)
WRONG(sign_unscaled, y - p)
WRONG(by_classes, (p - y) / K)
WRONG(by_rows, (p - y) / rows)
WRONG(by_both, (p - y) / (N * K))
WRONG(scaled_twice, (p - y) / N / N)
WRONG(multiplied, ((p - y) * N))
WRONG(only_y_divided, p - y / N)
WRONG(whole_numbers, ((p - y) * (real)(1 / batch)))
WRONG(forgets_y, p / N)
WRONG(by_p, y > 0 ? -y / p / N : 0)
WRONG(by_p_unscaled, y > 0 ? -y / p : 0)
WRONG(squared, (p - y) * p * (1 - p) / N)
WRONG(only_label, y > 0 ? (p - y) / N : 0)
WRONG(only_others, y > 0 ? 0 : (p - y) / N)
WRONG(only_p_divided, p / N - y)
WRONG(one_everywhere, (p - 1) / N)
WRONG(doubled, 2 * (p - y) / N)
WRONG(only_y, -y / N)
WRONG(without_p, (1 - y) / N)
WRONG(absolute, fabs((double)(p - y)) / N)
WRONG(squares, (p - y) * (p - y) / N)
WRONG(times_p, (p - y) * p / N)
WRONG(slope, p *(1 - p) / N)
WRONG(sum, (p + y) / N)
WRONG(logarithms, (log((double)p) - y) / N)
WRONG(loss, y > 0 ? -log((double)p) / N : 0)

/* (p - y)/N is already the gradient with respect to z. This multiplies it by softmax's Jacobian
 * again. */
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
            "The factor 1/N is missing: the loss is the mean over the batch, so divide its "
            "gradient by `batch`."),
    MISTAKE("dz", sign, "The sign is wrong: use p - y, not y - p. Gradients point uphill."),
    MISTAKE("dz", sign_unscaled,
            "The sign is wrong (use p - y, not y - p), and the factor 1/N is missing: divide by "
            "`batch`."),
    MISTAKE("dz", by_rows,
            "The gradient is divided by the number of rows of p. When several threads share a "
            "batch, p holds only part of it: divide by `batch`."),
    MISTAKE("dz", by_classes,
            "The gradient is divided by the number of classes. The mean is over the samples: "
            "divide by `batch`."),
    MISTAKE("dz", by_both,
            "The gradient is divided by the number of elements. The mean is over the samples: "
            "divide by `batch` alone."),
    MISTAKE("dz", scaled_twice, "The factor 1/N is applied twice: divide by `batch` once."),
    MISTAKE("dz", multiplied,
            "The gradient is multiplied by `batch`, but should be divided by it."),
    MISTAKE(
        "dz", only_y_divided,
        "Only y is divided by `batch`: / binds more tightly than -, so put p - y in parentheses."),
    MISTAKE("dz", whole_numbers,
            "1 / batch is an integer division, which gives 0: divide p - y by `batch`."),
    MISTAKE("dz", forgets_y, "y is missing: this is p / N, which pushes every logit down."),
    MISTAKE("dz", softmax_twice,
            "Softmax's derivative is applied twice: p - y already includes it. p - y is the "
            "gradient with respect to z, not p."),
    MISTAKE("dz", squared,
            "Softmax's derivative is applied twice: p - y already includes it, so there is no "
            "factor p (1 - p)."),
    MISTAKE("dz", by_p,
            "This is the gradient with respect to p, -y/p. The exercise asks for the gradient with "
            "respect to z: multiplied by softmax's derivative, -y/p becomes p - y."),
    MISTAKE("dz", by_p_unscaled,
            "This is the gradient with respect to p, -y/p, and the factor 1/N is missing. The "
            "exercise asks for the gradient with respect to z: multiplied by softmax's derivative, "
            "-y/p becomes p - y."),
    MISTAKE("dz", only_label,
            "Only the label's column is right; the others are 0. There y is 0, so p - y is p."),
    MISTAKE("dz", only_others,
            "The label's column is 0: there y is 1, so p - y is p - 1, which is negative."),
    MISTAKE("dz", only_p_divided,
            "Only p is divided by `batch`: / binds more tightly than -, so put p - y in "
            "parentheses."),
    MISTAKE("dz", one_everywhere,
            "1 is subtracted from every p: subtract y, which is 1 for the label alone."),
    MISTAKE("dz", doubled, "The gradient is doubled. p - y has no factor 2: this is no square."),
    MISTAKE("dz", only_y, "p is missing: dz is (p - y)/N, not -y/N."),
    MISTAKE("dz", without_p, "p is missing: dz is (p - y)/N, not (1 - y)/N."),
    MISTAKE("dz", absolute,
            "The gradient has lost its sign: p - y is negative for the label, whose logit should "
            "rise."),
    MISTAKE("dz", squares, "p - y is squared. The gradient is p - y itself, divided by `batch`."),
    MISTAKE("dz", times_p,
            "p - y is multiplied by p. It already includes softmax's derivative: dz is (p - y)/N."),
    MISTAKE("dz", slope,
            "This is p (1 - p)/N, softmax's own derivative. Multiplied by that of the loss, -1/p "
            "for the label, it becomes p - y."),
    MISTAKE("dz", sum, "y is added. Subtract it: dz is (p - y)/N."),
    MISTAKE("dz", logarithms, "This uses log p. The gradient is p - y, without a logarithm."),
    MISTAKE("dz", loss, "This is the loss, -log p, of the label. Its gradient is p - y."),
    {0}};

static void backward(const void *options, struct tensor z, struct tensor p, const struct target *t,
                     int batch, struct tensor dz) {
    (void)options, (void)z;
    practice_call(&(struct values){.t = {p, t->y, dz}, .batch = batch});
}

static void swap(struct training *t) {
    practice_loss(t)->backward = backward;
}

const struct exercise p_minus_y_exercise = {
    .name = "p_minus_y",
    .source = "src/losses/softmax_cross_entropy.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_p_minus_y,
    .mistakes = mistakes,
    .prepare = prepare,
    .objective = objective,
    .vectors = "softmax_cross_entropy",
    .vector = vector,
    .config = "configs/mnist.json",
    .swap = swap,
};
