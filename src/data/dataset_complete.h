/* The last step in creating a dataset from any source. */
#pragma once

#include "data/data_options.h"
#include "data/dataset.h"

/* Checks the invariants of a dataset read from there, and sets its digest. Data for training needs
 * at least two classes, and a training sample of each. */
ERROR_CHECKED int dataset_complete(struct dataset *d, const struct data_options *from,
                                   struct error *e);
