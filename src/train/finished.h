/* What a run left in its directory (run.h), read back. The files are treated as anybody's. */
#ifndef ONEHOT_TRAIN_FINISHED_H
#define ONEHOT_TRAIN_FINISHED_H

#include "base/error.h"
#include "base/sha256.h"

/* A row of metrics.csv; NaN for what is not there (validation without a validation set). */
struct finished_row {
    int epoch; /* 0: there is no row */
    double train_loss, train_accuracy;
    double validation_loss, validation_accuracy;
};

struct finished {
    struct finished_row row;         /* of the epoch that gave the model */
    double test_loss, test_accuracy; /* NaN without a test set */
    double seconds;
    char model[SHA256_HEX]; /* SHA-256 of model.safetensors */
};

/* The finished run in that directory, whose identity (identity.h) is `id`; NULL takes any. Fails
 * where none is there: result.json, which is written last, is missing or cannot be read. */
ERROR_CHECKED int finished_read(struct finished *f, const char *directory, const char *id,
                                struct error *e);

/* The last row that a run has written so far. Fails, quickly, where there is none. */
ERROR_CHECKED int finished_progress(struct finished_row *row, const char *directory,
                                    struct error *e);

#endif
