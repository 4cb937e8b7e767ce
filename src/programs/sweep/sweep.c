/* onehot sweep: trains one config with many overrides and seeds, in parallel processes. */
#define _GNU_SOURCE
#include "programs/sweep/sweep.h"
#include "base/platform.h"
#include "base/thread_pool.h"
#include "programs/commands.h"
#include "programs/compare/comparison.h"

#include <errno.h>
#include <string.h>

struct options {
    int jobs, threads; /* 0: the default */
    bool list, markdown, csv, json;
    const char *html;
};

static const struct option options[] = {
    OPTION(jobs, INT, "N", "run N jobs at a time (default: one per CPU)", .min = 1,
           .max = THREAD_POOL_MAX),
    OPTION(threads, INT, "N", "threads per job (default: the CPUs divided by the jobs)", .min = 1,
           .max = THREAD_POOL_MAX),
    OPTION(list, FLAG, NULL, "print the commands of unfinished jobs; run nothing"),
    OPTION(markdown, FLAG, NULL, "the table for a README or an issue"),
    OPTION(csv, FLAG, NULL, "all digits, for spreadsheets"),
    OPTION(json, FLAG, NULL, "the result for programs, with every run"),
    OPTION(html, TEXT, "FILE",
           "also write a web page: curves, a table to sort, settings and seeds"),
    END_OPTION,
};

/* ---- the list of commands ---- */

/* Adds the word, quoted for the shell. */
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
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++) {
        if (j->state == JOB_FINISHED)
            continue;
        add_quoted(&t, program_invocation_name);
        text_printf(&t, " train ");
        add_quoted(&t, s->config);
        for (const char **o = j->overrides; *o; o++) {
            text_printf(&t, " ");
            add_quoted(&t, *o);
        }
        if (s->threads > 0)
            text_printf(&t, " --threads %d", s->threads);
        text_printf(&t, "\n");
    }
    return command_print(&t, e);
}

/* ---- the page ---- */

/* Compares the finished runs as onehot compare does. */
static int write_page(struct sweep *s, const char *path, struct error *e) {
    struct comparison c;
    int count = 0;
    char **directories = arena_alloc(&s->arena, (size_t)s->grid.jobs + 1, sizeof *directories);
    if (!directories)
        return error_memory(e, "the page");
    for (const struct job *j = s->jobs; j < s->jobs + s->grid.jobs; j++)
        if (j->state == JOB_FINISHED)
            directories[count++] = (char *)j->directory;
    int result = comparison_read(&c, directories, e);
    if (result == 0)
        result = comparison_write_page(&c, path, e);
    comparison_free(&c);
    return result;
}

/* ---- the command ---- */

static int sweep(struct sweep *s, const struct options *o, struct error *e) {
    if (sweep_plan(s, e) != 0)
        return -1;
    if (o->list)
        return print_list(s, e);
    int left = s->grid.jobs - sweep_count(s, JOB_FINISHED);
    if (s->side_by_side > left)
        s->side_by_side = left;
    if (s->threads == 0)
        s->threads = s->cpus > s->side_by_side && left > 0 ? s->cpus / s->side_by_side : 1;
    if (!o->markdown && !o->csv && !o->json)
        sweep_view_open(s);
    int signal = sweep_run(s);
    if (signal != 0)
        return error_signal(
            e, signal, "interrupted: %d of %d jobs are finished; run the same command to resume",
            sweep_count(s, JOB_FINISHED), s->grid.jobs);
    enum table_form form = o->markdown ? TABLE_MARKDOWN : o->csv ? TABLE_CSV : TABLE_PLAIN;
    int result = sweep_print(s, o->json, form, e);
    int failed = sweep_count(s, JOB_FAILED);
    if (result == 0 && o->html && failed < s->grid.jobs)
        result = write_page(s, o->html, e);
    if (result == 0 && failed > 0)
        result = error_run(e, "onehot sweep: %d of %d jobs failed", failed, s->grid.jobs);
    return result;
}

static int run(const void *given, char **arguments, struct error *e) {
    const struct options *o = given;
    struct sweep s = {.config = arguments[0],
                      .cpus = platform_cpus(),
                      .threads = o->threads,
                      .side_by_side = o->jobs ? o->jobs : command_default_threads()};
    if (o->list + o->markdown + o->csv + o->json > 1 || (o->list && o->html))
        return error_input(e, "onehot sweep: use only one of --list, --markdown, --csv and --json, "
                              "and --html FILE without --list");
    int result = grid_read(&s.grid, arguments + 1, &s.arena, e);
    if (result == 0)
        result = sweep(&s, o, e);
    arena_free(&s.arena);
    return result;
}

COMMAND(sweep, 1, 1000);
