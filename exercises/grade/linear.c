/* linear_forward and linear_backward: y = x w + b, and its three gradients. */
#include "framework.h"
#include "grade.h"
#include "practice.h"

#include <string.h>

/* ---- forward ---- */

static const struct argument forward_arguments[] = {{"x", IN, 'N', 'I', "input", NULL},
                                                    {"w", IN, 'I', 'O', "weight", NULL},
                                                    {"b", IN, '1', 'O', "bias", NULL},
                                                    {"y", OUT, 'N', 'O', "output", NULL},
                                                    {0}};

static void call_forward(void (*f)(void), const struct values *v) {
    ((__typeof__(linear_forward) *)f)(v->t[0], v->t[1], v->t[2], v->t[3]);
}

/* A wrong y[n][j]: `sum` starts at 0; `step` runs for each input i, and then `last` once. */
#define WRONG_FORWARD(name, step, last)                                                            \
    static void name(struct tensor x, struct tensor w, struct tensor b, struct tensor y) {         \
        real sum = 0;                                                                              \
        for (int n = 0; n < y.rows; n++)                                                           \
            for (int j = 0; j < y.cols; j++) {                                                     \
                real before = sum, bias = b.data[j];                                               \
                sum = 0;                                                                           \
                (void)before, (void)bias;                                                          \
                for (int i = 0; i < x.cols; i++) {                                                 \
                    real xi = tensor_row(x, n)[i], wi = tensor_row(w, i)[j];                       \
                    real wt = w.data[j * w.rows + i];                                              \
                    (void)xi, (void)wi, (void)wt;                                                  \
                    step;                                                                          \
                }                                                                                  \
                last;                                                                              \
                y.data[n * y.cols + j] = sum;                                                      \
            }                                                                                      \
    }

WRONG_FORWARD(forgets_bias, sum += xi * wi, (void)0)
WRONG_FORWARD(transposed, sum += xi * wt, sum += bias)
WRONG_FORWARD(transposed_no_bias, sum += xi * wt, (void)0)
WRONG_FORWARD(rows_as_columns, sum += xi * w.data[(size_t)(j * w.cols + i) % tensor_size(w)],
              sum += bias)
WRONG_FORWARD(x_by_columns, sum += x.data[i * x.rows + n] * wi, sum += bias)
WRONG_FORWARD(whole_sum, sum = (real)(int)((i == 0 ? (real)(int)bias : sum) + xi * wi), (void)0)
WRONG_FORWARD(whole_products, sum = (real)(int)(sum + xi * wi), sum += bias)
WRONG_FORWARD(bias_each_input, sum += xi * wi + bias, (void)0)
WRONG_FORWARD(bias_in_row_0, sum += xi * wi, sum += n == 0 ? bias : 0)
WRONG_FORWARD(last_input, sum = xi * wi, sum += bias)
WRONG_FORWARD(sum_goes_on, sum += xi * wi, sum += before + bias)
WRONG_FORWARD(subtracts_bias, sum += xi * wi, sum -= bias)
WRONG_FORWARD(bias_of_sample, sum += xi * wi, sum += b.data[n % b.cols])
WRONG_FORWARD(first_bias, sum += xi * wi, sum += b.data[0])
WRONG_FORWARD(first_input, sum += i == 0 ? xi * wi : 0, sum += bias)
WRONG_FORWARD(without_last, sum += i < x.cols - 1 ? xi * wi : 0, sum += bias)
WRONG_FORWARD(without_first, sum += i > 0 ? xi * wi : 0, sum += bias)
WRONG_FORWARD(first_weight, sum += xi * tensor_row(w, i)[0], sum += bias)
WRONG_FORWARD(first_sample, sum += x.data[i] * wi, sum += bias)
WRONG_FORWARD(no_weight, sum += xi, sum += bias)
WRONG_FORWARD(no_input, sum += wi, sum += bias)
WRONG_FORWARD(added, sum += xi + wi, sum += bias)
WRONG_FORWARD(only_bias, (void)0, sum = bias)
WRONG_FORWARD(bias_twice, sum += xi * wi, sum += 2 * bias)
WRONG_FORWARD(times_bias, sum += xi * wi, sum *= bias)
WRONG_FORWARD(mean, sum += xi * wi / (real)x.cols, sum += bias)
WRONG_FORWARD(relu, sum += xi * wi, sum = sum + bias > 0 ? sum + bias : 0)

