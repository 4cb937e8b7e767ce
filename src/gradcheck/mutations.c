/* The planted bugs, and their table. */
#include "base/rng.h"
#include "gradcheck/gradcheck.h"

/* dy^T x instead of x^T dy: the same elements, but laid out as the transpose. */
static void transposed(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                       struct tensor grad) {
    if (k != 0)
        mutation_layer(l)->right->gradient(l, k, x, dy, first, grad);
    for (size_t i = 0; k == 0 && i < tensor_size(grad); i++) {
        size_t at = (size_t)first * (size_t)grad.cols + i;
        size_t out = at / (size_t)x.cols, in = at % (size_t)x.cols;
        grad.data[i] = 0;
        for (int n = 0; n < x.rows; n++)
            grad.data[i] += tensor_row(dy, n)[out] * tensor_row(x, n)[in];
    }
}

/* = instead of +=: only the last sample counts. */
static void bias_not_summed(const struct layer *l, int k, struct tensor x, struct tensor dy,
                            int first, struct tensor grad) {
    if (k == 1)
        memcpy(grad.data, tensor_row(dy, dy.rows - 1), tensor_size(grad) * sizeof(real));
    else
        mutation_layer(l)->right->gradient(l, k, x, dy, first, grad);
}

/* Adds to the gradient of the last step. */
static void accumulated(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                        struct tensor grad) {
    for (int r = 0; r < grad.rows; r++)
        for (int n = 0; n < x.rows; n++)
            for (int j = 0; j < grad.cols; j++)
                tensor_row(grad, r)[j] +=
                    (k == 0 ? tensor_row(x, n)[first + r] : 1) * tensor_row(dy, n)[j];
}

/* Saves x only in the first step, so that gradient_of_first always uses the first batch's x. */
static void forward_saves_first(const struct layer *l, const struct pass *pass, struct tensor x,
                                struct tensor y) {
    const struct mutated_layer *m = mutation_layer(l);
    m->right->forward(l, pass, x, y);
    if (pass->training && pass->step == 1)
        memcpy(tensor_row(m->first_x, pass->first), x.data, tensor_size(x) * sizeof(real));
}

static void gradient_of_first(const struct layer *l, int k, struct tensor x, struct tensor dy,
                              int first, struct tensor grad) {
    const struct mutated_layer *m = mutation_layer(l);
    m->right->gradient(l, k, tensor_rows(m->first_x, 0, x.rows), dy, first, grad);
}

/* An elementwise backward with this wrong expression of x, y and dy for dx[i]. */
#define WRONG_BACKWARD(name, expression)                                                           \
    static void name(const struct layer *l, const struct pass *pass, struct tensor X,              \
                     struct tensor Y, struct tensor DY, struct tensor DX) {                        \
        for (size_t i = 0; i < tensor_size(DX); i++) {                                             \
            real x = X.data[i], y = Y.data[i], dy = DY.data[i];                                    \
            (void)x, (void)y;                                                                      \
            DX.data[i] = expression;                                                               \
        }                                                                                          \
    }

WRONG_BACKWARD(mask_of_dy, dy > 0 ? dy : 0)
WRONG_BACKWARD(no_mask, dy)
WRONG_BACKWARD(sigmoid_of_x, (dy * (x * (1 - x))))

/* Draws the mask of the next step. */
static void another_mask(const struct layer *l, const struct pass *pass, struct tensor x,
                         struct tensor y, struct tensor dy, struct tensor dx) {
    struct pass next = *pass;
    next.step++;
    mutation_layer(l)->right->backward(l, &next, x, y, dy, dx);
}

/* y - p instead of p - y. */
static void negated(struct tensor p, int batch, struct tensor dz) {
    for (size_t i = 0; i < tensor_size(dz); i++)
        dz.data[i] = -dz.data[i];
}

/* The gradient of the sum of the losses, not of their mean. */
static void not_divided(struct tensor p, int batch, struct tensor dz) {
    for (size_t i = 0; i < tensor_size(dz); i++)
        dz.data[i] *= (real)batch;
}

/* p - y is already the gradient with respect to z. This takes it for the gradient with respect to p
 * and multiplies it by softmax's Jacobian again. */
static void softmax_again(struct tensor p, int batch, struct tensor dz) {
    for (int n = 0; n < dz.rows; n++) {
        const real *pn = tensor_row(p, n);
        real *d = tensor_row(dz, n), sum = 0;
        for (int j = 0; j < dz.cols; j++)
            sum += d[j] * pn[j];
        for (int j = 0; j < dz.cols; j++)
            d[j] = pn[j] * (d[j] - sum);
    }
}

/* e^z / sum e^z without subtracting m, and a loss with log(sum) instead of the equivalent but safe
 * m + log(right). */
