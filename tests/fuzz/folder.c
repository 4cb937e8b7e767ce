/* A libFuzzer target: reads a folder whose files are made from the input, without using a disk.
 * $FUZZ says which of them:
 *
 *   labels   labels.csv, next to two images
 *   sheets   dataset.json, next to a sheet of four samples and their labels
 *   targets  the targets of four samples, named by dataset.json
 *   idx      an images file, then a labels file; the first two bytes are the length of the first */
#define _GNU_SOURCE
#include "base/file.h"
#include "data/formats.h"
#include "picture/picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char folder[] = "/tmp/onehot-fuzz-XXXXXX";
static int files[2]; /* in memory */
static bool idx;

/* The two files of each kind; the input is the content of the first. */
static const struct input {
    const char *name, *file, *other, *content;
} inputs[] = {
    {"labels", "labels.csv", "README", ""},
    {"sheets", "dataset.json", "l.txt", "0\n1\n1\n0\n"},
    {"targets", "l.txt", "dataset.json",
     "{\"height\": 2, \"width\": 2, \"channels\": 1, \"classes\": [\"a\", \"b\"], "
     "\"train\": {\"samples\": 4, \"sheets\": [\"a.png\"], \"targets\": \"l.txt\"}}"},
    {"idx", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte", ""},
};

static void check(bool works) {
    if (!works) {
        perror("the folder to fuzz");
        exit(1);
    }
}

/* Makes FOLDER/NAME a link to a file in memory. */
static int memory_file(const char *name) {
    char path[256], target[64];
    int file = memfd_create(name, 0);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    snprintf(target, sizeof target, "/proc/self/fd/%d", file);
    check(file >= 0 && symlink(target, path) == 0);
    return file;
}

static void remove_folder(void) {
    file_remove_directory(folder);
}

static void fill(int file, const uint8_t *data, size_t size) {
    check(ftruncate(file, 0) == 0 && pwrite(file, data, size, 0) == (ssize_t)size);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    const char *name = getenv("FUZZ");
    const struct input *k = NULL;
    (void)argc, (void)argv;
    for (size_t i = 0; name && i < sizeof inputs / sizeof *inputs; i++)
        if (strcmp(inputs[i].name, name) == 0)
            k = &inputs[i];
    check(k && mkdtemp(folder) != NULL && atexit(remove_folder) == 0);
    idx = strcmp(k->name, "idx") == 0;
    files[0] = memory_file(k->file);
    files[1] = memory_file(k->other);
    fill(files[1], (const uint8_t *)k->content, strlen(k->content));
    for (int i = 0; i < 2 && !idx; i++) {
        struct error e = {0};
        uint8_t pixels[16] = {7};
        int side = strcmp(k->name, "labels") == 0 ? 1 : 4;
        struct picture p = {.width = side, .height = side, .channels = 1, .pixels = pixels};
        char path[256];
        snprintf(path, sizeof path, "%s/%c.png", folder, "ab"[i]);
        check(picture_write(&p, path, &e) == 0);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct error e = {0};
    if (idx && size < 2)
        return 0;
    size_t first = idx ? (size_t)data[0] << 8 | data[1] : size, rest = 0;
    const uint8_t *begin = data + (idx ? 2 : 0);
    if (idx) {
        first = first < size - 2 ? first : size - 2;
        rest = size - 2 - first;
    }
    fill(files[0], begin, first);
    if (idx)
        fill(files[1], begin + first, rest);
    struct dataset *d = formats_read(DATA_AT(folder), NULL, &e);
    if ((d != NULL) != (e.status == ERROR_NONE))
        abort();
    dataset_free(d);
    return 0;
}
