/* Reads a file, and decompresses it if it is gzipped. */
#pragma once

#include "base/error.h"

struct gzip {
    const char *path;
    size_t size; /* of the file */
    struct gzFile_s *file;
};

/* The path is not copied. Call gzip_close even after a failure. */
ERROR_CHECKED int gzip_open(struct gzip *g, const char *path, struct error *e);
void gzip_close(struct gzip *g);

/* Reads the next bytes, at most `size` < 2^31. Returns how many, which are fewer only at the end,
 * where the checksum is verified; or -1. */
ERROR_CHECKED int gzip_read(struct gzip *g, void *out, size_t size, struct error *e);

/* Back to the first byte. */
ERROR_CHECKED int gzip_rewind(struct gzip *g, struct error *e);

/* Whether the file is not gzipped. */
bool gzip_is_raw(const struct gzip *g);

/* Records that the file is damaged: truncated, unless zlib has another reason; or that memory ran
 * out or the disk failed. Returns -1. */
int gzip_damaged(const struct gzip *g, struct error *e);

/* Whether the path has this suffix, perhaps followed by .gz, in upper or lower case. */
bool gzip_named(const char *path, const char *suffix);
