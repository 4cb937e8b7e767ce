/* Images: every kind of PNG, JPEG, the camera's orientation, transparency, other formats. */
#define _GNU_SOURCE /* memmem */
#include "base/rng.h"
#include "fixtures.h"
#include "picture/picture.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <jpeglib.h>
#include <zlib.h>

static const uint8_t BLUE[3] = {10, 20, 200}, WHITE[3] = {255, 255, 255};

/* Saves a test's first files as seeds for make fuzz, which sets $SEEDS to a folder. */
static void keep_seed(struct text file) {
    static int n;
    const char *folder = getenv("SEEDS");
    if (folder && file.size > 0 && n < 20)
        test_write(fixture_text("%s/%s/%s-%d", folder, *file.data == '\x89' ? "png" : "jpeg",
                                tcase_name(), n++),
                   file.data, file.size);
}

/* Reads a file that is in memory, or fails the test. */
static struct picture read_on(struct text file, const uint8_t background[3]) {
    struct error e = {0};
    struct picture p;
    keep_seed(file);
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
    keep_seed(file);
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

/* Checks an image's channels, changes and pixels, and frees it. */
static void check(struct picture p, int channels, unsigned changes, const void *pixels,
                  size_t size) {
    ck_assert_int_eq(p.channels, channels);
    ck_assert_uint_eq(p.changes & ~(unsigned)(PICTURE_JPEG | PICTURE_SCALED), changes);
    ck_assert_uint_eq(picture_size(&p), size);
    ck_assert_mem_eq(p.pixels, pixels, size);
    picture_free(&p);
}
#define CHECK(p, channels, changes, ...)                                                           \
    check(p, channels, changes, (const uint8_t[]){__VA_ARGS__},                                    \
          sizeof((const uint8_t[]){__VA_ARGS__}))

/* ---- PNG ---- */

/* A PNG with one row, and with a chunk before the pixels unless type is NULL. */
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

START_TEST(the_pixels_of_a_palette_image_get_its_colours) {
    static const char colours[] = "\1\2\3\4\5\6\7\10\11";
    CHECK(read_file(PNG_WITH(2, 8, PALETTE, "PLTE", colours, "\2\0")), 3, PICTURE_PALETTE, 7, 8, 9,
          1, 2, 3);
    CHECK(read_file(PNG_WITH(3, 2, PALETTE, "PLTE", colours, "\x18")), 3, PICTURE_PALETTE, 1, 2, 3,
          4, 5, 6, 7, 8, 9);
}
END_TEST

START_TEST(a_palette_of_greys_gives_a_grey_image) {
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

START_TEST(an_opaque_image_with_alpha_is_not_called_transparent) {
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

/* ---- handmade JPEG files: baseline, with blocks whose pixels are all equal ---- */

/* With 8 as the quantizer of each block's mean, a coefficient is the mean minus 128. */
struct jpeg {
    int width, height, components;
    int sampling;          /* 2: chroma has half the width and height */
    struct text segments;  /* after SOI */
    const uint8_t *values; /* of the blocks, in file order */
    int scans;             /* one scan per component; 0: one scan for all */
};

static void add_segment(struct text *t, int marker, const void *data, size_t size) {
    text_add(
        t,
        (const uint8_t[]){0xff, (uint8_t)marker, (uint8_t)((size + 2) >> 8), (uint8_t)(size + 2)},
        4);
    text_add(t, data, size);
}

/* Adds the lowest `count` bits of `bits` to *byte, and each full byte to the file. */
static void add_bits(struct text *t, int *byte, int *have, int bits, int count) {
    for (int i = count - 1; i >= 0; i--) {
        *byte = *byte << 1 | (bits >> i & 1);
        if (++*have == 8) {
            text_add(t, (const char[]){(char)*byte, 0}, *byte == 0xff ? 2 : 1);
            *byte = *have = 0;
        }
    }
}

/* One scan with these components. The Huffman codes are 4 bits for a number's length, and 0 for the
 * end of a block. */
static void add_scan(struct text *t, const struct jpeg *j, int first, int count) {
    uint8_t header[12] = {(uint8_t)count};
    int byte = 0, have = 0, before[4] = {0};
    for (int c = 0; c < count; c++)
        header[1 + 2 * c] = (uint8_t)(first + c + 1);
    header[2 + 2 * count] = 63;
    add_segment(t, 0xda, header, 4 + 2 * (size_t)count);
    int side = 8 * (count > 1 ? j->sampling : 1);
    int mcus = (j->width + side - 1) / side * ((j->height + side - 1) / side);
    const uint8_t *value = j->values;
    for (int i = 0; i < mcus; i++)
        for (int c = 0; c < count; c++)
            for (int k = c == 0 && count > 1 ? j->sampling * j->sampling : 1; k > 0; k--) {
                int mean = *value++ - 128, more = mean - before[c], length = 0;
                before[c] = mean;
                while (abs(more) >> length)
                    length++;
                add_bits(t, &byte, &have, length, 4);
                add_bits(t, &byte, &have, more < 0 ? more - 1 : more, length);
                add_bits(t, &byte, &have, 0, 1);
            }
    add_bits(t, &byte, &have, 0x7f, (8 - have) % 8);
}

static struct text jpeg(const struct jpeg *j) {
    struct text t = bytes("\xff\xd8", 2);
    uint8_t frame[18] = {8, 0, (uint8_t)j->height, 0, (uint8_t)j->width, (uint8_t)j->components};
    uint8_t quantizers[65] = {0, 8}, dc[29] = {0, 0, 0, 0, 12}, ac[18] = {0x10, 1};
    memset(quantizers + 2, 1, 63);
    for (int i = 0; i < 12; i++)
        dc[17 + i] = (uint8_t)i;
    for (int c = 0; c < j->components; c++) {
        frame[6 + 3 * c] = (uint8_t)(c + 1);
        frame[7 + 3 * c] = (uint8_t)(c == 0 ? 0x11 * j->sampling : 0x11);
    }
    if (j->segments.size > 0)
        text_add(&t, j->segments.data, j->segments.size);
    add_segment(&t, 0xdb, quantizers, sizeof quantizers);
    add_segment(&t, 0xc0, frame, 6 + 3 * (size_t)j->components);
    add_segment(&t, 0xc4, dc, sizeof dc);
    add_segment(&t, 0xc4, ac, sizeof ac);
    for (int c = 0; c < j->components && j->scans > 0; c++)
        for (int i = 0; i < j->scans; i++)
            add_scan(&t, j, c, 1);
    if (j->scans == 0)
        add_scan(&t, j, 0, j->components);
    text_add(&t, "\xff\xd9", 2);
    return t;
}

/* Two grey blocks, with the values 10 and 200. */
static const struct jpeg TWO_BLOCKS = {
    .width = 16, .height = 8, .components = 1, .sampling = 1, .values = (const uint8_t[]){10, 200}};

static struct text grey_jpeg(void) {
    return jpeg(&TWO_BLOCKS);
}

static int at(const struct picture *p, int x, int y, int c) {
    return p->pixels[(y * p->width + x) * p->channels + c];
}

START_TEST(a_grey_jpeg_has_one_channel_and_exact_values) {
    struct picture p = read_file(grey_jpeg());
    ck_assert(p.width == 16 && p.height == 8 && p.channels == 1 && p.changes == PICTURE_JPEG);
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 16; x++)
            ck_assert_int_eq(at(&p, x, y, 0), x < 8 ? 10 : 200);
    picture_free(&p);
}
END_TEST

/* The formula of the JFIF standard. The tolerance allows for 16-bit fixed-point arithmetic: three
 * errors of 128 / 2^17, and 128 x 4e-6 for the rounding of the standard's green coefficients. */
static void check_component(int got, double exact) {
    exact = fmin(fmax(exact, 0), 255);
    ck_assert_msg(fabs(got - exact) < 0.5 + 0.004, "%d, not %.3f", got, exact);
}

START_TEST(colours_of_a_jpeg_follow_the_jfif_formula) {
    uint8_t values[3];
    for (int i = 0; i < 1000; i++) {
        for (int c = 0, rest = i; c < 3; c++, rest /= 10)
            values[c] = (uint8_t)(rest % 10 * 255 / 9);
        double y = values[0], cb = values[1] - 128, cr = values[2] - 128;
        struct picture p = read_file(jpeg(&(struct jpeg){8, 8, 3, 1, {0}, values, 0}));
        check_component(at(&p, 5, 5, 0), y + 1.402 * cr);
        check_component(at(&p, 5, 5, 1), y - 0.344136 * cb - 0.714136 * cr);
        check_component(at(&p, 5, 5, 2), y + 1.772 * cb);
        picture_free(&p);
    }
}
END_TEST

START_TEST(subsampled_chroma_is_repeated_not_interpolated) {
    static const uint8_t values[] = {100, 100, 100, 100, 128, 228, 100, 100, 100, 100, 128, 128};
    struct picture p = read_file(jpeg(&(struct jpeg){32, 16, 3, 2, {0}, values, 0}));
    for (int y = 0; y < 16; y++)
        for (int x = 0; x < 32; x++)
            ck_assert_int_eq(at(&p, x, y, 0), x < 16 ? 240 : 100); /* 100 + 1.402 x 100 */
    picture_free(&p);
}
END_TEST

START_TEST(a_jpeg_may_store_red_green_and_blue_directly) {
    struct jpeg j = {8, 8, 3, 1, {0}, (const uint8_t[]){11, 22, 233}, 0};
    add_segment(&j.segments, 0xee, "Adobe\0d\0\0\0\0\0", 12); /* the last byte: no transform */
    struct picture p = read_file(jpeg(&j));
    ck_assert_mem_eq(p.pixels, "\13\26\351\13\26\351", 6);
    picture_free(&p);
    text_free(&j.segments);
}
END_TEST

START_TEST(components_in_separate_scans_give_the_same_image) {
    struct jpeg j = {8, 8, 3, 1, {0}, (const uint8_t[]){90, 90, 90}, 0};
    struct picture p = read_file(jpeg(&j));
    j.scans = 1;
    check(read_file(jpeg(&j)), 3, 0, p.pixels, picture_size(&p));
    picture_free(&p);
}
END_TEST

/* Noise, encoded by libjpeg. */
static struct text noise_jpeg(bool progressive) {
    struct jpeg_error_mgr errors;
    struct jpeg_compress_struct c = {.err = jpeg_std_error(&errors)};
    struct rng r = rng_stream(3, RNG_SHUFFLE, 0);
    unsigned char *out = NULL;
    unsigned long size = 0;
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, &out, &size);
    c.image_width = 61, c.image_height = 43, c.input_components = 3, c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&c);
    if (progressive)
        jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    for (int y = 0; y < 43; y++) {
        uint8_t row[61 * 3], *rows = row;
        for (size_t i = 0; i < sizeof row; i++)
            row[i] = (uint8_t)rng_u32(&r);
        jpeg_write_scanlines(&c, &rows, 1);
    }
    jpeg_finish_compress(&c);
    struct text t = bytes(out, size);
    jpeg_destroy_compress(&c);
    free(out);
    return t;
}

