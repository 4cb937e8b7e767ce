/* A model: a chain of layers that ends in a loss, over one flat vector of parameters.
 *
 * All parameters are one vector theta, and all gradients one vector grad with the same layout, so
 * optimizers, files and checks are flat loops. In a chain, every value has one consumer, so
 * backward overwrites gradients: there is no zero_grad to forget.
 *
 *   act[0] --layer 0--> act[1] --layer 1--> ... --> act[L] --loss--> p
 *           delta[1] <-- backward -- ... <-- delta[L] <------------- p - y
 *
 * A step has two parts. Forward, loss and backward treat every sample separately: it has a row in
 * each act, delta and p, and does not depend on the others. Gradients, which sum over all samples,
 * treat every parameter separately. So threads divide the first part by samples and the second by
 * parameters, and no sum is ever split. */
#pragma once

#include "base/arena.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "tensor/kernel.h"

/* Whole rows of one parameter, for which gradient and update are computed together. */
struct param_block {
    int layer, param, row, rows;
    size_t start, count; /* the same elements, in theta and grad */
};

struct model {
    int nlayers;
    struct layer *layers;
    struct loss loss;

    size_t nparams; /* elements of theta and of grad: the layers' parameters in order */
    real *theta, *grad;

    int nblocks; /* the trained part of theta, in order */
    struct param_block *blocks;
    int lowest; /* backward goes down to this layer; no trained layer needs more */

    int rows;             /* the maximum number of samples in a pass */
    struct target target; /* of each row; the caller fills this, and act[0] or pairs */
    bool multi_label;     /* set by the caller: a sample may have any number of labels */
    real threshold;   /* with multi_label, a class is predicted if its p reaches it; at first 0.5 */
    bool thresholded; /* set by the caller: the same for the second of two classes */
    struct tensor *act;   /* [0 .. nlayers], rows x features */
    struct tensor *delta; /* the same, dloss/dact; not filled below `lowest` */
    struct tensor p;      /* rows x classes: the probabilities */
    real *losses;         /* [rows], in nats */
    struct pair *pairs;   /* [rows]: if not NULL, the input of layer 0 instead of act[0] */

    struct arena arena; /* owns all of the above */
};

enum { MODEL_MAX_LAYERS = 1000 };

/* A model for samples with `in` features and `classes` classes, in passes of up to `rows` samples,
 * with all parameters 0. The options of layers and loss must outlive it. NULL if the shapes do not
 * fit, or if memory runs out; `where` says where the layers were set, for errors. */
ERROR_CHECKED struct model *model_new(const struct specs *layers, const struct spec *loss, int in,
                                      int classes, int rows, const char *where, struct error *e);
void model_free(struct model *m); /* NULL is fine */

/* Sets the initial parameters, a pure function of each layer's scheme and the seed. */
void model_init(struct model *m, uint64_t seed);

/* The name of parameter k of a layer in files and checks: "0.weight". */
enum { MODEL_PARAM_NAME = 32 };
void model_param_name(const struct model *m, int layer, int k, char name[MODEL_PARAM_NAME]);

/* Computes every layer's output from act[0] or pairs, for the rows of the pass. */
void model_forward(struct model *m, const struct pass *pass);

/* After model_forward with the same pass: computes p, and the losses for the target; in training,
 * losses are multiplied by the weights of their classes. */
void model_loss(struct model *m, const struct pass *pass);

/* After model_loss with the same pass: computes delta, for the mean loss over `batch` rows. */
void model_backward(struct model *m, const struct pass *pass, int batch);

/* After model_backward on all rows 0 .. batch - 1: computes this block of grad, or all blocks. */
void model_gradient(struct model *m, int batch, const struct param_block *block);
void model_gradients(struct model *m, int batch);

/* Moves the block's part of theta by -rate times that gradient, without storing the gradient.
 * Returns false, and does nothing, if the layer cannot do that. */
bool model_descend(const struct model *m, int batch, const struct param_block *block, real rate);

/* Adds the losses of rows 0 .. n - 1 to `sum`, in order, so that batch sizes have no effect. */
double model_add_losses(const struct model *m, int n, double sum);

/* Logits per sample: one per class, or one for two classes. */
static inline int model_outputs(const struct model *m) { return m->act[m->nlayers].cols; }

/* The class with the largest logit in row n, the first of equals. With one output for two classes,
 * the second if that output is above 0; if thresholded, the second if its p reaches threshold. */
int model_predicted(const struct model *m, int n);

/* Whether this class is the label of row n, and whether the model predicts it; with multi_label,
 * whether it is one of the labels, and whether its p reaches the threshold. */
bool model_labelled(const struct model *m, int n, int class);
bool model_predicts(const struct model *m, int n, int class);

/* Whether the prediction for row n is wrong; with multi_label, whether any label is. */
bool model_misclassified(const struct model *m, int n);

/* After model_forward on rows 0 .. n - 1: the first i whose act[i] has a NaN or infinity, or -1. */
int model_not_finite(const struct model *m, int n);
