/* Pictures: every kind of PNG, transparency, other formats, resizing. */
#include "base/rng.h"
#include "fixtures.h"
#include "picture/picture.h"
#include "picture/preprocess.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <zlib.h>

static const uint8_t BLUE[3] = {10, 20, 200}, WHITE[3] = {255, 255, 255};

/* Reads a file that is in memory, or fails the test. */
static struct picture read_on(struct text file, const uint8_t background[3]) {
    struct error e = {0};
    struct picture p;
    ck_assert_msg(picture_read_memory(&p, file.data, file.size, "x", background, &e) == 0, "%s",
                  e.text);
    text_free(&file);
    return p;
}

static struct picture read_file(struct text file) {
    return read_on(file, PICTURE_BLACK);
}

/* Checks that reading fails, with the next text of messages.txt. */
static void refused(struct text file, const char *name) {
    struct error e = {0};
    struct picture p;
    ck_assert_int_eq(
        picture_read_memory(&p, file.data ? file.data : "", file.size, name, PICTURE_BLACK, &e),
        -1);
    ck_assert_ptr_null(p.pixels);
    test_refused(&e, name);
    text_free(&file);
}

static struct text bytes(const void *data, size_t size) {
    struct text t = {0};
    text_add(&t, data, size);
    return t;
}

/* Checks a picture's channels, changes and pixels, and frees it. */
static void check(struct picture p, int channels, unsigned changes, const void *pixels,
                  size_t size) {
    ck_assert_int_eq(p.channels, channels);
    ck_assert_uint_eq(p.changes, changes);
    ck_assert_uint_eq(picture_size(&p), size);
    ck_assert_mem_eq(p.pixels, pixels, size);
    picture_free(&p);
}
#define CHECK(p, channels, changes, ...)                                                           \
    check(p, channels, changes, (const uint8_t[]){__VA_ARGS__},                                    \
          sizeof((const uint8_t[]){__VA_ARGS__}))

/* ---- PNG ---- */

/* A PNG of one row, with a chunk before the pixels (type NULL: none). */
static struct text png(int width, int depth, int color, const char *type, const void *chunk,
                       size_t chunk_size, const char *row, size_t row_size) {
    struct text file = {0}, filtered = {0};
    text_add(&filtered, "", 1); /* filter 0: none */
    text_add(&filtered, row, row_size);
    fixture_png_begin(&file, (uint32_t)width, 1, depth, color);
    if (type && color == 3 && strcmp(type, "tRNS") == 0)
        fixture_png_chunk(&file, "PLTE", "\1\2\3\5\5\5\7\10\11", 9);
    if (type)
        fixture_png_chunk(&file, type, chunk, chunk_size);
    fixture_png_end(&file, filtered.data, filtered.size);
    text_free(&filtered);
    return file;
}
/* The row as a string literal; PNG_WITH also takes a chunk. */
#define PNG(width, depth, color, row) png(width, depth, color, NULL, "", 0, row, sizeof(row) - 1)
#define PNG_WITH(width, depth, color, type, chunk, row)                                            \
    png(width, depth, color, type, chunk, sizeof(chunk) - 1, row, sizeof(row) - 1)

enum { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGBA = 6 };

START_TEST(grey_of_1_2_and_4_bits_spans_0_to_255) {
    CHECK(read_file(PNG(4, 1, GREY, "\xa0")), 1, PICTURE_FEW_BITS, 255, 0, 255, 0);
    CHECK(read_file(PNG(4, 2, GREY, "\x1b")), 1, PICTURE_FEW_BITS, 0, 85, 170, 255);
    CHECK(read_file(PNG(4, 4, GREY, "\x01\x7f")), 1, PICTURE_FEW_BITS, 0, 17, 119, 255);
}
END_TEST

START_TEST(a_palette_gives_its_colours) {
    static const char colours[] = "\1\2\3\4\5\6\7\10\11";
    CHECK(read_file(PNG_WITH(2, 8, PALETTE, "PLTE", colours, "\2\0")), 3, PICTURE_PALETTE, 7, 8, 9,
          1, 2, 3);
    CHECK(read_file(PNG_WITH(3, 2, PALETTE, "PLTE", colours, "\x18")), 3, PICTURE_PALETTE, 1, 2, 3,
          4, 5, 6, 7, 8, 9);
}
END_TEST

START_TEST(a_palette_of_greys_gives_a_grey_picture) {
    CHECK(read_file(PNG_WITH(2, 1, PALETTE, "PLTE", "\x9\x9\x9\xf0\xf0\xf0", "\x40")), 1,
          PICTURE_PALETTE, 9, 240);
}
END_TEST

