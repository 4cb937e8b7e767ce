/* The contract of a loss: the model's last output (the logits z) and the target y, to one number
 * and the gradient that starts backpropagation.
 *
 * A new loss is one file that ends in a const struct loss_type, and one row in losses.c. */
#ifndef ONEHOT_LOSSES_LOSS_H
#define ONEHOT_LOSSES_LOSS_H

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"
#include "losses/target.h"

struct loss_type {
    /* Its name and hyperparameters. The options begin with `struct reals class_weights`, the keys
     * with CLASS_WEIGHTS_KEY: weights work alike on every loss, so that is done in loss.c, once. */
    struct kind kind;

    /* Whether one output will do for two classes. Then z and dz are N x 1 where p and y are N x 2.
     */
    bool one_output;
    /* Where in the options, by offsetof, others find what they ask for; 0: nowhere. */
    size_t temperature; /* a double T: p is softmax(z / T), in training and ever after */
    size_t teacher;     /* a const char *: the model whose logits the target has in training */

    /* From logits z (N x K) and target t the probabilities p (N x K) and the loss of each row, in
     * nats, into losses (N): in training, what backward is the gradient of; else that of y itself,
     * without what options make of it, by which models of different options compare. Where the
     * classes compete that is -sum_j y_j log p_j (of a label, -log p_label). */
    void (*forward)(const void *options, bool training, struct tensor z, const struct target *t,
                    struct tensor p, real *losses);

    /* dz (N x K) from z, t and the p of forward: the gradient of the mean loss of `batch` rows, of
     * which these are some or all. */
    void (*backward)(const void *options, struct tensor z, struct tensor p, const struct target *t,
                     int batch, struct tensor dz);
};

#define CLASS_WEIGHTS_KEY(of)                                                                      \
    REALS_KEY(of, class_weights, "\"none\"", loss_class_weights, 0, 1e9,                           \
              "how much each class counts in training; none: all samples alike; balanced: all "    \
              "classes alike; or a number a class")
extern const char *const loss_class_weights[];
enum { CLASS_WEIGHTS_NONE, CLASS_WEIGHTS_BALANCED };

/* For losses that divide the logits for good (loss_type.temperature). */
enum { LOSS_TEMPERATURE_MOST = 1000000 };
#define TEMPERATURE_KEY(of)                                                                        \
    REAL_KEY(of, temperature, "1", 1.0 / LOSS_TEMPERATURE_MOST, LOSS_TEMPERATURE_MOST,             \
             "T, where the probabilities are softmax(z / T), in training and ever after")

/* Where the options of the loss keep that; NULL: it has none. */
double *loss_temperature(const struct spec *loss);

/* The run or model file that the loss learns from; NULL: it has no teacher. */
const char *loss_teacher(const struct spec *loss);

/* A loss as a config chose it. */
struct loss {
    const struct loss_type *type;
    const void *options;
    real *weights; /* [K], in training; NULL: all are 1 */
};

/* Resolves the class weights for training samples of which counts[0 .. classes - 1] are of each
 * class; a list in the config is as long. Balanced, classes weigh alike, and the mean weight of the
 * samples is 1: n / (k n_c), as in scikit-learn, for the k classes that occur. l->weights is in the
 * arena. */
ERROR_CHECKED int loss_weigh(struct loss *l, const int *counts, int classes, struct arena *a,
                             struct error *e);

/* type->forward, and in training each row's loss times its class's weight. */
void loss_forward(const struct loss *l, bool training, struct tensor z, const struct target *t,
                  struct tensor p, real *losses);

/* In training: type->backward, and each row's gradient times its class's weight. The mean is over
 * the rows, not over the sum of their weights, as in Keras. */
void loss_backward(const struct loss *l, struct tensor z, struct tensor p, const struct target *t,
                   int batch, struct tensor dz);

/* The table of all losses, in losses.c. */
const struct loss_type *losses_type(int i);                  /* NULL behind the last */
const struct loss_type *losses_find(const struct kind *row); /* whose row it is */
const struct kind *losses_kind(int i);                       /* the same rows, for the config */

#endif
