/* A run directory, read back: what was trained, and what came of it. Its files may be anybody's. */
#pragma once

#include "base/file.h"
#include "base/sha256.h"
#include "train/config.h"
#include "json/flat_json.h"

struct record {
    const char *directory;
    bool finished; /* result.json, which is written last, is there */

    struct config config;      /* all zero while there is no config.json */
    struct flat_json settings; /* the same by dotted names, with every default */

    /* Of result.json; NaN for what it does not say. Of an unfinished run only the epochs, so far.
     */
    double accuracy, errors, loss, epochs, best_epoch, samples_per_second, seconds;
    char model[SHA256_HEX], dataset[SHA256_HEX]; /* SHA-256, or "" */

    struct arena arena;
};

/* Reads the directory, whose name is not copied. Free by record_free, after a failure too. */
ERROR_CHECKED int record_read(struct record *r, const char *directory, struct error *e);
void record_free(struct record *r);
