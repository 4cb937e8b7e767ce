/* Layers, losses, optimizers and a whole MLP against float64 vectors from PyTorch.
 *
 * Both builds check the same claims. UNIT is the unit roundoff: 2^-24 in the float build, where a
 * tolerance is a number of roundings times the magnitude of the rounded values. The double build's
 * own roundings (2^-53) are negligible compared with 1e-12, the assumed accuracy of the vectors. */
#include "config/keys.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "model/model.h"
#include "optim/optim.h"
#include "pass.h"
#include "reference.h"
#include "tensor/softmax.h"
#include "test.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_reference(void);

#ifdef ONEHOT_DOUBLE
#define UNIT 1e-12
#else
#define UNIT 0x1p-24
#endif
#define TINY 0x1p-149 /* half the spacing of the smallest floats, doubled */

static void close_to(double got, double want, double tolerance, const char *what) {
    ck_assert_msg(fabs(got - want) <= tolerance, "%s is %.17g, not %.17g (tolerance %g)", what, got,
                  want, tolerance);
}

static struct tensor made(int rows, int cols) {
    struct tensor t = {NULL, rows, cols};
    t.data = arena_alloc(&reference_arena, tensor_size(t), sizeof(real));
    return t;
}

static struct tensor like(struct tensor t) {
    return made(t.rows, t.cols);
}

static const struct loss_type *loss_named(const char *name) {
    for (int i = 0; losses_kinds[i]; i++)
        if (strcmp(losses_kinds[i]->name, name) == 0)
            return KIND_ROW(loss_type, losses_kinds[i]);
    ck_abort_msg("there is no loss %s", name);
    return NULL;
}

static const struct loss_type *cross_entropy(void) {
    return loss_named("softmax_cross_entropy");
}

/* ---- element-wise layers ---- */

/* f and its derivative are at most `size` in magnitude, and are rounded at most `roundings` times.
 */
static void check_activation(const cJSON *c, const char *name, double roundings) {
    struct tensor x = reference_tensor(c, "input"), dy = reference_tensor(c, "grad_output");
    struct tensor y = like(x), dx = like(x);
    int count;
    double *want_y = reference_values(c, "output", &count);
    double *want_dx = reference_values(c, "grad_input", &count);
    struct layer l = {.type = pass_layer_type(name), .in = x.cols, .out = x.cols};
    pass_layer_forward(&l, x, y);
    pass_layer_backward(&l, x, y, dy, dx);
    for (int i = 0; i < count; i++) {
        close_to(y.data[i], want_y[i], roundings * UNIT * fabs(want_y[i]) + TINY, "output");
        close_to(dx.data[i], want_dx[i], roundings * UNIT * fabs((double)dy.data[i]) + TINY,
                 "grad_input");
    }
}

static void relu_case(const cJSON *c) {
    check_activation(c, "relu", 1); /* exact, except for rounding the vector itself */
}

/* exp, 1 + e, the quotient: 3 roundings of y; y (1 - y) and the product with dy: 8 at most. */
static void sigmoid_case(const cJSON *c) {
    check_activation(c, "sigmoid", 8);
}

static void tanh_case(const cJSON *c) {
    check_activation(c, "tanh", 8);
}

START_TEST(relu_equals_the_reference) {
    reference_each("relu", relu_case);
}
END_TEST

START_TEST(sigmoid_equals_the_reference) {
    reference_each("sigmoid", sigmoid_case);
}
END_TEST

START_TEST(tanh_equals_the_reference) {
    reference_each("tanh", tanh_case);
}
END_TEST

/* ---- linear ---- */

/* A chain of K fused steps has an error of at most K roundings of the sum of magnitudes: sum |a
 * b| along a row of a (or a column, by the steps) and likewise of b. */
static double chain_tolerance(int count, const real *a, size_t a_step, const real *b, size_t b_step,
                              double init) {
    double sum = fabs(init);
    for (int i = 0; i < count; i++)
        sum += fabs((double)a[(size_t)i * a_step] * (double)b[(size_t)i * b_step]);
    return (count + 2) * UNIT * sum + TINY;
}

