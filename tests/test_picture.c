/* Pictures in memory. */
#include "base/rng.h"
#include "picture/picture.h"
#include "picture/preprocess.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int at(const struct picture *p, int x, int y, int c) {
    return p->pixels[(y * p->width + x) * p->channels + c];
}

/* Divides each source pixel into 2d x 2d cells, 2n x 2n of which make a new pixel, and takes the
 * cells' mean: the definition, one cell at a time. */
static int mean_of_cells(const struct picture *p, int width, int height, int x, int y, int c) {
    bool wide = p->width * height > p->height * width;
    int n = wide ? p->width : p->height, d = wide ? width : height, count = 0;
    int left = p->width * d - width * n, top = p->height * d - height * n;
    double sum = 0;
    for (int v = top + y * 2 * n; v < top + (y + 1) * 2 * n; v++)
        for (int u = left + x * 2 * n; u < left + (x + 1) * 2 * n; u++)
            if (u >= 0 && v >= 0 && u < p->width * 2 * d && v < p->height * 2 * d) {
                sum += at(p, u / (2 * d), v / (2 * d), c);
                count++;
            }
    return count > 0 ? (int)floor(sum / count + 0.5) : -1;
}

static int side(struct rng *r) {
    return 1 + (int)rng_below(r, 13);
}

START_TEST(resizing_to_any_size_takes_exact_means) {
    struct rng r = rng_stream(4, RNG_SHUFFLE, 0);
    for (int i = 0; i < 300; i++) {
        struct error e = {0};
        int width = side(&r), height = side(&r), channels = i % 2 ? 1 : 3;
        struct picture p = {.width = side(&r), .height = side(&r)}, q;
        p.channels = channels;
        p.pixels = malloc(picture_size(&p));
        for (size_t k = 0; k < picture_size(&p); k++)
            p.pixels[k] = (uint8_t)rng_u32(&r);
        q = p;
        q.pixels = malloc(picture_size(&p));
        memcpy(q.pixels, p.pixels, picture_size(&p));
        ck_assert_int_eq(preprocess_resize(&q, width, height, channels, &e), 0);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < channels; c++) {
                    int mean = mean_of_cells(&p, width, height, x, y, c);
                    if (mean >= 0)
                        ck_assert_int_eq(at(&q, x, y, c), mean);
                }
        picture_free(&p);
        picture_free(&q);
    }
}
END_TEST

START_TEST(the_largest_picture_is_resized_without_overflow) {
    struct error e = {0};
    struct picture p = {.width = PICTURE_MAX_SIDE, .height = 3, .channels = 1};
    p.pixels = malloc(picture_size(&p));
    memset(p.pixels, 255, picture_size(&p));
    ck_assert_int_eq(preprocess_resize(&p, 1, 1, 1, &e), 0);
    ck_assert_int_eq(p.pixels[0], 255);
    picture_free(&p);
}
END_TEST

Suite *test_picture(void);

Suite *test_picture(void) {
    return TEST_SUITE("picture", resizing_to_any_size_takes_exact_means,
                      the_largest_picture_is_resized_without_overflow);
}
