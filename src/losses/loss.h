/* The contract of a loss: it turns the model's last output (the logits z) and the target y into one
 * number per sample, and into the gradient that starts backpropagation.
 *
 * A new loss is one file, which ends in a const struct loss_type, and one row in losses.c. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"
#include "losses/target.h"

/* What a loss computes, written for readers, like layer_formula in layers/layer.h. The texts use z,
 * the target y (N x K), its row sums S (N), K, N and the options. */
struct loss_formula {
    const char *p, *loss, *gradient; /* p; the loss of each row; dz */
    const char *teacher, *student;   /* with a teacher: q, from its logits t, and s, from z */
};

struct loss_type {
    /* Its name and hyperparameters. The options begin with `struct number_list class_weights`, and
     * the keys with CLASS_WEIGHTS_KEY: weights work the same way for every loss, so loss.c applies
     * them.
     */
    struct kind kind;

    /* One output may stand for two classes. Then z and dz are N x 1, but p and y are N x 2. */
    bool one_output;
    /* Offsets (offsetof) of options that other code reads; 0 if the loss has no such option. */
    size_t temperature; /* a double T: p is softmax(z / T), in training and afterwards */
    size_t teacher;     /* a const char *: the model whose logits are in the target, in training */
    size_t smoothing;   /* a double: label smoothing, in training */

    struct loss_formula formula, formula_one; /* formula_one: for one output, where z is N x 1 */

    /* From logits z (N x K) and target t: the probabilities p (N x K), and the loss of each row, in
     * nats, in losses (N). In training, this is the function whose gradient backward computes.
     * Otherwise it is the loss for y itself, without options such as smoothing, so models with
     * different options can be compared. Where the classes compete, it is -sum_j y_j log p_j (for a
     * label, -log p_label). */
    void (*forward)(const void *options, bool training, struct tensor z, const struct target *t,
                    struct tensor p, real *losses);

    /* dz (N x K) from z, t and the p of forward: the gradient of the mean loss over `batch` rows,
     * of which these are some or all. */
    void (*backward)(const void *options, struct tensor z, struct tensor p, const struct target *t,
                     int batch, struct tensor dz);
};

#define CLASS_WEIGHTS_KEY(of)                                                                      \
    REALS_KEY(of, class_weights, "\"none\"", loss_class_weights, 0, 1e9,                           \
              "weight of each class in training; none: all samples count the same; balanced: "     \
              "all classes count the same; or a list with one number per class")
extern const char *const loss_class_weights[];
enum { CLASS_WEIGHTS_NONE, CLASS_WEIGHTS_BALANCED };

/* The options and keys of a loss that has no others. */
struct loss_options {
    struct number_list class_weights;
};
extern const struct key loss_keys[];

/* For losses with a permanent temperature (loss_type.temperature). */
enum { LOSS_TEMPERATURE_MAX = 1000000 };
#define TEMPERATURE_KEY(of)                                                                        \
    REAL_KEY(of, temperature, "1", 1.0 / LOSS_TEMPERATURE_MAX, LOSS_TEMPERATURE_MAX,               \
             "T in softmax(z / T), in training and afterwards")

/* The temperature in the options; NULL if the loss has none. */
double *loss_temperature(const struct spec *loss);

/* The teacher's run or model file; NULL if the loss has no teacher. */
const char *loss_teacher(const struct spec *loss);

/* What it has in training only, so that its values there cannot be compared with others, such as
 * "class weights and label smoothing"; "": nothing. */
const char *loss_objective(const struct spec *loss);

/* The loss that the config chose. */
struct loss {
    const struct loss_type *type;
    const void *options;
    real *weights; /* [K], used in training; NULL means all 1 */
};

/* Sets the class weights, given counts[c] training samples of class c. A list in the config must
 * have `classes` items. "balanced" makes all classes weigh the same, with a mean sample weight of
 * 1: n / (k n_c), as in scikit-learn, for the k classes that occur. l->weights is in the arena. */
ERROR_CHECKED int loss_weigh(struct loss *l, const int *counts, int classes, struct arena *a,
                             struct error *e);

/* Calls type->forward; in training, multiplies each row's loss by the weight of its class. */
void loss_forward(const struct loss *l, bool training, struct tensor z, const struct target *t,
                  struct tensor p, real *losses);

/* Calls type->backward, and multiplies each row's gradient by the weight of its class. As in Keras,
 * the mean is over the number of rows, not over the sum of their weights. */
void loss_backward(const struct loss *l, struct tensor z, struct tensor p, const struct target *t,
                   int batch, struct tensor dz);

/* All losses, ending with NULL: the table in losses.c. */
extern const struct kind *const losses_kinds[];
