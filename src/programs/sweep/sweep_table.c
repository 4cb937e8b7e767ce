/* What came of a sweep: the settings, each with its figures over the seeds, ranked. */
#include "programs/sweep/sweep.h"
#include "train/ranking.h"
#include "ui/command.h"
#include "ui/table.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* By setting; `order` has them best first. */
struct results {
    const struct sweep *sweep;
    const struct job **jobs; /* settings x seeds */
    int seeds;
    struct summary *validation, *test;
    int *order;
};

static void results_free(struct results *r) {
    free(r->jobs);
    free(r->validation);
    free(r->test);
    free(r->order);
}

static int results_make(struct results *r, const struct sweep *s, struct error *e) {
    size_t jobs = (size_t)s->grid.jobs, settings = (size_t)s->grid.settings;
    *r = (struct results){.sweep = s, .seeds = s->grid.jobs / s->grid.settings};
    r->jobs = calloc(jobs, sizeof *r->jobs);
    r->validation = calloc(settings, sizeof *r->validation);
    r->test = calloc(settings, sizeof *r->test);
    r->order = calloc(settings, sizeof *r->order);
    int *filled = calloc(settings, sizeof *filled);
    double *x = calloc((size_t)r->seeds, sizeof *x), *y = calloc((size_t)r->seeds, sizeof *y);
    bool memory = r->jobs && r->validation && r->test && r->order && filled && x && y;
    for (int i = 0; memory && i < s->grid.jobs; i++) {
        int k = grid_setting(&s->grid, i);
        r->jobs[k * r->seeds + filled[k]++] = &s->jobs[i];
    }
    for (int k = 0; memory && k < s->grid.settings; k++) {
        for (int i = 0; i < r->seeds; i++) {
            const struct job *j = r->jobs[k * r->seeds + i];
            bool finished = j->state == JOB_FINISHED;
            x[i] = finished ? j->result.validation_accuracy : (double)NAN;
            y[i] = finished ? j->result.test_accuracy : (double)NAN;
        }
        r->validation[k] = summary_of(x, r->seeds);
        r->test[k] = summary_of(y, r->seeds);
    }
    if (memory)
        ranking_order(s->has_validation ? r->validation : r->test, s->grid.settings, r->order);
    free(filled);
    free(x);
    free(y);
    return memory ? 0 : error_memory(e, "the table");
}

/* The value that a setting has on an axis. */
static const char *value_of(const struct results *r, int setting, int axis) {
    const struct grid *g = &r->sweep->grid;
    int stride = 1;
    for (int i = g->count - 1; i > axis; i--)
        stride *= g->axes[i].count;
    int job = (int)(r->jobs[setting * r->seeds] - r->sweep->jobs);
    return grid_value(g->axes[axis].items[job / stride % g->axes[axis].count]);
}

/* ---- as a table ---- */

static void put_count(struct table *t, int n) {
    char text[16];
    snprintf(text, sizeof text, "%d", n);
    table_add(t, text);
}

/* In percent. */
static void put_rounded(struct table *t, double x) {
    char text[32] = "-";
    if (!isnan(x))
        snprintf(text, sizeof text, "%.2f", 100 * x);
    table_add(t, text);
}

/* "97.86 +- 0.12"; "97.86" of one run. */
static void put_mean(struct table *t, const struct summary *s) {
    char text[32];
    snprintf(text, sizeof text, "%.2f +- %.2f", 100 * s->mean, 100 * s->stddev);
    if (s->count > 1)
        table_add(t, text);
    else
        put_rounded(t, s->mean);
}

/* Whether an axis is a column for people: it is not the same for all, and not what the figures are
 * over. */
static bool is_column(const struct grid_axis *axis) {
    return axis->count > 1 && !grid_is_seed(axis);
}

static void fill_rounded(struct table *t, const struct results *r) {
    const struct sweep *s = r->sweep;
    const char *titles[] = {"n", s->has_validation ? "validation" : "test", "min", "max", "test"};
    table_add(t, "rank");
    for (int i = 0; i < s->grid.count; i++)
        if (is_column(&s->grid.axes[i]))
            table_add(t, sweep_key(s, &s->grid.axes[i]));
    for (int i = 0; i < (s->has_validation ? 5 : 4); i++)
        table_add(t, titles[i]);
    for (int rank = 0; rank < s->grid.settings; rank++) {
        int k = r->order[rank];
        const struct summary *chosen = s->has_validation ? &r->validation[k] : &r->test[k];
        put_count(t, rank + 1);
        for (int i = 0; i < s->grid.count; i++)
            if (is_column(&s->grid.axes[i]))
                table_add(t, value_of(r, k, i));
        put_count(t, chosen->count);
        put_mean(t, chosen);
        put_rounded(t, chosen->min);
        put_rounded(t, chosen->max);
        if (s->has_validation)
            put_mean(t, &r->test[k]);
    }
}

static void put_summary(struct table *t, const struct summary *s) {
    const double x[] = {s->mean, s->stddev, s->min, s->max};
    put_count(t, s->count);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        table_number(t, x[i]);
}

