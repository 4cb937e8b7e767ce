#include "data/pictures/idx_file.h"
#include "keys/key.h"
#include "picture/picture.h"

#include <stdint.h>

int idx_file_read(struct idx_file *f, void *out, size_t size, struct error *e) {
    uint8_t more;
    int n = gzip_read(&f->gzip, out, size, e);
    if (n != (int)size)
        return n < 0 ? -1 : gzip_damaged(&f->gzip, e);
    f->left -= size;
    if (f->left > 0)
        return 0;
    n = gzip_read(&f->gzip, &more, 1, e); /* at the end, the checksum is verified */
    return n <= 0 ? n
                  : error_input(e,
                                "%s: has extra bytes after the values that its header declares; "
                                "download it again",
                                f->path);
}

int idx_file_open(struct idx_file *f, const char *path, enum idx_type type, int ndims,
                  struct error *e) {
    unsigned char header[16];
    size_t header_size = 4 + 4 * (size_t)ndims;
    *f = (struct idx_file){.path = path, .dims = {1, 1, 1}};
    if (gzip_open(&f->gzip, path, e) != 0)
        return -1;
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
    if (f->left > f->gzip.size * (gzip_is_raw(&f->gzip) ? 1 : PICTURE_MAX_COMPRESSION))
        return error_input(
            e, "%s: is too small for the %zu bytes that its header declares; download it again",
            path, f->left);
    return 0;
}

void idx_file_close(struct idx_file *f) {
    gzip_close(&f->gzip);
}
