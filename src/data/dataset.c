#include "data/dataset.h"
#include "base/platform.h"

#include <endian.h>
#include <strings.h>

const char *const dataset_splits[SPLITS] = {"train", "test", "validation"};

int dataset_split_of(const char *name, const char *ends) {
    static const char *const names[] = {"train", "training", "test",      "testing",
                                        "val",   "valid",    "validation"};
    static const int splits[] = {TRAIN, TRAIN, TEST, TEST, VALIDATION, VALIDATION, VALIDATION};
    static const char *const suffixes[] = {"", "set", "_set", "_images", "_data"};
    name += strncasecmp(name, "seg_", 4) == 0 ? 4 : 0;
    size_t length = strcspn(name, ends);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t k = 0; k < sizeof suffixes / sizeof *suffixes; k++) {
            size_t n = strlen(names[i]), m = strlen(suffixes[k]);
            if (n + m == length && strncasecmp(name, names[i], n) == 0 &&
                strncasecmp(name + n, suffixes[k], m) == 0)
                return splits[i];
        }
    return -1;
}

/* The samples of all splits must fit into the machine's memory. The system would grant more, then
 * kill the process for using it. */
static int check_memory(struct dataset *d, const char *path, struct error *e) {
    bool table = d->columns.count > 0;
    double count = 0;
    for (int k = 0; k < SPLITS; k++)
        count += d->split[k].count;
    double values = count * dataset_features(d);
    double gigabytes = values * (table ? sizeof *d->split->values : 1) / 1e9;
    if (gigabytes >= 1 && d->announce) {
        d->announce(path, count, gigabytes);
        d->announce = NULL; /* once */
    }
    if (gigabytes * 1e9 <= platform_memory())
        return 0;
    return error_input(e,
                       "%s: %.0f samples of %d values take %.3g GB, more than this machine has; "
                       "use fewer%s",
                       path, count, dataset_features(d), gigabytes,
                       table ? "" : ", or set a smaller data.size");
}

int dataset_reserve(struct dataset *d, int split, int count, const char *path, struct error *e) {
    struct split *s = &d->split[split];
    size_t features = (size_t)dataset_features(d), n = (size_t)count;
    s->count = count;
    if (check_memory(d, path, e) == 0) {
        if (d->columns.count > 0) {
            s->values = arena_alloc(&d->arena, n, features * sizeof *s->values);
            s->lines = arena_alloc(&d->arena, n, sizeof *s->lines);
        } else {
            s->pixels = arena_alloc(&d->arena, n, features);
            s->files = arena_alloc(&d->arena, n, sizeof *s->files);
        }
        s->labels = arena_alloc(&d->arena, n, sizeof *s->labels);
        if ((s->pixels || s->values) && (s->files || s->lines) && s->labels)
            return 0;
        error_run(e, "%s: not enough memory for %d samples", path, count);
    }
    s->count = 0; /* a caller of the library may go on with the other splits */
    return -1;
}

int dataset_reserve_targets(struct dataset *d, int split, const char *path, struct error *e) {
    struct split *s = &d->split[split];
    size_t row = (size_t)d->classes.count * sizeof *s->targets;
    s->targets = arena_alloc(&d->arena, (size_t)s->count, row);
    return s->targets ? 0 : error_run(e, "%s: not enough memory for %d samples", path, s->count);
}

void dataset_add_note(struct dataset *d, const char *note, struct error *e) {
    size_t count = (size_t)d->notes.count;
    const char **items = arena_alloc(&d->arena, count + 1, sizeof *items);
    if (!items || !note) {
        error_memory(e, "the notes");
        return;
    }
    if (count > 0)
        memcpy(items, d->notes.items, count * sizeof *items);
    items[count] = note;
    d->notes = (struct string_list){(int)count + 1, items};
}

void dataset_note_list(struct dataset *d, const char *what, const struct problems *l,
                       struct error *e) {
    if (l->count > 0)
        dataset_note(d, e, "%s: %s", what, problems_list(l, ", ", (char[PROBLEMS_LIST]){0}));
}

int dataset_check_shape(const struct dataset *d, const char *path, struct error *e) {
    if (d->channels == 2)
        return error_input(e, "%s: \"channels\" must be 1 or 3, got 2", path);
    if ((long long)d->height * d->width * d->channels > KEY_INT_MAX)
        return error_input(e, "%s: a sample of %d x %d pixels is too large", path, d->width,
                           d->height);
    if (d->columns.count == 0)
        return 0;
    if (d->height != 1 || d->channels != 1 || d->width != d->columns.count)
        return error_input(e, "%s: has %d columns, but samples of %d x %d x %d", path,
                           d->columns.count, d->width, d->height, d->channels);
    return names_check(&d->columns, "column", "columns", path, e);
}

int dataset_check_classes(const struct dataset *d, const char *path, struct error *e) {
    if (d->classes.count < 1 || d->classes.count > DATASET_MAX_CLASSES)
        return error_input(e, "%s: has %d classes, but may have 1 to %d; change them", path,
                           d->classes.count, DATASET_MAX_CLASSES);
    return names_check(&d->classes, "class", "classes", path, e);
}

/* ---- the last step ---- */

