#include "train/exchange.h"
#include "train/train.h"

#include <limits.h>

/* ---- who has which parameters ---- */

/* Where a rank's share of theta begins. All shares are equal, but cut between two rows. */
static int cut(const struct model *m, int rank) {
    const struct param_block *b = m->blocks;
    size_t left = 0;
    if (m->nblocks == 0)
        return 0;
    for (int i = 0; i < m->nblocks; i++)
        left += b[i].count;
    left = left * (size_t)rank / (size_t)ranks.count;
    for (; b < m->blocks + m->nblocks - 1 && left >= b->count; b++)
        left -= b->count;
    size_t cols = b->count / (size_t)b->rows;
    return (int)(b->start + (left + cols - 1) / cols * cols);
}

static int clamp(int i, int max) { return i < 0 ? 0 : i < max ? i : max; }

/* The rows of a parameter that a rank has. */
static struct ranks_share rows_of(const struct training *t, int rank, const struct param *p) {
    struct tensor v = p->value;
    int first = t->exchange.params[rank].first - (int)(v.data - t->model->theta);
    int end = clamp(first + t->exchange.params[rank].count, v.rows * v.cols) / v.cols;
    first = clamp(first, v.rows * v.cols) / v.cols;
    return (struct ranks_share){first, end - first};
}

static void share_params(struct training *t) {
    struct exchange *x = &t->exchange;
    struct model *m = t->model;
    for (int r = 0; r < ranks.count; r++) {
        int first = cut(m, r);
        x->params[r] = (struct ranks_share){first, cut(m, r + 1) - first};
    }
    int count = 0;
    for (int i = 0; i < m->nblocks; i++) {
        struct param_block b = m->blocks[i];
        struct ranks_share own = rows_of(t, ranks.rank, &m->layers[b.layer].params[b.param]);
        size_t cols = b.count / (size_t)b.rows;
        int first = clamp(own.first - b.row, b.rows);
        int rows = clamp(own.first + own.count - b.row, b.rows) - first;
        b.row += first;
        b.rows = rows;
        b.start += (size_t)first * cols;
        b.count = (size_t)rows * cols;
        if (rows > 0)
            m->blocks[count++] = b;
        x->inputs = x->inputs || (rows > 0 && b.layer == 0);
    }
    m->nblocks = count;
}

int exchange_new(struct training *t, struct error *e) {
    struct exchange *x = &t->exchange;
    x->predictions = arena_alloc(&t->arena, (size_t)t->validation.count, sizeof *x->predictions);
    if (!x->predictions)
        return error_memory(e, "the exchange between ranks");
    if (ranks.count > 1 && t->model->nparams > INT_MAX)
        return error_run(e, "%zu parameters are too many to train with several ranks",
                         t->model->nparams);
    if (ranks.count > 1)
        share_params(t);
    return 0;
}

/* ---- a step ---- */

/* Starts the exchange of n samples' rows of x, delta or a cached matrix of a layer. */
static void start(struct training *t, const struct layer *l, struct tensor rows, int n, bool is_x) {
    struct ranks_share needs[RANKS_MAX];
    for (int r = 0; r < ranks.count; r++) {
        struct ranks_share w = rows_of(t, r, &l->params[0]), all = {0, rows.cols};
        bool any = w.count > 0 || (l->nparams > 1 && rows_of(t, r, &l->params[1]).count > 0);
        needs[r] = is_x && l->type->affine ? w : any ? all : (struct ranks_share){0, 0};
    }
    ranks_start(rows.data, n, rows.cols, NULL, needs);
}

void exchange_samples(struct training *t, int n) {
    struct model *m = t->model;
    if (ranks.count == 1)
        return;
    ranks_start(t->exchange.wishes, ranks.count, 1, NULL, NULL);
    ranks_start(m->losses, n, 1, NULL, NULL);
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        if (l->ntrained == 0)
            continue;
        start(t, l, m->delta[i + 1], n, false);
        if (i > 0)
            start(t, l, m->act[i], n, true);
        for (int k = 0; k < l->ncached; k++)
            if (!(l->type->not_in_gradient >> k & 1))
                start(t, l, l->cached[k], n, false);
    }
}

void exchange_params(struct training *t, real *params) {
    ranks_exchange(params, (int)t->model->nparams, 1, t->exchange.params);
}

int exchange_wish(struct training *t, int wish) {
    float *wishes = t->exchange.wishes;
    int last = wish;
    for (int r = 0; ranks.count > 1 && r < ranks.count; r++) {
        last = r == 0 || (int)wishes[r] > last ? (int)wishes[r] : last;
        wishes[r] = 0;
    }
    wishes[ranks.rank] = (float)wish;
    return last;
}

/* ---- besides the steps ---- */

/* Each rank evaluates a share of the samples, and then adds up the losses of all in order. */
void exchange_evaluate(struct training *t, struct evaluation *v) {
    struct prediction *all = t->exchange.predictions;
    struct sample_set own = t->validation;
    struct ranks_share share = ranks_share(own.count, ranks.rank);
    own.order += share.first;
    own.count = share.count;
    v->predictions = all + share.first;
    evaluation_run(v, t->model, &own, t->pool);
    ranks_exchange(all, t->validation.count, sizeof *all / 4, NULL);
    *v = (struct evaluation){.count = t->validation.count};
    for (int k = 0; k < v->count; k++) {
        v->errors += all[k].wrong;
        v->loss += (double)all[k].loss;
    }
    v->loss /= v->count;
}

void exchange_distribute(struct training *t) {
    int n = (int)t->model->nparams;
    ranks_exchange(&t->at, 1, sizeof t->at / 4, NULL);
    ranks_exchange(t->model->theta, 1, n, NULL);
    if (t->best)
        ranks_exchange(t->best, 1, n, NULL);
    if (t->average)
        ranks_exchange(t->average, 1, n, NULL);
    for (int i = 0; i < t->optim.type->vectors; i++)
        ranks_start(t->optim.state[i], 1, n, NULL, t->exchange.params);
    ranks_wait();
    t->at.errors = ranks.rank == 0 ? t->at.errors : 0; /* each rank counts those of its samples */
}

int exchange_errors(const struct training *t) {
    int errors[RANKS_MAX], sum = 0;
    ranks_gather(t->at.errors, errors);
    for (int r = 0; r < ranks.count; r++)
        sum += errors[r];
    return sum;
}

void exchange_collect(struct training *t) {
    struct ranks_share needs[RANKS_MAX];
    double received = ranks.received; /* counts the traffic of steps */
    int errors = exchange_errors(t);
    t->at.errors = ranks.rank == 0 ? errors : 0;
    for (int r = 0; r < ranks.count; r++)
        needs[r] = ranks_share(1, r); /* rank 0 needs the only column */
    for (int i = 0; i < t->optim.type->vectors; i++)
        ranks_start(t->optim.state[i], (int)t->model->nparams, 1, t->exchange.params, needs);
    if (t->average)
        ranks_start(t->average, (int)t->model->nparams, 1, t->exchange.params, needs);
    ranks_wait();
    ranks.received = received;
}
