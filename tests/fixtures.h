/* Small datasets and files for the suites that read data; good, or broken on purpose.
 * A file's bytes are built in a struct text; what takes one by value frees it. */
#ifndef ONEHOT_TESTS_FIXTURES_H
#define ONEHOT_TESTS_FIXTURES_H

#include "base/text.h"
#include "data/dataset.h"

#include <stdint.h>

/* Formatted text that lives until the eighth call after this one. */
const char *fixture_text(const char *format, ...) ERROR_PRINTF(1, 2);

/* As fixture_text: `text` with `new` in the place of `old`, which must occur. */
const char *fixture_replace(const char *text, const char *old, const char *new);

void fixture_directory(const char *path);
void fixture_write(const char *path, struct text bytes);

/* ---- datasets ---- */

/* Random pixels; classes named 0, 1, ...; `counts` samples in each split, sorted by class, so that
 * every format can hold them in this order. No digest. Free with dataset_free. */
struct dataset *fixture_dataset(int height, int width, int channels, int classes,
                                const int counts[SPLITS]);

/* Writes its splits that hold samples as train-images-idx3-ubyte and so on, each with this ending
 * ("", or ".gz", which compresses); the labels are the numbers that name the classes. */
void fixture_write_idx(const struct dataset *d, const char *path, const char *ending);

/* Writes it as train/CLASS/00000.png and so on. */
void fixture_write_folders(const struct dataset *d, const char *path);

/* The dataset there, or the test fails with the reason. */
struct dataset *fixture_read(const char *path);

/* The two agree in shape, classes and every sample, or the test fails. */
void fixture_same(const struct dataset *a, const struct dataset *b);

/* ---- files ---- */

/* An IDX file of unsigned bytes. */
struct text fixture_idx(int ndims, const uint32_t *dims, const void *values, size_t size);
struct text fixture_gzip(struct text plain);

/* PNG by hand: what libpng would refuse to write. `rows` are the raw scan lines, each with its
 * filter byte, which are compressed into one IDAT chunk. */
void fixture_png_begin(struct text *png, uint32_t width, uint32_t height, int depth, int color);
void fixture_png_chunk(struct text *png, const char *type, const void *data, size_t size);
void fixture_png_end(struct text *png, const void *rows, size_t size);

/* A whole 8-bit grey PNG with these pixels. */
struct text fixture_png(uint32_t width, uint32_t height, const uint8_t *pixels);

/* A safetensors file: the header's length, the header, `size` bytes of data 0, 1, 2, ... */
struct text fixture_safetensors(const char *header, size_t size);

#endif
