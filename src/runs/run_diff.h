/* Describes the first difference between two files that should be identical, since they come from
 * the same config. Either file may be hostile. */
#pragma once

#include "base/error.h"

/* For two model files with different bytes. Fills the error with the first difference, as the end
 * of a sentence: `tensor "0.weight" differs in 3 of 100480 elements, first in [5][17]: 0.25 then,
 * 0.5 now`. */
void run_diff_models(const char *then, const char *now, struct error *e);

/* The same for metrics.csv: `row 3: train_loss was 0.25 and is 0.5`. */
void run_diff_metrics(const char *then, const char *now, struct error *e);
