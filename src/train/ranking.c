#include "train/ranking.h"

#include <math.h>
#include <stdbool.h>

struct summary summary_of(const double *x, int n) {
    struct summary s = {0, NAN, NAN, NAN, NAN};
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++)
        if (!isnan(x[i])) {
            s.min = fmin(s.min, x[i]); /* fmin and fmax ignore a NaN */
            s.max = fmax(s.max, x[i]);
            sum += x[i];
            s.count++;
        }
    s.mean = sum / s.count;
    for (int i = 0; i < n; i++)
        if (!isnan(x[i]))
            squares += (x[i] - s.mean) * (x[i] - s.mean);
    if (s.count > 1)
        s.stddev = sqrt(squares / (s.count - 1));
    return s;
}

static bool better(const struct summary *a, const struct summary *b) {
    return isnan(b->mean) ? !isnan(a->mean) : a->mean > b->mean;
}

/* Insertion sort: stable, and a sweep has few configurations. */
void ranking_order(const struct summary *s, int n, int *order) {
    for (int i = 0; i < n; i++) {
        int k = i;
        for (; k > 0 && better(&s[i], &s[order[k - 1]]); k--)
            order[k] = order[k - 1];
        order[k] = i;
    }
}
