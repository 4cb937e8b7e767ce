/* Reads a run directory, whose files may be hostile: the run's config and its results. */
#pragma once

#include "base/file.h"
#include "base/sha256.h"
#include "train/config.h"
#include "json/flat_json.h"

enum {
    RUN_ACCURACY,
    RUN_ERRORS,
    RUN_LOSS,
    RUN_EPOCHS,
    RUN_BEST_EPOCH,
    RUN_SAMPLES_PER_SECOND,
    RUN_SECONDS,
    RUN_FIGURES
};
extern const char *const run_record_names[RUN_FIGURES]; /* in result.json: "test_accuracy", ... */

struct run_record {
    const char *directory;
    bool finished; /* result.json exists: it is written last */

    struct config config;      /* all zero if config.json does not exist yet */
    struct flat_json settings; /* the config by dotted names, with defaults */
    struct flat_json chosen;   /* the same without the keys that have their defaults */
    const char *layers;        /* "300 relu 10": their units, or types; "" without a config */

    /* From result.json; NaN if missing. An unfinished run has only its number of epochs so far. */
    double figures[RUN_FIGURES];
    char model[SHA256_HEX], weights[SHA256_HEX], dataset[SHA256_HEX]; /* SHA-256, or "" */

    struct arena arena;
};

/* The directory's name is not copied. Call run_record_free even after a failure. */
ERROR_CHECKED int run_record_read(struct run_record *r, const char *directory, struct error *e);
void run_record_free(struct run_record *r);

/* ---- run_diff.c: compares two files, perhaps hostile, that should be identical ---- */

/* Set the error to the first difference between unequal files, as the end of a sentence: `tensor
 * "0.bias" has a different shape`; `row 3: train_loss was 0.25 and is now 0.5`. */
void run_diff_models(const char *then, const char *now, struct error *e);
void run_diff_metrics(const char *then, const char *now, struct error *e);
