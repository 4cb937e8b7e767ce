/* Runs training steps in the order of real training, epoch by epoch, and times them.
 *
 * Every measurement restarts from the initial model, so that all of them time the same work: the
 * fraction of relu units that are zero changes as a model learns. */
#ifndef ONEHOT_BENCH_STEPS_H
#define ONEHOT_BENCH_STEPS_H

#include "train/train.h"

/* The gradient and the update are one phase, since each block of parameters passes through both at
 * once (train_block). */
enum { GATHER, FORWARD, LOSS, BACKWARD, GRADIENT, PHASES };
extern const char *const steps_phases[PHASES]; /* their names */

/* Samples per second, over `seconds` of training steps: samples_per_second in result.json; and
 * what one step in ten exceeds, in which no other process interrupts it. */
double steps_rate(struct training *t, double seconds, double *undisturbed);

/* Sorts n numbers in ascending order, and returns the one in the middle. */
double steps_median(double *values, int n);

/* The time per phase on one thread, in seconds per sample: the median over `seconds` of steps. */
void steps_time(struct training *t, double seconds, double spent[PHASES]);

/* The mean loss of steps 181 to 200, which shows whether the trainers in bench/peers do the same
 * work. */
double steps_loss(struct training *t);

#endif
