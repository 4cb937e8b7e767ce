/* First the threads take chunks of the samples, from pixels to delta. Then they take blocks of the
 * parameters, from delta to the new theta. No thread shares a sum with another (model/model.h). If
 * there are several ranks, each has a share of both, and in between they exchange what the others
 * need (train/exchange.h). */
#include "train/train.h"

struct work {
    struct training *t;
    const struct step *s;
    struct ranks_share share; /* of the samples, for this rank */
    int chunks;               /* of that share */
    double coefficient;       /* of clipping */
};

static void gather(const struct work *w, int first, int n) {
    struct model *m = w->t->model;
    struct target target = target_rows(&m->target, first, n);
    batch_gather(&w->t->train, w->s->order + first, w->s->next ? w->s->next + first : NULL, n,
                 tensor_rows(m->act[0], first, n), &target);
}

static void sample_chunk(void *context, int chunk) {
    const struct work *w = context;
    struct model *m = w->t->model;
    int start = w->share.count * chunk / w->chunks, first = w->share.first + start;
    int n = w->share.count * (chunk + 1) / w->chunks - start;
    struct pass pass = {first, n, true, (uint64_t)w->t->config.seed, w->s->update.step};
    gather(w, first, n);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, w->s->n);
}

/* The samples before or after this rank's share. */
static void others(void *context, int after) {
    const struct work *w = context;
    int end = w->share.first + w->share.count;
    gather(w, after ? end : 0, after ? w->s->n - end : w->share.first);
}

static void gradient(void *context, int i) {
    const struct work *w = context;
    model_gradient(w->t->model, w->s->n, &w->t->model->blocks[i]);
}

static void update(void *context, int i) {
    const struct work *w = context;
    train_clipped_update(w->t, w->s, &w->t->model->blocks[i], w->coefficient);
}

static void gradient_and_update(void *context, int i) {
    const struct work *w = context;
    train_block(w->t, w->s, &w->t->model->blocks[i]);
}

void parallel_step(struct training *t, const struct step *s) {
    struct work w = {t, s, ranks_share(s->n, ranks.rank), thread_pool_active(t->pool), 1};
    int blocks = t->model->nblocks;
    thread_pool_run(t->pool, w.chunks, sample_chunk, &w);
    exchange_samples(t, s->n);
    if (t->exchange.inputs)
        thread_pool_run(t->pool, 2, others, &w);
    ranks_wait();
    if (t->config.train.clip_norm == 0) {
        thread_pool_run(t->pool, blocks, gradient_and_update, &w);
    } else { /* clipping needs the whole gradient before any update */
        thread_pool_run(t->pool, blocks, gradient, &w);
        exchange_params(t, t->model->grad);
        w.coefficient = clip_coefficient(t->model, t->config.train.clip_norm);
        thread_pool_run(t->pool, blocks, update, &w);
    }
    exchange_params(t, t->model->theta);
}
