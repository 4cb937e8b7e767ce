/* Folders of PNG pictures, one per class: train/CLASS/x.png and test/CLASS/x.png. Classes are
 * sorted by names_sort, the pictures of a class by name. */
#include "base/file.h"
#include "data/format.h"
#include "data/names.h"
#include "picture/picture.h"

#include <stdlib.h>
#include <string.h>

static bool recognises(const char *path) {
    char folder[FILE_PATH];
    for (int k = 0; k < SPLITS; k++)
        if (file_find(folder, path, dataset_splits[k]) && file_is_directory(folder))
            return true;
    return false;
}

/* The classes are the folders of the first split. A folder of the other split that is not one of
 * them is an error, since it would be skipped silently. */
static int read_classes(struct dataset *d, const char *dir, struct error *e) {
    int count, result = 0;
    char **names = file_list(dir, &count, e);
    if (!names)
        return -1;
    const char *const *folders = (const char *const *)names;
    int known = d->classes.count > 0 ? names_find(&d->classes, folders, count, NULL) : count;
    if (known < count)
        result = error_input(e, "%s/%s: is not a class in train/", dir, names[known]);
    else if (d->classes.count == 0 && count == 0)
        result = error_input(e, "%s: has no class folders", dir);
    else if (d->classes.count == 0) {
        result = names_copy(&d->classes, folders, count, dir, &d->arena, e);
        if (result == 0)
            names_sort(&d->classes);
    }
    free(names);
    return result;
}

struct class_folder {
    const char *path;
    int count;
    char **names; /* of its files, by file_list; the caller frees */
};

/* Lists the pictures of a class. The list is empty if there is no such folder: a class of train/
 * may be missing in test/. */
static int list_pictures(struct class_folder *f, const char *dir, const char *class,
                         struct arena *a, struct error *e) {
    char path[FILE_PATH];
    if (file_join(path, sizeof path, dir, class, e) != 0)
        return -1;
    if (!file_exists(path))
        return 0;
    if (!file_is_directory(path))
        return error_input(e, "%s: is a file where a class folder should be", path);
    f->path = arena_string(a, path);
    f->names = f->path ? file_list(path, &f->count, e) : NULL;
    if (!f->names)
        return error_memory(e, path); /* unless file_list has an error */
    if (f->count == 0)
        return error_input(e, "%s: this class folder is empty", path);
    for (int i = 0; i < f->count; i++)
        if (!file_has_suffix(f->names[i], ".png"))
            return error_input(e,
                               "%s/%s: is not a .png file; a class folder may contain nothing else",
                               path, f->names[i]);
    return 0;
}

/* Reads picture n of the `count` in a split. The first picture of the dataset sets the size of all.
 */
static int take_picture(struct dataset *d, int k, int n, int count, const struct picture *p,
                        const char *file, struct error *e) {
    if (d->height == 0) {
        d->height = p->height;
        d->width = p->width;
        d->channels = p->channels;
    }
    if (p->width != d->width || p->height != d->height || p->channels != d->channels)
        return error_input(e,
                           "%s: is %d x %d with %d channel%s, but the pictures before it are "
                           "%d x %d with %d",
                           file, p->width, p->height, p->channels, p->channels == 1 ? "" : "s",
                           d->width, d->height, d->channels);
    if (n == 0 && dataset_reserve(d, k, count, file, e) != 0)
        return -1;
    memcpy(d->split[k].pixels + (size_t)n * picture_size(p), p->pixels, picture_size(p));
    return 0;
}

/* Reads a split from these folders, one per class. */
static int read_pictures(struct dataset *d, int k, const struct class_folder *folders,
                         const char *dir, struct error *e) {
    long long count = 0;
    for (int label = 0; label < d->classes.count; label++)
        count += folders[label].count;
    if (count > KEY_INT_MAX)
        return error_input(e, "%s: has more than %d pictures", dir, KEY_INT_MAX);
    for (int label = 0, n = 0; label < d->classes.count; label++)
        for (int i = 0; i < folders[label].count; i++, n++) {
            char file[FILE_PATH];
            struct picture p;
            if (file_join(file, sizeof file, folders[label].path, folders[label].names[i], e) !=
                    0 ||
                picture_read(&p, file, PICTURE_BLACK, e) != 0)
                return -1;
            int result = take_picture(d, k, n, (int)count, &p, file, e);
            picture_free(&p);
            if (result != 0)
                return -1;
            d->split[k].labels[n] = label;
        }
    return 0;
}

static int read_split(struct dataset *d, int k, const char *dir, struct error *e) {
    int result = 0;
    if (read_classes(d, dir, e) != 0)
        return -1;
    struct class_folder *folders = calloc((size_t)d->classes.count, sizeof *folders);
    if (!folders)
        return error_memory(e, dir);
    for (int i = 0; i < d->classes.count && result == 0; i++)
        result = list_pictures(&folders[i], dir, d->classes.items[i], &d->arena, e);
    if (result == 0)
        result = read_pictures(d, k, folders, dir, e);
    for (int i = 0; i < d->classes.count; i++)
        free(folders[i].names);
    free(folders);
    return result;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    char dir[FILE_PATH];
    (void)pool;
    for (int k = 0; k < SPLITS; k++)
        if (file_find(dir, from->path, dataset_splits[k]) && file_is_directory(dir) &&
            read_split(d, k, dir, e) != 0)
            return -1;
    return 0;
}

const struct format folder_format = {recognises, read_dataset};