/* y[n][j] at data[j * rows + n]. */
static void y_by_columns(struct tensor x, struct tensor w, struct tensor b, struct tensor y) {
    real turned[FRAMEWORK_MAX];
    struct tensor t = {turned, y.rows, y.cols};
    framework_linear(x, w, b, t);
    for (int n = 0; n < y.rows; n++)
        for (int j = 0; j < y.cols; j++)
            y.data[j * y.rows + n] = tensor_row(t, n)[j];
}

static const struct mistake forward_mistakes[] = {
    MISTAKE("y", rows_as_columns,
            "w is read as tensor_row(w, j)[i], which belongs to input j and output i. It is (in x "
            "out), so the weight from input i to output j is tensor_row(w, i)[j]."),
    MISTAKE("y", x_by_columns,
            "x is read by columns: x[n][i] is x.data[n * x.cols + i], not x.data[i * x.rows + n]."),
    MISTAKE("y", y_by_columns,
            "y is written by columns: y[n][j] is y.data[n * y.cols + j], not y.data[j * y.rows + "
            "n]."),
    MISTAKE(
        "y", whole_sum,
        "The sum is an int, so every fraction is cut off as it is added. Declare it as real, or "
        "double."),
    MISTAKE(
        "y", whole_products,
        "The sum is an int, so every fraction is cut off as it is added. Declare it as real, or "
        "double."),
    MISTAKE("y", forgets_bias, "The bias is missing: add b[j] to every y[n][j], once."),
    MISTAKE("y", transposed,
            "w is read transposed: it is (in x out), so the weight from input i to output j "
            "is tensor_row(w, i)[j]."),
    MISTAKE("y", transposed_no_bias,
            "w is read transposed, and the bias is missing: w is (in x out), so the weight "
            "from input i to output j is tensor_row(w, i)[j]."),
    MISTAKE("y", bias_each_input,
            "The bias is added once per input. Add it outside the loop over i."),
    MISTAKE("y", bias_in_row_0, "Only the first sample gets the bias. Add it to every row."),
    MISTAKE("y", last_input,
            "Only the last input counts: x[n][i] w[i][j] is assigned with =, but should be summed "
            "with +=."),
    MISTAKE("y", sum_goes_on,
            "The sum is not reset to 0 for each output: it still includes earlier sums."),
    MISTAKE("y", subtracts_bias, "The bias is subtracted. Add it."),
    MISTAKE(
        "y", bias_of_sample,
        "The bias is indexed by the sample. b has one number per output: use b[j] in every row."),
    MISTAKE("y", first_input, "Only the first input counts: sum over all i."),
    MISTAKE("y", without_last,
            "The last input is left out: the loop over i should end at i < x.cols."),
    MISTAKE("y", without_first, "Input 0 is left out: the loop over i should start at 0."),
    MISTAKE("y", first_weight,
            "Every output uses the weights of output 0: the weight from input i to output j is "
            "tensor_row(w, i)[j]."),
    MISTAKE("y", first_sample,
            "Every row is computed from sample 0: row n of y uses tensor_row(x, n)."),
    MISTAKE("y", no_weight, "The weights are missing: multiply each x[n][i] by w[i][j]."),
    MISTAKE("y", no_input, "x is missing: multiply each w[i][j] by x[n][i]."),
    MISTAKE("y", added, "x[n][i] and w[i][j] are added. Multiply them, and sum the products."),
    MISTAKE("y", only_bias, "This is the bias alone: add the sum of the x[n][i] w[i][j]."),
    MISTAKE("y", bias_twice, "The bias is added twice."),
    MISTAKE("y", times_bias, "The sum is multiplied by the bias. Add the bias."),
    MISTAKE("y", mean, "The sum is divided by the number of inputs. Nothing is averaged here."),
    MISTAKE("y", relu,
            "Negative values have become 0, as in relu. This layer is only y = x w + b."),
    MISTAKE("y", first_bias, "Every output gets b[0]. b has one number per output: use b[j]."),
    {0}};

static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    (void)pass;
    practice_call(&(struct values){.t = {x, l->params[0].value, l->params[1].value, y}});
}

static void swap_forward(struct training *t) {
    practice_layer(t, "linear")->forward = forward;
}

const struct exercise linear_forward_exercise = {
    .name = "linear_forward",
    .source = "src/layers/linear.c",
    .arguments = forward_arguments,
    .call = call_forward,
    .right = (void (*)(void))framework_linear,
    .mistakes = forward_mistakes,
    .vectors = "linear",
    .config = "configs/mnist.json",
    .swap = swap_forward,
};

