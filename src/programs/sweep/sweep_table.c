/* Ranks the combinations of a sweep by their mean accuracy over the seeds, and prints them. */
#include "programs/sweep/sweep.h"
#include "ui/command.h"
#include "json/json.h"

/* The value of a combination on an axis other than the seeds'. */
static const char *value_of(const struct sweep *s, int combination, int axis) {
    return grid_value(s->jobs[combination * s->grid.seeds].overrides[axis]);
}

/* ---- as a table ---- */

/* "97.86 +- 0.12"; "97.86" for one run. */
static void add_mean(struct table *t, const char *title, const struct summary *s) {
    if (s->count > 1)
        table_format(t, title, "%.2f +- %.2f", 100 * s->mean, 100 * s->stddev);
    else
        table_number(t, title, "%.2f", 100, s->mean);
}

/* All figures of a split, for programs. */
static void add_exact(struct table *t, const char *split, const struct summary *s) {
    static const char *const names[] = {"mean", "deviation", "min", "max"};
    const double figures[] = {s->mean, s->stddev, s->min, s->max};
    table_format(t, arena_printf(&t->arena, "%s_count", split), "%d", s->count);
    for (int i = 0; i < 4; i++)
        table_number(t, arena_printf(&t->arena, "%s_%s", split, names[i]), NULL, 1, figures[i]);
}

/* A table for people has no column for an axis on which all have the same value. */
static void add_combination(struct table *t, const struct sweep *s, int k, int rank) {
    const struct summary *chosen = s->has_validation ? &s->validation[k] : &s->test[k];
    bool exact = t->form == TABLE_CSV;
    table_format(t, "rank", "%d", rank);
    for (int i = 0; i < s->grid.count; i++) {
        const struct grid_axis *axis = &s->grid.axes[i];
        if (!axis->is_seed && (exact || axis->count > 1))
            table_add(t, exact ? axis->key : axis->name, value_of(s, k, i));
    }
    if (exact) {
        add_exact(t, "validation", &s->validation[k]);
        add_exact(t, "test", &s->test[k]);
    } else {
        table_format(t, "n", "%d", chosen->count);
        add_mean(t, s->has_validation ? "validation" : "test", chosen);
        table_number(t, "min", "%.2f", 100, chosen->min);
        table_number(t, "max", "%.2f", 100, chosen->max);
        if (s->has_validation)
            add_mean(t, "test", &s->test[k]);
    }
    table_end_row(t);
}

static int print_table(const struct sweep *s, enum table_form form, struct error *e) {
    struct table t = {.form = form, .upright = true};
    for (int i = 0; i < s->grid.combinations; i++)
        add_combination(&t, s, s->order[i].index, i + 1);
    if (form == TABLE_PLAIN && !t.failed)
        printf("\nranked by %s accuracy: mean +- standard deviation, %%\n%s\n",
               s->has_validation ? "validation" : "test",
               s->has_validation ? ""
                                 : "(no validation set, so the best accuracy is optimistic)\n");
    if (table_print(&t, e) != 0)
        return -1;
    FILE *out = form == TABLE_PLAIN ? stdout : stderr;
    int failed = sweep_count(s, JOB_FAILED);
    if (failed > 0)
        fprintf(out, "%s%d failed:\n", out == stdout ? "\n" : "", failed);
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
        if (j->state == JOB_FAILED)
            fprintf(out, "  %s%s%s\n", j->name, *j->name ? ": " : "", j->error.text);
    return 0;
}

/* ---- as JSON ---- */

static void write_summary(struct json *j, const char *name, const struct summary *s) {
    json_open(j, name, '{');
    json_add(j, "count=%d mean=%g deviation=%g min=%g max=%g }", s->count, s->mean, s->stddev,
             s->min, s->max);
}

static void write_run(struct json *j, const struct sweep *s, const struct job *job) {
    json_add(j, "{");
    for (int i = 0; i < s->grid.count; i++)
        if (s->grid.axes[i].is_seed)
            json_string(j, "seed", grid_value(job->overrides[i]));
    json_string(j, "directory", job->directory);
    if (job->state == JOB_FINISHED)
        json_add(j, "validation_accuracy=%g test_accuracy=%g seconds=%g model_sha256=%s }",
                 job->validation_accuracy, job->test_accuracy, job->seconds, job->model);
    else
        json_add(j, "error=%s }", job->error.text);
}

static void write_combination(struct json *j, const struct sweep *s, int k, int rank) {
    const struct grid *g = &s->grid;
    json_add(j, "{ rank=%d setting={", rank);
    for (int i = 0; i < g->count; i++)
        if (!g->axes[i].is_seed)
            json_string(j, g->axes[i].key, value_of(s, k, i));
    json_add(j, "}");
    write_summary(j, "validation_accuracy", &s->validation[k]);
    write_summary(j, "test_accuracy", &s->test[k]);
    json_add(j, "runs=[");
    for (int i = 0; i < g->seeds; i++)
        write_run(j, s, &s->jobs[k * g->seeds + i]);
    json_add(j, "] }");
}

static int print_json(const struct sweep *s, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 4};
    json_add(&j, "{ config=%s ranked_by=%s jobs=%d failed=%d settings=[", s->config,
             s->has_validation ? "validation_accuracy" : "test_accuracy", s->grid.jobs,
             sweep_count(s, JOB_FAILED));
    for (int i = 0; i < s->grid.combinations; i++)
        write_combination(&j, s, s->order[i].index, i + 1);
    json_add(&j, "] }");
    return command_print(&t, e);
}

int sweep_print(struct sweep *s, bool json, enum table_form form, struct error *e) {
    size_t combinations = (size_t)s->grid.combinations, seeds = (size_t)s->grid.seeds;
    s->validation = arena_alloc(&s->arena, combinations, sizeof *s->validation);
    s->test = arena_alloc(&s->arena, combinations, sizeof *s->test);
    s->order = arena_alloc(&s->arena, combinations, sizeof *s->order);
    double *x = arena_alloc(&s->arena, 2 * seeds, sizeof *x);
    if (!s->validation || !s->test || !s->order || !x)
        return error_memory(e, "the table");
    for (size_t k = 0; k < combinations; k++) {
        for (size_t i = 0; i < seeds; i++) {
            x[i] = s->jobs[k * seeds + i].validation_accuracy;
            x[seeds + i] = s->jobs[k * seeds + i].test_accuracy;
        }
        s->validation[k] = grid_summary(x, s->grid.seeds);
        s->test[k] = grid_summary(x + seeds, s->grid.seeds);
    }
    grid_rank(s->has_validation ? s->validation : s->test, s->grid.combinations, s->order);
    return json ? print_json(s, e) : print_table(s, form, e);
}
