#include "export/export.h"

#include <float.h>

/* No sum overflows: an activation times a weight is at most 255 * 127, a layer adds at most
 * MAX_INPUTS of these and a bias of at most MAX_BIAS, together less than 2^31. Times a multiplier
 * of at most 2^30, plus the half for rounding, that is less than 2^63. */
enum { MAX_INPUTS = 32767, MAX_BIAS = 1 << 29, MAX_WEIGHT = 127, MAX_LOGIT = 32767 };

/* The numbers from low to high; activation q stands for low + q * step. */
struct range {
    double low, high, step;
};

static const struct range nothing = {HUGE_VAL, -HUGE_VAL, 0};

static void widen(struct range *r, double x) {
    r->low = fmin(r->low, x);
    r->high = fmax(r->high, x);
}

/* ---- ranges, from the training samples ---- */

/* Those of each layer's outputs. */
static int measure(const struct quantized *q, const struct sample_set *t, struct range *outputs,
                   struct error *e) {
    struct model *m = q->file->model;
    for (int i = 0; i < m->nlayers; i++)
        outputs[i] = nothing;
    for (int first = 0, n; first < t->count; first += n) {
        n = t->count - first < m->rows ? t->count - first : m->rows;
        batch_gather(t, t->order + first, NULL, n, m->act[0], &m->target);
        model_forward(m, &(struct pass){.rows = n});
        if (model_not_finite(m, n) >= 0)
            return error_run(e, "%s: gives numbers that are not finite for training samples",
                             q->file->path);
        for (int i = 0; i < m->nlayers; i++)
            for (size_t k = 0; k < (size_t)n * (size_t)m->act[i + 1].cols; k++)
                widen(&outputs[i], (double)m->act[i + 1].data[k]);
    }
    return 0;
}

/* Those of the inputs: x = (value - mean) / stddev, where pixels, values from 0 to 255, are divided
 * by 255 first. A column of equal values gets the step 1, so that it is always activation 0. */
static void set_inputs(struct quantized *q, const struct sample_set *t, struct range *x) {
    const struct scaling *s = t->scaling;
    const float *values = t->split->values;
    int features = q->file->model->act[0].cols;
    for (int i = 0; i < features; i++) {
        double unit = values ? 1 : 255, mean = s->means ? s->means[i] : unit * s->mean,
               stddev = s->means ? s->stddevs[i] : unit * s->stddev;
        struct range r = values ? nothing : (struct range){0, 255, 0};
        for (int k = 0; values && k < t->count; k++)
            widen(&r, (double)values[t->order[k] * (ptrdiff_t)features + i]);
        q->low[i] = (float)r.low;
        q->step[i] = (float)((r.high - r.low) / 255);
        if (q->step[i] < FLT_MIN)
            q->step[i] = 1;
        x[i].low = ((double)q->low[i] - mean) / stddev;
        x[i].step = (double)q->step[i] / stddev;
    }
}

static void make_map(uint8_t *map, const struct layer *l, struct range x, struct range y) {
    real from[256], to[256];
    for (int q = 0; q < 256; q++)
        from[q] = (real)(x.low + q * x.step);
    l->type->forward(l, &(struct pass){.rows = 256}, (struct tensor){from, 256, 1},
                     (struct tensor){to, 256, 1});
    for (int q = 0; q < 256; q++)
        map[q] = (uint8_t)fmin(fmax(round(((double)to[q] - y.low) / y.step), 0), 255);
}

static double weight(const struct layer *l, int i, int j) {
    return (double)tensor_row(l->params[0].value, i)[j];
}

/* With x_i = low_i + q_i step_i, y_j = sum of x_i W_ij + b_j is a sum of q_i with the weights
 * step_i W_ij and the bias b_j + sum of low_i W_ij, which is counted from y's low. Both become
 * multiples of a unit; the steps of y are made no finer than that, and a multiplier, in 2^-shift,
 * turns units into steps. `units` and `biases` are for the numbers of each output. */
static void make_affine(int8_t *w, int32_t *scale, const struct layer *l, const struct range *x,
                        struct range *y, double *units, double *biases) {
    for (int j = 0; j < l->out; j++) {
        double u = 0, bias = (l->nparams > 1 ? (double)l->params[1].value.data[j] : 0) - y->low;
        for (int i = 0; i < l->in; i++) {
            bias += weight(l, i, j) * x[i].low;
            u = fmax(u, fabs(weight(l, i, j)) * x[i].step / MAX_WEIGHT);
        }
        biases[j] = bias;
        units[j] = fmax(u, fabs(bias) / MAX_BIAS);
        y->step = fmax(y->step, units[j]);
    }
    for (int j = 0; j < l->out; j++) {
        int exponent;
        double u = units[j] == 0 ? y->step : units[j];
        for (int i = 0; i < l->in; i++)
            *w++ = (int8_t)lround(weight(l, i, j) * x[i].step / u);
        double fraction = frexp(u / y->step, &exponent);
        int shift = 30 - exponent; /* at least 29: u / y->step is at most 1 */
        scale[3 * j] = (int32_t)lround(biases[j] / u);
        scale[3 * j + 1] = shift > 62 ? 0 : (int32_t)lround(fraction * (1 << 30));
        scale[3 * j + 2] = shift > 62 ? 62 : shift;
    }
}