START_TEST(all_65536_values_of_16_bits_are_rounded_to_8) {
    struct text rows = {0}, file = {0};
    for (int v = 0; v < 65536; v++) {
        if (v % 256 == 0)
            text_add(&rows, "", 1);
        text_add(&rows, (const char[]){(char)(v >> 8), (char)v}, 2);
    }
    fixture_png_begin(&file, 256, 256, 16, GREY);
    fixture_png_end(&file, rows.data, rows.size);
    struct picture p = read_file(file);
    ck_assert_uint_eq(p.changes, PICTURE_16_BITS);
    for (int v = 0; v < 65536; v++)
        ck_assert_int_eq(p.pixels[v], (int)floor(v * 255 / 65535.0 + 0.5));
    picture_free(&p);
    text_free(&rows);
}
END_TEST

START_TEST(every_alpha_composites_every_value_exactly) {
    static const uint8_t backgrounds[] = {0, 77, 255};
    struct text rows = {0};
    for (int a = 0; a < 256; a++) {
        text_add(&rows, "", 1);
        for (int v = 0; v < 256; v++)
            text_add(&rows, (const char[]){(char)v, (char)a}, 2);
    }
    for (int k = 0; k < 3; k++) {
        int b = backgrounds[k];
        struct text file = {0};
        fixture_png_begin(&file, 256, 256, 8, GREY_ALPHA);
        fixture_png_end(&file, rows.data, rows.size);
        struct picture p =
            read_on(file, (const uint8_t[]){backgrounds[k], backgrounds[k], backgrounds[k]});
        ck_assert_int_eq(p.channels, 1);
        ck_assert_uint_eq(p.changes, PICTURE_TRANSPARENT);
        for (int a = 0; a < 256; a++)
            for (int v = 0; v < 256; v++)
                ck_assert_int_eq(p.pixels[a * 256 + v],
                                 (int)floor((v * a + b * (255 - a)) / 255.0 + 0.5));
        picture_free(&p);
    }
    text_free(&rows);
}
END_TEST

START_TEST(colour_with_alpha_is_composited_per_channel) {
    CHECK(read_on(PNG(2, 8, RGBA, "\144\144\144\0\144\144\144\200"), BLUE), 3, PICTURE_TRANSPARENT,
          10, 20, 200, 55, 60, 150);
    CHECK(read_on(PNG(1, 16, RGBA, "\xff\xff\0\0\0\0\x80\x80"), WHITE), 3,
          PICTURE_TRANSPARENT | PICTURE_16_BITS, 255, 127, 127); /* 255 - 128 */
}
END_TEST

START_TEST(grey_with_alpha_becomes_colour_only_on_a_coloured_background) {
    CHECK(read_on(PNG(2, 8, GREY_ALPHA, "\0\0\144\377"), BLUE), 3, PICTURE_TRANSPARENT, 10, 20, 200,
          100, 100, 100);
    CHECK(read_on(PNG(2, 8, GREY_ALPHA, "\0\0\144\377"), WHITE), 1, PICTURE_TRANSPARENT, 255, 100);
    CHECK(read_on(PNG(1, 8, GREY, "\144"), BLUE), 1, 0, 100);
}
END_TEST

START_TEST(an_opaque_picture_with_alpha_is_not_called_transparent) {
    CHECK(read_on(PNG(1, 8, RGBA, "\1\2\3\377"), BLUE), 3, 0, 1, 2, 3);
}
END_TEST

START_TEST(the_transparent_colour_of_a_png_is_composited) {
    CHECK(read_on(PNG_WITH(2, 8, GREY, "tRNS", "\0\7", "\7\10"), WHITE), 1, PICTURE_TRANSPARENT,
          255, 8);
    CHECK(read_on(PNG_WITH(2, 8, RGB, "tRNS", "\0\1\0\2\0\3", "\1\2\3\1\2\4"), BLUE), 3,
          PICTURE_TRANSPARENT, 10, 20, 200, 1, 2, 4);
    CHECK(read_on(PNG_WITH(3, 8, PALETTE, "tRNS", "\0\377", "\0\1\2"), BLUE), 3,
          PICTURE_TRANSPARENT | PICTURE_PALETTE, 10, 20, 200, 5, 5, 5, 7, 8, 9);
    CHECK(read_on(PNG_WITH(4, 2, GREY, "tRNS", "\0\1", "\x1b"), WHITE), 1,
          PICTURE_TRANSPARENT | PICTURE_FEW_BITS, 0, 255, 170, 255);
}
END_TEST

START_TEST(a_transparent_colour_of_16_bits_is_compared_before_rounding) {
    CHECK(read_on(PNG_WITH(2, 16, GREY, "tRNS", "\1\0", "\1\0\1\1"), WHITE), 1,
          PICTURE_TRANSPARENT | PICTURE_16_BITS, 255, 1);
}
END_TEST

static long peak_memory(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss; /* kB */
}

