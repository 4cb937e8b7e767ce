/* The progress of a sweep: one line for each job that has ended and, on a terminal, the running
 * ones below them. */
#include "base/platform.h"
#include "programs/sweep/sweep.h"
#include "runs/metrics.h"
#include "ui/terminal.h"

static void print_plan(const struct sweep *s) {
    int finished = sweep_count(s, JOB_FINISHED);
    printf("sweep     %s: %s job%s", s->config, text_count(s->grid.jobs),
           s->grid.jobs == 1 ? "" : "s");
    if (s->grid.jobs > 1)
        printf(", %s setting%s x %s seed%s", text_count(s->grid.combinations),
               s->grid.combinations == 1 ? "" : "s", text_count(s->grid.seeds),
               s->grid.seeds == 1 ? "" : "s");
    printf("\n");
    for (const struct grid_axis *axis = s->grid.axes; axis < s->grid.axes + s->grid.count; axis++) {
        printf("          %s =", axis->key);
        for (int i = 0; i < axis->count; i++) {
            const char *comma = i > 8 ? " ..." : i > 0 ? "," : "";
            if (i < 8 || i == axis->count - 1)
                printf("%s %s", comma, grid_value(axis->overrides[i]));
        }
        printf("\n");
    }
    if (finished < s->grid.jobs && s->slurm.options)
        printf("          in Slurm, as %s\n", s->slurm.name);
    else if (finished < s->grid.jobs)
        printf("          %d at a time, %d CPU%s\n", s->side_by_side, s->cpus,
               s->cpus == 1 ? "" : "s");
    if (finished > 0)
        printf("          %s finished already\n",
               finished == s->grid.jobs ? "all are" : text_count(finished));
    fflush(stdout);
}

static void add_accuracy(struct text *t, double x) {
    if (isnan(x))
        text_printf(t, "  %8s", "-");
    else
        text_printf(t, "  %6.2f %%", 100 * x);
}

/* Prints the line, cut to the terminal's width if there is one, and frees it. */
static void print_line(struct sweep *s, struct text *t) {
    s->view.failed |= t->failed;
    if (t->data && s->view.live)
        terminal_text(t->data, terminal_width() - 1);
    else if (t->data)
        printf("%s", t->data);
    printf("\n");
    text_free(t);
}

void sweep_view_close(struct sweep *s) {
    if (s->view.lines > 0)
        printf("\r\033[%dA\033[J", s->view.lines);
    s->view.lines = 0;
}

void sweep_view_job(struct sweep *s, const struct job *j) {
    int over = sweep_count(s, JOB_FINISHED) + sweep_count(s, JOB_FAILED);
    if (!s->view.on)
        return;
    sweep_view_close(s);
    struct text t = {0};
    text_printf(&t, "%5d of %d", over, s->grid.jobs);
    if (j->state == JOB_FINISHED) {
        add_accuracy(&t, s->has_validation ? j->validation_accuracy : j->test_accuracy);
        text_printf(&t, "  %7.1f s", j->seconds);
    } else {
        text_printf(&t, "  %-19s", j->state == JOB_FAILED ? "failed" : "trained elsewhere");
    }
    text_printf(&t, "  %s", j->name);
    print_line(s, &t);
    fflush(stdout);
}

static void add_count(struct text *t, int count, const char *what) {
    if (count > 0)
        text_printf(t, "%s%d %s", t->size > 0 ? ", " : "  ", count, what);
}

/* One line per running job, as far as there is room, and one for the total. */
void sweep_view_running(struct sweep *s) {
    int elsewhere = sweep_count(s, JOB_ELSEWHERE), failed = sweep_count(s, JOB_FAILED);
    double done = sweep_count(s, JOB_FINISHED) + failed - s->view.finished;
    if (!s->view.live)
        return;
    sweep_view_close(s);
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        SCOPED(arena) a = {0};
        struct metrics m = {0};
        struct error none = {0};
        struct text t = {0};
        if (j->state != JOB_RUNNING)
            continue;
        if (metrics_read(&m, j->directory, false, &a, &none) != 0)
            m.count = 0; /* there is none yet, or its last line is incomplete */
        done += j->epochs > 0 ? (double)m.count / j->epochs : 0;
        if (s->view.lines < terminal_height() - 3) {
            text_printf(&t, "  epoch %4d of %d", m.count, j->epochs);
            add_accuracy(&t, m.count > 0 ? m.rows[m.count - 1].validation_accuracy : (double)NAN);
            text_printf(&t, "  %s", j->name);
            print_line(s, &t);
            s->view.lines++;
        }
    }
    struct text t = {0};
    add_count(&t, sweep_count(s, JOB_RUNNING), "running");
    add_count(&t, sweep_count(s, JOB_WAITING), "waiting");
    add_count(&t, sweep_count(s, JOB_QUEUED), "queued");
    add_count(&t, elsewhere, "trained elsewhere");
    add_count(&t, failed, "failed");
    double whole = s->grid.jobs - s->view.finished - elsewhere;
    if (done > 0 && whole > done)
        text_printf(&t, ", %.0f s left", (clock_seconds() - s->view.start) * (whole - done) / done);
    print_line(s, &t);
    s->view.lines++;
    fflush(stdout);
}

void sweep_view_open(struct sweep *s) {
    s->view = (struct sweep_view){.on = true,
                                  .live = terminal_present(),
                                  .finished = sweep_count(s, JOB_FINISHED),
                                  .start = clock_seconds()};
    print_plan(s);
    if (s->view.finished < s->grid.jobs)
        printf("\n%*s  accuracy       time  job\n", 9 + snprintf(NULL, 0, "%d", s->grid.jobs), "");
}
