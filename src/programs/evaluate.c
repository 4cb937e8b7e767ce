/* onehot evaluate: measures a trained model, overall and per class. */
#include "programs/commands.h"
#include "programs/trained.h"
#include "report/figures.h"
#include "report/ranked.h"
#include "ui/terminal.h"

static const struct option options[] = {
    OPTION(data, TEXT, "PATH", "evaluate on another dataset with the same classes"),
    OPTION(split, TEXT, "NAME", "train, validation or test (the default)"),
    THRESHOLD_OPTION,
    OPTION(wrong, FLAG, NULL, "list the misclassified samples"),
    JSON_OPTION,
    THREADS_OPTION,
};

/* ---- per class ---- */

static void print_row(const char *name, struct class_figures f, long long samples) {
    const double x[] = {f.precision, f.recall, f.f1};
    terminal_text(name, 11);
    printf("  ");
    for (int i = 0; i < 3; i++)
        if (isnan(x[i]))
            printf("%9s", "-");
        else
            printf("%7.2f %%", 100 * x[i]);
    printf("%10s\n", text_count(samples));
}

/* ---- the confusion matrix ---- */

static void print_matrix(const struct string_list *names, const int *confusion, int cell) {
    int classes = names->count;
    printf("\nconfusion matrix (rows: actual, columns: predicted)\n%*s", cell, "");
    for (int c = 0; c < classes; c++)
        terminal_text(names->items[c], -cell);
    for (int c = 0; c < classes; c++) {
        printf("\n");
        terminal_text(names->items[c], cell);
        for (int k = 0; k < classes; k++)
            printf("%*d", cell, confusion[c * classes + k]);
    }
    printf("\n");
}

/* The ten largest entries off the diagonal; ties are in the matrix's order. */
static void print_mistakes(const struct string_list *names, const int *confusion) {
    enum { MAX = 10 };
    struct ranked most[MAX];
    int classes = names->count, n = 0;
    for (int i = 0; i < classes * classes; i++)
        if (i / classes != i % classes && confusion[i] > 0)
            n = ranked_add(most, n, MAX, (struct ranked){i, confusion[i]});
    printf("\nmost frequent mistakes\n");
    for (int k = 0; k < n; k++)
        printf("%6d x  %s predicted as %s\n", confusion[most[k].index],
               names->items[most[k].index / classes], names->items[most[k].index % classes]);
}

/* The width of a cell: room for each class's name and each number, at least 4, and a blank. */
static int cell_width(const struct string_list *names, const int *confusion) {
    int width = 4;
    for (int i = 0; i < names->count * names->count; i++) {
        int digits = snprintf(NULL, 0, "%d", confusion[i]);
        int name = terminal_length(names->items[i % names->count]);
        width = digits > width ? digits : width;
        width = name > width ? name : width;
    }
    return width + 1;
}

/* A line per class, then the means over the classes, and, unless multi-label, the confusion matrix,
 * or the most frequent mistakes if it is wider than the terminal. */
static void print_classes(const struct figures *f) {
    const struct string_list *names = &f->data->classes;
    const int *confusion = f->v.confusion;
    bool multi_label = f->model->multi_label;
    struct class_figures means[MEANS];
    long long samples = figures_means(f, means);
    printf("\n%s        precision   recall       F1     count\n", multi_label ? "label" : "class");
    for (int c = 0; c < names->count; c++)
        print_row(names->items[c], class_counts_figures(&f->v.class_counts[c]),
                  f->v.class_counts[c].samples);
    printf("\n");
    for (int i = multi_label ? MICRO : MACRO; i < MEANS; i++)
        print_row(figures_means_names[i], means[i], samples);
    if (!confusion)
        return;
    int cell = cell_width(names, confusion);
    if ((long long)cell * (names->count + 1) <= terminal_width())
        print_matrix(names, confusion, cell);
    else
        print_mistakes(names, confusion);
}

/* ---- misclassified samples ---- */

/* Prints the actual or the predicted class, or a multi-label model's labels, as a column. Here and
 * below, `t` fails if memory runs out. */
static void print_names(const struct figures *f, bool predicted, struct text *t) {
    const struct model *m = f->model;
    struct text list = {0};
    for (int c = 0; c < f->data->classes.count; c++)
        if (predicted ? model_predicts(m, 0, c) : model_labelled(m, 0, c))
            text_printf(&list, "%s%s", list.size > 0 ? ", " : "", f->data->classes.items[c]);
    terminal_text(list.data ? list.data : "nothing", 12);
    printf("  ");
    text_done(&list, t);
}