static void linear_case(const cJSON *c) {
    struct tensor x = reference_tensor(c, "input"), w = reference_tensor(c, "weight");
    struct tensor b = reference_tensor(c, "bias"), dy = reference_tensor(c, "grad_output");
    struct tensor y = like(dy), dx = like(x), dw = like(w), db = like(b);
    struct layer l = {.type = pass_layer_type("linear"),
                      .in = w.rows,
                      .out = w.cols,
                      .nparams = 2,
                      .params = {{"weight", false, w, dw}, {"bias", true, b, db}}};
    int n = x.rows, in = w.rows, out = w.cols, count;
    size_t IN = (size_t)in, OUT = (size_t)out;
    double *want_y = reference_values(c, "output", &count);
    double *want_dx = reference_values(c, "grad_input", &count);
    double *want_dw = reference_values(c, "grad_weight", &count);
    double *want_db = reference_values(c, "grad_bias", &count);
    pass_layer_forward(&l, x, y);
    pass_layer_backward(&l, x, y, dy, dx);

    for (int r = 0; r < n; r++)
        for (int j = 0; j < out; j++)
            close_to(tensor_row(y, r)[j], want_y[r * out + j],
                     chain_tolerance(in, tensor_row(x, r), 1, w.data + j, OUT, (double)b.data[j]),
                     "output");
    for (int r = 0; r < n; r++)
        for (int i = 0; i < in; i++)
            close_to(tensor_row(dx, r)[i], want_dx[r * in + i],
                     chain_tolerance(out, tensor_row(dy, r), 1, tensor_row(w, i), 1, 0),
                     "grad_input");
    for (int i = 0; i < in; i++)
        for (int j = 0; j < out; j++)
            close_to(tensor_row(dw, i)[j], want_dw[i * out + j],
                     chain_tolerance(n, x.data + i, IN, dy.data + j, OUT, 0), "grad_weight");
    real one = 1;
    for (int j = 0; j < out; j++)
        close_to(db.data[j], want_db[j], chain_tolerance(n, &one, 0, dy.data + j, OUT, 0),
                 "grad_bias");
}

START_TEST(linear_equals_the_reference) {
    reference_each("linear", linear_case);
}
END_TEST

/* ---- attention ---- */

/* The format's wq, wk and wv (f x size each), or their gradients, side by side as in the layer,
 * as a list. */
static double *joined(const cJSON *c, const char *const names[3], int f, int size) {
    double *all = arena_alloc(&reference_arena, 3 * (size_t)(f * size), sizeof *all);
    for (int i = 0; i < 3; i++) {
        int count;
        double *one = reference_values(c, names[i], &count);
        ck_assert_int_eq(count, f * size);
        for (int k = 0; k < count; k++)
            all[k / size * 3 * size + i * size + k % size] = one[k];
    }
    return all;
}

/* Attention is made of chained sums of up to `terms` products: tokens times weights, scores (whose
 * errors are relative errors of the probabilities, as in softmax_roundings), means of values, the
 * output, and the same again for the gradients. Each sum contributes the roundings of its chain,
 * whose values are at most `largest`, the largest of the vector, times the cancellation in such
 * sums. */
static void all_close(struct tensor got, const double *want, double roundings, const char *what) {
    double largest = 1;
    for (size_t i = 0; i < tensor_size(got); i++)
        largest = fmax(largest, fabs(want[i]));
    for (size_t i = 0; i < tensor_size(got); i++)
        close_to(got.data[i], want[i], roundings * UNIT * largest, what);
}

