/* Calibration: whether a model's probabilities can be trusted. Of the samples that it predicts with
 * a confidence of 90 %, it should get 90 % right. Source: Guo, Pleiss, Sun and Weinberger, On
 * Calibration of Modern Neural Networks, ICML 2017, https://arxiv.org/abs/1706.04599. */
#pragma once

#include "train/evaluation.h"

enum { CALIBRATION_BINS = 15 };

/* Samples of similar confidence. Confidence is the probability of the predicted class. */
struct calibration_bin {
    int count, right;
    double confidence; /* mean, 0 .. 1; 0 if the bin is empty */
};

struct calibration {
    struct calibration_bin bins[CALIBRATION_BINS]; /* bin b: confidences in (b/15, (b + 1)/15] */
    double confidence;                             /* mean over all samples */
    double error;                                  /* the expected calibration error, 0 .. 1 */
};

/* Measures `count` >= 1 predictions. The expected calibration error is the mean, over all samples,
 * of |accuracy - confidence| in their bin (equation 3 of the paper). */
void calibration_measure(struct calibration *c, const struct prediction *predictions, int count);

/* Finds the temperature T that minimises the mean loss of softmax(z / T), as evaluation reports it,
 * on these samples, whose logits are z (count x classes). The relative error is about 1e-7. Fails
 * if T would not be from 1/64 to 64: if all samples are predicted correctly, for example, the loss
 * falls for as long as T does. `where` names the model in errors. */
ERROR_CHECKED int calibration_fit(double *temperature, struct tensor logits,
                                  const struct sample_set *samples, const char *where,
                                  struct error *e);