/* ---- backward ---- */

static const struct argument arguments[] = {
    {"x", IN, 'N', 'I', "input", NULL},        {"w", IN, 'I', 'O', "weight", NULL},
    {"dy", IN, 'N', 'O', "grad_output", NULL}, {"dx", OUT, 'N', 'I', "grad_input", "x"},
    {"dw", OUT, 'I', 'O', "grad_weight", "w"}, {"db", OUT, '1', 'O', "grad_bias", "b"},
    {"b", UNSEEN, '1', 'O', "bias", NULL},     {0}};
enum { X, W, DY, DX, DW, DB, B };

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(linear_backward) *)f)(v->t[X], v->t[W], v->t[DY], v->t[DX], v->t[DW], v->t[DB]);
}

/* The sum of dy * (x w + b), whose gradient with respect to y = x w + b is dy. */
static double objective(const struct values *v) {
    real y[FRAMEWORK_MAX];
    struct tensor t = {y, v->t[DY].rows, v->t[DY].cols};
    framework_linear(v->t[X], v->t[W], v->t[B], t);
    return framework_weighted_sum(t, v->t[DY]);
}

/* A wrong output `of`: for each n, i and j, its element `to` changes by `op` term; then each
 * element becomes `last`. */
#define WRONG_BACKWARD(name, of, to, op, term, last)                                               \
    static void name(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,         \
                     struct tensor dw, struct tensor db) {                                         \
        struct tensor out = of;                                                                    \
        real N = (real)x.rows;                                                                     \
        (void)dy, (void)dx, (void)dw, (void)db, (void)N;                                           \
        memset(out.data, 0, tensor_size(out) * sizeof(real));                                      \
        for (int n = 0; n < x.rows; n++)                                                           \
            for (int i = 0; i < x.cols; i++)                                                       \
                for (int j = 0; j < w.cols; j++)                                                   \
                    out.data[to] op(term);                                                         \
        for (size_t k = 0; k < tensor_size(out); k++)                                              \
            out.data[k] = (last);                                                                  \
    }
#define XNI  tensor_row(x, n)[i]
#define WIJ  tensor_row(w, i)[j]
#define DYNJ tensor_row(dy, n)[j]
#define SAME out.data[k]

WRONG_BACKWARD(dx_transposed, dx, (n * x.cols + i), +=, (DYNJ * w.data[j * w.rows + i]), SAME)
WRONG_BACKWARD(dx_rows_as_columns, dx, (n * x.cols + i), +=,
               (DYNJ * w.data[(size_t)(j * w.cols + i) % tensor_size(w)]), SAME)
WRONG_BACKWARD(dw_rows_as_columns, dw, ((size_t)(j * w.cols + i) % tensor_size(dw)), +=,
               (XNI * DYNJ), SAME)
WRONG_BACKWARD(dx_last, dx, (n * x.cols + i), =, (DYNJ * WIJ), SAME)
WRONG_BACKWARD(dx_mean, dx, (n * x.cols + i), +=, (DYNJ * WIJ), SAME / N)
WRONG_BACKWARD(dx_of_x, dx, (n * x.cols + i), +=, (XNI * WIJ), SAME)
WRONG_BACKWARD(dx_no_dy, dx, (n * x.cols + i), +=, WIJ, SAME)
WRONG_BACKWARD(dx_times_x, dx, (n * x.cols + i), +=, (DYNJ * XNI), SAME)
WRONG_BACKWARD(dx_no_w, dx, (n * x.cols + i), +=, DYNJ, SAME)
WRONG_BACKWARD(dx_of_squares, dx, (n * x.cols + i), +=, (WIJ * WIJ), SAME)
WRONG_BACKWARD(dx_of_dy, dx, (n * x.cols + i), +=, (DYNJ * DYNJ), SAME)
WRONG_BACKWARD(dx_of_all, dx, (n * x.cols + i), +=, (DYNJ * WIJ * XNI), SAME)
WRONG_BACKWARD(dx_first, dx, (n * x.cols + i), +=, j == 0 ? DYNJ * WIJ : 0, SAME)
WRONG_BACKWARD(dx_without_last, dx, (n * x.cols + i), +=, j < w.cols - 1 ? DYNJ * WIJ : 0, SAME)
WRONG_BACKWARD(dx_first_row, dx, (n * x.cols + i), +=, (dy.data[j] * WIJ), SAME)
WRONG_BACKWARD(dx_negative, dx, (n * x.cols + i), +=, (DYNJ * WIJ), -SAME)

