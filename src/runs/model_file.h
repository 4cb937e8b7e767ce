/* A trained model as a safetensors file: its parameters by name, and metadata with everything that
 * evaluate and predict need. torch.nn.Sequential loads it unchanged:
 * load_state_dict(load_file("model.safetensors")).
 *
 *   format               "pt", as in files that PyTorch writes
 *   onehot.config        the config, without default values, names and paths (config_write_short)
 *   onehot.dataset       what the model was trained on (model_file_dataset.h)
 *   onehot.calibration   if calibrated: the temperature that replaces the loss's own
 *   onehot.numerics      the version of the numerics contract
 *   onehot.run           the id of the run (training.h) */
#pragma once

#include "base/file.h"
#include "runs/model_file_dataset.h"

struct model_file {
    struct config config; /* its name and dataset's path from the run's config.json, if there */
    struct model_file_dataset dataset;
    struct scaling scaling;
    struct model *model;
    char path[FILE_PATH];
    struct arena arena; /* owns all but the model */
};

/* The path of the model file: the argument itself, or the model file in that run directory. */
ERROR_CHECKED int model_file_path(const char *run_or_model, char path[FILE_PATH], struct error *e);

/* Reads a model file, or the one in a run directory, for passes of up to `rows` samples. The file
 * may be hostile. NULL on failure. */
ERROR_CHECKED struct model_file *model_file_read(const char *run_or_model, int rows,
                                                 struct error *e);
void model_file_free(struct model_file *f); /* NULL is fine */

/* Reads the run's id from a model file; "" if it has none. */
ERROR_CHECKED int model_file_run(const char *path, char id[SHA256_HEX], struct error *e);

/* Appends the bytes of the model file of this training, whose run is `id`. */
ERROR_CHECKED int model_file_write(const struct training *t, const char *id, struct text *out,
                                   struct error *e);

/* Appends the bytes of the model file at `path`, calibrated: with this temperature it predicts
 * softmax(z / temperature). The tensors are the same. */
ERROR_CHECKED int model_file_calibrate(const char *path, double temperature, struct text *out,
                                       struct error *e);

/* One set of samples of a checked dataset: those that the model was trained on, its validation set,
 * or the test set. Fails if there are none. */
enum model_file_split { MODEL_FILE_TRAIN, MODEL_FILE_VALIDATION, MODEL_FILE_TEST };
ERROR_CHECKED int model_file_samples(const struct model_file *f, const struct dataset *d,
                                     const char *path, enum model_file_split which, struct arena *a,
                                     struct sample_set *samples, struct error *e);
