/* onehot evaluate: how well a trained model does, in whole and class by class. */
#include "data/formats.h"
#include "programs/threshold.h"
#include "train/calibration.h"
#include "ui/command.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command evaluate_command;

enum { ROWS = 256 };

struct report {
    const struct model_file *saved;
    const char *data, *split;
    struct evaluation v;
    struct calibration calibration; /* of one label a sample */
    int classes;
};

/* Over all classes, of several labels a sample: of all their counts, and the mean of theirs, to
 * which what is of nothing counts 0. */
struct means {
    struct class_counts micro;
    double precision, recall, f1;
};

static struct means means(const struct report *r) {
    struct means m = {0};
    for (int c = 0; c < r->classes; c++) {
        const struct class_counts *t = &r->v.class_counts[c];
        m.micro.samples += t->samples;
        m.micro.predicted += t->predicted;
        m.micro.true_positives += t->true_positives;
        m.precision += fmax(class_counts_precision(t), 0) / r->classes; /* fmax passes over a NaN */
        m.recall += fmax(class_counts_recall(t), 0) / r->classes;
        m.f1 += fmax(class_counts_f1(t), 0) / r->classes;
    }
    return m;
}

static void print_percent(double x) {
    if (isnan(x))
        printf("  %9s", "-");
    else
        printf("  %7.2f %%", 100 * x);
}

static void print_classes(const struct report *r) {
    printf("\nclass        precision     recall      count\n");
    for (int c = 0; c < r->classes; c++) {
        terminal_text(r->saved->dataset.classes.items[c], 11);
        print_percent(class_counts_precision(&r->v.class_counts[c]));
        print_percent(class_counts_recall(&r->v.class_counts[c]));
        printf("  %9s\n", terminal_count(r->v.class_counts[c].samples));
    }
}

static void print_label(const char *name, double precision, double recall, double f1,
                        long long count) {
    terminal_text(name, 11);
    print_percent(precision);
    print_percent(recall);
    print_percent(f1);
    printf("  %9s\n", terminal_count(count));
}

static void print_labels(const struct report *r) {
    struct means m = means(r);
    printf("\nlabel        precision     recall         F1      count\n");
    for (int c = 0; c < r->classes; c++) {
        const struct class_counts *t = &r->v.class_counts[c];
        print_label(r->saved->dataset.classes.items[c], class_counts_precision(t),
                    class_counts_recall(t), class_counts_f1(t), t->samples);
    }
    printf("\n");
    print_label("all, micro", class_counts_precision(&m.micro), class_counts_recall(&m.micro),
                class_counts_f1(&m.micro), m.micro.samples);
    print_label("all, macro", m.precision, m.recall, m.f1, m.micro.samples);
}

static void print_matrix(const struct report *r, int cell) {
    char *const *names = (char *const *)r->saved->dataset.classes.items;
    printf("\nconfusion: a row a class, a column a prediction\n%*s", cell, "");
    for (int c = 0; c < r->classes; c++)
        terminal_text(names[c], -cell);
    for (int c = 0; c < r->classes; c++) {
        printf("\n");
        terminal_text(names[c], cell);
        for (int k = 0; k < r->classes; k++)
            printf("%*d", cell, r->v.confusion[c * r->classes + k]);
    }
    printf("\n");
}

/* Where the matrix is too wide to read: its ten largest entries off the diagonal. */
static void print_mistakes(const struct report *r) {
    char *const *names = (char *const *)r->saved->dataset.classes.items;
    printf("\nmost frequent mistakes\n");
    int above = -1, last = -1; /* the entry that was printed last: its count and place */
    for (int line = 0; line < 10; line++) {
        int best = 0, at = -1;
        for (int i = 0; i < r->classes * r->classes; i++) {
            int n = r->v.confusion[i];
            bool later = above < 0 || n < above || (n == above && i > last);
            if (i / r->classes != i % r->classes && later && n > best) {
                best = n;
                at = i;
            }
        }
        if (at < 0)
            break;
        printf("%6d x  %s taken for %s\n", best, names[at / r->classes], names[at % r->classes]);
        above = best;
        last = at;
    }
}

