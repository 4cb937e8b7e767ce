/* The geometric part of augmentation, in one resampling. Every pixel of the result has a position
 * in the image: an affine map plus, if it is elastic, a smooth random displacement. Its value is
 * interpolated between the four pixels around that position, in integers. */
#include "data/augment.h"
#include "tensor/clones.h"
#include "tensor/kernel.h"
#include "tensor/vmath.h"

/* Pixels of a row that are computed side by side: a constant, for vector code. */
enum { PIXELS = AUGMENT_SLACK, MAX_SIDE = 16 };

/* ---- elastic displacements ---- */

/* m (n x stride): m[i][j] = factor * the Gaussian's weight at distance i - j. Weights beyond 3
 * sigma are 0, and the others are divided by the sum of those at all distances, on both sides. */
static void fill_gaussian(struct tensor m, int n, double sigma, double factor) {
    double sum = 0;
    int radius = (int)ceil(3 * sigma);
    for (int k = -radius; k <= radius; k++) {
        real weight = (real)(-0.5 * k * k / (sigma * sigma));
        vmath_exp(1, &weight, &weight);
        sum += (double)weight;
        for (int i = 0; i < n; i++)
            if (i - k >= 0 && i - k < n)
                tensor_row(m, i)[i - k] = weight;
    }
    for (size_t i = 0; i < tensor_size(m); i++)
        m.data[i] = (real)(factor * (double)m.data[i] / sum);
}

int augment_warp_prepare(struct augment *a, struct arena *arena, struct error *e) {
    int w = a->width, h = a->height;
    a->stride = (w + PHILOX_LANES - 1) / PHILOX_LANES * PHILOX_LANES;
    if (a->options.elastic.alpha == 0)
        return 0;
    size_t n = (size_t)h, stride = (size_t)a->stride;
    a->down = (struct tensor){arena_alloc(arena, n, n * sizeof(real)), h, h};
    a->along =
        (struct tensor){arena_alloc(arena, stride, stride * sizeof(real)), a->stride, a->stride};
    if (!a->down.data || !a->along.data)
        return error_memory(e, "the augmentation");
    fill_gaussian(a->down, h, a->options.elastic.sigma, 1);
    fill_gaussian(a->along, w, a->options.elastic.sigma, a->options.elastic.alpha);
    return 0;
}

/* Two numbers from -1 to 1 for each pixel, from one random number. */
CLONED static void fill_random(const struct augment *a, real *field, int sample) {
    int stride = a->stride;
    uint32_t number[PHILOX_NUMBERS];
    for (int i = 0; i < a->height * stride; i += PHILOX_LANES) {
        if (i % PHILOX_NUMBERS == 0)
            augment_numbers(a, sample, AUGMENT_ELASTIC, i, number);
        const uint32_t *from = number + i % PHILOX_NUMBERS;
        real *to = field + (size_t)(i / stride) * 2 * (size_t)stride + i % stride;
        for (int k = 0; k < PHILOX_LANES; k++) { /* odd multiples of 2^-16 */
            to[k] = (real)(2 * (int)(from[k] & 0xffff) - 0xffff) * (real)0x1p-16f;
            to[stride + k] = (real)(2 * (int)(from[k] >> 16) - 0xffff) * (real)0x1p-16f;
        }
    }
}

/* A Gaussian in two dimensions is one down the columns and one along the rows. Outside of the
 * image, the numbers are 0. Each row of move is that of x, then that of y, so the first product
 * smooths both side by side, and the second one below each other. */
void augment_warp_draw(const struct augment *a, struct augment_scratch *s, int sample) {
    struct tensor move = {s->move, a->height, 2 * a->stride},
                  halfway = {s->halfway, move.rows, move.cols};
    fill_random(a, move.data, sample);
    kernel_gemm()->ab(a->down, move, NULL, halfway);
    move.rows = halfway.rows = 2 * a->height;
    move.cols = halfway.cols = a->stride;
    kernel_gemm()->ab(halfway, a->along, NULL, move);
}

/* ---- resampling ---- */

/* Every pixel with its neighbours to the right, below, and below to the right: the pixel is the
 * lowest byte. So the four that a position lies between are one load. */
