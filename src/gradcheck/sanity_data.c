#include "gradcheck/sanity.h"

#include <stdio.h>
#include <string.h>

/* ---- order of samples ---- */

/* The fraction of neighbours in t->order that are neighbours in the file, too, in which sample i is
 * at position[i]. */
static double in_file_order(const struct training *t, const int *position) {
    int count = 0;
    for (int i = 0; i + 1 < t->train.count; i++)
        count += position[t->order[i + 1]] == position[t->order[i]] + 1;
    return (double)count / (t->train.count - 1);
}

/* By how many standard deviations the number of neighbours in t->order with the same class exceeds
 * its mean over random orders. `sizes` holds a zero for each class. */
static double clustering(const struct training *t, int *sizes) {
    const int *labels = t->train.split->labels;
    int n = t->train.count, equal = 0;
    double p = 0; /* the probability that two samples have the same class */
    for (int i = 0; i < n; i++) {
        sizes[labels[t->order[i]]]++;
        equal += i > 0 && labels[t->order[i]] == labels[t->order[i - 1]];
    }
    for (int c = 0; c < t->model->p.cols; c++)
        p += (double)sizes[c] * (sizes[c] - 1) / ((double)n * (n - 1));
    return (equal - (n - 1) * p) / sqrt((n - 1) * p * (1 - p) + 1);
}

int sanity_order(struct sanity *s, struct training *t, bool shuffled, struct arena *a,
                 struct error *e) {
    enum { MAX_CLUSTERING = 8 };
    int n = t->train.count, same = 0;
    *s = sanity_not_applicable("order of samples");
    if (n < SANITY_ORDER)
        return 0;
    int *position = arena_alloc(a, (size_t)t->train.split->count, sizeof *position);
    int *sizes = arena_alloc(a, (size_t)t->model->p.cols, sizeof *sizes);
    int *first = arena_alloc(a, (size_t)n, sizeof *first);
    if (!position || !sizes || !first)
        return error_memory(e, "the order of the samples");
    for (int i = 0; i < n; i++)
        position[t->train.order[i]] = i;
    train_order(t, 1);
    memcpy(first, t->order, (size_t)n * sizeof *first);
    bool sorted = clustering(t, sizes) > MAX_CLUSTERING;
    double file = in_file_order(t, position);
    train_order(t, 2);
    for (int i = 0; i < n; i++)
        same += first[i] == t->order[i];
    train_order(t, 1);

    s->value = fmax(file, (double)same / n);
    s->verdict = sorted || (shuffled && s->value > 0.5) ? VERDICT_WRONG
                 : shuffled                             ? VERDICT_GOOD
                                                        : VERDICT_FINE;
    if (sorted)
        snprintf(s->measured, SANITY_TEXT, "sorted by class");
    else
        snprintf(s->measured, SANITY_TEXT, "%.0f %% kept", 100 * s->value);
    snprintf(s->wanted, SANITY_TEXT, "%s", shuffled ? "0 %" : "any");
    return 0;
}

/* ---- size of inputs ---- */

static void check_inputs(struct sanity *s, struct tensor x) {
    double sum = 0;
    for (size_t i = 0; i < tensor_size(x); i++)
        sum += (double)(x.data[i] * x.data[i]);
    double rms = s->value = sqrt(sum / (double)tensor_size(x));
    s->verdict = rms > 0.1 && rms < 3      ? VERDICT_GOOD
                 : rms > 0.01 && rms < 10  ? VERDICT_FINE
                 : rms > 0.001 && rms < 20 ? VERDICT_DOUBTFUL
                                           : VERDICT_WRONG;
    snprintf(s->measured, SANITY_TEXT, "%.2g", rms);
    snprintf(s->wanted, SANITY_TEXT, "about 1");
}

/* ---- labels and data ---- */

static double distance(const real *a, const real *b, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += (double)((a[i] - b[i]) * (a[i] - b[i]));
    return sum;
}

/* The other row nearest to row i, the first if equal. */
static int nearest(struct tensor x, int i) {
    double least = INFINITY;
    int best = i;
    for (int j = 0; j < x.rows; j++) {
        double d = j == i ? (double)INFINITY : distance(tensor_row(x, i), tensor_row(x, j), x.cols);
        if (d < least) {
            least = d;
            best = j;
        }
    }
    return best;
}

static void check_labels(struct sanity *s, struct tensor x, const int *labels) {
    enum { DEVIATIONS = 4 };
    int n = x.rows, agreeing = 0;
    double chance = 0; /* the fraction of pairs with the same label */
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            chance += labels[i] == labels[j];
    chance /= (double)n * (n - 1) / 2;
    if (n < SANITY_LABELS || chance == 1)
        return;
    double least = chance + DEVIATIONS * sqrt(chance * (1 - chance) / n);
    for (int i = 0; i < n; i++) {
        int j = nearest(x, i);
        agreeing += j != i && labels[j] == labels[i];
    }
    s->value = (double)agreeing / n;
    s->verdict = s->value > least ? VERDICT_GOOD : VERDICT_WRONG;
    snprintf(s->measured, SANITY_TEXT, "%.0f %% as nearest", 100 * s->value);
    snprintf(s->wanted, SANITY_TEXT, "> %.0f %%", 100 * least);
}

int sanity_samples(struct sanity *inputs, struct sanity *labels, const struct training *t,
                   struct arena *a, struct error *e) {
    enum { SAMPLES = 500, VALUES = 4000000 };
    int features = t->model->act[0].cols, classes = t->model->p.cols;
    int n = t->train.count < SAMPLES ? t->train.count : SAMPLES;
    n = n < VALUES / features ? n : VALUES / features;
    *inputs = sanity_not_applicable("size of inputs");
    *labels = sanity_not_applicable("labels and data");
    if (n == 0)
        return 0;
    size_t rows = (size_t)n;
    struct tensor x = {arena_alloc(a, rows, (size_t)features * sizeof(real)), n, features};
    struct target y = {.labels = arena_alloc(a, rows, sizeof *y.labels),
                       .y = {arena_alloc(a, rows, (size_t)classes * sizeof(real)), n, classes}};
    int *order = arena_alloc(a, rows, sizeof *order);
    if (!x.data || !y.labels || !y.y.data || !order)
        return error_memory(e, "some samples");
    for (int i = 0; i < n; i++)
        order[i] = t->train.order[(long long)i * t->train.count / n];
    batch_gather(&t->train, order, NULL, n, x, &y);
    check_inputs(inputs, x);
    check_labels(labels, x, y.labels);
    return 0;
}
