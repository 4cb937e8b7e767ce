/* onehot predict: predicts the classes or labels of samples, with their probabilities. */
#include "programs/predict/predict.h"

#include <sys/stat.h>

static const struct option options[] = {
    OPTION(invert, FLAG, NULL, "swap dark and light"),
    OPTION(fit, FLAG, NULL, "scale to the model's size and convert colour"),
    OPTION(top, INT, "K", "list the K most probable classes", .min = 1, .max = KEY_INT_MAX),
    THRESHOLD_OPTION,
    OPTION(attention, FLAG, NULL, "print the attention weights"),
    NAMED_OPTION("attention-png", attention_png, TEXT, "FILE.png", "draw them as an image"),
    OPTION(csv, FLAG, NULL, "print CSV: file or row, class, probabilities"),
    OPTION(columns, TEXT, "A,B", "print CSV with two columns of these titles"),
    JSON_OPTION,
    THREADS_OPTION,
};

/* ---- files and folders ---- */

static int take(struct predict *p, const char *path, struct error *e) {
    const char *slash = p->o->columns ? strrchr(path, '/') : NULL;
    return p->table ? table_rows_take(p, path, e) : batch_add(p, path, slash ? slash + 1 : path, e);
}

/* Takes the files in a folder and its subfolders. Counts those that it takes, and those that it
 * skips. A link to a folder is not followed, since it may lead back. */
static int take_folder(struct predict *p, const char *folder, int counts[2], struct error *e) {
    struct error why = {0};
    int count = 0, result = 0;
    SCOPED_MEMORY char **names = file_list(folder, &count, &why);
    char path[FILE_PATH];
    if (!names)
        result = batch_refuse(p, &why, e);
    for (int i = 0; i < count && result == 0; i++) {
        why.status = ERROR_NONE;
        if (file_join(path, sizeof path, folder, names[i], &why) != 0) {
            result = batch_refuse(p, &why, e);
        } else if (file_type(path, false, e) == S_IFDIR) {
            result = take_folder(p, path, counts, e);
        } else {
            bool named = p->table ? reader_takes(path) : picture_named(path);
            bool takes =
                !file_is_directory(path, e) && (named || (!p->table && picture_recognise(path)));
            counts[takes]++;
            result = e->status ? -1 : takes ? take(p, path, e) : 0;
        }
    }
    return result;
}

static int search(struct predict *p, const char *folder, struct error *e) {
    const char *what = p->table ? "tables (.csv, .tsv, .txt, .data)" : "PNG or JPEG images";
    int counts[2] = {0};
    struct error why = {0};
    long long refused = p->refused;
    if (take_folder(p, folder, counts, e) != 0)
        return -1;
    if (counts[true] > 0 && counts[false] > 0)
        fprintf(stderr, "note: %s: skipped files that are not %s: %d\n", text_shown(folder), what,
                counts[false]);
    if (counts[true] > 0 || p->refused > refused)
        return 0;
    error_input(&why, "%s: contains no %s, not even in its subfolders (other files: %d)", folder,
                what, counts[false]);
    return batch_refuse(p, &why, e);
}

/* ---- arguments ---- */

/* Whether the argument is a value of a row, for a model of a table. */
static bool is_value(const struct predict *p, const char *argument, struct error *e) {
    return p->table && strcmp(argument, "-") != 0 && !reader_takes(argument) &&
           !file_is_directory(argument, e);
}

static int take_arguments(struct predict *p, char **a, struct error *e) {
    int result = 0;
    while (*a && result == 0) {
        bool value = is_value(p, *a, e);
        if (value && picture_named(*a))
            result = error_input(e,
                                 "%s: is an image, but %s was trained on a table; give a file "
                                 "(.csv, .tsv, .txt, .data), or one value per column",
                                 *a, p->model->path);
        else if (value)
            result = table_rows_values(p, a, e);
        else if (file_is_directory(*a, e))
            result = search(p, *a, e);
        else if (!e->status)
            result = take(p, strcmp(*a, "-") == 0 ? file_stdin : *a, e);
        a += result == 0 && value ? p->given.count : 1;
    }
    return result;
}

static int check(const struct predict *p, struct error *e) {
    const struct options *o = p->o;
    const struct model_file *f = p->model;
    const char *comma = o->columns ? strchr(o->columns, ',') : NULL;
    if (p->table && (o->invert || o->fit || o->attention_png))
        return error_input(e,
                           "onehot predict: --invert, --fit and --attention-png are for images; "
                           "%s was trained on a table",
                           f->path);
    if ((o->attention || o->attention_png) && attention_check(f, e) != 0)
        return -1;
    if (o->attention_png && !p->single)
        return error_input(e, "onehot predict: --attention-png is for one image");
    if (o->json + (o->csv || o->columns) + (o->attention && !o->json) > 1)
        return error_input(e, "onehot predict: use only one of --csv, --json, --attention");
    if (o->columns && (o->top > 0 || !comma || !comma[1] || strchr(comma + 1, ',')))
        return error_input(e, "onehot predict: --columns takes two titles, such as ImageId,Label, "
                              "and no --top");
    return 0;
}

/* ---- the command ---- */

static void predict_free(struct predict *p) {
    arena_free(&p->texts);
    arena_free(&p->batch.arena);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    char **samples = arguments + 1;
    int count = command_count(samples);
    SCOPED(trained) t = {0};
    SCOPED(predict) p = {.o = o};
    if (trained_open(&t, arguments[0], o->threads, e) != 0 ||
        trained_set_threshold(&predict_command, o->threshold, t.file, e) != 0)
        return -1;
    p.pool = t.pool;
    p.model = t.file;
    p.table = t.file->dataset.columns.count > 0;
    if (p.table && table_rows_open(&p, e) != 0)
        return -1;
    p.single = p.table ? is_value(&p, samples[0], e) && count == p.given.count
                       : count == 1 && !file_is_directory(samples[0], e);
    if (check(&p, e) != 0 || batch_open(&p, e) != 0 ||
        batch_close(&p, take_arguments(&p, samples, e), e) != 0)
        return -1;
    if (!o->attention_png)
        return 0;
    struct picture x = batch_image(&p, 0);
    return attention_write(t.file->model, &x, o->attention_png, e);
}

COMMAND(predict, 2, 10000000);