WRONG_BACKWARD(dw_transposed, dw, (j * x.cols + i), +=, (XNI * DYNJ), SAME)
WRONG_BACKWARD(dw_last, dw, (i * w.cols + j), =, (XNI * DYNJ), SAME)
WRONG_BACKWARD(dw_mean, dw, (i * w.cols + j), +=, (XNI * DYNJ), SAME / N)
WRONG_BACKWARD(dw_no_x, dw, (i * w.cols + j), +=, DYNJ, SAME)
WRONG_BACKWARD(dw_no_dy, dw, (i * w.cols + j), +=, XNI, SAME)
WRONG_BACKWARD(dw_of_w, dw, (i * w.cols + j), +=, (WIJ * DYNJ), SAME)
WRONG_BACKWARD(dw_of_x, dw, (i * w.cols + j), +=, (XNI * XNI), SAME)
WRONG_BACKWARD(dw_of_dy, dw, (i * w.cols + j), +=, (DYNJ * DYNJ), SAME)
WRONG_BACKWARD(dw_x_and_w, dw, (i * w.cols + j), +=, (XNI * WIJ), SAME)
WRONG_BACKWARD(dw_of_all, dw, (i * w.cols + j), +=, (XNI * DYNJ * WIJ), SAME)
WRONG_BACKWARD(dw_first, dw, (i * w.cols + j), +=, n == 0 ? XNI * DYNJ : 0, SAME)
WRONG_BACKWARD(dw_without_last, dw, (i * w.cols + j), +=, n < x.rows - 1 ? XNI * DYNJ : 0, SAME)
WRONG_BACKWARD(dw_negative, dw, (i * w.cols + j), +=, (XNI * DYNJ), -SAME)

WRONG_BACKWARD(db_last, db, j, =, DYNJ, SAME)
WRONG_BACKWARD(db_each_input, db, j, +=, DYNJ, SAME)
WRONG_BACKWARD(db_mean, db, j, +=, i == 0 ? DYNJ : 0, SAME / N)
WRONG_BACKWARD(db_first, db, j, +=, i == 0 && n == 0 ? DYNJ : 0, SAME)
WRONG_BACKWARD(db_one, db, j, +=, i == 0 ? 1 : 0, SAME)
WRONG_BACKWARD(db_without_last, db, j, +=, i == 0 && n < x.rows - 1 ? DYNJ : 0, SAME)
WRONG_BACKWARD(db_times_x, db, j, +=, (DYNJ * XNI), SAME)
WRONG_BACKWARD(db_times_w, db, j, +=, (DYNJ * WIJ), SAME)
WRONG_BACKWARD(db_of_x, db, j, +=, XNI, SAME)
WRONG_BACKWARD(db_of_w, db, j, +=, n == 0 ? WIJ : 0, SAME)
WRONG_BACKWARD(db_negative, db, j, +=, i == 0 ? DYNJ : 0, -SAME)

