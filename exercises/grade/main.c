/* The grader's program. It runs in the repository's root; exercises/Makefile calls it. */
#include "base/file.h"
#include "job.h"
#include "print.h"
#include "tensor/kernel.h"
#include "ui/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arguments {
    bool list, csv, json;
};

/* The number of the exercise with which a text begins, or 0. */
static int number_of(const char *s) {
    char *end;
    long n = strtol(s, &end, 10);
    bool digits = *s >= '0' && *s <= '9' && (*end == '\0' || *end == '-' || *end == '_');
    return digits && n >= 1 && n <= 99 && grade_exercise((int)n - 1) ? (int)n : 0;
}

static void add(struct job *jobs, int *count, int number, const char *file, const char *program,
                bool practice) {
    static char files[99][64];
    const struct exercise *x = grade_exercise(number - 1);
    struct job *job = &jobs[(*count)++];
    if (!file) {
        snprintf(files[number - 1], sizeof files[0], "exercises/%02d-%s.c", number, x->name);
        file = files[number - 1];
    }
    *job = (struct job){.number = number, .x = x, .file = file, .practice = practice};
    snprintf(job->library, sizeof job->library, "%s%s.%ld.so", strchr(program, '/') ? "" : "./",
             program, (long)getpid());
}

/* Turns [NUMBER] [FILE ...] into jobs. */
static int choose(char **argv, bool practice, struct job *jobs, int *count, struct error *e) {
    int number = 0;
    for (int i = 1; argv[i]; i++) {
        const char *a = argv[i], *name = strrchr(a, '/') ? strrchr(a, '/') + 1 : a;
        if (strspn(a, "0123456789") == strlen(a)) {
            number = number_of(a);
            if (number == 0)
                return error_input(e, "there is no exercise %s; make -C exercises lists them", a);
        } else if (!file_exists(a)) {
            return error_input(e, "%s: there is no such file", a);
        } else if (number == 0 && number_of(name) == 0) {
            return error_input(e, "%s: say which exercise it is, EX=03, or let its name begin so",
                               a);
        } else {
            add(jobs, count, number ? number : number_of(name), a, argv[0], practice);
        }
    }
    bool files = *count > 0;
    for (int i = 1; grade_exercise(i - 1) && !files; i++)
        if (number == 0 || number == i)
            add(jobs, count, i, NULL, argv[0], practice);
    return 0;
}

static int run(struct job *jobs, int count, const struct arguments *o, int *right,
               struct error *e) {
    bool in_full = !o->list && !o->csv && !o->json;
    if (kernel_choose(NULL, e) != 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (job_run(&jobs[i], e) != 0)
            return -1;
        *right += jobs[i].verdict.state == RIGHT;
        if (in_full) {
            print_job(&jobs[i]);
            fflush(stdout);
        }
    }
    if (in_full && count > 1)
        printf("\n%d of %d right\n", *right, count);
    if (o->list)
        print_list(jobs, count);
    return o->csv ? print_csv(jobs, count, e) : o->json ? print_json(jobs, count, e) : 0;
}

/* What command_options prints for --help. */
static const struct command command = {
    .name = "grade",
    .summary = "grade exercises",
    .arguments = "[--list | --csv | --json] [NUMBER] [FILE ...]",
    .help = "Grades FILES as exercise NUMBER, or as what their names begin with; without FILES,\n"
            "exercises/NUMBER-*.c, or all of them. Exit status: 0 all are right, 1 not all, 2 bad "
            "usage.\n",
};

int main(int argc, char **argv) {
    struct error e = {0};
    struct arguments o = {0};
    const struct option options[] = {
        {.name = "list", .flag = &o.list, .help = "the state of each, without training"},
        {.name = "csv", .flag = &o.csv, .help = "a table: file, exercise, name, state, words"},
        {.name = "json", .flag = &o.json, .help = "the same, and the accuracy on MNIST"},
        {0}};
    int result = command_options(&command, options, argc, argv, 0, argc, &e);
    if (result == COMMAND_HELP)
        return 0;
    if (result < 0) {
        fprintf(stderr, "%s\n", e.text);
        return (int)e.status;
    }
    int count = 0, right = 0, exercises = 0;
    while (grade_exercise(exercises))
        exercises++;
    struct job *jobs = calloc((size_t)(argc > exercises ? argc : exercises), sizeof *jobs);
    result = jobs ? choose(argv, !o.list, jobs, &count, &e) : error_memory(&e, "the jobs");
    if (result == 0)
        result = run(jobs, count, &o, &right, &e);
    free(jobs);
    if (result != 0) {
        fprintf(stderr, "grade: %s\n", e.text);
        return (int)e.status;
    }
    return o.list || right == count ? 0 : 1;
}