/* Lists the classes that no sample of a split has as a target. */
static int list_unseen(const struct dataset *d, int k, struct problems *unseen, struct error *e) {
    const struct split *s = &d->split[k];
    size_t classes = (size_t)d->classes.count;
    SCOPED_MEMORY bool *seen = calloc(classes, sizeof *seen);
    if (!seen)
        return error_memory(e, "the classes");
    for (size_t i = 0; i < (size_t)s->count; i++)
        if (!s->targets)
            seen[s->labels[i]] = true;
        else
            for (size_t c = 0; c < classes; c++)
                seen[c] |= s->targets[i * classes + c] > 0;
    for (size_t c = 0; c < classes; c++)
        if (!seen[c])
            problems_add(unseen, "\"%s\"", d->classes.items[c]);
    return 0;
}

/* There must be at least two classes, unless the dataset is multi-label. If there is a training
 * set, every class must have a nonzero target in it. */
static int check_samples(const struct dataset *d, const char *path, struct error *e) {
    struct problems unseen = {0};
    if (d->classes.count == 1 && !dataset_multi_label(d))
        return error_input(e, "%s: has only the class \"%s\", but needs at least two; add another",
                           path, d->classes.items[0]);
    if (d->split[TRAIN].count > 0 && list_unseen(d, TRAIN, &unseen, e) != 0)
        return -1;
    return unseen.count == 0
               ? 0
               : error_input(e,
                             "%s: class %s has no training samples; add some, or remove the class",
                             path, unseen.shown[0]);
}

/* Hashes n ints or floats. */
static void add_words(struct sha256 *h, const void *words, size_t n) {
    for (const char *at = words; n > 0; n--, at += sizeof(uint32_t)) {
        uint32_t word;
        memcpy(&word, at, sizeof word);
        word = htole32(word);
        sha256_add(h, &word, sizeof word);
    }
}

static void add_names(struct sha256 *h, const struct string_list *names) {
    for (int i = 0; i < names->count; i++)
        sha256_add(h, names->items[i], strlen(names->items[i]) + 1);
}

/* Hashes sizes as decimal text, and labels, values and targets as 4 little-endian bytes each, so
 * the digest depends neither on the format nor on the machine. */
static void set_digest(struct dataset *d) {
    struct sha256 h;
    char line[128];
    bool table = d->columns.count > 0;
    sha256_begin(&h);
    int size = snprintf(line, sizeof line, "onehot %s 1\n%d %d %d\n", table ? "table" : "dataset",
                        d->height, d->width, d->channels);
    sha256_add(&h, line, (size_t)size);
    add_names(&h, &d->columns);
    add_names(&h, &d->classes);
    for (int k = 0; k < SPLITS; k++) {
        const struct split *s = &d->split[k];
        size_t count = (size_t)s->count, values = count * (size_t)dataset_features(d);
        if (k == VALIDATION && count == 0)
            continue; /* the digests of datasets without one must not change */
        size = snprintf(line, sizeof line, "\n%s %d\n", dataset_splits[k], s->count);
        sha256_add(&h, line, (size_t)size);
        add_words(&h, s->labels, count);
        if (table)
            add_words(&h, s->values, values);
        else
            sha256_add(&h, s->pixels, values);
        if (s->targets) {
            sha256_add(&h, s->multi_label ? "\nseveral\n" : "\ntargets\n", 9);
            add_words(&h, s->targets, count * (size_t)d->classes.count);
        }
    }
    sha256_end(&h, d->digest);
}

/* Notes the classes without a test sample, and that data.test_share has no effect. */
static void note_test_set(struct dataset *d, const struct data_options *from, struct error *e) {
    bool tests = d->split[TEST].count > 0;
    struct problems unseen = {0};
    if (tests && list_unseen(d, TEST, &unseen, e) == 0)
        dataset_note_list(d, "classes without test samples", &unseen, e);
    if (!d->undivided && from->test_fraction != 0 && !(tests && from->test_fraction == 0.2))
        dataset_note(d, e, "%s",
                     tests ? "data.test_share has no effect, since there is a test set"
                           : "no test set: data.test_share draws one only from tables and class "
                             "folders without a validation set");
}

int dataset_complete(struct dataset *d, const struct data_options *from, struct error *e) {
    const char *path = from->path;
    if (d->split[TRAIN].count == 0 && d->split[TEST].count == 0)
        return error_input(e, "%s: has no samples; add some", path);
    if (dataset_check_shape(d, path, e) != 0 || dataset_check_classes(d, path, e) != 0 ||
        (!from->expected && check_samples(d, path, e) != 0))
        return -1;
    if (!from->expected)
        note_test_set(d, from, e);
    if (e->status) /* such as for want of memory for a note */
        return -1;
    set_digest(d);
    return 0;
}

struct dataset *dataset_view(const struct dataset *d, struct error *e) {
    struct dataset *view = malloc(sizeof *view);
    if (!view) {
        error_memory(e, "the dataset");
        return NULL;
    }
    *view = *d;
    view->arena = (struct arena){0};
    return view;
}

void dataset_free(struct dataset *d) {
    if (d) {
        arena_free(&d->arena);
        free(d);
    }
}