START_TEST(a_progressive_jpeg_gives_the_pixels_of_the_baseline_one) {
    struct picture p = read_file(noise_jpeg(false));
    check(read_file(noise_jpeg(true)), 3, 0, p.pixels, picture_size(&p));
    picture_free(&p);
}
END_TEST

START_TEST(a_jpeg_truncated_at_any_byte_is_refused) {
    for (int kind = 0; kind < 3; kind++) {
        struct text t = kind == 0 ? grey_jpeg() : noise_jpeg(kind == 2);
        for (size_t size = 3; size < t.size; size++) {
            struct error e = {0};
            struct picture p;
            ck_assert_msg(picture_read_memory(&p, t.data, size, "x", PICTURE_BLACK, &e) == -1,
                          "kind %d was read, not refused: %zu of %zu bytes", kind, size, t.size);
            ck_assert_int_eq(e.status, ERROR_INPUT);
            test_names(e.text, "damaged");
        }
        text_free(&t);
    }
}
END_TEST

START_TEST(a_jpeg_with_some_bytes_before_its_end_marker_is_read) {
    struct picture p = read_file(noise_jpeg(false));
    struct text t = noise_jpeg(false), padded = {0};
    text_add(&padded, t.data, t.size - 2);
    text_add(&padded, "\0\0\0", 3);
    text_add(&padded, "\xff\xd9", 2);
    check(read_file(padded), 3, 0, p.pixels, picture_size(&p));
    text_free(&t);
    picture_free(&p);
}
END_TEST