static const struct mistake mistakes[] = {
    MISTAKE("dx", dx_transposed,
            "dx reads the weight transposed: the weight from input i to output j is tensor_row(w, "
            "i)[j]."),
    MISTAKE("dx", dx_rows_as_columns,
            "dx reads w as tensor_row(w, j)[i], which belongs to input j and output i. The weight "
            "from input i to output j is tensor_row(w, i)[j]."),
    MISTAKE("dx", dx_last,
            "dx contains only the last output's term: x[n][i] affects every output, so start from "
            "0 and sum over all j with +=."),
    MISTAKE(
        "dx", dx_mean,
        "dx is divided by the number of samples. The loss has already put the factor 1/N into dy."),
    MISTAKE("dx", dx_of_x,
            "dx is computed from x instead of dy: it is the sum of dy[n][j] w[i][j]."),
    MISTAKE("dx", dx_no_dy,
            "dy is missing from dx: the chain rule multiplies each w[i][j] by dy[n][j]."),
    MISTAKE("dx", dx_times_x,
            "dx is computed from dy and x, which belong to dw. dx is the sum of dy[n][j] w[i][j]: "
            "how much each output moves with x is its weight."),
    MISTAKE("dx", dx_no_w,
            "w is missing from dx: the chain rule multiplies each dy[n][j] by w[i][j]."),
    MISTAKE("dx", dx_of_squares, "dx is computed from w alone: it is the sum of dy[n][j] w[i][j]."),
    MISTAKE("dx", dx_of_dy, "dx is computed from dy alone: it is the sum of dy[n][j] w[i][j]."),
    MISTAKE("dx", dx_of_all, "dx is also multiplied by x: it is just the sum of dy[n][j] w[i][j]."),
    MISTAKE("dx", dx_first, "dx contains only the first output's term: sum over all j."),
    MISTAKE("dx", dx_without_last,
            "The last output is left out of dx: the loop over j should end at j < dy.cols."),
    MISTAKE("dx", dx_first_row, "Every row of dx is computed from row 0 of dy: use dy[n][j]."),
    MISTAKE("dx", dx_negative, "dx has the wrong sign."),
    MISTAKE("dw", dw_last,
            "dw contains only the last sample's term: a weight affects every sample, so start from "
            "0 and sum over all n with +=."),
    MISTAKE("dw", dw_rows_as_columns,
            "x[n][i] dy[n][j] is added to tensor_row(dw, j)[i]. Like w, dw is in x out: it belongs "
            "in tensor_row(dw, i)[j]."),
    MISTAKE("dw", dw_transposed,
            "dw is transposed: like w, it is in x out, so x[n][i] dy[n][j] belongs in "
            "tensor_row(dw, i)[j]."),
    MISTAKE(
        "dw", dw_mean,
        "dw is divided by the number of samples. The loss has already put the factor 1/N into dy."),
    MISTAKE("dw", dw_no_x, "x is missing from dw: dw is the sum of x[n][i] dy[n][j]."),
    MISTAKE("dw", dw_no_dy, "dy is missing from dw: dw is the sum of x[n][i] dy[n][j]."),
    MISTAKE("dw", dw_of_w,
            "dw is computed from w instead of x: it is the sum of x[n][i] dy[n][j]."),
    MISTAKE("dw", dw_of_x, "dw is computed from x alone: it is the sum of x[n][i] dy[n][j]."),
    MISTAKE("dw", dw_of_dy, "dw is computed from dy alone: it is the sum of x[n][i] dy[n][j]."),
    MISTAKE("dw", dw_x_and_w,
            "dw is computed from x and w instead of dy: it is the sum of x[n][i] dy[n][j]."),
    MISTAKE("dw", dw_of_all, "dw is also multiplied by w: it is just the sum of x[n][i] dy[n][j]."),
    MISTAKE("dw", dw_first, "dw contains only the first sample's term: sum over all n."),
    MISTAKE("dw", dw_without_last,
            "The last sample is left out of dw: the loop over n should end at n < x.rows."),
    MISTAKE("dw", dw_negative,
            "dw has the wrong sign: a gradient points uphill, and the optimizer subtracts it."),
    MISTAKE("db", db_last,
            "db contains only the last sample's term: the bias affects every sample, so start from "
            "0 and sum over all n with +=."),
    MISTAKE("db", db_each_input, "db is summed once per input: move it out of the loop over i."),
    MISTAKE(
        "db", db_mean,
        "db is divided by the number of samples. The loss has already put the factor 1/N into dy."),
    MISTAKE("db", db_first, "db contains only the first sample's term: sum over all n."),
    MISTAKE("db", db_one, "dy is missing from db: db is the sum of dy[n][j] over the samples."),
    MISTAKE("db", db_without_last,
            "The last sample is left out of db: the loop over n should end at n < x.rows."),
    MISTAKE("db", db_times_x,
            "db is multiplied by x. The bias is added as it is: db is the sum of dy[n][j] over the "
            "samples."),
    MISTAKE("db", db_times_w,
            "db is multiplied by w. The bias is added as it is: db is the sum of dy[n][j] over the "
            "samples."),
    MISTAKE("db", db_of_x, "db is computed from x: it is the sum of dy[n][j] over the samples."),
    MISTAKE("db", db_of_w, "db is computed from w: it is the sum of dy[n][j] over the samples."),
    MISTAKE("db", db_negative, "db has the wrong sign."),
    {0}};

static void gradients(struct training *t, const struct layer *l, struct tensor x, struct tensor dy,
                      struct tensor dx, struct tensor dw, struct tensor db) {
    (void)t;
    practice_call(&(struct values){.t = {x, l->params[0].value, dy, dx, dw, db}});
}

static void swap(struct training *t) {
    practice_linear(t, gradients);
}

const struct exercise linear_backward_exercise = {
    .name = "linear_backward",
    .source = "src/layers/linear.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_linear_backward,
    .mistakes = mistakes,
    .objective = objective,
    .vectors = "linear",
    .config = "configs/mnist.json",
    .swap = swap,
};
