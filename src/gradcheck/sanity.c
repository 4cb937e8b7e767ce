#include "gradcheck/sanity.h"
#include "base/text.h"
#include "train/diagnosis.h"
#include "train/evaluation.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(char text[SANITY_TEXT], const char *format, ...) ERROR_PRINTF(2, 3);

static void say(char text[SANITY_TEXT], const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(text, SANITY_TEXT, format, args);
    va_end(args);
}

static void begin(struct sanity *s, const char *name) {
    *s = (struct sanity){.name = name, .value = NAN, .verdict = VERDICT_NONE};
    say(s->measured, "-");
    say(s->wanted, "-");
}

static int class_of(const struct training *t, int sample) {
    return t->train.split->labels[sample];
}

/* ---- order ---- */

/* The share of the neighbours in `order` that are neighbours in the file, too. */
static double cached(const struct training *t, const int *place, const int *order) {
    int count = 0;
    for (int i = 0; i + 1 < t->train.count; i++)
        count += place[order[i + 1]] == place[order[i]] + 1;
    return (double)count / (t->train.count - 1);
}

/* By how many standard deviations more neighbours are of one class than in a random order. */
static double clumped(const struct training *t, int *sizes, const int *order) {
    int n = t->train.count, equal = 0;
    double share = 0;
    for (int i = 0; i < n; i++) {
        sizes[class_of(t, order[i])]++;
        equal += i > 0 && class_of(t, order[i]) == class_of(t, order[i - 1]);
    }
    for (int c = 0; c < t->model->p.cols; c++)
        share += (double)sizes[c] * (sizes[c] - 1) / ((double)n * (n - 1));
    return (equal - (n - 1) * share) / sqrt((n - 1) * share * (1 - share) + 1);
}

int sanity_order(struct sanity *s, struct training *t, bool shuffled, struct error *e) {
    enum { DEVIATIONS = 8 };
    begin(s, "order of samples");
    if (t->train.count < SANITY_ORDER) /* among which chance alone makes such orders */
        return 0;
    int *place = calloc((size_t)t->train.split->count, sizeof *place);
    int *sizes = calloc((size_t)t->model->p.cols, sizeof *sizes);
    int *first = calloc((size_t)t->train.count, sizeof *first);
    int result = place && sizes && first ? 0 : error_memory(e, "the order of the samples");
    if (result == 0) {
        int same = 0;
        for (int i = 0; i < t->train.count; i++)
            place[t->train.order[i]] = i;
        train_order(t, 1);
        memcpy(first, t->order, (size_t)t->train.count * sizeof *first);
        double file = cached(t, place, first);
        bool sorted = clumped(t, sizes, first) > DEVIATIONS;
        train_order(t, 2);
        for (int i = 0; i < t->train.count; i++)
            same += first[i] == t->order[i];
        double again = (double)same / t->train.count;
        s->value = fmax(file, again);
        bool wrong = sorted || (shuffled && s->value > 0.5);
        s->verdict = wrong ? VERDICT_WRONG : shuffled ? VERDICT_GOOD : VERDICT_FINE;
        if (sorted)
            say(s->measured, "sorted by class");
        else
            say(s->measured, "%.0f %% kept", 100 * s->value);
        say(s->wanted, shuffled ? "0 %%" : "any");
        train_order(t, 1);
    }
    free(place);
    free(sizes);
    free(first);
    return result;
}

/* ---- some samples, as the model gets them ---- */

struct some {
    struct tensor x; /* no rows: there is no room for one */
    struct target y;
    struct arena arena;
};

static int take_some(struct some *s, const struct training *t, struct error *e) {
    enum { MANY = 500, VALUES = 4000000 };
    int features = t->model->act[0].cols, classes = t->model->p.cols;
    int n = t->train.count < MANY ? t->train.count : MANY;
    n = n < VALUES / features ? n : VALUES / features;
    size_t rows = (size_t)n;
    *s = (struct some){0};
    s->x =
        (struct tensor){arena_alloc(&s->arena, rows, (size_t)features * sizeof(real)), n, features};
    s->y.y =
        (struct tensor){arena_alloc(&s->arena, rows, (size_t)classes * sizeof(real)), n, classes};
    s->y.labels = arena_alloc(&s->arena, rows, sizeof *s->y.labels);
    int *order = arena_alloc(&s->arena, rows, sizeof *order);
    if (!s->x.data || !s->y.y.data || !s->y.labels || !order)
        return error_memory(e, "some samples");
    for (int i = 0; i < n; i++)
        order[i] = t->train.order[(long long)i * t->train.count / n];
    batch_gather(&t->train, order, NULL, n, s->x, &s->y);
    return 0;
}

/* ---- inputs ---- */