START_TEST(a_jpeg_with_corrupt_data_is_refused_with_libjpegs_reason) {
    struct text codes = noise_jpeg(false), early = noise_jpeg(false), marker = grey_jpeg();
    memset(codes.data + codes.size / 2, 0x55, 40);
    refused(codes, "codes.jpg");
    memcpy(early.data + early.size / 2, "\xff\xd9", 2);
    refused(early, "early.jpg");
    marker.size -= 2;
    refused(marker, "marker.jpg");
}
END_TEST

START_TEST(a_small_jpeg_that_declares_many_pixels_costs_no_memory) {
    struct text t = noise_jpeg(true);
    char *frame = memmem(t.data, t.size, "\xff\xc2", 2);
    memcpy(frame + 5, "\x40\0\x40\0", 4); /* 16384 x 16384 */
    long before = peak_memory();
    refused(t, "x.jpg");
    ck_assert_int_lt(peak_memory() - before, 10000);
    t = noise_jpeg(false);
    frame = memmem(t.data, t.size, "\xff\xc0", 2);
    memcpy(frame + 5, "\0\1\x40\1", 4);
    refused(t, "wide.jpg");
}
END_TEST

START_TEST(an_image_with_too_many_pixels_is_refused_with_its_size) {
    struct text t = noise_jpeg(true);
    char *frame = memmem(t.data, t.size, "\xff\xc2", 2);
    memcpy(frame + 5, "\x20\0\x40\1", 4); /* 16385 x 8192: first, one side is too long */
    refused(t, "wide.jpg");
    t = noise_jpeg(true);
    frame = memmem(t.data, t.size, "\xff\xc2", 2);
    memcpy(frame + 5, "\x20\1\x40\0", 4);
    refused(t, "large.jpg");
    t = noise_jpeg(true);
    frame = memmem(t.data, t.size, "\xff\xc2", 2);
    memcpy(frame + 5, "\x20\0\x40\0", 4);
    refused(t, "small.jpg"); /* as many as allowed */
}
END_TEST

