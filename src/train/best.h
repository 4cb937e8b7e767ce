/* Early stopping: which epoch was the best on the validation set, with a copy of its parameters,
 * and when to stop hoping for a better one.
 *
 * An epoch is better than the best before it when its loss is smaller, or its accuracy larger: of
 * equals the first is the best. The training stops when "patience" epochs in a row were not better.
 * All of it is off where "monitor" is none. */
#ifndef ONEHOT_TRAIN_BEST_H
#define ONEHOT_TRAIN_BEST_H

#include "train/train.h"

/* Takes note of an epoch that has just ended. */
void best_epoch(struct training *t, const struct train_epoch *row);

/* Whether to stop after the epochs so far. */
bool best_stops(const struct training *t);

/* Exchanges the parameters and the best ones, where there are any. */
void best_restore(struct training *t);

#endif
