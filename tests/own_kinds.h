/* Layers, a loss and an optimizer as a program would write them, for tests/test_register.c: with
 * onehot.h alone. */
#ifndef ONEHOT_TESTS_OWN_KINDS_H
#define ONEHOT_TESTS_OWN_KINDS_H

#include <math.h>
#include <onehot.h>

/* ---- elementwise layers ---- */

static void tanh_forward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                         struct oh_tensor y) {
    for (int i = 0; i < x.rows * x.cols; i++)
        y.data[i] = oh_tanhf(x.data[i]);
}

static void tanh_backward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                          struct oh_tensor y, struct oh_tensor dy, struct oh_tensor dx) {
    for (int i = 0; i < x.rows * x.cols; i++)
        dx.data[i] = dy.data[i] * (1 - y.data[i] * y.data[i]);
}

static void sigmoid_forward(const struct oh_layer *l, const struct oh_pass *pass,
                            struct oh_tensor x, struct oh_tensor y) {
    for (int i = 0; i < x.rows * x.cols; i++) {
        float v = x.data[i], e_v = oh_expf(v < 0 ? v : -v);
        y.data[i] = (v < 0 ? e_v : 1) / (1 + e_v);
    }
}

static void sigmoid_backward(const struct oh_layer *l, const struct oh_pass *pass,
                             struct oh_tensor x, struct oh_tensor y, struct oh_tensor dy,
                             struct oh_tensor dx) {
    for (int i = 0; i < x.rows * x.cols; i++)
        dx.data[i] = dy.data[i] * (y.data[i] * (1 - y.data[i]));
}

/* y = x where x > 0, slope x elsewhere, plus a shift. */
struct leaky {
    double slope, shift;
};

static const struct oh_key leaky_keys[] = {
    OH_REAL_KEY(struct leaky, slope, "0.1", 0, 1, "dy/dx where x is below 0"),
    OH_REAL_KEY(struct leaky, shift, "0", -1, 1, "added to y"), OH_END_KEY};

static void leaky_forward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                          struct oh_tensor y) {
    const struct leaky *o = l->options;
    for (int i = 0; i < x.rows * x.cols; i++)
        y.data[i] = (x.data[i] > 0 ? x.data[i] : (float)o->slope * x.data[i]) + (float)o->shift;
}

static void leaky_backward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                           struct oh_tensor y, struct oh_tensor dy, struct oh_tensor dx) {
    const struct leaky *o = l->options;
    for (int i = 0; i < x.rows * x.cols; i++)
        dx.data[i] = x.data[i] > 0 ? dy.data[i] : (float)o->slope * dy.data[i];
}

#define LAYER(called, f)                                                                           \
    { .kind = {.name = called}, .forward = f##_forward, .backward = f##_backward }
static const struct oh_layer_type own_tanh = LAYER("own_tanh", tanh),
                                  own_sigmoid = LAYER("own_sigmoid", sigmoid);
static const struct oh_layer_type leaky = {
    .kind = {.name = "leaky", .size = sizeof(struct leaky), .keys = leaky_keys},
    .element = {.c = "    return (x > 0 ? x : slope * x) + shift;\n",
                .onnx = "Leaky",
                .onnx_attributes = {"alpha", "beta"}},
    .forward = leaky_forward,
    .backward = leaky_backward};

/* ---- a layer with parameters: y = x W ---- */

struct matrix {
    int units;
};

static const struct oh_key matrix_keys[] = {
    OH_INT_KEY(struct matrix, units, NULL, 1, 100, "number of outputs"), OH_END_KEY};

static int matrix_infer(struct oh_layer *l, struct oh_error *error) {
    const struct matrix *o = l->options;
    if (o->units == 13)
        return oh_fail(error, "has 13 units, which is unlucky; choose another number");
    l->out = o->units;
    l->nparams = 1;
    l->params[0] = (struct oh_param){.name = "weight", .value = {NULL, l->in, l->out}};
    return 0;
}

static void matrix_init(struct oh_layer *l, uint64_t seed, uint32_t first) {
    struct oh_tensor w = l->params[0].value;
    float bound = 1 / sqrtf((float)l->in);
    size_t n = (size_t)w.rows * (size_t)w.cols;
    oh_random(seed, first, n, w.data);
    for (size_t i = 0; i < n; i++)
        w.data[i] = (2 * w.data[i] - 1) * bound;
}

static void matrix_forward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                           struct oh_tensor y) {
    struct oh_tensor w = l->params[0].value;
    for (int n = 0; n < x.rows; n++)
        for (int j = 0; j < y.cols; j++) {
            float sum = 0;
            for (int i = 0; i < x.cols; i++)
                sum += x.data[n * x.cols + i] * w.data[i * w.cols + j];
            y.data[n * y.cols + j] = sum;
        }
}

