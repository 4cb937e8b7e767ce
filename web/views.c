/* What a training or a trained model is like: its description, its numbers, its predictions. */
#include "engine.h"
#include "losses/loss.h"
#include "picture/picture.h"
#include "tensor/softmax.h"
#include "tensor/vmath.h"
#include "json/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the description ---- */

static void add_layers(struct json *j, const struct model *m) {
    json_open(j, "layers", '[');
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        json_add(j, "{ type=%s in=%d out=%d frozen=%i params=[", l->type->kind.name, l->in, l->out,
                 l->ntrained < l->nparams);
        for (int k = 0; k < l->nparams; k++) {
            const struct param *p = &l->params[k];
            json_add(j, "{ name=%s rows=%d cols=%d offset=%zu }", p->name, p->value.rows,
                     p->value.cols, (size_t)(p->value.data - m->theta));
        }
        json_add(j, "] }");
    }
    json_close(j, ']');
}

void EXPORT(session_describe)(struct session *s) {
    engine_begin();
    struct json j = {.out = &engine_result};
    const struct model *m = session_model(s);
    const struct config *c = s->t ? &s->t->config : &s->f->config;
    const struct string_list *classes, *columns;
    json_add(&j, "{ kind=%s", s->t ? "training" : "model");
    if (s->t) {
        const struct dataset *d = s->t->data;
        classes = &d->classes;
        columns = &d->columns;
        json_add(&j, "height=%d width=%d channels=%d multiLabel=%i digest=%s", d->height, d->width,
                 d->channels, m->multi_label, d->digest);
        json_add(&j, "train=%d validation=%d test=%d batch=%d epochs=%d stepsPerEpoch=%d run=%s",
                 s->t->train.count, s->t->validation.count, s->t->test.count, c->train.batch_size,
                 c->train.epochs, s->t->steps, s->id);
        json_strings(&j, "notes", d->notes.items, d->notes.count);
    } else {
        const struct dataset *d = &s->f->dataset;
        classes = &d->classes;
        columns = &d->columns;
        json_add(&j, "height=%d width=%d channels=%d multiLabel=%i sha256=%s", d->height, d->width,
                 d->channels, m->multi_label, s->f->sha256);
    }
    json_strings(&j, "classes", classes->items, classes->count);
    json_strings(&j, "columns", columns->items, columns->count);
    json_add(&j, "features=%d outputs=%d parameters=%zu loss=%s", m->act[0].cols, model_outputs(m),
             m->nparams, c->loss.type->name);
    add_layers(&j, m);
    json_add(&j, "}");
}

/* ---- numbers ---- */

static void add_tensor(struct tensor t) {
    text_add(&engine_result, t.data, tensor_size(t) * sizeof *t.data);
}

/* All parameters, in one vector: a layer's are at the offsets of its description. */
void EXPORT(session_theta)(struct session *s) {
    engine_begin();
    const struct model *m = session_model(s);
    add_tensor((struct tensor){m->theta, 1, (int)m->nparams});
}

/* Replaces all parameters of a training, which goes on from them. */
int EXPORT(session_set_theta)(struct session *s, const float *theta, size_t count) {
    struct error *e = engine_begin();
    struct model *m = s->t->model;
    if (count != m->nparams)
        return error_input(e, "the model has %zu parameters, got %zu", m->nparams, count);
    for (size_t i = 0; i < count; i++)
        if (!isfinite(theta[i]))
            return error_input(e, "parameter %zu is not finite", i);
    memcpy(m->theta, theta, count * sizeof *theta);
    return 0;
}

/* Takes the batch of the next step through the model, forward and backward, without a step.
 * Returns its number of samples. */
int EXPORT(session_batch)(struct session *s) {
    engine_begin();
    struct training *t = s->t;
    struct model *m = session_model(s);
    int first = t->at.steps * t->config.train.batch_size, left = t->train.count - first;
    s->rows = left < t->config.train.batch_size ? left : t->config.train.batch_size;
    struct pass pass = {0, s->rows, true, (uint64_t)t->config.seed,
                        (long long)t->at.epochs * t->steps + t->at.steps + 1};
    if (t->ordered != t->at.epochs + 1)
        train_order(t, t->at.epochs + 1);
    batch_gather(&t->train, t->order + first, NULL, s->rows, tensor_rows(m->act[0], 0, s->rows),
                 &m->target);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, s->rows);
    model_gradients(m, s->rows);
    return s->rows;
}

