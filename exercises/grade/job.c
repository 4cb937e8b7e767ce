#include "job.h"
#include "base/file.h"
#include "compare.h"
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
           "-Werror=incompatible-pointer-types", "-Werror=int-conversion", "-Isrc", "-Iexercises",
           "-o", job->library, job->file, "-lm", (char *)NULL);
    printf("there is no compiler %s\n", cc && *cc ? cc : "cc");
}

static struct verdict *in_child;

/* YOUR_CODE_HERE was reached: the exercise is not begun. */
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
    memcpy(&f, &symbol, sizeof f); /* POSIX allows this, ISO C does not */
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
        return error_run(e, "%s: no process could be made for the compiler", job->file);
    if (!WIFEXITED(compiled.status) || WEXITSTATUS(compiled.status) != 0 ||
        !file_exists(job->library)) {
        unlink(job->library);
        const char *error = strstr(job->output, "error: "); /* the compiler's first */
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
        return error_run(e, "%s: no process could be made for it", job->file);
    job->state = states[job->verdict.state];
    if (job->verdict.state == WRONG && warnings[0]) { /* these may tell why */
        size_t used = strlen(warnings);
        snprintf(warnings + used, sizeof warnings - used, "%s", job->output);
        memcpy(job->output, warnings, sizeof warnings);
    }
    return 0;
}
