#include "train/diagnosis.h"
#include "tensor/vmath.h"

static const char *layer_name(const struct model *m, int i) { return m->layers[i].type->kind.name; }

/* Records `epoch 3, step 7, learning rate 0.1: WHAT; likely causes, most likely first`. After the
 * first epoch, the initial weights are not to blame, and a warm-up would have no effect. */
static int not_finite(const struct training *t, const struct train_epoch *row, int step,
                      const char *what, struct error *e) {
    double rate = optim_learning_rate(&t->optim);
    char at[32] = "";
    if (step > 0)
        snprintf(at, sizeof at, ", step %d", step);
    if (row->epoch == 1 && step == 1)
        return error_run(e,
                         "epoch 1, step 1: %s, before any update; the initial weights are too "
                         "large (\"init\", or start_from)",
                         what);
    return error_run(e,
                     "epoch %d%s, learning rate %.4g: %s; likely causes, most likely first: 1. the "
                     "learning rate is too large (try optimizer.learning_rate=%.1g), %s",
                     row->epoch, at, row->learning_rate, what, rate / 10,
                     row->epoch == 1
                         ? "2. the first steps are too large (try schedule.warmup=0.1), 3. the "
                           "initial weights are too large (another \"init\")"
                         : "2. it does not decay (try schedule.type=linear), 3. the weights grow "
                           "without limit (try optimizer.weight_decay=1e-4)");
}

int diagnosis_loss(const struct training *t, const struct train_epoch *row, int step, int n,
                   struct error *e) {
    const struct model *m = t->model;
    char what[128];
    /* the activations are still those of the failing step; each rank has those of its samples */
    int first[RANKS_MAX], i = -1;
    ranks_gather(model_not_finite(m, n), first);
    for (int r = 0; r < ranks.count; r++)
        i = first[r] >= 0 && (i < 0 || first[r] < i) ? first[r] : i;
    int size = snprintf(what, sizeof what, "the %sloss is not finite", step ? "" : "validation ");
    if (i > 0)
        snprintf(what + size, sizeof what - (size_t)size, ", first in the output of layer %d (%s)",
                 i - 1, layer_name(m, i - 1));
    return not_finite(t, row, step, what, e);
}

/* An overflow may not show in the loss: the weight of a pixel that is always 0 has no effect. */
int diagnosis_parameters(const struct training *t, const struct train_epoch *row, struct error *e) {
    const struct model *m = t->model;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            const struct param *p = &m->layers[i].params[k];
            char what[128];
            if (vmath_all_finite(p->value))
                continue;
            snprintf(what, sizeof what, "the %s of layer %d (%s) is not finite", p->name, i,
                     layer_name(m, i));
            return not_finite(t, row, 0, what, e);
        }
    return 0;
}

enum { SAMPLES = 1000, MAX_WARNINGS = 16 };

/* Measures only weights: biases start near 0, so a step's size relative to them means nothing. */
double diagnosis_update(const struct model *m, int layer, const real *before) {
    const struct layer *l = &m->layers[layer];
    if (l->ntrained == 0)
        return NAN;
    const struct tensor w = l->params[0].value;
    const real *was = before + (w.data - m->theta);
    double moved = 0, size = 0;
    for (size_t j = 0; j < tensor_size(w); j++) {
        double change = (double)w.data[j] - (double)was[j];
        moved += change * change;
        size += (double)was[j] * (double)was[j];
    }
    return size > 0 ? sqrt(moved / size) : (double)NAN;
}

int diagnosis_begin(struct diagnosis *d, struct training *t, struct error *e) {
    *d = (struct diagnosis){.training = t};
    d->before = arena_alloc(&d->arena, t->model->nparams, sizeof(real));
    d->update = arena_alloc(&d->arena, (size_t)t->model->nlayers, sizeof *d->update);
    d->warnings.items = arena_alloc(&d->arena, MAX_WARNINGS, sizeof *d->warnings.items);
    if (!d->before || !d->update || !d->warnings.items)
        return error_memory(e, "the diagnosis");
    for (int i = 0; i < t->model->nlayers; i++)
        d->update[i] = NAN;
    diagnosis_step(d, 1, 0);
    return 0;
}