/* After session_batch: 0 the gradient, 1 activation i, 2 its delta, 3 the probabilities, 4 the
 * targets, 5 the losses. */
int EXPORT(session_numbers)(struct session *s, int what, int i) {
    struct error *e = engine_begin();
    const struct model *m = s->probe;
    if (i < 0 || i > m->nlayers)
        return error_input(e, "there is no activation %d", i);
    const struct tensor of[] = {
        {m->grad, 1, (int)m->nparams}, m->act[i], m->delta[i], m->p, m->target.y,
        {m->losses, m->rows, 1}};
    add_tensor(what == 0 ? of[0] : tensor_rows(of[what], 0, s->rows));
    return of[what].cols;
}

/* ---- predictions ---- */

enum { ROWS = 256 };

/* Appends a block of `cols` floats per sample: the probabilities, or activation i, of samples in
 * memory: `count` rows of numbers, or of pixels (bytes). */
static void run(struct session *s, struct split *split, int count, int layer) {
    struct model *m = session_model(s);
    int order[ROWS];
    for (int n, first = 0; first < count; first += n) {
        n = count - first < ROWS ? count - first : ROWS;
        for (int i = 0; i < n; i++)
            order[i] = first + i;
        struct sample_set samples = {split, session_scaling(s), n, order, NULL};
        struct pass pass = {.rows = n};
        batch_gather(&samples, order, NULL, n, tensor_rows(m->act[0], 0, n), &m->target);
        model_forward(m, &pass);
        model_loss(m, &pass);
        add_tensor(tensor_rows(layer < 0 ? m->p : m->act[layer], 0, n));
    }
}

/* layer -1: the probabilities; otherwise activation 0 .. the number of layers. */
int EXPORT(session_predict)(struct session *s, void *data, int pixels, int count, int layer) {
    struct error *e = engine_begin();
    int *labels = calloc((size_t)count + 1, sizeof *labels);
    struct split split = {.count = count, .labels = labels};
    if (!labels)
        return error_memory(e, "the predictions");
    if (pixels)
        split.pixels = data;
    else
        split.values = data;
    run(s, &split, count, layer);
    free(labels);
    return engine_result.failed ? error_memory(e, "the predictions") : 0;
}

static const struct sample_set *set(const struct session *s, int which) {
    return which == TRAIN ? &s->t->train : which == TEST ? &s->t->test : &s->t->validation;
}

/* The training (0), test (1) or validation (2) samples: their values, not scaled, as floats; or
 * their pixels, as bytes. */
void EXPORT(session_samples)(struct session *s, int which) {
    engine_begin();
    const struct sample_set *set_of = set(s, which);
    const struct split *split = set_of->split;
    size_t features = (size_t)s->t->model->act[0].cols;
    for (int i = 0; i < set_of->count; i++) {
        size_t at = (size_t)set_of->order[i] * features;
        if (split->pixels)
            text_add(&engine_result, split->pixels + at, features);
        else
            text_add(&engine_result, split->values + at, features * sizeof(float));
    }
}

/* For each of these samples: its index in the file, and its label, as int32. */
void EXPORT(session_labels)(struct session *s, int which) {
    engine_begin();
    const struct sample_set *set_of = set(s, which);
    for (int i = 0; i < set_of->count; i++) {
        int pair[] = {set_of->order[i], set_of->split->labels[set_of->order[i]]};
        text_add(&engine_result, pair, sizeof pair);
    }
}

/* How well the model does on these samples, as JSON: the predicted class and its probability of
 * each sample, in order. */
