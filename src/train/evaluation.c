#include "train/evaluation.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct batch {
    struct model *m;
    const struct sample_set *samples;
    int first, n, shares; /* the batch among the samples; the shares that it is divided into */
};

static void evaluate(void *context, int share) {
    const struct batch *b = context;
    struct model *m = b->m;
    int first = b->n * share / b->shares, n = b->n * (share + 1) / b->shares - first;
    struct pass pass = {.first = first, .rows = n};
    struct target t = target_rows(&m->target, first, n);
    batch_gather(b->samples, b->samples->order + b->first + first, NULL, n,
                 tensor_rows(m->act[0], first, n), &t);
    model_forward(m, &pass);
    model_loss(m, &pass);
}

static double share(long long part, long long whole) {
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

double class_counts_precision(const struct class_counts *t) {
    return share(t->true_positives, t->predicted);
}

double class_counts_recall(const struct class_counts *t) {
    return share(t->true_positives, t->samples);
}

double class_counts_f1(const struct class_counts *t) {
    return share(2 * t->true_positives, t->predicted + t->samples);
}

/* Row k, into the tallies of its classes and of those that it is taken for. */
static void counts(const struct model *m, int k, int predicted, struct class_counts *class_counts) {
    int label = m->target.labels[k];
    for (int j = 0; j < m->p.cols && m->multi_label; j++) {
        bool is = tensor_row(m->target.y, k)[j] > 0, taken = model_predicts(m, k, j);
        class_counts[j].samples += is;
        class_counts[j].predicted += taken;
        class_counts[j].true_positives += is && taken;
    }
    if (!m->multi_label) {
        class_counts[label].samples++;
        class_counts[predicted].predicted++;
        class_counts[label].true_positives += predicted == label;
    }
}

void evaluation_run(struct evaluation *v, struct model *m, const struct sample_set *samples,
                    struct thread_pool *pool) {
    double sum = 0;
    v->count = samples->count;
    v->errors = 0;
    for (int first = 0; first < samples->count; first += m->rows) {
        int n = samples->count - first < m->rows ? samples->count - first : m->rows;
        struct batch b = {m, samples, first, n, thread_pool_active(pool)};
        thread_pool_run(pool, b.shares, evaluate, &b);
        sum = model_add_losses(m, n, sum);
        struct tensor z = tensor_rows(m->act[m->nlayers], 0, n);
        if (v->logits)
            memcpy(v->logits + (size_t)first * (size_t)z.cols, z.data,
                   tensor_size(z) * sizeof(real));
        for (int k = 0; k < n; k++) {
            int predicted = model_predicted(m, k);
            bool wrong = model_misclassified(m, k);
            v->errors += wrong;
            if (v->class_counts)
                counts(m, k, predicted, v->class_counts);
            if (v->confusion)
                v->confusion[m->target.labels[k] * m->p.cols + predicted]++;
            if (v->predictions)
                v->predictions[first + k] = (struct prediction){predicted, wrong, m->losses[k],
                                                                tensor_row(m->p, k)[predicted]};
        }
    }
    v->loss = sum / samples->count;
}

int evaluation_baseline_loss(double *loss, struct model *m, const struct sample_set *samples,
                             struct thread_pool *pool, struct error *e) {
    struct evaluation v = {0};
    size_t size = m->nparams * sizeof *m->theta;
    real *theta = malloc(size);
    if (!theta)
        return error_memory(e, "the parameters");
    memcpy(theta, m->theta, size);
    memset(m->theta, 0, size);
    evaluation_run(&v, m, samples, pool);
    memcpy(m->theta, theta, size);
    free(theta);
    *loss = v.loss;
    return 0;
}

double evaluation_accuracy(const struct evaluation *v) {
    return 1 - (double)v->errors / v->count;
}

double evaluation_standard_error(const struct evaluation *v) {
    double p = evaluation_accuracy(v);
    return sqrt(p * (1 - p) / v->count);
}