/* The ranges of the layer's inputs, x, become those of its outputs, y. */
static int add_layer(struct quantized *q, const struct layer *l, bool last, struct range *x,
                     struct range y, struct arena *a, struct error *e) {
    size_t in = (size_t)l->in, out = (size_t)l->out;
    bool affine = l->type->affine;
    if (affine ? l->in > MAX_INPUTS : last || q->count == 0)
        return error_run(
            e,
            "%s: layer %d, \"%s\", has no int8 form: the first and the last layer must "
            "be \"linear\", with at most %d inputs",
            q->file->path, l->index, l->type->kind.name, MAX_INPUTS);
    int8_t *w = arena_alloc(a, out, affine ? in : 0);
    int32_t *scale = arena_alloc(a, affine ? out : 0, 3 * sizeof *scale);
    uint8_t *map = arena_alloc(a, affine ? 0 : 256, 1);
    double *units = arena_alloc(a, 2 * out, sizeof *units);
    if (!w || !scale || !map || !units)
        return error_memory(e, "the int8 model");
    y.step = fmax(last ? fmax(-y.low, y.high) / MAX_LOGIT : (y.high - y.low) / 255, FLT_MIN);
    y.low = last ? 0 : y.low;
    if (affine)
        make_affine(w, scale, l, x, &y, units, units + out);
    else
        make_map(map, l, *x, y);
    for (size_t j = 0; j < out; j++)
        x[j] = y;
    q->layers[q->count++] = (struct integer_layer){l->in, l->out, w, scale, affine ? NULL : map};
    q->bytes += affine ? out * (in + 3 * sizeof *scale) : 256;
    return 0;
}

/* Counts the errors of both forms of the model. */
static void test(struct quantized *q, const struct sample_set *t) {
    struct model *m = q->file->model;
    struct pass pass = {.rows = 1};
    for (int i = 0; i < t->count; i++) {
        batch_gather(t, t->order + i, NULL, 1, m->act[0], &m->target);
        model_forward(m, &pass);
        model_loss(m, &pass);
        q->errors_float += model_misclassified(m, 0);
        quantized_run(q, t->split, t->order[i]);
        for (int j = 0; j < model_outputs(m); j++)
            m->act[m->nlayers].data[j] = (real)q->logits[j] * q->logit_step;
        model_loss(m, &pass);
        q->errors += model_misclassified(m, 0);
    }
}

int quantized_make(struct quantized *q, const struct model_file *file,
                   const struct sample_set *training, const struct sample_set *test_set,
                   struct arena *a, struct error *e) {
    const struct model *m = file->model;
    int last = -1;
    *q = (struct quantized){.file = file, .widest = 1};
    for (int i = 0; i < m->nlayers; i++)
        last = m->layers[i].type->identity ? last : i;
    for (int i = 0; i < last; i++)
        q->widest = m->layers[i].out > q->widest ? m->layers[i].out : q->widest;
    if (last < 0)
        return error_run(e, "%s: has no int8 form, since no layer has weights", file->path);
    size_t layers = (size_t)m->nlayers, features = (size_t)m->act[0].cols,
           out = (size_t)model_outputs(m), widest = (size_t)q->widest;
    struct range *outputs = arena_alloc(a, layers, sizeof *outputs),
                 *x = arena_alloc(a, features + widest + out, sizeof *x);
    q->layers = arena_alloc(a, layers, sizeof *q->layers);
    q->low = arena_alloc(a, features, sizeof *q->low);
    q->step = arena_alloc(a, features, sizeof *q->step);
    q->work = arena_alloc(a, 2 * widest + features, 1);
    q->logits = arena_alloc(a, out, sizeof *q->logits);
    if (!outputs || !x || !q->logits || !q->layers || !q->low || !q->step || !q->work)
        return error_memory(e, "the int8 model");
    if (measure(q, training, outputs, e) != 0)
        return -1;
    set_inputs(q, training, x);
    for (int i = 0; i <= last; i++)
        if (!m->layers[i].type->identity &&
            add_layer(q, &m->layers[i], i == last, x, outputs[i], a, e) != 0)
            return -1;
    q->logit_step = (float)x->step;
    if (!isfinite(q->logit_step))
        return error_run(e, "%s: its numbers are too large for an int8 form", file->path);
    test(q, test_set);
    return 0;
}

void quantized_run(const struct quantized *q, const struct split *split, int sample) {
    int features = q->layers->in;
    size_t at = (size_t)sample * (size_t)features;
    uint8_t *x = q->work + 2 * (size_t)q->widest;
    for (int i = 0; split->values && i < features; i++)
        x[i] = integer_activation(split->values[at + (size_t)i], q->low[i], q->step[i]);
    integer_run(q->layers, q->count, split->pixels ? split->pixels + at : x, q->work, q->widest,
                q->logits);
}
