/* onehot compare: what differs between runs, in their configs and in what came of them. */
#include "programs/runs.h"
#include "runs/metrics.h"
#include "ui/command.h"
#include "ui/plot.h"
#include "ui/table.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command compare_command;

enum { MOST_RUNS = 10000 };

/* ---- what is told of a run ---- */

static struct figure {
    const char *title, *name; /* for a person, for programs */
    size_t offset;            /* in struct run_record */
    const char *format;       /* for a person; NULL: as a count */
    double scale;             /* of what is formatted */
} const figures[] = {
    {"test accuracy", "test_accuracy", offsetof(struct run_record, accuracy), "%.2f %%", 100},
    {"wrong", "test_errors", offsetof(struct run_record, errors), NULL, 1},
    {"test loss", "test_loss", offsetof(struct run_record, loss), "%.4f", 1},
    {"epochs", "epochs", offsetof(struct run_record, epochs), NULL, 1},
    {"samples/s", "samples_per_second", offsetof(struct run_record, samples_per_second), NULL, 1},
    {"seconds", "seconds", offsetof(struct run_record, seconds), "%.1f", 1},
};
enum { FIGURES = sizeof figures / sizeof *figures };

static double value(const struct run_record *r, const struct figure *f) {
    return *(const double *)((const char *)r + f->offset);
}

/* ---- as a table ---- */

/* "7a78d480", and "(2)" behind it where the model is that of the second run, too. */
static void put_model(struct table *t, const struct runs *r, int run) {
    char text[32];
    int first = runs_same_model(r, run), count = 0;
    for (int i = 0; i < r->count; i++)
        count += r->items[i].finished && runs_same_model(r, i) == first;
    if (!r->items[run].finished)
        snprintf(text, sizeof text, "-");
    else if (count > 1)
        snprintf(text, sizeof text, "%.8s (%d)", r->items[run].model, first + 1);
    else
        snprintf(text, sizeof text, "%.8s", r->items[run].model);
    table_add(t, text);
}

static void put_rounded(struct table *t, double x, const struct figure *figure) {
    char text[32] = "-";
    if (!isnan(x) && figure->format)
        snprintf(text, sizeof text, figure->format, x * figure->scale);
    else if (fabs(x) < 1e15)
        snprintf(text, sizeof text, "%s", terminal_count((long long)x));
    table_add(t, text);
}

static void put_settings(struct table *t, const struct runs *r, int run, const char *missing) {
    for (int k = 0; k < r->nkeys; k++) {
        const struct flat_json_row *row = flat_json_find(&r->items[run].settings, r->keys[k]);
        table_add(t, row ? row->value : missing);
    }
}

/* For a person: rounded, with short names. */
static void fill_rounded(struct table *t, const struct runs *r) {
    table_add(t, "run");
    for (int k = 0; k < r->nkeys; k++)
        table_add(t, r->keys[k]);
    for (int i = 0; i < FIGURES; i++)
        table_add(t, figures[i].title);
    table_add(t, "model");
    for (int run = 0; run < r->count; run++) {
        table_add(t, runs_name(r, run));
        put_settings(t, r, run, "-");
        for (int i = 0; i < FIGURES; i++)
            if (i == 0 && !r->items[run].finished)
                table_add(t, "unfinished");
            else
                put_rounded(t, value(&r->items[run], &figures[i]), &figures[i]);
        put_model(t, r, run);
    }
}

/* For programs: everything as it is. */
static void fill_exact(struct table *t, const struct runs *r) {
    table_add(t, "run");
    table_add(t, "finished");
    for (int k = 0; k < r->nkeys; k++)
        table_add(t, r->keys[k]);
    for (int i = 0; i < FIGURES; i++)
        table_add(t, figures[i].name);
    table_add(t, "model_sha256");
    table_add(t, "same_model_as");
    for (int run = 0; run < r->count; run++) {
        const struct run_record *record = &r->items[run];
        int first = runs_same_model(r, run);
        table_add(t, record->directory);
        table_add(t, record->finished ? "true" : "false");
        put_settings(t, r, run, "");
        for (int i = 0; i < FIGURES; i++)
            table_number(t, value(record, &figures[i]));
        table_add(t, record->model);
        table_add(t, first < run ? r->items[first].directory : "");
    }
}

enum form { PERSON, MARKDOWN, CSV };

static int print_table(const struct runs *r, enum form form, struct error *e) {
    struct table t;
    int cols = 1 + r->nkeys + FIGURES + 1 + (form == CSV ? 2 : 0);
    table_begin(&t, r->count + 1, cols);
    if (form == CSV)
        fill_exact(&t, r);
    else
        fill_rounded(&t, r);
    int result = t.failed ? error_memory(e, "the table") : 0;
    if (result == 0 && form == CSV)
        table_csv(&t);
    else if (result == 0 && form == MARKDOWN)
        table_markdown(&t);
    else if (result == 0)
        table_print(&t, terminal_width());
    table_free(&t);
    return result;
}

static void print_same_models(const struct runs *r) {
    for (int i = 0; i < r->count; i++)
        if (runs_same_model(r, i) < i) {
            puts("\nModels with one number in brackets are the same to the bit.");
            return;
        }
}

