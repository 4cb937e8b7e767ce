#include "data/pictures/picture_files.h"
#include "base/file.h"
#include "data/pictures/conversion.h"
#include "data/problems.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    const struct data_options *from;
    struct conversion conversion;
    struct dataset *d;
    const struct picture_files *files;
};

/* ---- one file ---- */

static int read_picture(const struct reading *r, struct picture_file *f, struct picture *p,
                        struct error *e) {
    char path[FILE_PATH];
    *p = (struct picture){0};
    if (file_join(path, sizeof path, f->folder, f->name, e) != 0)
        return -1;
    if (file_is_directory(path))
        return error_input(
            e,
            "%s: is a folder among pictures; move its files up, or if it is a class, "
            "name the folder around it train, test or val",
            path);
    if (picture_read(p, path, r->conversion.background, e) != 0)
        return -1;
    f->width = p->width;
    f->height = p->height;
    f->channels = p->channels;
    return 0;
}

static void read_one(void *context, int i) {
    const struct reading *r = context;
    struct picture_file *f = &r->files->items[i];
    struct picture p;
    struct error e = {0};
    if (read_picture(r, f, &p, &e) != 0 ||
        conversion_store(&r->conversion, &p, r->d, f->split, f->sample, &e) != 0) {
        f->status = e.status;
        f->why = strdup(e.text);
    }
    f->changes = p.changes;
    picture_free(&p);
}

/* ---- files that cannot be used ---- */

/* Names the first of them, with the reasons. */
static int refuse_failed(const struct reading *r, struct error *e) {
    const char *path = r->from->path;
    struct problems problems = {0};
    enum error_status status = ERROR_NONE;
    size_t length = strlen(path);
    int failed = 0;
    for (int i = 0; i < r->files->count; i++)
        failed += r->files->items[i].status != ERROR_NONE;
    for (int i = 0; i < r->files->count; i++) {
        struct picture_file *f = &r->files->items[i];
        if (f->status == ERROR_NONE)
            continue;
        const char *why = f->why ? f->why : f->name;
        bool inside = failed > 1 && strncmp(why, path, length) == 0 && why[length] == '/';
        why += inside ? length + 1 : 0;
        status = status ? status : f->status;
        if (strstr(why, "; convert it: ") && !file_has_suffix(f->name, ".png"))
            problems_add(&problems, "%s && rm '%s/%s'", why, f->folder, f->name);
        else /* no command, or one that replaces the file */
            problems_add(&problems, "%s", why);
    }
    if (failed > 1)
        return problems_refuse(&problems, e, "%s: %d of its %d files cannot be used", path, failed,
                               r->files->count);
    return failed == 0 ? 0 : error_record(e, status, "%s", problems.shown[0]);
}

/* ---- files that differ ---- */

static bool same_size(const struct picture_file *f, const struct picture_file *g) {
    return f->height == g->height && f->width == g->width;
}

/* Fails if the files have several sizes, or some are grey and some in colour, and the options do
 * not make them alike. The sentence proposes options that do: a model's shape; or the first file's,
 * unless most have another or a network for it would be large. */
static int refuse_different(const struct reading *r, struct error *e) {
    enum { LARGE = 128, SMALL = 64 };
    const struct data_expected *model = r->from->expected;
    const struct conversion *c = &r->conversion;
    const struct picture_file *f = r->files->items, *odd = NULL;
    int sizes = 0, channels = 0, differ = 0, count = r->files->count;
    for (const struct picture_file *g = f; g < f + count; g++) {
        bool size = c->height == 0 && !same_size(f, g);
        bool channel = c->channels == 0 && f->channels != g->channels;
        sizes += size;
        channels += channel;
        differ += size || channel;
        odd = !odd && (size || channel) ? g : odd;
    }
    if (!odd)
        return 0;
    bool large = 2 * sizes >= count || f->height > LARGE || f->width > LARGE;
    int height = model ? model->height : large ? SMALL : f->height;
    int width = model ? model->width : large ? SMALL : f->width;
    int most = 2 * channels < count ? f->channels : f->channels == 1 ? 3 : 1;
    char options[80] = "";
    if (sizes > 0)
        sprintf(options, "data.size=[%d,%d]%s", height, width, channels > 0 ? " and " : "");
    if (channels > 0)
        sprintf(options + strlen(options), "data.channels=%d", model ? model->channels : most);
    return error_input(e,
                       "%s: %d of its %d pictures %s from %s/%s (%d x %d in %s), such as %s/%s "
                       "(%d x %d in %s); %s %s to make them alike",
                       r->from->path, differ, count, differ == 1 ? "differs" : "differ", f->folder,
                       f->name, f->width, f->height, f->channels == 1 ? "grey" : "colour",
                       odd->folder, odd->name, odd->width, odd->height,
                       odd->channels == 1 ? "grey" : "colour", model ? "train with" : "set",
                       options);
}

/* ---- all files ---- */

/* Takes what the options leave open of the samples' shape from the first picture. If that cannot be
 * read, all are refused. */
static int find_shape(struct reading *r, struct error *e) {
    struct picture_file *f = r->files->items;
    struct picture p = {0};
    struct error ignored = {0};
    bool found = r->files->count > 0 && read_picture(r, f, &p, &ignored) == 0;
    picture_free(&p);
    return found ? conversion_shape(&r->conversion, r->d, f->height, f->width, f->channels,
                                    r->from->path, e)
                 : 0;
}

/* Gives each file its place in its split. All of them must fit into the memory. */
static int place(struct reading *r, struct error *e) {
    int count[SPLITS] = {0};
    if (dataset_check_memory(r->d, r->files->count, r->from->path, e) != 0)
        return -1;
    for (int i = 0; i < r->files->count; i++)
        r->files->items[i].sample = count[r->files->items[i].split]++;
    for (int k = 0; k < SPLITS; k++)
        if (count[k] > 0 && dataset_reserve(r->d, k, count[k], r->from->path, e) != 0)
            return -1;
    for (int i = 0; i < r->files->count; i++) {
        const struct picture_file *f = &r->files->items[i];
        struct split *s = &r->d->split[f->split];
        s->labels[f->sample] = f->label;
        s->files[f->sample] = arena_printf(&r->d->arena, "%s/%s", f->folder, f->name);
        if (!s->files[f->sample])
            return error_memory(e, r->from->path);
    }
    return 0;
}

int picture_files_read(struct dataset *d, const struct picture_files *files,
                       const struct data_options *from, struct thread_pool *pool, struct error *e) {
    struct reading r = {.from = from, .conversion = conversion_of(from), .d = d, .files = files};
    struct conversion *c = &r.conversion;
    if (find_shape(&r, e) != 0 || place(&r, e) != 0)
        return -1;
    thread_pool_run(pool, files->count, read_one, &r);
    if (refuse_failed(&r, e) != 0 || refuse_different(&r, e) != 0)
        return -1;
    if (files->count > 0 && d->height == 0) /* the first could be read only now */
        return error_memory(e, from->path);
    for (int i = 0; i < files->count; i++) {
        conversion_count(c, files->items[i].changes);
        if (!same_size(&files->items[0], &files->items[i]))
            c->from[0] = '\0';
    }
    return conversion_note(c, d, e);
}
