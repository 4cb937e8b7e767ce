/* The contract of a loss: the model's last output (the logits z) and the labels, to one number and
 * the gradient that starts backpropagation.
 *
 * A new loss is one file that ends in a const struct loss_type, and one row in losses.c. */
#ifndef ONEHOT_LOSSES_LOSS_H
#define ONEHOT_LOSSES_LOSS_H

#include "config/key.h"
#include "tensor/tensor.h"

struct loss_type {
    struct variant row; /* its name and hyperparameters */

    /* From logits z (N x K) and labels (N of 0 .. K-1) the probabilities p (N x K) and the loss of
     * each row, in nats, into losses (N). */
    void (*forward)(const void *options, struct tensor z, const int *labels, struct tensor p,
                    real *losses);

    /* dz (N x K) from the p of forward: the gradient of the mean loss of `batch` rows, of which
     * these are some or all. */
    void (*backward)(const void *options, struct tensor p, const int *labels, int batch,
                     struct tensor dz);
};

/* The table of all losses, in losses.c. */
const struct loss_type *losses_type(int i);                     /* NULL behind the last */
const struct loss_type *losses_find(const struct variant *row); /* whose row it is */
const struct variant *losses_variant(int i);                    /* the same rows, for the config */

#endif
