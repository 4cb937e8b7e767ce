/* A choice of a split's samples: the training set, the validation set, a test set. */
#pragma once

#include "data/dataset.h"
#include "tensor/tensor.h"

struct scaling;

/* Some samples of a split, in some order; how their pixels or values become the model's input; what
 * a teacher says of them. */
struct sample_set {
    const struct split *split;
    const struct scaling *scaling;
    int count;
    int *order;          /* count numbers of samples */
    const real *teacher; /* logits for each sample of the split, split->count x classes; or NULL */
};

/* All samples of the split, in the file's order. `order` is in the arena, NULL if memory is out. */
struct sample_set sample_set_all(const struct split *s, const struct scaling *scaling,
                                 struct arena *a);

/* How many samples of a split are set aside for validation, and how many of the rest are trained
 * on; 0: all. */
struct sample_set_counts {
    int validation, limit;
};

/* Divides a split by these counts, which are together at most its own. Both parts are drawn by
 * seed, each as evenly over the classes as what it is drawn from, and are in the file's order.
 * Which samples validate does not depend on the limit, so that quick tries compare with the whole.
 */
ERROR_CHECKED int sample_set_split(const struct split *s, const struct scaling *scaling,
                                   int classes, struct sample_set_counts counts, uint64_t seed,
                                   struct arena *a, struct sample_set *train,
                                   struct sample_set *validation, struct error *e);