static void no_max(double temperature, struct tensor z, const struct target *t, struct tensor p,
                   real *losses) {
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        double sum = 0, right = 0, targets = 0, m = -INFINITY;
        for (int j = 0; j < z.cols; j++)
            m = fmax(m, (double)zn[j] / temperature);
        for (int j = 0; j < z.cols; j++) {
            sum += exp((double)zn[j] / temperature);
            right += exp((double)zn[j] / temperature - m);
            targets += (double)tensor_row(t->y, n)[j];
        }
        for (int j = 0; j < z.cols; j++)
            tensor_row(p, n)[j] = (real)(exp((double)zn[j] / temperature) / sum);
        losses[n] += (real)(targets * (log(sum) - (m + log(right))));
    }
}

static void ascent(const void *options, struct update update, size_t n, const real *grad,
                   real *theta, real *const *state) {
    for (size_t i = 0; i < n; i++)
        theta[i] += (real)update.learning_rate * grad[i];
}

static void all_zero(struct training *t) {
    memset(t->model->theta, 0, t->model->nparams * sizeof(real));
}

/* A factor sqrt(inputs) instead of 1/sqrt(inputs). */
static void too_large(struct training *t) {
    for (int i = 0; i < t->model->nlayers; i++) {
        const struct layer *l = &t->model->layers[i];
        for (size_t k = 0; l->nparams > 0 && k < tensor_size(l->params[0].value); k++)
            l->params[0].value.data[k] *= (real)l->in;
    }
}

static void in_file_order(struct training *t) { t->config.train.shuffle = false; }

/* 0 .. 255 instead of 0 .. 1. */
static void unscaled(struct training *t) { scaling_set(&t->scaling, 0, 1.0 / 255); }

static void shuffled_labels(struct training *t) {
    struct split *s = &t->data->split[TRAIN];
    size_t classes = (size_t)t->data->classes.count;
    struct rng r = rng_stream((uint64_t)t->config.seed, RNG_CHECK, 1);
    for (int i = s->count - 1; i > 0; i--) {
        size_t j = rng_below(&r, (uint32_t)i + 1);
        int label = s->labels[i];
        s->labels[i] = s->labels[j];
        s->labels[j] = label;
        for (size_t c = 0; s->targets && c < classes; c++) {
            float target = s->targets[(size_t)i * classes + c];
            s->targets[(size_t)i * classes + c] = s->targets[j * classes + c];
            s->targets[j * classes + c] = target;
        }
    }
}

/* Name, description, the check that finds it, the tensor. */
const struct mutation mutations_table[] = {
    {"transposed", "the weights' gradient is dy^T x, not x^T dy", "gradients", "weight",
     .layer = "linear", .functions.gradient = transposed},
    {"bias-not-summed", "the bias's gradient is the last sample's, not the sum", "gradients",
     "bias", .layer = "linear", .needs = NEEDS_BATCHES, .functions.gradient = bias_not_summed},
    {"stale-activations", "backward always uses the activations of the first batch",
     "gradients later", "weight", .layer = "linear", .functions.forward = forward_saves_first,
     .functions.gradient = gradient_of_first},
    {"accumulated", "gradients are added to those of the previous step", "gradients later",
     .layer = "linear", .functions.gradient = accumulated},
    {"sign", "backpropagation starts from y - p, not p - y", "gradients", .loss_backward = negated},
    {"not-divided", "the gradients are not divided by the batch size", "gradients",
     .needs = NEEDS_BATCHES, .loss_backward = not_divided},
    {"softmax-twice", "the derivative of softmax is applied to p - y again", "gradients",
     .needs = NEEDS_SOFTMAX, .loss_backward = softmax_again},
    {"no-max", "softmax does not subtract the largest logit first", "large logits",
     .needs = NEEDS_SOFTMAX, .loss_forward = no_max},
    {"wrong-mask", "relu's backward masks by the sign of dy, not of x", "gradients", "weight",
     .layer = "relu", .functions.backward = mask_of_dy},
    {"no-mask", "relu's backward lets every gradient through", "gradients", "weight",
     .layer = "relu", .functions.backward = no_mask},
    {"sigmoid-of-x", "sigmoid's derivative is x (1 - x), not y (1 - y)", "gradients", "weight",
     .layer = "sigmoid", .functions.backward = sigmoid_of_x},
    {"another-mask", "dropout's backward draws its own mask", "gradients", .layer = "dropout",
     .functions.backward = another_mask},
    {"zero-weights", "all weights start at 0", "gradients", "weight",
     .needs = NEEDS_HIDDEN | NEEDS_NEW, .training = all_zero},
    {"large-weights", "initial weights are multiplied by sqrt(inputs), not divided",
     "loss at chance", .needs = NEEDS_NEW | NEEDS_WIDE, .training = too_large},
    {"ascent", "the optimizer adds the gradient", "overfit 20", .step = ascent},
    {"unscaled", "the input pixels are 0 .. 255, not 0 .. 1", "size of inputs",
     .needs = NEEDS_IMAGES, .training = unscaled},
    {"shuffled-labels", "the samples are shuffled without their labels", "labels and data",
     .needs = NEEDS_SAMPLES, .training = shuffled_labels},
    {"unshuffled", "every epoch uses the samples in file order", "order of samples",
     .needs = NEEDS_SHUFFLED, .training = in_file_order},
    {.name = NULL},
};