static void attention_case(const cJSON *c) {
    static const char *const weights[] = {"wq", "wk", "wv"};
    static const char *const gradients[] = {"grad_wq", "grad_wk", "grad_wv"};
    const cJSON *sample = cJSON_GetObjectItemCaseSensitive(c, "input")->child;
    int tokens = cJSON_GetArraySize(sample), f = cJSON_GetArraySize(sample->child), count;
    struct tensor x = reference_tensor(c, "input"), dy = reference_tensor(c, "grad_output");
    struct tensor wo = reference_tensor(c, "wo"), wi = made(f, 3 * wo.rows), y = like(dy);
    struct tensor dx = like(x), dwi = like(wi), dwo = like(wo);
    double *in = joined(c, weights, f, wo.rows);
    for (size_t i = 0; i < tensor_size(wi); i++)
        wi.data[i] = (real)in[i];

    struct error e = {0};
    char options[64];
    struct layer l = {.type = pass_layer_type("attention"), .in = x.cols, .out = x.cols};
    snprintf(options, sizeof options, "{\"tokens\": %d, \"head_size\": %d}", tokens, wo.rows);
    l.options = test_options(&l.type->kind, options, &reference_arena);
    ck_assert_int_eq(l.type->infer(&l, &e), 0);
    ck_assert(l.params[0].value.rows == wi.rows && l.params[0].value.cols == wi.cols);
    ck_assert_int_eq(l.params[1].value.rows, wo.rows);
    l.params[0] = (struct param){"in_proj_weight", false, wi, dwi};
    l.params[1] = (struct param){"out_proj.weight", false, wo, dwo};
    for (int k = 0; k < l.ncached; k++)
        l.cached[k] = made(x.rows, l.cached[k].cols);

    pass_layer_forward(&l, x, y);
    struct tensor maps = made(x.rows, tokens * tokens);
    for (int n = 0; n < x.rows; n++) {
        struct tensor map = l.type->attention_weights(&l, n);
        ck_assert(map.rows == tokens && map.cols == tokens);
        memcpy(tensor_row(maps, n), map.data, tensor_size(map) * sizeof(real));
    }
    pass_layer_backward(&l, x, y, dy, dx);
    double roundings = 16 * (f + wo.rows + tokens + x.rows * tokens);
    all_close(maps, reference_values(c, "attention", &count), roundings, "attention");
    all_close(y, reference_values(c, "output", &count), roundings, "output");
    all_close(dx, reference_values(c, "grad_input", &count), roundings, "grad_input");
    all_close(dwi, joined(c, gradients, f, wo.rows), roundings, "grad_wq, grad_wk or grad_wv");
    all_close(dwo, reference_values(c, "grad_wo", &count), roundings, "grad_wo");
}

START_TEST(attention_equals_the_reference) {
    reference_each("attention", attention_case);
}
END_TEST

/* ---- softmax and its cross-entropy ---- */

/* The loss with the label smoothing and temperature of the case, if it has them. */
static const void *cross_entropy_options(const cJSON *c) {
    struct text t = {0};
    struct json j = {.out = &t};
    json_open(&j, NULL, '{');
    json_number(&j, "label_smoothing", reference_number_or(c, "label_smoothing", 0));
    json_number(&j, "temperature", reference_number_or(c, "temperature", 1));
    json_close(&j, '}');
    const void *options = test_options(&cross_entropy()->kind, t.data, &reference_arena);
    text_free(&t);
    return options;
}

/* Counts the roundings in p_j. Those of the logits and of (z_j - m) / T are absolute errors in the
 * exponent, and therefore relative errors of p_j. The others are those of exp, of the sum of K
 * terms, and of the quotient. */
static double softmax_roundings(const real *z, int k, double temperature) {
    double most = 0;
    for (int j = 0; j < k; j++)
        most = fmax(most, fabs((double)z[j]) / temperature);
    return 4 * most + k + 4;
}

