/* A run directory, read back: what was trained, and with what result. Its files may be hostile. */
#pragma once

#include "base/file.h"
#include "base/sha256.h"
#include "train/config.h"
#include "json/flat_json.h"

struct run_record {
    const char *directory;
    bool finished; /* there is a result.json, which is written last */

    struct config config;      /* all zero while there is no config.json */
    struct flat_json settings; /* the config by dotted names, with every default */

    /* From result.json; NaN for what it lacks. An unfinished run has only the epochs so far. */
    double accuracy, errors, loss, epochs, best_epoch, samples_per_second, seconds;
    char model[SHA256_HEX], dataset[SHA256_HEX]; /* SHA-256, or "" */

    struct arena arena;
};

/* Reads the directory, whose name is not copied. Call run_record_free even after a failure. */
ERROR_CHECKED int run_record_read(struct run_record *r, const char *directory, struct error *e);
void run_record_free(struct run_record *r);
