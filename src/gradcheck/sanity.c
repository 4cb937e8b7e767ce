/* The classic sanity checks of everything around the gradients (CS231n,
 * cs231n.github.io/neural-networks-3). Each detects a different kind of bug, and fills a row if it
 * applies. All but `steps` leave the training as it was. */
#include "gradcheck/gradcheck.h"
#include "tensor/vmath.h"
#include "train/evaluation.h"

void sanity_gather(struct gradcheck *g, int first) {
    struct training *t = g->training;
    struct target y = target_rows(&t->model->target, 0, g->samples);
    train_order(t, 1);
    batch_gather(&t->train, t->order + first, NULL, g->samples,
                 tensor_rows(t->model->act[0], 0, g->samples), &y);
}

/* By how many standard deviations neighbours in t->order share a class more often than samples a
 * third of the order apart. */
static double clustering(const struct training *t) {
    const int *labels = t->train.split->labels;
    int n = t->train.count, near = 0, far = 0;
    for (int i = 0; i < n; i++) {
        near += labels[t->order[i]] == labels[t->order[(i + 1) % n]];
        far += labels[t->order[i]] == labels[t->order[(i + n / 3) % n]];
    }
    double p = (near + far) / (2.0 * n);
    return (near - far) / sqrt(2 * n * p * (1 - p) + 1);
}

/* Each epoch has a new order, if the config asks for it, and no order is sorted by class. */
static int order(struct gradcheck *g, struct sanity *s, struct error *e) {
    enum { MAX_CLUSTERING = 8 };
    struct training *t = g->training;
    int n = t->train.count, same = 0;
    if (n < GRADCHECK_ORDER)
        return 0;
    int *first = arena_alloc(&t->arena, (size_t)n, sizeof *first);
    if (!first)
        return error_memory(e, "the order of the samples");
    train_order(t, 1);
    memcpy(first, t->order, (size_t)n * sizeof *first);
    bool sorted = clustering(t) > MAX_CLUSTERING;
    train_order(t, 2);
    for (int i = 0; i < n; i++)
        same += first[i] == t->order[i];
    train_order(t, 1);

    s->value = (double)same / n;
    bool wrong = sorted || (g->shuffled && s->value > 0.5);
    s->verdict = wrong ? VERDICT_WRONG : g->shuffled ? VERDICT_GOOD : VERDICT_FINE;
    snprintf(s->measured, sizeof s->measured, sorted ? "sorted by class" : "%.0f %% kept",
             100 * s->value);
    snprintf(s->wanted, sizeof s->wanted, "%s", g->shuffled ? "0 %" : "any");
    return 0;
}

/* The root mean square of the model's input is about 1. */
static int inputs(struct gradcheck *g, struct sanity *s, struct error *e) {
    double rms = s->value = g->initial.input;
    s->verdict = rms > 0.1 && rms < 3      ? VERDICT_GOOD
                 : rms > 0.01 && rms < 10  ? VERDICT_FINE
                 : rms > 0.001 && rms < 20 ? VERDICT_DOUBTFUL
                                           : VERDICT_WRONG;
    snprintf(s->measured, sizeof s->measured, "%.2g", rms);
    snprintf(s->wanted, sizeof s->wanted, "about 1");
    return 0;
}

/* The other row nearest to row i, the first if equal. */
static int nearest(struct tensor x, int i) {
    double min = INFINITY;
    int best = i;
    for (int j = 0; j < x.rows; j++) {
        const real *a = tensor_row(x, i), *b = tensor_row(x, j);
        double distance = j == i ? INFINITY : 0;
        for (int k = 0; k < x.cols && j != i; k++)
            distance += (double)((a[k] - b[k]) * (a[k] - b[k]));
        if (distance < min) {
            min = distance;
            best = j;
        }
    }
    return best;
}

/* Labels and data match: among up to 500 samples, as the model sees them, a sample and the one
 * nearest to it share their label more often than by chance. */