static void softmax_case(const cJSON *c) {
    struct tensor z = reference_tensor(c, "logits"), p = like(z), y = like(z);
    double temperature = reference_number_or(c, "temperature", 1);
    int count, k = z.cols;
    double *want_p = reference_values(c, "softmax", &count);
    double *want_y = reference_values(c, "log_softmax", &count);
    ck_assert_int_eq(softmax_rows(z, temperature, p), 0);
    ck_assert_int_eq(softmax_log_rows(z, temperature, y), 0);
    for (int i = 0; i < count; i++) {
        double roundings = softmax_roundings(tensor_row(z, i / k), k, temperature);
        close_to(p.data[i], want_p[i], roundings * UNIT * want_p[i] + TINY, "softmax");
        close_to(y.data[i], want_y[i], roundings * UNIT, "log_softmax");
    }
}

START_TEST(softmax_and_log_softmax_equal_the_reference) {
    reference_each("softmax", softmax_case);
}
END_TEST

/* The target of the case: any distribution, or labels. */
static struct target target_of(const cJSON *c, int rows, int classes) {
    struct target t = {.y = {NULL, rows, classes}};
    if (cJSON_GetObjectItemCaseSensitive(c, "targets"))
        t.y = reference_tensor(c, "targets");
    else
        t = test_target(reference_labels(c, "labels"), rows, classes, &reference_arena);
    return t;
}

/* dx_j = y_j (dy_j - sum dy y) / T has the roundings in y; those of a chain of K steps and of its
 * factors, times the sum of magnitudes; and those of the difference and the product. */
static void softmax_backward_case(const cJSON *c) {
    struct tensor x = reference_tensor(c, "logits"), dy = reference_tensor(c, "grad_output");
    struct tensor y = like(x), dx = like(x);
    double temperature = reference_number_or(c, "temperature", 1);
    struct layer l = {
        .type = pass_layer_type("softmax"), .options = &temperature, .in = x.cols, .out = x.cols};
    int count, k = x.cols;
    double *want_y = reference_values(c, "output", &count);
    double *want_dx = reference_values(c, "grad_logits", &count);
    pass_layer_forward(&l, x, y);
    pass_layer_backward(&l, x, y, dy, dx);
    for (int i = 0; i < count; i++) {
        const real *row = tensor_row(dy, i / k);
        double roundings = softmax_roundings(tensor_row(x, i / k), k, temperature), size = 0;
        for (int j = 0; j < k; j++)
            size += fabs((double)row[j]) * want_y[i / k * k + j];
        size += fabs((double)dy.data[i]);
        close_to(y.data[i], want_y[i], roundings * UNIT * want_y[i] + TINY, "output");
        close_to(dx.data[i], want_dx[i],
                 (2 * roundings + k + 4) * UNIT * size * want_y[i] / temperature + TINY,
                 "grad_logits");
    }
}

START_TEST(softmaxs_gradient_equals_the_reference) {
    reference_each("softmax_backward", softmax_backward_case);
}
END_TEST

static void cross_entropy_case(const cJSON *c) {
    struct tensor z = reference_tensor(c, "logits"), p = like(z), dz = like(z);
    int count, n = z.rows, k = z.cols;
    const void *options = cross_entropy_options(c);
    double temperature = reference_number_or(c, "temperature", 1);
    double *want_dz = reference_values(c, "grad_logits", &count), loss = 0, tolerance = 0;
    struct target t = target_of(c, n, k);
    real *losses = arena_alloc(&reference_arena, (size_t)n, sizeof *losses);
    cross_entropy()->forward(options, true, z, &t, p, losses);
    cross_entropy()->backward(options, z, p, &t, n, dz);
    for (int r = 0; r < n; r++)
        loss += (double)losses[r];
    for (int r = 0; r < n; r++)
        tolerance += (softmax_roundings(tensor_row(z, r), k, temperature) + 4) * UNIT / n;
    close_to(loss / n, reference_number(c, "loss"), tolerance, "loss");
    for (int i = 0; i < count; i++) {
        double roundings = softmax_roundings(tensor_row(z, i / k), k, temperature) + 4;
        close_to(dz.data[i], want_dz[i], roundings * UNIT / n, "grad_logits");
    }
}

