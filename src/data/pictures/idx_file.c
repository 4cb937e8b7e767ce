#include "data/pictures/idx_file.h"
#include "keys/key.h"
#include "picture/picture.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

/* gzread returned n, which is too few bytes. zlib's message may begin with the path, which is cut
 * off. */
static int damaged(const struct idx_file *f, int n, struct error *e) {
    int code;
    const char *why = gzerror(f->gz, &code);
    size_t length = strlen(f->path);
    if (strncmp(why, f->path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    return error_input(e, "%s: is damaged: %s", f->path,
                       n >= 0 || code == Z_BUF_ERROR ? "the file is truncated" : why);
}

int idx_file_open(struct idx_file *f, const char *path, enum idx_type type, int ndims,
                  struct error *e) {
    unsigned char header[16];
    struct stat s;
    int header_size = 4 + 4 * ndims;
    *f = (struct idx_file){.path = path, .dims = {1, 1, 1}};
    if (stat(path, &s) == 0 && !S_ISREG(s.st_mode)) /* opening a FIFO would block */
        return error_input(e, "%s: is %s, not a file", path,
                           S_ISDIR(s.st_mode) ? "a directory" : "a device");
    f->gz = gzopen(path, "rb");
    if (!f->gz || stat(path, &s) != 0)
        return error_input(e, "%s: cannot be read: %s", path, strerror(errno));
    gzbuffer(f->gz, 1 << 18);
    int have = gzread(f->gz, header, (unsigned)header_size); /* also what is not gzipped */
    if (have < 0)
        return damaged(f, have, e);
    if (have != header_size)
        return error_input(e, "%s: is truncated within its header", path);
    if (header[0] != 0 || header[1] != 0 || header[2] != type || header[3] != ndims)
        return error_input(e, "%s: starts with %02x %02x %02x %02x, not with IDX's 00 00 %02x %02x",
                           path, header[0], header[1], header[2], header[3], (unsigned)type,
                           (unsigned)ndims);
    f->left = type == IDX_INT ? 4 : 1;
    for (int i = 0; i < ndims; i++) {
        const unsigned char *b = header + 4 + 4 * i;
        uint32_t n = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
        uint32_t limit = i == 0 ? KEY_INT_MAX : PICTURE_MAX_SIDE;
        if (n == 0 || n > limit)
            return error_input(e, "%s: dimension %d of its header is %u, not 1 to %u", path, i + 1,
                               n, limit);
        f->dims[i] = (int)n;
        f->left *= n; /* at most 4 * 10^9 * 2^28 */
    }
    if (f->left > (size_t)s.st_size * (gzdirect(f->gz) ? 1 : PICTURE_MAX_COMPRESSION))
        return error_input(e, "%s: is too small for the %zu bytes that its header announces", path,
                           f->left);
    return 0;
}

static int check_end(struct idx_file *f, struct error *e) {
    uint8_t more;
    int code, n = gzread(f->gz, &more, 1); /* makes zlib verify gzip's checksum */
    if (n > 0)
        return error_input(e, "%s: has extra bytes after the values that its header announces",
                           f->path);
    gzerror(f->gz, &code);
    return n < 0 || code != Z_OK ? damaged(f, n, e) : 0;
}

int idx_file_read(struct idx_file *f, void *out, size_t size, struct error *e) {
    int n = gzread(f->gz, out, (unsigned)size);
    if (n < 0 || (size_t)n != size)
        return damaged(f, n, e);
    f->left -= size;
    return f->left == 0 ? check_end(f, e) : 0;
}

void idx_file_close(struct idx_file *f) {
    if (f->gz)
        gzclose(f->gz);
}
