/* The safetensors format: named tensors and a map of strings, in one file.
 *
 *   8 bytes    the header's length n, little-endian
 *   n bytes    JSON: {"__metadata__": {"key": "value"}, "name": {"dtype": "F32", "shape": [..],
 *              "data_offsets": [begin, end]}, ...}
 *   the rest   the tensors' bytes, little-endian, row-major, without gaps
 *
 * Source: https://huggingface.co/docs/safetensors. Files written here are a function of their
 * content alone: sorted names, no time, no host. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

enum { SAFETENSORS_DIMS = 8 };

struct safetensors_entry {
    const char *name;
    int dims;
    size_t shape[SAFETENSORS_DIMS];
    const float *data; /* product of the shape, in the machine's byte order */
};

struct safetensors_pair {
    const char *key, *value;
};

struct safetensors {
    int count;
    struct safetensors_entry *tensors;
    int pairs;
    struct safetensors_pair *metadata;
    struct arena arena; /* owns what safetensors_read brought; unused when writing */
};

/* Appends the file's bytes. Sorts s->tensors and s->metadata by name first. */
void safetensors_write(struct safetensors *s, struct text *out);

/* Reads a file that may be hostile: every length is checked against the file's size before it is
 * used. Only F32 tensors. Free s->arena afterwards, after a failure too. */
ERROR_CHECKED int safetensors_read(struct safetensors *s, const char *path, struct error *e);

/* The value of a metadata key, or NULL. */
const char *safetensors_get(const struct safetensors *s, const char *key);

/* The tensor of that name, or NULL. */
const struct safetensors_entry *safetensors_find(const struct safetensors *s, const char *name);
