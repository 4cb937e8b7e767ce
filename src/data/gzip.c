#include "data/gzip.h"
#include "base/file.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>

int gzip_open(struct gzip *g, const char *path, struct error *e) {
    *g = (struct gzip){.path = path};
    int fd = file_open(path, &g->size, e);
    if (fd < 0)
        return -1;
    g->file = gzdopen(fd, "rb");
    if (!g->file) {
        close(fd);
        return error_memory(e, path);
    }
    gzbuffer(g->file, 1 << 17);
    return 0;
}

void gzip_close(struct gzip *g) {
    if (g->file)
        gzclose(g->file);
    g->file = NULL;
}

int gzip_read(struct gzip *g, void *out, size_t size, struct error *e) {
    int code, n = gzread(g->file, out, (unsigned)size);
    gzerror(g->file, &code);
    return n < 0 || code != Z_OK ? gzip_damaged(g, e) : n;
}

int gzip_rewind(struct gzip *g, struct error *e) {
    return gzrewind(g->file) == 0 ? 0 : file_error(e, g->path, "read", errno);
}

bool gzip_is_raw(const struct gzip *g) { return gzdirect(g->file); }

/* zlib's message may begin with "<fd:3>: ", which is cut off. */
int gzip_damaged(const struct gzip *g, struct error *e) {
    int code, number = errno;
    const char *why = gzerror(g->file, &code);
    const char *rest = strncmp(why, "<fd:", 4) == 0 ? strstr(why, ": ") : NULL;
    why = rest ? rest + 2 : why;
    if (code == Z_MEM_ERROR)
        return error_memory(e, g->path);
    if (code == Z_ERRNO)
        return file_error(e, g->path, "read", number);
    return error_input(e, "%s: is damaged: %s; download it again", g->path,
                       code == Z_OK || code == Z_BUF_ERROR ? "the file is truncated" : why);
}

bool gzip_named(const char *path, const char *suffix) {
    char gzipped[32];
    snprintf(gzipped, sizeof gzipped, "%s.gz", suffix);
    return file_has_suffix(path, suffix) || file_has_suffix(path, gzipped);
}
