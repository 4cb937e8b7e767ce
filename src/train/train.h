/* Training: what it needs, set up from a config, and the loop over the epochs. */
#ifndef ONEHOT_TRAIN_TRAIN_H
#define ONEHOT_TRAIN_TRAIN_H

#include "base/thread_tuner.h"
#include "model/model.h"
#include "optim/optim.h"
#include "optim/schedule.h"
#include "train/batch.h"
#include "train/config.h"

/* The version of the numerics contract: it names which bits a config gives. */
#define TRAIN_NUMERICS "1"

/* Where a training stands: with theta and the optimizer's vectors it is all that the rest depends
 * on. All zero is the start. */
struct train_progress {
    int epochs;        /* that are complete */
    int steps, errors; /* of the next one: its steps so far, below training.steps; errors in them */
    double sum;        /* of the losses in them */
    double seconds;    /* that all training steps took: it decides nothing */
    int best_epoch;    /* of early stopping: 1 .. epochs, or 0 where there is none yet ... */
    double best_value; /* ... and its validation loss or accuracy */
};

struct training {
    struct config config;
    struct dataset *data;
    struct scaling scaling;
    struct sample_set train, validation, test; /* the last two may be empty */
    struct model *model;
    struct optim optim;
    struct schedule schedule;
    int steps;                /* in an epoch */
    int *order;               /* train.count: this epoch's order */
    struct thread_pool *pool; /* the threads; pace decides how many of them a step takes */
    struct thread_tuner tuner;
    struct train_progress at;
    real *best;         /* theta of at.best_epoch; NULL where early stopping is off */
    struct arena arena; /* owns the config, sample sets, optimizer state, order, best */
};

/* The part of training_new (runs/training.h) that comes after reading (prepare.c): from t->config
 * and the training set to sample sets, initial model and optimizer. `where` names the source of the
 * layers in errors. */
ERROR_CHECKED int prepare_training(struct training *t, const struct split *train, int features,
                                   int classes, const char *where, struct error *e);

/* One row of metrics.csv. Losses are means in nats, accuracies shares of 1. Those of training are
 * taken during the epoch, while the model moves, and are of what is optimised: with dropout and
 * class weights. Those of validation (or NaN) are taken at its end, without. */
struct train_epoch {
    int epoch;            /* 1 .. epochs */
    long long step;       /* steps so far */
    double learning_rate; /* of the last of them */
    double train_loss, train_accuracy;
    double validation_loss, validation_accuracy;
    double seconds; /* that the training steps of this call of train_run took: not in metrics.csv */
    int samples;    /* in those steps: neither */
};

/* Whom to tell. Any may be NULL. A failing `epoch` or `pause` stops the training. */
struct train_observer {
    void *context;
    void (*step)(void *context, int epoch, int step, int steps, double loss);
    int (*epoch)(void *context, const struct train_epoch *row, struct error *e);

    /* Before each step: training.at says exactly where the training stands, and a training that is
     * put there again goes on as if nothing had been between. */
    int (*pause)(void *context, struct error *e);
};

/* Puts the samples of the training set into t->order, as this epoch (1 ..) takes them. */
void train_order(struct training *t, int epoch);

/* One step, on n samples, t->order[first] and following, n at most the batch size: adds their
 * losses to *sum and returns how many of them the model got wrong before the step. */
int train_step(struct training *t, struct update update, int first, int n, double *sum);

/* The epoch loop (train.c), from t->at on. Fails at the first loss that is not finite. With early
 * stopping the model is the best one in the end, and t->best the last. */
ERROR_CHECKED int train_run(struct training *t, const struct train_observer *observer,
                            struct error *e);

#endif
