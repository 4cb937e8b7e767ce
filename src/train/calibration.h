/* Whether a model's probabilities can be taken at their word: of the samples that it is 90 % sure
 * of, 90 % should be right.
 *
 * Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017,
 * https://arxiv.org/abs/1706.04599. */
#ifndef ONEHOT_TRAIN_CALIBRATION_H
#define ONEHOT_TRAIN_CALIBRATION_H

#include "train/evaluation.h"

enum { CALIBRATION_BINS = 15 };

/* Samples whose confidence, the probability of the class that is predicted, is similar. */
struct calibration_bin {
    int count, right;
    double confidence; /* mean, 0 .. 1; 0 where there are none */
};

struct calibration {
    /* Bin b is of the confidences above b/15 and up to (b + 1)/15. */
    struct calibration_bin bins[CALIBRATION_BINS];
    double confidence; /* mean of all samples */
    double error;      /* the expected calibration error, 0 .. 1 */
};

/* From the outcomes of an evaluation, of which there is at least one: the expected calibration
 * error is the mean over the samples of |accuracy - confidence| of their bin (equation 3 of the
 * paper). */
void calibration_measure(struct calibration *c, const struct prediction *predictions, int count);

/* The temperature T for which softmax(z / T) has the least mean loss on these samples, of which
 * `logits` (count x classes) are the z, in their order: the loss that evaluation reports, be the
 * targets labels or shares. To a relative error of about 1e-7. Fails where there is no such T from
 * 1/64 to 64, as for samples that are all right: there the loss falls as long as T does. `where`
 * names the model in errors. */
ERROR_CHECKED int calibration_fit(double *temperature, struct tensor logits,
                                  const struct sample_set *samples, const char *where,
                                  struct error *e);

#endif