static inline void fill_quads(const struct augment *a, struct augment_scratch *s,
                              const uint8_t *pixels) {
    size_t channels = (size_t)a->channels, n = (size_t)a->width * channels;
    size_t stride = n + 3 * channels, quads = ((size_t)a->height + 2) * stride - channels;
    for (size_t y = 0; y < (size_t)a->height; y++)
        memcpy(s->padded + (y + 1) * stride + channels, pixels + y * n, n);
    const uint8_t *left = s->padded, *right = left + channels;
    const uint8_t *below = left + stride, *across = below + channels;
    uint32_t *quad = s->quads;
    for (size_t i = 0; i < quads; i++)
        quad[i] = (uint32_t)left[i] | (uint32_t)right[i] << 8 | (uint32_t)below[i] << 16 |
                  (uint32_t)across[i] << 24;
}

/* Adds to sum[j], for the PIXELS pixels of a row from column `first` on, 2^16 times the value at
 * (x + xx j, y + yx j), plus move, in steps of 1/256 pixel. The margins make all positions valid.
 * The loads are a loop of their own, so that all the rest is vector code. */
static inline void add_values(const struct augment *a, const uint32_t *quads, const float *from,
                              const real *move, uint32_t *sum) {
    float right = (float)a->width, low = (float)a->height;
    int x[PIXELS], y[PIXELS], at[PIXELS], c = a->channels, stride = (a->width + 3) * c;
    uint32_t quad[PIXELS];
    for (int j = 0; j < PIXELS; j++) {
        float sx = (from[0] + from[1] * (float)j) + (float)move[j];
        float sy = (from[2] + from[3] * (float)j) + (float)move[j + a->stride];
        sx = sx < -1 ? -1 : sx > right ? right : sx;
        sy = sy < -1 ? -1 : sy > low ? low : sy;
        x[j] = (int)((sx + 1) * 256 + 0.5f);
        y[j] = (int)((sy + 1) * 256 + 0.5f);
        at[j] = (y[j] >> 8) * stride + (x[j] >> 8) * c;
    }
    for (int j = 0; j < PIXELS; j++)
        quad[j] = quads[at[j]];
    for (int j = 0; j < PIXELS; j++) { /* two rows at once, 16 bits each */
        uint32_t fx = (uint32_t)x[j] & 255, fy = (uint32_t)y[j] & 255;
        uint32_t lefts = quad[j] & 0xff00ff, rights = quad[j] >> 8 & 0xff00ff;
        uint32_t rows = lefts * (256 - fx) + rights * fx;
        sum[j] += (rows & 0xffff) * (256 - fy) + (rows >> 16) * fy;
    }
}

/* Beyond the end of a row, the next one will be stored. */
static inline void store(uint8_t *out, int step, const uint32_t *sum, int shift) {
    for (int j = 0; j < PIXELS; j++)
        out[j * step] = (uint8_t)((sum[j] + (1u << (shift - 1))) >> shift);
}

/* Where the map shrinks the image, a pixel of the result is the mean of side x side positions in
 * it, side being a power of two, so that no pixel of the image is left out: an interpolated value
 * covers two pixels in each direction, and neighbouring positions are at most 1.5 apart, unless the
 * image shrinks to less than 1/24. */
CLONED void augment_warp(const struct augment *a, struct augment_scratch *s,
                         const struct augment_map *m, const uint8_t *pixels) {
    double step = fmax(m->xx * m->xx + m->yx * m->yx, m->xy * m->xy + m->yy * m->yy);
    int side = 1, shift = 16, w = a->width, channels = a->channels;
    fill_quads(a, s, pixels);
    for (; side < MAX_SIDE && 1.5 * 1.5 * side * side < step; side *= 2)
        shift += 2;
    double part = 1.0 / side;
    for (int y = 0; y < a->height; y++)
        for (int first = 0; first < w; first += PIXELS)
            for (int c = 0; c < channels; c++) {
                const real *move = s->move + (size_t)y * 2 * (size_t)a->stride + first;
                uint8_t *out =
                    s->pixels + ((size_t)y * (size_t)w + (size_t)first) * (size_t)channels + c;
                uint32_t sum[PIXELS] = {0};
                for (int i = 0; i < side; i++)
                    for (int j = 0; j < side; j++) {
                        double u = first + (j + 0.5) * part - 0.5, v = y + (i + 0.5) * part - 0.5;
                        float from[] = {(float)(m->xx * u + m->xy * v + m->x0), (float)m->xx,
                                        (float)(m->yx * u + m->yy * v + m->y0), (float)m->yx};
                        add_values(a, s->quads + c, from, move, sum);
                    }
                if (channels == 1)
                    store(out, 1, sum, shift);
                else
                    store(out, channels, sum, shift);
            }
}
