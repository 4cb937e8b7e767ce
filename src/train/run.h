/* The run directory: where the results of a training are kept, under a name made of what decides
 * them.
 *
 *   runs/NAME-ID/config.json         the resolved config; ./train on it reproduces the run
 *                metrics.csv         a row an epoch; only what is reproducible
 *                model.safetensors   the model (saved.h)
 *                result.json         the figures, and how they came about; written last
 *   runs/latest                      a link to the newest of those in runs/
 *
 * While the run goes on, its metrics are in metrics.partial.csv. */
#ifndef ONEHOT_TRAIN_RUN_H
#define ONEHOT_TRAIN_RUN_H

#include "train/evaluation.h"
#include "train/saved.h"

#include <stdio.h>

struct run {
    char id[SHA256_HEX]; /* SHA-256 of config, dataset digest and numerics version */
    char directory[FILE_PATH];
    char earlier[SHA256_HEX]; /* SHA-256 of the model that an earlier run left here, or "" */
    char model[SHA256_HEX];   /* SHA-256 of the model; run_finish sets it */
    struct text metrics;      /* metrics.csv so far */
    bool finished;            /* all files are written */
    FILE *partial;
};

/* What goes into result.json besides hashes and provenance. */
struct run_result {
    struct evaluation test; /* count 0: there is no test set */
    double seconds, training_seconds;
    long long samples; /* trained on, over all epochs */
};

/* Names and makes the directory of this training, and checks that it can be written. Refuses one
 * that holds another run. */
ERROR_CHECKED int run_open(struct run *r, const struct training *t, struct error *e);

/* Adds a row to the metrics. */
ERROR_CHECKED int run_epoch(struct run *r, const struct train_epoch *row, struct error *e);

/* Writes the files. Where an earlier run's model differs from this one's, that is kept, this one
 * becomes model.differs.safetensors, and the call fails. */
ERROR_CHECKED int run_finish(struct run *r, const struct training *t,
                             const struct run_result *result, struct error *e);

/* Closes what is open; after a failure, a directory that was left empty goes away, too. */
void run_close(struct run *r);

#endif
