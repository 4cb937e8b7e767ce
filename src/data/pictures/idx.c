/* IDX, MNIST's own format: for each split a file of images and one of labels (idx_file.h), under
 * the names of idx_names.h.
 *
 * Fashion-MNIST, KMNIST, EMNIST and QMNIST share it. The classes are the labels that occur in
 * training. Their names are these numbers, or the characters of EMNIST's *-mapping.txt. */
#include "data/classes.h"
#include "data/format.h"
#include "data/names.h"
#include "data/pictures/conversion.h"
#include "data/pictures/idx_file.h"
#include "data/pictures/idx_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES = 256 };    /* that a label may have */
enum { BLOCK = 1 << 20 }; /* bytes of images that are read at a time, or one image */
enum { MAX_MAPPING = 1 << 20 };
enum { QMNIST_COLUMNS = 8 }; /* the first is the class */

static bool recognises(const char *path) {
    struct error ignored = {0};
    char folder[FILE_PATH];
    return idx_names_folder(path, folder, &ignored) != 0 || folder[0];
    /* read_dataset reports an ambiguity */
}

/* ---- images ---- */

/* Reads the images block by block: each is a sheet of pictures below each other. */
static int read_blocks(struct dataset *d, int k, struct idx_file *f, const struct conversion *c,
                       struct thread_pool *pool, struct error *e) {
    int count = f->dims[0], height = f->dims[1], width = f->dims[2], result = 0;
    size_t size = (size_t)height * (size_t)width;
    int block = size < BLOCK ? (int)(BLOCK / size) : 1;
    struct picture sheet = {.width = width, .channels = 1, .pixels = malloc((size_t)block * size)};
    if (!sheet.pixels)
        return error_memory(e, f->path);
    for (int i = 0; i < count && result == 0; i += block) {
        int n = count - i < block ? count - i : block;
        sheet.height = n * height;
        result = idx_file_read(f, sheet.pixels, (size_t)n * size, e);
        if (result == 0)
            result = conversion_tiles(c, d, k, i, n, &sheet, height, width, pool, e);
    }
    free(sheet.pixels);
    return result == 0 ? idx_file_end(f, e) : -1;
}

/* `size` is the height and width of the images of the first split that is read. */
static int read_images(struct dataset *d, int k, const char *path, const struct conversion *c,
                       int size[2], struct thread_pool *pool, struct error *e) {
    struct idx_file f;
    int result = idx_file_open(&f, path, IDX_BYTE, 3, e);
    if (result == 0 && size[0] == 0) {
        memcpy(size, f.dims + 1, 2 * sizeof *size);
        result = conversion_shape(c, d, size[0], size[1], 1, path, e);
    }
    if (result == 0 && memcmp(size, f.dims + 1, 2 * sizeof *size) != 0)
        result =
            error_input(e, "%s: its pictures are %d x %d, but the training pictures are %d x %d",
                        path, f.dims[2], f.dims[1], size[1], size[0]);
    if (result == 0)
        result = dataset_reserve(d, k, f.dims[0], path, e);
    if (result == 0)
        result = read_blocks(d, k, &f, c, pool, e);
    idx_file_close(&f);
    return result;
}

/* ---- labels ---- */

/* Reads the values of the labels into the split. */
static int read_labels(struct split *s, const char *path, struct error *e) {
    struct idx_file f;
    bool integers = strstr(path, "idx2-int") != NULL;
    int result = idx_file_open(&f, path, integers ? IDX_INT : IDX_BYTE, integers ? 2 : 1, e);
    if (result == 0 && f.dims[0] != s->count)
        result = error_input(e, "%s: has %d labels for %d pictures", path, f.dims[0], s->count);
    if (result == 0 && integers && f.dims[1] != QMNIST_COLUMNS)
        result = error_input(e, "%s: has %d columns, not %d", path, f.dims[1], QMNIST_COLUMNS);
    for (int i = 0; i < s->count && result == 0; i++) {
        uint8_t row[4 * QMNIST_COLUMNS] = {0};
        result = idx_file_read(&f, integers ? row : row + 3, integers ? sizeof row : 1, e);
        s->labels[i] = row[3];
        if (result == 0 && (row[0] || row[1] || row[2]))
            result = error_input(e, "%s: label %d is not from 0 to 255", path, i);
    }
    if (result == 0)
        result = idx_file_end(&f, e);
    idx_file_close(&f);
    return result;
}

/* ---- classes ---- */