static int labels_and_data(struct gradcheck *g, struct sanity *s, struct error *e) {
    enum { DEVIATIONS = 4, SAMPLES = 500, VALUES = 4000000 };
    const struct training *t = g->training;
    int features = t->model->act[0].cols, agreeing = 0;
    int n = (int)fmin(fmin(t->train.count, SAMPLES), VALUES / features);
    struct tensor x = {arena_alloc(&g->training->arena, (size_t)n, (size_t)features * sizeof(real)),
                       n, features};
    int *labels = arena_alloc(&g->training->arena, (size_t)n, sizeof *labels);
    if (!x.data || !labels)
        return error_memory(e, "some samples");
    struct target y = target_rows(&t->model->target, 0, 1);
    for (int i = 0; i < n; i++) {
        const int *sample = &t->train.order[(long long)i * t->train.count / n];
        batch_gather(&t->train, sample, NULL, 1, tensor_rows(x, i, 1), &y);
        labels[i] = y.labels[0];
    }
    double chance = 0; /* the fraction of pairs with the same label */
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            chance += labels[i] == labels[j];
    chance /= (double)n * (n - 1) / 2;
    if (n < GRADCHECK_LABELS || chance == 1)
        return 0;
    double min = chance + DEVIATIONS * sqrt(chance * (1 - chance) / n);
    for (int i = 0; i < n; i++) {
        int j = nearest(x, i);
        agreeing += j != i && labels[j] == labels[i];
    }
    s->value = (double)agreeing / n;
    s->verdict = s->value > min ? VERDICT_GOOD : VERDICT_WRONG;
    snprintf(s->measured, sizeof s->measured, "%.0f %% as nearest", 100 * s->value);
    snprintf(s->wanted, sizeof s->wanted, "> %.0f %%", 100 * min);
    return 0;
}

/* The initial model knows nothing: its loss is close to that of a model whose parameters are all 0,
 * which is ln K for a softmax over K classes. */
static int chance(struct gradcheck *g, struct sanity *s, struct error *e) {
    double loss = g->initial.loss, baseline = g->initial.baseline;
    int classes = g->training->model->p.cols;
    if (g->training->config.start_from.path[0]) /* a trained model */
        return 0;
    double off = fabs(loss / baseline - 1);
    s->value = loss;
    s->verdict = off < 0.1   ? VERDICT_GOOD
                 : off < 0.5 ? VERDICT_FINE
                 : off < 1   ? VERDICT_DOUBTFUL
                             : VERDICT_WRONG;
    snprintf(s->measured, sizeof s->measured, "%.4g", loss);
    if (fabs(baseline - log(classes)) < 1e-9)
        snprintf(s->wanted, sizeof s->wanted, "ln %d = %.4g", classes, baseline);
    else
        snprintf(s->wanted, sizeof s->wanted, "%.4g", baseline);
    return 0;
}

/* Loss and gradient are finite when the last layer with parameters outputs values of up to 1000
 * times the loss's temperature, although e^1000 is not. */
static int large(struct gradcheck *g, struct sanity *s, struct error *e) {
    const struct training *t = g->training;
    struct model *m = t->model;
    int n = g->samples;
    struct pass pass = {.rows = n, .training = true, .seed = (uint64_t)t->config.seed, .step = 1};
    const struct layer *l = &m->layers[m->nlayers - 1];
    while (l > m->layers && l->nparams == 0)
        l--;
    double largest = 0; /* the element of y furthest from 0, which becomes +1000 */
    sanity_gather(g, 0);
    model_forward(m, &pass);
    struct tensor y = tensor_rows(m->act[l->index + 1], 0, n);
    for (size_t i = 0; i < tensor_size(y); i++)
        if (fabs((double)y.data[i]) > fabs(largest))
            largest = (double)y.data[i];
    if (l->nparams == 0 || largest == 0 || isinf(largest))
        return 0;

    const double *temperature = loss_temperature(&t->config.loss);
    double scale = 1000 * (temperature ? *temperature : 1) / largest;
    for (size_t i = 0; i < tensor_size(y); i++)
        y.data[i] *= (real)scale;
    s->value = gradients_loss(m, &pass, l->index + 1);
    model_backward(m, &pass, n);

    bool finite = isfinite(s->value) && vmath_all_finite(tensor_rows(m->p, 0, n)) &&
                  vmath_all_finite(tensor_rows(m->delta[m->nlayers], 0, n));
    s->verdict = finite ? VERDICT_GOOD : VERDICT_WRONG;
    snprintf(s->measured, sizeof s->measured,
             finite || !isfinite(s->value) ? "loss %.4g" : "gradient nan or inf",
             isnan(s->value) ? (double)NAN : s->value); /* never -nan */
    snprintf(s->wanted, sizeof s->wanted, "finite");
    return 0;
}

/* Training step k, from 0, as in train_run, at a constant learning rate. Returns its mean loss. */
static double step(struct training *t, int k) {
    int size = t->config.train.batch_size, first = k % t->steps * size;
    int n = t->train.count - first < size ? t->train.count - first : size;
    double sum = 0;
    if (first == 0)
        train_order(t, k / t->steps + 1);
    train_step(t, (struct update){optim_learning_rate(&t->optim), k + 1}, first, n, &sum);
    return sum / n;
}

