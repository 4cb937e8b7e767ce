/* Early stopping: remembers the parameters of the epoch that was best on the validation set, and
 * stops the training when no better one comes.
 *
 * An epoch is better if its loss is smaller, or its accuracy larger, than the best so far; of equal
 * epochs, the first is the best. Training stops after "patience" epochs in a row that are not
 * better. If "monitor" is "none", all of this is off. */
#pragma once

#include "train/train.h"

/* Records an epoch that has just ended. */
void best_epoch(struct training *t, const struct train_epoch *row);

/* Whether to stop now. */
bool best_stops(const struct training *t);

/* Swaps the parameters with the best ones, if there are any. */
void best_restore(struct training *t);
