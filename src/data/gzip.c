#include "data/gzip.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

int gzip_open(struct gzip *g, const char *path, struct error *e) {
    struct stat s;
    *g = (struct gzip){.path = path};
    if (stat(path, &s) == 0 && !S_ISREG(s.st_mode)) /* opening a FIFO would block */
        return error_input(e, "%s: is %s, not a file", path,
                           S_ISDIR(s.st_mode) ? "a directory" : "a device");
    g->file = gzopen(path, "rb");
    if (!g->file || stat(path, &s) != 0)
        return error_input(e, "%s: cannot be read: %s", path, strerror(errno));
    g->size = (size_t)s.st_size;
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
    return gzrewind(g->file) == 0 ? 0 : gzip_damaged(g, e);
}

bool gzip_is_raw(const struct gzip *g) {
    return gzdirect(g->file);
}

/* zlib's message may begin with the path, which is cut off. */
int gzip_damaged(const struct gzip *g, struct error *e) {
    int code;
    const char *why = gzerror(g->file, &code);
    size_t length = strlen(g->path);
    if (strncmp(why, g->path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    return error_input(e, "%s: is damaged: %s; download it again", g->path,
                       code == Z_OK || code == Z_BUF_ERROR ? "the file is truncated" : why);
}