START_TEST(a_jpeg_without_a_scan_of_each_component_is_refused) {
    struct jpeg j = {8, 8, 3, 1, {0}, (const uint8_t[]){90, 90, 90}, 1};
    struct text t = jpeg(&j);
    char *last = memrchr(t.data, 0xda, t.size); /* the scan of the third component */
    memcpy(last - 1, "\xff\xd9", 2);
    refused(t, "x.jpg");
}
END_TEST

START_TEST(a_jpeg_with_thousands_of_scans_is_refused) {
    refused(jpeg(&(struct jpeg){8, 8, 3, 1, {0}, (const uint8_t[]){1}, 2000}), "x.jpg");
}
END_TEST

/* A JPEG with a different marker on its first frame, and one byte of that frame changed. */
static struct text kind_of_jpeg(int marker, int at_byte, int value) {
    struct text t = grey_jpeg();
    char *frame = memmem(t.data, t.size, "\xff\xc0", 2);
    frame[1] = (char)marker;
    frame[at_byte] = (char)value;
    return t;
}

START_TEST(rare_kinds_of_jpeg_are_refused_with_the_command_that_converts_them) {
    enum { BITS = 4 };
    refused(kind_of_jpeg(0xc9, BITS, 8), "arithmetic.jpg");
    refused(kind_of_jpeg(0xca, BITS, 8), "arithmetic.progressive.jpg");
    refused(kind_of_jpeg(0xc3, BITS, 8), "lossless.jpg");
    refused(kind_of_jpeg(0xc5, BITS, 8), "hierarchical.jpg");
    refused(kind_of_jpeg(0xc1, BITS, 12), "a.dir/12 bits");
    refused(jpeg(&(struct jpeg){8, 8, 4, 1, {0}, (const uint8_t[]){1, 2, 3, 4}, 0}),
            "a.dir/cmyk.jpeg");
    refused(jpeg(&(struct jpeg){8, 8, 2, 1, {0}, (const uint8_t[]){1, 2}, 0}), "two colours.jpg");
}
END_TEST

