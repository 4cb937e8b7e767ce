/* Tables in text files (reader.h), whose names end in .csv, .tsv, .txt or .data, or in one of these
 * and .gz:
 *
 *   FOLDER/train.*, test.* and validation.*   dataset_split_of lists other names; train or test may
 *                                             be missing
 *   FILE                                      data.test_share draws the test set
 *
 * A file is read twice: by survey.c, then for its features, straight into the splits; and once more
 * in between if texts or means are to be found in its training rows only. So memory holds little
 * but the samples.
 *
 * If there is one label column, the classes are the texts in it, in the first file, sorted by
 * names_sort; otherwise they are the names of the label columns. */
#include "base/file.h"
#include "data/formats.h"
#include "data/sample_set.h"
#include "data/tables/columns.h"

static bool is_file(const char *path, struct error *e) {
    return reader_takes(path) && file_exists(path, e) && !file_is_directory(path, e);
}

/* Finds the folder's file for a split: the first by name. */
static bool find_file(char file[FILE_PATH], const char *folder, int split, struct error *e) {
    int count = 0;
    SCOPED_MEMORY char **list = file_is_directory(folder, e) ? file_list(folder, &count, e) : NULL;
    bool found = false;
    for (int i = 0; i < count && !found; i++)
        found = dataset_split_of(list[i], ".") == split && file_find(file, folder, list[i], e) &&
                is_file(file, e);
    return found;
}

/* A folder of images may contain lists such as train.txt. */
static bool has_images(const char *folder, struct error *e) {
    char path[FILE_PATH];
    return file_find(path, folder, "train", e) || file_find(path, folder, "test", e) ||
           file_find(path, folder, "dataset.json", e);
}

static bool recognises(const char *path, struct error *e) {
    char file[FILE_PATH];
    return is_file(path, e) ||
           ((find_file(file, path, TRAIN, e) || find_file(file, path, TEST, e)) &&
            (file_has_suffix(file, ".csv") || !has_images(path, e)));
}

/* Takes the classes of an earlier file, those of a trained model, or else those in this file. */
static int set_classes(struct dataset *d, struct columns *c, struct error *e) {
    const struct dataset *x = c->from->expected;
    if (d->classes.count == 0 && c->labels.count > 1)
        d->classes = c->labels;
    if (d->classes.count > 0)
        return 0;
    if (x)
        return names_copy(&d->classes, x->classes.items, x->classes.count, c->reader.path,
                          &d->arena, e);
    const struct string_list *texts = &c->classes.list;
    const int *class = classes_set(d, c->from, texts, texts->count, true, e);
    if (!class)
        return -1;
    struct problems missing = {0};
    for (int i = 0; i < texts->count; i++)
        if (cell_is_missing(d->classes.items[i]))
            problems_add(&missing, "\"%s\"", d->classes.items[i]);
    for (int i = 0; i < c->rows; i++)
        c->row_labels[i] = class[c->row_labels[i]];
    dataset_note_list(d, "classes named like missing cells", &missing, e);
    return dataset_check_classes(d, c->reader.path, e);
}

/* Takes the features of an earlier file, those of a trained model, or else decides them. */
static int set_features(struct dataset *d, struct columns *c, struct error *e) {
    const struct dataset *x = c->from->expected;
    if (d->columns.count > 0)
        return 0;
    return x ? names_copy(&d->columns, x->columns.items, x->columns.count, c->reader.path,
                          &d->arena, e)
             : survey_features(d, c, e);
}

static int reserve(struct dataset *d, const struct columns *c, int k, int count, struct error *e) {
    bool multi_label = c->labels.count > 1;
    d->height = d->channels = 1;
    d->width = d->columns.count;
    for (int i = 0; i < SPLITS; i++)
        d->split[i].multi_label = multi_label;
    if (dataset_reserve(d, k, count, c->reader.path, e) != 0 ||
        (multi_label && dataset_reserve_targets(d, k, c->reader.path, e) != 0) ||
        !(d->split[k].table = arena_string(&d->arena, c->reader.path)))
        return error_memory(e, c->reader.path);
    return 0;
}

