/* A trained model as a safetensors file: its parameters by name, and as metadata everything that
 * evaluate and predict need. torch.nn.Sequential loads it unchanged:
 * load_state_dict(load_file("model.safetensors")).
 *
 *   format               "pt", as in files that PyTorch writes
 *   onehot.config        the config, without default values, names and paths (config_write_short)
 *   onehot.dataset       what the model was trained on (model_file_dataset.c)
 *   onehot.calibration   if calibrated: the temperature that replaces the loss's
 *   onehot.numerics      the version of the numerics contract
 *   onehot.run           the run's ID (training.h) */
#pragma once

#include "base/file.h"
#include "train/train.h"

struct model_file {
    struct config config;   /* with name and data.path from the run's config.json, if it exists */
    struct dataset dataset; /* what the model was trained on, without its samples */
    double mean; /* of the training pixels, 0 .. 1, low for light on dark; of a table 0 */
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
SCOPED_TYPE(model_file)

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

/* Appends the dataset and its scaling as JSON; and reads such JSON, which may be hostile, into the
 * model file, whose path names it in errors. */
void model_file_dataset_write(const struct training *t, struct text *out);
ERROR_CHECKED int model_file_dataset_read(struct model_file *f, const char *json, struct error *e);

/* Checks that the dataset at `path` has the shape and the classes that `model` was trained on. */
ERROR_CHECKED int model_file_dataset_check(const struct dataset *trained, const char *model,
                                           const struct dataset *d, const char *path,
                                           struct error *e);
