/* The last step in creating a dataset from any source. */
#pragma once

#include "data/dataset.h"

/* Checks the invariants of a dataset, and sets its digest. */
ERROR_CHECKED int dataset_complete(struct dataset *d, const char *path, struct error *e);
