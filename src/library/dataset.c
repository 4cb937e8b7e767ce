/* Datasets from a path or from memory. */
#include "data/formats.h"
#include "data/names.h"
#include "library/library.h"

/* Takes over the data; NULL if memory ran out, or after another error. */
static struct oh_dataset *new_dataset(struct dataset *data, struct error *e) {
    struct oh_dataset *d = data ? calloc(1, sizeof *d) : NULL;
    if (!d) {
        dataset_free(data);
        error_memory(e, "the dataset");
        return NULL;
    }
    d->data = data;
    pthread_mutex_init(&d->mutex, NULL);
    return d;
}

void oh_dataset_free(oh_dataset *d) {
    if (d) {
        pthread_mutex_destroy(&d->mutex);
        dataset_free(d->data);
        free(d);
    }
}

/* ---- from a path ---- */

static struct oh_dataset *read_dataset(struct oh_context *c, const struct data_options *from,
                                       struct error *e) {
    SCOPED_PTR(thread_pool) pool = thread_pool_new(c->threads, e);
    return new_dataset(pool ? formats_read(from, pool, e) : NULL, e);
}

oh_dataset *oh_dataset_read(oh_context *c, const char *path, oh_error *to) {
    LIBRARY_CALL(c && path, to, NULL);
    return read_dataset(c, DATA_AT(path), e);
}

oh_dataset *oh_dataset_read_for(const oh_model *m, const char *path, oh_error *to) {
    LIBRARY_CALL(m && m->file && path, to, NULL);
    struct data_options from = m->file->config.data;
    from.path = path;
    from.expected = &m->file->dataset;
    struct oh_dataset *d = read_dataset(m->context, &from, e);
    if (!d || model_file_dataset_check(&m->file->dataset, m->file->path, d->data, path, e) == 0)
        return d;
    oh_dataset_free(d);
    return NULL;
}

/* ---- from memory ---- */

/* Samples of a program: rows or pixels. */
struct samples {
    const float *rows;
    const unsigned char *pixels;
    const int *labels;
    int count;
};

/* Copies samples into a split that has none. */
static int add(struct dataset *d, int split, const struct samples *from, struct error *e) {
    struct split *s = &d->split[split];
    const char *name = dataset_splits[split];
    int count = from->count;
    size_t values = (size_t)count * (size_t)dataset_features(d);
    if (count < 1)
        return error_input(e, "the %s split must have samples, got %d", name, count);
    if (s->count > 0)
        return error_input(e, "the %s split has samples already", name);
    if (!from->labels || !(d->columns.count > 0 ? from->rows != NULL : from->pixels != NULL))
        return error_input(e, "the %s split needs labels, and %s", name,
                           d->columns.count > 0 ? "rows" : "pixels");
    for (size_t i = 0; from->rows && i < values; i++)
        if (!isfinite(from->rows[i]))
            return error_input(e, "row %d of the %s split: feature %d is not finite",
                               (int)(i / (size_t)d->width), name, (int)(i % (size_t)d->width));
    for (int i = 0; i < count; i++)
        if (from->labels[i] < 0 || from->labels[i] >= d->classes.count)
            return error_input(e, "the label of sample %d must be 0 to %d, got %d", i,
                               d->classes.count - 1, from->labels[i]);
    if (dataset_reserve(d, split, count, "memory", e) != 0)
        return -1;
    memcpy(s->labels, from->labels, (size_t)count * sizeof *s->labels);
    if (from->rows)
        memcpy(s->values, from->rows, values * sizeof *s->values);
    else
        memcpy(s->pixels, from->pixels, values);
    for (int i = 0; i < count && s->lines; i++)
        s->lines[i] = i + 1;
    s->table = s->lines ? "memory" : NULL;
    return 0;
}

