/* The results of a run, in a directory whose name is derived from everything that determines them.
 *
 *   runs/NAME-ID/config.json         the resolved config; ./train on it reproduces the run
 *                metrics.csv         one row per epoch; reproducible values only
 *                model.safetensors   the model (runs/model_file.h)
 *                result.json         the results, and how they were produced; written last
 *                report.html         all of these on one page (report/page.h)
 *                state               what a run with more epochs continues from (checkpoint.h)
 *   runs/latest                      a link to the newest run in runs/
 *
 * With early stopping, model.safetensors is the best model and model.last.safetensors the last one.
 * onehot calibrate adds model.calibrated.safetensors.
 * During the run, the metrics are in metrics.partial.csv, an interrupted run continues from
 * checkpoint (checkpoint.h), and the process holds the file lock (base/file_lock.h). */
#pragma once

#include "base/file_lock.h"
#include "runs/checkpoint.h"

/* A finished run to continue from: one with the same config and data, but fewer epochs. The longer
 * run ends with the same bytes as if it had trained all of its epochs itself. */
struct extend {
    int epochs; /* that it has trained; 0: there is no such run */
    char directory[FILE_PATH], id[SHA256_HEX];
};

struct run {
    char id[SHA256_HEX]; /* training.h */
    char directory[FILE_PATH];
    struct extend extends;    /* the run that this one continues from ... */
    struct error why;         /* ... or why it cannot */
    char earlier[SHA256_HEX]; /* SHA-256 of an earlier run's model in this directory, or "" */
    char model[SHA256_HEX];   /* SHA-256 of the model; set by run_finish */
    char weights[SHA256_HEX]; /* of its tensors alone; set by run_finish, too */
    struct text metrics;      /* metrics.csv so far */
    int partial;              /* the descriptor of metrics.partial.csv; 0: no epoch has ended */
    bool no_state;            /* set by the caller: do not keep the state */
    bool finished;            /* all files have been written; the caller's report.html, too */
    bool locked, made;        /* the directory: by this process */
    struct file_lock lock;
    double start;           /* start time, plus the length of all interruptions */
    double checkpoint_time; /* when the last checkpoint was written ... */
    double checkpoint_cost; /* ... and how many seconds that took */
};

struct run_result {
    struct evaluation test; /* count 0: there is no test set */
    double seconds;         /* of the run, including the time before an interruption */
};

/* Names, creates and locks the run's directory. Fails if another process is training in it, or if
 * it has a run that this one neither repeats nor extends; and, before anything is written, if one
 * of the files above is there, but no run of onehot. A run in runs/ may extend any there. */
ERROR_CHECKED int run_open(struct run *r, const struct training *t, struct error *e);

/* After run_open: restores the training and the metrics from the directory's checkpoint, as
 * checkpoint_read does, or from the run that this one extends. `fresh` starts over instead. */
ERROR_CHECKED int run_resume(struct run *r, struct training *t, bool fresh, struct error *damage,
                             struct error *e);

/* Writes a checkpoint between two steps. One is due train.checkpoint_seconds after the last one,
 * and at the start of an epoch, unless checkpoints would take more than 2 % of the time. */
bool run_save_due(const struct run *r, const struct training *t);
ERROR_CHECKED int run_save(struct run *r, const struct training *t, struct error *e);

/* Adds an epoch's row to the metrics. */
ERROR_CHECKED int run_epoch(struct run *r, const struct train_epoch *row, struct error *e);

/* Writes the files. Fails if an earlier run left a different model
 * here: that model stays, and this one is written to model.differs.safetensors. */
ERROR_CHECKED int run_finish(struct run *r, struct training *t, const struct run_result *result,
                             struct error *e);

/* Closes and unlocks the run. Removes the checkpoints of a finished one; after a failure, the
 * directory if this run made it and it is still empty. */
void run_close(struct run *r);

/* ---- extend.c ---- */

/* Sets *x to the run in the directory if this training extends it, otherwise to zero. If it extends
 * the run but cannot continue from it, *why is the reason. */
ERROR_CHECKED int extend_match(struct extend *x, const struct training *t, const char *directory,
                               struct error *why, struct error *e);

/* The same for the longest of the runs in runs/ that have the config's name. */
ERROR_CHECKED int extend_find(struct extend *x, const struct training *t, struct error *why,
                              struct error *e);
