#include "fixtures.h"
#include "base/file.h"
#include "base/rng.h"
#include "data/formats.h"
#include "picture/picture.h"
#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

const char *fixture_text(const char *format, ...) {
    static char texts[8][2048];
    static int next;
    char *text = texts[next++ % 8];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof texts[0], format, args);
    va_end(args);
    return text;
}

const char *fixture_replace(const char *text, const char *old, const char *new) {
    const char *at = strstr(text, old);
    ck_assert_msg(at != NULL, "\"%s\" is not in the fixture", old);
    return fixture_text("%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

void fixture_directory(const char *path) {
    ck_assert_msg(mkdir(path, 0777) == 0, "cannot make %s", path);
}

void fixture_write(const char *path, struct text bytes) {
    ck_assert(!bytes.failed);
    test_write(path, bytes.data, bytes.size);
    text_free(&bytes);
}

/* ---- datasets ---- */

struct dataset *fixture_dataset(int height, int width, int channels, int classes,
                                const int counts[2]) {
    struct error e = {0};
    struct rng r = rng_stream(1, RNG_SHUFFLE, 0);
    struct dataset *d = calloc(1, sizeof *d);
    d->height = height;
    d->width = width;
    d->channels = channels;
    d->classes.count = classes;
    d->classes.items = arena_alloc(&d->arena, (size_t)classes, sizeof *d->classes.items);
    for (int c = 0; c < classes; c++)
        d->classes.items[c] = arena_string(&d->arena, fixture_text("%d", c));
    for (int k = 0; k <= TEST; k++) {
        ck_assert_int_eq(dataset_reserve(d, k, counts[k], "fixture", &e), 0);
        struct split *s = &d->split[k];
        for (int i = 0; i < s->count; i++)
            s->labels[i] = (int)((long long)i * classes / s->count);
        for (size_t i = 0; i < (size_t)s->count * (size_t)dataset_features(d); i++)
            s->pixels[i] = (uint8_t)rng_u32(&r);
    }
    return d;
}

static void write_idx(const char *path, int ndims, const uint32_t *dims, const void *values,
                      size_t size, const char *ending) {
    struct text bytes = fixture_idx(ndims, dims, values, size);
    fixture_write(path, *ending ? fixture_gzip(bytes) : bytes);
}

void fixture_write_idx(const struct dataset *d, const char *path, const char *ending) {
    static const char *const prefixes[2] = {"train", "t10k"};
    for (int k = 0; k <= TEST; k++) {
        const struct split *s = &d->split[k];
        if (s->count == 0)
            continue;
        uint32_t dims[] = {(uint32_t)s->count, (uint32_t)d->height, (uint32_t)d->width};
        uint8_t *labels = malloc((size_t)s->count);
        for (int i = 0; i < s->count; i++)
            labels[i] = (uint8_t)atoi(d->classes.items[s->labels[i]]);
        write_idx(fixture_text("%s/%s-images-idx3-ubyte%s", path, prefixes[k], ending), 3, dims,
                  s->pixels, (size_t)s->count * (size_t)dataset_features(d), ending);
        write_idx(fixture_text("%s/%s-labels-idx1-ubyte%s", path, prefixes[k], ending), 1, dims,
                  labels, (size_t)s->count, ending);
        free(labels);
    }
}

void fixture_write_folders(const struct dataset *d, const char *path) {
    struct error e = {0};
    for (int k = 0; k <= TEST; k++) {
        const struct split *s = &d->split[k];
        for (int i = 0; i < s->count; i++) {
            struct picture p = {.width = d->width,
                                .height = d->height,
                                .channels = d->channels,
                                .pixels = s->pixels + (size_t)i * (size_t)dataset_features(d)};
            const char *class =
                fixture_text("%s/%s/%s", path, dataset_splits[k], d->classes.items[s->labels[i]]);
            ck_assert_int_eq(file_make_directory(class, &e), 0);
            ck_assert_int_eq(picture_write(&p, fixture_text("%s/%05d.png", class, i), &e), 0);
        }
    }
}

struct dataset *fixture_read(const char *path) {
    struct error e = {0};
    struct dataset *d = formats_read(DATA_AT(path), NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    return d;
}

void fixture_same(const struct dataset *a, const struct dataset *b) {
    ck_assert_int_eq(a->height, b->height);
    ck_assert_int_eq(a->width, b->width);
    ck_assert_int_eq(a->channels, b->channels);
    ck_assert_int_eq(a->classes.count, b->classes.count);
    for (int c = 0; c < a->classes.count; c++)
        ck_assert_str_eq(a->classes.items[c], b->classes.items[c]);
    for (int k = 0; k <= TEST; k++) {
        const struct split *s = &a->split[k], *t = &b->split[k];
        ck_assert_int_eq(s->count, t->count);
        if (s->count == 0)
            continue; /* an empty split has no arrays to compare */
        ck_assert_mem_eq(s->labels, t->labels, (size_t)s->count * sizeof *s->labels);
        ck_assert_mem_eq(s->pixels, t->pixels, (size_t)s->count * (size_t)dataset_features(a));
        ck_assert_int_eq(s->targets != NULL, t->targets != NULL);
        if (s->targets)
            ck_assert_mem_eq(s->targets, t->targets,
                             (size_t)s->count * (size_t)a->classes.count * sizeof *s->targets);
    }
}

/* ---- files ---- */

static void add_big_endian(struct text *t, uint32_t n) {
    const uint8_t bytes[4] = {(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
                              (uint8_t)n};
    text_add(t, bytes, 4);
}

struct text fixture_idx(int ndims, const uint32_t *dims, const void *values, size_t size) {
    struct text t = {0};
    add_big_endian(&t, 0x0800 | (uint32_t)ndims);
    for (int i = 0; i < ndims; i++)
        add_big_endian(&t, dims[i]);
    text_add(&t, values, size);
    return t;
}

struct text fixture_gzip(struct text plain) {
    z_stream z = {0};
    struct text t = {0};
    ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
    size_t most = deflateBound(&z, plain.size);
    uint8_t *out = malloc(most);
    z.next_in = (uint8_t *)plain.data;
    z.avail_in = (unsigned)plain.size;
    z.next_out = out;
    z.avail_out = (unsigned)most;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    text_add(&t, out, z.total_out);
    deflateEnd(&z);
    text_free(&plain);
    free(out);
    return t;
}

void fixture_png_chunk(struct text *png, const char *type, const void *data, size_t size) {
    add_big_endian(png, (uint32_t)size);
    size_t start = png->size;
    text_add(png, type, 4);
    text_add(png, size > 0 ? data : "", size);
    add_big_endian(png, (uint32_t)crc32(0, (const uint8_t *)png->data + start, 4 + (unsigned)size));
}

void fixture_png_begin(struct text *png, uint32_t width, uint32_t height, int depth, int color) {
    struct text header = {0};
    text_add(png, "\x89PNG\r\n\x1a\n", 8);
    add_big_endian(&header, width);
    add_big_endian(&header, height);
    text_add(&header, (const char[]){(char)depth, (char)color, 0, 0, 0}, 5);
    fixture_png_chunk(png, "IHDR", header.data, header.size);
    text_free(&header);
}

void fixture_png_end(struct text *png, const void *rows, size_t size) {
    uLongf length = compressBound(size);
    uint8_t *out = malloc(length);
    ck_assert_int_eq(compress(out, &length, rows, size), Z_OK);
    fixture_png_chunk(png, "IDAT", out, length);
    fixture_png_chunk(png, "IEND", NULL, 0);
    free(out);
}

struct text fixture_png(uint32_t width, uint32_t height, const uint8_t *pixels) {
    struct text png = {0}, rows = {0};
    for (uint32_t y = 0; y < height; y++) {
        text_add(&rows, "", 1); /* filter 0: none */
        text_add(&rows, pixels + (size_t)y * width, width);
    }
    fixture_png_begin(&png, width, height, 8, 0);
    fixture_png_end(&png, rows.data, rows.size);
    text_free(&rows);
    return png;
}

struct text fixture_safetensors(const char *header, size_t size) {
    struct text t = {0};
    size_t length = strlen(header);
    for (int i = 0; i < 8; i++)
        text_add(&t, (const char[]){(char)((uint64_t)length >> 8 * i)}, 1);
    text_add(&t, header, length);
    for (size_t i = 0; i < size; i++)
        text_add(&t, (const char[]){(char)i}, 1);
    return t;
}
