/* Small datasets and files for the suites that read data, both valid and deliberately broken. A
 * file's bytes are built in a struct text; a function that takes one by value frees it. */
#ifndef ONEHOT_TESTS_FIXTURES_H
#define ONEHOT_TESTS_FIXTURES_H

#include "base/text.h"
#include "data/dataset.h"

#include <stdint.h>

/* Formatted text that lives until the eighth call after this one. */
const char *fixture_text(const char *format, ...) ERROR_PRINTF(1, 2);

/* Like fixture_text: `text` with `old`, which must occur, replaced by `new`. */
const char *fixture_replace(const char *text, const char *old, const char *new);

void fixture_directory(const char *path);
void fixture_write(const char *path, struct text bytes);

/* ---- datasets ---- */

/* Random pixels; classes named 0, 1, ...; `counts` samples in each split, sorted by class, so
 * that every format can hold them in this order. It has no digest. Free with dataset_free. */
struct dataset *fixture_dataset(int height, int width, int channels, int classes,
                                const int counts[2]);

/* Writes the splits that have samples as train-images-idx3-ubyte etc., each with this ending
 * ("", or ".gz", which compresses); the labels are the numbers that name the classes. */
void fixture_write_idx(const struct dataset *d, const char *path, const char *ending);

/* Writes the dataset as train/CLASS/00000.png etc. */
void fixture_write_folders(const struct dataset *d, const char *path);

/* Reads the dataset at `path`, or fails the test with the reason. */
struct dataset *fixture_read(const char *path);

/* Fails the test unless the two agree in shape, classes and every sample. */
void fixture_same(const struct dataset *a, const struct dataset *b);

/* ---- files ---- */

/* An IDX file of unsigned bytes. */
struct text fixture_idx(int ndims, const uint32_t *dims, const void *values, size_t size);
struct text fixture_gzip(struct text plain);

/* A handmade PNG, for files that libpng would refuse to write. `rows` are the raw scan lines, each
 * with its filter byte; they are compressed into one IDAT chunk. */
void fixture_png_begin(struct text *png, uint32_t width, uint32_t height, int depth, int color);
void fixture_png_chunk(struct text *png, const char *type, const void *data, size_t size);
void fixture_png_end(struct text *png, const void *rows, size_t size);

/* A complete 8-bit grey PNG with these pixels. */
struct text fixture_png(uint32_t width, uint32_t height, const uint8_t *pixels);

/* A safetensors file: the header's length, the header, `size` bytes of data 0, 1, 2, ... */
struct text fixture_safetensors(const char *header, size_t size);

#endif
