#include "export/quantized.h"
#include "export/exportable.h"
#include "export/integer.h.in"

#include <float.h>
#include <math.h>

/* No sum overflows: an activation times a weight is at most 255 * 127, a layer has at most
 * MAX_INPUTS of them, and its bias is at most MAX_BIAS; together that is less than 2^31. Times a
 * multiplier of at most 2^30, plus the half that rounds, it is less than 2^63. */
enum { MAX_INPUTS = 32767, MAX_BIAS = 1 << 29, MAX_WEIGHT = 127, MAX_LOGIT = 32767 };

/* The numbers from low to high; activation q stands for low + q * step. */
struct range {
    double low, high, step;
};

struct quantizer {
    struct quantized *q;
    const struct model_file *file;
    const struct sample_set *training;
    struct range *outputs; /* [layers] */
    struct range *inputs;  /* [in]: of the layer that is next */
    struct arena *a;
};

static const struct range nothing = {HUGE_VAL, -HUGE_VAL, 0};

static void widen(struct range *r, double x) {
    r->low = fmin(r->low, x);
    r->high = fmax(r->high, x);
}

/* The first layer from i on that does something, or NULL. */
static const struct layer *next(const struct model *m, int i) {
    while (i < m->nlayers && m->layers[i].type->identity)
        i++;
    return i < m->nlayers ? &m->layers[i] : NULL;
}

/* ---- what the training samples give ---- */

static int measure(struct quantizer *z, struct error *e) {
    const struct sample_set *t = z->training;
    struct model *m = z->file->model;
    for (int i = 0; i < m->nlayers; i++)
        z->outputs[i] = nothing;
    for (int first = 0, n; first < t->count; first += n) {
        n = t->count - first < m->rows ? t->count - first : m->rows;
        batch_gather(t, t->order + first, NULL, n, m->act[0], &m->target);
        model_forward(m, &(struct pass){.rows = n});
        if (model_not_finite(m, n) >= 0)
            return error_run(e, "%s: gives numbers that are not finite for training samples",
                             z->file->path);
        for (int i = 0; i < m->nlayers; i++)
            for (size_t k = 0; k < (size_t)n * (size_t)m->act[i + 1].cols; k++)
                widen(&z->outputs[i], (double)m->act[i + 1].data[k]);
    }
    return 0;
}

/* The model sees x = (value - mean) / stddev, where pixels are values from 0 to 255 that are
 * divided by 255 first. A column of equal values gets the step 1, and is always activation 0. */
static void set_inputs(struct quantizer *z, int features) {
    const struct scaling *s = &z->file->scaling;
    const struct sample_set *t = z->training;
    for (int i = 0; i < features; i++) {
        double mean = 255 * s->mean, stddev = 255 * s->stddev;
        struct range r = {.low = 0, .high = 255};
        if (t->split->values) {
            mean = s->means ? s->means[i] : 0;
            stddev = s->means ? s->stddevs[i] : 1;
            r = nothing;
        }
        for (int k = 0; t->split->values && k < t->count; k++)
            widen(&r, (double)t->split->values[t->order[k] * (ptrdiff_t)features + i]);
        z->q->low[i] = (float)r.low;
        z->q->step[i] = (float)((r.high - r.low) / 255);
        if (z->q->step[i] < FLT_MIN)
            z->q->step[i] = 1;
        z->inputs[i].low = ((double)z->q->low[i] - mean) / stddev;
        z->inputs[i].step = (double)z->q->step[i] / stddev;
    }
}

/* ---- the two kinds of steps ---- */

static int add_map(struct quantizer *z, const struct layer *l, struct range y, struct error *e) {
    uint8_t *map = arena_alloc(z->a, 256, 1);
    real from[256], to[256];
    z->q->steps[z->q->count++] = (struct quantized_step){.layer = l, .map = map};
    z->q->bytes += 256;
    if (!map)
        return error_memory(e, "the int8 model");
    for (int q = 0; q < 256; q++)
        from[q] = (real)(z->inputs->low + q * z->inputs->step);
    l->type->forward(l, &(struct pass){.rows = 256}, (struct tensor){from, 256, 1},
                     (struct tensor){to, 256, 1});
    for (int q = 0; q < 256; q++)
        map[q] = (uint8_t)fmin(fmax(round(((double)to[q] - y.low) / y.step), 0), 255);
    return 0;
}

/* With x_i = low_i + q_i step_i, y_j = sum of x_i W_ij + b_j is a sum of q_i with the weights
 * step_i W_ij and the bias b_j + sum of low_i W_ij. Both become multiples of a unit, one per
 * output. A multiplier, in 2^-shift, turns it into steps of y, which are no finer than the units.
 */
static int add_affine(struct quantizer *z, const struct layer *l, struct range *y,
                      struct error *e) {
    struct quantized_step *s = &z->q->steps[z->q->count++];
    const struct tensor *w = &l->params[0].value;
    size_t in = (size_t)l->in, out = (size_t)l->out;
    double *bias = arena_alloc(z->a, 2 * out, sizeof *bias), *unit = bias + out;
    *s = (struct quantized_step){l, arena_alloc(z->a, out, in),
                                 arena_alloc(z->a, out, 3 * sizeof *s->scale), NULL};
    z->q->bytes += out * (in + 3 * sizeof *s->scale);
    if (!bias || !s->weight || !s->scale)
        return error_memory(e, "the int8 model");
    for (size_t j = 0; j < out; j++) {
        bias[j] = (l->nparams > 1 ? (double)l->params[1].value.data[j] : 0) - y->low;
        for (size_t i = 0; i < in; i++) {
            bias[j] += (double)w->data[i * out + j] * z->inputs[i].low;
            unit[j] =
                fmax(unit[j], fabs((double)w->data[i * out + j]) * z->inputs[i].step / MAX_WEIGHT);
        }
        unit[j] = fmax(unit[j], fabs(bias[j]) / MAX_BIAS);
        y->step = fmax(y->step, unit[j]);
    }
    for (size_t j = 0; j < out; j++) {
        int exponent;
        double u = unit[j] > 0 ? unit[j] : y->step, fraction = frexp(u / y->step, &exponent);
        for (size_t i = 0; i < in; i++)
            s->weight[j * in + i] =
                (int8_t)lround((double)w->data[i * out + j] * z->inputs[i].step / u);
        int shift = 30 - exponent; /* at least 29: u / y->step is at most 1 */
        s->scale[3 * j] = (int32_t)lround(bias[j] / u);
        s->scale[3 * j + 1] = shift > 62 ? 0 : (int32_t)lround(fraction * (1 << 30));
        s->scale[3 * j + 2] = shift > 62 ? 62 : shift;
    }
    return 0;
}