/* Prints sample i, which figures_look has evaluated, and where it is from. */
static void print_wrong(const struct figures *f, int i, struct text *t) {
    const struct prediction *p = &f->v.predictions[i];
    const struct split *s = f->samples.split;
    int sample = f->samples.order[i];
    if (f->model->multi_label)
        printf("%11.4f  ", (double)p->loss);
    else
        printf("%9.2f %%  ", 100 * (double)p->confidence);
    print_names(f, false, t);
    print_names(f, true, t);
    if (s->files && s->files[sample])
        printf("%s\n", text_shown(s->files[sample]));
    else if (s->table)
        printf("%s:%d\n", text_shown(s->table), s->lines[sample]);
    else
        printf("%s sample %d\n", dataset_splits[s - f->data->split], sample);
}

/* Lists the misclassified samples as text or, with `j`, as "wrong" in the open object. */
static void list_wrong(const struct figures *f, struct json *j, struct text *t) {
    if (j)
        json_open(j, "wrong", '[');
    else
        printf("\nmisclassified, in the order of the data\n"
               "%11s  actual        predicted     sample\n",
               f->model->multi_label ? "loss" : "probability");
    for (int i = 0; i < f->v.count; i++) {
        if (!f->v.predictions[i].wrong)
            continue;
        figures_look(f, i);
        if (!j) {
            print_wrong(f, i, t);
            continue;
        }
        figures_write_sample(f, i, j);
        json_close(j, '}');
    }
    if (j)
        json_close(j, ']');
}

/* ---- the whole output ---- */

static void print_overall(const struct trained *t, const struct figures *f) {
    const struct evaluation *v = &f->v;
    const struct model *m = f->model;
    printf("model     %s\n", text_shown(t->file->path));
    printf("data      %s, %s: %s samples\n", text_shown(t->path), f->split, text_count(v->count));
    printf("accuracy  %.2f %% +- %.2f (%s wrong%s)\n", 100 * evaluation_accuracy(v),
           100 * evaluation_standard_error(v), text_count(v->errors),
           m->multi_label ? " in at least one label" : "");
    if (m->multi_label || m->thresholded)
        printf("threshold %.4g\n", (double)m->threshold);
    printf("loss      %.4f\n", v->loss);
    if (!m->multi_label)
        printf("ECE       %.2f %%: confidence %.2f %% on average\n", 100 * f->calibration.error,
               100 * f->calibration.confidence);
    if (f->best && isnan(f->roc.auc))
        printf("ROC AUC   none: all samples are of one class\n");
    else if (f->best)
        printf("ROC AUC   %.4f for \"%s\"\nbest F1   %.2f %%, with --threshold %.9g\n", f->roc.auc,
               f->data->classes.items[1], 100 * class_counts_figures(&f->best->counts).f1,
               f->best->threshold);
}

static int evaluate(struct trained *t, const struct options *o, struct error *e) {
    int which = o->split ? dataset_split_of(o->split, "") : TEST;
    struct text text = {0};
    struct json j = {.out = &text, .lines = 2};
    if (which < 0)
        return error_input(
            e, "onehot evaluate: --split must be train, validation or test, got \"%s\"", o->split);
    struct figures f = {.model = t->file->model, .data = t->data, .split = dataset_splits[which]};
    if (model_file_samples(t->file, t->data, t->path, which, &t->arena, &f.samples, e) != 0 ||
        figures_measure(&f, t->pool, &t->arena, e) != 0)
        return -1;
    if (o->json) {
        json_add(&j, "{ model=%s data=%s", t->file->path, t->path);
        figures_write(&f, DATASET_MAX_CLASSES, &j);
    } else {
        print_overall(t, &f);
        print_classes(&f);
    }
    if (o->wrong)
        list_wrong(&f, o->json ? &j : NULL, &text);
    if (o->json)
        json_close(&j, '}');
    return command_print(&text, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(trained) t = {0};
    if (trained_open(&t, arguments[0], o->threads, e) != 0 ||
        trained_set_threshold(&evaluate_command, o->threshold, t.file, e) != 0 ||
        trained_read(&t, o->data, e) != 0 || evaluate(&t, o, e) != 0)
        return -1;
    if (!o->data && !trained_on(&t))
        fprintf(stderr, "note: %s has changed since this model was trained on it\n",
                text_shown(t.path));
    return 0;
}

COMMAND(evaluate, 1, 1);