static void diverged(struct sanity *s, double loss, int step) {
    s->verdict = VERDICT_WRONG;
    snprintf(s->measured, sizeof s->measured, "%s in step %d", isnan(loss) ? "nan" : "inf", step);
}

/* Updates are small compared with the weights. Trains for GRADCHECK_STEPS steps; the check fails
 * earlier if the loss is no longer finite. */
static int steps(struct gradcheck *g, struct sanity *s, struct error *e) {
    struct model *m = g->training->model;
    real *before = arena_alloc(&g->training->arena, m->nparams, sizeof *before);
    double *sums = arena_alloc(&g->training->arena, (size_t)m->nlayers, sizeof *sums);
    double loss = 0, min = INFINITY, max = -INFINITY;
    if (!before || !sums)
        return error_memory(e, "the updates");
    while (g->steps < GRADCHECK_STEPS && isfinite(loss)) {
        memcpy(before, m->theta, m->nparams * sizeof *before);
        loss = step(g->training, g->steps++);
        for (int i = 0; i < m->nlayers; i++)
            sums[i] += diagnosis_update(m, i, before);
    }
    for (int i = 0; i < m->nlayers; i++)
        if (!isnan(sums[i])) { /* a layer with weights */
            min = fmin(min, sums[i] / g->steps);
            max = fmax(max, sums[i] / g->steps);
        }

    s->value = max;
    snprintf(s->wanted, sizeof s->wanted, "about 1e-03");
    if (!isfinite(loss)) {
        diverged(s, loss, g->steps);
    } else if (min <= max) {
        s->verdict = min == 0 || max > 1
                         ? VERDICT_WRONG /* no change, or more than the weights themselves */
                     : min < DIAGNOSIS_MIN_UPDATE || max > DIAGNOSIS_MAX_UPDATE ? VERDICT_DOUBTFUL
                     : min < 1e-4 || max > 1e-2                                 ? VERDICT_FINE
                                                                                : VERDICT_GOOD;
        snprintf(s->measured, sizeof s->measured, "%.0e to %.0e", min, max);
    }
    return 0;
}

/* The model memorises a training set of 20 samples, not distorted, with the config's optimizer and
 * learning rate, and all samples in every step. If it gets three quarters of them right, the
 * verdict is "doubtful": it may need more steps. */
static int overfit(struct gradcheck *g, struct sanity *s, struct error *e) {
    enum { SAMPLES = 20, STEPS = 1000, EVALUATE_EVERY = 10 };
    const struct training *t = g->training;
    struct training small = {.config = t->config, .data = t->data, .pool = t->pool};
    struct config *c = &small.config;
    c->data.limit = c->train.batch_size = t->train.count < SAMPLES ? t->train.count : SAMPLES;
    c->early_stopping.monitor = MONITOR_NONE;
    c->data.augment = (struct augment_options){0};
    int k = 0, result = prepare_training(&small, "model", e);
    if (result == 0 && g->mutation)
        result = mutation_plant(g->mutation, &small, e);

    double loss = 0;
    struct evaluation v = {.errors = 1};
    while (result == 0 && k < STEPS && v.errors > 0 && isfinite(loss)) {
        loss = step(&small, k++);
        if (k % EVALUATE_EVERY == 0)
            evaluation_run(&v, small.model, &small.train, small.pool);
    }
    s->value = evaluation_accuracy(&v);
    s->verdict = v.count == 0 || 4 * v.errors > v.count ? VERDICT_WRONG
                 : v.errors > 0                         ? VERDICT_DOUBTFUL
                                                        : VERDICT_GOOD;
    snprintf(s->measured, sizeof s->measured, "%.0f %%, %d steps", 100 * s->value, k);
    snprintf(s->wanted, sizeof s->wanted, "100 %%");
    if (!isfinite(loss))
        diverged(s, loss, k);
    model_free(small.model);
    arena_free(&small.arena);
    return result;
}

int sanity_run(struct gradcheck *g, struct error *e) {
    static const struct {
        const char *name;
        int (*run)(struct gradcheck *g, struct sanity *s, struct error *e);
    } checks[GRADCHECK_SANITY] = {
        {"order of samples", order},
        {"size of inputs", inputs},
        {"labels and data", labels_and_data},
        {"loss at chance", chance},
        {"large logits", large},
        {"update / weights", steps},
        {"overfit 20", overfit},
    };
    if (diagnosis_probe(&g->initial, g->training, &g->training->arena, e) != 0)
        return -1;
    for (int i = 0; i < GRADCHECK_SANITY; i++) {
        g->sanity[i] = (struct sanity){checks[i].name, NAN, "-", "-", VERDICT_NONE};
        if (checks[i].run(g, &g->sanity[i], e) != 0)
            return -1;
    }
    return 0;
}
