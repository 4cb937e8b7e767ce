/* The grader's program: compiles each file that it is given, has it checked in a child, and prints
 * what there is to say. It runs in the repository's root; exercises/Makefile calls it. */
#include "base/file.h"
#include "child.h"
#include "compare.h"
#include "practice.h"
#include "tensor/kernel.h"
#include "ui/table.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char NOT_COMPILED[] = "does not compile";

enum form { WORDS, LIST, CSV, JSON };

struct job {
    int number; /* 1 .. */
    const struct exercise *x;
    const char *file;
    char library[FILE_PATH];
    bool practice;
    struct verdict verdict;
    const char *state;
    char output[4000]; /* of the compiler, or what the student's code printed */
};

/* ---- one file ---- */

static void compile(void *context, struct verdict *v) {
    struct job *job = context;
    const char *cc = getenv("CC");
    (void)v;
    child_allow(30);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    execlp(cc && *cc ? cc : "cc", "cc", "-std=gnu11", "-O2", "-g", "-shared", "-fPIC",
           "-fvisibility=hidden", "-ffp-contract=off", "-Wall", "-Wno-unknown-pragmas",
           "-Werror=implicit-function-declaration", "-Werror=return-type",
           "-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-Isrc", "-Iexercises",
           "-o", job->library, job->file, "-lm", (char *)NULL);
    printf("there is no compiler %s\n", cc && *cc ? cc : "cc");
}

static struct verdict *in_child;

/* YOUR_CODE_HERE: the exercise ends here, and has not begun. */
void exercise_unwritten(void) {
    in_child->state = UNWRITTEN;
    fflush(stdout);
    _exit(0);
}

static void grade(void *context, struct verdict *v) {
    struct job *job = context;
    in_child = v;
    void *library = dlopen(job->library, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, job->x->name) : NULL;
    void (*f)(void);
    memcpy(&f, &symbol, sizeof f); /* as POSIX says, ISO C does not */
    if (!symbol) {
        const char *why = dlerror(), *undefined = why ? strstr(why, "undefined symbol") : NULL;
        v->state = WRONG;
        if (library || !undefined)
            snprintf(v->text, sizeof v->text, "There is no function %s in it.", job->x->name);
        else
            snprintf(v->text, sizeof v->text, "It calls what nobody has: %s.", undefined);
        return;
    }
    compare_exercise(job->x, f, v);
    if (v->state == RIGHT && job->practice) {
        child_allow(CHILD_PRACTICE_SECONDS);
        practice_run(job->x, f, v);
    }
}

/* The compiler's first error, as the words about a file that does not compile. */
static void first_error(struct job *job) {
    const char *at = strstr(job->output, "error: ");
    snprintf(job->verdict.text, sizeof job->verdict.text, "%.*s", at ? (int)strcspn(at, "\n") : 0,
             at ? at : "");
}

static int job_run(struct job *job, struct error *e) {
    static const char *const states[] = {[UNWRITTEN] = "not yet begun",
                                         [WRONG] = "not right yet",
                                         [RIGHT] = "right",
                                         [BROKEN] = "not graded"};
    struct verdict compiled = {0};
    char name[80], warnings[sizeof job->output];
    snprintf(name, sizeof name, "Your %s", job->x->name);
    job->verdict = (struct verdict){.numeric = NAN, .accuracy = NAN, .framework = NAN};
    if (child_run(compile, job, name, &compiled, job->output, sizeof job->output) != 0)
        return error_run(e, "%s: no process could be made for the compiler", job->file);
    if (!WIFEXITED(compiled.status) || WEXITSTATUS(compiled.status) != 0 ||
        !file_exists(job->library)) {
        unlink(job->library);
        first_error(job);
        job->verdict.state = WRONG;
        job->state = NOT_COMPILED;
        return 0;
    }
    memcpy(warnings, job->output, sizeof warnings);
    int result = child_run(grade, job, name, &job->verdict, job->output, sizeof job->output);
    unlink(job->library);
    if (result != 0)
        return error_run(e, "%s: no process could be made for it", job->file);
    job->state = states[job->verdict.state];
    if (job->verdict.state == WRONG && warnings[0]) { /* they may say why */
        size_t used = strlen(warnings);
        snprintf(warnings + used, sizeof warnings - used, "%s", job->output);
        memcpy(job->output, warnings, sizeof warnings);
    }
    return 0;
}

