#include "data/pictures/picture_files.h"
#include "base/file.h"
#include "data/pictures/picture_summary.h"
#include "data/problems.h"

#include <string.h>

struct reading {
    const struct data_options *from;
    struct conversion conversion;
    struct dataset *d;
    const struct picture_files *files;
    bool store; /* there is memory for the pixels */
};

/* Reads one file, which must be a picture by its name, too. */
static int open_picture(const struct reading *r, const struct picture_file *f, struct picture *p,
                        struct error *e) {
    char path[FILE_PATH];
    *p = (struct picture){0};
    if (file_join(path, sizeof path, f->folder, f->name, e) != 0)
        return -1;
    if (file_is_directory(path))
        return error_input(e, "%s: is a folder among pictures; move its files up", path);
    if (picture_read(p, path, r->conversion.background, e) != 0)
        return -1;
    if (!file_has_suffix(path, ".png") && !file_has_suffix(path, ".jpg") &&
        !file_has_suffix(path, ".jpeg")) {
        picture_free(p);
        return error_input(
            e, "%s: is a picture, but its name does not end in .png, .jpg or .jpeg; rename it",
            path);
    }
    return 0;
}

static void read_one(void *context, int i) {
    const struct reading *r = context;
    struct picture_file *f = &r->files->items[i];
    const struct dataset *d = r->d;
    struct picture p;
    struct error ignored = {0}; /* `unreadable` reads the file again to report it */
    if (open_picture(r, f, &p, &ignored) != 0)
        return;
    struct picture_file found = *f;
    found.width = p.width;
    found.height = p.height;
    found.channels = p.channels;
    found.format = p.format;
    found.changes = p.changes;
    if (conversion_apply(&r->conversion, &p, &ignored) == 0) {
        *f = found;
        if (r->store && p.height == d->height && p.width == d->width && p.channels == d->channels)
            memcpy(d->split[f->split].pixels + (size_t)f->sample * picture_size(&p), p.pixels,
                   picture_size(&p));
    }
    picture_free(&p);
}

/* Reads the first unreadable files again for the reasons. */
static int unreadable(const struct reading *r, struct error *e) {
    const char *path = r->from->path;
    struct problems problems = {0};
    struct error first = {0};
    size_t length = strlen(path);
    for (int i = 0; i < r->files->count; i++) {
        struct error why = {0};
        struct picture p;
        if (r->files->items[i].width > 0)
            continue;
        if (problems.count < PROBLEMS_SHOWN &&
            open_picture(r, &r->files->items[i], &p, &why) == 0) {
            picture_free(&p);
            error_memory(&why, r->files->items[i].name);
        }
        first = problems.count == 0 ? why : first;
        bool inside = strncmp(why.text, path, length) == 0 && why.text[length] == '/';
        problems_add(&problems, "%s", why.text + (inside ? length + 1 : 0));
    }
    if (problems.count == 1) {
        *e = first;
        return -1;
    }
    return problems.count == 0
               ? 0
               : problems_refuse(&problems, e, "%s: %d of its %d files cannot be used", path,
                                 problems.count, r->files->count);
}

/* Takes what the options leave open of the samples' shape from the first readable picture. */
static void find_shape(struct reading *r) {
    const struct conversion *c = &r->conversion;
    struct dataset *d = r->d;
    bool found = c->height && c->channels;
    d->height = c->height;
    d->width = c->width;
    d->channels = c->channels;
    for (int i = 0; i < r->files->count && !found; i++) {
        struct picture p;
        struct error ignored = {0};
        found = open_picture(r, &r->files->items[i], &p, &ignored) == 0 &&
                conversion_apply(c, &p, &ignored) == 0;
        d->height = p.height;
        d->width = p.width;
        d->channels = p.channels;
        picture_free(&p);
    }
}

/* Gives each file its place in its split, for which there may be no memory. */
static int place(struct reading *r, struct error *e) {
    int count[SPLITS] = {0}, result = 0;
    for (int i = 0; i < r->files->count; i++)
        r->files->items[i].sample = count[r->files->items[i].split]++;
    for (int k = 0; k < SPLITS && result == 0; k++)
        if (count[k] > 0)
            result = dataset_reserve(r->d, k, count[k], r->from->path, e);
    for (int i = 0; i < r->files->count && result == 0; i++) {
        const struct picture_file *f = &r->files->items[i];
        r->d->split[f->split].labels[f->sample] = f->label;
    }
    return result;
}

int picture_files_read(struct dataset *d, const struct picture_files *files,
                       const struct data_options *from, struct thread_pool *pool, struct error *e) {
    struct reading r = {.from = from, .conversion = conversion_of(from), .d = d, .files = files};
    struct error memory = {0};
    find_shape(&r);
    /* The first picture may be much larger than the others: without memory for its like, all are
     * read nevertheless, so that the sizes are reported. */
    r.store = place(&r, &memory) == 0;
    thread_pool_run(pool, files->count, read_one, &r);
    if (unreadable(&r, e) != 0 || picture_summary_check(files, &r.conversion, from, e) != 0)
        return -1;
    if (!r.store)
        *e = memory;
    return r.store ? picture_summary_note(d, files, &r.conversion, e) : -1;
}
