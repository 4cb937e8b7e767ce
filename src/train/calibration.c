#include "train/calibration.h"

#include <math.h>

static struct calibration_bin *bin_of(struct calibration *c, double confidence) {
    int b = (int)ceil(confidence * CALIBRATION_BINS) - 1;
    return &c->bins[b < 0 ? 0 : b < CALIBRATION_BINS ? b : CALIBRATION_BINS - 1];
}

void calibration_measure(struct calibration *c, const struct outcome *outcomes,
                         const struct subset *samples) {
    *c = (struct calibration){0};
    for (int i = 0; i < samples->count; i++) {
        double confidence = (double)outcomes[i].confidence;
        struct calibration_bin *bin = bin_of(c, confidence);
        bin->count++;
        bin->right += outcomes[i].predicted == samples->split->labels[samples->order[i]];
        bin->confidence += confidence;
        c->confidence += confidence;
    }
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        struct calibration_bin *bin = &c->bins[b]; /* its confidence is still a sum */
        c->error += fabs(bin->right - bin->confidence) / samples->count;
        if (bin->count > 0)
            bin->confidence /= bin->count;
    }
    c->confidence /= samples->count;
}
