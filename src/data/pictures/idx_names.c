#include "data/pictures/idx_names.h"
#include "data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const endings[][3] = {
    [IDX_IMAGES] = {"images-idx3-ubyte", NULL},
    [IDX_LABELS] = {"labels-idx1-ubyte", "labels-idx2-int", NULL}};
static const char *const prefixes[2][3] = {
    [TRAIN] = {"train-", NULL}, [TEST] = {"t10k-", "test-", NULL}};

int idx_names_stem(const char *name, int split, enum idx_part part) {
    for (int i = 0; prefixes[split][i]; i++)
        for (int j = 0; endings[part][j]; j++)
            for (int dot = 0; dot < 4; dot++) {
                char end[64];
                size_t length = strlen(name), n;
                n = (size_t)snprintf(end, sizeof end, "%s%s%s", prefixes[split][i],
                                     endings[part][j], dot & 2 ? ".gz" : "");
                if (dot & 1)
                    *strchr(strchr(end, '-') + 1, '-') = '.';
                if (length >= n && strcmp(name + length - n, end) == 0 &&
                    (length == n || name[length - n - 1] == '-'))
                    return (int)(length - n);
            }
    return -1;
}

/* The same as idx_names_find; looks into folders only if `deep`. */
static int find(const char *folder, int split, enum idx_part part, bool deep, char file[FILE_PATH],
                struct error *e) {
    int count, result = 0, stem = -1;
    char **names = file_list(folder, &count, e), inner[FILE_PATH];
    const char *found = NULL;
    file[0] = '\0';
    for (int i = 0; names && i < count && result == 0; i++) {
        int length = idx_names_stem(names[i], split, part);
        if (length < 0)
            continue;
        if (found && (stem != length || strncmp(found, names[i], (size_t)stem) != 0))
            result = error_input(e, "%s: has both %s and %s; move one dataset elsewhere", folder,
                                 found, names[i]);
        else if (!found || file_is_directory(file))
            result = file_join(file, FILE_PATH, folder, names[i], e);
        found = names[i];
        stem = length;
        if (result == 0 && deep && file_is_directory(file) &&
            (result = find(file, split, part, false, inner, e)) == 0 && inner[0])
            strcpy(file, inner);
    }
    free(names);
    return names ? result : -1;
}

int idx_names_find(const char *folder, int split, enum idx_part part, char file[FILE_PATH],
                   struct error *e) {
    return find(folder, split, part, true, file, e);
}

int idx_names_folder(const char *path, char folder[FILE_PATH], struct error *e) {
    char raw[FILE_PATH], file[FILE_PATH];
    const char *const folders[] = {path, file_find(raw, path, "raw") ? raw : path};
    for (int i = 0; i < 4; i++) {
        const char *in = folders[i / 2];
        if (!file_is_directory(in))
            continue;
        if (idx_names_find(in, i % 2, IDX_IMAGES, file, e) != 0)
            return -1;
        if (file[0])
            return snprintf(folder, FILE_PATH, "%s", in) < FILE_PATH
                       ? 0
                       : error_input(e, "%s: the path is too long", in);
    }
    folder[0] = '\0';
    return 0;
}
