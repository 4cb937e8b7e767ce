/* A model in 8-bit integers, for microcontrollers (integer.h.in). Weights have one scale per
 * output; activations have one per layer, which spans their range on the training samples. An
 * elementwise function becomes a table of 256 values, so every layer with element.c has an int8
 * form. */
#pragma once

#include "export/integer.h.in"
#include "runs/model_file.h"

struct quantized {
    const struct model_file *file;
    struct integer_layer *layers; /* of its model, without identities */
    int count;
    float *low, *step; /* [features]: input i is low + q * step, a pixel or a number of a table */
    float logit_step;  /* a logit is this times its integer */
    size_t bytes;      /* of the weights, scales and maps */
    int widest;        /* the most outputs of any layer but the last */
    uint8_t *work;     /* 2 * widest + features, for quantized_run */
    int16_t *logits;   /* of the sample that ran last */
    int errors, errors_float; /* among the test samples */
};

/* Makes the int8 form of a model that exportable_check accepts, in the arena. Fails if a layer has
 * none. The ranges are those on `training`, the samples that the model was trained on; the errors
 * of both forms are counted on `test`. */
ERROR_CHECKED int quantized_make(struct quantized *q, const struct model_file *file,
                                 const struct sample_set *training, const struct sample_set *test,
                                 struct arena *a, struct error *e);

/* Sets the logits, from the unscaled pixels or values of this sample of a split. */
void quantized_run(const struct quantized *q, const struct split *split, int sample);
