/* The classes of a dataset that is being read. */
#pragma once

#include "data/data_options.h"
#include "data/dataset.h"

/* Sets d->classes to those of the trained model or else to the first `known` of these names, those
 * of the training set, sorted by names_sort if `sorts`. Returns the class of each name, in the
 * dataset's arena, or NULL: also if a name is none of the classes. */
ERROR_CHECKED int *classes_set(struct dataset *d, const struct data_options *from,
                               const struct string_list *names, int known, bool sorts,
                               struct error *e);
