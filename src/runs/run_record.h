/* A run directory, read back: the config of the run and its results. Its files may be hostile. */
#pragma once

#include "base/error.h"
#include "base/file.h"
#include "base/sha256.h"
#include "train/config.h"
#include "json/flat_json.h"

struct run_record {
    const char *directory;
    bool finished; /* result.json exists: it is written last */

    struct config config;      /* all zero if config.json does not exist yet */
    struct flat_json settings; /* the config by dotted names, with every default */
    struct flat_json chosen;   /* config_write_short's: only what is not at its default */
    const char *layers;        /* "300 relu 10": their units, or types; "" without a config */

    /* From result.json; NaN for missing values. An unfinished run has only the number of epochs so
     * far. */
    double accuracy, errors, loss, epochs, best_epoch, samples_per_second, seconds;
    char model[SHA256_HEX], weights[SHA256_HEX], dataset[SHA256_HEX]; /* SHA-256, or "" */

    struct arena arena;
};

/* Reads the directory, whose name is not copied. Call run_record_free even after a failure. */
ERROR_CHECKED int run_record_read(struct run_record *r, const char *directory, struct error *e);
void run_record_free(struct run_record *r);

/* ---- run_diff.c: the first difference between two files that should be identical, since they come
 * from the same config; either may be hostile ---- */

/* For two model files with different bytes. Fills the error with the first difference, as the end
 * of a sentence: `tensor "0.weight" differs in 3 of 100480 elements, first in [5][17]: 0.25 then,
 * 0.5 now`. */
void run_diff_models(const char *then, const char *now, struct error *e);

/* The same for metrics.csv: `row 3: train_loss was 0.25 and is 0.5`. */
void run_diff_metrics(const char *then, const char *now, struct error *e);
