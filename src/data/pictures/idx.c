/* IDX, MNIST's own format: for each split a file of images and one of labels, raw or gzipped.
 *
 *   bytes 0, 0, type (8: unsigned byte), number of dimensions; each dimension as 4 bytes,
 *   big-endian; then the values, last dimension fastest.
 *
 * Source: http://yann.lecun.com/exdb/mnist. Fashion-MNIST, KMNIST and EMNIST share it. The classes
 * are the labels that occur in training (0 .. 9; EMNIST's letters: 1 .. 26). */
#include "base/file.h"
#include "data/format.h"
#include "data/names.h"
#include "picture/picture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { IMAGES, LABELS, PARTS };

static const char *const endings[PARTS][2] = {{"images-idx3-ubyte", "images.idx3-ubyte"},
                                              {"labels-idx1-ubyte", "labels.idx1-ubyte"}};
static const char *const prefixes[2][2] = {{"train-", "train-"}, {"t10k-", "test-"}};

/* Whether `name` is [anything-]PREFIX ENDING[.gz]. */
static bool matches(const char *name, int split, int part) {
    size_t length = strlen(name);
    if (length > 3 && strcmp(name + length - 3, ".gz") == 0)
        length -= 3;
    for (int i = 0; i < 4; i++) {
        char end[64];
        const char *prefix = prefixes[split][i / 2], *ending = endings[part][i % 2];
        size_t n = (size_t)snprintf(end, sizeof end, "%s%s", prefix, ending);
        if (length >= n && strncmp(name + length - n, end, n) == 0 &&
            (length == n || name[length - n - 1] == '-'))
            return true;
    }
    return false;
}

/* Finds the file with this part of this split; sets `file` to "" if there is none. A gzipped copy
 * of the raw file, which sorts after it, is ignored; any other second file is an error. */
static int find(const char *path, int split, int part, char file[FILE_PATH], struct error *e) {
    int count, result = 0;
    char **names = file_list(path, &count, e);
    if (!names)
        return -1;
    const char *found = NULL;
    for (int i = 0; i < count && result == 0; i++) {
        if (!matches(names[i], split, part))
            continue;
        if (!found)
            found = names[i];
        else if (strncmp(found, names[i], strlen(found)) != 0 ||
                 strcmp(names[i] + strlen(found), ".gz") != 0)
            result = error_input(e, "%s: has both %s and %s; move one dataset elsewhere", path,
                                 found, names[i]);
    }
    file[0] = '\0';
    if (result == 0 && found)
        result = file_join(file, FILE_PATH, path, found, e);
    free(names);
    return result;
}

static bool recognises(const char *path) {
    struct error ignored = {0};
    char file[FILE_PATH];
    for (int k = 0; k <= TEST && file_is_directory(path); k++)
        if (find(path, k, IMAGES, file, &ignored) != 0 || file[0])
            return true; /* read_dataset reports an ambiguity */
    return false;
}

/* An open file whose header has been read. gzread passes on files that are not gzipped. */
struct idx {
    gzFile gz;
    int dims[3];
};

/* gzread returned n, which is too few bytes. zlib's message may begin with the path, which is cut
 * off. */
static int damaged(struct idx *f, int n, const char *path, struct error *e) {
    int code;
    const char *why = gzerror(f->gz, &code);
    size_t length = strlen(path);
    if (strncmp(why, path, length) == 0 && strncmp(why + length, ": ", 2) == 0)
        why += length + 2;
    return error_input(e, "%s: is damaged: %s", path,
                       n == 0 || code == Z_BUF_ERROR ? "the file is truncated" : why);
}

static int open_idx(struct idx *f, const char *path, int ndims, struct error *e) {
    unsigned char header[16];
    struct stat s;
    int header_size = 4 + 4 * ndims;
    if (stat(path, &s) == 0 && !S_ISREG(s.st_mode)) /* opening a FIFO would block */
        return error_input(e, "%s: is %s, not a file", path,
                           S_ISDIR(s.st_mode) ? "a directory" : "a device");
    f->gz = gzopen(path, "rb");
    if (!f->gz || stat(path, &s) != 0)
        return error_input(e, "%s: cannot be read: %s", path, strerror(errno));
    gzbuffer(f->gz, 1 << 18);
    int have = gzread(f->gz, header, (unsigned)header_size);
    if (have < 0)
        return damaged(f, have, path, e);
    if (have != header_size)
        return error_input(e, "%s: is truncated within its header", path);
    if (header[0] != 0 || header[1] != 0 || header[2] != 8 || header[3] != ndims)
        return error_input(e, "%s: starts with %02x %02x %02x %02x, not with IDX's 00 00 08 %02x",
                           path, header[0], header[1], header[2], header[3], ndims);
    size_t size = 1;
    for (int i = 0; i < ndims; i++) {
        const unsigned char *b = header + 4 + 4 * i;
        uint32_t n = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
        uint32_t limit = i == 0 ? KEY_INT_MAX : PICTURE_MAX_SIDE;
        if (n == 0 || n > limit)
            return error_input(e, "%s: dimension %d of its header is %u, not 1 to %u", path, i + 1,
                               n, limit);
        f->dims[i] = (int)n;
        size *= n; /* at most 10^9 * 2^28 */
    }
    if (size > (size_t)s.st_size * (gzdirect(f->gz) ? 1 : PICTURE_MAX_COMPRESSION))
        return error_input(e, "%s: is too small for the %zu bytes that its header announces", path,
                           size);
    return 0;
}

