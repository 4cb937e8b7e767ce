/* onehot report: report.html of a run that is finished, from its files; or its curves, here. */
#include "base/file.h"
#include "data/formats.h"
#include "report/page.h"
#include "runs/metrics.h"
#include "runs/model_file.h"
#include "ui/command.h"
#include "ui/plot.h"
#include "ui/terminal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern const struct command report_command;

enum { ROWS = 256 };

static int report(const char *directory, const struct model_file *s, struct thread_pool *pool,
                  struct error *e) {
    const char *path = s->config.data.path;
    struct dataset *d = formats_read(&s->config.data, pool, e);
    int result = d ? model_file_check_dataset(s, d, path, e) : -1;
    if (result == 0 && strcmp(d->digest, s->dataset.digest) != 0)
        result = error_input(e, "%s: has changed since the run in %s", path, directory);
    struct page page = {directory, &s->config, d, &s->scaling, s->model, pool};
    if (result == 0)
        result = page_write(&page, e);
    dataset_free(d);
    return result;
}

/* One figure of all epochs, of training and validation, as a plot on standard output. */
static int plot(const struct metrics *m, const char *title, double scale, size_t training,
                size_t validation, struct error *e) {
    size_t fields[] = {training, validation}, n = (size_t)m->count;
    double *y = calloc(2 * n + 1, sizeof *y);
    if (!y)
        return error_memory(e, "the plot");
    for (size_t i = 0; i < 2 * n; i++)
        y[i] = scale * *(const double *)((const char *)&m->rows[i % n] + fields[i / n]);
    struct plot_series series[] = {{"training", m->count, y}, {"validation", m->count, y + n}};
    int result = plot_print(title, series, n > 0 && isnan(y[n]) ? 1 : 2, e);
    free(y);
    return result;
}

static int plots(const char *directory, struct error *e) {
    char path[FILE_PATH];
    struct arena a = {0};
    struct metrics m;
    int result = file_join(path, sizeof path, directory, "metrics.csv", e);
    if (result == 0)
        result = metrics_read(&m, path, &a, e);
    if (result == 0 && m.count == 0)
        result = error_input(e, "%s: holds no epoch", path);
    if (result == 0)
        result = plot(&m, "loss, nats", 1, offsetof(struct train_epoch, train_loss),
                      offsetof(struct train_epoch, validation_loss), e);
    if (result == 0) {
        printf("\n");
        result = plot(&m, "accuracy, %", 100, offsetof(struct train_epoch, train_accuracy),
                      offsetof(struct train_epoch, validation_accuracy), e);
    }
    arena_free(&a);
    return result;
}

static int run(int argc, char **argv, struct error *e) {
    bool as_plot = false;
    const char *text = NULL;
    int threads;
    struct option options[] = {
        {.name = "plot", .flag = &as_plot, .help = "only draw the curves, here"},
        COMMAND_THREADS(text),
        {0}};
    int count = command_options(&report_command, options, argc, argv, 1, 1, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (command_threads(&report_command, text, &threads, e) != 0)
        return -1;
    if (as_plot)
        return plots(argv[1], e);
    struct thread_pool *pool = thread_pool_new(threads, e);
    struct model_file *s = pool ? model_file_read(argv[1], ROWS, e) : NULL;
    int result = s ? report(argv[1], s, pool, e) : -1;
    if (result == 0)
        printf("%s/report.html\n", argv[1]);
    model_file_free(s);
    thread_pool_free(pool);
    return result;
}

const struct command report_command = {
    .name = "report",
    .summary = "write report.html, a run on one page",
    .arguments = "RUN [--plot] [--threads N]",
    .help = "Curves, confusion matrix, the worst mistakes, what the first layer looks for, config\n"
            "and provenance, in one file that needs no network. A training writes it at its end;\n"
            "this writes it again, from the run's files.\n\n"
            "examples:\n"
            "  ./onehot report runs/latest\n"
            "  ./onehot report runs/latest --plot\n",
    .run = run,
};
