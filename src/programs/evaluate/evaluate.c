/* onehot evaluate: measures a trained model, overall and per class. */
#include "programs/evaluate/evaluate.h"
#include "programs/commands.h"
#include "programs/trained.h"
#include "train/calibration.h"
#include "train/evaluation.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct options {
    const char *data, *split;
    double threshold;
    bool wrong, json;
    int threads;
};

static const struct option options[] = {
    OPTION(data, TEXT, "PATH", "evaluate on another dataset with the same classes"),
    OPTION(split, TEXT, "NAME", "train, validation or test (the default)"),
    THRESHOLD_OPTION,
    OPTION(wrong, FLAG, NULL, "list the misclassified samples"),
    JSON_OPTION,
    THREADS_OPTION,
    END_OPTION,
};

struct report {
    const struct trained *trained;
    const char *split;
    bool wrong; /* whether to list the misclassified */
    struct sample_set samples;
    struct evaluation v;
    struct calibration calibration; /* of a single-label model */
    struct roc roc;                 /* of two classes; otherwise it has no points */
};

static void print_report(const struct report *r) {
    const struct trained *t = r->trained;
    const struct evaluation *v = &r->v;
    const struct model *m = t->file->model;
    const struct string_list *classes = &t->data->classes;
    printf("model     %s\n", t->file->path);
    printf("data      %s, %s: %s samples\n", t->path, r->split, terminal_count(v->count));
    printf("accuracy  %.2f %% +- %.2f (%s wrong%s)\n", 100 * evaluation_accuracy(v),
           100 * evaluation_standard_error(v), terminal_count(v->errors),
           m->multi_label ? " in at least one label" : "");
    if (m->multi_label || m->thresholded)
        printf("threshold %.4g\n", (double)m->threshold);
    printf("loss      %.4f\n", v->loss);
    if (!m->multi_label)
        printf("ECE       %.2f %%: confidence %.2f %% on average\n", 100 * r->calibration.error,
               100 * r->calibration.confidence);
    if (r->roc.points && isnan(r->roc.auc)) {
        printf("ROC AUC   none: all samples are of one class\n");
    } else if (r->roc.points) {
        const struct roc_point *best = &r->roc.points[r->roc.best];
        printf("ROC AUC   %.4f for \"%s\"\n"
               "best F1   %.2f %%, with --threshold %.9g\n",
               r->roc.auc, classes->items[1], 100 * class_counts_figures(&best->counts).f1,
               best->threshold);
    }
    class_figures_print(classes, v->class_counts, m->multi_label);
    if (v->confusion)
        confusion_print(classes, v->confusion);
    if (r->wrong)
        wrong_write(t, &r->samples, v, NULL);
}

static void write_calibration(const struct calibration *c, struct json *j) {
    json_add(j, "confidence=%g expected_calibration_error=%g bins=[", c->confidence, c->error);
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &c->bins[b];
        double accuracy = bin->count > 0 ? (double)bin->right / bin->count : NAN;
        json_add(j, "{ above=%g to=%g count=%d accuracy=%g confidence=%g }",
                 (double)b / CALIBRATION_BINS, (b + 1.0) / CALIBRATION_BINS, bin->count, accuracy,
                 bin->count > 0 ? bin->confidence : NAN);
    }
    json_add(j, "]");
}

static int print_json(const struct report *r, struct error *e) {
    struct text text = {0};
    struct json j = {.out = &text, .lines = 2};
    const struct trained *t = r->trained;
    const struct evaluation *v = &r->v;
    const struct model *m = t->file->model;
    const struct string_list *classes = &t->data->classes;
    json_add(&j,
             "{ model=%s data=%s split=%s samples=%d errors=%d accuracy=%g standard_error=%g "
             "loss=%g",
             t->file->path, t->path, r->split, v->count, v->errors, evaluation_accuracy(v),
             evaluation_standard_error(v), v->loss);
    if (m->multi_label || r->roc.points)
        json_number(&j, "threshold", (double)m->threshold);
    if (!m->multi_label)
        write_calibration(&r->calibration, &j);
    if (r->roc.points) {
        const struct roc_point *best = &r->roc.points[r->roc.best];
        json_add(&j, "positive=%s roc_auc=%g best_f1=%g best_f1_threshold=%g", classes->items[1],
                 r->roc.auc, class_counts_figures(&best->counts).f1, best->threshold);
    }
    class_figures_json(classes, v->class_counts, m->multi_label, &j);
    if (v->confusion)
        confusion_json(classes->count, v->confusion, &j);
    if (r->wrong)
        wrong_write(t, &r->samples, v, &j);
    json_add(&j, "}");
    return command_print(&text, e);
}

static int evaluate(struct trained *t, const struct options *o, struct error *e) {
    static const char *const splits[] = {"train", "validation", "test"};
    int which = 0; /* enum model_file_split */
    struct report r = {.trained = t, .split = o->split ? o->split : "test", .wrong = o->wrong};
    while (which < 3 && strcmp(r.split, splits[which]) != 0)
        which++;
    if (which == 3)
        return error_input(
            e, "onehot evaluate: --split must be train, validation or test, got \"%s\"", r.split);
    if (model_file_samples(t->file, t->data, t->path, (enum model_file_split)which, &t->arena,
                           &r.samples, e) != 0 ||
        evaluation_run_all(&r.v, t->file->model, &r.samples, t->pool, &t->arena, e) != 0 ||
        roc_measure(&r.roc, &r.v, &r.samples, &t->arena, e) != 0)
        return -1;
    if (!t->file->model->multi_label)
        calibration_measure(&r.calibration, r.v.predictions, r.v.count);
    if (o->json)
        return print_json(&r, e);
    print_report(&r);
    return 0;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
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
