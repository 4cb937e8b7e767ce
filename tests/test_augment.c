/* Augmentation: the distorted samples, compared with a plain reference in double, and what trains
 * on them. */
#include "base/file.h"
#include "data/augment.h"
#include "fixtures.h"
#include "picture/picture.h"
#include "runs/training.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_augment(void);

enum { HEIGHT = 19, WIDTH = 35, MAX = HEIGHT * WIDTH * 3 };

static struct arena arena;

/* An augmentation with these options for this test's images. */
static struct augment *prepare(struct augment_options o, int channels) {
    struct error e = {0};
    o.elastic.sigma = o.elastic.sigma > 0 ? o.elastic.sigma : 4;
    struct augment *a = augment_new(&o, 42, HEIGHT, WIDTH, channels, 2, &arena, &e);
    ck_assert_msg(a != NULL, "%s", e.text);
    a->epoch = 1;
    return a;
}

/* Distorts the image as sample `sample`, into `out`. */
static void distort(struct augment *a, int sample, const uint8_t *pixels, uint8_t *out) {
    struct augment_scratch *s = augment_begin(a);
    memcpy(out, augment_image(a, s, sample, pixels), (size_t)(HEIGHT * WIDTH * a->channels));
    augment_end(s);
}

/* A smooth image, so that small differences of a position make small ones of a pixel. */
static void fill(uint8_t *pixels, int channels) {
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < channels; c++)
                pixels[(y * WIDTH + x) * channels + c] =
                    (uint8_t)(128 + 60 * sin(x * 0.7 + c) + 60 * cos(y * 0.5 - x * 0.1 * c));
}

/* Random pixels. */
static void fill_random(uint8_t *pixels, int count) {
    struct rng r = rng_stream(1, RNG_CHECK, 0);
    for (int i = 0; i < count; i++)
        pixels[i] = (uint8_t)rng_below(&r, 256);
}

static void warp(struct augment *a, struct augment_map m, const uint8_t *pixels, uint8_t *out) {
    struct augment_scratch *s = augment_begin(a);
    augment_warp(a, s, &m, pixels);
    memcpy(out, s->pixels, (size_t)(HEIGHT * WIDTH * a->channels));
    augment_end(s);
}

/* ---- a map whose positions are whole pixels moves pixels ---- */

START_TEST(a_map_between_whole_pixels_moves_each_exactly) {
    static uint8_t pixels[MAX], out[MAX];
    static const struct augment_map maps[] = {
        {1, 0, 0, 0, 1, 0},          /* identity */
        {1, 0, -3, 0, 1, 2},         /* 3 to the right and 2 up */
        {-1, 0, WIDTH - 1, 0, 1, 0}, /* left and right */
        {0, 1, 0, -1, 0, HEIGHT},    /* a quarter turn */
        {1, 0, 100, 0, 1, 0},        /* out of the image */
        {1, 0, 0, 0, 1, -1e9},
    };
    for (int channels = 1; channels <= 3; channels += 2) {
        struct augment *a = prepare((struct augment_options){.rotate = 1}, channels);
        fill_random(pixels, MAX);
        for (size_t k = 0; k < sizeof maps / sizeof *maps; k++) {
            const struct augment_map *m = &maps[k];
            warp(a, *m, pixels, out);
            for (int i = 0; i < HEIGHT * WIDTH * channels; i++) {
                int c = i % channels, x = i / channels % WIDTH, y = i / channels / WIDTH;
                double u = m->xx * x + m->xy * y + m->x0, v = m->yx * x + m->yy * y + m->y0;
                bool inside = u >= 0 && u < WIDTH && v >= 0 && v < HEIGHT;
                int want = inside ? pixels[((int)v * WIDTH + (int)u) * channels + c] : 0;
                ck_assert_msg(out[i] == want, "map %zu, x %d, y %d, channel %d: %d, not %d", k, x,
                              y, c, out[i], want);
            }
        }
    }
}
END_TEST

START_TEST(distortions_of_size_zero_change_nothing) {
    static uint8_t pixels[MAX], out[MAX];
    fill_random(pixels, MAX);
    /* too small to change a pixel, but not off */
    struct augment_options o = {.rotate = 1e-9,
                                .scale = 1e-9,
                                .shear = 1e-9,
                                .shift = 1e-9,
                                .flip = 1e-12,
                                .elastic = {1e-9, 4},
                                .brightness = 1e-9,
                                .contrast = 1e-9,
                                .noise = 1e-9,
                                .erase = 1e-12};
    for (int channels = 1; channels <= 3; channels += 2) {
        distort(prepare(o, channels), 7, pixels, out);
        ck_assert_mem_eq(out, pixels, (size_t)(HEIGHT * WIDTH * channels));
        distort(prepare((struct augment_options){.noise = 1e-9}, channels), 7, pixels, out);
        ck_assert_mem_eq(out, pixels, (size_t)(HEIGHT * WIDTH * channels));
    }
}
END_TEST