static void fill_exact(struct table *t, const struct results *r) {
    static const char *const titles[] = {
        "validation_count", "validation_mean", "validation_deviation",
        "validation_min",   "validation_max",  "test_count",
        "test_mean",        "test_deviation",  "test_min",
        "test_max"};
    const struct grid *g = &r->sweep->grid;
    table_add(t, "rank");
    for (int i = 0; i < g->count; i++)
        if (!grid_is_seed(&g->axes[i]))
            table_add(t, g->axes[i].key);
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        table_add(t, titles[i]);
    for (int rank = 0; rank < g->settings; rank++) {
        int k = r->order[rank];
        put_count(t, rank + 1);
        for (int i = 0; i < g->count; i++)
            if (!grid_is_seed(&g->axes[i]))
                table_add(t, value_of(r, k, i));
        put_summary(t, &r->validation[k]);
        put_summary(t, &r->test[k]);
    }
}

/* The failures, each with its sentence. */
static void print_failures(const struct sweep *s, FILE *out) {
    int failed = sweep_count(s, JOB_FAILED);
    if (failed > 0)
        fprintf(out, "%s%d failed:\n", out == stdout ? "\n" : "", failed);
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        struct text name = {0};
        if (j->state != JOB_FAILED)
            continue;
        sweep_add_name(s, j, &name);
        fprintf(out, "  %s%s%s\n", name.data ? name.data : "", name.data ? ": " : "", j->error);
        text_free(&name);
    }
}

static void print_title(const struct sweep *s) {
    printf("\nranked by %s accuracy: mean +- standard deviation, %%\n%s\n",
           s->has_validation ? "validation" : "test",
           s->has_validation ? "" : "(no validation set: the best of many is flattered)\n");
}

static int print_table(const struct results *r, enum sweep_form form, struct error *e) {
    const struct grid *g = &r->sweep->grid;
    struct table t;
    int cols = form == SWEEP_CSV ? 1 + 10 : r->sweep->has_validation ? 1 + 5 : 1 + 4;
    for (int i = 0; i < g->count; i++)
        cols += form == SWEEP_CSV ? !grid_is_seed(&g->axes[i]) : is_column(&g->axes[i]);
    table_begin(&t, g->settings + 1, cols);
    (form == SWEEP_CSV ? fill_exact : fill_rounded)(&t, r);
    int result = t.failed ? error_memory(e, "the table") : 0;
    if (result == 0 && form == SWEEP_CSV) {
        table_csv(&t);
    } else if (result == 0 && form == SWEEP_MARKDOWN) {
        table_markdown(&t);
    } else if (result == 0) {
        print_title(r->sweep);
        table_print(&t, terminal_width());
    }
    if (result == 0)
        print_failures(r->sweep, form == SWEEP_TABLE ? stdout : stderr);
    table_free(&t);
    return result;
}

/* ---- as JSON ---- */

static void add_json_summary(struct json *j, const char *name, const struct summary *s) {
    json_open(j, name, '{');
    json_int(j, "count", s->count);
    json_number(j, "mean", s->mean);
    json_number(j, "deviation", s->stddev);
    json_number(j, "min", s->min);
    json_number(j, "max", s->max);
    json_close(j, '}');
}

static void add_json_run(struct json *j, const struct sweep *s, const struct job *job) {
    const char **items = calloc((size_t)s->grid.count + 1, sizeof *items);
    if (!items) {
        j->out->failed = true;
        return;
    }
    grid_job(&s->grid, (int)(job - s->jobs), items);
    json_open(j, NULL, '{');
    for (int i = 0; i < s->grid.count; i++)
        if (grid_is_seed(&s->grid.axes[i]))
            json_string(j, "seed", grid_value(items[i]));
    json_string(j, "directory", job->directory);
    if (job->state == JOB_FINISHED) {
        json_number(j, "validation_accuracy", job->result.validation_accuracy);
        json_number(j, "test_accuracy", job->result.test_accuracy);
        json_number(j, "seconds", job->result.seconds);
        json_string(j, "model_sha256", job->result.model);
    } else {
        json_string(j, "error", job->error);
    }
    json_close(j, '}');
    free(items);
}

static void add_json(const struct results *r, struct text *t) {
    const struct grid *g = &r->sweep->grid;
    struct json j = {.out = t, .lines = 4};
    json_open(&j, NULL, '{');
    json_string(&j, "config", r->sweep->config);
    json_string(&j, "ranked_by",
                r->sweep->has_validation ? "validation_accuracy" : "test_accuracy");
    json_int(&j, "jobs", g->jobs);
    json_int(&j, "failed", sweep_count(r->sweep, JOB_FAILED));
    json_open(&j, "settings", '[');
    for (int rank = 0; rank < g->settings; rank++) {
        int k = r->order[rank];
        json_open(&j, NULL, '{');
        json_int(&j, "rank", rank + 1);
        json_open(&j, "setting", '{');
        for (int i = 0; i < g->count; i++)
            if (!grid_is_seed(&g->axes[i]))
                json_string(&j, g->axes[i].key, value_of(r, k, i));
        json_close(&j, '}');
        add_json_summary(&j, "validation_accuracy", &r->validation[k]);
        add_json_summary(&j, "test_accuracy", &r->test[k]);
        json_open(&j, "runs", '[');
        for (int i = 0; i < r->seeds; i++)
            add_json_run(&j, r->sweep, r->jobs[k * r->seeds + i]);
        json_close(&j, ']');
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    text_printf(t, "\n");
}

static int print_json(const struct results *r, struct error *e) {
    struct text t = {0};
    add_json(r, &t);
    return command_print(&t, e);
}

int sweep_print(const struct sweep *s, enum sweep_form form, struct error *e) {
    struct results r;
    int result = results_make(&r, s, e);
    if (result == 0)
        result = form == SWEEP_JSON ? print_json(&r, e) : print_table(&r, form, e);
    results_free(&r);
    return result;
}
