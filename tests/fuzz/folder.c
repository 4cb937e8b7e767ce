/* A libFuzzer target: reads a folder whose files are made from the input, without using a disk.
 * With FUZZ=labels, the input is labels.csv, next to two images. With FUZZ=idx, it is an images
 * file followed by a labels file; the first two bytes are the length of the images file. make fuzz
 * runs both. */
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
    const char *kind = getenv("FUZZ");
    (void)argc, (void)argv;
    idx = kind && strcmp(kind, "idx") == 0;
    check(mkdtemp(folder) != NULL && atexit(remove_folder) == 0);
    files[0] = memory_file(idx ? "train-images-idx3-ubyte.gz" : "labels.csv");
    files[1] = memory_file(idx ? "train-labels-idx1-ubyte" : "README");
    for (int i = 0; i < 2 && !idx; i++) {
        struct error e = {0};
        struct picture p = {.width = 1, .height = 1, .channels = 1, .pixels = &(uint8_t){7}};
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
    fill(files[1], begin + first, rest);
    struct dataset *d = formats_read(DATA_AT(folder), NULL, &e);
    if ((d != NULL) != (e.status == ERROR_NONE))
        abort();
    dataset_free(d);
    return 0;
}
