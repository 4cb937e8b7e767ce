/* The run directory: the results of a run, under a name that is derived from everything that
 * determines them.
 *
 *   runs/NAME-ID/config.json         the resolved config; ./train on it reproduces the run
 *                metrics.csv         one row per epoch; reproducible values only
 *                model.safetensors   the model (runs/model_file.h)
 *                result.json         the results, and how they were produced; written last
 *                report.html         all of these on one page (report/page.h)
 *                state               what a run with more epochs goes on from (checkpoint.h)
 *   runs/latest                      a link to the newest run in runs/
 *
 * With early stopping, model.safetensors is the best model and model.last.safetensors the last one.
 * onehot calibrate adds model.calibrated.safetensors.
 * During the run, the metrics are in metrics.partial.csv, an interrupted run continues from
 * checkpoint (checkpoint.h), and the process holds the file lock. */
#pragma once

#include "base/file.h"
#include "base/sha256.h"
#include "runs/checkpoint.h"
#include "runs/extend.h"
#include "train/evaluation.h"

#include <stdio.h>

struct run {
    char id[SHA256_HEX]; /* training.h */
    char directory[FILE_PATH];
    struct extend extends;    /* the run that it goes on from ... */
    struct error why;         /* ... or why it cannot */
    char earlier[SHA256_HEX]; /* SHA-256 of the model that an earlier run left here, or "" */
    char model[SHA256_HEX];   /* SHA-256 of the model; set by run_finish */
    char weights[SHA256_HEX]; /* of its tensors alone; likewise */
    struct text metrics;      /* metrics.csv so far */
    FILE *partial;            /* metrics.partial.csv */
    bool no_state;            /* set by the caller: keep no state */
    bool finished;            /* all files are written */
    bool locked;
    int lock;
    double start;           /* start time, moved forward by the length of all interruptions */
    double checkpoint_time; /* when the newest checkpoint was written */
    double checkpoint_cost; /* and how many seconds that took */
};

struct run_result {
    struct evaluation test; /* count 0: there is no test set */
    double seconds;         /* of the run, including the time before an interruption */
    struct string_list warnings;
};

/* Names and creates the directory of this run, locks it, and checks that it can be written. Fails
 * if it holds another run, unless this one is the same with more epochs, or if another process is
 * training in it. A run in runs/ may go on from another there. */
ERROR_CHECKED int run_open(struct run *r, const struct training *t, struct error *e);

/* Call after run_open: if the directory holds a checkpoint, or if the run extends another, restores
 * the training and the metrics from it, as checkpoint_read does. `fresh` starts over instead. */
ERROR_CHECKED int run_resume(struct run *r, struct training *t, bool fresh, struct error *damage,
                             struct error *e);

/* Whether a checkpoint is due, before a step: train.checkpoint_seconds after the last one; and at
 * the start of an epoch, unless checkpoints would take more than 2 % of the time. */
bool run_save_due(const struct run *r, const struct training *t);

/* Writes a checkpoint, before a step. */
ERROR_CHECKED int run_save(struct run *r, const struct training *t, struct error *e);

/* Adds a row to the metrics. */
ERROR_CHECKED int run_epoch(struct run *r, const struct train_epoch *row, struct error *e);

/* Writes the files and removes the checkpoints. If an earlier run left another model here, that
 * model is left as it is, this one is written to model.differs.safetensors, and the call fails. */
ERROR_CHECKED int run_finish(struct run *r, struct training *t, const struct run_result *result,
                             struct error *e);

/* Closes and unlocks. After a failure it also removes a directory that is still empty. */
void run_close(struct run *r);
