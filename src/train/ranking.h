/* Summaries of several runs: mean, spread, and which configuration is best. */
#pragma once

/* A summary of `count` numbers. */
struct summary {
    int count;
    double mean, min, max; /* NaN if count is 0 */
    double stddev;         /* of the sample, sqrt(sum (x - mean)^2 / (n - 1)); NaN if count < 2 */
};

/* The summary of those of x (n) that are not NaN. */
struct summary summary_of(const double *x, int n);

/* Fills order (n) with the indices of the summaries, highest mean first. Equal ones keep their
 * order; those without a mean come last. */
void ranking_order(const struct summary *s, int n, int *order);
