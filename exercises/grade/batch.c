/* batch_gradient: all of softmax regression, from a batch to the gradient of its mean loss. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "shift.h"
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
    struct tensor x = v->t[X], w = v->t[W], b = v->t[B];
    framework_one_hot(v->t[Y], k);
    /* Logits for which exp overflows or underflows. They are sums of numbers that a float holds
     * exactly, so that every order of summation gives the same ones. */
    for (int j = 0; j < b.cols; j++) {
        b.data[j] += k == 1   ? (real)(1000 + j)
                     : k == 2 ? -(real)(1000 + j)
                     : k == 4 ? (real)(j == 0 ? 2000 : 0)
                     : k == 5 ? 20
                     : k == 7 ? (real)(j == b.cols - 1 ? -19000 : -20000 - j)
                     : k == 6 ? (real)(j == 0   ? -1500
                                       : j == 5 ? 1000
                                                : 0)
                              : 0;
        if (k == 3 || k == 4)
            w.data[j] = 1;
    }
    for (int n = 0; n < x.rows; n++) /* rows far above the others, in both orders */
        if (k == 3 || k == 4)
            tensor_row(x, n)[0] = (real)(2000 * (k == 3 ? n : x.rows - 1 - n));
}

static double objective(const struct values *v) {
    real z[FRAMEWORK_MAX];
    struct tensor Z = {z, v->t[X].rows, v->t[W].cols};
    framework_linear(v->t[X], v->t[W], v->t[B], Z);
    return framework_mean_loss(Z, v->t[Y], Z.rows);
}

/* The right gradient except for one thing: the bias of the forward pass; dz, an expression in p,
 * the target t, e = e^(z - m), the batch size N and the number of classes K; or the samples that
 * are summed, first .. end - 1. */
#define WRONG(name, bias, dz_of_p_y, first, end)                                                   \
    static void name(struct tensor x, struct tensor y, struct tensor w, struct tensor b,           \
                     struct tensor dw, struct tensor db) {                                         \
        real z[FRAMEWORK_MAX], sums[FRAMEWORK_MAX], zero[FRAMEWORK_MAX] = {0};                     \
        struct tensor Z = {z, x.rows, w.cols}, none = {zero, 1, b.cols};                           \
        int from = first, count = (end)-from;                                                      \
        real N = (real)x.rows, K = (real)b.cols;                                                   \
        (void)N, (void)K, (void)none;                                                              \
        framework_linear(x, w, bias, Z);                                                           \
        for (int n = 0; n < Z.rows; n++)                                                           \
            sums[n] = shift_exponentials(Z, n, ROW, tensor_row(Z, n));                             \
        for (size_t i = 0; i < tensor_size(Z); i++) {                                              \
            real e = Z.data[i], p = e / sums[i / (size_t)Z.cols], t = y.data[i];                   \
            (void)e, (void)p, (void)t;                                                             \
            Z.data[i] = dz_of_p_y;                                                                 \
        }                                                                                          \
        framework_linear_backward(tensor_rows(x, from, count), w, tensor_rows(Z, from, count),     \
                                  (struct tensor){0}, dw, db);                                     \
    }

WRONG(unscaled, b, p - t, 0, x.rows)
WRONG(scaled_twice, b, (p - t) / N / N, 0, x.rows)
WRONG(multiplied, b, ((p - t) * N), 0, x.rows)
WRONG(by_classes, b, (p - t) / K, 0, x.rows)
WRONG(by_elements, b, (p - t) / (N * K), 0, x.rows)
WRONG(by_inputs, b, (p - t) / (real)x.cols, 0, x.rows)
WRONG(only_y_divided, b, p - t / N, 0, x.rows)
WRONG(sign, b, (t - p) / N, 0, x.rows)
WRONG(sign_unscaled, b, t - p, 0, x.rows)
WRONG(no_bias, none, (p - t) / N, 0, x.rows)
WRONG(no_bias_unscaled, none, p - t, 0, x.rows)
WRONG(last_sample, b, (p - t) / N, x.rows - 1, x.rows)
WRONG(last_sample_unscaled, b, p - t, x.rows - 1, x.rows)
WRONG(first_sample, b, (p - t) / N, 0, 1)
WRONG(all_but_last, b, (p - t) / N, 0, x.rows - 1)
WRONG(all_but_first, b, (p - t) / N, 1, x.rows)
WRONG(forgets_y, b, p / N, 0, x.rows)
WRONG(only_label, b, t > 0 ? (p - t) / N : 0, 0, x.rows)
WRONG(one_everywhere, b, (p - 1) / N, 0, x.rows)
WRONG(softmax_twice, b, (p - t) * p * (1 - p) / N, 0, x.rows)
WRONG(undivided, b, (e - t) / N, 0, x.rows)
WRONG(first_target, b, (p - y.data[i % (size_t)Z.cols]) / N, 0, x.rows)
WRONG(undivided_unscaled, b, e - t, 0, x.rows)

