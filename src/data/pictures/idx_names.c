#include "data/pictures/idx_names.h"
#include "data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int split;
    enum idx_part part;
} endings[] = {
    {"train-images-idx3-ubyte", TRAIN, IDX_IMAGES}, {"train-labels-idx1-ubyte", TRAIN, IDX_LABELS},
    {"train-labels-idx2-int", TRAIN, IDX_LABELS},   {"t10k-images-idx3-ubyte", TEST, IDX_IMAGES},
    {"t10k-labels-idx1-ubyte", TEST, IDX_LABELS},   {"t10k-labels-idx2-int", TEST, IDX_LABELS},
    {"test-images-idx3-ubyte", TEST, IDX_IMAGES},   {"test-labels-idx1-ubyte", TEST, IDX_LABELS},
    {"test-labels-idx2-int", TEST, IDX_LABELS},
};

/* The name with dashes for dots, and without .gz. */
static void simplify(const char *name, char simple[256]) {
    int length = snprintf(simple, 256, "%s", name);
    if (length < 256 && file_has_suffix(name, ".gz"))
        simple[length - 3] = '\0';
    for (char *dot = simple; (dot = strchr(dot, '.')) != NULL;)
        *dot = '-';
}

/* The place for the path of a file of this simple name, or NULL. */
static char *place(struct idx_names *n, const char *simple) {
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t length = strlen(simple), end = strlen(endings[i].name);
        if (length >= end && strcmp(simple + length - end, endings[i].name) == 0 &&
            (length == end || simple[length - end - 1] == '-'))
            return n->path[endings[i].split][endings[i].part];
    }
    return NULL;
}

/* Looks into folders only if `deep`. */
static int look(struct idx_names *n, const char *folder, bool deep, struct error *e) {
    int count, result = 0;
    char **names = file_list(folder, &count, e), path[FILE_PATH], simple[256], other[256];
    for (int i = 0; names && i < count && result == 0; i++) {
        simplify(names[i], simple);
        char *file = place(n, simple), *found;
        if (!file)
            continue;
        if (file_join(path, sizeof path, folder, names[i], e) != 0) {
            result = -1;
        } else if (file_is_directory(path)) {
            result = deep ? look(n, path, false, e) : 0;
        } else if (!file[0]) {
            strcpy(file, path);
        } else {
            found = strrchr(file, '/') + 1;
            simplify(found, other);
            if (strcmp(simple, other) != 0)
                result = error_input(e, "%s: has both %s and %s; move one dataset elsewhere",
                                     folder, found, names[i]);
        }
    }
    free(names);
    return names ? result : -1;
}

int idx_names_find(struct idx_names *n, const char *path, struct error *e) {
    char raw[FILE_PATH];
    *n = (struct idx_names){0};
    if (!file_is_directory(path))
        return 0;
    if (look(n, path, true, e) != 0)
        return -1;
    bool found = n->path[TRAIN][IDX_IMAGES][0] || n->path[TEST][IDX_IMAGES][0];
    return !found && file_find(raw, path, "raw") && file_is_directory(raw) ? look(n, raw, true, e)
                                                                           : 0;
}
