/* onehot compare: shows how the configs and results of runs differ. */
#include "programs/commands.h"
#include "programs/compare/comparison.h"
#include "runs/metrics.h"
#include "ui/plot.h"
#include "ui/table.h"
#include "ui/terminal.h"

static const struct figure {
    int figure;                /* of struct run_record */
    const char *title, *brief; /* for people; for many runs, or NULL */
    const char *format;        /* for people; NULL: a count */
    double scale;              /* the factor before it is formatted */
} figures[] = {
    {RUN_ACCURACY, "test accuracy", "test", "%.2f %%", 100},
    {RUN_ERRORS, "wrong", NULL, NULL, 1},
    {RUN_LOSS, "test loss", "loss", "%.4f", 1},
    {RUN_EPOCHS, "epochs", "epochs", NULL, 1},
    {RUN_SAMPLES_PER_SECOND, "samples/s", NULL, NULL, 1},
    {RUN_SECONDS, "seconds", NULL, "%.1f", 1},
};
enum { FIGURES = sizeof figures / sizeof *figures };

/* ---- as a table ---- */

/* For people: rounded, with short names, and for many runs only what tells them apart. For
 * programs: all digits and full names. */
static void add_run(struct table *t, const struct comparison *c, int run) {
    bool exact = t->form == TABLE_CSV, few = !t->upright;
    const struct run_record *r = &c->runs[run];
    int first = comparison_same_weights(c, run);
    table_add(t, "run", exact ? r->directory : text_shown(comparison_name(c, run)));
    if (exact)
        table_add(t, "finished", r->finished ? "true" : "false");
    for (int k = 0; k < (few ? c->nkeys : c->ncolumns); k++) {
        const char *value = comparison_value(c, run, few ? c->keys[k] : c->columns[k].key);
        table_add(t, few ? c->keys[k] : c->columns[k].title, value ? value : exact ? "" : "-");
    }
    for (const struct figure *f = figures; f < figures + FIGURES; f++) {
        const char *title = exact ? run_record_names[f->figure] : few ? f->title : f->brief;
        if (f == figures && !r->finished && !exact)
            table_add(t, title, "unfinished");
        else if (title)
            table_number(t, title, f->format, f->scale, r->figures[f->figure]);
    }
    if (exact) {
        table_add(t, "model_sha256", r->model);
        table_add(t, "weights_sha256", r->weights);
        table_add(t, "same_weights_as", first < run ? c->runs[first].directory : "");
    } else {
        const char *own = r->finished ? r->weights : "-";
        table_format(t, "weights", first < run ? "= %s" : "%.8s",
                     first < run ? text_shown(comparison_name(c, first)) : own);
    }
    table_end_row(t);
}

static int print_table(const struct comparison *c, enum table_form form, struct error *e) {
    struct table t = {.form = form, .upright = form == TABLE_PLAIN && c->count > 2};
    for (int i = 0; i < c->count; i++)
        add_run(&t, c, i);
    if (t.upright) {
        printf("%s runs%s\n", text_count(c->count), c->shared.data ? ", all with" : "");
        if (c->shared.data)
            terminal_paragraph("  ", c->shared.data);
        putchar('\n');
    }
    return table_print(&t, e);
}

/* ---- as curves ---- */

/* One curve per run, of an unfinished one for the epochs so far: of validation if every run has it,
 * otherwise of training. */
static int print_plot(struct comparison *c, struct error *e) {
    struct plot_series series[PLOT_SERIES];
    struct metrics m[PLOT_SERIES];
    bool validation = true;
    if (c->count > PLOT_SERIES)
        return error_input(e, "onehot compare: --plot can show up to %d runs, got %d", PLOT_SERIES,
                           c->count);
    for (int i = 0; i < c->count; i++) {
        const struct run_record *r = &c->runs[i];
        if (metrics_read(&m[i], r->directory, r->finished, &c->arena, e) != 0)
            return -1;
        validation &= m[i].count > 0 && !isnan(m[i].rows[0].validation_accuracy);
    }
    for (int i = 0; i < c->count; i++) {
        const struct train_epoch *rows = m[i].rows;
        const double *y = validation ? &rows->validation_accuracy : &rows->train_accuracy;
        series[i] = (struct plot_series){comparison_name(c, i), m[i].count, y, sizeof *rows};
    }
    return plot_print(validation ? "validation accuracy, %" : "training accuracy, %", true, series,
                      c->count, e);
}

/* ---- the command ---- */

static const struct option options[] = {
    OPTION(csv, FLAG, NULL, "print CSV with all digits, for spreadsheets"),
    OPTION(markdown, FLAG, NULL, "print a Markdown table, for a README or an issue"),
    JSON_OPTION,
    OPTION(plot, FLAG, NULL, "only plot the accuracy over the epochs, in the terminal"),
    OPTION(html, TEXT, "FILE", "write a web page: curves, a sortable table, settings and seeds"),
};

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(comparison) c = {0};
    struct text t = {0};
    if (o->csv + o->markdown + o->json + o->plot + (o->html != NULL) > 1)
        return error_input(e,
                           "onehot compare: use only one of --csv, --markdown, --json, --plot and "
                           "--html FILE");
    if (comparison_read(&c, arguments, e) != 0)
        return -1;
    enum table_form form = o->csv ? TABLE_CSV : o->markdown ? TABLE_MARKDOWN : TABLE_PLAIN;
    if (o->json)
        return comparison_json(&c, false, &t, e) == 0 ? command_print(&t, e) : -1;
    return o->html   ? comparison_write_page(&c, o->html, e)
           : o->plot ? print_plot(&c, e)
                     : print_table(&c, form, e);
}

COMMAND(compare, 1, 10000);