START_TEST(softmax_cross_entropy_equals_the_reference) {
    reference_each("softmax_cross_entropy", cross_entropy_case);
}
END_TEST

/* ---- sigmoid and its cross-entropy ---- */

/* In units of the largest |z|, there are the roundings of the logits, of z y, and of the two
 * differences. In addition, there are those of exp, 1 + e, log, and the sum and mean of K terms. */
static void sigmoid_cross_entropy_case(const cJSON *c) {
    const struct loss_type *type = loss_named("sigmoid_cross_entropy");
    struct tensor z = reference_tensor(c, "logits"), p = like(z), dz = like(z);
    int count, n = z.rows, k = z.cols;
    const void *options = test_options(&type->kind, "{}", &reference_arena);
    double *want_dz = reference_values(c, "grad_logits", &count), loss = 0, most = 0;
    struct target t = target_of(c, n, k);
    real *losses = arena_alloc(&reference_arena, (size_t)n, sizeof *losses);
    type->forward(options, true, z, &t, p, losses);
    type->backward(options, z, p, &t, n, dz);
    for (int r = 0; r < n; r++)
        loss += (double)losses[r];
    for (size_t i = 0; i < tensor_size(z); i++)
        most = fmax(most, fabs((double)z.data[i]));
    close_to(loss / n, reference_number(c, "loss"), (k + 4) * (most + 3) * UNIT, "loss");
    for (int i = 0; i < count; i++)
        close_to(dz.data[i], want_dz[i], (most + 6) * UNIT / n / k, "grad_logits");
}

START_TEST(sigmoid_cross_entropy_equals_the_reference) {
    reference_each("sigmoid_cross_entropy", sigmoid_cross_entropy_case);
}
END_TEST

/* ---- distillation ---- */

static double largest(struct tensor t, int row) {
    double most = 0;
    for (int j = 0; j < t.cols; j++)
        most = fmax(most, fabs((double)tensor_row(t, row)[j]));
    return most;
}

/* The absolute errors of log q and log s are softmax_roundings each, times T^2 and weights that sum
 * to 1. Their difference is at most the range of the logits over T, and is multiplied by the
 * relative errors of q. In the gradient, q, s and p have relative errors, and are at most 1. */
static void distillation_case(const cJSON *c) {
    const struct loss_type *type = loss_named("distillation");
    struct tensor z = reference_tensor(c, "logits"), p = like(z), dz = like(z);
    struct target t = target_of(c, z.rows, z.cols);
    t.teacher = reference_tensor(c, "teacher_logits");
    double T = reference_number(c, "temperature"), alpha = reference_number(c, "alpha");
    struct text text = {0};
    struct json j = {.out = &text};
    json_open(&j, NULL, '{');
    json_string(&j, "teacher", "the case's");
    json_number(&j, "temperature", T);
    json_number(&j, "alpha", alpha);
    json_close(&j, '}');
    const void *options = test_options(&type->kind, text.data, &reference_arena);
    text_free(&text);
    int count, n = z.rows, k = z.cols;
    double *want_dz = reference_values(c, "grad_logits", &count), loss = 0, tolerance = 0;
    real *losses = arena_alloc(&reference_arena, (size_t)n, sizeof *losses);
    type->forward(options, true, z, &t, p, losses);
    type->backward(options, z, p, &t, n, dz);
    for (int r = 0; r < n; r++) {
        double at_T = softmax_roundings(tensor_row(z, r), k, T) +
                      softmax_roundings(tensor_row(t.teacher, r), k, T);
        double at_1 = softmax_roundings(tensor_row(z, r), k, 1) + 4;
        double range = 2 * (largest(z, r) + largest(t.teacher, r)) / T + 1;
        loss += (double)losses[r];
        tolerance += (alpha * T * T * at_T * range + (1 - alpha) * at_1) * UNIT / n;
        for (int i = r * k; i < (r + 1) * k; i++)
            close_to(dz.data[i], want_dz[i],
                     (alpha * T * (at_T + 4) + (1 - alpha) * at_1) * UNIT / n, "grad_logits");
    }
    close_to(loss / n, reference_number(c, "loss"), tolerance, "loss");
}

