/* onehot report: report.html of a run that is finished, from its files. */
#include "programs/command.h"
#include "report/page.h"
#include "train/saved.h"

#include <stdio.h>
#include <string.h>

extern const struct command report_command;

enum { ROWS = 256 };

static int report(const char *directory, const struct saved *s, struct team *team,
                  struct error *e) {
    const char *path = s->config.data.path;
    struct dataset *d = dataset_read(path, team, e);
    int result = d ? saved_check_dataset(s, d, path, e) : -1;
    if (result == 0 && strcmp(d->digest, s->dataset.digest) != 0)
        result = error_input(e, "%s: has changed since the run in %s", path, directory);
    struct page page = {directory, &s->config, d, s->model, team};
    if (result == 0)
        result = page_write(&page, e);
    dataset_free(d);
    return result;
}

static int run(int argc, char **argv, struct error *e) {
    const char *text = NULL;
    int threads;
    struct option options[] = {COMMAND_THREADS(text), {0}};
    int count = command_options(&report_command, options, argc, argv, 1, 1, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    if (command_threads(&report_command, text, &threads, e) != 0)
        return -1;
    struct team *team = team_new(threads, e);
    struct saved *s = team ? saved_read(argv[1], ROWS, e) : NULL;
    int result = s ? report(argv[1], s, team, e) : -1;
    if (result == 0)
        printf("%s/report.html\n", argv[1]);
    saved_free(s);
    team_free(team);
    return result;
}

const struct command report_command = {
    .name = "report",
    .summary = "write report.html, a run on one page",
    .arguments = "RUN [--threads N]",
    .help = "Curves, confusion matrix, the worst mistakes, what the first layer looks for, config\n"
            "and provenance, in one file that needs no network. A training writes it at its end;\n"
            "this writes it again, from the run's files.\n\n"
            "examples:\n"
            "  ./onehot report runs/latest\n",
    .run = run,
};
