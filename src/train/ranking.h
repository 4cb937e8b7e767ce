/* Summarizes and ranks runs. */
#pragma once

struct summary {
    int count;
    double mean, min, max; /* NaN if count is 0 */
    double stddev;         /* of the sample, sqrt(sum (x - mean)^2 / (n - 1)); NaN if count < 2 */
};

/* Summarizes the numbers in x (n) that are not NaN. */
struct summary summary_of(const double *x, int n);

/* Fills order (n) with the summaries' indices, the highest mean first; a stable sort, NaN last. */
void ranking_order(const struct summary *s, int n, int *order);
