/* The epoch loop: gather, forward, loss, backward; gradient, update. batch_gather (train/batch.c)
 * makes numbers of the 8-bit pixels of a batch's samples: row k of act[0] is one picture, each
 * pixel divided by 255, or as else the config scales it (data/scaling.h).
 *
 * Read after: optim/sgd.c. That was the whole of it; programs/train.c prints what happens here. */
#include "train/train.h"
#include "base/clock.h"
#include "base/rng.h"
#include "train/best.h"
#include "train/clip.h"
#include "train/diagnosis.h"
#include "train/evaluation.h"

#include <math.h>
#include <string.h>

/* It depends on seed and epoch alone, not on the epochs before. */
void train_order(struct training *t, int epoch) {
    memcpy(t->order, t->train.order, (size_t)t->train.count * sizeof *t->order);
    if (t->config.train.shuffle) {
        struct rng r = rng_stream((uint64_t)t->config.seed, RNG_SHUFFLE, (uint32_t)epoch);
        rng_shuffle(&r, t->order, t->train.count);
    }
}

struct step {
    const struct training *t;
    struct update update;
    const int *order, *next; /* the samples, and those of the next step or NULL */
    int n, shares;           /* how many, and the shares that they are divided into */
    double clip;             /* what clipping leaves of the gradient */
};

/* A share of the samples, each by itself: from pixels to delta. */
static void samples(void *context, int share) {
    const struct step *s = context;
    struct model *m = s->t->model;
    int first = s->n * share / s->shares, n = s->n * (share + 1) / s->shares - first;
    struct pass pass = {first, n, true, (uint64_t)s->t->config.seed, s->update.step};
    struct target t = target_rows(&m->target, first, n);
    batch_gather(&s->t->train, s->order + first, s->next ? s->next + first : NULL, n,
                 tensor_rows(m->act[0], first, n), &t);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, s->n);
}

/* A block of the parameters, each by itself: from delta to the gradient, ... */
static void gradients(void *context, int i) {
    const struct step *s = context;
    model_gradient(s->t->model, s->n, &s->t->model->blocks[i]);
}

/* ... and from there to the new theta. */
static void updates(void *context, int i) {
    const struct step *s = context;
    struct model *m = s->t->model;
    const struct param_block *block = &m->blocks[i];
    if (s->clip < 1)
        clip_scale(m, block, s->clip);
    optim_step(&s->t->optim, s->update, block->start, block->count, m->grad, m->theta);
}

static void parameters(void *context, int i) {
    gradients(context, i);
    updates(context, i);
}

int train_step(struct training *t, struct update update, int first, int n, double *sum) {
    struct model *m = t->model;
    double start = clock_seconds();
    const int *order = t->order + first;
    const int *next = first + 2 * n <= t->train.count ? order + n : NULL;
    struct step s = {t, update, order, next, n, thread_pool_active(t->pool), 1};
    thread_pool_run(t->pool, s.shares, samples, &s);
    if (t->config.train.clip_norm == 0) {
        thread_pool_run(t->pool, m->nblocks, parameters, &s);
    } else { /* nothing moves before all of the gradient is known */
        thread_pool_run(t->pool, m->nblocks, gradients, &s);
        s.clip = clip_coefficient(m, t->config.train.clip_norm);
        thread_pool_run(t->pool, m->nblocks, updates, &s);
    }
    thread_tuner_step(&t->tuner, t->pool, n, clock_seconds() - start);

    int errors = 0;
    for (int k = 0; k < n; k++)
        errors += model_misclassified(m, k);
    *sum = model_add_losses(m, n, *sum);
    return errors;
}

static int train_epoch(struct training *t, struct train_epoch *row,
                       const struct train_observer *observer, struct error *e) {
    struct train_progress *at = &t->at;
    int count = t->train.count, size = t->config.train.batch_size;
    double earlier = at->seconds;
    row->samples = count - at->steps * size;
    train_order(t, row->epoch);
    while (at->steps < t->steps) {
        if (observer->pause && observer->pause(observer->context, e) != 0)
            return -1;
        int first = at->steps * size, n = count - first < size ? count - first : size;
        double before = at->sum, start = clock_seconds();
        long long step = (long long)at->epochs * t->steps + at->steps++;
        row->learning_rate = optim_learning_rate(&t->optim) * schedule_factor(&t->schedule, step);
        row->step = step + 1;
        at->errors +=
            train_step(t, (struct update){row->learning_rate, row->step}, first, n, &at->sum);
        at->seconds += clock_seconds() - start;
        if (!isfinite(at->sum))
            return diagnosis_loss(t, row, at->steps, n, e);
        if (observer->step)
            observer->step(observer->context, row->epoch, at->steps, t->steps,
                           (at->sum - before) / n);
    }
    row->train_loss = at->sum / count;
    row->train_accuracy = 1 - (double)at->errors / count;
    row->seconds = at->seconds - earlier;
    return 0;
}

/* A whole epoch, or what is left of it; then t->at is the next one's start. */
static int train_row(struct training *t, struct train_epoch *row,
                     const struct train_observer *observer, struct error *e) {
    row->epoch = t->at.epochs + 1;
    if (train_epoch(t, row, observer, e) != 0 || diagnosis_parameters(t, row, e) != 0)
        return -1;
    struct evaluation v = {.loss = NAN};
    row->validation_loss = row->validation_accuracy = NAN;
    if (t->validation.count > 0) {
        evaluation_run(&v, t->model, &t->validation, t->pool);
        row->validation_loss = v.loss;
        row->validation_accuracy = evaluation_accuracy(&v);
        if (!isfinite(v.loss))
            return diagnosis_validation(t, row, e);
    }
    best_epoch(t, row);
    t->at.epochs++;
    t->at.steps = t->at.errors = 0;
    t->at.sum = 0;
    return observer->epoch ? observer->epoch(observer->context, row, e) : 0;
}

int train_run(struct training *t, const struct train_observer *observer, struct error *e) {
    struct train_epoch row = {0};
    while (t->at.epochs < t->config.train.epochs && !best_stops(t))
        if (train_row(t, &row, observer, e) != 0)
            return -1;
    best_restore(t);
    return 0;
}
