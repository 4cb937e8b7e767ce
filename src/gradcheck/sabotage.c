#include "gradcheck/sabotage.h"
#include "base/rng.h"
#include "gradcheck/sanity.h"

#include <math.h>
#include <string.h>

/* A layer type with one wrong function, and the right ones behind it. */
struct wrong_layer {
    struct layer_type type; /* first: l->type points to it */
    const struct layer_type *right;
    struct tensor x; /* rows of the first batch, where ... */
    bool *seen;      /* ... they were seen */
};

static const struct wrong_layer *behind(const struct layer *l) {
    return (const struct wrong_layer *)(const void *)l->type;
}

/* The same of a loss; its options point to this. */
struct wrong_loss {
    const struct loss_type *right;
    const void *options;
    double temperature;
};

/* ---- linear's gradients ---- */

/* dy^T x instead of x^T dy: as many numbers, in the order of the other matrix. */
static void transposed(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                       struct tensor grad) {
    if (k != 0) {
        behind(l)->right->gradient(l, k, x, dy, first, grad);
        return;
    }
    for (int r = 0; r < grad.rows; r++)
        for (int c = 0; c < grad.cols; c++) {
            size_t place = (size_t)(first + r) * (size_t)grad.cols + (size_t)c;
            size_t out = place / (size_t)x.cols, in = place % (size_t)x.cols;
            real sum = 0;
            for (int n = 0; n < x.rows; n++)
                sum += tensor_row(dy, n)[out] * tensor_row(x, n)[in];
            tensor_row(grad, r)[c] = sum;
        }
}

/* = where += belongs: what is left is the last sample's. */
static void bias_not_summed(const struct layer *l, int k, struct tensor x, struct tensor dy,
                            int first, struct tensor grad) {
    if (k != 1) {
        behind(l)->right->gradient(l, k, x, dy, first, grad);
        return;
    }
    for (int n = 0; n < dy.rows; n++)
        for (int j = 0; j < dy.cols; j++)
            grad.data[j] = tensor_row(dy, n)[j];
}

/* += into what the step before left there. */
static void accumulated(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                        struct tensor grad) {
    for (int r = 0; r < grad.rows; r++)
        for (int n = 0; n < x.rows; n++)
            for (int j = 0; j < grad.cols; j++)
                tensor_row(grad, r)[j] +=
                    (k == 0 ? tensor_row(x, n)[first + r] : 1) * tensor_row(dy, n)[j];
    (void)l;
}

/* if x is not kept yet, keep it: so backward multiplies with the x of the first batch for ever. */
static void forward_keeps_first(const struct layer *l, const struct pass *pass, struct tensor x,
                                struct tensor y) {
    const struct wrong_layer *w = behind(l);
    w->right->forward(l, pass, x, y);
    for (int n = 0; n < x.rows && pass->training; n++)
        if (!w->seen[pass->first + n]) {
            memcpy(tensor_row(w->x, pass->first + n), tensor_row(x, n),
                   (size_t)x.cols * sizeof(real));
            w->seen[pass->first + n] = true;
        }
}

static void gradient_of_first(const struct layer *l, int k, struct tensor x, struct tensor dy,
                              int first, struct tensor grad) {
    const struct wrong_layer *w = behind(l);
    w->right->gradient(l, k, tensor_rows(w->x, 0, x.rows), dy, first, grad);
}

/* ---- the backward of other layers ---- */

static void mask_of_dy(const struct layer *l, const struct pass *pass, struct tensor x,
                       struct tensor y, struct tensor dy, struct tensor dx) {
    (void)l, (void)pass, (void)x, (void)y;
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = dy.data[i] > 0 ? dy.data[i] : 0;
}

static void no_mask(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y, struct tensor dy, struct tensor dx) {
    (void)l, (void)pass, (void)x, (void)y;
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = dy.data[i];
}

/* x (1 - x) where y (1 - y) belongs. */
static void sigmoid_of_x(const struct layer *l, const struct pass *pass, struct tensor x,
                         struct tensor y, struct tensor dy, struct tensor dx) {
    (void)l, (void)pass, (void)y;
    for (size_t i = 0; i < tensor_size(dx); i++)
        dx.data[i] = dy.data[i] * (x.data[i] * (1 - x.data[i]));
}