/* ---- in words ---- */

/* What came out of the compiler or the code, line by line, without bytes that steer terminals. */
static void print_output(const char *output) {
    enum { LINES = 24 };
    int lines = 0;
    for (const char *line = output; *line && lines < LINES; lines++) {
        size_t length = strcspn(line, "\n");
        printf("   | ");
        for (size_t i = 0; i < length; i++)
            putchar((unsigned char)line[i] < 32 || line[i] == 127 ? ' ' : line[i]);
        putchar('\n');
        line += length + (line[length] == '\n');
        if (*line && lines == LINES - 1)
            printf("   | ...\n");
    }
}

static void print_words(const struct job *job) {
    const struct verdict *v = &job->verdict;
    char text[600];
    printf("%02d %-18s %s\n", job->number, job->x->name, job->state);
    if (v->state == UNWRITTEN) {
        snprintf(text, sizeof text, "%s says what to do; replace YOUR_CODE_HERE in it.", job->file);
        terminal_paragraph("   ", text);
    } else if (v->state != RIGHT && job->state != NOT_COMPILED) {
        terminal_paragraph("   ", v->text);
    } else if (v->state == RIGHT) {
        int used = snprintf(text, sizeof text, "Compared in %d cases", v->cases);
        if (!isnan(v->numeric))
            used += snprintf(text + used, sizeof text - (size_t)used,
                             ", and with central differences (off by at most %.1g)", v->numeric);
        used += snprintf(text + used, sizeof text - (size_t)used,
                         ". In a short training of %s with it, %.2f %% of MNIST's test pictures "
                         "are right",
                         job->x->config, 100 * v->accuracy);
        if (v->identical)
            used += snprintf(text + used, sizeof text - (size_t)used,
                             ", and the model is the framework's own to the bit");
        else
            used += snprintf(text + used, sizeof text - (size_t)used,
                             " (with the framework's own: %.2f %%)", 100 * v->framework);
        snprintf(text + used, sizeof text - (size_t)used, ". Now read %s.", job->x->source);
        terminal_paragraph("   ", text);
    }
    print_output(job->output);
}

static void print_list(const struct job *jobs, int count) {
    int next = -1;
    for (int i = 0; i < count; i++) {
        printf("%02d %-18s %s\n", jobs[i].number, jobs[i].x->name, jobs[i].state);
        if (next < 0 && jobs[i].verdict.state != RIGHT)
            next = i;
    }
    printf("\n");
    if (next >= 0)
        printf("next: %s\n      make -C exercises grade-%02d\n", jobs[next].file,
               jobs[next].number);
    else
        printf("make -C exercises grade    trains MNIST with each, too\n");
}

/* ---- for a teacher's program ---- */

static int print_csv(const struct job *jobs, int count, struct error *e) {
    struct table t;
    char number[12];
    table_begin(&t, count + 1, 5);
    const char *const titles[] = {"file", "exercise", "name", "state", "words"};
    for (int i = 0; i < 5; i++)
        table_add(&t, titles[i]);
    for (int i = 0; i < count; i++) {
        snprintf(number, sizeof number, "%d", jobs[i].number);
        table_add(&t, jobs[i].file);
        table_add(&t, number);
        table_add(&t, jobs[i].x->name);
        table_add(&t, jobs[i].state);
        table_add(&t, jobs[i].verdict.text);
    }
    int result = t.failed ? error_memory(e, "the table") : 0;
    if (result == 0)
        table_csv(&t);
    table_free(&t);
    return result;
}

static int print_json(const struct job *jobs, int count, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 1};
    json_open(&j, NULL, '[');
    for (int i = 0; i < count; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "file", jobs[i].file);
        json_int(&j, "exercise", jobs[i].number);
        json_string(&j, "name", jobs[i].x->name);
        json_string(&j, "state", jobs[i].state);
        json_string(&j, "words", jobs[i].verdict.text);
        json_number(&j, "accuracy", jobs[i].verdict.accuracy);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    int result = t.failed ? error_memory(e, "the output") : 0;
    if (result == 0)
        puts(t.data);
    text_free(&t);
    return result;
}

