/* How fast training is, beside what the machine can do at most: make bench. Every figure of a run
 * comes from one process, so that they can be compared.
 *
 * machine.c measures the machine, workload.c has the trainings, steps.c runs and times their steps,
 * measure.c repeats that, report.c prints it. */
#include "base/cpus.h"
#include "base/file.h"
#include "base/thread_pool.h"
#include "report.h"
#include "tensor/kernel.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULTS "bench/results.json"

static const char usage[] =
    "Measures training steps, beside what the machine can do at most.\n\n"
    "usage: make bench, or build/default/bench with\n"
    "  --workload NAME  only this one\n"
    "  --threads N      one thread and N (the default: one a CPU)\n"
    "  --seconds S      of steps of each workload, for each number of threads (2)\n"
    "  --json           the results as a line of JSON, instead of a table\n"
    "  --list           the workloads\n"
    "  --help           print this\n\n"
    "Without --workload and --json it also writes " RESULTS ".\n";

struct options {
    const struct workload *only; /* NULL: all */
    int threads;
    double seconds;
    bool json;
};

static void print_list(void) {
    const struct workload *w;
    for (int i = 0; (w = workload_row(i)); i++)
        printf("%-16s %s\n", w->name, w->what);
}

static int read_threads(const char *text, int *threads, struct error *e) {
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end || n < 1 || n > THREAD_POOL_MAX)
        return error_input(e, "bench: --threads must be a whole number from 1 to %d, got \"%s\"",
                           THREAD_POOL_MAX, text);
    *threads = (int)n;
    return 0;
}

static int read_seconds(const char *text, double *seconds, struct error *e) {
    char *end;
    *seconds = strtod(text, &end);
    if (end == text || *end || !(*seconds >= 0.01 && *seconds <= 3600))
        return error_input(e, "bench: --seconds must be a number from 0.01 to 3600, got \"%s\"",
                           text);
    return 0;
}

static int find(const char *name, const struct workload **found, struct error *e) {
    for (int i = 0; (*found = workload_row(i)); i++)
        if (strcmp((*found)->name, name) == 0)
            return 0;
    return error_input(e, "bench: there is no workload \"%s\"; see --list", name);
}

enum { GO_ON, DONE };

/* GO_ON, DONE where all was said, or -1. */
static int read_options(int argc, char **argv, struct options *o, struct error *e) {
    static const struct option known[] = {{"workload", required_argument, NULL, 'w'},
                                          {"threads", required_argument, NULL, 't'},
                                          {"seconds", required_argument, NULL, 's'},
                                          {"json", no_argument, NULL, 'j'},
                                          {"list", no_argument, NULL, 'l'},
                                          {"help", no_argument, NULL, 'h'},
                                          {0}};
    int c, cpus = cpus_usable();
    *o = (struct options){.threads = cpus < THREAD_POOL_MAX ? cpus : THREAD_POOL_MAX, .seconds = 2};
    opterr = 0;
    while ((c = getopt_long(argc, argv, ":h", known, NULL)) != -1) {
        if (c == 'w' && find(optarg, &o->only, e) != 0)
            return -1;
        if (c == 's' && read_seconds(optarg, &o->seconds, e) != 0)
            return -1;
        if (c == 't' && read_threads(optarg, &o->threads, e) != 0)
            return -1;
        if (c == 'j')
            o->json = true;
        if (c == 'l' || c == 'h') {
            if (c == 'l')
                print_list();
            else
                fputs(usage, stdout);
            return DONE;
        }
        if (c == ':')
            return error_input(e, "bench: %s needs a value; see --help", argv[optind - 1]);
        if (c == '?')
            return error_input(e, "bench: there is no option %s; see --help", argv[optind - 1]);
    }
    if (optind < argc)
        return error_input(e, "bench: takes options only, not \"%s\"; see --help", argv[optind]);
    return GO_ON;
}

/* The record is that of a whole run; a part of it is for looking at. */
static int hand_over(const struct report *r, const struct options *o, struct error *e) {
    struct text t = {0};
    int status = 0;
    report_write(r, o->json ? 0 : 3, &t);
    if (t.failed)
        status = error_memory(e, "the results");
    else if (o->json)
        fputs(t.data, stdout);
    else if (!o->only)
        status = file_write(RESULTS, t.data, t.size, e);
    text_free(&t);
    return status;
}

static int run(int argc, char **argv, struct error *e) {
    struct options o;
    struct report r;
    const struct workload *w;
    int status = read_options(argc, argv, &o, e);
    if (status != GO_ON)
        return status == DONE ? 0 : -1;
    if (kernel_choose(getenv("ONEHOT_KERNEL"), e) != 0 || report_begin(&r, o.seconds, e) != 0)
        return -1;
    if (!o.json)
        report_print_machine(&r);
    for (int i = 0; (w = workload_row(i)); i++) {
        if (o.only && w != o.only)
            continue;
        if (measure_workload(&r.measures[r.count++], w, o.threads, o.seconds, e) != 0)
            return -1;
        if (!o.json)
            report_print_last(&r);
    }
    if (!o.json)
        report_print_phases(&r);
    return hand_over(&r, &o, e);
}

int main(int argc, char **argv) {
    struct error e = {0};
    int status = run(argc, argv, &e);
    if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0)
        status = error_run(&e, "standard output: cannot be written: %s", strerror(errno));
    if (status != 0)
        fprintf(stderr, "%s\n", e.text);
    return status == 0 ? 0 : (int)e.status;
}
