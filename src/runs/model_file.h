/* A trained model as a file: parameters by name, and in the metadata all that evaluate and predict
 * need. torch.nn.Sequential loads it unchanged: load_state_dict(load_file("model.safetensors")).
 *
 *   format: "pt": how PyTorch's files say that tensors are PyTorch's
 *
 *   onehot.config: the config, without what is at its default (config_write_short)
 *
 *   onehot.dataset: size of the pictures, or the columns of a table; class names, whether there may
 *     be several a sample, mean pixel, the dataset's digest; the scaling where it is not the unit
 *     one
 *
 *   onehot.calibration: in a calibrated model, the temperature that replaces the loss's own
 *
 *   onehot.numerics: the version of the numerics contract
 *
 *   onehot.run: the run's identity, whose first 8 digits name its directory */
#pragma once

#include "base/file.h"
#include "train/train.h"

/* What the model was trained on. */
struct model_file_dataset {
    int height, width, channels;
    double mean; /* of the training pixels, 0 .. 1: tells ink on paper from light on dark; of a
                  * table: 0 */
    struct string_list classes;
    const char *digest;
    bool several;                           /* a sample may be of several classes, or of none */
    double scaling_mean, scaling_deviation; /* data/scaling.h */
    struct string_list columns;             /* of a table; none: pictures */
    struct number_list scaling_means, scaling_deviations;
};

struct model_file {
    struct config config;
    struct model_file_dataset dataset;
    struct scaling scaling; /* what the model is to see of a picture */
    struct model *model;
    char path[FILE_PATH]; /* of the model file */
    struct arena arena;
};

/* The model file of that run directory, or the file itself. */
ERROR_CHECKED int model_file_path(const char *run_or_model, char path[FILE_PATH], struct error *e);

/* The model in that file, or in that run directory, for passes of up to `rows` samples. */
ERROR_CHECKED struct model_file *model_file_read(const char *run_or_model, int rows,
                                                 struct error *e);
void model_file_free(struct model_file *s); /* NULL is fine */

/* The identity in the metadata of a model file, into id; "" where it has none. */
ERROR_CHECKED int model_file_run(const char *path, char id[SHA256_HEX], struct error *e);

/* The bytes of the model file of this training, whose identity is `id`. */
ERROR_CHECKED int model_file_write(const struct training *t, const char *id, struct text *out,
                                   struct error *e);

/* The bytes of the model file at `path` with this temperature in its metadata: what saved_read then
 * makes of it predicts softmax(z / temperature). The tensors are the same. */
ERROR_CHECKED int model_file_calibrate(const char *path, double temperature, struct text *out,
                                       struct error *e);

/* The samples for testing, those that were set aside for validation, or those that the model was
 * trained on, of a dataset that saved_check_dataset has passed; `path` names it in errors. */
enum model_file_split { MODEL_FILE_TRAIN, MODEL_FILE_VALIDATION, MODEL_FILE_TEST };
ERROR_CHECKED int model_file_samples(const struct model_file *s, const struct dataset *d,
                                     const char *path, enum model_file_split which, struct arena *a,
                                     struct sample_set *samples, struct error *e);

/* Whether the dataset has the size and classes that the model was trained on. */
ERROR_CHECKED int model_file_check_dataset(const struct model_file *s, const struct dataset *d,
                                           const char *path, struct error *e);
