#include "train/evaluation.h"

#include <math.h>

void evaluation_run(struct evaluation *v, struct model *m, const struct subset *samples) {
    double sum = 0;
    v->count = samples->count;
    v->errors = 0;
    for (int first = 0; first < samples->count; first += m->rows) {
        int n = samples->count - first < m->rows ? samples->count - first : m->rows;
        batch_gather(samples->split, samples->order + first, n, m->act[0], m->labels);
        model_forward(m, n, &sum);
        for (int k = 0; k < n; k++) {
            int predicted = model_predicted(m, k);
            v->errors += predicted != m->labels[k];
            if (v->confusion)
                v->confusion[m->labels[k] * m->p.cols + predicted]++;
        }
    }
    v->loss = sum / samples->count;
}

double evaluation_accuracy(const struct evaluation *v) {
    return 1 - (double)v->errors / v->count;
}

double evaluation_standard_error(const struct evaluation *v) {
    double p = evaluation_accuracy(v);
    return sqrt(p * (1 - p) / v->count);
}
