/* onehot report: rewrites a finished run's report.html, prints its numbers, or plots its curves. */
#include "programs/commands.h"
#include "programs/trained.h"
#include "report/page.h"
#include "runs/metrics.h"
#include "ui/plot.h"

static const struct option options[] = {
    MOVED_DATA_OPTION,
    OPTION(plot, FLAG, NULL, "only plot the learning curves, in the terminal"),
    OPTION(json, FLAG, NULL, "only print the numbers of the page, and its images, as JSON"),
    THREADS_OPTION,
};

static int report(const char *directory, struct trained *t, bool json, struct error *e) {
    struct sample_set samples[SPLITS] = {0};
    if (!trained_on(t))
        return error_input(e, "%s: is not the dataset of the run in %s, or has changed since then",
                           t->path, directory);
    t->file->config.data.path = t->path;
    for (int i = 0; i < SPLITS; i++) {
        struct error none = {0}; /* of a split without samples */
        if (model_file_samples(t->file, t->data, t->path, i, &t->arena, &samples[i], &none) != 0 &&
            none.status != ERROR_INPUT)
            return error_memory(e, t->path);
    }
    struct page page = {directory, &t->file->config, t->data,
                        samples,   t->file->model,   .pool = t->pool};
    struct text out = {0};
    if (json)
        return page_json(&page, &out, e) == 0 ? command_print(&out, e) : -1;
    if (page_write(&page, e) != 0)
        return -1;
    printf("%s/report.html\n", directory);
    return 0;
}

/* Plots these fields of the rows: of training, and of validation unless there is none. */
static int plot(const char *title, bool percent, const struct metrics *m, const double *training,
                const double *validation, struct error *e) {
    const struct plot_series series[] = {
        {"training", m->count, training, sizeof *m->rows},
        {"validation", m->count, validation, sizeof *m->rows},
    };
    return plot_print(title, percent, series, isnan(*validation) ? 1 : 2, e);
}

static int plots(const char *directory, struct arena *a, struct error *e) {
    struct metrics m;
    if (metrics_read(&m, directory, true, a, e) != 0)
        return -1;
    if (m.count == 0)
        return error_input(e, "%s/metrics.csv: has no completed epoch", directory);
    const struct train_epoch *r = m.rows;
    if (plot("loss, nats", false, &m, &r->train_loss, &r->validation_loss, e) != 0)
        return -1;
    printf("\n");
    return plot("accuracy, %", true, &m, &r->train_accuracy, &r->validation_accuracy, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(trained) t = {0};
    if (o->plot && o->json)
        return error_input(e, "onehot report: use only one of --plot and --json");
    if (o->plot)
        return plots(arguments[0], &t.arena, e);
    return trained_open(&t, arguments[0], o->threads, e) == 0 && trained_read(&t, o->data, e) == 0
               ? report(arguments[0], &t, o->json, e)
               : -1;
}

COMMAND(report, 1, 1);