int EXPORT(session_evaluate)(struct session *s, int which) {
    struct error *e = engine_begin();
    const struct sample_set *samples = set(s, which);
    struct prediction *p = calloc((size_t)samples->count + 1, sizeof *p);
    struct evaluation v = {.predictions = p};
    struct json j = {.out = &engine_result};
    if (!p)
        return error_memory(e, "the predictions");
    if (samples->count > 0)
        evaluation_run(&v, session_model(s), samples, NULL);
    json_add(&j, "{ count=%d errors=%d loss=%g accuracy=%g", samples->count, v.errors,
             samples->count ? v.loss : NAN, samples->count ? evaluation_accuracy(&v) : NAN);
    json_open(&j, "predicted", '[');
    for (int i = 0; i < samples->count; i++)
        json_int(&j, NULL, p[i].predicted);
    json_close(&j, ']');
    json_open(&j, "wrong", '[');
    for (int i = 0; i < samples->count; i++)
        if (p[i].wrong)
            json_int(&j, NULL, i);
    json_close(&j, ']');
    json_open(&j, "confidence", '[');
    for (int i = 0; i < samples->count; i++)
        json_number(&j, NULL, (double)p[i].confidence);
    json_close(&j, ']');
    json_add(&j, "}");
    free(p);
    return engine_result.failed ? error_memory(e, "the predictions") : 0;
}

/* ---- images ---- */

/* A grey image, brought to another size as `onehot predict --fit` does. */
int EXPORT(engine_fit)(const uint8_t *pixels, int width, int height, int to_width, int to_height) {
    struct error *e = engine_begin();
    struct picture p = picture_alloc(width, height, 1);
    if (!p.pixels)
        return error_memory(e, "the image");
    memcpy(p.pixels, pixels, picture_size(&p));
    int result = preprocess_resize(&p, to_width, to_height, 1, e);
    text_add(&engine_result, p.pixels, picture_size(&p));
    picture_free(&p);
    return result;
}

/* ---- softmax ---- */

/* From n logits z and targets y, as floats: z/T, (z - max)/T, exp, p, log p, p - y, naive exp and
 * naive p (without the shift), sigmoid p and sigmoid p - y, n each; then the loss, the sums of exp
 * and of naive exp, and the sigmoids' loss. The steps are those of `onehot softmax`. */
int EXPORT(engine_softmax)(float *z, float *y, int n, double temperature) {
    struct error *e = engine_begin();
    enum { SCALED, SHIFTED, EXP, P, LOG_P, P_MINUS_Y, NAIVE_EXP, NAIVE_P, SIGMOID, S_MINUS_Y, ALL };
    enum { LOSS, SUM, NAIVE_SUM, SIGMOID_LOSS, FIGURES };
    extern const struct loss_type sigmoid_cross_entropy_loss;
    size_t count = ALL * (size_t)n + FIGURES;
    real *values = calloc(count, sizeof *values), *figures = values + ALL * n;
    struct tensor v[ALL], in = {z, 1, n};
    struct target target = {.y = {y, 1, n}};
    if (!values)
        return error_memory(e, "the softmax");
    for (int i = 0; i < ALL; i++)
        v[i] = (struct tensor){values + i * n, 1, n};
    softmax_shift(in, temperature, v[SHIFTED]);
    if (softmax_exp(in, temperature, v[EXP], &figures[SUM]) != 0 ||
        softmax_rows(in, temperature, v[P]) != 0 ||
        softmax_log_rows(in, temperature, v[LOG_P]) != 0) {
        free(values);
        return error_input(e, "the softmax of these logits is undefined");
    }
    for (int j = 0; j < n; j++)
        v[SCALED].data[j] = (real)((double)z[j] / temperature);
    vmath_exp((size_t)n, v[SCALED].data, v[NAIVE_EXP].data);
    vmath_row_sums(v[NAIVE_EXP], &figures[NAIVE_SUM]);
    sigmoid_cross_entropy_loss.forward(NULL, false, in, &target, v[SIGMOID],
                                       &figures[SIGMOID_LOSS]);
    for (int j = 0; j < n; j++) {
        v[NAIVE_P].data[j] = v[NAIVE_EXP].data[j] / figures[NAIVE_SUM];
        v[P_MINUS_Y].data[j] = v[P].data[j] - y[j];
        v[S_MINUS_Y].data[j] = v[SIGMOID].data[j] - y[j];
        figures[LOSS] -= y[j] > 0 ? y[j] * v[LOG_P].data[j] : 0;
    }
    add_tensor((struct tensor){values, 1, (int)count});
    free(values);
    return engine_result.failed ? error_memory(e, "the softmax") : 0;
}
