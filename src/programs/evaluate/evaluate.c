/* onehot evaluate: measures a trained model, overall and per class. */
#include "programs/commands.h"
#include "programs/evaluate/per_class.h"
#include "programs/trained.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct option options[] = {
    OPTION(data, TEXT, "PATH", "evaluate on another dataset with the same classes"),
    OPTION(split, TEXT, "NAME", "train, validation or test (the default)"),
    THRESHOLD_OPTION,
    OPTION(wrong, FLAG, NULL, "list the misclassified samples"),
    JSON_OPTION,
    THREADS_OPTION,
};

/* ---- misclassified samples ---- */

/* Prints the actual or the predicted class, or a multi-label model's labels, as a column. */
static void print_classes(const struct figures *f, bool predicted) {
    struct text list = {0};
    evaluation_names(f->model, &f->data->classes, predicted, &list);
    terminal_text(list.data ? list.data : "", 12);
    printf("  ");
    text_free(&list);
}

/* Prints sample i, which figures_look has evaluated. */
static void print_wrong(const struct figures *f, int i) {
    const struct prediction *p = &f->v.predictions[i];
    struct text where = {0};
    if (f->model->multi_label)
        printf("%11.4f  ", (double)p->loss);
    else
        printf("%9.2f %%  ", 100 * (double)p->confidence);
    print_classes(f, false);
    print_classes(f, true);
    dataset_origin(f->data, f->samples.split, f->samples.order[i], &where);
    printf("%s\n", where.data ? where.data : "");
    text_free(&where);
}

/* Lists the misclassified samples as text or, with `j`, as "wrong" in the open object. */
static void list_wrong(const struct figures *f, struct json *j) {
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
            print_wrong(f, i);
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
    printf("model     %s\n", t->file->path);
    printf("data      %s, %s: %s samples\n", t->path, f->split, terminal_count(v->count));
    printf("accuracy  %.2f %% +- %.2f (%s wrong%s)\n", 100 * evaluation_accuracy(v),
           100 * evaluation_standard_error(v), terminal_count(v->errors),
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
    int which = 0;
    struct text text = {0};
    struct json j = {.out = &text, .lines = 2};
    struct figures f = {
        .model = t->file->model, .data = t->data, .split = o->split ? o->split : "test"};
    while (which < SPLITS && strcmp(f.split, dataset_splits[which]) != 0)
        which++;
    if (which == SPLITS)
        return error_input(
            e, "onehot evaluate: --split must be train, validation or test, got \"%s\"", f.split);
    if (model_file_samples(t->file, t->data, t->path, which, &t->arena, &f.samples, e) != 0 ||
        figures_measure(&f, t->pool, &t->arena, e) != 0)
        return -1;
    if (o->json) {
        json_add(&j, "{ model=%s data=%s", t->file->path, t->path);
        figures_write(&f, DATASET_MAX_CLASSES, &j);
    } else {
        print_overall(t, &f);
        per_class_print(&f);
    }
    if (o->wrong)
        list_wrong(&f, o->json ? &j : NULL);
    if (o->json)
        json_close(&j, '}');
    return command_print(&text, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    struct trained t;
    int result = -1;
    if (trained_open(&t, arguments[0], o->threads, e) == 0 &&
        trained_set_threshold(&evaluate_command, o->threshold, t.file, e) == 0 &&
        trained_read(&t, o->data, e) == 0)
        result = evaluate(&t, o, e);
    if (result == 0 && !o->data && !trained_on(&t))
        fprintf(stderr, "note: %s has changed since this model was trained on it\n", t.path);
    trained_close(&t);
    return result;
}

COMMAND(evaluate, 1, 1);
