/* Tables in text files (reader.h), whose names end in .csv, .tsv, .txt or .data, or in one of these
 * and .gz:
 *
 *   FOLDER/train.*, test.* and validation.* (or val.*, valid.*)     train or test may be missing
 *   FILE                                                            a fraction is the test set
 *
 * A file is read twice, or three times if texts or means are to be found in its training rows only:
 * survey.h, then the features straight into the splits. So memory holds little but the samples.
 *
 * If there is one label column, the classes are the texts in it, in the first file, sorted by
 * names_sort; otherwise they are the names of the label columns. */
#include "base/file.h"
#include "data/format.h"
#include "data/names.h"
#include "data/sample_set.h"
#include "data/tables/choose.h"
#include "data/tables/encoder.h"
#include "data/tables/notes.h"
#include "data/tables/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_file(const char *path) {
    return reader_takes(path) && file_exists(path) && !file_is_directory(path);
}

/* Finds the folder's file for a split. */
static bool find_file(char file[FILE_PATH], const char *folder, int split) {
    static const char *const names[SPLITS][4] = {
        {"train"}, {"test"}, {"validation", "valid", "val"}};
    for (int n = 0; names[split][n]; n++)
        for (int i = 0; reader_endings[i / 2]; i++) {
            char name[32];
            snprintf(name, sizeof name, "%s%s%s", names[split][n], reader_endings[i / 2],
                     i % 2 ? ".gz" : "");
            if (file_find(file, folder, name) && !file_is_directory(file))
                return true;
        }
    return false;
}

/* A folder of pictures may contain lists such as train.txt. */
static bool has_pictures(const char *folder) {
    char path[FILE_PATH];
    return file_find(path, folder, "train") || file_find(path, folder, "test") ||
           file_find(path, folder, "dataset.json");
}

static bool recognises(const char *path) {
    char file[FILE_PATH];
    return is_file(path) || ((find_file(file, path, TRAIN) || find_file(file, path, TEST)) &&
                             (file_has_suffix(file, ".csv") || !has_pictures(path)));
}

/* A file on its way into the dataset. */
struct table {
    struct dataset *d;
    struct columns columns; /* with a trained model in the options if an earlier file is one */
    char *drawn;            /* [rows]: 1 for those of the test set; NULL: none */
    int ndrawn;
};

/* ---- the classes ---- */

static int make_classes(struct table *t, struct error *e) {
    struct dataset *d = t->d;
    struct columns *c = &t->columns;
    const char *path = c->reader.path;
    if (c->labels.count > 1) {
        d->classes = c->labels;
        return 0;
    }
    int count = c->classes.count, *sorted = arena_alloc(&d->arena, (size_t)count, sizeof *sorted);
    if (!sorted || names_copy(&d->classes, c->classes.items, count, path, &d->arena, e) != 0)
        return error_memory(e, path);
    names_sort(&d->classes);
    names_find(&d->classes, c->classes.items, count, sorted);
    for (int i = 0; i < c->rows; i++)
        c->row_labels[i] = sorted[c->row_labels[i]];
    return dataset_check_classes(&d->classes, path, e);
}

/* ---- the splits ---- */

/* Draws this fraction of the rows for the test set. */
static int draw(struct table *t, double fraction, struct error *e) {
    struct arena a = {0};
    int rows = t->columns.rows, count = (int)floor(fraction * rows + 0.5);
    struct split all = {.count = rows, .labels = t->columns.row_labels};
    struct sample_set rest, drawn;
    t->drawn = count > 0 ? calloc((size_t)rows, 1) : NULL;
    t->ndrawn = count;
    if (count == 0)
        return 0;
    int result =
        !t->drawn ? error_memory(e, t->columns.reader.path)
                  : sample_set_draw_test(&all, t->d->classes.count, fraction, &a, &rest, &drawn, e);
    for (int i = 0; i < count && result == 0; i++)
        t->drawn[drawn.order[i]] = 1;
    arena_free(&a);
    return result;
}

static int reserve(struct table *t, int k, int count, struct error *e) {
    const char *path = t->columns.reader.path;
    for (int i = 0; i < SPLITS; i++)
        t->d->split[i].multi_label = t->columns.labels.count > 1;
    return dataset_reserve(t->d, k, count, path, e) == 0 &&
                   (t->columns.labels.count == 1 || dataset_reserve_targets(t->d, k, path, e) == 0)
               ? 0
               : -1;
}

/* Writes row `row` of the file to sample `i` of a split. */
static int put(struct table *t, struct split *s, size_t i, int row, struct error *e) {
    const struct reader *r = &t->columns.reader;
    const struct string_list *labels = &t->columns.labels;
    size_t width = (size_t)t->d->width, classes = (size_t)labels->count;
    if (encoder_run(&t->columns, s->values + i * width, e) != 0)
        return -1;
    s->labels[i] = t->columns.row_labels[row];
    for (size_t c = 0; s->targets && c < classes; c++)
        s->targets[i * classes + c] = *r->fields[t->columns.label_fields[c]] == '1';
    return 0;
}

