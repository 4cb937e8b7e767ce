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

/* The slot of a file of this name, or NULL. Sets *before to what comes before PREFIX. */
static struct idx_name *slot(struct idx_names *n, const char *name, int *before) {
    char dashes[256];
    int length = snprintf(dashes, sizeof dashes, "%s", name);
    for (char *dot = dashes; (dot = strchr(dot, '.')) != NULL;)
        *dot = '-';
    if (length < (int)sizeof dashes && file_has_suffix(name, ".gz"))
        dashes[length - 3] = '\0';
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        *before = (int)strlen(dashes) - (int)strlen(endings[i].name);
        if (*before >= 0 && strcmp(dashes + *before, endings[i].name) == 0 &&
            (*before == 0 || name[*before - 1] == '-'))
            return &n->file[endings[i].split][endings[i].part];
    }
    return NULL;
}

/* Looks into folders only if `deep`. */
static int look(struct idx_names *n, const char *folder, bool deep, struct error *e) {
    int count, before, result = 0;
    char **names = file_list(folder, &count, e), path[FILE_PATH];
    for (int i = 0; names && i < count && result == 0; i++) {
        struct idx_name *f = slot(n, names[i], &before);
        if (!f)
            continue;
        result = file_join(path, sizeof path, folder, names[i], e);
        if (result == 0 && file_is_directory(path)) {
            result = deep ? look(n, path, false, e) : 0;
        } else if (result == 0 && !f->path[0]) {
            strcpy(f->path, path);
            f->before = (int)(strlen(path) - strlen(names[i])) + before;
        } else if (result == 0) {
            const char *found = strrchr(f->path, '/') + 1;
            if (f->path + f->before != found + before || strncmp(found, names[i], (size_t)before))
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
    bool found = n->file[TRAIN][IDX_IMAGES].path[0] || n->file[TEST][IDX_IMAGES].path[0];
    return !found && file_find(raw, path, "raw") && file_is_directory(raw) ? look(n, raw, true, e)
                                                                           : 0;
}