static int read_values(struct idx *f, uint8_t *out, size_t size, const char *path,
                       struct error *e) {
    while (size > 0) {
        unsigned part = size < (1u << 30) ? (unsigned)size : 1u << 30;
        int n = gzread(f->gz, out, part);
        if (n <= 0)
            return damaged(f, n, path, e);
        out += n;
        size -= (size_t)n;
    }
    /* This read past the values makes zlib verify gzip's checksum. */
    uint8_t more;
    int code, n = gzread(f->gz, &more, 1);
    if (n > 0)
        return error_input(e, "%s: has extra bytes after the values that its header announces",
                           path);
    gzerror(f->gz, &code);
    return n < 0 || code != Z_OK ? damaged(f, n, path, e) : 0;
}

/* Checks the header of a split's images or labels, and reads its values: pixels into the split, or
 * labels into *labels, which are in the arena. */
static int read_part(struct dataset *d, int k, int part, const char *path, uint8_t **labels,
                     struct error *e) {
    struct idx f = {0};
    struct split *s = &d->split[k];
    int result = open_idx(&f, path, part == IMAGES ? 3 : 1, e);
    if (result != 0)
        goto done;
    if (part == LABELS && f.dims[0] != s->count)
        result = error_input(e, "%s: has %d labels for %d pictures", path, f.dims[0], s->count);
    else if (part == LABELS && !(*labels = arena_alloc(&d->arena, (size_t)s->count, 1)))
        result = error_memory(e, path);
    else if (part == LABELS)
        result = read_values(&f, *labels, (size_t)s->count, path, e);
    else if (d->height > 0 && (d->height != f.dims[1] || d->width != f.dims[2]))
        result =
            error_input(e, "%s: its pictures are %d x %d, but the training pictures are %d x %d",
                        path, f.dims[2], f.dims[1], d->width, d->height);
    else {
        d->height = f.dims[1];
        d->width = f.dims[2];
        d->channels = 1;
        result = dataset_reserve(d, k, f.dims[0], path, e);
        if (result == 0)
            result =
                read_values(&f, s->pixels, (size_t)s->count * (size_t)dataset_features(d), path, e);
    }
done:
    if (f.gz)
        gzclose(f.gz);
    return result;
}

/* The classes are the values that occur. Sets label_of[value] for each of them. */
static int make_classes(struct dataset *d, const uint8_t *values, int count, int label_of[256],
                        const char *path, struct error *e) {
    int classes[256], n = 0;
    for (int i = 0; i < count; i++)
        label_of[values[i]] = 0;
    for (int v = 0; v < 256; v++)
        if (label_of[v] == 0) {
            label_of[v] = n;
            classes[n++] = v;
        }
    return names_of_numbers(&d->classes, classes, n, path, &d->arena, e);
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    const char *path = from->path;
    char file[FILE_PATH];
    int label_of[256];
    (void)pool;
    memset(label_of, -1, sizeof label_of); /* no class */
    for (int k = 0; k <= TEST; k++) {
        struct split *s = &d->split[k];
        uint8_t *values = NULL;
        if (find(path, k, IMAGES, file, e) != 0)
            return -1;
        if (!file[0])
            continue;
        if (read_part(d, k, IMAGES, file, NULL, e) != 0 || find(path, k, LABELS, file, e) != 0)
            return -1;
        if (!file[0])
            return error_input(e, "%s: has %simages but no %slabels-idx1-ubyte[.gz]", path,
                               prefixes[k][0], prefixes[k][0]);
        if (read_part(d, k, LABELS, file, &values, e) != 0 ||
            (d->classes.count == 0 && make_classes(d, values, s->count, label_of, file, e) != 0))
            return -1;
        for (int i = 0; i < s->count; i++)
            if ((s->labels[i] = label_of[values[i]]) < 0)
                return error_input(e,
                                   "%s: label %d is %d, which is not a class in the training set",
                                   file, i, values[i]);
    }
    return 0;
}

const struct format idx_format = {recognises, read_dataset};
