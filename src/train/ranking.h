/* Figures of several runs in one: their mean, how far they scatter, and which setting is best. */
#ifndef ONEHOT_TRAIN_RANKING_H
#define ONEHOT_TRAIN_RANKING_H

/* Of `count` numbers. */
struct summary {
    int count;
    double mean, min, max; /* NaN of no number */
    double stddev; /* the standard deviation of the sample, sqrt(sum (x - mean)^2 / (n - 1));
                         NaN of less than two */
};

/* The numbers of x (n) that are not NaN. */
struct summary summary_of(const double *x, int n);

/* Into order (n) the indices of the summaries, the highest mean first; equal ones keep their order,
 * those of no number come last. */
void ranking_order(const struct summary *s, int n, int *order);

#endif