/* ---- which files ---- */

static const char usage[] =
    "usage: grade [--list | --csv | --json] [NUMBER] [FILE ...]\n"
    "Grades FILES as exercise NUMBER, or as what their names begin with; without FILES,\n"
    "exercises/NUMBER-*.c, or all of them. Exit status: 0 all are right, 1 not all, 2 bad usage.\n"
    "  --list   the state of each, without training\n"
    "  --csv    a table: file, exercise, name, state, words\n"
    "  --json   the same, and the accuracy on MNIST\n";

/* The exercise that a text begins with, 1 .., or 0. */
static int number_of(const char *s) {
    char *end;
    long n = strtol(s, &end, 10);
    bool digits = *s >= '0' && *s <= '9' && (*end == '\0' || *end == '-' || *end == '_');
    return digits && n >= 1 && n <= 99 && grade_exercise((int)n - 1) ? (int)n : 0;
}

static void add(struct job *jobs, int *count, int number, const char *file, const char *program,
                enum form form) {
    static char files[99][64];
    const struct exercise *x = grade_exercise(number - 1);
    struct job *job = &jobs[(*count)++];
    if (!file) {
        snprintf(files[number - 1], sizeof files[0], "exercises/%02d-%s.c", number, x->name);
        file = files[number - 1];
    }
    *job = (struct job){.number = number, .x = x, .file = file, .practice = form != LIST};
    snprintf(job->library, sizeof job->library, "%s%s.%ld.so", strchr(program, '/') ? "" : "./",
             program, (long)getpid());
}

static int choose(int argc, char **argv, struct job *jobs, int *count, enum form *form,
                  struct error *e) {
    int number = 0;
    bool files = false;
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i], *name = strrchr(a, '/') ? strrchr(a, '/') + 1 : a;
        if (strcmp(a, "--list") == 0)
            *form = LIST;
        else if (strcmp(a, "--csv") == 0)
            *form = CSV;
        else if (strcmp(a, "--json") == 0)
            *form = JSON;
        else if (strspn(a, "0123456789") == strlen(a)) {
            number = number_of(a);
            if (number == 0)
                return error_input(e, "there is no exercise %s; make -C exercises lists them", a);
        } else if (!file_exists(a)) {
            return error_input(e, "%s: there is no such file", a);
        } else if (number == 0 && number_of(name) == 0) {
            return error_input(e, "%s: say which exercise it is, EX=03, or let its name begin so",
                               a);
        } else {
            add(jobs, count, number ? number : number_of(name), a, argv[0], *form);
            files = true;
        }
    }
    for (int i = 1; grade_exercise(i - 1) && !files; i++)
        if (number == 0 || number == i)
            add(jobs, count, i, NULL, argv[0], *form);
    return 0;
}

static int run(struct job *jobs, int count, enum form form, int *right, struct error *e) {
    if (kernel_choose(NULL, e) != 0)
        return -1;
    for (int i = 0; i < count; i++) {
        if (job_run(&jobs[i], e) != 0)
            return -1;
        *right += jobs[i].verdict.state == RIGHT;
        if (form == WORDS) {
            print_words(&jobs[i]);
            fflush(stdout);
        }
    }
    if (form == WORDS && count > 1)
        printf("\n%d of %d right\n", *right, count);
    if (form == LIST)
        print_list(jobs, count);
    return form == CSV ? print_csv(jobs, count, e) : form == JSON ? print_json(jobs, count, e) : 0;
}

int main(int argc, char **argv) {
    struct error e = {0};
    enum form form = WORDS;
    int count = 0, right = 0, most = 0;
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    while (grade_exercise(most))
        most++;
    struct job *jobs = calloc((size_t)(argc > most ? argc : most), sizeof *jobs);
    int result = jobs ? choose(argc, argv, jobs, &count, &form, &e) : error_memory(&e, "the jobs");
    if (result == 0)
        result = run(jobs, count, form, &right, &e);
    free(jobs);
    if (result != 0) {
        fprintf(stderr, "grade: %s\n", e.text);
        return (int)e.status;
    }
    return form == LIST || right == count ? 0 : 1;
}
