/* A short training run on MNIST with the student's function instead of the framework's. */
#pragma once

#include "child.h"
#include "grade.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"
#include "train/train.h"

/* Trains the exercise's config with the framework's function, then with f, and fills in *v: RIGHT
 * if both learn equally well. Call it in a child. */
void practice_run(const struct exercise *x, void (*f)(void), struct verdict *v);

/* For exercise.swap: the type of the layers with that name, of the loss, or of the optimizer,
 * copied for this run so that its functions can be replaced. */
struct layer_type *practice_layer(struct training *t, const char *name);
struct loss_type *practice_loss(struct training *t);
struct optim_type *practice_optim(struct training *t);

/* Replaces `backward` and `gradient` of the "linear" layers with one function that computes all
 * gradients at once. */
typedef void (*practice_gradients)(struct training *t, const struct layer *l, struct tensor x,
                                   struct tensor dy, struct tensor dx, struct tensor dw,
                                   struct tensor db);
void practice_linear(struct training *t, practice_gradients f);

/* Calls the student's function during training. */
void practice_call(const struct values *v);
