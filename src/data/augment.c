#include "data/augment.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

#include <limits.h>

static const struct key elastic_keys[] = {
    REAL_KEY(struct augment_elastic, alpha, "0", 0, 1e6,
             "the factor of the displacements; 0: none"),
    POSITIVE_KEY(struct augment_elastic, sigma, "4", 1000,
                 "the standard deviation, in pixels, of the Gaussian that smooths them"),
    END_KEY};

const struct key augment_keys[] = {
    REAL_KEY(struct augment_options, rotate, "0", 0, 180, "rotate by up to this many degrees"),
    REAL_KEY(struct augment_options, scale, "0", 0, 0.9,
             "scale by a factor from 1 minus this to 1 plus this"),
    REAL_KEY(struct augment_options, shear, "0", 0, 1,
             "shift each row sideways by up to this, times its distance from the centre"),
    REAL_KEY(struct augment_options, shift, "0", 0, 16384,
             "shift by up to this many pixels on each axis"),
    REAL_KEY(struct augment_options, flip, "0", 0, 1, "the probability of swapping left and right"),
    SECTION_KEY(struct augment_options, elastic, "{}", elastic_keys,
                "move each pixel by a random vector, smoothed over its neighbours"),
    REAL_KEY(struct augment_options, brightness, "0", 0, 1,
             "multiply pixels by a factor from 1 minus this to 1 plus this"),
    REAL_KEY(struct augment_options, contrast, "0", 0, 1,
             "the same for the differences from the image's mean"),
    REAL_KEY(struct augment_options, noise, "0", 0, 100,
             "add a number from minus this to plus this to each pixel (0 .. 1), or to each "
             "standardized value of a table"),
    REAL_KEY(struct augment_options, erase, "0", 0, 1,
             "the probability of a black rectangle, up to half as wide and as high as the image"),
    END_KEY};

static bool moves(const struct augment_options *o) {
    return o->rotate > 0 || o->scale > 0 || o->shear > 0 || o->shift > 0 || o->flip > 0 ||
           o->elastic.alpha > 0;
}

bool augment_needs_images(const struct augment_options *o) {
    return moves(o) || o->brightness > 0 || o->contrast > 0 || o->erase > 0;
}

bool augment_is_on(const struct augment_options *o) {
    return augment_needs_images(o) || o->noise > 0;
}

struct augment *augment_new(const struct augment_options *o, uint64_t seed, int height, int width,
                            int channels, int threads, struct arena *arena, struct error *e) {
    size_t h = (size_t)height, w = (size_t)width, c = (size_t)channels;
    struct augment *a = arena_alloc(arena, 1, sizeof *a);
    struct augment_scratch *scratch = arena_alloc(arena, (size_t)threads, sizeof *scratch);
    bool enough = a && scratch && (double)(h + 3) * (double)(w + 3) * (double)c < INT_MAX;
    if (enough)
        *a = (struct augment){.options = *o,
                              .seed = seed,
                              .height = height,
                              .width = width,
                              .channels = channels,
                              .threads = threads,
                              .scratch = scratch};
    enough = enough && augment_warp_prepare(a, arena, e) == 0;
    for (struct augment_scratch *s = scratch; enough && s < scratch + threads; s++) {
        size_t moves_size = 2 * h * (size_t)a->stride + AUGMENT_SLACK;
        s->move = arena_alloc(arena, moves_size, sizeof *s->move);
        s->halfway = arena_alloc(arena, moves_size, sizeof *s->halfway);
        s->padded = arena_alloc(arena, (h + 3) * (w + 3), c);
        s->quads = arena_alloc(arena, (h + 2) * (w + 3) * c, sizeof *s->quads);
        s->pixels = arena_alloc(arena, (h * w + AUGMENT_SLACK) * c, 1);
        enough = s->move && s->halfway && s->padded && s->quads && s->pixels;
    }
    if (!enough)
        error_memory(e, "the augmentation");
    return enough ? a : NULL;
}

struct augment_scratch *augment_begin(struct augment *a) {
    for (int i = 0;; i = (i + 1) % a->threads)
        if (!atomic_flag_test_and_set(&a->scratch[i].taken))
            return &a->scratch[i];
}

void augment_end(struct augment_scratch *s) { atomic_flag_clear(&s->taken); }

/* ---- one sample ---- */

/* The numbers of AUGMENT_SINGLE. */
enum { ROTATE, SCALE, SHEAR, SHIFT_X, SHIFT_Y, FLIP, BRIGHTNESS, CONTRAST, ERASE, SIDES };
enum { PLACE = SIDES + 2 };

static double uniform(uint32_t number) { /* in [0, 1) */
    return (double)number * 0x1p-32;
}

static double within(double s, uint32_t number) { /* uniform in [-s, s) */
    return s * (2 * uniform(number) - 1);
}