/* Drawn anew, as if for the next step. */
static void another_mask(const struct layer *l, const struct pass *pass, struct tensor x,
                         struct tensor y, struct tensor dy, struct tensor dx) {
    struct pass next = *pass;
    next.step++;
    behind(l)->right->backward(l, &next, x, y, dy, dx);
}

/* ---- the loss ---- */

static void right_forward(const void *options, bool training, struct tensor z,
                          const struct target *t, struct tensor p, real *losses) {
    const struct wrong_loss *w = options;
    w->right->forward(w->options, training, z, t, p, losses);
}

static void right_backward(const void *options, struct tensor z, struct tensor p,
                           const struct target *t, int batch, struct tensor dz) {
    const struct wrong_loss *w = options;
    w->right->backward(w->options, z, p, t, batch, dz);
}

/* e^z / sum e^z as it stands in textbooks, and the loss with the logarithm of that sum. */
static void no_max(const void *options, bool training, struct tensor z, const struct target *t,
                   struct tensor p, real *losses) {
    const struct wrong_loss *w = options;
    right_forward(options, training, z, t, p, losses);
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n), *yn = tensor_row(t->y, n);
        double sum = 0, right = 0, targets = 0, m = -INFINITY;
        for (int j = 0; j < z.cols; j++)
            m = fmax(m, (double)zn[j] / w->temperature);
        for (int j = 0; j < z.cols; j++) {
            sum += exp((double)zn[j] / w->temperature);
            right += exp((double)zn[j] / w->temperature - m);
            targets += (double)yn[j];
        }
        for (int j = 0; j < z.cols; j++)
            tensor_row(p, n)[j] = (real)(exp((double)zn[j] / w->temperature) / sum);
        losses[n] += (real)(targets * (log(sum) - (m + log(right))));
    }
}

/* y - p. */
static void turned_round(const void *options, struct tensor z, struct tensor p,
                         const struct target *t, int batch, struct tensor dz) {
    right_backward(options, z, p, t, batch, dz);
    for (size_t i = 0; i < tensor_size(dz); i++)
        dz.data[i] = -dz.data[i];
}

/* The gradient of the sum, for the loss that is the mean. */
static void not_divided(const void *options, struct tensor z, struct tensor p,
                        const struct target *t, int batch, struct tensor dz) {
    (void)batch;
    right_backward(options, z, p, t, 1, dz);
}

/* p - y is the gradient by z already; taken for that by p, it goes through softmax's derivative
 * once more. */
static void softmax_again(const void *options, struct tensor z, struct tensor p,
                          const struct target *t, int batch, struct tensor dz) {
    right_backward(options, z, p, t, batch, dz);
    for (int n = 0; n < dz.rows; n++) {
        const real *pn = tensor_row(p, n);
        real *d = tensor_row(dz, n), sum = 0;
        for (int j = 0; j < dz.cols; j++)
            sum += d[j] * pn[j];
        for (int j = 0; j < dz.cols; j++)
            d[j] = pn[j] * (d[j] - sum);
    }
}

/* ---- around the model ---- */

static void ascent(const void *options, struct update update, size_t n, const real *grad,
                   real *theta, real *const *state) {
    (void)options, (void)state;
    for (size_t i = 0; i < n; i++)
        theta[i] += (real)update.learning_rate * grad[i];
}

static void all_zero(struct training *t) {
    memset(t->model->theta, 0, t->model->nparams * sizeof(real));
}

/* A factor of sqrt(inputs) where 1/sqrt(inputs) belongs. */
static void too_large(struct training *t) {
    for (int i = 0; i < t->model->nlayers; i++) {
        const struct layer *l = &t->model->layers[i];
        for (size_t k = 0; l->nparams > 0 && k < tensor_size(l->params[0].value); k++)
            l->params[0].value.data[k] *= (real)l->in;
    }
}

static void in_file_order(struct training *t) {
    t->config.train.shuffle = false;
}

/* 0 .. 255 where 0 .. 1 belongs. */
static void unscaled(struct training *t) {
    scaling_set(&t->scaling, 0, 1.0 / 255);
}