int sanity_inputs(struct sanity *s, const struct training *t, struct error *e) {
    struct some some;
    begin(s, "size of inputs");
    int result = take_some(&some, t, e);
    if (result == 0 && some.x.rows > 0) {
        double sum = 0;
        for (size_t i = 0; i < tensor_size(some.x); i++)
            sum += (double)(some.x.data[i] * some.x.data[i]);
        s->value = sqrt(sum / (double)tensor_size(some.x));
        s->verdict = s->value > 0.1 && s->value < 3      ? VERDICT_GOOD
                     : s->value > 0.01 && s->value < 10  ? VERDICT_FINE
                     : s->value > 0.001 && s->value < 20 ? VERDICT_DOUBTFUL
                                                         : VERDICT_WRONG;
        say(s->measured, "%.2g", s->value);
        say(s->wanted, "about 1");
    }
    arena_free(&some.arena);
    return result;
}

/* ---- labels ---- */

static double distance(const real *a, const real *b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)((a[i] - b[i]) * (a[i] - b[i]));
    return sum;
}

/* How many of the rows have the label of the nearest other row, the first of equals. */
static int agreeing(struct tensor x, const int *labels) {
    int count = 0;
    for (int i = 0; i < x.rows; i++) {
        double nearest = INFINITY;
        int label = -1;
        for (int j = 0; j < x.rows; j++) {
            double d =
                j == i ? (double)INFINITY : distance(tensor_row(x, i), tensor_row(x, j), x.cols);
            if (d < nearest) {
                nearest = d;
                label = labels[j];
            }
        }
        count += label == labels[i];
    }
    return count;
}

/* The share of the pairs that are of one class. */
static double pairs(const int *labels, int n) {
    double same = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            same += labels[i] == labels[j];
    return same / ((double)n * (n - 1) / 2);
}

int sanity_labels(struct sanity *s, const struct training *t, struct error *e) {
    enum { DEVIATIONS = 4 };
    struct some some;
    begin(s, "labels and data");
    int result = take_some(&some, t, e), n = some.x.rows;
    double chance = result == 0 && n >= SANITY_LABELS ? pairs(some.y.labels, n) : 1;
    if (chance < 1) {
        double least = chance + DEVIATIONS * sqrt(chance * (1 - chance) / n);
        s->value = (double)agreeing(some.x, some.y.labels) / n;
        s->verdict = s->value > least ? VERDICT_GOOD : VERDICT_WRONG;
        say(s->measured, "%.0f %% as nearest", 100 * s->value);
        say(s->wanted, "> %.0f %%", 100 * least);
    }
    arena_free(&some.arena);
    return result;
}

/* ---- loss at chance ---- */

int sanity_chance(struct sanity *s, struct training *t, struct error *e) {
    enum { MANY = 500 };
    begin(s, "loss at chance");
    if (t->config.start_from[0]) /* it begins by knowing something */
        return 0;
    struct model *m = t->model;
    struct sample_set some = t->train;
    struct evaluation initial = {0};
    double nothing;
    some.count = some.count < MANY ? some.count : MANY;
    train_order(t, 1);
    some.order = t->order;
    evaluation_run(&initial, m, &some, t->pool);
    if (evaluation_baseline_loss(&nothing, m, &some, t->pool, e) != 0)
        return -1;

    double off = fabs(initial.loss / nothing - 1);
    s->value = initial.loss;
    s->verdict = off < 0.1   ? VERDICT_GOOD
                 : off < 0.5 ? VERDICT_FINE
                 : off < 1   ? VERDICT_DOUBTFUL
                             : VERDICT_WRONG;
    bool is_log = fabs(nothing - log(m->p.cols)) < 1e-9;
    say(s->measured, "%.4g", initial.loss);
    if (is_log)
        say(s->wanted, "ln %d = %.4g", m->p.cols, nothing);
    else
        say(s->wanted, "%.4g", nothing);
    return 0;
}

/* ---- large logits ---- */

static bool all_finite(struct tensor t) {
    for (size_t i = 0; i < tensor_size(t); i++)
        if (!isfinite(t.data[i]))
            return false;
    return true;
}

int sanity_large(struct sanity *s, struct training *t, int n, struct error *e) {
    const double *temperature = loss_temperature(&t->config.loss);
    const double large = 1000 * (temperature ? *temperature : 1);
    begin(s, "large logits");
    struct model *m = t->model;
    struct pass pass = {.rows = n, .training = true, .seed = (uint64_t)t->config.seed, .step = 1};
    int last = m->nlayers - 1;
    while (last >= 0 && m->layers[last].nparams == 0)
        last--;
    if (last < 0)
        return 0;
    double largest = 0; /* in size; it becomes +1000, whatever its sign */
    model_forward(m, &pass);
    struct tensor y = tensor_rows(m->act[last + 1], 0, n);
    for (size_t i = 0; i < tensor_size(y); i++)
        if (fabs((double)y.data[i]) > fabs(largest))
            largest = (double)y.data[i];
    if (largest == 0 || isinf(largest))
        return 0;

    real *theta = calloc(m->nparams, sizeof *theta);
    if (!theta)
        return error_memory(e, "the parameters");
    memcpy(theta, m->theta, m->nparams * sizeof *theta);
    const struct layer *l = &m->layers[last];
    for (int k = 0; k < l->nparams; k++)
        for (size_t i = 0; i < tensor_size(l->params[k].value); i++)
            l->params[k].value.data[i] *= (real)(large / largest);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, n);
    memcpy(m->theta, theta, m->nparams * sizeof *theta);
    free(theta);

    s->value = model_add_losses(m, n, 0) / n;
    bool finite = isfinite(s->value) && all_finite(tensor_rows(m->p, 0, n)) &&
                  all_finite(tensor_rows(m->delta[m->nlayers], 0, n));
    s->verdict = finite ? VERDICT_GOOD : VERDICT_WRONG;
    if (finite || !isfinite(s->value))
        say(s->measured, "loss %.4g", isnan(s->value) ? (double)NAN : s->value);
    else
        say(s->measured, "gradient nan or inf");
    say(s->wanted, "finite");
    return 0;
}

