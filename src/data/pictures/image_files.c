#include "base/file.h"
#include "data/pictures/conversion.h"
#include "data/pictures/layout.h"

struct reading {
    const struct data_options *from;
    struct conversion conversion;
    int count;
    struct image_file *files;
    int failed; /* files that cannot be used */
};

static int read_image(const struct reading *r, struct image_file *f, struct picture *p,
                      struct error *e) {
    if (file_is_directory(f->path, e))
        return error_input(e,
                           "%s: is a folder among images; move its files up, or if it is a class, "
                           "name the folder around it train, test or val",
                           f->path);
    if (picture_read(p, f->path, r->conversion.background, e) != 0)
        return -1;
    f->width = p->width;
    f->height = p->height;
    f->channels = p->channels;
    return 0;
}

static void read_one(void *context, int i) {
    struct reading *r = context;
    struct image_file *f = &r->files[i];
    struct picture p;
    struct error e = {0};
    if (read_image(r, f, &p, &e) == 0 &&
        conversion_store(&r->conversion, &p, f->split, f->sample, &e) == 0)
        return;
    f->status = e.status;
    f->why = strdup(e.text);
    __atomic_fetch_add(&r->failed, 1, __ATOMIC_RELAXED);
}

/* Names the first of them, with the reasons. */
static int refuse_failed(const struct reading *r, struct error *e) {
    const char *path = r->from->path;
    struct problems problems = {0};
    enum error_status status = ERROR_NONE;
    size_t length = strlen(path);
    for (int i = 0; i < r->count; i++) {
        const struct image_file *f = &r->files[i];
        if (f->status == ERROR_NONE)
            continue;
        const char *why = f->why ? f->why : f->name;
        bool inside = r->failed > 1 && strncmp(why, path, length) == 0 && why[length] == '/';
        why += inside ? length + 1 : 0;
        status = status ? status : f->status;
        if (strstr(why, "; convert it: ") && !file_has_suffix(f->name, ".png"))
            problems_add(&problems, "%s && rm '%s'", why, f->path);
        else /* no command, or one that replaces the file */
            problems_add(&problems, "%s", why);
    }
    return r->failed == 1 ? error_record(e, status, "%s", problems.shown[0])
                          : problems_refuse(&problems, e, "%s: %d of its %d files cannot be used",
                                            path, r->failed, r->count);
}

/* The different sizes of the files, the most frequent one, and how many have it; and how many files
 * are grey. */
struct sizes {
    int count, height, width, most, grey;
};

static int by_size(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

static int count_sizes(const struct reading *r, struct sizes *s, struct error *e) {
    SCOPED_MEMORY int *size = malloc((size_t)r->count * sizeof *size + 1);
    if (!size)
        return error_memory(e, "the sizes of the images");
    for (int i = 0; i < r->count; i++) { /* a side is at most PICTURE_MAX_SIDE = 2^14 */
        size[i] = r->files[i].height << 15 | r->files[i].width;
        s->grey += r->files[i].channels == 1;
    }
    qsort(size, (size_t)r->count, sizeof *size, by_size);
    for (int i = 0, run = 0; i < r->count; i++) {
        run = i > 0 && size[i] == size[i - 1] ? run + 1 : 1;
        s->count += run == 1;
        if (run > s->most) {
            s->height = size[i] >> 15;
            s->width = size[i] & 0x7fff;
            s->most = run;
        }
    }
    return 0;
}

/* Fails if the files have several sizes, or some are grey and some in colour, and the options do
 * not make them alike. The message proposes options that do: a model's shape, or the size of most
 * files, unless no size is that frequent or a network for it would be large. */
static int refuse_different(const struct reading *r, const struct sizes *s, struct error *e) {
    enum { LARGE = 128, SMALL = 64 };
    const struct dataset *model = r->from->expected;
    const char *path = r->from->path, *set = model ? "train with" : "set";
    const struct image_file *odd = r->files;
    int n = r->count, colour = n - s->grey;
    bool large = 2 * s->most < n || s->height > LARGE || s->width > LARGE;
    int height = model ? model->height : large ? SMALL : s->height;
    int width = model ? model->width : large ? SMALL : s->width;
    int channels = model ? model->channels : s->grey > colour ? 1 : 3;
    bool mixed = r->conversion.channels == 0 && s->grey > 0 && colour > 0;
    char kinds[96] = "", and[32] = "";
    if (r->conversion.height == 0 && s->count > 1) {
        while (odd->height == s->height && odd->width == s->width)
            odd++;
        if (mixed) {
            snprintf(kinds, sizeof kinds, ", and are %d in grey and %d in colour", s->grey, colour);
            snprintf(and, sizeof and, " and data.channels=%d", channels);
        }
        return error_input(
            e,
            "%s: its %d images have %d sizes, most often %d x %d (%d of them; %s has "
            "%d x %d)%s; %s data.size=[%d,%d]%s to make them alike",
            path, n, s->count, s->width, s->height, s->most, odd->path, odd->width, odd->height,
            kinds, set, height, width, and);
    }
    while (mixed && odd->channels == channels)
        odd++;
    return mixed ? error_input(e,
                               "%s: its %d images are %d in grey and %d in colour (such as %s); "
                               "%s data.channels=%d to make them alike",
                               path, n, s->grey, colour, odd->path, set, channels)
                 : 0;
}

/* Takes what the options leave open of the samples' shape from the first image. If that cannot be
 * read, all are refused. */
static int find_shape(struct reading *r, struct error *e) {
    struct image_file *f = r->files;
    struct picture p;
    struct error ignored = {0};
    if (r->count == 0 || read_image(r, f, &p, &ignored) != 0)
        return 0;
    picture_free(&p);
    return conversion_shape(&r->conversion, f->height, f->width, f->channels, r->from->path, e);
}

/* Gives each file its place in its split. All are counted before memory is reserved for any. */
static int place(struct reading *r, struct error *e) {
    struct dataset *d = r->conversion.d;
    for (int i = 0; i < r->count; i++)
        r->files[i].sample = d->split[r->files[i].split].count++;
    for (int k = 0; k < SPLITS; k++)
        if (d->split[k].count > 0 &&
            dataset_reserve(d, k, d->split[k].count, r->from->path, e) != 0)
            return -1;
    for (int i = 0; i < r->count; i++) {
        const struct image_file *f = &r->files[i];
        struct split *s = &d->split[f->split];
        s->labels[f->sample] = f->label;
        s->files[f->sample] = f->path;
    }
    return 0;
}

int image_files_read(struct dataset *d, const struct layout *l, const struct data_options *from,
                     struct thread_pool *pool, struct error *e) {
    struct reading r = {from, conversion_of(d, from), l->count, l->files, 0};
    struct conversion *c = &r.conversion;
    struct sizes s = {0};
    if (find_shape(&r, e) != 0 || place(&r, e) != 0)
        return -1;
    thread_pool_run(pool, r.count, read_one, &r);
    if (r.failed > 0)
        return refuse_failed(&r, e);
    if (count_sizes(&r, &s, e) != 0 || refuse_different(&r, &s, e) != 0)
        return -1;
    if (r.count > 0 && d->height == 0) /* the first could be read only now */
        return error_memory(e, from->path);
    c->files = r.count;
    if (s.count > 1)
        snprintf(c->from, sizeof c->from, "%s sizes", text_count(s.count));
    conversion_note(c, e);
    return 0;
}