/* ---- the reference ---- */

/* Number i of this use of sample `sample` in epoch 1, by the generator's plain block function. */
static uint32_t number(int sample, enum augment_use use, int i) {
    const uint32_t key[2] = {42, 0};
    uint32_t counter[4] = {(uint32_t)(i / 64 * 16 + i % 16), (uint32_t)sample, 1,
                           8u + 256u * (uint32_t)use};
    uint32_t out[4];
    rng_philox(counter, key, out);
    return out[i % 64 / 16];
}

static double in_range(double s, int sample, int i) {
    return s * (number(sample, AUGMENT_SINGLE, i) * 0x1p-31 - 1);
}

/* The pixel at a position, bilinear, with 0 outside. */
static double pixel_at(const uint8_t *pixels, double x, double y, int channels, int c) {
    double value = 0;
    for (int i = (int)floor(y); i <= floor(y) + 1; i++)
        for (int j = (int)floor(x); j <= floor(x) + 1; j++)
            if (i >= 0 && i < HEIGHT && j >= 0 && j < WIDTH)
                value +=
                    (1 - fabs(x - j)) * (1 - fabs(y - i)) * pixels[(i * WIDTH + j) * channels + c];
    return value;
}

/* The displacement in x (0) or y (1) of a pixel. */
static double displacement(const struct augment_elastic *o, int sample, int px, int py, int axis) {
    enum { STRIDE = 48 }; /* the width, rounded up to a multiple of 16 */
    double all = 0, sum = 0;
    int r = (int)ceil(3 * o->sigma);
    for (int k = -r; k <= r; k++)
        all += exp(-k * k / (2 * o->sigma * o->sigma));
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int dx = x - px, dy = y - py;
            uint32_t bits = number(sample, AUGMENT_ELASTIC, y * STRIDE + x);
            double u = (((axis ? bits >> 16 : bits & 0xffff) + 0.5) / 32768) - 1;
            if (abs(dx) <= r && abs(dy) <= r)
                sum += u * exp(-(dx * dx + dy * dy) / (2 * o->sigma * o->sigma)) / (all * all);
        }
    return o->alpha * sum;
}

START_TEST(a_distorted_image_is_that_of_a_plain_reference) {
    static uint8_t pixels[MAX], out[MAX];
    static const struct augment_options options[] = {
        {.rotate = 180},
        {.scale = 0.3},
        {.shear = 0.5},
        {.shift = 6},
        {.flip = 0.5},
        {.elastic = {40, 3}},
        {.rotate = 30, .scale = 0.3, .shear = 0.2, .shift = 3, .flip = 0.5, .elastic = {30, 5}},
    };
    for (int k = 0; k < 14; k++) {
        const struct augment_options *o = &options[k / 2];
        int channels = k % 2 ? 3 : 1, sample = 100 + k;
        fill(pixels, channels);
        distort(prepare(*o, channels), sample, pixels, out);
        double angle = in_range(o->rotate, sample, 0) * acos(-1) / 180;
        double scale = 1 + in_range(o->scale, sample, 1), shear = in_range(o->shear, sample, 2);
        bool flip = number(sample, AUGMENT_SINGLE, 5) * 0x1p-32 < o->flip;
        for (int i = 0; i < HEIGHT * WIDTH * channels; i++) {
            int c = i % channels, px = i / channels % WIDTH, py = i / channels / WIDTH;
            double x = px - (WIDTH - 1) / 2.0 - in_range(o->shift, sample, 3);
            double y = py - (HEIGHT - 1) / 2.0 - in_range(o->shift, sample, 4);
            double u = cos(angle) * x + sin(angle) * y, v = cos(angle) * y - sin(angle) * x;
            u = (u + shear * v) / scale * (flip ? -1 : 1) + (WIDTH - 1) / 2.0;
            v = v / scale + (HEIGHT - 1) / 2.0;
            if (o->elastic.alpha > 0) {
                u += displacement(&o->elastic, sample, px, py, 0);
                v += displacement(&o->elastic, sample, px, py, 1);
            }
            double want = pixel_at(pixels, u, v, channels, c);
            /* half a level, and 1/512 pixel in x and y, between pixels that differ by up to 255 */
            ck_assert_msg(fabs(out[i] - want) <= 0.5 + 2 * 255.0 / 512 + 0.01,
                          "options %d, x %d, y %d, channel %d: %d, not %g", k / 2, px, py, c,
                          out[i], want);
        }
    }
}
END_TEST

