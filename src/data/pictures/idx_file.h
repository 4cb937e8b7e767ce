/* An IDX file, raw or gzipped:
 *
 *   bytes 0, 0, type, number of dimensions; each dimension as 4 bytes, big-endian; then the values,
 *   last dimension fastest.
 *
 * Source: http://yann.lecun.com/exdb/mnist. */
#pragma once

#include "data/gzip.h"

enum idx_type { IDX_BYTE = 8, IDX_INT = 12 }; /* unsigned, 1 byte; signed, 4 bytes big-endian */

struct idx_file {
    const char *path;
    struct gzip gzip;
    int dims[3]; /* at least 1 each; those that the file does not have are 1 */
    size_t left; /* bytes of values to read */
};

/* Opens the file and checks its header; the file is as large as the header says, as far as its size
 * can tell. Call idx_file_close even after a failure. */
ERROR_CHECKED int idx_file_open(struct idx_file *f, const char *path, enum idx_type type, int ndims,
                                struct error *e);

/* Reads the next bytes, fewer than 2^31. After the last it checks that nothing follows them, and
 * gzip's checksum. */
ERROR_CHECKED int idx_file_read(struct idx_file *f, void *out, size_t size, struct error *e);

void idx_file_close(struct idx_file *f);