/* ---- the whole model ---- */

static int add_step(struct quantizer *z, const struct layer *l, struct error *e) {
    const struct layer *after = next(z->file->model, l->index + 1);
    struct range y = z->outputs[l->index];
    if (l->type->affine ? l->in > MAX_INPUTS : z->q->count == 0 || !after)
        return error_run(
            e,
            "%s: layer %d, \"%s\", has no int8 form: the first and the last layer must "
            "be \"linear\", with at most %d inputs",
            z->file->path, l->index, l->type->kind.name, MAX_INPUTS);
    y.step = (y.high - y.low) / 255;
    if (!after)
        y = (struct range){.step = fmax(-y.low, y.high) / MAX_LOGIT};
    if (y.step == 0)
        y.step = FLT_MIN;
    if ((l->type->affine ? add_affine(z, l, &y, e) : add_map(z, l, y, e)) != 0)
        return -1;
    for (int i = 0; i < l->out; i++)
        z->inputs[i] = y;
    return 0;
}

/* Counts the errors of both forms. */
static int test(struct quantizer *z, const struct sample_set *t, struct error *e) {
    struct model *m = z->file->model;
    int16_t *logits = arena_alloc(z->a, (size_t)m->p.cols, sizeof *logits);
    struct pass pass = {.rows = 1};
    if (!logits)
        return error_memory(e, "the int8 model");
    for (int i = 0; i < t->count; i++) {
        size_t at = (size_t)t->order[i] * (size_t)m->act[0].cols;
        batch_gather(t, t->order + i, NULL, 1, m->act[0], &m->target);
        model_forward(m, &pass);
        model_loss(m, &pass);
        z->q->errors_float += model_misclassified(m, 0);
        quantized_run(z->q, t->split->pixels ? t->split->pixels + at : NULL,
                      t->split->values ? t->split->values + at : NULL, logits);
        for (int j = 0; j < m->p.cols; j++)
            m->act[m->nlayers].data[j] = (real)logits[j] * z->q->logit_step;
        model_loss(m, &pass);
        z->q->errors += model_misclassified(m, 0);
    }
    z->q->test_samples = t->count;
    return 0;
}

int quantized_make(struct quantized *q, const struct model_file *file,
                   const struct sample_set *training, const struct sample_set *test_set,
                   struct arena *a, struct error *e) {
    const struct model *m = file->model;
    size_t widest = 0, layers = (size_t)m->nlayers;
    for (int i = 0; i <= m->nlayers; i++)
        widest = (size_t)m->act[i].cols > widest ? (size_t)m->act[i].cols : widest;
    *q = (struct quantized){.steps = arena_alloc(a, layers, sizeof *q->steps),
                            .low = arena_alloc(a, widest, sizeof *q->low),
                            .step = arena_alloc(a, widest, sizeof *q->step),
                            .work = {arena_alloc(a, widest, 1), arena_alloc(a, widest, 1)}};
    struct quantizer z = {q,
                          file,
                          training,
                          arena_alloc(a, layers, sizeof *z.outputs),
                          arena_alloc(a, widest, sizeof *z.inputs),
                          a};
    if (!q->steps || !q->low || !q->step || !q->work[0] || !q->work[1] || !z.outputs || !z.inputs)
        return error_memory(e, "the int8 model");
    if (exportable_check(m, file->path, e) != 0 || measure(&z, e) != 0)
        return -1;
    if (!next(m, 0))
        return error_run(e, "%s: has no int8 form, since no layer has weights", file->path);
    set_inputs(&z, m->act[0].cols);
    for (const struct layer *l = next(m, 0); l; l = next(m, l->index + 1))
        if (add_step(&z, l, e) != 0)
            return -1;
    q->logit_step = (float)z.inputs->step;
    if (!isfinite(q->logit_step))
        return error_run(e, "%s: its numbers are too large for an int8 form", file->path);
    return test(&z, test_set, e);
}

void quantized_run(const struct quantized *q, const uint8_t *pixels, const float *values,
                   int16_t *logits) {
    const uint8_t *x = pixels;
    uint8_t *y = q->work[0];
    for (int i = 0; values && i < q->steps->layer->in; i++)
        y[i] = integer_activation(values[i], q->low[i], q->step[i]);
    if (values)
        x = y;
    for (const struct quantized_step *s = q->steps; s < q->steps + q->count; s++) {
        const struct layer *l = s->layer;
        if (s->map) {
            integer_map(l->out, s->map, y);
        } else if (s == q->steps + q->count - 1) {
            integer_logits(l->in, l->out, x, s->weight, s->scale, logits);
        } else {
            y = q->work[x == q->work[0]];
            integer_hidden(l->in, l->out, x, s->weight, s->scale, y);
            x = y;
        }
    }
}