START_TEST(colours_noise_and_erased_parts_are_those_of_a_plain_reference) {
    static uint8_t pixels[MAX], out[MAX];
    struct augment_options o = {.brightness = 0.3, .contrast = 0.6, .noise = 0.2, .erase = 0.5};
    int erased = 0;
    for (int sample = 0; sample < 20; sample++) {
        int channels = sample % 2 ? 3 : 1, n = HEIGHT * WIDTH * channels;
        double mean = 0, place[4];
        fill(pixels, channels);
        for (int i = 0; i < n; i++)
            mean += (double)pixels[i] / n;
        distort(prepare(o, channels), sample, pixels, out);
        double brightness = 1 + in_range(o.brightness, sample, 6);
        double contrast = 1 + in_range(o.contrast, sample, 7);
        bool black = number(sample, AUGMENT_SINGLE, 8) * 0x1p-32 < o.erase;
        for (int i = 0; i < 4; i++)
            place[i] = number(sample, AUGMENT_SINGLE, 9 + i) * 0x1p-32;
        int high = 1 + (int)(place[0] * (HEIGHT / 2)), wide = 1 + (int)(place[1] * (WIDTH / 2));
        int top = (int)(place[2] * (HEIGHT - high + 1)),
            left = (int)(place[3] * (WIDTH - wide + 1));
        erased += black;
        for (int i = 0; i < n; i++) {
            int x = i / channels % WIDTH, y = i / channels / WIDTH;
            double noise = number(sample, AUGMENT_NOISE, i) * 0x1p-31;
            noise = 255 * o.noise * (noise >= 1 ? noise - 2 : noise);
            double want = brightness * (mean + contrast * (pixels[i] - mean)) + noise;
            want = want < 0 ? 0 : want > 255 ? 255 : want;
            if (black && x >= left && x < left + wide && y >= top && y < top + high)
                want = 0;
            ck_assert_msg(fabs(out[i] - want) <= 0.501, "sample %d, x %d, y %d: %d, not %g", sample,
                          x, y, out[i], want);
        }
    }
    ck_assert(erased > 3 && erased < 17);
}
END_TEST

/* Without the mean over more positions, every second column would be left out. */
START_TEST(a_shrunk_image_is_a_mean_of_all_its_pixels) {
    static uint8_t pixels[MAX], out[MAX];
    struct augment *a = prepare((struct augment_options){.scale = 0.5}, 1);
    for (int i = 0; i < HEIGHT * WIDTH; i++)
        pixels[i] = i % WIDTH % 2 ? 200 : 0;
    for (int factor = 2; factor <= 8; factor *= 2) {
        double x0 = (WIDTH - 1) / 2.0 * (1 - factor), y0 = (HEIGHT - 1) / 2.0 * (1 - factor);
        warp(a, (struct augment_map){factor, 0, x0, 0, factor, y0}, pixels, out);
        for (int x = WIDTH / 2 - 1; x <= WIDTH / 2 + 1; x++)
            ck_assert_int_le(abs(out[HEIGHT / 2 * WIDTH + x] - 100), 1);
    }
}
END_TEST

/* ---- what a distorted sample depends on ---- */

START_TEST(a_distorted_image_depends_only_on_seed_epoch_and_sample) {
    static uint8_t pixels[MAX], first[MAX], again[MAX];
    struct augment_options o = {.rotate = 20, .elastic = {30, 4}, .noise = 0.1};
    struct augment *a = prepare(o, 3), *b = prepare(o, 3);
    fill(pixels, 3);
    distort(a, 5, pixels, first);
    distort(a, 6, pixels, again);
    ck_assert_mem_ne(again, first, MAX);
    a->epoch = 2;
    distort(a, 5, pixels, again);
    ck_assert_mem_ne(again, first, MAX);
    a->epoch = 1;
    struct augment_scratch *other =
        augment_begin(a); /* so that the next call takes the second one */
    distort(a, 5, pixels, again);
    augment_end(other);
    ck_assert_mem_eq(again, first, MAX);
    distort(b, 5, pixels, again);
    ck_assert_mem_eq(again, first, MAX);
    b->seed++;
    distort(b, 5, pixels, again);
    ck_assert_mem_ne(again, first, MAX);
}
END_TEST

