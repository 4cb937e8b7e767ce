/* From 8-bit pictures, or the rows of a table, to the numbers of a batch. */
#ifndef ONEHOT_TRAIN_BATCH_H
#define ONEHOT_TRAIN_BATCH_H

#include "data/sample_set.h"
#include "data/scaling.h"
#include "losses/target.h"

/* Row k of x (n x features) becomes sample order[k] of the sample set's split, scaled; row k of t
 * becomes its target, with the teacher's logits where both have them. `next` (n) are the samples
 * that will be asked for next time, to be fetched from memory meanwhile, or NULL. */
void batch_gather(const struct sample_set *s, const int *order, const int *next, int n,
                  struct tensor x, const struct target *t);

#endif
