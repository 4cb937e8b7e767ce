#include "data/pictures/picture_summary.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>

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
    for (int i = 0, first = 0; i < n; i++) {
        if (i == 0 || size[i] != size[i - 1]) {
            first = i;
            s->count++;
        }
        if (i - first + 1 > s->most) {
            s->height = size[i] >> 15;
            s->width = size[i] & 0x7fff;
            s->most = i - first + 1;
        }
    }
    free(size);
    return 0;
}

static const char *grouped(int n, char text[TEXT_GROUP]) {
    text_group(n, text);
    return text;
}

/* Makes an error or a note of the text, and frees it. */
static int finish(struct text *t, struct dataset *d, struct error *e) {
    int result = t->failed ? error_memory(e, "the pictures' description")
                 : d       ? dataset_note(d, e, "%s", t->data)
                           : error_input(e, "%s", t->data);
    text_free(t);
    return result;
}

/* ---- pictures that differ ---- */

/* The options that make the pictures alike: the most frequent size, unless a network for it would
 * be large. */
static void propose(const struct sizes *s, bool sizes, int channels, struct text *t) {
    enum { LARGE = 128, SMALL = 64 };
    bool large = s->height > LARGE || s->width > LARGE;
    if (sizes)
        text_printf(t, " data.size=[%d,%d]", large ? SMALL : s->height, large ? SMALL : s->width);
    if (sizes && channels)
        text_printf(t, " and");
    if (channels)
        text_printf(t, " data.channels=%d", channels);
    text_printf(t, " to make them alike");
}

int picture_summary_check(const struct picture_files *files, const struct conversion *c,
                          const struct data_options *from, struct error *e) {
    struct sizes s;
    if (count_sizes(files, &s, e) != 0)
        return -1;
    const struct picture_file *odd = files->items;
    int colour = files->count - s.grey, usual = s.grey > colour ? 1 : 3;
    bool sizes = c->height == 0 && s.count > 1, both = s.grey > 0 && colour > 0;
    bool channels = c->channels == 0 && both;
    char a[TEXT_GROUP], b[TEXT_GROUP];
    struct text t = {0};
    if (!sizes && !channels)
        return 0;
    while (sizes ? odd->height == s.height && odd->width == s.width : odd->channels == usual)
        odd++;
    text_printf(&t, "%s: its %s pictures ", from->path, grouped(files->count, a));
    if (sizes)
        text_printf(&t, "have %s sizes, most often %d x %d (%s of them; ", grouped(s.count, a),
                    s.width, s.height, grouped(s.most, b));
    if (sizes)
        text_printf(&t, "%s/%s has %d x %d)%s", odd->folder, odd->name, odd->width, odd->height,
                    channels ? ", and " : "");
    if (channels)
        text_printf(&t, "are %s in grey and %s in colour", grouped(s.grey, a), grouped(colour, b));
    if (channels && !sizes)
        text_printf(&t, " (such as %s/%s)", odd->folder, odd->name);
    text_printf(&t, from->expected ? "; train with" : "; set");
    propose(&s, sizes, channels ? usual : 0, &t);
    return finish(&t, NULL, e);
}

/* ---- notes ---- */

static const struct {
    unsigned change;
    const char *what;
} changes[] = {
    {PICTURE_PALETTE, "with a palette, replaced by its colours"},
    {PICTURE_FEW_BITS, "with fewer than 8 bits per pixel, widened to 8"},
    {PICTURE_16_BITS, "with 16 bits per channel, rounded to 8"},
    {PICTURE_TRANSPARENT, "with transparency, drawn on "},
    {PICTURE_TURNED, "turned upright, as their EXIF data says"},
};

/* Notes that this many pictures are or were `what`, unless none is. */
static int note_count(struct dataset *d, int count, const char *what, const char *more,
                      struct error *e) {
    char n[TEXT_GROUP];
    return count > 0 ? dataset_note(d, e, "%s picture%s %s%s", grouped(count, n),
                                    count == 1 ? "" : "s", what, more)
                     : 0;
}

static int note_changes(struct dataset *d, const struct picture_files *files, const uint8_t rgb[3],
                        struct error *e) {
    bool grey = rgb[0] == rgb[1] && rgb[1] == rgb[2];
    char colour[32];
    snprintf(colour, sizeof colour,
             grey && rgb[0] == 0     ? "black"
             : grey && rgb[0] == 255 ? "white"
                                     : "[%d,%d,%d]",
             rgb[0], rgb[1], rgb[2]);
    for (size_t k = 0; k < sizeof changes / sizeof *changes; k++) {
        const char *more = changes[k].change == PICTURE_TRANSPARENT ? colour : "";
        int count = 0;
        for (int i = 0; i < files->count; i++)
            count += (files->items[i].changes & changes[k].change) != 0;
        if (note_count(d, count, changes[k].what, more, e) != 0)
            return -1;
    }
    return 0;
}

int picture_summary_note(struct dataset *d, const struct picture_files *files,
                         const struct conversion *c, struct error *e) {
    struct sizes s;
    struct text t = {0};
    char a[TEXT_GROUP], b[TEXT_GROUP];
    int n = files->count, jpeg = 0;
    for (int i = 0; i < n; i++)
        jpeg += files->items[i].format == PICTURE_JPEG;
    if (count_sizes(files, &s, e) != 0)
        return -1;
    int height = c->transpose ? d->width : d->height, width = c->transpose ? d->height : d->width;
    bool scaled = s.count > 1 || s.height != height || s.width != width;
    if (jpeg > 0 && jpeg < n)
        text_printf(&t, "%s JPEG and %s PNG pictures", grouped(jpeg, a), grouped(n - jpeg, b));
    else if (jpeg > 0 || scaled)
        text_printf(&t, "%s %s pictures", grouped(n, a), jpeg ? "JPEG" : "PNG");
    if (s.count > 1)
        text_printf(&t, ", %s sizes", grouped(s.count, a));
    else if (scaled)
        text_printf(&t, ", %d x %d", s.width, s.height);
    if (scaled)
        text_printf(&t, ", scaled to %d x %d %s", d->width, d->height,
                    d->channels == 1 ? "in grey" : "in colour");
    bool found = t.size > 0 || t.failed, grey = d->channels == 1;
    if ((found && finish(&t, d, e) != 0) ||
        note_count(d, grey ? n - s.grey : s.grey,
                   grey ? "in colour, made grey" : "in grey, repeated in three channels", "", e))
        return -1;
    return conversion_note_transpose(c, d, e) == 0 ? note_changes(d, files, c->background, e) : -1;
}
