/* Training steps in the order of real training, epoch by epoch, with a clock beside them.
 *
 * Every measurement begins again with the initial model, so that all of them time the same work:
 * how many units of a relu are zero changes as a model learns. */
#ifndef ONEHOT_BENCH_STEPS_H
#define ONEHOT_BENCH_STEPS_H

#include "train/train.h"

enum { GATHER, FORWARD, LOSS, BACKWARD, GRADIENT, UPDATE, PHASES };
extern const char *const steps_phases[PHASES]; /* their names */

/* Samples a second, over `seconds` of training steps: what result.json calls samples_per_second. */
double steps_rate(struct training *t, double seconds);

/* How long each phase takes on one thread, in seconds a sample, over `seconds` in all. */
void steps_time(struct training *t, double seconds, double spent[PHASES]);

/* The mean loss of steps 181 to 200: whether the peers in bench/peers do the same work. */
double steps_loss(struct training *t);

#endif