static int fill(struct dataset *d, const struct samples *from, int classes, struct error *e) {
    if (d->height < 1 || d->width < 1 || (d->channels != 1 && d->channels != 3))
        return error_input(e, "samples must have at least one feature, and images 1 or 3 channels");
    if (classes < 1 || classes > DATASET_MAX_CLASSES)
        return error_input(e, "there must be 1 to %d classes, got %d", DATASET_MAX_CLASSES,
                           classes);
    if ((from->rows && names_number(&d->columns, "x", d->width, &d->arena, e) != 0) ||
        names_number(&d->classes, "", classes, &d->arena, e) != 0 ||
        dataset_check_shape(d, "memory", e) != 0)
        return -1;
    return add(d, TRAIN, from, e);
}

static struct oh_dataset *make(struct oh_context *c, struct samples from, int height, int width,
                               int channels, int classes, oh_error *to) {
    LIBRARY_CALL(c && (from.rows || from.pixels), to, NULL);
    struct oh_dataset *d = new_dataset(calloc(1, sizeof *d->data), e);
    if (!d)
        return NULL;
    *d->data = (struct dataset){.height = height, .width = width, .channels = channels};
    if (fill(d->data, &from, classes, e) == 0)
        return d;
    oh_dataset_free(d);
    return NULL;
}

oh_dataset *oh_dataset_from_rows(oh_context *c, const float *rows, const int *labels, int count,
                                 int features, int classes, oh_error *e) {
    return make(c, (struct samples){rows, NULL, labels, count}, 1, features, 1, classes, e);
}

oh_dataset *oh_dataset_from_pixels(oh_context *c, const unsigned char *pixels, const int *labels,
                                   int count, int height, int width, int channels, int classes,
                                   oh_error *e) {
    return make(c, (struct samples){NULL, pixels, labels, count}, height, width, channels, classes,
                e);
}

/* ---- additions ---- */

static int check_change(const struct oh_dataset *d, int split, struct error *e) {
    if (d->data->digest[0])
        return error_input(e, "the dataset has been used; change it before its first use");
    if (split < 0 || split >= SPLITS)
        return error_input(e, "%d is not a split; use OH_TRAIN, OH_TEST or OH_VALIDATION", split);
    return 0;
}

static int change(struct oh_dataset *d, int split, struct samples from, oh_error *to) {
    LIBRARY_CALL(d, to, -1);
    return check_change(d, split, e) == 0 ? add(d->data, split, &from, e) : -1;
}

int oh_dataset_add_rows(oh_dataset *d, enum oh_split split, const float *rows, const int *labels,
                        int count, oh_error *e) {
    return change(d, (int)split, (struct samples){rows, NULL, labels, count}, e);
}

int oh_dataset_add_pixels(oh_dataset *d, enum oh_split split, const unsigned char *pixels,
                          const int *labels, int count, oh_error *e) {
    return change(d, (int)split, (struct samples){NULL, pixels, labels, count}, e);
}

int oh_dataset_set_targets(oh_dataset *d, enum oh_split split, const float *targets,
                           bool multi_label, oh_error *to) {
    LIBRARY_CALL(d && targets, to, -1);
    if (check_change(d, (int)split, e) != 0)
        return -1;
    struct split *s = &d->data->split[split];
    size_t classes = (size_t)d->data->classes.count, n = (size_t)s->count * classes;
    double sum = 0;
    if (n == 0)
        return error_input(e, "the %s split has no samples; add them before their targets",
                           dataset_splits[split]);
    for (size_t i = 0; i < n; i++) {
        if (!(targets[i] >= 0 && targets[i] <= 1) ||
            (multi_label && targets[i] != 0 && targets[i] != 1))
            return error_input(e, "the targets of sample %d must be %s", (int)(i / classes),
                               multi_label ? "0 or 1" : "0 to 1");
        sum = (i % classes == 0 ? 0 : sum) + (double)targets[i];
        if (!multi_label && (i + 1) % classes == 0 && fabs(sum - 1) > DATASET_ROUNDING)
            return error_input(e, "the targets of sample %d sum to %.4g, not 1", (int)(i / classes),
                               sum);
    }
    if (dataset_reserve_targets(d->data, (int)split, "memory", e) != 0)
        return -1;
    memcpy(s->targets, targets, n * sizeof *targets);
    s->multi_label = multi_label;
    for (int i = 0; i < s->count; i++)
        s->labels[i] = dataset_label(targets + (size_t)i * classes, (int)classes);
    return 0;
}