static void matrix_backward(const struct oh_layer *l, const struct oh_pass *pass,
                            struct oh_tensor x, struct oh_tensor y, struct oh_tensor dy,
                            struct oh_tensor dx) {
    struct oh_tensor w = l->params[0].value;
    for (int n = 0; n < x.rows; n++)
        for (int i = 0; i < x.cols; i++) {
            dx.data[n * x.cols + i] = 0;
            for (int j = 0; j < y.cols; j++)
                dx.data[n * x.cols + i] += dy.data[n * y.cols + j] * w.data[i * w.cols + j];
        }
}

static void matrix_gradient(const struct oh_layer *l, int k, struct oh_tensor x,
                            struct oh_tensor dy, int first, struct oh_tensor grad) {
    for (int i = 0; i < grad.rows; i++)
        for (int j = 0; j < grad.cols; j++) {
            float sum = 0;
            for (int n = 0; n < x.rows; n++)
                sum += x.data[n * x.cols + first + i] * dy.data[n * dy.cols + j];
            grad.data[i * grad.cols + j] = sum;
        }
}

static const struct oh_layer_type matrix = {
    .kind = {.name = "matrix", .size = sizeof(struct matrix), .keys = matrix_keys},
    .infer = matrix_infer,
    .init = matrix_init,
    .forward = matrix_forward,
    .backward = matrix_backward,
    .gradient = matrix_gradient};

/* The same, square, without an option. */
static int square_infer(struct oh_layer *l, struct oh_error *error) {
    l->nparams = 1;
    l->params[0] = (struct oh_param){.name = "weight", .value = {NULL, l->in, l->in}};
    return 0;
}

static const struct oh_layer_type square = {.kind = {.name = "square"},
                                            .infer = square_infer,
                                            .init = matrix_init,
                                            .forward = matrix_forward,
                                            .backward = matrix_backward,
                                            .gradient = matrix_gradient};

/* The same, with a switch for its training. */
struct freezer {
    int units;
    bool frozen;
};

static const struct oh_key freezer_keys[] = {
    OH_INT_KEY(struct freezer, units, NULL, 1, 100, "number of outputs"),
    OH_BOOL_KEY(struct freezer, frozen, "false", "keep the parameters as they are"), OH_END_KEY};

static const struct oh_layer_type freezer = {
    .kind = {.name = "freezer", .size = sizeof(struct freezer), .keys = freezer_keys},
    .infer = matrix_infer,
    .init = matrix_init,
    .forward = matrix_forward,
    .backward = matrix_backward,
    .gradient = matrix_gradient};

/* ---- softmax and cross-entropy ---- */

struct entropy {
    struct oh_numbers class_weights;
};

static const struct oh_key entropy_keys[] = {OH_CLASS_WEIGHTS_KEY(struct entropy), OH_END_KEY};

static void entropy_forward(const void *options, bool training, struct oh_tensor z,
                            const struct oh_target *t, struct oh_tensor p, float *losses) {
    for (int n = 0; n < z.rows; n++) {
        const float *zn = z.data + n * z.cols, *yn = t->y.data + n * z.cols;
        float *pn = p.data + n * z.cols, max = zn[0], sum = 0;
        for (int j = 1; j < z.cols; j++)
            max = zn[j] > max ? zn[j] : max;
        for (int j = 0; j < z.cols; j++)
            sum += pn[j] = oh_expf(zn[j] - max);
        losses[n] = 0;
        for (int j = 0; j < z.cols; j++) {
            pn[j] /= sum;
            if (yn[j] > 0)
                losses[n] += yn[j] * (oh_logf(sum) - (zn[j] - max));
        }
    }
}

static void entropy_backward(const void *options, struct oh_tensor z, struct oh_tensor p,
                             const struct oh_target *t, int batch, struct oh_tensor dz) {
    for (int i = 0; i < z.rows * z.cols; i++)
        dz.data[i] = (p.data[i] - t->y.data[i]) / (float)batch;
}

static const struct oh_loss_type entropy = {
    .kind = {.name = "entropy", .size = sizeof(struct entropy), .keys = entropy_keys},
    .forward = entropy_forward,
    .backward = entropy_backward};

/* ---- an optimizer ---- */

struct descent {
    double learning_rate;
};

static const struct oh_key descent_keys[] = {
    OH_REAL_KEY(struct descent, learning_rate, "0.1", 1e-9, 10, "length of a step"), OH_END_KEY};

static void descent_step(const void *options, struct oh_update update, size_t n, const float *grad,
                         float *theta, float *const *state) {
    for (size_t i = 0; i < n; i++)
        theta[i] -= (float)update.learning_rate * grad[i];
}

/* At most 1. */
static const char *conflict(const void *options) {
    return ((const struct descent *)options)->learning_rate > 1 ? "is too bold; take steps up to 1"
                                                                : NULL;
}

static const struct oh_optim_type descent = {.kind = {.name = "descent",
                                                      .size = sizeof(struct descent),
                                                      .keys = descent_keys,
                                                      .conflict = conflict},
                                             .step = descent_step};

#endif
