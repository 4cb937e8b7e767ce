/* Where two files differ that one config should have given: in words, for a person who wants to
 * know how far apart they are. Either file may be anybody's. */
#pragma once

#include "base/error.h"

/* Files of different bytes. The error is filled with the first difference, as the end of a
 * sentence: `tensor "0.weight" differs in 3 of 100480 elements, first in [5][17]: 0.25 then, 0.5
 * now`. */
void difference_models(const char *then, const char *now, struct error *e);

/* The same for metrics.csv: `row 3: train_loss was 0.25 and is 0.5`. */
void difference_metrics(const char *then, const char *now, struct error *e);
