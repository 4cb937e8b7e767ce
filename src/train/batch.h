/* Converts 8-bit pictures, or rows of a table, to a batch of floating-point numbers. */
#pragma once

#include "data/sample_set.h"
#include "losses/target.h"

/* Fills row k of x (n x features) with sample order[k] of s->split, scaled, and row k of t with its
 * target, including the teacher's logits if both have them. `next` (n) are the samples of the next
 * call, to be fetched from memory meanwhile, or NULL. */
void batch_gather(const struct sample_set *s, const int *order, const int *next, int n,
                  struct tensor x, const struct target *t);