/* The result's pixels are mapped back to where they are from: relative to the centre, a shift, then
 * a rotation R(-t), the scale, the shear and the flip. sin t and cos t follow from sin(t / 4) by
 * doubling the angle twice. */
static struct augment_map make_map(const struct augment *a, const uint32_t *number) {
    const struct augment_options *o = &a->options;
    double sine = vmath_sine(within(o->rotate / 360, number[ROTATE])),
           cosine = sqrt(1 - sine * sine);
    for (int i = 0; i < 2; i++) {
        double twice = 2 * sine * cosine;
        cosine = cosine * cosine - sine * sine;
        sine = twice;
    }
    double scale = 1 + within(o->scale, number[SCALE]), shear = within(o->shear, number[SHEAR]);
    double side = uniform(number[FLIP]) < o->flip ? -scale : scale;
    double middle_x = (a->width - 1) / 2.0, x = middle_x + within(o->shift, number[SHIFT_X]);
    double middle_y = (a->height - 1) / 2.0, y = middle_y + within(o->shift, number[SHIFT_Y]);
    struct augment_map m = {.xx = (cosine - shear * sine) / side,
                            .xy = (sine + shear * cosine) / side,
                            .yx = -sine / scale,
                            .yy = cosine / scale};
    m.x0 = middle_x - m.xx * x - m.xy * y;
    m.y0 = middle_y - m.yx * x - m.yy * y;
    return m;
}

/* With mean m, contrast c and brightness b: b (m + c (x - m)) = b c x + b m (1 - c), plus noise,
 * rounded to 8 bits. */
CLONED static void colour(const struct augment *a, int sample, const uint32_t *single,
                          uint8_t *pixels) {
    const struct augment_options *o = &a->options;
    int n = a->height * a->width * a->channels;
    uint64_t sum = 0;
    for (int i = 0; i < n; i++)
        sum += pixels[i];
    double b = 1 + within(o->brightness, single[BRIGHTNESS]);
    double c = 1 + within(o->contrast, single[CONTRAST]), mean = (double)sum / n;
    float gain = (float)(b * c), offset = (float)(b * mean * (1 - c));
    float noise = (float)(o->noise * 255 * 0x1p-31);
    for (int first = 0; first < n; first += PHILOX_NUMBERS) {
        int count = n - first < PHILOX_NUMBERS ? n - first : PHILOX_NUMBERS;
        uint32_t number[PHILOX_NUMBERS];
        augment_numbers(a, sample, AUGMENT_NOISE, first, number);
        for (int i = 0; i < count; i++) {
            float y =
                (gain * (float)pixels[first + i] + offset) + noise * (float)(int32_t)number[i];
            y = y < 0 ? 0 : y > 255 ? 255 : y;
            pixels[first + i] = (uint8_t)(int)(y + 0.5f);
        }
    }
}

static void erase(const struct augment *a, const uint32_t *number, uint8_t *pixels) {
    int high = 1 + (int)(uniform(number[SIDES]) * (a->height / 2));
    int wide = 1 + (int)(uniform(number[SIDES + 1]) * (a->width / 2));
    int y = (int)(uniform(number[PLACE]) * (a->height - high + 1));
    int x = (int)(uniform(number[PLACE + 1]) * (a->width - wide + 1));
    for (int i = y; i < y + high; i++)
        memset(pixels + ((size_t)i * (size_t)a->width + (size_t)x) * (size_t)a->channels, 0,
               (size_t)wide * (size_t)a->channels);
}

const uint8_t *augment_image(const struct augment *a, struct augment_scratch *s, int sample,
                             const uint8_t *pixels) {
    const struct augment_options *o = &a->options;
    uint32_t number[PHILOX_NUMBERS];
    augment_numbers(a, sample, AUGMENT_SINGLE, 0, number);
    if (o->elastic.alpha > 0)
        augment_warp_draw(a, s, sample);
    if (moves(o)) {
        struct augment_map map = make_map(a, number);
        augment_warp(a, s, &map, pixels);
    } else
        memcpy(s->pixels, pixels, (size_t)a->height * (size_t)a->width * (size_t)a->channels);
    if (o->brightness > 0 || o->contrast > 0 || o->noise > 0)
        colour(a, sample, number, s->pixels);
    if (uniform(number[ERASE]) < o->erase)
        erase(a, number, s->pixels);
    return s->pixels;
}

void augment_values(const struct augment *a, int sample, real *x, int n) {
    uint32_t number[PHILOX_NUMBERS];
    for (int i = 0; i < n; i++) {
        if (i % PHILOX_NUMBERS == 0)
            augment_numbers(a, sample, AUGMENT_NOISE, i, number);
        x[i] += (real)within(a->options.noise, number[i % PHILOX_NUMBERS]);
    }
}
