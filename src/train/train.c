/* Training: the step, the loop over the batches of an epoch, and the loop over epochs.
 *
 * batch_gather (train/batch.c) turns the 8-bit pixels of a batch's samples into numbers: row k of
 * act[0] is one image, with each pixel divided by 255 or scaled as the config says
 * (data/scaling.h). Where lists of the pixels are faster, they stand in for act[0].
 *
 * Read after: optim/sgd.c. This completes the algorithm; programs/train.c prints what happens here.
 */
#include "train/train.h"
#include "base/platform.h"
#include "base/rng.h"
#include "train/diagnosis.h"
#include "train/evaluation.h"

/* The order depends only on seed and epoch, not on the epochs before. */
void train_order(struct training *t, int epoch) {
    t->ordered = epoch;
    if (t->train.augment)
        t->train.augment->epoch = epoch;
    memcpy(t->order, t->train.order, (size_t)t->train.count * sizeof *t->order);
    if (t->config.train.shuffle) {
        struct rng r = rng_stream((uint64_t)t->config.seed, RNG_SHUFFLE, (uint32_t)epoch);
        rng_shuffle(&r, t->order, t->train.count);
    }
}

/* ---- the step ----
 *
 * First the threads take chunks of the samples, from pixels to delta. Then they take blocks of the
 * parameters, from delta to the new theta. No thread shares a sum with another (model/model.h), so
 * one thread, whose only chunk is the batch, computes the same numbers. If there are several ranks,
 * each has a share of both, and in between they exchange what the others need (train/exchange.h).
 */

struct work {
    struct training *t;
    struct update update;
    const int *order, *next;  /* [n]: the samples, as in batch_gather */
    int n;                    /* of the batch */
    struct ranks_share share; /* of these, for this rank */
    int chunks;               /* of that share */
    double coefficient;       /* of clipping */
};

static void gather(const struct work *w, int first, int n) {
    const int *next = w->next ? w->next + first : NULL;
    batch_fill(&w->t->train, w->order + first, next, n, w->t->model, first);
}

static void sample_chunk(void *context, int chunk) {
    const struct work *w = context;
    struct model *m = w->t->model;
    int start = w->share.count * chunk / w->chunks, first = w->share.first + start;
    int n = w->share.count * (chunk + 1) / w->chunks - start;
    struct pass pass = {first, n, true, (uint64_t)w->t->config.seed, w->update.step};
    gather(w, first, n);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, w->n);
}

/* The samples before or after this rank's share. */
static void other_samples(void *context, int after) {
    const struct work *w = context;
    int end = w->share.first + w->share.count;
    gather(w, after ? end : 0, after ? w->n - end : w->share.first);
}

/* Plain gradient descent need not store the gradient: it is subtracted as it is computed. */
void train_block(struct training *t, struct update update, int n, const struct param_block *b) {
    struct model *m = t->model;
    if (!optim_is_descent(&t->optim) || !model_descend(m, n, b, (real)update.learning_rate)) {
        model_gradient(m, n, b);
        optim_step(&t->optim, update, b->start, b->count, m->grad, m->theta);
    }
    average_step(t, update.step, b);
}

static void gradient_and_update(void *context, int i) {
    const struct work *w = context;
    train_block(w->t, w->update, w->n, &w->t->model->blocks[i]);
}

static void gradient(void *context, int i) {
    const struct work *w = context;
    model_gradient(w->t->model, w->n, &w->t->model->blocks[i]);
}

static void clipped_update(void *context, int i) {
    const struct work *w = context;
    struct model *m = w->t->model;
    const struct param_block *b = &m->blocks[i];
    clip_scale(m->grad + b->start, b->count, w->coefficient);
    optim_step(&w->t->optim, w->update, b->start, b->count, m->grad, m->theta);
    average_step(w->t, w->update.step, b);
}

int train_step(struct training *t, struct update update, int first, int n, double *sum) {
    struct model *m = t->model;
    const int *order = t->order + first;
    const int *next = first + 2 * n <= t->train.count ? order + n : NULL;
    struct ranks_share own = ranks_share(n, ranks.rank);
    struct work w = {t, update, order, next, n, own, thread_pool_active(t->pool), 1};
    double start = clock_seconds();
    m->pairs = m->layers[0].type == &linear_layer ? t->pairs : NULL; /* a mutation may stand in */
    thread_pool_run(t->pool, w.chunks, sample_chunk, &w);
    exchange_samples(t, n);
    if (t->exchange.inputs)
        thread_pool_run(t->pool, 2, other_samples, &w);
    ranks_wait();
    if (t->config.train.clip_norm == 0) {
        thread_pool_run(t->pool, m->nblocks, gradient_and_update, &w);
    } else { /* clipping needs the length of the whole gradient before any update */
        thread_pool_run(t->pool, m->nblocks, gradient, &w);
        exchange_params(t, m->grad);
        w.coefficient = clip_coefficient(m, t->config.train.clip_norm);
        thread_pool_run(t->pool, m->nblocks, clipped_update, &w);
    }
    exchange_params(t, m->theta);
    m->pairs = NULL; /* whoever else uses the model fills act[0] */
    thread_tuner_step(&t->tuner, t->pool, n, clock_seconds() - start);

    int errors = 0;
    for (int k = own.first; k < own.first + own.count; k++)
        errors += model_misclassified(m, k);
    *sum = model_add_losses(m, n, *sum);
    return errors;
}

/* ---- the loops ---- */

/* The remaining steps of an epoch. */
static int train_epoch(struct training *t, struct train_epoch *row,
                       const struct train_observer *observer, struct error *e) {
    struct train_progress *at = &t->at;
    int count = t->train.count, size = t->config.train.batch_size;
    double earlier = at->seconds;
    row->samples = count - at->steps * size;
    if (t->ordered != row->epoch)
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
            observer->step(observer->context, row->epoch, at->steps, (at->sum - before) / n);
    }
    row->train_loss = at->sum / count;
    row->train_accuracy = 1 - (double)exchange_errors(t) / count;
    row->seconds = at->seconds - earlier;
    return 0;
}

/* An epoch, or the rest of one, with its validation. Afterwards t->at is the start of the next. */
static int train_row(struct training *t, struct train_epoch *row,
                     const struct train_observer *observer, struct error *e) {
    row->epoch = t->at.epochs + 1;
    if (train_epoch(t, row, observer, e) != 0 || diagnosis_parameters(t, row, e) != 0)
        return -1;
    struct evaluation v = {.loss = NAN};
    row->validation_loss = row->validation_accuracy = NAN;
    if (t->average)
        exchange_params(t, t->average);
    average_swap(t);
    if (t->validation.count > 0) {
        exchange_evaluate(t, &v);
        row->validation_loss = v.loss;
        row->validation_accuracy = evaluation_accuracy(&v);
        if (!isfinite(v.loss))
            return diagnosis_loss(t, row, 0, 0, e);
    }
    best_epoch(t, row);
    average_swap(t);
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
    average_swap(t);
    best_restore(t);
    return 0;
}
