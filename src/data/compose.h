/* Makes a multi-label dataset from one with single labels: which of its classes does a picture
 * show?
 */
#pragma once

#include "data/dataset.h"

/* Each sample is a picture of the source's size. Its quarters show none to four of the source's
 * pictures, of the same split, at half their size: how many, which, and where, by seed. Its targets
 * are the classes that it shows. Makes counts[split] samples per split; a larger count begins with
 * the samples of a smaller one. NULL with an error if the source is a table, multi-label, of an odd
 * size, or has no samples for a split. `path` names the source. */
ERROR_CHECKED struct dataset *compose_new(const struct dataset *source, const int counts[SPLITS],
                                          uint64_t seed, const char *path, struct error *e);
