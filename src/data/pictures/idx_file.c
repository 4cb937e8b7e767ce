#include "data/pictures/idx_file.h"
#include "keys/key.h"
#include "picture/picture.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

/* Reading failed, or gave too few bytes. zlib's message may begin with the path, which is cut off.
 */
static int damaged(const struct idx_file *f, struct error *e) {
    int code;
    const char *why = gzerror(f->gz, &code);
    size_t length = strlen(f->path);
    if (strncmp(why, f->path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    return error_input(e, "%s: is damaged: %s; download it again", f->path,
                       code == Z_OK || code == Z_BUF_ERROR ? "the file is truncated" : why);
}

int idx_file_read(struct idx_file *f, void *out, size_t size, struct error *e) {
    uint8_t more;
    if (gzread(f->gz, out, (unsigned)size) != (int)size)
        return damaged(f, e);
    f->left -= size;
    if (f->left > 0)
        return 0;
    if (gzread(f->gz, &more, 1) > 0) /* at the end, zlib verifies gzip's checksum */
        return error_input(
            e, "%s: has extra bytes after the values that its header declares; download it again",
            f->path);
    int code;
    gzerror(f->gz, &code);
    return code == Z_OK ? 0 : damaged(f, e);
}

int idx_file_open(struct idx_file *f, const char *path, enum idx_type type, int ndims,
                  struct error *e) {
    unsigned char header[16];
    struct stat s;
    size_t header_size = 4 + 4 * (size_t)ndims;
    *f = (struct idx_file){.path = path, .dims = {1, 1, 1}};
    if (stat(path, &s) == 0 && !S_ISREG(s.st_mode)) /* opening a FIFO would block */
        return error_input(e, "%s: is %s, not a file", path,
                           S_ISDIR(s.st_mode) ? "a directory" : "a device");
    f->gz = gzopen(path, "rb");
    if (!f->gz || stat(path, &s) != 0)
        return error_input(e, "%s: cannot be read: %s", path, strerror(errno));
    gzbuffer(f->gz, 1 << 18);
    f->left = header_size + 1; /* which the header then says */
    if (idx_file_read(f, header, header_size, e) != 0)
        return -1;
    if (header[0] != 0 || header[1] != 0 || header[2] != type || header[3] != ndims)
        return error_input(e,
                           "%s: starts with %02x %02x %02x %02x, not with IDX's 00 00 %02x %02x; "
                           "images and labels may be swapped",
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
        return error_input(
            e, "%s: is too small for the %zu bytes that its header declares; download it again",
            path, f->left);
    return 0;
}

void idx_file_close(struct idx_file *f) {
    if (f->gz)
        gzclose(f->gz);
}
