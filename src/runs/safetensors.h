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
#include "base/sha256.h"
#include "base/text.h"

enum { SAFETENSORS_DIMS = 8 };

struct safetensors_entry {
    const char *name;
    int dims;
    size_t shape[SAFETENSORS_DIMS];
    const float *data; /* safetensors_elements numbers, in the machine's byte order */
    size_t begin;      /* their offset in the file's data; set and used by safetensors_read only */
};

struct safetensors_pair {
    const char *key, *value;
};

struct safetensors {
    const char *path; /* the file, for errors; unused in writing */
    int count;
    struct safetensors_entry *tensors;
    int pairs;
    struct safetensors_pair *metadata; /* safetensors_read leaves room for one more */
    struct arena arena;                /* owns what safetensors_read reads; unused in writing */
};

/* Appends the file's bytes. Sorts s->tensors and s->metadata by name. */
void safetensors_write(struct safetensors *s, struct text *out);

/* The SHA-256 of the file's bytes after its header: of the tensors alone. */
void safetensors_weights(const struct text *file, char hex[SHA256_HEX]);

/* Reads a file, which may be hostile: every length is checked against the file's size before it is
 * used. All tensors must be F32. Call safetensors_free even after a failure. */
ERROR_CHECKED int safetensors_read(struct safetensors *s, const char *path, struct error *e);
void safetensors_free(struct safetensors *s);

/* The same from memory; `path` names it in errors. */
ERROR_CHECKED int safetensors_parse(struct safetensors *s, const char *file, size_t size,
                                    const char *path, struct error *e);

size_t safetensors_elements(const struct safetensors_entry *t); /* the product of the shape */

/* The value of a metadata key, or the tensor with a name; NULL if there is none. */
const char *safetensors_get(const struct safetensors *s, const char *key);
const struct safetensors_entry *safetensors_find(const struct safetensors *s, const char *name);
