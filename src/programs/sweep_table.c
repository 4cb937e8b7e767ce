/* What came of a sweep: the settings, each with its figures over the seeds, ranked. */
#include "programs/sweep.h"
#include "programs/terminal.h"
#include "train/ranking.h"

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
            x[i] = finished ? j->result.row.validation_accuracy : (double)NAN;
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

/* ---- for people ---- */

/* Whether an axis is a column: it is not the same for all, and not what the figures are over. */
static bool is_column(const struct grid_axis *axis) {
    return axis->count > 1 && !grid_is_seed(axis);
}

static int column_width(const struct results *r, int axis) {
    const struct grid_axis *a = &r->sweep->grid.axes[axis];
    int width = terminal_length(sweep_key(r->sweep, a));
    for (int i = 0; i < a->count; i++) {
        int length = terminal_length(grid_value(a->items[i]));
        width = length > width ? length : width;
    }
    return width;
}

/* "97.86 +- 0.12" in 14 cells; "97.86" of one run. */
static void print_mean(const struct summary *s) {
    char text[32] = "-";
    if (s->count > 1)
        snprintf(text, sizeof text, "%.2f +- %.2f", 100 * s->mean, 100 * s->deviation);
    else if (s->count > 0)
        snprintf(text, sizeof text, "%.2f", 100 * s->mean);
    printf("  %14s", text);
}

static void print_end(double x) {
    if (isnan(x))
        printf("  %6s", "-");
    else
        printf("  %6.2f", 100 * x);
}

/* What of the table fits the terminal. */
struct layout {
    int *width;   /* of each axis's column; 0: it has none */
    bool stacked; /* a setting has a line of its own, above its figures */
    bool ends;    /* with min and max */
};

static void layout_make(struct layout *l, const struct results *r) {
    const struct sweep *s = r->sweep;
    int ends = 16, cells = s->has_validation ? 57 : 41; /* without the axes' columns */
    for (int i = 0; i < s->grid.count; i++)
        if (is_column(&s->grid.axes[i])) {
            l->width[i] = column_width(r, i);
            cells += 2 + l->width[i];
        }
    l->stacked = cells - ends > terminal_width();
    l->ends = l->stacked || cells <= terminal_width();
}

static void print_cell(const struct layout *l, int axis, const char *text) {
    if (l->width[axis] > 0) {
        printf("  ");
        terminal_text(text, l->stacked ? terminal_length(text) : l->width[axis]);
    }
}

static void print_head(const struct results *r, const struct layout *l) {
    const struct sweep *s = r->sweep;
    const char *chosen = s->has_validation ? "validation" : "test";
    printf("\nranked by %s accuracy: mean +- standard deviation, %%\n%s\nrank", chosen,
           s->has_validation ? "" : "(no validation set: the best of many is flattered)\n");
    for (int i = 0; i < s->grid.count; i++)
        print_cell(l, i, sweep_key(s, &s->grid.axes[i]));
    printf("%s    n  %14s", l->stacked ? "\n    " : "", chosen);
    if (l->ends)
        printf("  %6s  %6s", "min", "max");
    if (s->has_validation)
        printf("  %14s", "test");
    printf("\n");
}

static void print_row(const struct results *r, int rank, const struct layout *l) {
    int k = r->order[rank];
    const struct summary *chosen = r->sweep->has_validation ? &r->validation[k] : &r->test[k];
    printf("%4d", rank + 1);
    for (int i = 0; i < r->sweep->grid.count; i++)
        print_cell(l, i, value_of(r, k, i));
    printf("%s  %3d", l->stacked ? "\n    " : "", chosen->count);
    print_mean(chosen);
    if (l->ends) {
        print_end(chosen->min);
        print_end(chosen->max);
    }
    if (r->sweep->has_validation)
        print_mean(&r->test[k]);
    printf("\n");
}

/* The failures, each with its sentence. */
static void print_failures(const struct sweep *s) {
    int failed = sweep_count(s, JOB_FAILED);
    if (failed > 0)
        printf("\n%d failed:\n", failed);
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        struct text name = {0};
        if (j->state != JOB_FAILED)
            continue;
        sweep_add_name(s, j, &name);
        printf("  %s%s%s\n", name.data ? name.data : "", name.data ? ": " : "", j->error);
        text_free(&name);
    }
}

static int print_table(const struct results *r, struct error *e) {
    const struct sweep *s = r->sweep;
    struct layout l = {.width = calloc((size_t)s->grid.count + 1, sizeof *l.width)};
    if (!l.width)
        return error_memory(e, "the table");
    layout_make(&l, r);
    print_head(r, &l);
    for (int rank = 0; rank < s->grid.settings; rank++)
        print_row(r, rank, &l);
    print_failures(s);
    free(l.width);
    return 0;
}

/* ---- for programs ---- */

/* A field of CSV (RFC 4180). */
static void add_field(struct text *t, const char *s) {
    if (!strpbrk(s, ",\"")) {
        text_printf(t, "%s,", s);
        return;
    }
    text_printf(t, "\"");
    for (; *s; s++) {
        if (*s == '"') /* is doubled */
            text_add(t, s, 1);
        text_add(t, s, 1);
    }
    text_printf(t, "\",");
}

/* count, mean, deviation, min, max: what is not there stays empty. */
static void add_summary(struct text *t, const struct summary *s, const char *end) {
    const double x[] = {s->mean, s->deviation, s->min, s->max};
    text_printf(t, "%d", s->count);
    for (size_t i = 0; i < sizeof x / sizeof *x; i++) {
        text_printf(t, ",");
        if (!isnan(x[i]))
            text_number(t, x[i]);
    }
    text_printf(t, "%s", end);
}

static void add_csv(const struct results *r, struct text *t) {
    const struct grid *g = &r->sweep->grid;
    text_printf(t, "rank,");
    for (int i = 0; i < g->count; i++)
        if (!grid_is_seed(&g->axes[i]))
            add_field(t, g->axes[i].key);
    text_printf(t, "validation_count,validation_mean,validation_deviation,validation_min,"
                   "validation_max,test_count,test_mean,test_deviation,test_min,test_max\n");
    for (int rank = 0; rank < g->settings; rank++) {
        int k = r->order[rank];
        text_printf(t, "%d,", rank + 1);
        for (int i = 0; i < g->count; i++)
            if (!grid_is_seed(&g->axes[i]))
                add_field(t, value_of(r, k, i));
        add_summary(t, &r->validation[k], ",");
        add_summary(t, &r->test[k], "\n");
    }
}

static void add_json_summary(struct json *j, const char *name, const struct summary *s) {
    json_open(j, name, '{');
    json_int(j, "count", s->count);
    json_number(j, "mean", s->mean);
    json_number(j, "deviation", s->deviation);
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
        json_number(j, "validation_accuracy", job->result.row.validation_accuracy);
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

int sweep_print(const struct sweep *s, enum sweep_form form, struct error *e) {
    struct results r;
    struct text t = {0};
    int result = results_make(&r, s, e);
    if (result == 0 && form == SWEEP_TABLE)
        result = print_table(&r, e);
    else if (result == 0) {
        (form == SWEEP_CSV ? add_csv : add_json)(&r, &t);
        result = t.failed ? error_memory(e, "the table") : 0;
        if (result == 0)
            fputs(t.data, stdout);
    }
    text_free(&t);
    results_free(&r);
    return result;
}
