/* Training: what it needs, and the loop over epochs. */
#pragma once

#include "base/thread_tuner.h"
#include "model/model.h"
#include "optim/optim.h"
#include "optim/schedule.h"
#include "train/batch.h"
#include "train/config.h"

/* The version of the numerics contract, which decides the bits that a config gives. */
#define TRAIN_NUMERICS "1"

/* How far a training has come. The rest of the training depends only on this, theta and the
 * optimizer's state. All zero is the start. */
struct train_progress {
    int epochs;        /* completed */
    int steps, errors; /* steps done in the next epoch, < training.steps, and the errors in them */
    double sum;        /* of the losses in those steps */
    double seconds;    /* of all training steps; nothing depends on it */
    int best_epoch;    /* of early stopping: 1 .. epochs, or 0 if there is none yet */
    double best_value; /* its validation loss or accuracy */
};

struct training {
    struct config config;
    struct dataset *data;
    struct scaling scaling;
    struct sample_set train, validation, test; /* the last two may be empty */
    struct model *model;
    bool *taken; /* [layers]: whose parameters are from the start_from file; NULL without one */
    struct optim optim;
    struct schedule schedule;
    int steps;                /* per epoch */
    int *order;               /* [train.count]: the samples in this epoch's order */
    struct thread_pool *pool; /* tuner chooses how many of its threads a step uses */
    struct thread_tuner tuner;
    struct train_progress at;
    real *best;         /* theta of at.best_epoch; NULL without early stopping */
    struct arena arena; /* owns the config, sample sets, optimizer state, order, best */
};

/* The second half of training_new (runs/training.h), in prepare.c: from t->config and the dataset's
 * splits to sample sets, initial model and optimizer. `where` names the source of the layers in
 * errors. */
ERROR_CHECKED int prepare_training(struct training *t, const struct split *splits, int features,
                                   int classes, const char *where, struct error *e);

/* One row of metrics.csv. Losses are means in nats, accuracies fractions. Those of training are
 * measured during the epoch, while the model changes, on the function that is optimised, with
 * dropout and class weights. Those of validation (NaN if there is none) are measured at its end,
 * without them.
 */
struct train_epoch {
    int epoch;            /* 1 .. epochs */
    long long step;       /* steps so far */
    double learning_rate; /* of the last of them */
    double train_loss, train_accuracy;
    double validation_loss, validation_accuracy;
    double seconds; /* of the training steps in this call of train_run; not in metrics.csv */
    int samples;    /* in those steps; not in metrics.csv */
};

/* Callbacks. Any may be NULL. If `epoch` or `pause` fails, training stops. */
struct train_observer {
    void *context;
    void (*step)(void *context, int epoch, int step, double loss);
    int (*epoch)(void *context, const struct train_epoch *row, struct error *e);

    /* Called before each step. training.at is exact then: a training that is restored to it
     * continues exactly as if it had not been interrupted. */
    int (*pause)(void *context, struct error *e);
};

/* Sets t->order for this epoch, from 1. */
void train_order(struct training *t, int epoch);

/* One step on the n samples t->order[first] and following, n at most the batch size. Adds their
 * losses to *sum. Returns how many of them the model got wrong before the step. */
int train_step(struct training *t, struct update update, int first, int n, double *sum);

/* The loop over epochs, from t->at on. Fails at the first loss that is not finite. With early
 * stopping, the model ends with the best parameters, and t->best with the last ones. */
ERROR_CHECKED int train_run(struct training *t, const struct train_observer *observer,
                            struct error *e);

/* A training step, on one thread or divided among several (parallel_step.c). */
struct step {
    struct update update;
    const int *order; /* its samples */
    const int *next;  /* those of the next step, to be fetched from memory meanwhile, or NULL */
    int n;            /* how many of each */
};

/* Gradient, then update, of one block of parameters, while both are in a near cache. */
void train_block(struct training *t, const struct step *s, const struct param_block *b);

/* The update alone, from m->grad times a coefficient. */
void train_clipped_update(struct training *t, const struct step *s, const struct param_block *b,
                          double coefficient);

/* Computes what train.c's serial step computes, bit for bit, with the active threads of t->pool. */
void parallel_step(struct training *t, const struct step *s);

/* ---- best.c: early stopping ----
 *
 * It remembers the parameters of the epoch that was best on the validation set, and stops the
 * training when no better one comes. An epoch is better if its loss is smaller, or its accuracy
 * larger, than the best so far; of equal epochs, the first is the best. Training stops after
 * "patience" epochs in a row that are not better. If "monitor" is "none", all of this is off. */

/* Records an epoch that has just ended. */
void best_epoch(struct training *t, const struct train_epoch *row);

/* Whether to stop now. */
bool best_stops(const struct training *t);

/* Swaps the parameters with the best ones, if there are any. */
void best_restore(struct training *t);