static void print_confusion(const struct report *r) {
    long long most = 0;
    for (int c = 0; c < r->classes; c++)
        most = r->v.class_counts[c].samples > most ? r->v.class_counts[c].samples : most;
    int digits = snprintf(NULL, 0, "%lld", most);
    int cell = digits + 1 > 5 ? digits + 1 : 5;
    for (int c = 0; c < r->classes; c++) {
        int length = terminal_length(r->saved->dataset.classes.items[c]);
        cell = length + 1 > cell ? length + 1 : cell;
    }
    if ((long long)cell * (r->classes + 1) <= terminal_width())
        print_matrix(r, cell);
    else
        print_mistakes(r);
}

static void print_report(const struct report *r) {
    const struct evaluation *v = &r->v;
    bool multi_label = r->saved->model->multi_label;
    printf("model     %s\n", r->saved->path);
    printf("data      %s, %s: %s samples\n", r->data, r->split, terminal_count(v->count));
    printf("accuracy  %.2f %% +- %.2f (%s wrong%s)\n", 100 * evaluation_accuracy(v),
           100 * evaluation_standard_error(v), terminal_count(v->errors),
           multi_label ? " in at least one label" : "");
    if (multi_label)
        printf("threshold %.4g\n", (double)r->saved->model->threshold);
    printf("loss      %.4f\n", v->loss);
    if (multi_label) {
        print_labels(r);
        return;
    }
    printf("ECE       %.2f %%: confidence %.2f %% on average\n", 100 * r->calibration.error,
           100 * r->calibration.confidence);
    print_classes(r);
    print_confusion(r);
}

