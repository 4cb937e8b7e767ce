/* Augmentation: training samples are distorted, differently in every epoch, so that a model learns
 * what does not matter: a rotated 3 is still a 3. Validation and test samples stay as they are.
 *
 * A distorted sample is a pure function of the seed, the epoch and the sample's index in the
 * training split. It depends neither on the batch nor on the thread that makes it, nor on an
 * interruption. Distorted images stay 8-bit, so a sheet of them shows exactly what training sees.
 *
 * Sources: Simard, Steinkraus and Platt 2003, "Best practices for convolutional neural networks
 * applied to visual document analysis" (affine and elastic distortions); Zhong, Zheng, Kang, Li and
 * Yang 2017, "Random erasing data augmentation". */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/rng.h"
#include "keys/key.h"
#include "tensor/tensor.h"

#include <stdatomic.h>

/* The section "data.augment" of a config. */
struct augment_options {
    double rotate;              /* degrees */
    double scale, shear, shift; /* shift is in pixels */
    double flip;                /* a probability */
    struct augment_elastic {
        double alpha, sigma; /* pixels */
    } elastic;
    double brightness, contrast, noise;
    double erase; /* a probability */
};

extern const struct key augment_keys[];

/* Whether any key is set, and whether any that only images can have. */
bool augment_is_on(const struct augment_options *o);
bool augment_needs_images(const struct augment_options *o);

/* Memory for one image at a time. */
struct augment_scratch {
    atomic_flag taken;
    real *move;      /* [height x 2 x stride]: the elastic displacements in x and in y */
    real *halfway;   /* the same, while they are smoothed */
    uint8_t *padded; /* [height + 3][width + 3][channels]: the image between margins of zeros */
    uint32_t *quads; /* [height + 2][width + 3][channels]: four neighbours of it each */
    uint8_t *pixels; /* [height][width][channels]: the distorted image */
};

struct augment {
    struct augment_options options;
    uint64_t seed;
    int epoch; /* set before each */
    int height, width, channels;
    int stride;                /* of a row of displacements: the width, rounded up */
    struct tensor down, along; /* products with them smooth columns, and rows */
    int threads;
    struct augment_scratch *scratch; /* [threads] */
};

/* Prepares distortions of images of this size, or of the rows of a table (1 x columns x 1), by up
 * to `threads` threads at the same time; in the arena. NULL if memory runs out. */
ERROR_CHECKED struct augment *augment_new(const struct augment_options *o, uint64_t seed,
                                          int height, int width, int channels, int threads,
                                          struct arena *arena, struct error *e);

/* Takes scratch memory that no other thread has, and returns it. */
struct augment_scratch *augment_begin(struct augment *a);
void augment_end(struct augment_scratch *s);

/* Distorts the image of this training sample, into s->pixels. */
const uint8_t *augment_image(const struct augment *a, struct augment_scratch *s, int sample,
                             const uint8_t *pixels);

/* Adds noise to the n standardized values of this training sample. */
void augment_values(const struct augment *a, int sample, real *x, int n);

/* What a sample's random numbers are for. Each use has numbers of its own, so no key affects what
 * the others draw. */
enum augment_use { AUGMENT_SINGLE, AUGMENT_ELASTIC, AUGMENT_NOISE };

/* Numbers first .. first + PHILOX_NUMBERS - 1; first is a multiple of PHILOX_NUMBERS. */
static inline void augment_numbers(const struct augment *a, int sample, enum augment_use use,
                                   int first, uint32_t number[PHILOX_NUMBERS]) {
    philox_numbers(a->seed, (uint32_t)first / 4, (uint32_t)sample, (uint32_t)a->epoch,
                   (uint32_t)RNG_AUGMENT | (uint32_t)use << 8, number);
}

/* ---- augment_warp.c ---- */

/* Vector code may read and write as many elements past the end of each of the above. */
enum { AUGMENT_SLACK = 32 };

/* Sets the stride, down and along. */
ERROR_CHECKED int augment_warp_prepare(struct augment *a, struct arena *arena, struct error *e);

/* Sets s->move to the random displacements of this sample, in pixels. */
void augment_warp_draw(const struct augment *a, struct augment_scratch *s, int sample);

/* Pixel (x, y) of the result is from position (xx x + xy y + x0, yx x + yy y + y0). */
struct augment_map {
    double xx, xy, x0, yx, yy, y0;
};

/* Sets s->pixels to the image at the positions of the map, plus s->move. */
void augment_warp(const struct augment *a, struct augment_scratch *s, const struct augment_map *m,
                  const uint8_t *pixels);
