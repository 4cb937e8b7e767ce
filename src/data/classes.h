/* The classes of a dataset of pictures that is being read. */
#pragma once

#include "data/data_options.h"
#include "data/dataset.h"

/* Sets d->classes to those of the trained model, or else to these names, which are all different.
 * index[i] becomes the class of name i. Fails for a name that the model does not know. */
ERROR_CHECKED int classes_set(struct dataset *d, const struct data_options *from,
                              const struct string_list *names, int *index, struct error *e);
