/* A short training on MNIST, in which the student's function takes the framework's place. */
#ifndef ONEHOT_EXERCISES_PRACTICE_H
#define ONEHOT_EXERCISES_PRACTICE_H

#include "child.h"
#include "grade.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"

/* Trains the exercise's config with the framework's own function, then with f, and fills in *v:
 * RIGHT where the second learns as the first. Run it in a child. */
void practice_run(const struct exercise *x, void (*f)(void), struct verdict *v);

/* For exercise.swap: the types of the layers of that name, of the loss, of the optimizer, copied
 * for this training, so that one function may become another. */
struct layer_type *practice_layer(struct training *t, const char *name);
struct loss_type *practice_loss(struct training *t);
struct optim_type *practice_optim(struct training *t);

/* Calls the student's function, from within the training. */
void practice_call(const struct values *v);

/* A tensor that lives as long as the training; data NULL where memory is out, and the training
 * ends. */
struct tensor practice_tensor(struct training *t, int rows, int cols);

#endif