/* ---- steps ---- */

/* A step of training, the k-th of them, 0 ..: as train_run does it, at a constant rate. Its mean
 * loss. */
static double step(struct training *t, int k) {
    int size = t->config.train.batch_size, first = k % t->steps * size;
    int n = t->train.count - first < size ? t->train.count - first : size;
    double sum = 0;
    if (first == 0)
        train_order(t, k / t->steps + 1);
    train_step(t, (struct update){optim_learning_rate(&t->optim), k + 1}, first, n, &sum);
    return sum / n;
}

/* The mean update of each layer's weights over the steps: the smallest and the largest of them. */
struct updates {
    real *before;
    double *sums; /* of each layer, NaN where there are no weights */
    double least, most;
};

static void take(struct updates *u, const struct model *m) {
    for (int i = 0; i < m->nlayers; i++)
        u->sums[i] += diagnosis_update(m, i, u->before);
}

static void sum_up(struct updates *u, const struct model *m, int steps) {
    u->least = INFINITY;
    u->most = -INFINITY;
    for (int i = 0; i < m->nlayers; i++)
        if (!isnan(u->sums[i])) {
            u->least = fmin(u->least, u->sums[i] / steps);
            u->most = fmax(u->most, u->sums[i] / steps);
        }
}

static enum verdict judge(const struct updates *u) {
    if (u->least == 0 || u->most > 1)
        return VERDICT_WRONG; /* nothing moves, or nothing stays */
    if (u->least < DIAGNOSIS_LEAST_UPDATE || u->most > DIAGNOSIS_MOST_UPDATE)
        return VERDICT_DOUBTFUL;
    return u->least < 1e-4 || u->most > 1e-2 ? VERDICT_FINE : VERDICT_GOOD;
}

int sanity_steps(struct sanity *s, struct training *t, int *done, struct error *e) {
    begin(s, "update / weights");
    struct model *m = t->model;
    struct updates u = {calloc(m->nparams, sizeof *u.before),
                        calloc((size_t)m->nlayers, sizeof *u.sums), 0, 0};
    int result = u.before && u.sums ? 0 : error_memory(e, "the updates");
    double loss = 0;
    *done = 0;
    while (result == 0 && *done < SANITY_STEPS && isfinite(loss)) {
        memcpy(u.before, m->theta, m->nparams * sizeof *u.before);
        loss = step(t, (*done)++);
        take(&u, m);
    }
    if (result == 0) {
        sum_up(&u, m, *done);
        say(s->wanted, "about 1e-03");
        s->value = u.most;
        if (!isfinite(loss)) {
            s->verdict = VERDICT_WRONG;
            say(s->measured, "%s in step %d", isnan(loss) ? "nan" : "inf", *done);
        } else if (u.least <= u.most) {
            s->verdict = judge(&u);
            say(s->measured, "%.0e to %.0e", u.least, u.most);
        }
    }
    free(u.before);
    free(u.sums);
    return result;
}

/* ---- overfit ---- */

void sanity_overfit(struct sanity *s, struct training *t) {
    enum { STEPS = 1000, LOOK = 10 };
    begin(s, "overfit 20");
    double loss = 0;
    int k = 0;
    struct evaluation v = {.errors = 1};
    while (k < STEPS && v.errors > 0 && isfinite(loss)) {
        loss = step(t, k++);
        if (k % LOOK == 0)
            evaluation_run(&v, t->model, &t->train, t->pool);
    }
    s->value = evaluation_accuracy(&v);
    s->verdict = v.count == 0 || !isfinite(loss) || 4 * v.errors > v.count ? VERDICT_WRONG
                 : v.errors > 0                                            ? VERDICT_DOUBTFUL
                                                                           : VERDICT_GOOD;
    if (isfinite(loss))
        say(s->measured, "%.0f %%, %d steps", 100 * s->value, k);
    else
        say(s->measured, "%s in step %d", isnan(loss) ? "nan" : "inf", k);
    say(s->wanted, "100 %%");
}
