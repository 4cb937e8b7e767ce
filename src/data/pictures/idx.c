/* IDX, the format of MNIST, Fashion-MNIST, KMNIST, EMNIST and QMNIST: each split has a file of
 * images and one of labels, raw or gzipped:
 *
 *   bytes 0, 0, type, number of dimensions; each dimension as 4 bytes, big-endian; then the values,
 *   last dimension fastest.
 *
 * Source: http://yann.lecun.com/exdb/mnist.
 *
 * The classes are the labels that occur in training. Their names are these numbers, or the
 * characters that EMNIST's *-mapping.txt gives them. */
#include "base/file.h"
#include "data/formats.h"
#include "data/gzip.h"
#include "data/pictures/conversion.h"

enum { VALUES = 256 /* of a label */, MAX_MAPPING = 1 << 20 };
enum { QMNIST_COLUMNS = 8 }; /* the first is the class */

enum idx_type { IDX_BYTE = 8, IDX_INT = 12 }; /* unsigned, 1 byte; signed, 4 bytes big-endian */

struct idx {
    struct gzip gzip;
    int dims[3]; /* at least 1 each; those that the file does not have are 1 */
    size_t left; /* bytes of values to read */
};

static void idx_free(struct idx *f) { gzip_close(&f->gzip); }

/* Reads the next bytes, fewer than 2^31. After the last one it checks that nothing follows, and
 * gzip's checksum. */
static int idx_read(struct idx *f, void *out, size_t size, struct error *e) {
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
                                f->gzip.path);
}

/* Opens the file and checks its header, and the file's size against what the header declares. Call
 * idx_free even after a failure. */
