/* The last step in making a dataset, whatever it is made from. */
#pragma once

#include "data/dataset.h"

/* Checks what every dataset must fulfil, and sets its digest. */
ERROR_CHECKED int dataset_complete(struct dataset *d, const char *path, struct error *e);
