/* Reads a file, and unpacks it if it is gzipped. Only gzip.c knows zlib. */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct gzip {
    const char *path;
    size_t size; /* of the file */
    struct gzFile_s *file;
};

/* The path is not copied. Call gzip_close even after a failure. */
ERROR_CHECKED int gzip_open(struct gzip *g, const char *path, struct error *e);
void gzip_close(struct gzip *g);

/* Reads the next bytes, at most `size` < 2^31. Returns how many: fewer only at the end, where the
 * checksum is verified. Or -1. */
ERROR_CHECKED int gzip_read(struct gzip *g, void *out, size_t size, struct error *e);

/* Back to the first byte. */
ERROR_CHECKED int gzip_rewind(struct gzip *g, struct error *e);

/* Whether the file is not gzipped. */
bool gzip_is_raw(const struct gzip *g);

/* Records that the file is damaged: truncated, unless zlib has another reason. Returns -1. */
int gzip_damaged(const struct gzip *g, struct error *e);
