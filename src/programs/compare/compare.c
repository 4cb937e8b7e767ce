/* onehot compare: shows the differences between the configs and the results of runs. */
#include "programs/commands.h"
#include "programs/compare/comparison.h"
#include "runs/metrics.h"
#include "ui/plot.h"
#include "ui/table.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_RUNS = 10000 };

static const struct figure {
    const char *title, *name; /* for people, for programs */
    size_t offset;            /* in struct run_record */
    const char *format;       /* for people; NULL: as a count */
    double scale;             /* of what is formatted */
} figures[] = {
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

/* "5b0caae4", followed by "(2)" if several runs have these weights and run 2 is the first of them.
 */
static void add_weights(struct table *t, const struct comparison *c, int run) {
    int first = comparison_same_weights(c, run), count = 0;
    for (int i = 0; i < c->count; i++)
        count += c->runs[i].finished && strcmp(c->runs[i].weights, c->runs[run].weights) == 0;
    if (!c->runs[run].finished)
        table_add(t, "weights", "-");
    else if (count > 1)
        table_format(t, "weights", "%.8s (%d)", c->runs[run].weights, first + 1);
    else
        table_format(t, "weights", "%.8s", c->runs[run].weights);
}

/* For people rounded, with short names; for programs with every digit and full names. */
static void add_run(struct table *t, const struct comparison *c, int run) {
    bool exact = t->form == TABLE_CSV;
    const struct run_record *r = &c->runs[run];
    int first = comparison_same_weights(c, run);
    table_add(t, "run", exact ? r->directory : comparison_name(c, run));
    if (exact)
        table_add(t, "finished", r->finished ? "true" : "false");
    for (int k = 0; k < c->nkeys; k++) {
        const struct flat_json_row *row = flat_json_find(&r->settings, c->keys[k]);
        table_add(t, c->keys[k], row ? row->value : exact ? "" : "-");
    }
    for (const struct figure *f = figures; f < figures + FIGURES; f++)
        if (f == figures && !r->finished && !exact)
            table_add(t, f->title, "unfinished");
        else
            table_number(t, exact ? f->name : f->title, f->format, f->scale, value(r, f));
    if (exact) {
        table_add(t, "model_sha256", r->model);
        table_add(t, "weights_sha256", r->weights);
        table_add(t, "same_weights_as", first < run ? c->runs[first].directory : "");
    } else {
        add_weights(t, c, run);
    }
    table_end_row(t);
}

static int print_table(const struct comparison *c, enum table_form form, struct error *e) {
    struct table t = {.form = form, .upright = c->count > 2};
    for (int i = 0; i < c->count; i++)
        add_run(&t, c, i);
    if (table_print(&t, e) != 0)
        return -1;
    for (int i = 0; i < c->count && form != TABLE_CSV; i++)
        if (comparison_same_weights(c, i) < i) {
            puts("\nRuns with the same number in brackets have equal weights.");
            break;
        }
    return 0;
}

/* ---- as JSON ---- */

static void write_run(const struct comparison *c, int run, struct json *j) {
    const struct run_record *r = &c->runs[run];
    int first = comparison_same_weights(c, run);
    json_open(j, NULL, '{');
    json_string(j, "run", r->directory);
    json_bool(j, "finished", r->finished);
    json_open(j, "config", '{');
    for (int k = 0; k < c->nkeys; k++) {
        const struct flat_json_row *row = flat_json_find(&r->settings, c->keys[k]);
        if (row)
            (row->string ? json_string : json_raw)(j, row->name, row->value);
    }
    json_close(j, '}');
    for (int k = 0; k < FIGURES; k++)
        json_number(j, figures[k].name, value(r, &figures[k]));
    if (r->finished) {
        json_string(j, "model_sha256", r->model);
        json_string(j, "weights_sha256", r->weights);
    }
    if (first < run)
        json_string(j, "same_weights_as", c->runs[first].directory);
    json_close(j, '}');
}

static int print_json(const struct comparison *c, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    json_open(&j, NULL, '{');
    json_strings(&j, "differing", c->keys, c->nkeys);
    json_open(&j, "runs", '[');
    for (int i = 0; i < c->count; i++)
        write_run(c, i, &j);
    json_close(&j, ']');
    json_close(&j, '}');
    return command_print(&t, e);
}

/* ---- as curves ---- */

/* Reads the metrics of a run; an unfinished run has only some of the epochs. */
static int read_metrics(struct metrics *m, const struct run_record *r, struct arena *a,
                        struct error *e) {
    char path[FILE_PATH];
    const char *name = r->finished ? "metrics.csv" : "metrics.partial.csv";
    return file_join(path, sizeof path, r->directory, name, e) == 0 ? metrics_read(m, path, a, e)
                                                                    : -1;
}

/* One curve per run: of validation if every run has it, otherwise of training. */
static int print_plot(const struct comparison *c, struct arena *a, struct error *e) {
    struct plot_series series[PLOT_SERIES];
    struct metrics m[PLOT_SERIES];
    bool validation = true;
    if (c->count > PLOT_SERIES)
        return error_input(e, "onehot compare: --plot can show %d runs, got %d", PLOT_SERIES,
                           c->count);
    for (int i = 0; i < c->count; i++) {
        if (read_metrics(&m[i], &c->runs[i], a, e) != 0)
            return -1;
        validation &= m[i].count > 0 && !isnan(m[i].rows[0].validation_accuracy);
    }
    for (int i = 0; i < c->count; i++) {
        double *y = arena_alloc(a, (size_t)m[i].count, sizeof *y);
        if (!y)
            return error_memory(e, "the plot");
        for (int k = 0; k < m[i].count; k++)
            y[k] =
                100 * (validation ? m[i].rows[k].validation_accuracy : m[i].rows[k].train_accuracy);
        series[i] = (struct plot_series){comparison_name(c, i), m[i].count, y};
    }
    return plot_print(validation ? "validation accuracy, %" : "training accuracy, %", series,
                      c->count, e);
}

/* ---- the command ---- */

struct options {
    bool csv, markdown, json, plot;
};

static const struct option options[] = {
    OPTION(csv, FLAG, NULL, "all digits, for spreadsheets"),
    OPTION(markdown, FLAG, NULL, "for a README or an issue"),
    JSON_OPTION,
    OPTION(plot, FLAG, NULL, "only plot the accuracy over the epochs, in the terminal"),
    END_OPTION,
};

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    if (o->csv + o->markdown + o->json + o->plot > 1)
        return error_input(e,
                           "onehot compare: use only one of --csv, --markdown, --json and --plot");
    struct comparison c;
    int result = comparison_read(&c, arguments, e);
    if (result == 0)
        result = o->json   ? print_json(&c, e)
                 : o->plot ? print_plot(&c, &c.arena, e)
                           : print_table(&c,
                                         o->csv        ? TABLE_CSV
                                         : o->markdown ? TABLE_MARKDOWN
                                                       : TABLE_PLAIN,
                                         e);
    comparison_free(&c);
    return result;
}

const struct command compare_command = {
    COMMAND(compare, 1, MAX_RUNS),
    .summary = "compare the configs and results of runs",
    .arguments = "RUN ... [--csv] [--markdown] [--json] [--plot]",
};