static int rename_item(struct oh_dataset *d, bool column, int i, const char *name, oh_error *to) {
    LIBRARY_CALL(d && name, to, -1);
    if (check_change(d, TRAIN, e) != 0)
        return -1;
    struct string_list *list = column ? &d->data->columns : &d->data->classes;
    if (i < 0 || i >= list->count)
        return error_input(e, "there is no name %d; there are %d", i, list->count);
    const char *copy = arena_string(&d->data->arena, name);
    if (!copy)
        return error_memory(e, "the names");
    list->items[i] = copy;
    return 0;
}

int oh_dataset_name_class(oh_dataset *d, int class_index, const char *name, oh_error *e) {
    return rename_item(d, false, class_index, name, e);
}

int oh_dataset_name_column(oh_dataset *d, int column, const char *name, oh_error *e) {
    return rename_item(d, true, column, name, e);
}

/* Splits that are empty take over whether samples have several labels: it is a property of all. */
static int complete(struct dataset *d, struct error *e) {
    for (int k = 0; k < SPLITS; k++) {
        struct split *s = &d->split[k];
        if (s->count == 0)
            s->multi_label = dataset_multi_label(d);
        if (s->multi_label != dataset_multi_label(d))
            return error_input(e, "all splits must have targets of several labels, or none");
    }
    return dataset_complete(d, &(struct data_options){.path = "memory"}, e);
}

int library_complete(struct oh_dataset *d, struct error *e) {
    pthread_mutex_lock(&d->mutex);
    int result = d->data->digest[0] ? 0 : complete(d->data, e);
    pthread_mutex_unlock(&d->mutex);
    return result;
}

/* ---- what it holds ---- */

int oh_dataset_count(const oh_dataset *d, enum oh_split split) {
    return d && (int)split >= 0 && (int)split < SPLITS ? d->data->split[split].count : 0;
}

int oh_dataset_features(const oh_dataset *d) { return d ? dataset_features(d->data) : 0; }

int oh_dataset_classes(const oh_dataset *d) { return d ? d->data->classes.count : 0; }

const char *oh_dataset_class_name(const oh_dataset *d, int class_index) {
    return class_index >= 0 && class_index < oh_dataset_classes(d)
               ? d->data->classes.items[class_index]
               : NULL;
}

const char *oh_dataset_column_name(const oh_dataset *d, int column) {
    return d && column >= 0 && column < d->data->columns.count ? d->data->columns.items[column]
                                                               : NULL;
}

void oh_dataset_shape(const oh_dataset *d, int shape[3]) {
    for (int i = 0; i < 3; i++)
        shape[i] = d ? (int[]){d->data->height, d->data->width, d->data->channels}[i] : 0;
}

static const struct split *split_of(const oh_dataset *d, enum oh_split split, int i) {
    return i >= 0 && i < oh_dataset_count(d, split) ? &d->data->split[split] : NULL;
}

int oh_dataset_label(const oh_dataset *d, enum oh_split split, int i) {
    const struct split *s = split_of(d, split, i);
    return s ? s->labels[i] : -1;
}

const float *oh_dataset_row(const oh_dataset *d, enum oh_split split, int i) {
    const struct split *s = split_of(d, split, i);
    return s && s->values ? s->values + (size_t)i * (size_t)dataset_features(d->data) : NULL;
}

const unsigned char *oh_dataset_pixels(const oh_dataset *d, enum oh_split split, int i) {
    const struct split *s = split_of(d, split, i);
    return s && s->pixels ? s->pixels + (size_t)i * (size_t)dataset_features(d->data) : NULL;
}

const float *oh_dataset_targets(const oh_dataset *d, enum oh_split split, int i) {
    const struct split *s = split_of(d, split, i);
    return s && s->targets ? s->targets + (size_t)i * (size_t)d->data->classes.count : NULL;
}

const char *oh_dataset_sha256(oh_dataset *d, oh_error *to) {
    LIBRARY_CALL(d, to, NULL);
    return library_complete(d, e) == 0 ? d->data->digest : NULL;
}
