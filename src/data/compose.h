/* A dataset of several labels a sample, made of one of one label: which of its classes are in the
 * picture? */
#pragma once

#include "data/dataset.h"

/* Each sample is a picture of the source's size, with none to four of the source's pictures, of the
 * same split, at half their size in its quarters: how many, which, and where, by seed. Its targets
 * are the classes that it shows. Of each split there are counts[split]; a longer one begins with
 * the samples of a shorter one. NULL with an error where the source has no pictures of one label
 * and an even size, or no samples for a split; `path` names it. */
ERROR_CHECKED struct dataset *compose_new(const struct dataset *source, const int counts[SPLITS],
                                          uint64_t seed, const char *path, struct error *e);