/* Adds 100 MB of zeros, compressed to 100 kB. */
static void add_bomb(struct text *t) {
    static uint8_t zeros[1 << 20], out[1 << 18];
    z_stream z = {.next_out = out, .avail_out = sizeof out};
    ck_assert_int_eq(deflateInit(&z, 9), Z_OK);
    for (int i = 0; i < 100; i++) {
        z.next_in = zeros;
        z.avail_in = sizeof zeros;
        ck_assert_int_eq(deflate(&z, i == 99 ? Z_FINISH : Z_NO_FLUSH), i == 99);
    }
    text_add(t, out, z.total_out);
    deflateEnd(&z);
}

START_TEST(compressed_texts_and_profiles_of_a_png_cost_no_memory) {
    struct text file = {0};
    fixture_png_begin(&file, 2, 1, 8, GREY);
    for (int i = 0; i < 3; i++) {
        static const struct {
            const char *type, *header;
            size_t size;
        } kinds[] = {
            {"zTXt", "Comment\0", 9}, {"iCCP", "Profile\0", 9}, {"iTXt", "Text\0\1\0\0", 9}};
        struct text chunk = {0};
        text_add(&chunk, kinds[i].header, kinds[i].size);
        add_bomb(&chunk);
        fixture_png_chunk(&file, kinds[i].type, chunk.data, chunk.size);
        text_free(&chunk);
    }
    fixture_png_end(&file, "\0\1\2", 3);
    long before = peak_memory();
    CHECK(read_file(file), 1, 0, 1, 2);
    ck_assert_int_lt(peak_memory() - before, 10000);
}
END_TEST

START_TEST(a_png_for_iphones_is_refused_with_the_command_that_restores_it) {
    struct text file = bytes("\x89PNG\r\n\x1a\n", 8);
    fixture_png_chunk(&file, "CgBI", "\x50\0\x20\2", 4);
    refused(file, "icon.png");
}
END_TEST

/* ---- any file ---- */

START_TEST(bytes_after_the_end_of_a_picture_are_ignored) {
    struct text t = PNG(1, 8, GREY, "\7");
    text_add(&t, "thirteen more", 13);
    CHECK(read_file(t), 1, 0, 7);
}
END_TEST

START_TEST(other_formats_are_refused_with_the_command_that_converts_them) {
    static const struct {
        const char *name, *begins;
        size_t size;
    } files[] = {
#define FILE_OF(name, begins) {name, begins, sizeof begins - 1}
        FILE_OF("a.gif", "GIF89a\1\0\1\0"),
        FILE_OF("dir.x/b", "BM\0\0"),
        FILE_OF("c.png", "II*\0\10\0"),
        FILE_OF("d.tif", "MM\0*\0\0"),
        FILE_OF("e.webp", "RIFF\1\1\1\1WEBPVP8 "),
        FILE_OF("f.HEIC", "\0\0\0\30ftypheic"),
        FILE_OF("g.heif", "\0\0\0\30ftypmif1"),
        FILE_OF("h.avif", "\0\0\0\30ftypavif"),
        FILE_OF("i.pgm", "P5\n1 1\n255\n."),
        FILE_OF("j.svg", "<?xml version=\"1.0\"?>\n<svg>"),
        FILE_OF("k.jpg", "\n <!doctype HTML><p>Not found"),
        FILE_OF("l.jpg", "<?xml version=\"1.0\"?><Error>AccessDenied</Error>"),
        FILE_OF("m.jpg", "version https://git-lfs.github.com/spec/v1"),
        FILE_OF("n.png", "\0\0\0\0\0\0\0\0\0\0\0\0"),
        FILE_OF("o.png", ""),
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        refused(bytes(files[i].begins, files[i].size), files[i].name);
}
END_TEST

/* ---- resizing ---- */

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
    CHECK(p, 1, 0, 255);
}
END_TEST

Suite *test_picture(void);

Suite *test_picture(void) {
    return TEST_SUITE(
        "picture", grey_of_1_2_and_4_bits_spans_0_to_255, a_palette_gives_its_colours,
        a_palette_of_greys_gives_a_grey_picture, all_65536_values_of_16_bits_are_rounded_to_8,
        every_alpha_composites_every_value_exactly, colour_with_alpha_is_composited_per_channel,
        grey_with_alpha_becomes_colour_only_on_a_coloured_background,
        an_opaque_picture_with_alpha_is_not_called_transparent,
        the_transparent_colour_of_a_png_is_composited,
        a_transparent_colour_of_16_bits_is_compared_before_rounding,
        compressed_texts_and_profiles_of_a_png_cost_no_memory,
        a_png_for_iphones_is_refused_with_the_command_that_restores_it,
        bytes_after_the_end_of_a_picture_are_ignored,
        other_formats_are_refused_with_the_command_that_converts_them,
        resizing_to_any_size_takes_exact_means, the_largest_picture_is_resized_without_overflow);
}