/* ---- the camera's orientation ---- */

static const char *const orientations[] = {"",       "abcdef", "cbafed", "fedcba", "defabc",
                                           "adbecf", "daebfc", "fcebda", "cfbead"};

/* An image of these letters; in colour, green and blue differ from red. */
static struct picture letters(int width, int height, int channels, const char *all) {
    struct picture p = {.width = width, .height = height, .channels = channels};
    p.pixels = malloc(picture_size(&p));
    for (int i = 0; i < width * height * channels; i++)
        p.pixels[i] = (uint8_t)(all[i / channels] + 30 * (i % channels));
    return p;
}

START_TEST(all_eight_orientations_turn_the_image_as_exif_defines_them) {
    for (int channels = 1; channels <= 3; channels += 2)
        for (int o = 1; o <= 8; o++) {
            struct error e = {0};
            struct picture p = letters(3, 2, channels, "abcdef");
            struct picture q = letters(o < 5 ? 3 : 2, o < 5 ? 2 : 3, channels, orientations[o]);
            ck_assert_int_eq(picture_orient(&p, o, &e), 0);
            ck_assert_int_eq(p.width, q.width);
            ck_assert_int_eq(p.height, q.height);
            check(p, channels, 0, q.pixels, picture_size(&q));
            picture_free(&q);
        }
}
END_TEST

/* An APP1 segment's EXIF data with that orientation. */
static struct text exif(int orientation, bool little) {
    struct text t = bytes("Exif\0", 6);
    uint8_t big[] = {
        'M', 'M', 0,   42,  0,   0, 0, 8,    0, 2, 1, 0xf, 0, 2, 0, 0,
        0,   4,   'a', 'b', 'c', 0, 1, 0x12, 0, 3, 0, 0,   0, 1, 0, (uint8_t)orientation,
        0,   0,   0,   0,   0,   0};
    uint8_t small[] = {'I',
                       'I',
                       42,
                       0,
                       8,
                       0,
                       0,
                       0,
                       2,
                       0,
                       0xf,
                       1,
                       2,
                       0,
                       4,
                       0,
                       0,
                       0,
                       'a',
                       'b',
                       'c',
                       0,
                       0x12,
                       1,
                       3,
                       0,
                       1,
                       0,
                       0,
                       0,
                       (uint8_t)orientation,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0,
                       0};
    text_add(&t, little ? small : big, sizeof big);
    return t;
}

static struct picture read_with_exif(const void *data, size_t size) {
    struct jpeg j = TWO_BLOCKS;
    add_segment(&j.segments, 0xe1, data, size);
    struct picture p = read_file(jpeg(&j));
    text_free(&j.segments);
    return p;
}

