/* A model in 8-bit integers, for microcontrollers (integer.h.in). Weights have a scale per output;
 * activations have one per layer, which spans what the training samples give there. A function of
 * single elements becomes a table of 256 values, so every layer with element.c has an int8 form. */
#pragma once

#include "runs/model_file.h"

struct quantized_step {
    const struct layer *layer;
    int8_t *weight; /* of an affine layer, out x in; otherwise NULL */
    int32_t *scale; /* out x 3: bias, multiplier and shift of each output */
    uint8_t *map;   /* [256], of a function of single elements; otherwise NULL */
};

struct quantized {
    int count; /* of the steps; the last one computes the logits */
    struct quantized_step *steps;
    float *low, *step; /* [features] of a table: input i is low + q * step */
    float logit_step;  /* a logit is this times its integer */
    size_t bytes;      /* of the weights, scales and maps */
    uint8_t *work[2];  /* activations, for quantized_run */
    int test_samples, errors, errors_float;
};

/* Fails if a layer has no int8 form. Ranges are those of `training`, the samples that the model was
 * trained on; errors of both forms are counted on `test`. All is in the arena. */
ERROR_CHECKED int quantized_make(struct quantized *q, const struct model_file *file,
                                 const struct sample_set *training, const struct sample_set *test,
                                 struct arena *a, struct error *e);

/* From the pixels of a picture, or the features of a row (not scaled; the other is NULL) to
 * logits. */
void quantized_run(const struct quantized *q, const uint8_t *pixels, const float *values,
                   int16_t *logits);
