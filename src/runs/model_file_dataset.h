/* What a model file records about the dataset that its model was trained on: "onehot.dataset". */
#pragma once

#include "train/train.h"

struct model_file_dataset {
    int height, width, channels;
    double mean; /* of the training pixels, 0 .. 1: distinguishes dark on light from light on dark;
                    0 for a table */
    struct string_list classes;
    const char *digest;
    bool multi_label;
    double scaling_mean, scaling_stddev; /* data/scaling.h */
    struct string_list columns;          /* of a table; none for pictures */
    struct number_list scaling_means, scaling_stddevs;
    struct specs
        features; /* how the columns follow from those of a file (data/tables/features.h) */
};

/* Appends it as JSON. */
void model_file_dataset_write(const struct training *t, struct text *out);

/* Reads and checks such JSON, which may be hostile, and sets the scaling that it describes. All of
 * it lives in the arena. `path` names the model file in errors. */
ERROR_CHECKED int model_file_dataset_read(struct model_file_dataset *m, struct scaling *scaling,
                                          const char *json, const char *path, struct arena *a,
                                          struct error *e);

/* What a dataset that the model reads must be like; it points into *m. */
struct data_expected model_file_dataset_expected(const struct model_file_dataset *m);

/* Checks that a dataset, at `path`, has the shape and classes that the model at `model` was trained
 * on. */
ERROR_CHECKED int model_file_dataset_check(const struct model_file_dataset *m, const char *model,
                                           const struct dataset *d, const char *path,
                                           struct error *e);
