#include "job.h"
#include "base/file.h"
#include "compare.h"
#include "diagnose.h"
#include "local.h"
#include "practice.h"

#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char job_not_compiled[] = "does not compile";

static void compile(void *context, struct verdict *v) {
    struct job *job = context;
    const char *cc = getenv("CC");
    (void)v;
    child_allow(30);
    dup2(STDOUT_FILENO, STDERR_FILENO);
    execlp(cc && *cc ? cc : "cc", "cc", "-std=gnu11", "-O2", "-g", "-shared", "-fPIC",
           "-fvisibility=hidden", "-ffp-contract=off", "-Wall", "-Wno-unknown-pragmas",
           "-Werror=implicit-function-declaration", "-Werror=return-type",
           "-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-fsanitize=bounds",
           "-fstack-protector-all", "-Isrc", "-Iexercises", "-o", job->library, job->file,
           "exercises/grade/local.c", "-Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free",
           "-nodefaultlibs", "-lm", "-lc", "-lgcc", (char *)NULL);
    printf("compiler %s not found\n", cc && *cc ? cc : "cc");
}

/* In the child. */
static struct verdict *in_child;
static const struct exercise *exercise;

/* Called by YOUR_CODE_HERE: the exercise is not begun. */
void exercise_unwritten(void) {
    in_child->state = UNWRITTEN;
    fflush(stdout);
    _exit(0);
}

void exercise_overrun(int line, long long index, const char *type) {
    struct verdict *v = in_child;
    const char *name = exercise->name, *comma = v->doing[0] ? ", " : "";
    const struct argument *wide = exercise->arguments; /* as wide as the outputs */
    int length = (int)strcspn(type + (line > 0), "'"); /* the type is in quotes */
    while (wide->cols != 'O')
        wide++;
    v->state = WRONG;
    if (line == 0)
        diagnose_say(v, "Your %s writes past the end of a local array%s%s.", name,
                     v->doing[0] ? " " : "", v->doing);
    else if (strstr(type, "[*]"))
        diagnose_say(v, "In line %d, your %s uses index %lld of an array that is shorter%s%s.",
                     line, name, index, comma, v->doing);
    else
        diagnose_say(
            v, "In line %d, your %s uses index %lld of an array that is declared as %.*s%s%s.",
            line, name, index, length, type + 1, comma, v->doing);
    diagnose_say(v,
                 "Give the array as many elements as every case needs: its size may be an "
                 "expression, such as %s.cols.",
                 wide->name);
    fflush(stdout);
    _exit(0);
}

void *exercise_malloc(size_t size) {
    return guard_malloc(size);
}

void *exercise_realloc(void *block, size_t size) {
    return guard_realloc(block, size);
}

void exercise_free(void *block) {
    guard_release(block);
}

static void grade(void *context, struct verdict *v) {
    static const char undefined_symbol[] = "undefined symbol: "; /* in dlerror's text */
    struct job *job = context;
    in_child = v;
    exercise = job->x;
    void *library = dlopen(job->library, RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, job->x->name) : NULL;
    void (*f)(void);
    memcpy(&f, &symbol, sizeof f); /* POSIX allows this, ISO C does not */
    if (!symbol) {
        const char *why = dlerror(), *undefined = why ? strstr(why, undefined_symbol) : NULL;
        v->state = WRONG;
        if (library || !undefined)
            snprintf(v->text, sizeof v->text, "The file does not define the function %s.",
                     job->x->name);
        else
            snprintf(v->text, sizeof v->text, "It calls an undefined function: %s.",
                     undefined + strlen(undefined_symbol));
        return;
    }
    compare_exercise(job->x, f, v);
    if (v->state == RIGHT && job->practice) {
        child_allow(CHILD_PRACTICE_SECONDS);
        practice_run(job->x, f, v);
    }
}

int job_run(struct job *job, struct error *e) {
    static const char *const states[] = {[UNWRITTEN] = "not yet begun",
                                         [WRONG] = "not right yet",
                                         [RIGHT] = "right",
                                         [BROKEN] = "not graded"};
    struct verdict compiled = {0};
    char name[80], warnings[sizeof job->output];
    snprintf(name, sizeof name, "Your %s", job->x->name);
    job->verdict = (struct verdict){.numeric = NAN, .accuracy = NAN, .framework = NAN};
    if (child_run(compile, job, name, &compiled, job->output, sizeof job->output) != 0)
        return error_run(e, "%s: cannot start a process for the compiler", job->file);
    if (!WIFEXITED(compiled.status) || WEXITSTATUS(compiled.status) != 0 ||
        !file_exists(job->library, e)) {
        unlink(job->library);
        const char *error = strstr(job->output, "error: "); /* the first error */
        snprintf(job->verdict.text, sizeof job->verdict.text, "%.*s",
                 error ? (int)strcspn(error, "\n") : 0, error ? error : "");
        job->verdict.state = WRONG;
        job->state = job_not_compiled;
        return 0;
    }
    memcpy(warnings, job->output, sizeof warnings);
    int result = child_run(grade, job, name, &job->verdict, job->output, sizeof job->output);
    unlink(job->library);
    if (result != 0)
        return error_run(e, "%s: cannot start a process to grade it", job->file);
    if (job->verdict.hint[0])
        diagnose_say(&job->verdict, "%s", job->verdict.hint);
    job->state = states[job->verdict.state];
    if (job->verdict.state == WRONG && warnings[0]) { /* which may explain the mistake */
        size_t used = strlen(warnings);
        snprintf(warnings + used, sizeof warnings - used, "%s", job->output);
        memcpy(job->output, warnings, sizeof warnings);
    }
    return 0;
}
