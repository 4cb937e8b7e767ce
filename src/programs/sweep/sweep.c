/* onehot sweep: one config with many settings and seeds, as processes side by side. */
#define _GNU_SOURCE
#include "programs/sweep/sweep.h"
#include "base/cpus.h"
#include "base/thread_pool.h"
#include "ui/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern const struct command sweep_command;

/* ---- the list of commands ---- */

/* As one word of a shell command. */
static void add_quoted(struct text *t, const char *word) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./=:,+@%-";
    if (*word && word[strspn(word, plain)] == '\0') {
        text_printf(t, "%s", word);
        return;
    }
    text_printf(t, "'");
    for (; *word; word++)
        if (*word == '\'')
            text_printf(t, "'\\''");
        else
            text_add(t, word, 1);
    text_printf(t, "'");
}

static int print_list(const struct sweep *s, struct error *e) {
    struct text t = {0};
    const char **items = calloc((size_t)s->grid.count + 1, sizeof *items);
    for (int i = 0; items && i < s->grid.jobs; i++) {
        if (s->jobs[i].state == JOB_FINISHED)
            continue;
        grid_job(&s->grid, i, items);
        add_quoted(&t, program_invocation_name);
        text_printf(&t, " train ");
        add_quoted(&t, s->config);
        for (const char **item = items; *item; item++) {
            text_printf(&t, " ");
            add_quoted(&t, *item);
        }
        if (s->threads > 0)
            text_printf(&t, " --threads %d", s->threads);
        text_printf(&t, "\n");
    }
    t.failed |= !items;
    free(items);
    return command_print(&t, e);
}

/* ---- the command ---- */

struct arguments {
    const char *jobs, *threads;
    bool list, markdown, csv, json;
};

static int read_arguments(struct sweep *s, const struct arguments *a, char **argv,
                          struct error *e) {
    if (a->list + a->markdown + a->csv + a->json > 1)
        return error_input(
            e, "onehot sweep: of --list, --markdown, --csv and --json only one, please");
    s->cpus = cpus_usable();
    if (a->threads && command_threads(&sweep_command, a->threads, &s->threads, e) != 0)
        return -1;
    s->config = argv[1];
    if (grid_read(&s->grid, (const char *const *)argv + 2, &s->arena, e) != 0)
        return -1;
    char *end;
    long n = a->jobs ? strtol(a->jobs, &end, 10) : s->cpus;
    if (a->jobs && (end == a->jobs || *end || n < 1 || n > THREAD_POOL_MAX))
        return error_input(e,
                           "onehot sweep: --jobs must be a whole number from 1 to %d, got \"%s\"",
                           THREAD_POOL_MAX, a->jobs);
    s->side_by_side = n < THREAD_POOL_MAX ? (int)n : THREAD_POOL_MAX;
    return 0;
}

static int sweep(struct sweep *s, const struct arguments *a, struct error *e) {
    if (sweep_plan(s, e) != 0)
        return -1;
    if (a->list)
        return print_list(s, e);
    int left = s->grid.jobs - sweep_count(s, JOB_FINISHED);
    if (s->side_by_side > left)
        s->side_by_side = left;
    enum sweep_form form = a->markdown ? SWEEP_MARKDOWN
                           : a->csv    ? SWEEP_CSV
                           : a->json   ? SWEEP_JSON
                                       : SWEEP_TABLE;
    int signal = form == SWEEP_TABLE ? sweep_watch(s) : sweep_run(s, NULL);
    if (signal != 0)
        return error_signal(e, signal,
                            "interrupted: %d of %d jobs are finished, and the same command goes on "
                            "with the others",
                            sweep_count(s, JOB_FINISHED), s->grid.jobs);
    int result = sweep_print(s, form, e);
    int failed = sweep_count(s, JOB_FAILED);
    if (result == 0 && failed > 0)
        result = error_run(e, "onehot sweep: %d of %d jobs failed", failed, s->grid.jobs);
    return result;
}

static int run(int argc, char **argv, struct error *e) {
    struct arguments a = {0};
    struct sweep s = {0};
    struct option options[] = {
        {.name = "jobs",
         .value = &a.jobs,
         .metavar = "N",
         .help = "so many at a time (the default: one a CPU)"},
        {.name = "threads",
         .value = &a.threads,
         .metavar = "N",
         .help = "for each job (the default: its share of the CPUs)"},
        {.name = "list",
         .flag = &a.list,
         .help = "print the commands of what is to do, run nothing"},
        {.name = "markdown", .flag = &a.markdown, .help = "the table for a README or an issue"},
        {.name = "csv", .flag = &a.csv, .help = "with every digit, for spreadsheets"},
        {.name = "json", .flag = &a.json, .help = "the result for programs, with every run"},
        {0}};
    int count = command_options(&sweep_command, options, argc, argv, 1, 1000, e);
    if (count < 0)
        return count == COMMAND_HELP ? 0 : -1;
    int result = read_arguments(&s, &a, argv, e);
    if (result == 0)
        result = sweep(&s, &a, e);
    arena_free(&s.arena);
    return result;
}

const struct command sweep_command = {
    .name = "sweep",
    .summary = "train with many settings and seeds, and rank them",
    .arguments = "CONFIG [key=value,value | key=FIRST..LAST ...] [options]",
    .help =
        "A list or a range makes a job of each value, several make one of each combination:\n"
        "optimizer.learning_rate=0.05,0.1 seed=1..5 are ten. 0..100..25 goes in steps of 25. "
        "Commas\n"
        "within brackets and quotes belong to a value.\n\n"
        "Each job is a run of onehot train, in its own directory runs/NAME-ID. What is finished "
        "is\n"
        "not repeated, what was interrupted goes on: after Ctrl-C, kill -9 or a power cut give "
        "the\n"
        "same command again. At the end the settings are ranked by their mean accuracy over the\n"
        "seeds: on the validation set (data.validation), or on the test set where there is none.\n"
        "+- is the standard deviation over the seeds. The best of many by test accuracy is\n"
        "flattered: choose by validation, then look at the test once.\n\n"
        "examples:\n"
        "  ./onehot sweep configs/mnist.json optimizer.learning_rate=0.05,0.1,0.2 seed=1..5\n"
        "  ./onehot sweep configs/mnist.json model.0.units=32,64,128 train.epochs=3 name=units\n"
        "  ./onehot sweep configs/mnist.json seed=1..5 \\\n"
        "      'optimizer={\"type\": \"sgd\", \"learning_rate\": 0.1},{\"type\": \"sgd\", "
        "\"learning_rate\": 0.2}'\n\n"
        "--list prints a command a line, for other programs and other machines that share this\n"
        "folder; a directory in which one process trains is refused to all others. Then sweep\n"
        "prints the table. Or give the same sweep on several machines: they share the work.\n"
        "  ./onehot sweep configs/mnist.json seed=1..20 --list --threads 1 >jobs\n"
        "  GNU parallel:  parallel --sshlogin a,b --workdir . <jobs\n"
        "  xargs:         xargs -d '\\n' -P 4 -n 1 sh -c <jobs\n"
        "  Slurm:         sbatch --array=1-$(wc -l <jobs) --wrap \\\n"
        "                     'eval \"$(sed -n \"${SLURM_ARRAY_TASK_ID}p\" jobs)\"'\n"
        "  ./onehot sweep configs/mnist.json seed=1..20\n",
    .run = run,
};