/* Reads the rows that were drawn into the test set, and the others into split k. */
static int fill(struct dataset *d, struct columns *c, int k, struct error *e) {
    size_t filled[SPLITS] = {0}, features = (size_t)c->features, labels = (size_t)c->labels.count;
    int found, row = 0;
    if (reserve(d, c, k, c->rows - c->ndrawn, e) != 0 ||
        (c->ndrawn > 0 && reserve(d, c, TEST, c->ndrawn, e) != 0) || columns_rewind(c, e) != 0)
        return -1;
    for (; (found = columns_next(c, e)) > 0 && row < c->rows; row++) {
        int to = c->ndrawn > 0 && c->drawn[row] ? TEST : k;
        struct split *s = &d->split[to];
        size_t i = filled[to]++;
        if (encoder_run(c, s->values + i * features, e) != 0)
            return -1;
        s->labels[i] = c->row_labels[row];
        s->lines[i] = (int)c->reader.line;
        for (size_t j = 0; s->targets && j < labels; j++)
            s->targets[i * labels + j] = *c->reader.fields[c->label_fields[j]] == '1';
    }
    if (found == 0 && row == c->rows)
        return 0;
    return error_input(e, "%s: changed while it was read", c->reader.path);
}

/* Reads a file into split k, and this fraction of its rows into the test set. */
static int read_file(struct dataset *d, int k, const char *path, const struct data_options *from,
                     double fraction, struct error *e) {
    SCOPED(columns) c = {0};
    bool first = d->columns.count == 0;
    if (columns_open(&c, path, from, &d->arena, e) != 0 ||
        (from->expected ? choose_expected(&c, true, e) : choose_columns(&c, e)) != 0 ||
        survey_read(&c, e) != 0 || set_classes(d, &c, e) != 0)
        return -1;
    if (fraction > 0)
        c.drawn = sample_set_draw_test(c.row_labels, c.rows, d->classes.count, fraction, &c.ndrawn,
                                       &d->arena, e);
    if ((fraction > 0 && !c.drawn) || set_features(d, &c, e) != 0 || fill(d, &c, k, e) != 0)
        return -1;
    notes_add(d, &c, first, e);
    return 0;
}

/* Whether a test file has the labels that the training file has. Kaggle's do not. */
static int check_labelled(struct dataset *d, const char *train, const char *test,
                          const struct data_options *from, bool *labelled, struct error *e) {
    SCOPED(columns) ours = {0}, c = {0};
    if (columns_open(&c, test, from, &d->arena, e) != 0 ||
        columns_open(&ours, train, from, &d->arena, e) != 0)
        return -1;
    *labelled = columns_labelled(&c.names, from->label) &&
                (dictionary_find(&c.names, from->label) >= 0 || c.count >= ours.count);
    return 0;
}

static int read_folder(struct dataset *d, const struct data_options *from, struct error *e) {
    char files[SPLITS][FILE_PATH];
    bool exists[SPLITS], labelled = true;
    struct data_options options = *from;
    for (int k = 0; k < SPLITS; k++)
        exists[k] = find_file(files[k], from->path, k, e);
    if (exists[TRAIN] && exists[TEST] &&
        check_labelled(d, files[TRAIN], files[TEST], from, &labelled, e) != 0)
        return -1;
    if (!labelled)
        dataset_note(d, e,
                     "%s has no labels: it is for ./onehot predict; the test set is drawn from the "
                     "training rows",
                     files[TEST]);
    exists[TEST] = exists[TEST] && labelled;
    d->undivided = exists[TRAIN] && !exists[TEST];
    for (int k = 0; k < SPLITS; k++) {
        double fraction = k == TRAIN && d->undivided ? from->test_fraction : 0;
        if (exists[k] && read_file(d, k, files[k], &options, fraction, e) != 0)
            return -1;
        if (exists[k] && !options.expected)
            options.expected = d;
    }
    return 0;
}

static int read_dataset(struct dataset *d, const struct data_options *from,
                        struct thread_pool *pool, struct error *e) {
    d->undivided = true;
    int result = is_file(from->path, e)
                     ? read_file(d, TRAIN, from->path, from, from->test_fraction, e)
                     : read_folder(d, from, e);
    if (result == 0 && !from->expected)
        notes_values(d, from, e);
    return result;
}

const struct format csv_format = {DATA_TABLE, "correct the file", recognises, read_dataset};
