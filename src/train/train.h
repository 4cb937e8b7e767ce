/* Training: its state, the step, and the loop over epochs. */
#pragma once

#include "base/thread_tuner.h"
#include "optim/optim.h"
#include "optim/schedule.h"
#include "train/config.h"
#include "train/evaluation.h"
#include "train/exchange.h"

/* The version of the numerics contract (docs/numerics.md). */
#define TRAIN_NUMERICS "1"

/* How far training has come; zeroed at the start. The rest depends only on this, theta, best,
 * average and the optimizer's state. */
struct train_progress {
    int epochs;        /* completed */
    int steps, errors; /* in the next epoch: steps done, < training.steps, and errors in them, of
                          which each rank counts those of its samples */
    double sum;        /* of the losses in these steps */
    double seconds;    /* of all training steps; nothing depends on it */
    int best_epoch;    /* of early stopping: 1 .. epochs; 0 if there is none yet */
    double best_value; /* its validation loss or accuracy */
    struct string_list warnings; /* of the first epoch (train/diagnosis.h), for the report */
};

struct training {
    struct config config;
    struct dataset *data;
    struct scaling scaling;
    struct sample_set train, validation, test; /* the last two may be empty */
    struct model *model;
    bool *taken; /* [layers]: whether "start_from" set its parameters; NULL without one */
    struct optim optim;
    struct schedule schedule;
    int steps;                /* per epoch */
    int *order;               /* [train.count]: the samples, shuffled */
    int ordered;              /* the epoch that they are shuffled for; 0: none yet */
    struct pair *pairs;       /* the model's input as lists of pixels; NULL: act[0] is used */
    struct thread_pool *pool; /* `tuner` chooses how many of its threads are active */
    struct thread_tuner tuner;
    struct exchange exchange; /* between ranks */
    struct train_progress at;
    real *best;         /* theta of at.best_epoch; NULL without early stopping */
    real *average;      /* the mean of theta, once it has begun; NULL without one */
    struct arena arena; /* owns the rest: config, sample sets, optimizer state, order, ... */
};

/* prepare.c: creates what training needs, for training_new (runs/training.h), from t->config,
 * t->pool and the shape, the number of classes and the splits of t->data. `where` says where the
 * layers were set, for errors. */
ERROR_CHECKED int prepare_training(struct training *t, const char *where, struct error *e);

/* One row of metrics.csv. Losses are means in nats, accuracies are fractions. Those of training are
 * measured during the epoch, while the model changes, and include dropout and class weights; those
 * of validation (NaN if there is none) are measured after it, without them. */
struct train_epoch {
    int epoch;            /* 1 .. epochs */
    long long step;       /* steps so far */
    double learning_rate; /* of the last step */
    double train_loss, train_accuracy;
    double validation_loss, validation_accuracy;
    double seconds; /* of the training steps in this call of train_run; not in metrics.csv */
    int samples;    /* in those steps; not in metrics.csv */
};

/* Callbacks; any may be NULL. Training stops if `epoch` or `pause` fails. */
struct train_observer {
    void *context;
    void (*step)(void *context, int epoch, int step, double loss);
    int (*epoch)(void *context, const struct train_epoch *row, struct error *e);

    /* Called before each step, when training.at is up to date: a training that is restored to it
     * continues as if it had not been interrupted. */
    int (*pause)(void *context, struct error *e);
};

/* Sets t->order for this epoch, 1 or later, and with it how its samples are distorted. */
void train_order(struct training *t, int epoch);

/* One step on the n samples from t->order[first] on, at most a batch, on the active threads of
 * t->pool and all ranks; their number does not affect the result. Adds the samples' losses to *sum.
 * Returns how many of them the model misclassified before the step. */
int train_step(struct training *t, struct update update, int first, int n, double *sum);

/* The loop over epochs, from t->at on. Fails at the first loss that is not finite. At the end the
 * model's parameters are swapped with t->average, if there is one; then, with early stopping, with
 * t->best. */
ERROR_CHECKED int train_run(struct training *t, const struct train_observer *observer,
                            struct error *e);

/* The second part of a step without clipping: computes the gradient of a block over n samples, and
 * applies it, while it is in the cache. */
void train_block(struct training *t, struct update update, int n, const struct param_block *b);

/* Exchanges n numbers. */
static inline void train_swap(real *a, real *b, size_t n) {
    for (size_t i = 0; i < n; i++) {
        real old = a[i];
        a[i] = b[i];
        b[i] = old;
    }
}

/* ---- clip.c: gradient clipping by the global norm ----
 *
 * A gradient that is longer than a bound is scaled down to that length and keeps its direction, so
 * that one odd batch cannot throw the parameters far off. As in torch.nn.utils.clip_grad_norm_.
 * Source: Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural
 * networks" (section 3.2). */
double clip_norm(const struct model *m);                      /* the length of grad, in double */
double clip_coefficient(const struct model *m, double bound); /* min(1, bound / (length + 1e-6)) */
void clip_scale(real *grad, size_t n, double coefficient);    /* multiplies by a coefficient <= 1 */

/* ---- best.c: early stopping ----
 *
 * Keeps the parameters of the best epoch: the one with the smallest validation loss or the largest
 * validation accuracy, the first of equals. Training stops after "patience" epochs in a row that
 * are not better. All of this is off if "monitor" is "none". */
void best_epoch(struct training *t, const struct train_epoch *row); /* after each epoch */
bool best_stops(const struct training *t);                          /* whether to stop now */
void best_restore(struct training *t); /* swaps the parameters with the best ones, if any */

/* ---- average.c: averaged parameters ----
 *
 * From epoch "from" on, the average of the parameters moves towards them after each step n:
 *
 *   average += max(1 / n, 1 - decay) (theta - average)
 *
 * With a decay of 1 it is the mean of all n, and otherwise a mean that forgets exponentially, once
 * 1 / (1 - decay) steps are in it. Training itself continues from theta. Source: Polyak and
 * Juditsky 1992, "Acceleration of stochastic approximation by averaging". */
void average_step(struct training *t, long long step, const struct param_block *b);
void average_swap(struct training *t); /* swaps the parameters with the average, if it has begun */
