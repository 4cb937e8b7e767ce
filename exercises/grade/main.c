/* The grader's program. It runs in the repository's root; exercises/Makefile calls it. */
#define _GNU_SOURCE /* program_invocation_name */
#include "base/file.h"
#include "job.h"
#include "print.h"
#include "tensor/kernel.h"
#include "ui/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
    bool list, csv, json;
};

static const struct option options[] = {
    OPTION(list, FLAG, NULL, "print the state of each exercise, without training"),
    OPTION(csv, FLAG, NULL, "print a table: file, exercise, name, state, message"),
    OPTION(json, FLAG, NULL, "print the same as JSON, plus the accuracy on MNIST"),
};

enum { NOT_ALL_RIGHT = 1 }; /* a result of run: no error, but not success either */

/* The exercise number at the start of s, or 0. */
static int number_of(const char *s) {
    char *end;
    long n = strtol(s, &end, 10);
    bool digits = *s >= '0' && *s <= '9' && (*end == '\0' || *end == '-' || *end == '_');
    return digits && n >= 1 && n <= 99 && grade_exercise((int)n - 1) ? (int)n : 0;
}

static void add(struct job *jobs, int *count, int number, const char *file, bool practice) {
    static char files[99][64];
    const struct exercise *x = grade_exercise(number - 1);
    struct job *job = &jobs[(*count)++];
    if (!file) {
        snprintf(files[number - 1], sizeof files[0], "exercises/%02d-%s.c", number, x->name);
        file = files[number - 1];
    }
    *job = (struct job){.number = number, .x = x, .file = file, .practice = practice};
    snprintf(job->library, sizeof job->library, "%s%s.%ld.so",
             strchr(program_invocation_name, '/') ? "" : "./", program_invocation_name,
             (long)getpid());
}

/* Turns [NUMBER] [FILE ...] into jobs. */
static int choose(char **arguments, bool practice, struct job *jobs, int *count, struct error *e) {
    int number = 0;
    for (; *arguments; arguments++) {
        const char *a = *arguments, *name = strrchr(a, '/') ? strrchr(a, '/') + 1 : a;
        if (strspn(a, "0123456789") == strlen(a)) {
            number = number_of(a);
            if (number == 0)
                return error_input(
                    e, "grade: there is no exercise %s; make -C exercises lists them", a);
        } else if (!file_exists(a, e)) {
            return error_input(
                e, "grade: there is no exercise or file %s; make -C exercises lists the exercises",
                a);
        } else if (number == 0 && number_of(name) == 0) {
            return error_input(
                e, "grade: %s: unknown exercise; pass EX=03, or start the file's name with 03-", a);
        } else {
            add(jobs, count, number ? number : number_of(name), a, practice);
        }
    }
    bool files = *count > 0;
    for (int i = 1; grade_exercise(i - 1) && !files; i++)
        if (number == 0 || number == i)
            add(jobs, count, i, NULL, practice);
    return 0;
}

/* Grades the jobs. Returns 0, NOT_ALL_RIGHT, or -1 with an error. */
static int grade(struct job *jobs, int count, const struct options *o, struct error *e) {
    bool in_full = !o->list && !o->csv && !o->json;
    int right = 0;
    if (kernel_choose(NULL, e) != 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (job_run(&jobs[i], e) != 0)
            return -1;
        right += jobs[i].verdict.state == RIGHT;
        if (in_full) {
            print_job(&jobs[i]);
            fflush(stdout);
        }
    }
    if (in_full && count > 1)
        printf("\n%d of %d right\n", right, count);
    if (o->list)
        print_list(jobs, count);
    if ((o->csv && print_csv(jobs, count, e) != 0) ||
        (o->json && !o->csv && print_json(jobs, count, e) != 0))
        return -1;
    return o->list || right == count ? 0 : NOT_ALL_RIGHT;
}

static int run(const struct options *o, char **arguments, struct error *e) {
    int count = 0, max = command_count(arguments);
    for (int i = 0; grade_exercise(i); i++)
        max++;
    struct job *jobs = calloc((size_t)max, sizeof *jobs);
    int result = jobs ? choose(arguments, !o->list, jobs, &count, e) : error_memory(e, "the jobs");
    if (result == 0)
        result = grade(jobs, count, o, e);
    free(jobs);
    return result;
}

static const struct command grade_command = {
    .title = "grade",
    COMMAND_LINE(0, 100000),
    .help = "Grades solutions to the exercises.\n\n"
            "usage: grade [--list | --csv | --json] [NUMBER] [FILE ...]\n\n"
            "Grades each FILE as exercise NUMBER, or as the number at the start of its name.\n"
            "Without FILE, grades exercises/NUMBER-*.c, or every exercise.\n"
            "Exit status: 0 if all are right, 1 if not, 2 for bad usage.\n",
    .run = run,
};

int main(int argc, char **argv) {
    struct error e = {0};
    (void)argc;
    int result = command_run(&grade_command, argv, &e);
    int status = command_exit(result == NOT_ALL_RIGHT ? 0 : result, &e);
    return status == 0 && result == NOT_ALL_RIGHT ? 1 : status;
}
