#include "train/evaluation.h"

struct batch {
    struct model *m;
    const struct sample_set *samples;
    int first, n, chunks; /* the batch is samples first .. first + n - 1, cut into chunks */
};

static void evaluate(void *context, int chunk) {
    const struct batch *b = context;
    struct model *m = b->m;
    int first = b->n * chunk / b->chunks, n = b->n * (chunk + 1) / b->chunks - first;
    struct pass pass = {.first = first, .rows = n};
    batch_fill(b->samples, b->samples->order + b->first + first, NULL, n, m, first);
    model_forward(m, &pass);
    model_loss(m, &pass);
}

static double fraction(long long part, long long whole) {
    return whole > 0 ? (double)part / (double)whole : (double)NAN;
}

struct class_figures class_counts_figures(const struct class_counts *c) {
    return (struct class_figures){fraction(c->true_positives, c->predicted),
                                  fraction(c->true_positives, c->samples),
                                  fraction(2 * c->true_positives, c->predicted + c->samples)};
}

static void count_classes(const struct model *m, int k, int predicted,
                          struct class_counts *class_counts) {
    for (int j = 0; j < m->p.cols; j++) {
        bool is = model_labelled(m, k, j);
        bool taken = m->multi_label ? model_predicts(m, k, j) : predicted == j;
        class_counts[j].samples += is;
        class_counts[j].predicted += taken;
        class_counts[j].true_positives += is && taken;
    }
}

/* Copies rows 0 .. n - 1 of x to rows `first` and following of `to`, unless that is NULL. */
static void copy_rows(real *to, struct tensor x, int first, int n) {
    if (to)
        memcpy(to + (size_t)first * (size_t)x.cols, x.data,
               (size_t)n * (size_t)x.cols * sizeof *to);
}

void evaluation_run(struct evaluation *v, struct model *m, const struct sample_set *samples,
                    struct thread_pool *pool) {
    struct sample_set plain = *samples;
    double sum = 0;
    plain.augment = NULL;
    v->count = samples->count;
    v->errors = 0;
    for (int first = 0; first < samples->count; first += m->rows) {
        int n = samples->count - first < m->rows ? samples->count - first : m->rows;
        struct batch b = {m, &plain, first, n, thread_pool_active(pool)};
        thread_pool_run(pool, b.chunks, evaluate, &b);
        sum = model_add_losses(m, n, sum);
        copy_rows(v->logits, m->act[m->nlayers], first, n);
        copy_rows(v->probabilities, m->p, first, n);
        for (int k = 0; k < n; k++) {
            int predicted = model_predicted(m, k);
            bool wrong = model_misclassified(m, k);
            v->errors += wrong;
            if (v->class_counts)
                count_classes(m, k, predicted, v->class_counts);
            if (v->confusion)
                v->confusion[m->target.labels[k] * m->p.cols + predicted]++;
            if (v->predictions)
                v->predictions[first + k] = (struct prediction){predicted, wrong, m->losses[k],
                                                                tensor_row(m->p, k)[predicted]};
        }
    }
    v->loss = sum / samples->count;
}

double evaluation_accuracy(const struct evaluation *v) { return 1 - (double)v->errors / v->count; }

double evaluation_standard_error(const struct evaluation *v) {
    double p = evaluation_accuracy(v);
    return sqrt(p * (1 - p) / v->count);
}