static void json_calibration(const struct calibration *c, struct json *j) {
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

static void json_classes(const struct report *r, struct json *j) {
    json_open(j, "classes", '[');
    for (int c = 0; c < r->classes; c++) {
        const struct class_counts *t = &r->v.class_counts[c];
        json_open(j, NULL, '{');
        json_string(j, "name", r->saved->dataset.classes.items[c]);
        json_number(j, "precision", class_counts_precision(t));
        json_number(j, "recall", class_counts_recall(t));
        json_number(j, "f1", class_counts_f1(t));
        json_int(j, "count", t->samples);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void json_mean(const char *name, double precision, double recall, double f1,
                      struct json *j) {
    json_open(j, name, '{');
    json_number(j, "precision", precision);
    json_number(j, "recall", recall);
    json_number(j, "f1", f1);
    json_close(j, '}');
}

static void json_labels(const struct report *r, struct json *j) {
    struct means m = means(r);
    json_number(j, "threshold", (double)r->saved->model->threshold);
    json_classes(r, j);
    json_mean("micro", class_counts_precision(&m.micro), class_counts_recall(&m.micro),
              class_counts_f1(&m.micro), j);
    json_mean("macro", m.precision, m.recall, m.f1, j);
}

static void json_confusion(const struct report *r, struct json *j) {
    json_open(j, "confusion", '[');
    for (int c = 0; c < r->classes; c++) {
        json_open(j, NULL, '[');
        for (int k = 0; k < r->classes; k++)
            json_int(j, NULL, r->v.confusion[c * r->classes + k]);
        json_close(j, ']');
    }
    json_close(j, ']');
}

static int print_json(const struct report *r, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    const struct evaluation *v = &r->v;
    json_open(&j, NULL, '{');
    json_string(&j, "model", r->saved->path);
    json_string(&j, "data", r->data);
    json_string(&j, "split", r->split);
    json_int(&j, "samples", v->count);
    json_int(&j, "errors", v->errors);
    json_number(&j, "accuracy", evaluation_accuracy(v));
    json_number(&j, "standard_error", evaluation_standard_error(v));
    json_number(&j, "loss", v->loss);
    if (r->saved->model->multi_label) {
        json_labels(r, &j);
    } else {
        json_calibration(&r->calibration, &j);
        json_classes(r, &j);
        json_confusion(r, &j);
    }
    json_close(&j, '}');
    return command_print(&t, e);
}

/* The split of that name, or -1. */
static int split_named(const char *name) {
    static const char *const names[] = {"train", "validation", "test"}; /* enum saved_split */
    for (int i = 0; i < 3; i++)
        if (strcmp(name, names[i]) == 0)
            return i;
    return -1;
}

static int evaluate(const struct model_file *s, const struct dataset *d, const char *data,
                    const char *split, bool as_json, struct thread_pool *pool, struct error *e) {
    struct arena a = {0};
    struct sample_set samples;
    struct report r = {.saved = s, .data = data, .split = split, .classes = d->classes.count};
    size_t n = (size_t)r.classes;
    int which = split_named(split);
    int result =
        which < 0 ? error_input(e,
                                "onehot evaluate: --split is train, validation or test, not "
                                "\"%s\"",
                                split)
                  : model_file_samples(s, d, data, (enum model_file_split)which, &a, &samples, e);
    bool multi_label = s->model->multi_label;
    if (result == 0) {
        r.v.class_counts = arena_alloc(&a, n, sizeof *r.v.class_counts);
        r.v.confusion = multi_label ? NULL : arena_alloc(&a, n * n, sizeof *r.v.confusion);
        r.v.predictions = arena_alloc(&a, (size_t)samples.count, sizeof *r.v.predictions);
        if (!r.v.class_counts || (!r.v.confusion && !multi_label) || !r.v.predictions)
            result = error_memory(e, "the evaluation");
    }
    if (result == 0) {
        evaluation_run(&r.v, s->model, &samples, pool);
        if (!multi_label)
            calibration_measure(&r.calibration, r.v.predictions, samples.count);
        if (as_json)
            result = print_json(&r, e);
        else
            print_report(&r);
    }
    arena_free(&a);
    return result;
}

static int run(int argc, char **argv, struct error *e) {
    bool as_json = false;
    const char *data = NULL, *split = "test", *threshold = NULL, *text = NULL;
    int threads;
    struct option options[] = {
        {.name = "data",
         .value = &data,
         .metavar = "PATH",
         .help = "another dataset of the same classes"},
        {.name = "split",
         .value = &split,
         .metavar = "NAME",
         .help = "train, validation or test (the default)"},
        THRESHOLD_OPTION(threshold),
        {.name = "json", .flag = &as_json, .help = "the result for programs"},
        COMMAND_THREADS(text),
        {0}};
    int count = command_options(&evaluate_command, options, argc, argv, 1, 1, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (command_threads(&evaluate_command, text, &threads, e) != 0)
        return -1;

    struct dataset *d = NULL;
    int result = -1;
    struct thread_pool *pool = thread_pool_new(threads, e);
    struct model_file *s = pool ? model_file_read(argv[1], ROWS, e) : NULL;
    if (s && threshold_set(&evaluate_command, threshold, s, e) == 0) {
        struct data_options from = s->config.data;
        from.path = data ? data : from.path;
        const char *path = from.path;
        d = formats_read(&from, pool, e);
        if (d && model_file_check_dataset(s, d, path, e) == 0)
            result = evaluate(s, d, path, split, as_json, pool, e);
        if (result == 0 && !data && strcmp(d->digest, s->dataset.digest) != 0)
            fprintf(stderr, "note: %s has changed since this model was trained on it\n", path);
    }
    dataset_free(d);
    model_file_free(s);
    thread_pool_free(pool);
    return result;
}

const struct command evaluate_command = {
    .name = "evaluate",
    .summary = "measure a trained model: accuracy, classes, confusion",
    .arguments = "RUN_OR_MODEL [--data PATH] [--split NAME] [--threshold P] [--threads N] [--json]",
    .help =
        "RUN_OR_MODEL is a run directory or a .safetensors file of onehot's. +- is the\n"
        "standard error of the accuracy, sqrt(p (1 - p) / n). Precision: how many of the\n"
        "predictions of a class are right. Recall: how many of a class were found.\n"
        "ECE: the expected calibration error, how far the confidence (the probability of the\n"
        "class that is predicted) is from the accuracy, in 15 bins of confidence. 0: the\n"
        "probabilities can be taken at their word.\n"
        "Of a model for several labels a sample, each label whose probability reaches the\n"
        "threshold is named; a sample is right if all its labels are, and no other is. F1: the\n"
        "harmonic mean of precision and recall. Micro: of all labels' counts together; macro:\n"
        "the mean over the labels, 0 for what is of nothing.\n\n"
        "examples:\n"
        "  ./onehot evaluate runs/latest\n"
        "  ./onehot evaluate runs/latest --split validation\n"
        "  ./onehot evaluate runs/latest --data ~/other-digits --json\n"
        "  ./onehot evaluate runs/several-1234abcd --threshold 0.4\n",
    .run = run,
};
