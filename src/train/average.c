#include "tensor/clones.h"
#include "train/train.h"

CLONED static void move(real *average, const real *theta, size_t n, real rate) {
    for (size_t i = 0; i < n; i++)
        average[i] += rate * (theta[i] - average[i]);
}

void average_step(struct training *t, long long step, const struct param_block *b) {
    const struct config_average *c = &t->config.train.average;
    long long n = step - (c->from - 1LL) * t->steps; /* steps in the mean, with this one */
    const real *theta = t->model->theta + b->start;
    if (t->average && n == 1)
        memcpy(t->average + b->start, theta, b->count * sizeof *theta);
    else if (t->average && n > 1)
        move(t->average + b->start, theta, b->count, (real)fmax(1.0 / (double)n, 1 - c->decay));
}

void average_swap(struct training *t) {
    long long step = (long long)t->at.epochs * t->steps + t->at.steps;
    bool begun = t->average && step > (t->config.train.average.from - 1LL) * t->steps;
    for (int i = 0; begun && i < t->model->nlayers; i++)
        for (int k = 0; k < t->model->layers[i].ntrained; k++) {
            struct tensor p = t->model->layers[i].params[k].value;
            train_swap(p.data, t->average + (p.data - t->model->theta), tensor_size(p));
        }
}