START_TEST(a_jpegs_orientation_is_applied_in_either_byte_order) {
    for (int o = 1; o <= 8; o++)
        for (int little = 0; little < 2; little++) {
            struct text t = exif(o, little);
            struct picture p = read_with_exif(t.data, t.size);
            ck_assert_int_eq(p.width, o < 5 ? 16 : 8);
            ck_assert_uint_eq(p.changes, PICTURE_JPEG | (o == 1 ? 0 : PICTURE_TURNED));
            bool dark_first = o == 1 || o == 4 || o == 5 || o == 6;
            ck_assert_int_eq(p.pixels[0], dark_first ? 10 : 200);
            ck_assert_int_eq(p.pixels[16 * 8 - 1], dark_first ? 200 : 10);
            picture_free(&p);
            text_free(&t);
        }
}
END_TEST

START_TEST(a_pngs_orientation_is_applied_too) {
    for (int o = 1; o <= 8; o++) {
        struct text t = exif(o, o % 2); /* in a PNG without its first 6 bytes */
        struct picture p = read_file(png(2, 8, GREY, "eXIf", t.data + 6, t.size - 6, "\1\2", 2));
        ck_assert_int_eq(p.width, o < 5 ? 2 : 1);
        ck_assert_uint_eq(p.changes, o == 1 ? 0 : PICTURE_TURNED);
        ck_assert_int_eq(p.pixels[0], o == 1 || o == 4 || o == 5 || o == 6 ? 1 : 2);
        picture_free(&p);
        text_free(&t);
    }
}
END_TEST

/* Checks that this EXIF data does not turn the image. */
static void not_turned(struct text t) {
    struct picture p = read_with_exif(t.data, t.size);
    ck_assert_int_eq(p.width, 16);
    ck_assert_uint_eq(p.changes, PICTURE_JPEG);
    picture_free(&p);
    text_free(&t);
}

START_TEST(an_orientation_that_does_not_exist_is_ignored) {
    for (int o = 9; o < 256; o++)
        not_turned(exif(o, o % 2));
    not_turned(exif(0, true));
}
END_TEST

START_TEST(exif_data_that_is_truncated_or_points_outside_itself_is_ignored) {
    struct text whole = exif(6, false);
    for (size_t size = 0; size < 6 + 8 + 2 + 24; size++) /* to the end of the orientation's entry */
        not_turned(bytes(whole.data, size));
    for (int byte = 10; byte < 14; byte++)
        for (int value = 37; value < 256; value++) { /* the offset of the entries */
            struct text t = bytes(whole.data, whole.size);
            t.data[byte] = (char)value;
            not_turned(t);
        }
    text_free(&whole);
}
END_TEST

/* ---- any file ---- */

START_TEST(the_content_and_not_the_name_decides_the_format) {
    fixture_write(test_path("a.png"), grey_jpeg());
    fixture_write(test_path("a.jpg"), PNG(1, 8, GREY, "\7"));
    for (int i = 0; i < 2; i++) {
        struct error e = {0};
        struct picture p;
        ck_assert_int_eq(picture_read(&p, test_path(i ? "a.jpg" : "a.png"), PICTURE_BLACK, &e), 0);
        ck_assert_uint_eq(p.changes, i ? 0 : PICTURE_JPEG);
        picture_free(&p);
    }
}
END_TEST