static int idx_open(struct idx *f, const char *path, enum idx_type type, int ndims,
                    struct error *e) {
    unsigned char header[16];
    size_t header_size = 4 + 4 * (size_t)ndims;
    *f = (struct idx){.dims = {1, 1, 1}};
    if (gzip_open(&f->gzip, path, e) != 0)
        return -1;
    f->left = header_size + 1; /* until the header has been read */
    if (idx_read(f, header, header_size, e) != 0)
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

/* ---- names ---- */

/* IDX files are named [PREFIX-]SPLIT-PART-TYPE[.gz], perhaps with a dot for a dash. In Kaggle's
 * archives, the file may be in a folder of such a name; torchvision puts the files in a folder raw.
 * labels-idx2-int is QMNIST's. */
enum part { IMAGES, LABELS };
enum { DEPTH = 2 }; /* of such folders */

struct names {
    char path[2][2][FILE_PATH]; /* [TRAIN or TEST][enum part]; "": there is no such file */
};

/* Where the split begins in an IDX file's name, or NULL. */
static const char *find_split(const char *name, int *split) {
    const char *at = strstr(name, "train-");
    *split = at ? TRAIN : TEST;
    return at || (at = strstr(name, "t10k-")) ? at : strstr(name, "test-");
}

/* The place for the path of a file of this name, or NULL. */
static char *place(struct names *n, const char *name) {
    int split;
    bool images = gzip_named(name, "idx3-ubyte");
    bool labels = gzip_named(name, "idx1-ubyte") || gzip_named(name, "idx2-int");
    return find_split(name, &split) && (images || labels) &&
                   strstr(name, images ? "images" : "labels")
               ? n->path[split][images ? IMAGES : LABELS]
               : NULL;
}

static bool same_prefix(const char *a, const char *b) {
    int split;
    ptrdiff_t size = find_split(a, &split) - a;
    return find_split(b, &split) - b == size && strncmp(a, b, (size_t)size) == 0;
}

/* Finds the files in a folder, and in its folders down to some depth. Of several copies of a file,
 * the first by name wins; files of different datasets are an error. */
static int look(struct names *n, const char *folder, int depth, struct error *e) {
    int count, result = 0;
    SCOPED_MEMORY char **names = file_list(folder, &count, e);
    char path[FILE_PATH];
    for (int i = 0; names && i < count && result == 0; i++) {
        char *file = place(n, names[i]);
        if (!file && strcmp(names[i], "raw") != 0)
            continue;
        if (file_join(path, sizeof path, folder, names[i], e) != 0)
            result = -1;
        else if (file_is_directory(path, e))
            result = depth > 0 ? look(n, path, depth - 1, e) : 0;
        else if (file && !file[0])
            strcpy(file, path);
        else if (file && !same_prefix(strrchr(file, '/') + 1, names[i]))
            result = error_input(e, "%s: has both %s and %s; move one dataset elsewhere", folder,
                                 strrchr(file, '/') + 1, names[i]);
    }
    return names ? result : -1;
}

static bool recognises(const char *path, struct error *e) {
    struct error ignored = {0};
    struct names n = {0};
    bool is = file_is_directory(path, e) &&
              (look(&n, path, DEPTH, &ignored) != 0 || ignored.status || n.path[TRAIN][IMAGES][0] ||
               n.path[TEST][IMAGES][0]); /* read_dataset reports an error, if it occurs again */
    return error_pass(e, &ignored) == 0 && is;
}

static int read_images(struct conversion *c, int k, struct idx *f, struct error *e) {
    int count = f->dims[0], height = f->dims[1], width = f->dims[2];
    const char *path = f->gzip.path;
    char first[sizeof c->from]; /* the size of the first split's images, or "" */
    memcpy(first, c->from, sizeof first);
    if (conversion_shape(c, height, width, 1, path, e) != 0)
        return -1;
    if (first[0] && strcmp(first, c->from) != 0)
        return error_input(e, "%s: its images are %s, but the training images are %s", path,
                           c->from, first);
    if (dataset_reserve(c->d, k, count, path, e) != 0)
        return -1;
    for (int i = 0; i < count; i++) {
        SCOPED(picture) p = picture_alloc(width, height, 1);
        if (!p.pixels)
            return error_memory(e, path);
        if (idx_read(f, p.pixels, picture_size(&p), e) != 0 ||
            conversion_store(c, &p, k, i, e) != 0)
            return -1;
    }
    return 0;
}

/* Reads the values of the labels into the split. */
static int read_labels(struct split *s, struct idx *f, bool integers, struct error *e) {
    if (f->dims[0] != s->count)
        return error_input(
            e, "%s: has %d labels for %d images; the two files are not from the same dataset",
            f->gzip.path, f->dims[0], s->count);
    if (integers && f->dims[1] != QMNIST_COLUMNS)
        return error_input(e, "%s: has %d columns, not %d", f->gzip.path, f->dims[1],
                           QMNIST_COLUMNS);
    for (int i = 0; i < s->count; i++) {
        uint8_t row[4 * QMNIST_COLUMNS] = {0};
        if (idx_read(f, integers ? row : row + 3, integers ? sizeof row : 1, e) != 0)
            return -1;
        s->labels[i] = row[3];
        if (row[0] || row[1] || row[2])
            return error_input(e, "%s: label %d is not from 0 to 255", f->gzip.path, i);
    }
    return 0;
}

static int read_split(struct conversion *c, int k, const struct names *n, const char *path,
                      struct error *e) {
    const char *images = n->path[k][IMAGES], *labels = n->path[k][LABELS];
    const char *prefix = k == TRAIN ? "train-" : "t10k-";
    bool integers = strstr(labels, "idx2-int") != NULL;
    SCOPED(idx) x = {0}, y = {0};
    if (!images[0])
        return 0;
    if (idx_open(&x, images, IDX_BYTE, 3, e) != 0 || read_images(c, k, &x, e) != 0)
        return -1;
    if (!labels[0])
        return error_input(e, "%s: has %simages but no %slabels-idx1-ubyte[.gz]", path, prefix,
                           prefix);
    return idx_open(&y, labels, integers ? IDX_INT : IDX_BYTE, integers ? 2 : 1, e) == 0
               ? read_labels(&c->d->split[k], &y, integers, e)
               : -1;
}

/* Reads EMNIST's mapping next to the images, with lines "LABEL CODE ...". Sets code[label] to the
 * first code, that of a character. Without such a file, or with another code, it stays 0. */
static void read_mapping(const char *images, int code[VALUES], struct error *e) {
    char path[FILE_PATH];
    size_t size;
    int split, prefix = (int)(find_split(strrchr(images, '/'), &split) - images);
    int length = snprintf(path, sizeof path, "%.*smapping.txt", prefix, images);
    SCOPED_MEMORY char *text =
        length < FILE_PATH && file_exists(path, e) ? file_read(path, MAX_MAPPING, &size, e) : NULL;
    for (char *line = text; line && *line; line += strspn(line, "\r\n")) {
        char *end;
        long value = strtol(line, &end, 10), character = strtol(end, NULL, 10);
        if (end != line && value >= 0 && value < VALUES && character > ' ' && character < 127)
            code[value] = (int)character;
        line += strcspn(line, "\r\n");
    }
}

/* The classes are the values that occur in the first split. */
static int set_classes(struct dataset *d, const struct data_options *from, const struct names *n,
                       struct error *e) {
    int first = d->split[TRAIN].count > 0 ? TRAIN : TEST, known = 0;
    int code[VALUES] = {0}, at[VALUES]; /* a value's place in `names`, or -1 */
    struct dictionary names = {0};
    char name[8];
    memset(at, -1, sizeof at);
    read_mapping(n->path[first][IMAGES], code, e);
    for (int k = first; k <= TEST; k++) {
        for (int i = 0; i < d->split[k].count; i++) {
            int v = d->split[k].labels[i];
            if (at[v] >= 0)
                continue;
            snprintf(name, sizeof name, code[v] ? "%c" : "%d", code[v] ? code[v] : v);
            if ((at[v] = dictionary_add(&names, name, VALUES, &d->arena, e)) < 0)
                return -1;
        }
        known = k == first ? names.list.count : known;
    }
    const int *class = classes_set(d, from, &names.list, known, true, e);
    for (int k = first; k <= TEST && class; k++)
        for (int i = 0; i < d->split[k].count; i++)
            d->split[k].labels[i] = class[at[d->split[k].labels[i]]];
    return class ? 0 : -1;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    struct names n = {0};
    struct conversion c = conversion_of(d, from);
    if (look(&n, from->path, DEPTH, e) != 0 || read_split(&c, TRAIN, &n, from->path, e) != 0 ||
        read_split(&c, TEST, &n, from->path, e) != 0 || set_classes(d, from, &n, e) != 0)
        return -1;
    conversion_note(&c, e);
    const char *images = n.path[TRAIN][IMAGES];
    if (images[0] && strstr(strrchr(images, '/'), "emnist") && !from->transpose)
        dataset_note(
            d, e, "EMNIST's images are stored transposed: data.transpose=true turns them upright");
    return 0;
}

const struct format idx_format = {DATA_PICTURES, "download both files again, from one dataset",
                                  recognises, read_dataset};