static void shuffled_labels(struct training *t) {
    struct split *s = &t->data->split[TRAIN];
    size_t k = (size_t)t->data->classes.count;
    struct rng r = rng_stream((uint64_t)t->config.seed, RNG_CHECK, 1);
    for (int i = s->count - 1; i > 0; i--) {
        size_t j = rng_below(&r, (uint32_t)i + 1);
        int label = s->labels[i];
        s->labels[i] = s->labels[j];
        s->labels[j] = label;
        for (size_t c = 0; s->targets && c < k; c++) {
            float target = s->targets[(size_t)i * k + c];
            s->targets[(size_t)i * k + c] = s->targets[j * k + c];
            s->targets[j * k + c] = target;
        }
    }
}

static const struct sabotage table[] = {
    {.name = "transposed",
     .line = "the weights' gradient is dy^T x, not x^T dy",
     .check = "gradients",
     .tensor = "weight",
     .layer = "linear",
     .gradient = transposed},
    {.name = "bias-not-summed",
     .line = "the bias's gradient is the last sample's, not the sum",
     .check = "gradients",
     .tensor = "bias",
     .layer = "linear",
     .batch = true,
     .gradient = bias_not_summed},
    {.name = "stale-activations",
     .line = "backward uses the activations of the first batch, always",
     .check = "gradients later",
     .tensor = "weight",
     .layer = "linear",
     .forward = forward_keeps_first,
     .gradient = gradient_of_first},
    {.name = "accumulated",
     .line = "gradients are added to those of the step before",
     .check = "gradients later",
     .layer = "linear",
     .gradient = accumulated},
    {.name = "sign",
     .line = "backpropagation starts from y - p, not p - y",
     .check = "gradients",
     .loss_backward = turned_round},
    {.name = "not-divided",
     .line = "the gradients are not divided by the batch size",
     .check = "gradients",
     .batch = true,
     .loss_backward = not_divided},
    {.name = "softmax-twice",
     .line = "p - y goes through the derivative of softmax again",
     .check = "gradients",
     .loss = "softmax_cross_entropy",
     .loss_backward = softmax_again},
    {.name = "no-max",
     .line = "softmax does not subtract the largest logit first",
     .check = "large logits",
     .loss = "softmax_cross_entropy",
     .loss_forward = no_max},
    {.name = "wrong-mask",
     .line = "relu's backward masks by the sign of dy, not of x",
     .check = "gradients",
     .tensor = "weight",
     .layer = "relu",
     .backward = mask_of_dy},
    {.name = "no-mask",
     .line = "relu's backward lets every gradient through",
     .check = "gradients",
     .tensor = "weight",
     .layer = "relu",
     .backward = no_mask},
    {.name = "sigmoid-of-x",
     .line = "sigmoid's derivative is x (1 - x), not y (1 - y)",
     .check = "gradients",
     .tensor = "weight",
     .layer = "sigmoid",
     .backward = sigmoid_of_x},
    {.name = "another-mask",
     .line = "dropout's backward draws a mask of its own",
     .check = "gradients",
     .layer = "dropout",
     .backward = another_mask},
    {.name = "zero-weights",
     .line = "all weights start at 0",
     .check = "gradients",
     .tensor = "weight",
     .hidden = true,
     .initial = true,
     .training = all_zero},
    {.name = "large-weights",
     .line = "initial weights are multiplied by sqrt(inputs), not divided",
     .check = "loss at chance",
     .initial = true,
     .wide = true,
     .training = too_large},
    {.name = "ascent",
     .line = "the optimizer adds the gradient",
     .check = "overfit 20",
     .step = ascent},
    {.name = "unscaled",
     .line = "pixels go in as 0 .. 255, not 0 .. 1",
     .check = "size of inputs",
     .pictures = true,
     .training = unscaled},
    {.name = "shuffled-labels",
     .line = "the samples are shuffled without their labels",
     .check = "labels and data",
     .data = shuffled_labels},
    {.name = "unshuffled",
     .line = "every epoch takes the samples as they are in the file",
     .check = "order of samples",
     .training = in_file_order},
};
enum { ROWS = sizeof table / sizeof *table };

const struct sabotage *sabotage_row(int i) {
    return i < ROWS ? &table[i] : NULL;
}

const struct sabotage *sabotage_find(const char *name) {
    for (int i = 0; i < ROWS; i++)
        if (strcmp(table[i].name, name) == 0)
            return &table[i];
    return NULL;
}

