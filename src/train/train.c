/* Training: the step, the loop over the batches of an epoch, and the loop over epochs.
 *
 * batch_gather (train/batch.c) turns the 8-bit pixels of a batch's samples into numbers: row k of
 * act[0] is one image, with each pixel divided by 255 or scaled as the config says
 * (data/scaling.h).
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

/* Plain gradient descent need not store the gradient: it is subtracted as it is computed. */
void train_block(struct training *t, const struct step *s, const struct param_block *b) {
    struct model *m = t->model;
    if (!optim_is_descent(&t->optim) || !model_descend(m, s->n, b, (real)s->update.learning_rate)) {
        model_gradient(m, s->n, b);
        optim_step(&t->optim, s->update, b->start, b->count, m->grad, m->theta);
    }
    average_step(t, s->update.step, b);
}

void train_clipped_update(struct training *t, const struct step *s, const struct param_block *b,
                          double coefficient) {
    clip_scale(t->model->grad + b->start, b->count, coefficient);
    optim_step(&t->optim, s->update, b->start, b->count, t->model->grad, t->model->theta);
    average_step(t, s->update.step, b);
}

/* One step, on one thread. With several threads or ranks, parallel_step.c computes the same
 * numbers. Clipping needs the length of the whole gradient before any update. */
static void serial_step(struct training *t, const struct step *s) {
    struct model *m = t->model;
    struct pass pass = {0, s->n, true, (uint64_t)t->config.seed, s->update.step};
    double bound = t->config.train.clip_norm;

    batch_gather(&t->train, s->order, s->next, s->n, tensor_rows(m->act[0], 0, s->n), &m->target);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, s->n);
    if (bound == 0) {
        for (int i = 0; i < m->nblocks; i++)
            train_block(t, s, &m->blocks[i]);
        return;
    }
    model_gradients(m, s->n);
    double coefficient = clip_coefficient(m, bound);
    for (int i = 0; i < m->nblocks; i++)
        train_clipped_update(t, s, &m->blocks[i], coefficient);
}

int train_step(struct training *t, struct update update, int first, int n, double *sum) {
    const int *order = t->order + first;
    const int *next = first + 2 * n <= t->train.count ? order + n : NULL;
    struct step step = {update, order, next, n};
    double start = clock_seconds();
    if (thread_pool_active(t->pool) == 1 && ranks.count == 1)
        serial_step(t, &step);
    else
        parallel_step(t, &step);
    thread_tuner_step(&t->tuner, t->pool, n, clock_seconds() - start);

    int errors = 0;
    struct ranks_share own = ranks_share(n, ranks.rank);
    for (int k = own.first; k < own.first + own.count; k++)
        errors += model_misclassified(t->model, k);
    *sum = model_add_losses(t->model, n, *sum);
    return errors;
}

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
