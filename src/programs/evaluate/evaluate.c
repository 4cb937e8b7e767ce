/* onehot evaluate: measures a trained model, overall and per class. */
#include "programs/commands.h"
#include "programs/evaluate/per_class.h"
#include "programs/trained.h"
#include "train/calibration.h"
#include "train/evaluation.h"
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

struct report {
    const struct trained *trained;
    const char *split;
    struct sample_set samples;
    struct evaluation v;
    struct calibration calibration; /* of a single-label model */
    struct roc roc;
    const struct roc_point *best; /* for two classes: the highest F1; otherwise NULL */
};

/* ---- misclassified samples ---- */

/* Prints the actual or the predicted class, or a multi-label model's labels, as a column. */
static void print_classes(const struct trained *t, bool predicted) {
    struct text list = {0};
    evaluation_names(t->file->model, &t->data->classes, predicted, &list);
    terminal_text(list.data ? list.data : "", 12);
    printf("  ");
    text_free(&list);
}

/* Prints one sample. */
static void print_wrong(const struct trained *t, const struct split *s, int sample,
                        const struct prediction *p) {
    struct text where = {0};
    if (t->file->model->multi_label)
        printf("%11.4f  ", (double)p->loss);
    else
        printf("%9.2f %%  ", 100 * (double)p->confidence);
    print_classes(t, false);
    print_classes(t, true);
    dataset_origin(t->data, s, sample, &where);
    printf("%s\n", where.data ? where.data : "");
    text_free(&where);
}

/* Lists the misclassified samples as text or, with `j`, as "wrong" in the open object. */
static void list_wrong(const struct report *r, struct json *j) {
    const struct trained *t = r->trained;
    const struct model *m = t->file->model;
    const struct split *s = r->samples.split;
    if (j)
        json_open(j, "wrong", '[');
    else
        printf("\nmisclassified, in the order of the data\n"
               "%11s  actual        predicted     sample\n",
               m->multi_label ? "loss" : "probability");
    for (int i = 0; i < r->v.count; i++) {
        const struct prediction *p = &r->v.predictions[i];
        int sample = r->samples.order[i];
        const char *file = s->files ? s->files[sample] : s->table;
        struct sample_set one = {s, r->samples.scaling, 1, &sample};
        struct evaluation again = {0}; /* for the predicted labels, which stay in the model */
        if (!p->wrong)
            continue;
        evaluation_run(&again, t->file->model, &one, NULL);
        if (!j) {
            print_wrong(t, s, sample, p);
            continue;
        }
        json_add(j, "{ index=%d", sample);
        if (file)
            json_string(j, "file", file);
        if (s->table)
            json_int(j, "line", s->lines[sample]);
        trained_write_classes(m, 0, &t->data->classes, "actual", j);
        trained_write_classes(m, 0, &t->data->classes, "predicted", j);
        if (!m->multi_label)
            json_number(j, "probability", (double)p->confidence);
        json_add(j, "loss=%g }", (double)p->loss);
    }
    if (j)
        json_close(j, ']');
}

/* ---- the whole output ---- */

static void print_overall(const struct report *r) {
    const struct evaluation *v = &r->v;
    const struct model *m = r->trained->file->model;
    printf("model     %s\n", r->trained->file->path);
    printf("data      %s, %s: %s samples\n", r->trained->path, r->split, terminal_count(v->count));
    printf("accuracy  %.2f %% +- %.2f (%s wrong%s)\n", 100 * evaluation_accuracy(v),
           100 * evaluation_standard_error(v), terminal_count(v->errors),
           m->multi_label ? " in at least one label" : "");
    if (m->multi_label || m->thresholded)
        printf("threshold %.4g\n", (double)m->threshold);
    printf("loss      %.4f\n", v->loss);
    if (!m->multi_label)
        printf("ECE       %.2f %%: confidence %.2f %% on average\n", 100 * r->calibration.error,
               100 * r->calibration.confidence);
    if (r->best && isnan(r->roc.auc))
        printf("ROC AUC   none: all samples are of one class\n");
    else if (r->best)
        printf("ROC AUC   %.4f for \"%s\"\nbest F1   %.2f %%, with --threshold %.9g\n", r->roc.auc,
               r->trained->data->classes.items[1], 100 * class_counts_figures(&r->best->counts).f1,
               r->best->threshold);
}

static void write_overall(const struct report *r, struct json *j) {
    const struct evaluation *v = &r->v;
    const struct model *m = r->trained->file->model;
    const struct calibration *c = &r->calibration;
    json_add(j,
             "model=%s data=%s split=%s samples=%d errors=%d accuracy=%g standard_error=%g loss=%g",
             r->trained->file->path, r->trained->path, r->split, v->count, v->errors,
             evaluation_accuracy(v), evaluation_standard_error(v), v->loss);
    if (m->multi_label || r->best)
        json_number(j, "threshold", (double)m->threshold);
    if (!m->multi_label)
        json_add(j, "confidence=%g expected_calibration_error=%g bins=[", c->confidence, c->error);
    for (int b = 0; b < CALIBRATION_BINS && !m->multi_label; b++) {
        const struct calibration_bin *bin = &c->bins[b];
        double accuracy = bin->count > 0 ? (double)bin->right / bin->count : NAN;
        json_add(j, "{ above=%g to=%g count=%d accuracy=%g confidence=%g }",
                 (double)b / CALIBRATION_BINS, (b + 1.0) / CALIBRATION_BINS, bin->count, accuracy,
                 bin->count > 0 ? bin->confidence : NAN);
    }
    if (!m->multi_label)
        json_add(j, "]");
    if (r->best)
        json_add(j, "positive=%s roc_auc=%g best_f1=%g best_f1_threshold=%g",
                 r->trained->data->classes.items[1], r->roc.auc,
                 class_counts_figures(&r->best->counts).f1, r->best->threshold);
}

static int evaluate(struct trained *t, const struct options *o, struct error *e) {
    int which = 0;
    struct text text = {0};
    struct json json = {.out = &text, .lines = 2}, *j = o->json ? &json : NULL;
    struct report r = {.trained = t, .split = o->split ? o->split : "test"};
    while (which < SPLITS && strcmp(r.split, dataset_splits[which]) != 0)
        which++;
    if (which == SPLITS)
        return error_input(
            e, "onehot evaluate: --split must be train, validation or test, got \"%s\"", r.split);
    if (model_file_samples(t->file, t->data, t->path, which, &t->arena, &r.samples, e) != 0 ||
        evaluation_run_all(&r.v, t->file->model, &r.samples, t->pool, &t->arena, e) != 0 ||
        roc_measure(&r.roc, &r.v, &r.samples, &t->arena, e) != 0)
        return -1;
    bool multi_label = t->file->model->multi_label;
    r.best = r.roc.points ? &r.roc.points[r.roc.best] : NULL;
    if (!multi_label)
        calibration_measure(&r.calibration, r.v.predictions, r.v.count);
    if (j) {
        json_add(j, "{");
        write_overall(&r, j);
    } else {
        print_overall(&r);
    }
    per_class_figures(&t->data->classes, r.v.class_counts, multi_label, j);
    if (r.v.confusion)
        per_class_confusion(&t->data->classes, r.v.confusion, j);
    if (o->wrong)
        list_wrong(&r, j);
    if (j)
        json_add(j, "}");
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
