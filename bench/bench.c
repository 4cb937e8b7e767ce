/* make bench: measures the speed of training, compared with the machine's peak. All figures of a
 * run come from one process, so that they can be compared.
 *
 * machine.c measures the machine, workload.c defines the workloads, steps.c runs and times
 * training steps, measure.c repeats that, report.c prints it. With --scaling, scaling.c measures
 * models of growing size. */
#include "base/file.h"
#include "report.h"
#include "scaling.h"
#include "tensor/kernel.h"
#include "ui/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESULTS "bench/results.json"

struct options {
    const char *workload;
    int threads;
    double seconds;
    bool json, list, scaling;
};

static const struct option options[] = {
    OPTION(workload, TEXT, "NAME", "measure only this workload"),
    OPTION(threads, THREADS, "N", "measure one thread and N threads (default: one per CPU)"),
    OPTION(seconds, REAL, "S", "time per workload and number of threads, in seconds (2)",
           .min = 0.01, .max = 3600, .initial = 2),
    OPTION(json, FLAG, NULL, "print the results as one line of JSON instead of a table"),
    OPTION(list, FLAG, NULL, "list the workloads"),
    OPTION(scaling, FLAG, NULL,
           "instead of the workloads, measure models of 10^4 to 10^8 parameters, S seconds each"),
};

static void print_list(void) {
    const struct workload *w;
    for (int i = 0; (w = workload_row(i)); i++)
        printf("%-30s %s\n", w->name, w->what);
}

/* Finds the workload with this name; *found is NULL if no name is given, which means all. */
static int find(const char *name, const struct workload **found, struct error *e) {
    *found = NULL;
    if (!name)
        return 0;
    for (int i = 0; (*found = workload_row(i)); i++)
        if (strcmp((*found)->name, name) == 0)
            return 0;
    return error_input(e, "bench: there is no workload \"%s\"; see --list", name);
}

/* Writes the results; only a complete run replaces the record. */
static int hand_over(const struct report *r, const struct options *o, struct error *e) {
    struct text t = {0};
    int status = 0;
    report_write(r, o->json ? 0 : 3, &t);
    if (t.failed)
        status = error_memory(e, "the results");
    else if (o->json)
        fputs(t.data, stdout);
    else if (!o->workload)
        status = file_write(RESULTS, t.data, t.size, e);
    text_free(&t);
    return status;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    const struct workload *w, *only;
    struct report r;
    (void)arguments;
    if (o->list) {
        print_list();
        return 0;
    }
    if (find(o->workload, &only, e) != 0 || kernel_choose(getenv("ONEHOT_KERNEL"), e) != 0)
        return -1;
    if (o->scaling && (o->workload || o->json))
        return error_input(e, "bench: --scaling has models of its own, and prints a table: it "
                              "takes neither --workload nor --json");
    if (o->scaling)
        return scaling_print(o->seconds, e);
    if (report_begin(&r, o->seconds, e) != 0)
        return -1;
    if (!o->json)
        report_print_machine(&r);
    for (int i = 0; (w = workload_row(i)); i++) {
        if (only && w != only)
            continue;
        if (measure_workload(&r.measures[r.count++], w, o->threads, o->seconds, e) != 0)
            return -1;
        if (!o->json)
            report_print_last(&r);
    }
    if (!o->json)
        report_print_phases(&r);
    return hand_over(&r, o, e);
}

static const struct command bench = {
    .title = "bench",
    COMMAND_LINE(0, 0),
    .help = "Measures training steps, and compares them with the machine's peak.\n\n"
            "usage: bench [options], or make bench\n\n"
            "Without --workload and --json, it also writes " RESULTS ".\n",
    .run = run,
};

int main(int argc, char **argv) {
    struct error e = {0};
    (void)argc;
    return command_exit(command_run(&bench, argv, &e), &e);
}
