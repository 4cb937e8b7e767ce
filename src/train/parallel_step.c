/* First the threads take chunks of the samples, from pixels to delta. Then they take blocks of the
 * parameters, from delta to the new theta. No thread shares a sum with another (model/model.h). */
#include "train/train.h"

struct work {
    struct training *t;
    const struct step *s;
    int chunks;         /* of the samples */
    double coefficient; /* of clipping */
};

static void sample_chunk(void *context, int chunk) {
    const struct work *w = context;
    struct model *m = w->t->model;
    int batch = w->s->n, first = batch * chunk / w->chunks;
    int n = batch * (chunk + 1) / w->chunks - first;
    struct pass pass = {first, n, true, (uint64_t)w->t->config.seed, w->s->update.step};
    struct target target = target_rows(&m->target, first, n);
    batch_gather(&w->t->train, w->s->order + first, w->s->next ? w->s->next + first : NULL, n,
                 tensor_rows(m->act[0], first, n), &target);
    model_forward(m, &pass);
    model_loss(m, &pass);
    model_backward(m, &pass, batch);
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
    struct work w = {t, s, thread_pool_active(t->pool), 1};
    int blocks = t->model->nblocks;
    thread_pool_run(t->pool, w.chunks, sample_chunk, &w);
    if (t->config.train.clip_norm == 0) {
        thread_pool_run(t->pool, blocks, gradient_and_update, &w);
    } else { /* clipping needs the whole gradient before any update */
        thread_pool_run(t->pool, blocks, gradient, &w);
        w.coefficient = clip_coefficient(t->model, t->config.train.clip_norm);
        thread_pool_run(t->pool, blocks, update, &w);
    }
}
