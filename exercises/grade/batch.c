/* batch_gradient: all of softmax regression, from a batch to the gradient of its mean loss. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "train/train.h"

#include <string.h>

static const struct argument arguments[] = {{"x", IN, 'N', 'I', NULL, NULL},
                                            {"y", IN, 'N', 'O', NULL, NULL},
                                            {"w", IN, 'I', 'O', NULL, NULL},
                                            {"b", IN, '1', 'O', NULL, NULL},
                                            {"dw", OUT, 'I', 'O', NULL, "w"},
                                            {"db", OUT, '1', 'O', NULL, "b"},
                                            {0}};
enum { X, Y, W, B, DW, DB };

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(batch_gradient) *)f)(v->t[X], v->t[Y], v->t[W], v->t[B], v->t[DW], v->t[DB]);
}

static void prepare(struct values *v, int k) {
    framework_one_hot(v->t[Y], k);
}

static double objective(const struct values *v) {
    real z[FRAMEWORK_MAX];
    struct tensor Z = {z, v->t[X].rows, v->t[W].cols};
    framework_linear(v->t[X], v->t[W], v->t[B], Z);
    return framework_mean_loss(Z, v->t[Y], Z.rows);
}

/* The right gradient except for one thing: the bias of the forward pass, dz (an expression in p,
 * the target t and the batch size N), or the samples that are summed, first .. end - 1. */
#define WRONG(name, bias, dz_of_p_y, first, end)                                                   \
    static void name(struct tensor x, struct tensor y, struct tensor w, struct tensor b,           \
                     struct tensor dw, struct tensor db) {                                         \
        real z[FRAMEWORK_MAX], zero[FRAMEWORK_MAX] = {0};                                          \
        struct tensor Z = {z, x.rows, w.cols}, none = {zero, 1, b.cols};                           \
        int from = first, count = (end)-from;                                                      \
        real N = (real)x.rows;                                                                     \
        (void)N, (void)none;                                                                       \
        framework_linear(x, w, bias, Z);                                                           \
        framework_softmax(Z, Z);                                                                   \
        for (size_t i = 0; i < tensor_size(Z); i++) {                                              \
            real p = Z.data[i], t = y.data[i];                                                     \
            (void)p, (void)t;                                                                      \
            Z.data[i] = dz_of_p_y;                                                                 \
        }                                                                                          \
        framework_linear_backward(tensor_rows(x, from, count), w, tensor_rows(Z, from, count),     \
                                  (struct tensor){0}, dw, db);                                     \
    }

WRONG(unscaled, b, p - t, 0, x.rows)
WRONG(scaled_twice, b, (p - t) / N / N, 0, x.rows)
WRONG(by_classes, b, (p - t) / (real)y.cols, 0, x.rows)
WRONG(sign, b, (t - p) / N, 0, x.rows)
WRONG(sign_unscaled, b, t - p, 0, x.rows)
WRONG(no_bias, none, (p - t) / N, 0, x.rows)
WRONG(no_bias_unscaled, none, p - t, 0, x.rows)
WRONG(last_sample, b, (p - t) / N, x.rows - 1, x.rows)
WRONG(last_sample_unscaled, b, p - t, x.rows - 1, x.rows)
WRONG(first_sample, b, (p - t) / N, 0, 1)
WRONG(forgets_y, b, p / N, 0, x.rows)
WRONG(softmax_twice, b, (p - t) * p * (1 - p) / N, 0, x.rows)

static void transposed(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                       struct tensor dw, struct tensor db) {
    real turned[FRAMEWORK_MAX];
    framework_batch(x, y, w, b, dw, db);
    for (int i = 0; i < dw.rows; i++)
        for (int j = 0; j < dw.cols; j++)
            turned[j * dw.rows + i] = tensor_row(dw, i)[j];
    memcpy(dw.data, turned, tensor_size(dw) * sizeof(real));
}

static void db_each_input(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                          struct tensor dw, struct tensor db) {
    framework_batch(x, y, w, b, dw, db);
    for (int j = 0; j < db.cols; j++)
        db.data[j] *= (real)x.cols;
}

/* Uses z instead of p, as if the loss were squared error. */
static void no_softmax(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                       struct tensor dw, struct tensor db) {
    real z[FRAMEWORK_MAX];
    struct tensor Z = {z, x.rows, w.cols};
    framework_linear(x, w, b, Z);
    for (size_t i = 0; i < tensor_size(Z); i++)
        z[i] = (z[i] - y.data[i]) / (real)x.rows;
    framework_linear_backward(x, w, Z, (struct tensor){0}, dw, db);
}

static const struct mistake mistakes[] = {
    MISTAKE("", unscaled,
            "The factor 1/N is missing: the loss is the mean over the batch, so divide p - y by "
            "the number of rows."),
    MISTAKE(
        "", scaled_twice,
        "The factor 1/N is applied twice: (p - y)/N already includes it, and dw and db only sum."),
    MISTAKE("", by_classes,
            "The gradient is divided by the number of classes instead of the number of samples."),
    MISTAKE("", sign, "The sign is wrong: use p - y, not y - p."),
    MISTAKE("", sign_unscaled,
            "The sign is wrong (use p - y, not y - p), and the factor 1/N is missing."),
    MISTAKE("", no_bias, "The forward pass omits the bias: z = x w + b."),
    MISTAKE("", no_bias_unscaled,
            "The forward pass omits the bias (z = x w + b), and the factor 1/N is missing."),
    MISTAKE("", last_sample,
            "Only the last sample counts: start from 0 and sum over all n with +=."),
    MISTAKE("", last_sample_unscaled,
            "Only the last sample counts, and the factor 1/N is missing: start from 0 and sum over "
            "all n with +=."),
    MISTAKE("", first_sample, "Only the first sample counts: sum over all n."),
    MISTAKE("", forgets_y, "y is missing: dz is (p - y)/N, not p/N."),
    MISTAKE("", softmax_twice, "Softmax's derivative is applied twice: p - y already includes it."),
    MISTAKE("", no_softmax, "The softmax is missing: dz is (softmax(z) - y)/N, not (z - y)/N."),
    MISTAKE("dw", transposed,
            "dw is transposed: like w, it is in x out, so x[n][i] dz[n][j] belongs in "
            "tensor_row(dw, i)[j]."),
    MISTAKE("db", db_each_input, "db is summed once per input: move it out of the loop over i."),
    {0}};

static void gradients(struct training *t, const struct layer *l, struct tensor x, struct tensor dy,
                      struct tensor dx, struct tensor dw, struct tensor db) {
    (void)dy, (void)dx;
    practice_call(&(struct values){.t = {x, tensor_rows(t->model->target.y, 0, x.rows),
                                         l->params[0].value, l->params[1].value, dw, db}});
}

static void swap(struct training *t) {
    practice_linear(t, gradients);
}

const struct exercise batch_gradient_exercise = {
    .name = "batch_gradient",
    .source = "src/model/model.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_batch,
    .mistakes = mistakes,
    .prepare = prepare,
    .objective = objective,
    .config = "configs/softmax.json",
    .swap = swap,
};
