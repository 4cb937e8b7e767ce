/* The run directory: where the results of a training are kept, under a name made of what decides
 * them.
 *
 *   runs/NAME-ID/config.json         the resolved config; ./train on it reproduces the run
 *                metrics.csv         a row an epoch; only what is reproducible
 *                model.safetensors   the model (runs/model_file.h)
 *                result.json         the figures, and how they came about; written last
 *                report.html         all of it on one page, made of these (report/page.h)
 *   runs/latest                      a link to the newest of those in runs/
 *
 * With early stopping, model.safetensors is the best model and model.last.safetensors the last one.
 * onehot calibrate adds model.calibrated.safetensors.
 * While the run goes on, its metrics are in metrics.partial.csv, what an interrupted run goes on
 * from is in checkpoint (checkpoint.h), and its process holds the file lock. */
#pragma once

#include "runs/checkpoint.h"
#include "runs/model_file.h"
#include "train/evaluation.h"

#include <stdio.h>

struct run {
    char id[SHA256_HEX]; /* SHA-256 of config, dataset digest and numerics version */
    char directory[FILE_PATH];
    char earlier[SHA256_HEX]; /* SHA-256 of the model that an earlier run left here, or "" */
    char model[SHA256_HEX];   /* SHA-256 of the model; run_finish sets it */
    struct text metrics;      /* metrics.csv so far */
    bool finished;            /* all files are written */
    FILE *partial;
    bool locked;
    int lock;
    double start;       /* time of the run's begin, as if it had never been interrupted */
    double saved, cost; /* time of the newest checkpoint; seconds that it took */
};

/* What goes into result.json besides hashes and provenance. */
struct run_result {
    struct evaluation test; /* count 0: there is no test set */
    double seconds;         /* of the run, what was done before an interruption included */
    struct string_list warnings;
};

/* Names and makes the directory of this training, locks it, and checks that it can be written.
 * Refuses one that holds another run, and one in which another process is training. */
ERROR_CHECKED int run_open(struct run *r, const struct training *t, struct error *e);

/* After run_open, where the directory holds a checkpoint: puts the training where that says, and
 * the metrics with it. `fresh` starts over instead. As checkpoint_read. */
ERROR_CHECKED enum checkpoint_found run_resume(struct run *r, struct training *t, bool fresh,
                                               struct error *damage, struct error *e);

/* Whether it is time for a checkpoint, before a step: train.checkpoint_seconds after the last one;
 * and at the start of an epoch, unless checkpoints would take more than a fiftieth of the time. */
bool run_save_due(const struct run *r, const struct training *t);

/* Writes a checkpoint, before a step. */
ERROR_CHECKED int run_save(struct run *r, const struct training *t, struct error *e);

/* Adds a row to the metrics. */
ERROR_CHECKED int run_epoch(struct run *r, const struct train_epoch *row, struct error *e);

/* Writes the files, and removes the checkpoints. Where an earlier run's model differs from this
 * one's, that is kept, this one becomes model.differs.safetensors, and the call fails. */
ERROR_CHECKED int run_finish(struct run *r, struct training *t, const struct run_result *result,
                             struct error *e);

/* Closes what is open, and unlocks; after a failure, a directory that was left empty goes away,
 * too. */
void run_close(struct run *r);