/* Reads the rows that were drawn into the test set, and the others into split k. */
static int fill(struct table *t, int k, struct error *e) {
    struct columns *c = &t->columns;
    size_t filled[SPLITS] = {0};
    int found, row = 0;
    if (reserve(t, k, t->columns.rows - t->ndrawn, e) != 0 ||
        (t->ndrawn > 0 && reserve(t, TEST, t->ndrawn, e) != 0) || columns_rewind(c, e) != 0)
        return -1;
    while ((found = columns_next(c, e)) > 0) {
        if (row == t->columns.rows)
            break;
        int to = t->drawn && t->drawn[row] ? TEST : k;
        if (put(t, &t->d->split[to], filled[to]++, row++, e) != 0)
            return -1;
    }
    return found < 0 ? -1
           : found > 0 || row < t->columns.rows
               ? error_input(e, "%s: changed while it was read", c->reader.path)
               : 0;
}

/* ---- from files to the dataset ---- */

/* Decides the columns, classes and features by this file. */
static int plan(struct table *t, double fraction, struct error *e) {
    struct columns *c = &t->columns;
    return choose_columns(c, e) == 0 && survey_read(c, e) == 0 && plan_kinds(c, e) == 0 &&
                   make_classes(t, e) == 0 && draw(t, fraction, e) == 0 &&
                   survey_measure(c, t->ndrawn < c->rows ? t->drawn : NULL, e) == 0
               ? plan_features(t->d, c, e)
               : -1;
}

/* Takes columns, classes and features from an earlier file, or from a trained model. */
static int follow(struct table *t, bool first, double fraction, struct error *e) {
    struct dataset *d = t->d;
    struct columns *c = &t->columns;
    const struct data_expected *x = c->from->expected;
    const char *path = c->reader.path;
    if (choose_expected(c, true, e) != 0 || survey_read(c, e) != 0)
        return -1;
    if (first) {
        d->height = d->channels = 1;
        d->width = x->columns.count;
        if (names_copy(&d->columns, x->columns.items, d->width, path, &d->arena, e) != 0 ||
            names_copy(&d->classes, x->classes.items, x->classes.count, path, &d->arena, e) != 0)
            return -1;
        if (c->labels.count > 1)
            d->classes = c->labels;
    }
    return draw(t, fraction, e);
}

static int read_file(struct dataset *d, int k, const char *path, const struct data_options *from,
                     double fraction, struct error *e) {
    struct table t = {.d = d};
    bool first = d->columns.count == 0;
    int result = columns_open(&t.columns, path, from, &d->arena, e);
    if (result == 0)
        result = from->expected ? follow(&t, first, fraction, e) : plan(&t, fraction, e);
    if (result == 0)
        result = fill(&t, k, e);
    if (result == 0)
        result = notes_add(d, &t.columns, first, e);
    free(t.drawn);
    columns_close(&t.columns);
    return result;
}

/* Whether a test file has the labels that the training file has. Kaggle's do not. */
static int check_labelled(const char *train, const char *test, const struct data_options *from,
                          bool *labelled, struct error *e) {
    struct arena a = {0};
    struct columns ours = {0}, c;
    int result = columns_open(&c, test, from, &a, e);
    if (result == 0)
        result = columns_open(&ours, train, from, &a, e);
    *labelled = columns_labelled(&c, from->label) &&
                (dictionary_find(&c.names, from->label) >= 0 || c.count >= ours.count);
    columns_close(&ours);
    columns_close(&c);
    arena_free(&a);
    return result;
}

static int read_folder(struct dataset *d, const struct data_options *from, struct error *e) {
    char files[SPLITS][FILE_PATH];
    bool exists[SPLITS], labelled = true;
    struct data_expected earlier;
    struct data_options options = *from;
    for (int k = 0; k < SPLITS; k++)
        exists[k] = find_file(files[k], from->path, k);
    if (exists[TRAIN] && exists[TEST] &&
        check_labelled(files[TRAIN], files[TEST], from, &labelled, e) != 0)
        return -1;
    if (!labelled && dataset_note(d, e,
                                  "%s has no labels: it is for ./onehot predict; the test set is "
                                  "drawn from the training rows",
                                  files[TEST]) != 0)
        return -1;
    exists[TEST] = exists[TEST] && labelled;
    for (int k = 0; k < SPLITS; k++) {
        double fraction = k == TRAIN && !exists[TEST] ? from->test_fraction : 0;
        if (exists[k] && read_file(d, k, files[k], &options, fraction, e) != 0)
            return -1;
        if (!options.expected && exists[k]) {
            earlier = (struct data_expected){d->classes, 1, d->width, 1, d->columns, d->features};
            options.expected = &earlier;
        }
    }
    return 0;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    (void)pool;
    int result = is_file(from->path) ? read_file(d, TRAIN, from->path, from, from->test_fraction, e)
                                     : read_folder(d, from, e);
    return result == 0 && !from->expected ? notes_values(d, from, e) : result;
}

const struct format csv_format = {recognises, read_dataset};
