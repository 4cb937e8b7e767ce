/* Datasets from a path or from memory. */
#include "data/formats.h"
#include "library/library.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct oh_dataset *new_dataset(struct oh_context *c, struct error *e) {
    struct oh_dataset *d = calloc(1, sizeof *d);
    if (!d) {
        error_memory(e, "the dataset");
        return NULL;
    }
    d->context = c;
    pthread_mutex_init(&d->mutex, NULL);
    return d;
}

static void free_dataset(struct oh_dataset *d) {
    if (d) {
        pthread_mutex_destroy(&d->mutex);
        dataset_free(d->data);
        free(d);
    }
}

void oh_dataset_free(oh_dataset *d) {
    free_dataset(d);
}

/* The end of a call that makes a dataset. */
static struct oh_dataset *leave(struct call *call, struct oh_dataset *d) {
    if (library_leave(call) == 0)
        return d;
    free_dataset(d);
    return NULL;
}

/* ---- from a path ---- */

static struct oh_dataset *read_dataset(struct oh_context *c, const struct data_options *from,
                                       struct error *e) {
    struct thread_pool *pool = thread_pool_new(c->threads, e);
    struct oh_dataset *d = pool ? new_dataset(c, e) : NULL;
    if (d) {
        d->data = formats_read(from, pool, e);
        d->complete = true;
    }
    thread_pool_free(pool);
    return d;
}

oh_dataset *oh_dataset_read(oh_context *c, const char *path, oh_error *e) {
    struct call call;
    struct oh_dataset *d = NULL;
    if (library_enter(&call, path ? c : NULL, e))
        d = read_dataset(c, DATA_AT(path), &call.error);
    return leave(&call, d);
}

oh_dataset *oh_dataset_read_for(const oh_model *m, const char *path, oh_error *e) {
    struct call call;
    struct oh_dataset *d = NULL;
    if (library_enter(&call, m && m->file && path ? m : NULL, e)) {
        struct data_expected expected = model_file_dataset_expected(&m->file->dataset);
        struct data_options from = m->file->config.data;
        from.path = path;
        from.expected = &expected;
        d = read_dataset(m->context, &from, &call.error);
        if (call.error.status == ERROR_NONE)
            library_ignore(model_file_dataset_check(&m->file->dataset, m->file->path, d->data, path,
                                                    &call.error));
    }
    return leave(&call, d);
}

/* ---- from memory ---- */

static int check_labels(const int *labels, int count, int classes, struct error *e) {
    for (int i = 0; i < count; i++)
        if (labels[i] < 0 || labels[i] >= classes)
            return error_input(e, "the label of sample %d must be 0 to %d, got %d", i, classes - 1,
                               labels[i]);
    return 0;
}

/* Copies samples into a split that has none. */
static int add(struct dataset *d, int split, const float *rows, const unsigned char *pixels,
               const int *labels, int count, struct error *e) {
    struct split *s = &d->split[split];
    size_t values = (size_t)count * (size_t)dataset_features(d);
    if (count < 1)
        return error_input(e, "the %s split must have samples, got %d", dataset_splits[split],
                           count);
    if (s->count > 0)
        return error_input(e, "the %s split has samples already", dataset_splits[split]);
    if (!labels || !(d->columns.count > 0 ? rows != NULL : pixels != NULL))
        return error_input(e, "the %s split needs labels, and %s", dataset_splits[split],
                           d->columns.count > 0 ? "rows" : "pixels");
    for (size_t i = 0; rows && i < values; i++)
        if (!isfinite(rows[i]))
            return error_input(e, "row %d of the %s split: feature %d is not finite",
                               (int)(i / (size_t)d->width), dataset_splits[split],
                               (int)(i % (size_t)d->width));
    if (check_labels(labels, count, d->classes.count, e) != 0 ||
        dataset_reserve(d, split, count, "memory", e) != 0)
        return -1;
    memcpy(s->labels, labels, (size_t)count * sizeof *labels);
    if (rows)
        memcpy(s->values, rows, values * sizeof *rows);
    else
        memcpy(s->pixels, pixels, values);
    for (int i = 0; i < count && s->lines; i++)
        s->lines[i] = i + 1;
    s->table = s->lines ? "memory" : NULL;
    return 0;
}

/* Sets the list to the names PREFIX0, PREFIX1, ... */
static int number(struct dataset *d, struct string_list *list, const char *prefix, int count,
                  struct error *e) {
    list->items = arena_alloc(&d->arena, (size_t)count, sizeof *list->items);
    for (list->count = 0; list->items && list->count < count; list->count++)
        if (!(list->items[list->count] = arena_printf(&d->arena, "%s%d", prefix, list->count)))
            break;
    return list->count == count ? 0 : error_memory(e, "the names");
}

static struct oh_dataset *make(struct oh_context *c, const float *rows, const unsigned char *pixels,
                               const int *labels, int count, const int shape[3], int classes,
                               struct error *e) {
    struct oh_dataset *d = new_dataset(c, e);
    if (!d)
        return NULL;
    d->data = calloc(1, sizeof *d->data);
    if (!d->data) {
        error_memory(e, "the dataset");
        return d;
    }
    d->data->height = shape[0];
    d->data->width = shape[1];
    d->data->channels = shape[2];
    if (shape[0] < 1 || shape[1] < 1 || (shape[2] != 1 && shape[2] != 3))
        error_input(e, "samples must have at least one feature, and images 1 or 3 channels");
    else if (classes < 1 || classes > DATASET_MAX_CLASSES)
        error_input(e, "there must be 1 to %d classes, got %d", DATASET_MAX_CLASSES, classes);
    else if ((!rows || number(d->data, &d->data->columns, "x", shape[1], e) == 0) &&
             number(d->data, &d->data->classes, "", classes, e) == 0 &&
             dataset_check_shape(&d->data->columns, shape[0], shape[1], shape[2], "memory", e) == 0)
        library_ignore(add(d->data, TRAIN, rows, pixels, labels, count, e));
    return d;
}

