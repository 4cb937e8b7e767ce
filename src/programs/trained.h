/* A trained model and the samples to run it on, for evaluate, calibrate, report, boundary, export
 * and predict, which reads its samples itself. */
#pragma once

#include "runs/model_file.h"
#include "ui/command.h"
#include "json/json.h"

enum { TRAINED_ROWS = 256 }; /* of a forward pass */

struct trained {
    struct thread_pool *pool;
    struct model_file *file;
    struct dataset *data; /* NULL before trained_read */
    const char *path;     /* of the dataset */
    struct arena arena;   /* the command's */
};

/* Start the threads and read the model: from a model file or a run directory; only from a run
 * directory. *t is zeroed before. Call trained_free even after a failure. */
ERROR_CHECKED int trained_open(struct trained *t, const char *run_or_model, int threads,
                               struct error *e);
ERROR_CHECKED int trained_open_run(struct trained *t, const char *run, int threads,
                                   struct error *e);
void trained_free(struct trained *t);

/* The option of the commands that need the training data itself. */
#define MOVED_DATA_OPTION OPTION(data, TEXT, "PATH", "where the run's dataset is now")

/* Reads the dataset at `path` (NULL: the training data), converted as in training, and checks that
 * it has the model's inputs and classes. If it is not the training data and has no test set of its
 * own, all of it is the test set, and notes on it are printed to stderr. */
ERROR_CHECKED int trained_read(struct trained *t, const char *path, struct error *e);

/* Whether this is the dataset that the model was trained on, byte for byte. */
bool trained_on(const struct trained *t);

/* The option of the commands that predict, for two classes or several labels; its field is NaN if
 * it is not given. */
#define THRESHOLD_OPTION                                                                           \
    OPTION(threshold, REAL, "P",                                                                   \
           "predict a label, or the second of two classes, if p >= P (default: 0.5)", .min = 0,    \
           .max = 1, .initial = (double)NAN)

/* Sets the model's threshold, unless `threshold` is NaN. Fails for a model that has other than two
 * classes and is not multi-label. */
ERROR_CHECKED int trained_set_threshold(const struct command *c, double threshold,
                                        struct model_file *s, struct error *e);