START_TEST(bytes_after_the_end_of_an_image_are_ignored) {
    struct text t = PNG(1, 8, GREY, "\7"), u = grey_jpeg();
    struct picture p = read_file(grey_jpeg());
    text_add(&t, "thirteen more", 13);
    CHECK(read_file(t), 1, 0, 7);
    text_add(&u, "\xff\xd8\xff thirteen", 12);
    check(read_file(u), 1, 0, p.pixels, picture_size(&p));
    picture_free(&p);
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

/* Flips bits or truncates the file, which must be read or refused as bad input. */
static void survive(struct text good) {
    struct rng r = rng_stream(7, RNG_SHUFFLE, 0);
    for (int i = 0; i < 1500; i++) {
        struct error e = {0};
        struct picture p;
        struct text t = bytes(good.data, good.size);
        for (int k = i % 3; k >= 0; k--)
            t.data[rng_below(&r, (uint32_t)t.size)] ^= (char)(1 << rng_below(&r, 8));
        if (i % 4 == 0)
            t.size = rng_below(&r, (uint32_t)t.size);
        if (picture_read_memory(&p, t.data, t.size, "x", WHITE, &e) != 0)
            ck_assert_msg(e.status == ERROR_INPUT, "mutation %d: %s", i, e.text);
        picture_free(&p);
        text_free(&t);
    }
    text_free(&good);
}

START_TEST(mutated_jpegs_are_read_or_refused) {
    struct text data = exif(8, true);
    struct jpeg j = TWO_BLOCKS;
    add_segment(&j.segments, 0xe1, data.data, data.size);
    survive(jpeg(&j));
    survive(noise_jpeg(false));
    survive(noise_jpeg(true));
    text_free(&data);
    text_free(&j.segments);
}
END_TEST

/* ---- resizing ---- */

/* The definition of resizing: each source pixel is divided into 2d x 2d cells, each new pixel
 * covers 2n x 2n cells, and its value is their mean. */
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

START_TEST(the_largest_image_is_resized_without_overflow) {
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
        "picture", grey_of_1_2_and_4_bits_spans_0_to_255,
        the_pixels_of_a_palette_image_get_its_colours, a_palette_of_greys_gives_a_grey_image,
        all_65536_values_of_16_bits_are_rounded_to_8, every_alpha_composites_every_value_exactly,
        colour_with_alpha_is_composited_per_channel,
        grey_with_alpha_becomes_colour_only_on_a_coloured_background,
        an_opaque_image_with_alpha_is_not_called_transparent,
        the_transparent_colour_of_a_png_is_composited,
        a_transparent_colour_of_16_bits_is_compared_before_rounding,
        compressed_texts_and_profiles_of_a_png_cost_no_memory,
        a_png_for_iphones_is_refused_with_the_command_that_restores_it,
        a_grey_jpeg_has_one_channel_and_exact_values, colours_of_a_jpeg_follow_the_jfif_formula,
        subsampled_chroma_is_repeated_not_interpolated,
        a_jpeg_may_store_red_green_and_blue_directly,
        components_in_separate_scans_give_the_same_image,
        a_progressive_jpeg_gives_the_pixels_of_the_baseline_one,
        a_jpeg_truncated_at_any_byte_is_refused,
        a_jpeg_with_some_bytes_before_its_end_marker_is_read,
        a_jpeg_with_corrupt_data_is_refused_with_libjpegs_reason,
        a_small_jpeg_that_declares_many_pixels_costs_no_memory,
        an_image_with_too_many_pixels_is_refused_with_its_size,
        a_jpeg_without_a_scan_of_each_component_is_refused,
        a_jpeg_with_thousands_of_scans_is_refused,
        rare_kinds_of_jpeg_are_refused_with_the_command_that_converts_them,
        all_eight_orientations_turn_the_image_as_exif_defines_them,
        a_jpegs_orientation_is_applied_in_either_byte_order, a_pngs_orientation_is_applied_too,
        an_orientation_that_does_not_exist_is_ignored,
        exif_data_that_is_truncated_or_points_outside_itself_is_ignored,
        the_content_and_not_the_name_decides_the_format,
        bytes_after_the_end_of_an_image_are_ignored,
        other_formats_are_refused_with_the_command_that_converts_them,
        mutated_jpegs_are_read_or_refused, resizing_to_any_size_takes_exact_means,
        the_largest_image_is_resized_without_overflow);
}