/* A short last batch is not used: with so few samples, its step may be unusually large. */
void diagnosis_step(struct diagnosis *d, int epoch, int step) {
    const struct training *t = d->training;
    const struct model *m = t->model;
    int last = t->train.count / t->config.train.batch_size;
    if (epoch == 1 && step == last - 1)
        memcpy(d->before, m->theta, m->nparams * sizeof(real));
    for (int i = 0; i < m->nlayers && epoch == 1 && step == last; i++)
        d->update[i] = diagnosis_update(m, i, d->before);
}

#define warn(d, e, ...) add_warning(d, arena_printf(&(d)->arena, __VA_ARGS__), e)
static void add_warning(struct diagnosis *d, const char *text, struct error *e) {
    if (!text)
        error_memory(e, "the diagnosis");
    else if (d->warnings.count < MAX_WARNINGS)
        d->warnings.items[d->warnings.count++] = text;
}

int diagnosis_probe(struct diagnosis_probe *s, struct training *t, struct arena *a,
                    struct error *e) {
    *s = (struct diagnosis_probe){0};
    struct model *m = t->model;
    s->count = t->train.count < SAMPLES ? t->train.count : SAMPLES;
    s->dead = arena_alloc(a, (size_t)m->nlayers, sizeof *s->dead);
    char **alive = arena_alloc(a, (size_t)m->nlayers, sizeof *alive); /* [layer][unit] */
    int *order = arena_alloc(a, (size_t)s->count, sizeof *order);
    struct class_counts *classes = arena_alloc(a, (size_t)m->p.cols, sizeof *classes);
    real *theta = arena_alloc(a, m->nparams, sizeof *theta);
    if (!s->dead || !alive || !order || !classes || !theta)
        return error_memory(e, "the diagnosis");
    for (int i = 0; i < m->nlayers; i++)
        if (m->layers[i].type->can_die && i >= m->lowest &&
            !(alive[i] = arena_alloc(a, (size_t)m->layers[i].out, 1)))
            return error_memory(e, "the diagnosis");
    for (int i = 0; i < s->count; i++)
        order[i] = t->train.order[(long long)i * t->train.count / s->count];
    for (int first = 0; first < s->count; first += m->rows) {
        int n = s->count - first < m->rows ? s->count - first : m->rows;
        struct sample_set some = {t->train.split, t->train.scaling, n, order + first, NULL};
        struct evaluation v = {.class_counts = classes};
        evaluation_run(&v, m, &some, t->pool); /* one batch, so the model keeps its activations */
        s->errors += v.errors;
        s->loss += v.loss * n / s->count;
        for (size_t i = 0; i < (size_t)n * (size_t)m->act[0].cols; i++)
            s->input += (double)m->act[0].data[i] * (double)m->act[0].data[i];
        for (int i = 0; i < m->nlayers; i++)
            for (int k = 0; k < n; k++)
                for (int j = 0; j < m->layers[i].out && alive[i]; j++)
                    alive[i][j] |= tensor_row(m->act[i + 1], k)[j] != 0;
    }
    for (int c = 0; c < m->p.cols; c++)
        s->chance = fmax(s->chance, (double)classes[c].samples / s->count);
    for (int i = 0; i < m->nlayers; i++) {
        for (int j = 0; j < m->layers[i].out && alive[i]; j++)
            s->dead[i] += !alive[i][j];
        if (2LL * s->dead[i] <= m->layers[i].out)
            s->dead[i] = 0;
    }
    s->input = sqrt(s->input / s->count / m->act[0].cols);
    struct sample_set all = {t->train.split, t->train.scaling, s->count, order, NULL};
    struct evaluation zero = {0};
    size_t size = m->nparams * sizeof *theta;
    memcpy(theta, m->theta, size);
    memset(m->theta, 0, size);
    evaluation_run(&zero, m, &all, t->pool);
    memcpy(m->theta, theta, size);
    s->baseline = zero.loss;
    return 0;
}

/* The layer that a step changes most (sign 1) or least (sign -1), or -1 if within the bound. */
static int extreme(const struct diagnosis *d, int sign, double bound) {
    int layer = -1;
    for (int i = 0; i < d->training->model->nlayers; i++)
        if (sign * d->update[i] > sign * bound)
            bound = d->update[layer = i];
    return layer;
}

static void warn_of_update(struct diagnosis *d, int layer, const char *too, const char *other,
                           struct error *e) {
    if (layer >= 0)
        warn(d, e,
             "a step changes the weights of layer %d (%s) by %.1g of their size; about 0.001 is "
             "usual, so this is too %s; try a %s optimizer.learning_rate",
             layer, layer_name(d->training->model, layer), d->update[layer], too, other);
}