START_TEST(distillation_equals_the_reference) {
    reference_each("distillation", distillation_case);
}
END_TEST

/* ---- optimizers ---- */

/* The case's hyperparameters, read by the optimizer's own key table. */
static struct spec optimizer(const cJSON *c) {
    static const char *const names[] = {"learning_rate", "momentum", "weight_decay",
                                        "beta1",         "beta2",    "epsilon"};
    struct text t = {0};
    struct error e = {0};
    struct json j = {.out = &t};
    json_open(&j, NULL, '{');
    for (int i = 0; i < 6; i++)
        if (cJSON_GetObjectItemCaseSensitive(c, names[i]))
            json_number(&j, names[i], reference_number(c, names[i]));
    if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(c, "nesterov")))
        json_bool(&j, "nesterov", true);
    json_close(&j, '}');
    const char *name = cJSON_GetObjectItemCaseSensitive(c, "optimizer")->valuestring;
    struct spec o = {0};
    for (int i = 0; optims_kinds[i]; i++)
        if (strcmp(optims_kinds[i]->name, name) == 0)
            o.type = optims_kinds[i];
    ck_assert_msg(o.type != NULL, "there is no optimizer %s", name);
    o.options = arena_alloc(&reference_arena, 1, o.type->size);
    ck_assert_msg(
        keys_read(o.type->keys, t.data, t.size, name, NULL, &reference_arena, o.options, &e) == 0,
        "%s", e.text);
    text_free(&t);
    return o;
}

static int optimizer_cases[8]; /* per row of the table */

/* A step has at most 8 roundings of values no larger than the parameter plus ten gradients times
 * the rate (momentum 0.9 sums that many); errors of up to 6 steps add up. */
static void optimizer_case(const cJSON *c) {
    struct spec choice = optimizer(c);
    for (int i = 0; optims_kinds[i]; i++)
        optimizer_cases[i] += optims_kinds[i] == choice.type;
    struct tensor theta = reference_tensor(c, "parameters");
    struct tensor grads = reference_tensor(c, "gradients");
    int count;
    double *want = reference_values(c, "after", &count);
    struct optim o;
    struct error e = {0};
    ck_assert_int_eq(optim_new(&o, choice, (size_t)theta.cols, &reference_arena, &e), 0);
    double largest = 0;
    for (size_t i = 0; i < tensor_size(grads); i++)
        largest = fmax(largest, fabs((double)grads.data[i]));
    for (int step = 0; step < grads.rows; step++) {
        struct update update = {optim_learning_rate(&o), step + 1};
        optim_step(&o, update, 0, (size_t)theta.cols, tensor_row(grads, step), theta.data);
        for (int i = 0; i < theta.cols; i++) {
            double w = want[step * theta.cols + i];
            double size = fabs(w) + 10 * largest * optim_learning_rate(&o);
            close_to(theta.data[i], w, 8 * (step + 1) * UNIT * size, "parameter");
        }
    }
}

START_TEST(every_optimizer_equals_the_reference) {
    memset(optimizer_cases, 0, sizeof optimizer_cases);
    reference_each("optimizers", optimizer_case);
    for (int i = 0; optims_kinds[i]; i++)
        ck_assert_msg(optimizer_cases[i] > 0, "%s has no case", optims_kinds[i]->name);
}
END_TEST

/* ---- a whole MLP ---- */