START_TEST(one_key_does_not_change_what_another_draws) {
    static uint8_t pixels[MAX], first[MAX], again[MAX];
    fill(pixels, 1);
    distort(prepare((struct augment_options){.shift = 5}, 1), 3, pixels, first);
    distort(prepare(
                (struct augment_options){
                    .shift = 5, .erase = 1e-9, .flip = 1e-9, .noise = 1e-9, .elastic = {1e-9, 2}},
                1),
            3, pixels, again);
    ck_assert_mem_eq(again, first, HEIGHT * WIDTH);
}
END_TEST

/* ---- training ---- */

static struct training *training(const char *const *overrides) {
    struct error e = {0};
    struct training *t = training_new("tests/small-augment.json", overrides, 1, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

START_TEST(augmentation_changes_neither_initial_weights_nor_the_order) {
    struct training *a = training(NULL),
                    *b = training((const char *const[]){"data.augment={}", NULL});
    ck_assert_ptr_nonnull(a->train.augment);
    ck_assert_ptr_null(b->train.augment);
    train_order(a, 3);
    train_order(b, 3);
    ck_assert_mem_eq(a->order, b->order, (size_t)a->train.count * sizeof(int));
    ck_assert_mem_eq(a->model->theta, b->model->theta, a->model->nparams * sizeof(real));
    training_free(a);
    training_free(b);
}
END_TEST

START_TEST(only_training_batches_are_distorted) {
    struct training *a = training(NULL),
                    *b = training((const char *const[]){"data.augment={}", NULL});
    struct evaluation x = {0}, y = {0};
    evaluation_run(&x, a->model, &a->train, NULL);
    evaluation_run(&y, b->model, &b->train, NULL);
    ck_assert(x.loss == y.loss);
    evaluation_run(&x, a->model, &a->validation, NULL);
    evaluation_run(&y, b->model, &b->validation, NULL);
    ck_assert(x.loss == y.loss);
    train_order(a, 1);
    batch_gather(&a->train, a->order, NULL, 20, a->model->act[0], &a->model->target);
    batch_gather(&b->train, a->order, NULL, 20, b->model->act[0], &b->model->target);
    ck_assert_mem_ne(a->model->act[0].data, b->model->act[0].data, 20 * 784 * sizeof(real));
    training_free(a);
    training_free(b);
}
END_TEST

START_TEST(a_config_without_augmentation_is_written_as_before) {
    struct text with = {0}, without = {0};
    struct training *a = training(NULL),
                    *b = training((const char *const[]){"data.augment={}", NULL});
    config_write(&a->config, 0, &with);
    config_write(&b->config, 0, &without);
    ck_assert_ptr_nonnull(strstr(with.data, "\"sigma\""));
    ck_assert_ptr_null(strstr(without.data, "\"augment\""));
    text_free(&with);
    text_free(&without);
    training_free(a);
    training_free(b);
}
END_TEST

START_TEST(a_table_gets_noise_on_standardized_columns_alone) {
    struct error e = {0};
    static const char *const overrides[] = {"data.scaling=standardize", "data.augment.noise=0.25",
                                            NULL};
    struct training *t = training_new("configs/tiny/moons.json", overrides, 1, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    enum { N = 40 };
    real plain[N][2], x[N][2];
    struct augment *a = t->train.augment;
    struct tensor rows = {x[0], N, 2};
    double largest = 0;
    train_order(t, 1);
    batch_gather(&t->train, t->order, NULL, N < t->model->rows ? N : t->model->rows, rows,
                 &t->model->target);
    t->train.augment = NULL;
    rows.data = plain[0];
    int n = N < t->model->rows ? N : t->model->rows;
    batch_gather(&t->train, t->order, NULL, n, rows, &t->model->target);
    for (int i = 0; i < 2 * n; i++) {
        double noise = (double)x[i / 2][i % 2] - (double)plain[i / 2][i % 2];
        ck_assert_double_le(fabs(noise), 0.25 + 1e-6);
        largest = fmax(largest, fabs(noise));
    }
    ck_assert_double_gt(largest, 0.2);
    t->train.augment = a;
    training_free(t);
}
END_TEST

/* ---- what people see ---- */

/* The tile in this column and row of a sheet of 28 x 28 pixels. */
static void check_tile(const struct picture *sheet, int column, int row, const uint8_t *want) {
    for (int y = 0; y < 28; y++)
        ck_assert_mem_eq(picture_pixel(sheet, 30 * column, 30 * row + y), want + 28 * y, 28);
}

START_TEST(the_sheet_shows_what_training_sees) {
    struct test_outcome o =
        test_shell("$ONEHOT data tests/small-augment.json --augmented 2 --out %s/a.png", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "900 to train, 100 to validate"));
    struct picture sheet = {0};
    struct error e = {0};
    ck_assert_int_eq(picture_read(&sheet, test_path("a.png"), (const uint8_t[3]){0}, &e), 0);
    ck_assert(sheet.width == 16 * 30 - 2 && sheet.height == 3 * 30 - 2 && sheet.channels == 1);
    struct training *t = training(NULL);
    int first[16];
    train_order(t, 1);
    memcpy(first, t->order, sizeof first);
    for (int epoch = 0; epoch <= 2; epoch++) {
        struct sample_set set = t->train;
        set.augment = epoch == 0 ? NULL : set.augment;
        if (epoch > 0)
            train_order(t, epoch);
        batch_gather(&set, first, NULL, 16, t->model->act[0], &t->model->target);
        for (int i = 0; i < 16; i++) {
            uint8_t pixels[784];
            for (int k = 0; k < 784; k++)
                pixels[k] = (uint8_t)lrintf(255 * (float)tensor_row(t->model->act[0], i)[k]);
            check_tile(&sheet, i, epoch, pixels);
        }
    }
    picture_free(&sheet);
    training_free(t);
}
END_TEST

START_TEST(the_report_shows_distorted_samples_of_augmented_runs_alone) {
    struct test_outcome o = test_shell(
        "for c in small-augment small; do $ONEHOT train tests/$c.json train.epochs=1 --quiet "
        "output=%s/$c && grep -c '\"augmented\": \"data:image' %s/$c/report.html; done; true",
        test_dir, test_dir);
    ck_assert_str_eq(o.out, "1\n0\n");
}
END_TEST

START_TEST(a_sheet_that_cannot_be_made_is_refused) {
    static const char *const commands[] = {
        "tests/small.json --augmented 2", "configs/tiny/moons.json --augmented 2",
        "tests/small-augment.json --out a.png", "tests/small-augment.json --augmented 101",
        "tests/small-augment.json --augmented 2 --out /no/a.png"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        test_failed(test_shell("$ONEHOT data %s >/dev/null", commands[i]), i < 4 ? 2 : 1, "");
}
END_TEST

static void refused(const char *arguments, const char *names) {
    test_failed(test_shell("$ONEHOT train %s output=%s/run", arguments, test_dir), 2, names);
}

START_TEST(keys_that_do_not_fit_are_refused) {
    refused("configs/tiny/moons.json data.augment.flip=0.5", "\"data.augment\"");
    refused("configs/tiny/moons.json data.augment.noise=0.1", "\"data.augment\"");
    refused("tests/small.json data.augment.rotate=181", "\"data.augment.rotate\"");
    refused("tests/small.json data.augment.elastic.sigma=0", "\"data.augment.elastic.sigma\"");
    refused("tests/small.json data.augment.elastic=34", "\"data.augment.elastic\"");
    refused("tests/small.json data.augment.rotat=5", "\"data.augment.rotat\"");
    refused("tests/small.json data.augment.scale=1", "\"data.augment.scale\"");
}
END_TEST

Suite *test_augment(void) {
    return TEST_SUITE(
        "augment", a_map_between_whole_pixels_moves_each_exactly,
        distortions_of_size_zero_change_nothing, a_distorted_image_is_that_of_a_plain_reference,
        colours_noise_and_erased_parts_are_those_of_a_plain_reference,
        a_shrunk_image_is_a_mean_of_all_its_pixels,
        a_distorted_image_depends_only_on_seed_epoch_and_sample,
        one_key_does_not_change_what_another_draws,
        augmentation_changes_neither_initial_weights_nor_the_order,
        only_training_batches_are_distorted, a_config_without_augmentation_is_written_as_before,
        a_table_gets_noise_on_standardized_columns_alone, keys_that_do_not_fit_are_refused,
        the_sheet_shows_what_training_sees,

        the_report_shows_distorted_samples_of_augmented_runs_alone,
        a_sheet_that_cannot_be_made_is_refused);
}
