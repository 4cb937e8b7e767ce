/* A trained model as a safetensors file: its parameters by name, and as metadata everything that
 * evaluate and predict need. torch.nn.Sequential loads it unchanged:
 * load_state_dict(load_file("model.safetensors")).
 *
 *   format               "pt", as in files that PyTorch writes
 *   onehot.config        the config, without default values, names and paths (config_write_short)
 *   onehot.dataset       what the model was trained on (struct model_file_dataset)
 *   onehot.calibration   if calibrated: the temperature that replaces the loss's
 *   onehot.numerics      the version of the numerics contract
 *   onehot.run           the run's ID (training.h) */
#pragma once

#include "base/file.h"
#include "train/train.h"

/* What the model was trained on: "onehot.dataset". */
struct model_file_dataset {
    int height, width, channels;
    double mean; /* of the training pixels, 0 .. 1, low for light on dark; 0 for a table */
    struct string_list classes;
    const char *digest;
    bool multi_label;
    double scaling_mean, scaling_stddev; /* data/scaling.h */
    struct string_list columns;          /* of a table; none for images */
    struct number_list scaling_means, scaling_stddevs;
    struct specs features; /* how the columns follow from a file's (data/tables/features.h) */
};

struct model_file {
    struct config config; /* with name and data.path from the run's config.json, if it exists */
    struct model_file_dataset dataset;
    struct scaling scaling;
    struct model *model;
    char path[FILE_PATH];
    char sha256[SHA256_HEX]; /* of its bytes */
    struct arena arena;      /* owns everything but the model */
};

/* The path of a model file: the argument itself, or the model file in that run directory. */
ERROR_CHECKED int model_file_path(const char *run_or_model, char path[FILE_PATH], struct error *e);

/* Reads a model file, which may be hostile, or the one in a run directory, for passes of up to
 * `rows` samples. NULL on failure. */
ERROR_CHECKED struct model_file *model_file_read(const char *run_or_model, int rows,
                                                 struct error *e);

/* The same from memory, with a table like config_keys; `where` names it in errors. */
ERROR_CHECKED struct model_file *model_file_parse(const struct key *keys, const char *bytes,
                                                  size_t size, const char *where, int rows,
                                                  struct error *e);
void model_file_free(struct model_file *f); /* NULL is fine */

/* Reads the run's ID from a model file; "" if it has none. */
ERROR_CHECKED int model_file_run(const char *path, char id[SHA256_HEX], struct error *e);

/* Appends the bytes of the model file of this training, whose run is `id`. */
ERROR_CHECKED int model_file_write(const struct training *t, const char *id, struct text *out,
                                   struct error *e);

/* Appends the bytes of the model file at `path`, calibrated to predict softmax(z / temperature). */
ERROR_CHECKED int model_file_calibrate(const char *path, double temperature, struct text *out,
                                       struct error *e);
ERROR_CHECKED int model_file_calibrate_bytes(const char *bytes, size_t size, const char *where,
                                             double temperature, struct text *out, struct error *e);

/* Reads an image file into the model's height x width x channels pixels, converted as in training.
 * Another size or number of channels is an error, unless `fit`, or if the options of the training
 * convert them; `how` names in errors what sets `fit`. */
ERROR_CHECKED int model_file_image(const struct model_file *f, const char *path, bool fit,
                                   const char *how, uint8_t *pixels, struct error *e);

/* The training, validation or test samples of a checked dataset. Fails if there are none. */
ERROR_CHECKED int model_file_samples(const struct model_file *f, const struct dataset *d,
                                     const char *path, int which, struct arena *a,
                                     struct sample_set *samples, struct error *e);

/* ---- model_file_dataset.c ---- */

/* Appends the dataset as JSON; and reads such JSON, which may be hostile, into the arena, and sets
 * the scaling that it describes. `path` names the model file in errors. */
void model_file_dataset_write(const struct training *t, struct text *out);
ERROR_CHECKED int model_file_dataset_read(struct model_file_dataset *m, struct scaling *scaling,
                                          const char *json, const char *path, struct arena *a,
                                          struct error *e);

/* What a dataset must be like for the model to read it; points into *m. */
struct dataset model_file_dataset_expected(const struct model_file_dataset *m);

/* Checks that the dataset at `path` has the shape and the classes that `model` was trained on. */
ERROR_CHECKED int model_file_dataset_check(const struct model_file_dataset *m, const char *model,
                                           const struct dataset *d, const char *path,
                                           struct error *e);
