#include "gradcheck/sanity.h"
#include "tensor/vmath.h"
#include "train/diagnosis.h"
#include "train/evaluation.h"

#include <stdio.h>
#include <string.h>

/* ---- loss at chance ---- */

int sanity_chance(struct sanity *s, struct training *t, struct error *e) {
    enum { SAMPLES = 500 };
    *s = sanity_not_applicable("loss at chance");
    if (t->config.start_from[0]) /* a trained model */
        return 0;
    struct model *m = t->model;
    struct sample_set some = t->train;
    struct evaluation initial = {0};
    double baseline;
    some.count = some.count < SAMPLES ? some.count : SAMPLES;
    train_order(t, 1);
    some.order = t->order;
    evaluation_run(&initial, m, &some, t->pool);
    if (evaluation_baseline_loss(&baseline, m, &some, t->pool, e) != 0)
        return -1;

    double off = fabs(initial.loss / baseline - 1);
    s->value = initial.loss;
    s->verdict = off < 0.1   ? VERDICT_GOOD
                 : off < 0.5 ? VERDICT_FINE
                 : off < 1   ? VERDICT_DOUBTFUL
                             : VERDICT_WRONG;
    snprintf(s->measured, SANITY_TEXT, "%.4g", initial.loss);
    if (fabs(baseline - log(m->p.cols)) < 1e-9)
        snprintf(s->wanted, SANITY_TEXT, "ln %d = %.4g", m->p.cols, baseline);
    else
        snprintf(s->wanted, SANITY_TEXT, "%.4g", baseline);
    return 0;
}

/* ---- large logits ---- */

int sanity_large(struct sanity *s, struct training *t, int n, struct arena *a, struct error *e) {
    *s = sanity_not_applicable("large logits");
    struct model *m = t->model;
    struct pass pass = {.rows = n, .training = true, .seed = (uint64_t)t->config.seed, .step = 1};
    int last = m->nlayers - 1;
    while (last >= 0 && m->layers[last].nparams == 0)
        last--;
    if (last < 0)
        return 0;
    const struct layer *l = &m->layers[last];
    double largest = 0; /* the element of y furthest from 0: it becomes +1000, whatever its sign */
    model_forward(m, &pass);
    struct tensor y = tensor_rows(m->act[last + 1], 0, n);
    for (size_t i = 0; i < tensor_size(y); i++)
        if (fabs((double)y.data[i]) > fabs(largest))
            largest = (double)y.data[i];
    if (largest == 0 || isinf(largest))
        return 0;

    const double *temperature = loss_temperature(&t->config.loss);
    const double large = 1000 * (temperature ? *temperature : 1);
    real *theta = arena_alloc(a, m->nparams, sizeof *theta);
    if (!theta)
        return error_memory(e, "the parameters");
    memcpy(theta, m->theta, m->nparams * sizeof *theta);
    for (int k = 0; k < l->nparams; k++)
        for (size_t i = 0; i < tensor_size(l->params[k].value); i++)
            l->params[k].value.data[i] *= (real)(large / largest);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, n);
    memcpy(m->theta, theta, m->nparams * sizeof *theta);

    s->value = model_add_losses(m, n, 0) / n;
    bool finite = isfinite(s->value) && vmath_all_finite(tensor_rows(m->p, 0, n)) &&
                  vmath_all_finite(tensor_rows(m->delta[m->nlayers], 0, n));
    s->verdict = finite ? VERDICT_GOOD : VERDICT_WRONG;
    if (finite || !isfinite(s->value)) /* never -nan */
        snprintf(s->measured, SANITY_TEXT, "loss %.4g", isnan(s->value) ? (double)NAN : s->value);
    else
        snprintf(s->measured, SANITY_TEXT, "gradient nan or inf");
    snprintf(s->wanted, SANITY_TEXT, "finite");
    return 0;
}

/* ---- update / weights ---- */

/* Training step k, from 0, as in train_run, but at a constant learning rate. Returns its mean loss.
 */
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
    snprintf(s->measured, SANITY_TEXT, "%s in step %d", isnan(loss) ? "nan" : "inf", step);
}

int sanity_steps(struct sanity *s, struct training *t, int *done, struct arena *a,
                 struct error *e) {
    struct model *m = t->model;
    real *before = arena_alloc(a, m->nparams, sizeof *before);
    double *sums = arena_alloc(a, (size_t)m->nlayers, sizeof *sums);
    double loss = 0, min = INFINITY, max = -INFINITY;
    *s = sanity_not_applicable("update / weights");
    if (!before || !sums)
        return error_memory(e, "the updates");
    for (*done = 0; *done < SANITY_STEPS && isfinite(loss);) {
        memcpy(before, m->theta, m->nparams * sizeof *before);
        loss = step(t, (*done)++);
        for (int i = 0; i < m->nlayers; i++)
            sums[i] += diagnosis_update(m, i, before);
    }
    for (int i = 0; i < m->nlayers; i++)
        if (!isnan(sums[i])) { /* a layer with weights */
            min = fmin(min, sums[i] / *done);
            max = fmax(max, sums[i] / *done);
        }

    s->value = max;
    snprintf(s->wanted, SANITY_TEXT, "about 1e-03");
    if (!isfinite(loss)) {
        diverged(s, loss, *done);
    } else if (min <= max) {
        s->verdict = min == 0 || max > 1
                         ? VERDICT_WRONG /* no change, or more than the weights themselves */
                     : min < DIAGNOSIS_MIN_UPDATE || max > DIAGNOSIS_MAX_UPDATE ? VERDICT_DOUBTFUL
                     : min < 1e-4 || max > 1e-2                                 ? VERDICT_FINE
                                                                                : VERDICT_GOOD;
        snprintf(s->measured, SANITY_TEXT, "%.0e to %.0e", min, max);
    }
    return 0;
}

/* ---- overfit ---- */

void sanity_overfit(struct sanity *s, struct training *t) {
    enum { STEPS = 1000, EVALUATE_EVERY = 10 };
    double loss = 0;
    int k = 0;
    struct evaluation v = {.errors = 1};
    *s = sanity_not_applicable("overfit 20");
    while (k < STEPS && v.errors > 0 && isfinite(loss)) {
        loss = step(t, k++);
        if (k % EVALUATE_EVERY == 0)
            evaluation_run(&v, t->model, &t->train, t->pool);
    }
    s->value = evaluation_accuracy(&v);
    s->verdict = v.count == 0 || 4 * v.errors > v.count ? VERDICT_WRONG
                 : v.errors > 0                         ? VERDICT_DOUBTFUL
                                                        : VERDICT_GOOD;
    snprintf(s->measured, SANITY_TEXT, "%.0f %%, %d steps", 100 * s->value, k);
    snprintf(s->wanted, SANITY_TEXT, "100 %%");
    if (!isfinite(loss))
        diverged(s, loss, k);
}
