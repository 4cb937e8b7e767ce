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

/* The different sizes of the files, the most frequent one, and how many have it; and how many files
 * are grey. */
struct sizes {
    int count, height, width, most, grey;
};

static int by_size(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static int count_sizes(const struct picture_files *files, struct sizes *s, struct error *e) {
    int *size = malloc((size_t)files->count * sizeof *size), n = files->count, grey = 0;
    if (!size)
        return error_memory(e, "the sizes of the pictures");
    for (int i = 0; i < n; i++) { /* a side is at most PICTURE_MAX_SIDE = 2^14 */
        size[i] = files->items[i].height << 15 | files->items[i].width;
        grey += files->items[i].channels == 1;
    }
    qsort(size, (size_t)n, sizeof *size, by_size);
    *s = (struct sizes){.grey = grey};
    for (int i = 0, run = 0; i < n; i++) {
        run = i > 0 && size[i] == size[i - 1] ? run + 1 : 1;
        s->count += run == 1;
        if (run > s->most) {
            s->height = size[i] >> 15;
            s->width = size[i] & 0x7fff;
            s->most = run;
        }
    }
    free(size);
    return 0;
}

static const char *grouped(int n, char text[TEXT_GROUP]) {
    text_group(n, text);
    return text;
}

/* Fails if the files have several sizes, or some are grey and some in colour, and the options do
 * not make them alike. The sentence proposes options that do: a model's shape, or the size of most
 * files, unless there is none or a network for it would be large. */
static int refuse_different(const struct reading *r, const struct sizes *s, struct error *e) {
    enum { LARGE = 128, SMALL = 64 };
    const struct data_expected *model = r->from->expected;
    const char *path = r->from->path, *set = model ? "train with" : "set";
    const struct picture_file *odd = r->files->items;
    int n = r->files->count, colour = n - s->grey, most_channels = s->grey > colour ? 1 : 3;
    int usual = model ? model->channels : most_channels;
    bool large = 2 * s->most < n || s->height > LARGE || s->width > LARGE;
    int height = model ? model->height : large ? SMALL : s->height;
    int width = model ? model->width : large ? SMALL : s->width;
    bool channels = r->conversion.channels == 0 && s->grey > 0 && colour > 0;
    char a[TEXT_GROUP], b[TEXT_GROUP], c[TEXT_GROUP], g[TEXT_GROUP], most[TEXT_GROUP];
    char kinds[96] = "";
    grouped(s->grey, g);
    grouped(colour, c);
    if (r->conversion.height == 0 && s->count > 1) {
        while (odd->height == s->height && odd->width == s->width)
            odd++;
        if (channels)
            snprintf(kinds, sizeof kinds, ", and are %s in grey and %s in colour", g, c);
        return error_input(e,
                           "%s: its %s pictures have %s sizes, most often %d x %d (%s of them; "
                           "%s/%s has %d x %d)%s; "
                           "%s data.size=[%d,%d]%s to make them alike",
                           path, grouped(n, a), grouped(s->count, b), s->width, s->height,
                           grouped(s->most, most), odd->folder, odd->name, odd->width, odd->height,
                           kinds, set, height, width,
                           !channels    ? ""
                           : usual == 1 ? " and data.channels=1"
                                        : " and data.channels=3");
    }
    while (channels && odd->channels == usual)
        odd++;
    return channels ? error_input(e,
                                  "%s: its %s pictures are %s in grey and %s in colour (such as "
                                  "%s/%s); %s data.channels=%d to make them alike",
                                  path, grouped(n, a), g, c, odd->folder, odd->name, set, usual)
                    : 0;
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
    struct sizes s = {0};
    if (find_shape(&r, e) != 0 || place(&r, e) != 0)
        return -1;
    thread_pool_run(pool, files->count, read_one, &r);
    if (refuse_failed(&r, e) != 0 || count_sizes(files, &s, e) != 0 ||
        refuse_different(&r, &s, e) != 0)
        return -1;
    if (files->count > 0 && d->height == 0) /* the first could be read only now */
        return error_memory(e, from->path);
    for (int i = 0; i < files->count; i++)
        conversion_count(c, files->items[i].changes);
    c->files = files->count;
    if (s.count > 1) {
        char number[TEXT_GROUP];
        snprintf(c->from, sizeof c->from, "%s sizes", grouped(s.count, number));
    }
    return conversion_note(c, d, e);
}
