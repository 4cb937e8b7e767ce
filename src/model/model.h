/* A model: a chain of layers that ends in a loss, over one flat vector of parameters.
 *
 * All parameters are one vector theta, and all gradients one vector grad of the same layout, so
 * that optimizers, files and checks are flat loops. In a chain every value has one consumer:
 * backward overwrites gradients, and there is no zero_grad to forget.
 *
 *   act[0] --layer 0--> act[1] --layer 1--> ... --> act[L] --loss--> p
 *           delta[1] <-- backward -- ... <-- delta[L] <------------- p - y
 *
 * A step has two parts, between which lies all that a batch is. Forward, loss and backward take
 * every sample by itself: a row of act, delta and p, wherever its neighbours are computed. Then the
 * gradient sums over samples, and takes every parameter by itself. So the first can be shared out
 * by samples and the second by parameters, among any threads, and no sum is ever split. */
#ifndef ONEHOT_MODEL_MODEL_H
#define ONEHOT_MODEL_MODEL_H

#include "base/arena.h"
#include "base/error.h"
#include "layers/layer.h"
#include "losses/loss.h"

#include <stdint.h>

/* Some rows of a parameter: a share of the work that is done for every parameter. */
struct param_block {
    int layer, param, row, rows;
    size_t start, count; /* the same, in theta and grad */
};

struct model {
    int nlayers;
    struct layer *layers;
    struct loss loss;

    size_t nparams; /* reals in theta and in grad: layer by layer, its parameters in their order */
    real *theta, *grad;

    int nblocks; /* together they are all of theta */
    struct param_block *blocks;

    int rows;             /* the most samples in a pass */
    struct target target; /* of each row, the caller's to fill, as is act[0] */
    bool multi_label;     /* the caller's, too: a row may be of several classes, or of none; ... */
    real threshold;       /* ... it is taken for those whose p reaches this, 0.5 if not set */
    struct tensor *act;   /* [0 .. nlayers], rows x features */
    struct tensor *delta; /* the same, dloss/dact; [0] is filled only if layer 0 keeps something */
    struct tensor p;      /* rows x classes: the probabilities */
    real *losses;         /* [rows], in nats */

    struct arena arena; /* owns all of the above */
};

/* A model for samples of `in` features in `classes` classes, in passes of up to `rows` samples,
 * with parameters of 0. The options of layers and loss are not copied: they must live as long.
 * NULL when the last layer does not fit the classes, or memory is out; `where` names the source of
 * the layers in errors. */
ERROR_CHECKED struct model *model_new(const struct specs *layers, const struct spec *loss, int in,
                                      int classes, int rows, const char *where, struct error *e);
void model_free(struct model *m); /* NULL is fine */

/* Initial parameters, by the layers' own schemes: a pure function of the seed. */
void model_init(struct model *m, uint64_t seed);

/* From act[0], for the rows of the pass: every layer's output. */
void model_forward(struct model *m, const struct pass *pass);

/* After model_forward, by the same pass: p, and the losses for the target; in training, times the
 * weights of their classes. */
void model_loss(struct model *m, const struct pass *pass);

/* After model_loss, by the same pass: delta, for the mean loss of a batch of `batch` rows. */
void model_backward(struct model *m, const struct pass *pass, int batch);

/* After model_backward on all rows, 0 .. batch - 1: this block of grad. */
void model_gradient(struct model *m, int batch, const struct param_block *block);

/* The losses of rows 0 .. n - 1, added to `sum` in their order: over any number of batches, the
 * result does not depend on how they were cut. */
double model_add_losses(const struct model *m, int n, double sum);

/* The class with the largest logit in row n, the first of equals; of two classes with one output,
 * the second where that is above 0. */
int model_predicted(const struct model *m, int n);

/* Whether row n is taken for one of this class: for what model_predicted says, or, where there may
 * be several, for each whose p reaches the threshold. */
bool model_predicts(const struct model *m, int n, int class);

/* Whether it is taken for anything but what it is: with several classes, for one too many or one
 * too few. */
bool model_misclassified(const struct model *m, int n);

/* After model_forward on rows 0 .. n - 1: the first i such that act[i] holds a NaN or infinity,
 * else -1. */
int model_not_finite(const struct model *m, int n);

#endif
