/* The safetensors format: named tensors and a map of strings in one file.
 *
 *   8 bytes    the header's length n, little-endian
 *   n bytes    JSON: {"__metadata__": {"key": "value"}, "name": {"dtype": "F32", "shape": [..],
 *              "data_offsets": [begin, end]}, ...}
 *   the rest   the tensors' bytes, little-endian, row-major, without gaps
 *
 * Source: https://huggingface.co/docs/safetensors. The bytes of a written file depend only on its
 * content: names are sorted, and it contains no time and no host name. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/text.h"

enum { SAFETENSORS_DIMS = 8 };

struct safetensors_entry {
    const char *name;
    int dims;
    size_t shape[SAFETENSORS_DIMS];
    const float *data; /* safetensors_elements numbers, in the machine's byte order */
    size_t begin;      /* where they begin in the file's data; only safetensors_read needs it */
};

struct safetensors_pair {
    const char *key, *value;
};

struct safetensors {
    int count;
    struct safetensors_entry *tensors;
    int pairs;
    struct safetensors_pair *metadata; /* with room for one more, if read */
    struct arena arena; /* owns everything that safetensors_read reads; unused when writing */
};

/* Appends the file's bytes to `out`. Sorts s->tensors and s->metadata by name. */
void safetensors_write(struct safetensors *s, struct text *out);

/* The SHA-256 of the tensors alone: of the bytes of such a file after its header. */
void safetensors_weights(const struct text *file, char hex[SHA256_HEX]);

/* Reads a file, which may be hostile: every length is checked against the file's size before it is
 * used. The tensors must be F32. Free s->arena afterwards, even after a failure. */
ERROR_CHECKED int safetensors_read(struct safetensors *s, const char *path, struct error *e);

/* The number of elements: the product of the shape. */
size_t safetensors_elements(const struct safetensors_entry *t);

/* The value of a metadata key, or NULL. */
const char *safetensors_get(const struct safetensors *s, const char *key);

/* The tensor of that name, or NULL. */
const struct safetensors_entry *safetensors_find(const struct safetensors *s, const char *name);
