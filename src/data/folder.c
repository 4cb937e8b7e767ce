/* Folders: train/CLASS/x.png and test/CLASS/x.png, the layout that people already have. Classes
 * are sorted by dataset_sort_classes; pictures by name within a class. */
#include "base/file.h"
#include "data/formats.h"
#include "data/picture.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool folder_recognises(const char *path) {
    char dir[FILE_PATH];
    struct error ignored = {0};
    for (int k = 0; k < SPLITS; k++)
        if (file_join(dir, sizeof dir, path, dataset_splits[k], &ignored) == 0 &&
            file_is_directory(dir))
            return true;
    return false;
}

/* The classes: the folders of train/, or of test/ where there is no train/. */
static int read_classes(struct dataset *d, const char *dir, struct error *e) {
    int count;
    char **names = file_list(dir, &count, e);
    if (!names)
        return -1;
    int result = dataset_name_classes(d, (const char *const *)names, count, dir, e);
    free(names);
    if (result != 0)
        return -1;
    dataset_sort_classes(&d->classes);
    return count > 0 ? 0 : error_input(e, "%s: holds no class folders", dir);
}

static int class_index(const struct dataset *d, const char *name) {
    for (int i = 0; i < d->classes.count; i++)
        if (strcmp(d->classes.items[i], name) == 0)
            return i;
    return -1;
}

static bool is_png(const char *name) {
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".png") == 0;
}

/* Calls f for each picture of each class folder of dir, in order; returns how many, or -1. */
static int each_picture(struct dataset *d, const char *dir,
                        int (*f)(struct dataset *d, const char *file, int label, int number,
                                 void *context, struct error *e),
                        void *context, struct error *e) {
    char class[FILE_PATH], file[FILE_PATH];
    int number = 0;
    for (int label = 0; label < d->classes.count; label++) {
        if (file_join(class, sizeof class, dir, d->classes.items[label], e) != 0)
            return -1;
        if (!file_exists(class))
            continue; /* test/ need not have every class; train/ has, by read_classes */
        if (!file_is_directory(class))
            return error_input(e, "%s: is a file where a class folder should be", class);
        int count;
        char **names = file_list(class, &count, e);
        if (!names)
            return -1;
        int result = count > 0 ? 0 : error_input(e, "%s: this class folder is empty", class);
        for (int i = 0; i < count && result == 0; i++) {
            result = file_join(file, sizeof file, class, names[i], e);
            if (result == 0 && !is_png(names[i]))
                result =
                    error_input(e, "%s: is not a .png; a class folder holds nothing else", file);
            if (result == 0)
                result = f(d, file, label, number++, context, e);
        }
        free(names);
        if (result != 0)
            return -1;
    }
    return number;
}

/* The first walk counts; the first picture sets the size of all. */
static int count_picture(struct dataset *d, const char *file, int label, int number, void *context,
                         struct error *e) {
    struct picture p;
    (void)label, (void)context;
    if (number == KEY_INT_MAX)
        return error_input(e, "%s: one picture too many", file);
    if (d->height > 0)
        return 0;
    if (picture_read(&p, file, e) != 0)
        return -1;
    d->height = p.height;
    d->width = p.width;
    d->channels = p.channels;
    picture_free(&p);
    return 0;
}

static int read_picture(struct dataset *d, const char *file, int label, int number, void *context,
                        struct error *e) {
    struct split *s = context;
    struct picture p;
    if (number >= s->count)
        return error_input(e, "%s: appeared while the dataset was being read", file);
    if (picture_read(&p, file, e) != 0)
        return -1;
    int result = 0;
    if (p.width != d->width || p.height != d->height || p.channels != d->channels)
        result = error_input(e,
                             "%s: is %d x %d with %d channel%s, but the pictures before it are "
                             "%d x %d with %d",
                             file, p.width, p.height, p.channels, p.channels == 1 ? "" : "s",
                             d->width, d->height, d->channels);
    else
        memcpy(s->pixels + (size_t)number * picture_size(&p), p.pixels, picture_size(&p));
    s->labels[number] = label;
    picture_free(&p);
    return result;
}

/* A folder of test/ that is no class of train/ would be skipped in silence otherwise. */
static int check_classes(const struct dataset *d, const char *dir, struct error *e) {
    int count, result = 0;
    char **names = file_list(dir, &count, e);
    if (!names)
        return -1;
    for (int i = 0; i < count && result == 0; i++)
        if (class_index(d, names[i]) < 0)
            result = error_input(e, "%s/%s: is not a class of train/", dir, names[i]);
    free(names);
    return result;
}

int folder_read(struct dataset *d, const struct data_options *from, struct thread_pool *pool,
                struct error *e) {
    const char *path = from->path;
    (void)pool;
    char dir[FILE_PATH];
    for (int k = 0; k < SPLITS; k++) {
        if (file_join(dir, sizeof dir, path, dataset_splits[k], e) != 0)
            return -1;
        if (!file_is_directory(dir))
            continue;
        if (d->classes.count == 0 ? read_classes(d, dir, e) != 0 : check_classes(d, dir, e) != 0)
            return -1;
        int count = each_picture(d, dir, count_picture, NULL, e);
        if (count < 0 || dataset_reserve(d, k, count, dir, e) != 0)
            return -1;
        int have = each_picture(d, dir, read_picture, &d->split[k], e);
        if (have < 0)
            return -1;
        if (have < count)
            return error_input(e, "%s: pictures vanished while they were being read", dir);
    }
    return 0;
}
