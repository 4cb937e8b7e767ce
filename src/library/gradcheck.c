/* The gradient check of the library: every function of a model by itself, with random inputs and
 * random gradients of its outputs, so that f = sum dy y and its derivatives are of the size of 1.
 *
 * Differences in binary32 lose digits: y is rounded to 2^-24 of its size, and the difference is
 * divided by the step. So the step is large, 2^-7, and the error of order h^2 that this causes is
 * removed by Richardson's extrapolation, (4 d(h/2) - d(h)) / 3. What remains is about 1e-5. */
#include "base/rng.h"
#include "library/library.h"
#include "train/config.h"

enum { ROWS = 5, TESTED = 200 };
static const float H = 0x1p-7f;
static const double TOLERANCE = 1e-3; /* of the largest gradient of a tensor */

/* A function of a model: a layer, or the loss. */
struct function {
    const struct model *m;
    int layer; /* its index; that of the loss follows the last layer's */
    struct pass pass;
    struct rng rng;
    double max_error;
};

/* Its value: of a layer, sum dy y. */
static double value(const struct function *f) {
    const struct model *m = f->m;
    struct tensor x = m->act[f->layer];
    if (f->layer == m->nlayers) {
        loss_forward(&m->loss, true, x, &m->target, m->p, m->losses);
        return model_add_losses(m, ROWS, 0);
    }
    const struct layer *l = &m->layers[f->layer];
    struct tensor y = m->act[f->layer + 1], dy = m->delta[f->layer + 1];
    double sum = 0;
    l->type->forward(l, &f->pass, x, y);
    for (size_t i = 0; i < tensor_size(y); i++)
        sum += (double)y.data[i] * (double)dy.data[i];
    return sum;
}

static double difference(const struct function *f, float *t, float h) {
    float before = *t;
    *t = before + h;
    double above = value(f), width = (double)*t;
    *t = before - h;
    double below = value(f);
    width -= (double)*t;
    *t = before;
    return (above - below) / width;
}

/* Compares a gradient with differences at up to TESTED elements. */
static int compare(struct function *f, const char *name, struct tensor v, const float *gradient,
                   struct error *e) {
    size_t size = tensor_size(v), n = size < TESTED ? size : TESTED;
    double largest = 1e-6;
    for (size_t i = 0; i < size; i++)
        largest = fmax(largest, fabs((double)gradient[i]));
    for (size_t k = 0; k < n; k++) {
        size_t i = n == size ? k : rng_below(&f->rng, (uint32_t)size);
        float *t = &v.data[i];
        double d = (4 * difference(f, t, H / 2) - difference(f, t, H)) / 3;
        double error = fabs((double)gradient[i] - d) / fmax(largest, fabs(d));
        f->max_error = fmax(f->max_error, error);
        if (!(error <= TOLERANCE))
            return error_run(e,
                             "%s, row %d, column %d: the gradient is %g by backpropagation, but %g "
                             "by differences",
                             name, (int)(i / (size_t)v.cols), (int)(i % (size_t)v.cols),
                             (double)gradient[i], d);
    }
    return 0;
}

/* Random numbers of either sign, not near 0, where the derivative may jump. */
static void fill(struct function *f, struct tensor t) {
    for (size_t i = 0; i < tensor_size(t); i++) {
        float x = 0.2f + 0.8f * rng_uniform(&f->rng);
        t.data[i] = rng_below(&f->rng, 2) ? x : -x;
    }
}

static int check_layer(struct function *f, struct error *e) {
    const struct model *m = f->m;
    const struct layer *l = &m->layers[f->layer];
    struct tensor x = m->act[f->layer], y = m->act[f->layer + 1];
    struct tensor dx = m->delta[f->layer], dy = m->delta[f->layer + 1];
    char name[128];
    fill(f, x);
    fill(f, dy);
    (void)value(f);
    l->type->backward(l, &f->pass, x, y, dy, dx);
    for (int k = 0; k < l->nparams; k++)
        l->type->gradient(l, k, x, dy, 0, l->params[k].grad);
    for (int k = -1; k < l->nparams; k++) {
        const struct param *p = &l->params[k < 0 ? 0 : k];
        snprintf(name, sizeof name, "layer %d (%.60s), %.30s", f->layer, l->type->kind.name,
                 k < 0 ? "input" : p->name);
        if (compare(f, name, k < 0 ? x : p->value, k < 0 ? dx.data : p->grad.data, e) != 0)
            return -1;
    }
    return 0;
}

static int check_loss(struct function *f, struct error *e) {
    const struct model *m = f->m;
    struct tensor z = m->act[m->nlayers], dz = m->delta[m->nlayers];
    char name[128];
    fill(f, z);
    if (m->target.teacher.data)
        fill(f, m->target.teacher);
    for (int n = 0; n < ROWS; n++) {
        m->target.labels[n] = n % m->p.cols;
        for (int j = 0; j < m->p.cols; j++)
            tensor_row(m->target.y, n)[j] = j == m->target.labels[n];
    }
    (void)value(f);
    loss_backward(&m->loss, z, m->p, &m->target, 1, dz); /* of the sum: a mean over one row */
    snprintf(name, sizeof name, "loss (%.60s)", m->loss.type->kind.name);
    return compare(f, name, z, dz.data, e);
}

int oh_gradcheck(oh_model *m, int features, int classes, double *max_error, oh_error *to) {
    LIBRARY_CALL(m, to, -1);
    struct config config;
    SCOPED_MEMORY char *text = library_config(m, e);
    if (!text || config_parse(&config, m->context->keys, text, strlen(text), m->name, NULL,
                              &call.arena, e) != 0)
        return -1;
    if (features < 1 || classes < 1)
        return error_input(e, "oh_gradcheck: features and classes must be >= 1");
    struct model *model =
        model_new(&config.model, &config.loss, features, classes, ROWS, m->name, e);
    if (!model)
        return -1;
    uint64_t seed = (uint64_t)config.seed;
    struct function f = {
        .m = model, .pass = {0, ROWS, true, seed, 1}, .rng = rng_stream(seed, RNG_CHECK, 0)};
    int result = 0;
    model_init(model, seed);
    for (; f.layer <= model->nlayers && result == 0; f.layer++)
        result = f.layer < model->nlayers ? check_layer(&f, e) : check_loss(&f, e);
    if (max_error)
        *max_error = f.max_error;
    model_free(model);
    return result;
}