/* What the training lacks for it, or NULL. */
static const char *lacks(const struct sabotage *s, const struct training *t) {
    const struct model *m = t->model;
    enum { WIDE = 16 };
    int layers = 0, with_parameters = 0, inputs = 0;
    for (int i = 0; i < m->nlayers; i++) {
        layers += s->layer && strcmp(m->layers[i].type->kind.name, s->layer) == 0;
        with_parameters += m->layers[i].nparams > 0;
        if (m->layers[i].nparams > 0 && m->layers[i].in > inputs)
            inputs = m->layers[i].in;
    }
    if (s->layer && layers == 0)
        return s->layer;
    if (s->loss && strcmp(m->loss.type->kind.name, s->loss) != 0)
        return s->loss;
    if (s->hidden && with_parameters < 2)
        return "hidden layer";
    if (s->initial && t->config.start_from[0])
        return "initial weights";
    if (s->wide && inputs < WIDE)
        return "a layer of 16 inputs";
    if (s->batch && m->rows < 2)
        return "batches";
    if (s->pictures && !t->train.split->pixels)
        return "pictures";
    if (s->training == in_file_order && (!t->config.train.shuffle || t->train.count < SANITY_ORDER))
        return "shuffled samples";
    if (s->data && t->train.count < SANITY_LABELS)
        return "enough samples";
    return NULL;
}

int sabotage_fits(const struct sabotage *s, const struct training *t, struct error *e) {
    const char *what = lacks(s, t);
    return what ? error_input(e,
                              "onehot gradcheck: --sabotage %s needs %s, which this config "
                              "does not have",
                              s->name, what)
                : 0;
}

const struct sabotage *sabotage_random(const struct training *t) {
    struct rng r = rng_stream((uint64_t)t->config.seed, RNG_CHECK, 2);
    const struct sabotage *s;
    do
        s = &table[rng_below(&r, ROWS)];
    while (lacks(s, t));
    return s;
}

void sabotage_data(const struct sabotage *s, struct training *t) {
    if (s->data)
        s->data(t);
}

static int sabotage_layer(const struct sabotage *s, struct layer *l, int rows, struct arena *a) {
    struct wrong_layer *w = arena_alloc(a, 1, sizeof *w);
    if (!w)
        return -1;
    w->type = *l->type;
    w->right = l->type;
    w->x = (struct tensor){arena_alloc(a, (size_t)rows, (size_t)l->in * sizeof(real)), rows, l->in};
    w->seen = arena_alloc(a, (size_t)rows, sizeof *w->seen);
    if (!w->x.data || !w->seen)
        return -1;
    if (s->forward)
        w->type.forward = s->forward;
    if (s->backward)
        w->type.backward = s->backward;
    if (s->gradient)
        w->type.gradient = s->gradient;
    l->type = &w->type;
    return 0;
}

static int sabotage_loss(const struct sabotage *s, struct training *t, struct arena *a) {
    struct loss *l = &t->model->loss;
    struct loss_type *type = arena_alloc(a, 1, sizeof *type);
    struct wrong_loss *w = arena_alloc(a, 1, sizeof *w);
    if (!type || !w)
        return -1;
    const double *temperature = loss_temperature(&t->config.loss);
    *w = (struct wrong_loss){l->type, l->options, temperature ? *temperature : 1};
    *type = *l->type;
    type->forward = s->loss_forward ? s->loss_forward : right_forward;
    type->backward = s->loss_backward ? s->loss_backward : right_backward;
    l->type = type;
    l->options = w;
    return 0;
}

static int sabotage_optim(const struct sabotage *s, struct training *t, struct arena *a) {
    struct optim_type *type = arena_alloc(a, 1, sizeof *type);
    if (!type)
        return -1;
    *type = *t->optim.type;
    type->step = s->step;
    t->optim.type = type;
    return 0;
}

int sabotage_training(const struct sabotage *s, struct training *t, struct arena *a,
                      struct error *e) {
    int result = 0;
    for (int i = 0; i < t->model->nlayers && result == 0; i++) {
        struct layer *l = &t->model->layers[i];
        if (s->layer && strcmp(l->type->kind.name, s->layer) == 0)
            result = sabotage_layer(s, l, t->model->rows, a);
    }
    if (result == 0 && (s->loss_forward || s->loss_backward))
        result = sabotage_loss(s, t, a);
    if (result == 0 && s->step)
        result = sabotage_optim(s, t, a);
    if (s->training)
        s->training(t);
    return result == 0 ? 0 : error_memory(e, "the sabotage");
}
