/* Calibration: whether a model's probabilities mean what they say. Of the samples that it predicts
 * with a confidence of 90 %, 90 % should be right.
 *
 * Source: Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, ICML 2017,
 * https://arxiv.org/abs/1706.04599. */
#pragma once

#include "train/evaluation.h"

enum { CALIBRATION_BINS = 15 };

/* Samples of similar confidence, which is the probability of the predicted class. */
struct calibration_bin {
    int count, right;
    double confidence; /* mean, 0 .. 1; 0 if the bin is empty */
};

struct calibration {
    /* Bin b holds the confidences in (b/15, (b + 1)/15]. */
    struct calibration_bin bins[CALIBRATION_BINS];
    double confidence; /* mean over all samples */
    double error;      /* the expected calibration error, 0 .. 1 */
};

/* Measures `count` >= 1 predictions of an evaluation. The expected calibration error is the mean
 * over the samples of |accuracy - confidence| of their bin (equation 3 of the paper). */
void calibration_measure(struct calibration *c, const struct prediction *predictions, int count);

/* Finds the temperature T that minimises the mean loss of softmax(z / T) on these samples, whose
 * logits z (count x classes) are in their order. It is the loss that evaluation reports, for labels
 * and for soft labels. The relative error of T is about 1e-7. Fails if there is no such T from 1/64
 * to 64; if all samples are predicted correctly, for example, the loss falls for as long as T does.
 * `where` names the model in errors. */
ERROR_CHECKED int calibration_fit(double *temperature, struct tensor logits,
                                  const struct sample_set *samples, const char *where,
                                  struct error *e);