/* Whether the gradient nearly vanishes between the last layer with weights and the first, as
 * through many sigmoid layers, each of which multiplies it by at most 1/4 (Hochreiter 1991). */
static bool vanishes(const struct diagnosis *d, int *first, int *last) {
    *first = *last = -1;
    for (int i = 0; i < d->training->model->nlayers; i++)
        if (!isnan(d->update[i])) {
            *first = *first < 0 ? i : *first;
            *last = i;
        }
    return *first >= 0 && d->update[*first] < 1e-3 * d->update[*last] &&
           d->update[*first] < DIAGNOSIS_MIN_UPDATE;
}

static void warn_of_vanishing(struct diagnosis *d, int first, int last, struct error *e) {
    const struct model *m = d->training->model;
    int shrinks = first;
    while (shrinks < last && (m->layers[shrinks].nparams > 0 || m->layers[shrinks].type->can_die))
        shrinks++;
    warn(d, e,
         "the gradient vanishes on its way back: a step changes the weights of layer %d (%s) by "
         "%.1g of their size, but those of layer %d (%s) by %.1g; use fewer layers, or \"relu\" "
         "instead of \"%s\", with \"init\": \"kaiming_uniform\" in the layer before",
         first, layer_name(m, first), d->update[first], last, layer_name(m, last), d->update[last],
         layer_name(m, shrinks));
}

static void warn_of(struct diagnosis *d, const struct diagnosis_probe *s, struct error *e) {
    const struct model *m = d->training->model;
    int dead = 0, fast = extreme(d, 1, DIAGNOSIS_MAX_UPDATE), first, last;
    const char *count = text_count(s->count);
    char text[160];
    if (s->loss < 0) { /* the other problems follow from this */
        warn(d, e,
             "the loss is below 0, which is impossible: %s expects log-probabilities; make the "
             "last layer \"log_softmax\"",
             m->loss.type->kind.name);
        return;
    }
    for (int i = 0; i < m->nlayers; i++)
        dead += s->dead[i] > 0;
    double accuracy = 1 - (double)s->errors / s->count;
    double error = sqrt(s->chance * (1 - s->chance) / s->count);
    bool too_fast = dead > 0 || fast >= 0 || s->loss > 1.05 * s->baseline;
    bool vanishing = dead == 0 && vanishes(d, &first, &last);
    /* what to try if the model is at chance */
    if (s->input > 10 && d->training->train.split->values && !d->training->scaling.means)
        snprintf(text, sizeof text,
                 "its inputs are large (root mean square %.3g, where about 1 is usual); try "
                 "data.scaling=standardize",
                 s->input);
    else
        snprintf(text, sizeof text, "try %s",
                 vanishing  ? "what the next warning says"
                 : too_fast ? "a smaller optimizer.learning_rate or another \"init\""
                            : "a larger optimizer.learning_rate or another \"init\"");
    /* chance hardly ever gets all labels of a multi-label sample right */
    if (accuracy <= s->chance + 3 * error && s->errors > 0 && !m->multi_label)
        warn(d, e,
             "after the first epoch the model is no better than chance: it gets %.1f %% of %s "
             "training samples right; always predicting the largest class gets %.1f %%; %s",
             100 * accuracy, count, 100 * s->chance, text);
    for (int i = 0; i < m->nlayers; i++)
        if (s->dead[i] > 0)
            warn(d, e,
                 "%d of the %d units of layer %d (%s) are dead: their output is 0 for all of %s "
                 "training samples, so they cannot learn; try a smaller optimizer.learning_rate, "
                 "or \"init\": \"kaiming_uniform\" in the layer before",
                 s->dead[i], m->layers[i].out, i, layer_name(m, i), count);
    warn_of_update(d, fast, "large", "smaller", e);
    /* small steps mean nothing if units are dead, or if the loss, and so its gradient, is small */
    if (vanishing)
        warn_of_vanishing(d, first, last, e);
    else if (dead == 0 && s->loss > s->baseline / 2)
        warn_of_update(d, extreme(d, -1, DIAGNOSIS_MIN_UPDATE), "small", "larger", e);
}

int diagnosis_epoch(struct diagnosis *d, struct error *e) {
    struct diagnosis_probe s;
    if (diagnosis_probe(&s, d->training, &d->arena, e) != 0)
        return -1;
    warn_of(d, &s, e);
    return e->status == ERROR_NONE ? 0 : -1;
}
