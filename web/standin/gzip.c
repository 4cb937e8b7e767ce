/* Stands in for data/gzip.c: the page unpacks what is compressed before it hands over a file. */
#include "data/gzip.h"
#include "base/file.h"
#include "file.h"

#include <stdint.h>
#include <stdio.h>

/* g->file is the descriptor, plus 1. */
static int descriptor(const struct gzip *g) { return (int)(intptr_t)g->file - 1; }

int gzip_open(struct gzip *g, const char *path, struct error *e) {
    *g = (struct gzip){.path = path};
    int fd = file_open(path, &g->size, e);
    g->file = (struct gzFile_s *)(intptr_t)(fd + 1);
    return fd < 0 ? -1 : 0;
}

void gzip_close(struct gzip *g) {
    if (g->file)
        file_close(descriptor(g));
    g->file = NULL;
}

int gzip_read(struct gzip *g, void *out, size_t size, struct error *e) {
    return (int)file_get(descriptor(g), out, size);
}

int gzip_rewind(struct gzip *g, struct error *e) {
    const char *path = g->path;
    gzip_close(g);
    return gzip_open(g, path, e);
}

bool gzip_is_raw(const struct gzip *g) { return true; }

int gzip_damaged(const struct gzip *g, struct error *e) {
    return error_input(e, "%s: is damaged: the file is truncated; download it again", g->path);
}

bool gzip_named(const char *path, const char *suffix) {
    char gzipped[32];
    snprintf(gzipped, sizeof gzipped, "%s.gz", suffix);
    return file_has_suffix(path, suffix) || file_has_suffix(path, gzipped);
}
