/* onehot evaluate: measures a trained model, overall and per class. */
#include "programs/commands.h"
#include "programs/evaluate/class_figures.h"
#include "programs/evaluate/confusion.h"
#include "programs/evaluate/wrong.h"
#include "programs/trained.h"
#include "train/calibration.h"
#include "train/roc.h"
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
    const struct model_file *model;
    const char *data, *split;
    bool multi_label;
    struct evaluation v;
    struct calibration calibration; /* of a single-label model */
    struct roc roc;                 /* of two classes; otherwise it has no points */
    struct wrong *wrong;            /* to list, or NULL */
};

static void print_two_classes(const struct report *r) {
    const char *positive = r->model->dataset.classes.items[1];
    struct class_counts counts = roc_counts(&r->roc, r->roc.best);
    if (isnan(r->roc.auc))
        printf("ROC AUC   none: all samples are of one class\n");
    else
        printf("ROC AUC   %.4f for \"%s\"\n"
               "best F1   %.2f %% for \"%s\", with --threshold %.9g\n",
               r->roc.auc, positive, 100 * class_counts_f1(&counts), positive,
               r->roc.points[r->roc.best].threshold);
}

static int print_report(const struct report *r, struct error *e) {
    const struct evaluation *v = &r->v;
    const struct string_list *classes = &r->model->dataset.classes;
    printf("model     %s\n", r->model->path);
    printf("data      %s, %s: %s samples\n", r->data, r->split, terminal_count(v->count));
    printf("accuracy  %.2f %% +- %.2f (%s wrong%s)\n", 100 * evaluation_accuracy(v),
           100 * evaluation_standard_error(v), terminal_count(v->errors),
           r->multi_label ? " in at least one label" : "");
    if (r->multi_label)
        printf("threshold %.4g\n", (double)r->model->model->threshold);
    else if (r->model->model->thresholded)
        printf("threshold %.4g, for \"%s\"\n", (double)r->model->model->threshold,
               classes->items[1]);
    printf("loss      %.4f\n", v->loss);
    if (!r->multi_label)
        printf("ECE       %.2f %%: confidence %.2f %% on average\n", 100 * r->calibration.error,
               100 * r->calibration.confidence);
    if (r->roc.points)
        print_two_classes(r);
    class_figures_print(classes, v->class_counts, r->multi_label);
    if (!r->multi_label)
        confusion_print(classes, v->confusion);
    return r->wrong ? wrong_print(r->wrong, e) : 0;
}

static void write_calibration(const struct calibration *c, struct json *j) {
    json_number(j, "confidence", c->confidence);
    json_number(j, "expected_calibration_error", c->error);
    json_open(j, "bins", '[');
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &c->bins[b];
        json_open(j, NULL, '{');
        json_number(j, "above", (double)b / CALIBRATION_BINS);
        json_number(j, "to", (b + 1.0) / CALIBRATION_BINS);
        json_int(j, "count", bin->count);
        json_number(j, "accuracy", bin->count > 0 ? (double)bin->right / bin->count : NAN);
        json_number(j, "confidence", bin->count > 0 ? bin->confidence : NAN);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void write_two_classes(const struct report *r, struct json *j) {
    const struct model *m = r->model->model;
    struct class_counts counts = roc_counts(&r->roc, r->roc.best);
    json_string(j, "positive", r->model->dataset.classes.items[1]);
    json_number(j, "threshold", m->thresholded ? (double)m->threshold : 0.5);
    json_number(j, "roc_auc", r->roc.auc);
    json_number(j, "best_f1", class_counts_f1(&counts));
    json_number(j, "best_f1_threshold", r->roc.points[r->roc.best].threshold);
}

static int print_json(const struct report *r, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    const struct evaluation *v = &r->v;
    const struct string_list *classes = &r->model->dataset.classes;
    json_open(&j, NULL, '{');
    json_string(&j, "model", r->model->path);
    json_string(&j, "data", r->data);
    json_string(&j, "split", r->split);
    json_int(&j, "samples", v->count);
    json_int(&j, "errors", v->errors);
    json_number(&j, "accuracy", evaluation_accuracy(v));
    json_number(&j, "standard_error", evaluation_standard_error(v));
    json_number(&j, "loss", v->loss);
    if (r->multi_label)
        json_number(&j, "threshold", (double)r->model->model->threshold);
    else
        write_calibration(&r->calibration, &j);
    if (r->roc.points)
        write_two_classes(r, &j);
    class_figures_json(classes, v->class_counts, r->multi_label, &j);
    if (!r->multi_label)
        confusion_json(classes->count, v->confusion, &j);
    if (r->wrong)
        wrong_json(r->wrong, &j);
    json_close(&j, '}');
    return command_print(&t, e);
}

static int evaluate(struct trained *t, const struct options *o, struct error *e) {
    static const char *const splits[] = {"train", "validation", "test"};
    int which = 0; /* enum model_file_split */
    const char *split = o->split ? o->split : "test";
    struct sample_set samples;
    struct report r = {.model = t->file,
                       .data = t->path,
                       .split = split,
                       .multi_label = t->file->model->multi_label};
    size_t n = (size_t)t->data->classes.count;
    while (which < 3 && strcmp(split, splits[which]) != 0)
        which++;
    if (which == 3)
        return error_input(
            e, "onehot evaluate: --split must be train, validation or test, got \"%s\"", split);
    if (model_file_samples(t->file, t->data, t->path, (enum model_file_split)which, &t->arena,
                           &samples, e) != 0)
        return -1;
    r.v.class_counts = arena_alloc(&t->arena, n, sizeof *r.v.class_counts);
    r.v.confusion = r.multi_label ? NULL : arena_alloc(&t->arena, n * n, sizeof *r.v.confusion);
    r.v.predictions = arena_alloc(&t->arena, (size_t)samples.count, sizeof *r.v.predictions);
    bool two = n == 2 && !r.multi_label, probabilities = two || (r.multi_label && o->wrong);
    if (probabilities)
        r.v.probabilities = arena_alloc(&t->arena, (size_t)samples.count, n * sizeof(real));
    if (!r.v.class_counts || (!r.v.confusion && !r.multi_label) || !r.v.predictions ||
        (!r.v.probabilities && probabilities))
        return error_memory(e, "the evaluation");
    evaluation_run(&r.v, t->file->model, &samples, t->pool);
    if (!r.multi_label)
        calibration_measure(&r.calibration, r.v.predictions, samples.count);
    if (two && roc_measure(&r.roc, &r.v, &samples, &t->arena, e) != 0)
        return -1;
    struct wrong wrong = {t->data, &samples, t->file->model, &r.v};
    r.wrong = o->wrong ? &wrong : NULL;
    return o->json ? print_json(&r, e) : print_report(&r, e);
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

const struct command evaluate_command = {
    COMMAND(evaluate, 1, 1),
    .summary = "evaluate a trained model: accuracy, per class, confusion matrix",
    .arguments = "RUN_OR_MODEL [--data PATH] [--split NAME] [--threshold P] [--wrong] [--json] "
                 "[--threads N]",
};