/* ---- as JSON ---- */

static int print_json(const struct runs *r, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    json_open(&j, NULL, '{');
    json_open(&j, "differing", '[');
    for (int k = 0; k < r->nkeys; k++)
        json_string(&j, NULL, r->keys[k]);
    json_close(&j, ']');
    json_open(&j, "runs", '[');
    for (int i = 0; i < r->count; i++) {
        const struct run_record *record = &r->items[i];
        json_open(&j, NULL, '{');
        json_string(&j, "run", record->directory);
        json_bool(&j, "finished", record->finished);
        json_open(&j, "config", '{');
        for (int k = 0; k < r->nkeys; k++) {
            const struct flat_json_row *row = flat_json_find(&record->settings, r->keys[k]);
            if (row && row->string)
                json_string(&j, row->name, row->value);
            else if (row)
                json_raw(&j, row->name, row->value);
        }
        json_close(&j, '}');
        for (int k = 0; k < FIGURES; k++)
            json_number(&j, figures[k].name, value(record, &figures[k]));
        if (record->finished)
            json_string(&j, "model_sha256", record->model);
        if (runs_same_model(r, i) < i)
            json_string(&j, "same_model_as", r->items[runs_same_model(r, i)].directory);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    return command_print(&t, e);
}

/* ---- as curves ---- */

/* The epochs of a run, of which an unfinished one has some. */
static int read_metrics(struct metrics *m, const struct run_record *r, struct arena *a,
                        struct error *e) {
    char path[FILE_PATH];
    const char *name = r->finished ? "metrics.csv" : "metrics.partial.csv";
    return file_join(path, sizeof path, r->directory, name, e) == 0 ? metrics_read(m, path, a, e)
                                                                    : -1;
}

static bool validates(const struct metrics *m) {
    return m->count > 0 && !isnan(m->rows[0].validation_accuracy);
}

/* One curve a run: of validation where every run has it, else of training. */
static int print_plot(const struct runs *r, struct error *e) {
    struct plot_series series[PLOT_SERIES];
    struct metrics m[PLOT_SERIES];
    struct arena a = {0};
    bool validation = true;
    int result = r->count <= PLOT_SERIES
                     ? 0
                     : error_input(e, "onehot compare: --plot has room for %d runs, got %d",
                                   PLOT_SERIES, r->count);
    for (int i = 0; result == 0 && i < r->count; i++) {
        result = read_metrics(&m[i], &r->items[i], &a, e);
        validation = validation && result == 0 && validates(&m[i]);
    }
    for (int i = 0; result == 0 && i < r->count; i++) {
        double *y = arena_alloc(&a, (size_t)m[i].count, sizeof *y);
        for (int k = 0; y && k < m[i].count; k++)
            y[k] =
                100 * (validation ? m[i].rows[k].validation_accuracy : m[i].rows[k].train_accuracy);
        series[i] = (struct plot_series){runs_name(r, i), m[i].count, y};
        if (!y)
            result = error_memory(e, "the plot");
    }
    if (result == 0)
        result = plot_print(validation ? "validation accuracy, %" : "training accuracy, %", series,
                            r->count, e);
    arena_free(&a);
    return result;
}

/* ---- the command ---- */

static int run(int argc, char **argv, struct error *e) {
    bool csv = false, markdown = false, as_json = false, as_plot = false;
    struct option options[] = {
        {.name = "csv", .flag = &csv, .help = "with every digit, for spreadsheets"},
        {.name = "markdown", .flag = &markdown, .help = "for a README or an issue"},
        {.name = "json", .flag = &as_json, .help = "the result for programs"},
        {.name = "plot", .flag = &as_plot, .help = "only draw the accuracy over the epochs, here"},
        {0}};
    int count = command_options(&compare_command, options, argc, argv, 1, MOST_RUNS, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (csv + markdown + as_json + as_plot > 1)
        return error_input(
            e, "onehot compare: of --csv, --markdown, --json and --plot only one, please");

    struct runs r;
    int result = runs_read(&r, argv + 1, count, e);
    if (result == 0 && as_json) {
        result = print_json(&r, e);
    } else if (result == 0 && as_plot) {
        result = print_plot(&r, e);
    } else if (result == 0) {
        result = print_table(&r, csv ? CSV : markdown ? MARKDOWN : PERSON, e);
        if (result == 0 && !csv)
            print_same_models(&r);
    }
    runs_free(&r);
    return result;
}

const struct command compare_command = {
    .name = "compare",
    .summary = "put runs side by side: what differs in config and result",
    .arguments = "RUN ... [--csv] [--markdown] [--json] [--plot]",
    .help =
        "A row a run: those keys of the config whose values are not the same in all of them,\n"
        "by dotted names, then the figures of the test and the first digits of the model's\n"
        "SHA-256. Where that is too wide, a column a run. A run that is not finished is listed\n"
        "with the epochs that it has behind it.\n\n"
        "examples:\n"
        "  ./onehot compare runs/*\n"
        "  ./onehot compare runs/mnist-3ff2f62e runs/latest --markdown\n"
        "  ./onehot compare runs/mnist-* --plot\n",
    .run = run,
};
