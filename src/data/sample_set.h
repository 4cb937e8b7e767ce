/* Some samples of a split, in order: the training set, the validation set or the test set. */
#pragma once

#include "data/augment.h"
#include "data/scaling.h"

struct sample_set {
    const struct split *split;
    const struct scaling *scaling;
    int count;
    int *order;              /* [count]: indices of samples */
    struct augment *augment; /* how batch_gather distorts them; NULL: not at all */
};

/* All samples of the split, in its order. `order` is in the arena; NULL if out of memory. */
struct sample_set sample_set_all(const struct split *s, const struct scaling *scaling,
                                 struct arena *a);

/* Divides a split into a validation set of `aside` samples and a training set of `limit` of the
 * rest (0: all); the split must be large enough. Both are drawn by seed, stratified by class, and
 * keep the split's order. The validation set does not depend on the limit, so that runs with a
 * limit can be compared with full runs. */
ERROR_CHECKED int sample_set_split(const struct split *s, const struct scaling *scaling,
                                   int classes, int aside, int limit, uint64_t seed,
                                   struct arena *a, struct sample_set *train,
                                   struct sample_set *validation, struct error *e);

/* Draws a fraction of `count` samples with these labels as the test set of data that has none. A
 * fraction below 1 leaves at least one sample of each class. Returns 1 for each sample drawn and 0
 * for the others, in the arena, and sets *ndrawn to the number of ones; NULL on failure. The choice
 * depends on no config, so that runs with different seeds can be compared. */
ERROR_CHECKED char *sample_set_draw_test(int *labels, int count, int classes, double fraction,
                                         int *ndrawn, struct arena *a, struct error *e);

/* How many training samples of a dataset's splits [SPLITS] the options set aside for validation;
 * none if the data itself has a validation set. */
int sample_set_aside(const struct split *splits, const struct data_options *o);

/* How many training samples are trained on: all the others, or "limit". */
int sample_set_used(const struct split *splits, const struct data_options *o);

/* Whether there is a validation set, from either source. */
bool sample_set_validates(const struct split *splits, const struct data_options *o);

/* Divides the training split as the options say; they must not ask for more than it has. The
 * validation set is the data's own if it has one. */
ERROR_CHECKED int sample_set_divide(const struct split *splits, const struct data_options *o,
                                    const struct scaling *scaling, int classes, uint64_t seed,
                                    struct arena *a, struct sample_set *train,
                                    struct sample_set *validation, struct error *e);