oh_dataset *oh_dataset_from_rows(oh_context *c, const float *rows, const int *labels, int count,
                                 int features, int classes, oh_error *e) {
    struct call call;
    struct oh_dataset *d = NULL;
    if (library_enter(&call, rows ? c : NULL, e))
        d = make(c, rows, NULL, labels, count, (int[]){1, features, 1}, classes, &call.error);
    return leave(&call, d);
}

oh_dataset *oh_dataset_from_pixels(oh_context *c, const unsigned char *pixels, const int *labels,
                                   int count, int height, int width, int channels, int classes,
                                   oh_error *e) {
    struct call call;
    struct oh_dataset *d = NULL;
    if (library_enter(&call, pixels ? c : NULL, e))
        d = make(c, NULL, pixels, labels, count, (int[]){height, width, channels}, classes,
                 &call.error);
    return leave(&call, d);
}

/* ---- additions ---- */

static bool open_for_change(const struct oh_dataset *d, int split, struct error *e) {
    if (d->complete)
        error_input(e, "the dataset has been used; change it before its first use");
    else if (split < 0 || split >= SPLITS)
        error_input(e, "%d is not a split; use OH_TRAIN, OH_TEST or OH_VALIDATION", split);
    return e->status == ERROR_NONE;
}

int oh_dataset_add_rows(oh_dataset *d, enum oh_split split, const float *rows, const int *labels,
                        int count, oh_error *e) {
    struct call call;
    if (library_enter(&call, d, e) && open_for_change(d, (int)split, &call.error))
        library_ignore(add(d->data, (int)split, rows, NULL, labels, count, &call.error));
    return library_leave(&call);
}

int oh_dataset_add_pixels(oh_dataset *d, enum oh_split split, const unsigned char *pixels,
                          const int *labels, int count, oh_error *e) {
    struct call call;
    if (library_enter(&call, d, e) && open_for_change(d, (int)split, &call.error))
        library_ignore(add(d->data, (int)split, NULL, pixels, labels, count, &call.error));
    return library_leave(&call);
}

int oh_dataset_set_targets(oh_dataset *d, enum oh_split split, const float *targets,
                           bool multi_label, oh_error *e) {
    struct call call;
    if (library_enter(&call, targets ? d : NULL, e) &&
        open_for_change(d, (int)split, &call.error)) {
        struct dataset *x = d->data;
        struct split *s = &x->split[split];
        int classes = x->classes.count;
        size_t n = (size_t)s->count * (size_t)classes;
        for (size_t i = 0; i < n; i++)
            if (!(targets[i] >= 0 && targets[i] <= 1) ||
                (multi_label && targets[i] != 0 && targets[i] != 1))
                error_input(&call.error, "the targets of sample %d must be %s",
                            (int)(i / (size_t)classes), multi_label ? "0 or 1" : "0 to 1");
        if (call.error.status == ERROR_NONE &&
            dataset_reserve_targets(x, (int)split, "memory", &call.error) == 0) {
            memcpy(s->targets, targets, n * sizeof *targets);
            s->multi_label = multi_label;
            for (int i = 0; i < s->count; i++)
                s->labels[i] = dataset_label(targets + (size_t)i * (size_t)classes, classes);
        }
    }
    return library_leave(&call);
}

static void rename_item(struct oh_dataset *d, struct string_list *list, int i, const char *name,
                        struct error *e) {
    if (!open_for_change(d, 0, e))
        return;
    if (i < 0 || i >= list->count)
        error_input(e, "there is no name %d; there are %d", i, list->count);
    else if (!(list->items[i] = arena_string(&d->data->arena, name)))
        error_memory(e, "the names");
}

int oh_dataset_name_class(oh_dataset *d, int class_index, const char *name, oh_error *e) {
    struct call call;
    if (library_enter(&call, name ? d : NULL, e))
        rename_item(d, &d->data->classes, class_index, name, &call.error);
    return library_leave(&call);
}

int oh_dataset_name_column(oh_dataset *d, int column, const char *name, oh_error *e) {
    struct call call;
    if (library_enter(&call, name ? d : NULL, e))
        rename_item(d, &d->data->columns, column, name, &call.error);
    return library_leave(&call);
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
    int result = 0;
    pthread_mutex_lock(&d->mutex);
    if (!d->complete)
        result = complete(d->data, e);
    d->complete = d->complete || result == 0;
    pthread_mutex_unlock(&d->mutex);
    return result;
}

/* ---- what it holds ---- */

int oh_dataset_count(const oh_dataset *d, enum oh_split split) {
    return d && (int)split >= 0 && (int)split < SPLITS ? d->data->split[split].count : 0;
}

int oh_dataset_features(const oh_dataset *d) {
    return d ? dataset_features(d->data) : 0;
}

int oh_dataset_classes(const oh_dataset *d) {
    return d ? d->data->classes.count : 0;
}

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

const char *oh_dataset_sha256(oh_dataset *d, oh_error *e) {
    struct call call;
    if (library_enter(&call, d, e))
        library_ignore(library_complete(d, &call.error));
    return library_leave(&call) == 0 ? d->data->digest : NULL;
}