/* The right gradient, except that the shift of the softmax is wrong. */
#define SHIFTED(name, shift, words)                                                                \
    static void name(struct tensor x, struct tensor y, struct tensor w, struct tensor b,           \
                     struct tensor dw, struct tensor db) {                                         \
        real z[FRAMEWORK_MAX], dz[FRAMEWORK_MAX];                                                  \
        struct tensor Z = {z, x.rows, w.cols}, DZ = {dz, x.rows, w.cols};                          \
        framework_linear(x, w, b, Z);                                                              \
        shift_softmax(Z, Z, shift);                                                                \
        framework_p_minus_y(Z, y, x.rows, DZ);                                                     \
        framework_linear_backward(x, w, DZ, (struct tensor){0}, dw, db);                           \
    }
SHIFT_MISTAKES(SHIFTED)
PROBABILITY_MISTAKES(SHIFTED)

/* dz of all samples, with softmax's whole Jacobian applied to it. */
static void jacobian(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                     struct tensor dw, struct tensor db) {
    real z[FRAMEWORK_MAX];
    struct tensor Z = {z, x.rows, w.cols};
    framework_linear(x, w, b, Z);
    framework_softmax(Z, Z);
    for (int n = 0; n < Z.rows; n++) {
        real *p = tensor_row(Z, n), *t = tensor_row(y, n), dot = 0;
        for (int j = 0; j < Z.cols; j++)
            dot += p[j] * (p[j] - t[j]);
        for (int j = 0; j < Z.cols; j++)
            p[j] = p[j] * (p[j] - t[j] - dot) / (real)x.rows;
    }
    framework_linear_backward(x, w, Z, (struct tensor){0}, dw, db);
}

/* The sum of the softmax is not reset: it includes the rows before. */
static void sum_carried(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                        struct tensor dw, struct tensor db) {
    real z[FRAMEWORK_MAX], sum = 0;
    struct tensor Z = {z, x.rows, w.cols};
    framework_linear(x, w, b, Z);
    for (int n = 0; n < Z.rows; n++) {
        real *zn = tensor_row(Z, n);
        sum += shift_exponentials(Z, n, ROW, zn);
        for (int j = 0; j < Z.cols; j++)
            zn[j] = (zn[j] / sum - tensor_row(y, n)[j]) / (real)x.rows;
    }
    framework_linear_backward(x, w, Z, (struct tensor){0}, dw, db);
}

static void dw_no_x(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                    struct tensor dw, struct tensor db) {
    framework_batch(x, y, w, b, dw, db);
    for (int i = 0; i < dw.rows; i++)
        memcpy(tensor_row(dw, i), db.data, (size_t)db.cols * sizeof(real));
}

static void dw_rows_as_columns(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                               struct tensor dw, struct tensor db) {
    real right[FRAMEWORK_MAX];
    framework_batch(x, y, w, b, (struct tensor){right, dw.rows, dw.cols}, db);
    memset(dw.data, 0, tensor_size(dw) * sizeof(real));
    for (int i = 0; i < dw.rows; i++)
        for (int j = 0; j < dw.cols; j++)
            dw.data[(size_t)(j * dw.cols + i) % tensor_size(dw)] += right[i * dw.cols + j];
}

