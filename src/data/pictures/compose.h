/* Makes a multi-label dataset from a single-label one. */
#pragma once

#include "data/dataset.h"

/* Each sample is an image of the source's size. Its quarters show zero to four of the source's
 * images from the same split, at half their size; its targets are the classes that it shows. The
 * seed decides how many, which and where. Makes counts[split] samples per split; a larger count
 * begins with the samples of a smaller one. Returns NULL with an error if the source is a table, is
 * multi-label, has an odd width or height, or has no samples for a split. `path` names the source.
 */
ERROR_CHECKED struct dataset *compose_new(const struct dataset *source, const int counts[2],
                                          uint64_t seed, const char *path, struct error *e);
