/* A model in 8-bit integers, for microcontrollers (integer.h.in). Weights have a scale per output;
 * activations have one per layer, which spans what the training samples give there. A function of
 * single elements becomes a table of 256 values, so every layer with element.c has an int8 form. */
#pragma once

#include "export/integer.h.in"
#include "runs/model_file.h"

struct quantized {
    const struct model_file *file;
    struct integer_layer *layers; /* of its model, without those that do nothing */
    int count;
    float *low, *step; /* [features]: input i is low + q * step, a pixel or a number of a table */
    float logit_step;  /* a logit is this times its integer */
    size_t bytes;      /* of the weights, scales and maps */
    int widest;        /* the most outputs of a layer but the last */
    uint8_t *work;     /* 2 * widest + features, for quantized_run */
    int16_t *logits;   /* of the sample that ran last */
    int errors, errors_float; /* among the test samples */
};

/* Makes the int8 form of a model that exportable_check accepts, in the arena. Fails if a layer has
 * none. Ranges are those of `training`, the samples that the model was trained on; errors of both
 * forms are counted on `test`. */
ERROR_CHECKED int quantized_make(struct quantized *q, const struct model_file *file,
                                 const struct sample_set *training, const struct sample_set *test,
                                 struct arena *a, struct error *e);

/* Sets the logits, from the pixels of this sample of a split or its values, not scaled. */
void quantized_run(const struct quantized *q, const struct split *split, int sample);