static void w_rows_as_columns(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                              struct tensor dw, struct tensor db) {
    real turned[FRAMEWORK_MAX];
    for (int i = 0; i < w.rows; i++)
        for (int j = 0; j < w.cols; j++)
            turned[i * w.cols + j] = w.data[(size_t)(j * w.cols + i) % tensor_size(w)];
    framework_batch(x, y, (struct tensor){turned, w.rows, w.cols}, b, dw, db);
}

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

#define SHIFT_MISTAKE(name, shift, words) MISTAKE("", name, words),

static const struct mistake mistakes[] = {
    MISTAKE("", unscaled,
            "The factor 1/N is missing: the loss is the mean over the batch, so divide p - y by "
            "the number of rows."),
    MISTAKE(
        "", scaled_twice,
        "The factor 1/N is applied twice: (p - y)/N already includes it, and dw and db only sum."),
    MISTAKE("", multiplied, "The gradient is multiplied by N. Divide it: the loss is a mean."),
    MISTAKE("", by_classes,
            "The gradient is divided by the number of classes instead of the number of samples."),
    MISTAKE("", by_elements,
            "The gradient is divided by the number of elements of y. The mean is over the samples: "
            "divide by the number of rows alone."),
    MISTAKE("", by_inputs,
            "The gradient is divided by the number of inputs instead of the number of samples."),
    MISTAKE("", only_y_divided,
            "Only y is divided by N: / binds more tightly than -, so put p - y in parentheses."),
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
    MISTAKE("", all_but_last,
            "The last sample is left out: the loop over n should end at n < x.rows."),
    MISTAKE("", all_but_first, "Sample 0 is left out: the loop over n should start at 0."),
    MISTAKE("", forgets_y, "y is missing: dz is (p - y)/N, not p/N."),
    MISTAKE("", only_label,
            "Only the label's class counts. For the other classes y is 0, so p - y is p."),
    MISTAKE("", one_everywhere,
            "1 is subtracted from every p: subtract y, which is 1 for the label alone."),
    MISTAKE("", undivided,
            "The division is missing from the softmax: p_j is e^(z_j - m) divided by the sum over "
            "the row."),
    MISTAKE("", undivided_unscaled,
            "The division is missing from the softmax (p_j is e^(z_j - m) divided by the sum over "
            "the row), and so is the factor 1/N."),
    SHIFT_MISTAKES(SHIFT_MISTAKE) PROBABILITY_MISTAKES(SHIFT_MISTAKE)
        MISTAKE("", jacobian,
                "p - y is multiplied by softmax's derivative. It already includes it: p - y is the "
                "gradient with respect to z."),
    MISTAKE("", softmax_twice, "Softmax's derivative is applied twice: p - y already includes it."),
    MISTAKE("", no_softmax, "The softmax is missing: dz is (softmax(z) - y)/N, not (z - y)/N."),
    MISTAKE("", first_target, "Every row uses the target of row 0: subtract tensor_row(y, n)[j]."),
    MISTAKE("", sum_carried,
            "The sum of the softmax is not reset to 0 for each row: from row 1 on, it includes the "
            "rows before."),
    MISTAKE(
        "", w_rows_as_columns,
        "The forward pass reads w as tensor_row(w, j)[i], which belongs to input j and class i. "
        "The weight from input i to class j is tensor_row(w, i)[j]."),
    MISTAKE(
        "dw", dw_rows_as_columns,
        "x[n][i] dz[n][j] is added to tensor_row(dw, j)[i]. Like w, dw is in x K: it belongs in "
        "tensor_row(dw, i)[j]."),
    MISTAKE("dw", dw_no_x,
            "x is missing from dw: dw[i][j] is the sum of x[n][i] dz[n][j]; only db is the sum of "
            "dz[n][j] alone."),
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
    .large = "What is subtracted from the logits before exp should be the largest logit of the "
             "same row: then no exponent is above 0, and their sum is at least 1.",
    .prepare = prepare,
    .objective = objective,
    .config = "configs/softmax.json",
    .swap = swap,
};
