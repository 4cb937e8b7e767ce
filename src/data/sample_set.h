/* Some samples of a split, in a given order: the training set, the validation set or the test set.
 */
#pragma once

#include "data/data_options.h"
#include "data/scaling.h"

struct sample_set {
    const struct split *split;
    const struct scaling *scaling;
    int count;
    int *order; /* [count]: indices of samples */
};

/* All samples of the split, in its order. `order` is in the arena, NULL if out of memory. */
struct sample_set sample_set_all(const struct split *s, const struct scaling *scaling,
                                 struct arena *a);

/* Divides a split into a validation set of `aside` samples and a training set of `limit` of the
 * rest (0: all); the split must be large enough. Both are drawn by seed, in proportion to the
 * classes of what they are drawn from, and keep the split's order. The validation set does not
 * depend on the limit, so that runs with a limit can be compared with full runs. */
ERROR_CHECKED int sample_set_split(const struct split *s, const struct scaling *scaling,
                                   int classes, int aside, int limit, uint64_t seed,
                                   struct arena *a, struct sample_set *train,
                                   struct sample_set *validation, struct error *e);

/* Draws this fraction of `count` samples, whose labels these are, as the test set of data that has
 * none; but a fraction below 1 leaves a sample of each class. Sets drawn[i], which is 0, to 1 for
 * those, and returns their number, or -1. The choice depends on no config, so that runs with
 * different seeds can be compared. */
ERROR_CHECKED int sample_set_draw_test(int *labels, int count, int classes, double fraction,
                                       char *drawn, struct error *e);

/* Of a dataset's splits [SPLITS]: how many training samples the options set aside for validation;
 * none if the data itself provides a validation set. */
int sample_set_aside(const struct split *splits, const struct data_options *o);

/* Whether there is a validation set, from either source. */
bool sample_set_validates(const struct split *splits, const struct data_options *o);

/* Divides the training split as the options say; the validation set is the data's own if it has
 * one. What the options ask for must not exceed the split. */
ERROR_CHECKED int sample_set_divide(const struct split *splits, const struct data_options *o,
                                    const struct scaling *scaling, int classes, uint64_t seed,
                                    struct arena *a, struct sample_set *train,
                                    struct sample_set *validation, struct error *e);