/* Reads EMNIST's mapping next to the images: "LABEL CODE ..." per line. code[label] becomes the
 * first code, a character's, or 0. Without such a file, all are 0. */
static void read_mapping(const char *images, int split, int code[VALUES]) {
    const char *name = strrchr(images, '/') + 1;
    char path[FILE_PATH];
    struct error ignored = {0};
    size_t size;
    memset(code, 0, VALUES * sizeof *code);
    if (snprintf(path, sizeof path, "%.*smapping.txt",
                 (int)(name - images) + idx_names_stem(name, split, IDX_IMAGES),
                 images) >= FILE_PATH)
        return;
    char *text = file_exists(path) ? file_read(path, MAX_MAPPING, &size, &ignored) : NULL;
    for (char *line = text; line && *line; line += strspn(line, "\r\n")) {
        char *end;
        long value = strtol(line, &end, 10), character = strtol(end, NULL, 10);
        if (end != line && value >= 0 && value < VALUES && character > ' ' && character < 127)
            code[value] = (int)character;
        line += strcspn(line, "\r\n");
    }
    free(text);
}

/* The classes are the values that occur. Sets label_of[value] for each of them. */
static int make_classes(struct dataset *d, const struct data_options *from, int k,
                        const char *images, int label_of[VALUES], struct error *e) {
    const struct split *s = &d->split[k];
    int code[VALUES], values[VALUES], index[VALUES], used[VALUES] = {0}, n = 0;
    bool named = true;
    struct string_list names;
    memset(label_of, 0, VALUES * sizeof *label_of);
    read_mapping(images, k, code);
    for (int i = 0; i < s->count; i++)
        label_of[s->labels[i]] = 1;
    for (int v = 0; v < VALUES; v++)
        if (label_of[v]) {
            named = named && code[v] && !used[code[v]]++;
            values[n++] = v;
        }
    if (names_of_numbers(&names, values, n, images, &d->arena, e) != 0)
        return -1;
    for (int i = 0; i < n && named; i++)
        if (!(names.items[i] = arena_string(&d->arena, (char[]){(char)code[values[i]], '\0'})))
            return error_memory(e, images);
    if (classes_set(d, from, &names, index, e) != 0)
        return -1;
    for (int v = 0; v < VALUES; v++)
        label_of[v] = -1;
    for (int i = 0; i < n; i++)
        label_of[values[i]] = index[i];
    return 0;
}

static int read_split(struct dataset *d, int k, const char *folder, const struct data_options *from,
                      int size[2], int label_of[VALUES], struct thread_pool *pool,
                      struct error *e) {
    static const char *const prefixes[2] = {"train-", "t10k-"};
    char images[FILE_PATH], labels[FILE_PATH];
    struct conversion c = conversion_of(from);
    if (idx_names_find(folder, k, IDX_IMAGES, images, e) != 0)
        return -1;
    if (!images[0])
        return 0;
    if (read_images(d, k, images, &c, size, pool, e) != 0 ||
        idx_names_find(folder, k, IDX_LABELS, labels, e) != 0)
        return -1;
    if (!labels[0])
        return error_input(e, "%s: has %simages but no %slabels-idx1-ubyte[.gz]", folder,
                           prefixes[k], prefixes[k]);
    struct split *s = &d->split[k];
    if (read_labels(s, labels, e) != 0)
        return -1;
    if ((d->classes.count == 0 || from->expected) &&
        make_classes(d, from, k, images, label_of, e) != 0)
        return -1;
    for (int i = 0; i < s->count; i++) {
        if (label_of[s->labels[i]] < 0)
            return error_input(e, "%s: label %d is %d, which is not a class in the training set",
                               labels, i, s->labels[i]);
        s->labels[i] = label_of[s->labels[i]];
    }
    bool emnist = strstr(strrchr(images, '/'), "emnist") != NULL;
    return emnist && !from->transpose && k == TRAIN
               ? dataset_note(d, e,
                              "EMNIST's pictures are stored transposed: with data.transpose=true "
                              "they stand upright")
               : 0;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    char folder[FILE_PATH];
    int size[2] = {0}, label_of[VALUES];
    if (idx_names_folder(from->path, folder, e) != 0)
        return -1;
    for (int k = 0; k <= TEST; k++)
        if (read_split(d, k, folder, from, size, label_of, pool, e) != 0)
            return -1;
    return 0;
}

const struct format idx_format = {recognises, read_dataset};
