#include "config/keys.h"
#include "data/tables/features.h"
#include "picture/picture.h"
#include "runs/model_file.h"

static const char *const no_scaling[] = {"none", NULL};

/* The dataset without its samples, and its scaling, as the keys read and write them. */
struct described {
    struct dataset d;
    const char *digest;
    double mean;                         /* of the training pixels */
    double scaling_mean, scaling_stddev; /* data/scaling.h */
    struct number_list scaling_means, scaling_stddevs;
};

#define KEY(field, type, json, text) KEY_AS(#field, struct described, d.field, type, json, text)

static const struct key dataset_keys[] = {
    {KEY(height, KEY_INT, NULL, "of an image, in pixels"), .min = 1, .max = PICTURE_MAX_SIDE},
    {KEY(width, KEY_INT, NULL, "of an image, in pixels"), .min = 1, .max = PICTURE_MAX_SIDE},
    {KEY(channels, KEY_INT, NULL, "1 for grey, 3 for RGB"), .min = 1, .max = 3},
    REAL_KEY(struct described, mean, NULL, 0, 1, "of the training pixels, scaled to 0 .. 1"),
    {KEY(classes, KEY_STRINGS, NULL, "the classes' names")},
    STRING_KEY(struct described, digest, NULL, "SHA-256 of the dataset's content"),
    {KEY_AS("several", struct described, d.split[TRAIN].multi_label, KEY_BOOL, "false",
            "whether a sample may have any number of labels")},
    REAL_KEY(struct described, scaling_mean, "0", 0, 1, "subtracted from each pixel / 255"),
    {KEY_AS("scaling_deviation", struct described, scaling_stddev, KEY_REAL, "1",
            "divisor of the difference"),
     .above_min = true, .max = 1},
    {KEY(columns, KEY_STRINGS, "[]", "the names of a table's columns")},
    REALS_KEY(struct described, scaling_means, "\"none\"", no_scaling, -1e39, 1e39,
              "subtracted from the values of each column"),
    {KEY_AS("scaling_deviations", struct described, scaling_stddevs, KEY_REALS, "\"none\"",
            "divisor of the difference"),
     .words = no_scaling, .min = 1e-60, .max = 1e39},
    {KEY(features, KEY_KINDS, "[]",
         "how each column follows from one of the file; none: it is the same number"),
     .rows = features_kinds},
    END_KEY};

/* A number per column, or the word "none". */
static struct number_list list(const double *items, int count) {
    return items ? (struct number_list){-1, count, (double *)items}
                 : (struct number_list){0, 0, NULL};
}

/* Takes the pixels of all training samples as one image, with a sample in each row. */
static double mean_pixel(const struct dataset *d) {
    const struct split *s = &d->split[TRAIN];
    const struct picture all = {dataset_features(d), s->count, 1, s->pixels, 0};
    return s->pixels ? preprocess_mean(&all) : 0;
}

void model_file_dataset_write(const struct training *t, struct text *out) {
    struct described m = {*t->data,
                          t->data->digest,
                          mean_pixel(t->data),
                          t->scaling.mean,
                          t->scaling.stddev,
                          list(t->scaling.means, t->data->columns.count),
                          list(t->scaling.stddevs, t->data->columns.count)};
    keys_write_object(dataset_keys, &m, KEYS_SHORT, 0, out);
}

static int set_scaling(struct scaling *s, const struct described *m, const char *where,
                       struct error *e) {
    const struct number_list *means = &m->scaling_means, *stddevs = &m->scaling_stddevs;
    scaling_set(s, m->scaling_mean, m->scaling_stddev);
    if (means->word >= 0 && stddevs->word >= 0)
        return 0;
    if (means->word >= 0 || stddevs->word >= 0 || means->count != m->d.columns.count ||
        stddevs->count != m->d.columns.count)
        return error_input(
            e, "%s: must have one mean and one standard deviation for each of its %d columns",
            where, m->d.columns.count);
    s->means = means->items;
    s->stddevs = stddevs->items;
    return 0;
}

int model_file_dataset_read(struct model_file *f, const char *json, struct error *e) {
    char where[FILE_PATH + 32];
    struct described m = {0};
    struct dataset *d = &m.d;
    snprintf(where, sizeof where, "%s: its dataset", f->path);
    if (keys_read(dataset_keys, json, strlen(json), where, NULL, &f->arena, &m, e) != 0 ||
        dataset_check_shape(d, where, e) != 0 || dataset_check_classes(d, f->path, e) != 0)
        return -1;
    if (d->features.count > 0 && d->features.count != d->columns.count)
        return error_input(e, "%s: has %d features for %d columns", where, d->features.count,
                           d->columns.count);
    snprintf(d->digest, sizeof d->digest, "%s", m.digest);
    f->dataset = *d;
    f->mean = m.mean;
    return set_scaling(&f->scaling, &m, where, e);
}

/* Checks that two lists of column or class names are the same. */
static int check_names(const char *one, const char *many, const struct string_list *theirs,
                       const struct string_list *ours, const char *model, const char *path,
                       struct error *e) {
    if (theirs->count != ours->count)
        return error_input(e, "%s: has %d %s, but %s was trained on %d", path, theirs->count, many,
                           model, ours->count);
    for (int i = 0; i < ours->count; i++)
        if (strcmp(theirs->items[i], ours->items[i]) != 0)
            return error_input(e, "%s: its %s %d is \"%s\", but for %s it is \"%s\"", path, one, i,
                               theirs->items[i], model, ours->items[i]);
    return 0;
}

int model_file_dataset_check(const struct dataset *m, const char *model, const struct dataset *d,
                             const char *path, struct error *e) {
    if ((d->columns.count > 0) != (m->columns.count > 0))
        return error_input(e, "%s: contains %s, but %s was trained on %s", path,
                           d->columns.count > 0 ? "a table" : "images", model,
                           m->columns.count > 0 ? "a table" : "images");
    if (check_names("column", "columns", &d->columns, &m->columns, model, path, e) != 0)
        return -1;
    if (d->height != m->height || d->width != m->width || d->channels != m->channels)
        return error_input(e, "%s: its images are %d x %d x %d, but %s was trained on %d x %d x %d",
                           path, d->width, d->height, d->channels, model, m->width, m->height,
                           m->channels);
    if (dataset_multi_label(d) != dataset_multi_label(m))
        return error_input(e, "%s: its samples have %s, but %s was trained on %s", path,
                           dataset_multi_label(d) ? "several labels" : "one label", model,
                           dataset_multi_label(m) ? "several" : "one");
    return check_names("class", "classes", &d->classes, &m->classes, model, path, e);
}