static struct model *mlp(const cJSON *c) {
    const cJSON *dims = cJSON_GetObjectItemCaseSensitive(c, "dims");
    int n = cJSON_GetArraySize(dims) - 1; /* linear layers, with relu between them */
    struct specs layers = {0};
    struct spec loss = {&cross_entropy()->kind,
                        test_options(&cross_entropy()->kind, "{}", &reference_arena)};
    struct error e = {0};
    layers.items = arena_alloc(&reference_arena, (size_t)(2 * n), sizeof *layers.items);
    for (int i = 0; i < n; i++) {
        char text[64];
        int size = snprintf(text, sizeof text, "{\"units\": %d}",
                            cJSON_GetArrayItem(dims, i + 1)->valueint);
        struct spec o = {&pass_layer_type("linear")->kind, NULL};
        o.options = arena_alloc(&reference_arena, 1, o.type->size);
        ck_assert_int_eq(
            keys_read(o.type->keys, text, (size_t)size, "", NULL, &reference_arena, o.options, &e),
            0);
        layers.items[layers.count++] = o;
        if (i < n - 1)
            layers.items[layers.count++] = (struct spec){&pass_layer_type("relu")->kind, NULL};
    }
    int rows = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(c, "input"));
    struct model *m = model_new(&layers, &loss, cJSON_GetArrayItem(dims, 0)->valueint,
                                cJSON_GetArrayItem(dims, n)->valueint, rows, "mlp.json", &e);
    ck_assert_msg(m != NULL, "%s", e.text);
    return m;
}

/* In a chain of layers, errors grow with every sum and every layer. The bound is that each sum over
 * `width` values in a pass, forward or backward, adds `width` roundings of values of order 1
 * (weights, inputs and logits of these vectors are below 10), and that a training step adds those
 * of one pass. */
static void mlp_case(const cJSON *c) {
    struct model *m = mlp(c);
    struct tensor x = reference_tensor(c, "input");
    int count, width = 0;
    double *theta = reference_values(c, "parameters", &count);
    ck_assert_uint_eq(m->nparams, (size_t)count);
    for (size_t i = 0; i < m->nparams; i++)
        m->theta[i] = (real)theta[i];
    memcpy(m->act[0].data, x.data, tensor_size(x) * sizeof(real));
    memcpy(m->target.y.data, target_of(c, x.rows, m->p.cols).y.data,
           tensor_size(tensor_rows(m->target.y, 0, x.rows)) * sizeof(real));
    for (int i = 0; i < m->nlayers; i++)
        width += m->layers[i].in;
    double tolerance = 2 * width * UNIT;

    double *want_grad = reference_values(c, "gradients", &count), rate, sum;
    double *path = reference_values(c, "loss_path", &count);
    rate = reference_number(c, "learning_rate");
    sum = pass_forward(m, x.rows);
    close_to(sum / x.rows, reference_number(c, "loss"), tolerance, "loss");
    pass_backward(m, x.rows);
    for (size_t i = 0; i < m->nparams; i++)
        close_to(m->grad[i], want_grad[i], tolerance, "gradient");

    for (int step = 0; step < count; step++) {
        sum = pass_forward(m, x.rows);
        close_to(sum / x.rows, path[step], tolerance * (step + 1), "loss of a step");
        pass_backward(m, x.rows);
        for (size_t i = 0; i < m->nparams; i++)
            m->theta[i] -= (real)rate * m->grad[i];
    }
    double *want = reference_values(c, "final_parameters", &(int){0});
    for (size_t i = 0; i < m->nparams; i++)
        close_to(m->theta[i], want[i], tolerance * count, "final parameter");
    model_free(m);
}

START_TEST(an_mlp_and_its_training_equal_the_reference) {
    reference_each("mlp", mlp_case);
}
END_TEST

Suite *test_reference(void) {
    return TEST_SUITE(
        "reference", relu_equals_the_reference, sigmoid_equals_the_reference,
        tanh_equals_the_reference, linear_equals_the_reference, attention_equals_the_reference,
        softmax_and_log_softmax_equal_the_reference, softmaxs_gradient_equals_the_reference,
        softmax_cross_entropy_equals_the_reference, sigmoid_cross_entropy_equals_the_reference,
        distillation_equals_the_reference, every_optimizer_equals_the_reference,
        an_mlp_and_its_training_equal_the_reference);
}
