/* From 8-bit pictures, or the rows of a table, to the numbers of a batch, and which samples make it
 * up. */
#ifndef ONEHOT_DATA_BATCH_H
#define ONEHOT_DATA_BATCH_H

#include "data/dataset.h"
#include "data/scaling.h"
#include "tensor/target.h"

/* Some samples of a split, in some order; how their pixels or values become the model's input; what
 * a teacher says of them. */
struct subset {
    const struct split *split;
    const struct scaling *scaling;
    int count;
    int *order;          /* count numbers of samples */
    const real *teacher; /* logits for each sample of the split, split->count x classes; or NULL */
};

/* Row k of x (n x features) becomes sample order[k] of the subset's split, scaled; row k of t
 * becomes its target, with the teacher's logits where both have them. `next` (n) are the samples
 * that will be asked for next time, to be fetched from memory meanwhile, or NULL. */
void batch_gather(const struct subset *s, const int *order, const int *next, int n, struct tensor x,
                  const struct target *t);

/* All samples of the split, in the file's order. `order` is in the arena, NULL if memory is out. */
struct subset batch_all(const struct split *s, const struct scaling *scaling, struct arena *a);

/* How many samples of a split are set aside for validation, and how many of the rest are trained
 * on; 0: all. */
struct batch_counts {
    int validation, limit;
};

/* Divides a split by these counts, which are together at most its own. Both parts are drawn by
 * seed, each as evenly over the classes as what it is drawn from, and are in the file's order.
 * Which samples validate does not depend on the limit, so that quick tries compare with the whole.
 */
ERROR_CHECKED int batch_split(const struct split *s, const struct scaling *scaling, int classes,
                              struct batch_counts counts, uint64_t seed, struct arena *a,
                              struct subset *train, struct subset *validation, struct error *e);

#endif
