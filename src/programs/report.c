/* onehot report: rewrites a finished run's report.html, or plots its curves in the terminal. */
#include "programs/commands.h"
#include "programs/trained.h"
#include "report/page.h"
#include "runs/metrics.h"
#include "ui/plot.h"

#include <stdio.h>

static const struct option options[] = {
    MOVED_DATA_OPTION,
    OPTION(plot, FLAG, NULL, "only plot the learning curves, in the terminal"),
    THREADS_OPTION,
};

static int report(const char *directory, const struct trained *t, struct error *e) {
    if (!trained_on(t))
        return error_input(e, "%s: is not the dataset of the run in %s, or has changed since then",
                           t->path, directory);
    t->file->config.data.path = t->path;
    struct page page = {directory,         &t->file->config, t->data,
                        &t->file->scaling, t->file->model,   t->pool};
    if (page_write(&page, e) != 0)
        return -1;
    printf("%s/report.html\n", directory);
    return 0;
}

/* Plots the fields of struct train_epoch at these offsets: of training, and of validation. */
static int plot(const struct metrics *m, const char *title, double scale, const size_t fields[2],
                struct arena *a, struct error *e) {
    size_t n = (size_t)m->count;
    double *y = arena_alloc(a, 2 * n, sizeof *y);
    if (!y)
        return error_memory(e, "the plot");
    for (size_t i = 0; i < 2 * n; i++)
        y[i] = scale * *(const double *)((const char *)&m->rows[i % n] + fields[i / n]);
    struct plot_series series[] = {{"training", m->count, y}, {"validation", m->count, y + n}};
    return plot_print(title, series, isnan(y[n]) ? 1 : 2, e);
}

#define AT(field) offsetof(struct train_epoch, field)

static int plots(const char *directory, struct arena *a, struct error *e) {
    static const size_t loss[] = {AT(train_loss), AT(validation_loss)},
                        accuracy[] = {AT(train_accuracy), AT(validation_accuracy)};
    struct metrics m;
    if (metrics_read(&m, directory, true, a, e) != 0)
        return -1;
    if (m.count == 0)
        return error_input(e, "%s/metrics.csv: has no completed epoch", directory);
    if (plot(&m, "loss, nats", 1, loss, a, e) != 0)
        return -1;
    printf("\n");
    return plot(&m, "accuracy, %", 100, accuracy, a, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    struct trained t = {0};
    int result = -1;
    if (o->plot)
        result = plots(arguments[0], &t.arena, e);
    else if (trained_open(&t, arguments[0], o->threads, e) == 0 &&
             trained_read(&t, o->data, e) == 0)
        result = report(arguments[0], &t, e);
    trained_close(&t);
    return result;
}

COMMAND(report, 1, 1);
