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

static int plot(const char *directory, struct arena *a, struct error *e) {
    struct metrics m;
    if (metrics_read(&m, directory, true, a, e) != 0)
        return -1;
    if (m.count == 0)
        return error_input(e, "%s/metrics.csv: has no completed epoch", directory);
    const struct train_epoch *r = m.rows;
    const struct plot_series series[] = {
        {"training", m.count, &r->train_loss, sizeof *r},
        {"validation", m.count, &r->validation_loss, sizeof *r},
        {"training", m.count, &r->train_accuracy, sizeof *r},
        {"validation", m.count, &r->validation_accuracy, sizeof *r}};
    int curves = isnan(r->validation_accuracy) ? 1 : 2; /* of a plot: 1 without a validation set */
    if (plot_print("loss, nats", false, series, curves, e) != 0)
        return -1;
    printf("\n");
    return plot_print("accuracy, %", true, series + 2, curves, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    const char *directory = arguments[0];
    SCOPED(trained) t = {0};
    struct sample_set samples[SPLITS] = {0};
    struct text out = {0};
    if (o->plot && o->json)
        return error_input(e, "onehot report: use only one of --plot and --json");
    if (o->plot)
        return plot(directory, &t.arena, e);
    if (trained_open(&t, directory, o->threads, e) != 0 || trained_read(&t, o->data, e) != 0)
        return -1;
    if (!trained_on(&t))
        return error_input(e, "%s: is not the dataset of the run in %s, or has changed since then",
                           t.path, directory);
    t.file->config.data.path = t.path;
    for (int i = 0; i < SPLITS; i++) {
        struct error none = {0}; /* of a split without samples */
        if (model_file_samples(t.file, t.data, t.path, i, &t.arena, &samples[i], &none) != 0 &&
            none.status != ERROR_INPUT)
            return error_memory(e, t.path);
    }
    struct page page = {directory,     &t.file->config, t.data,           samples,
                        t.file->model, t.pool,          .arena = &t.arena};
    if (o->json)
        return page_json(&page, &out, e) == 0 ? command_print(&out, e) : -1;
    if (page_write(&page, e) != 0)
        return -1;
    printf("%s/report.html\n", text_shown(directory));
    return 0;
}

COMMAND(report, 1, 1);
