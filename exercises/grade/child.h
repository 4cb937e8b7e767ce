/* Runs a student's code where it cannot do harm: in a separate process, with limits on time and
 * memory. Captures its output, and describes a crash in words. */
#pragma once

#include "guard.h"

#include <stddef.h>

/* The result of grading a student's code. The child fills it in, in memory shared with the
 * parent. */
struct verdict {
    enum {
        RUNNING, /* not finished */
        UNWRITTEN,
        WRONG,
        RIGHT,
        BROKEN, /* the grader failed, not the student */
    } state;
    int seconds;    /* the limit on CPU time */
    int status;     /* of the process, from waitpid */
    char doing[80]; /* "in the 3 x 4 case", "while training on MNIST" */
    struct {
        enum { CRASH_UNKNOWN, CRASH_MEMORY, CRASH_NULL, CRASH_STACK, CRASH_ADDRESS } cause;
        struct guard_place place; /* of CRASH_ADDRESS */
    } crash;                      /* what the child's signal handler found out */
    char text[3000];              /* complete sentences, for the student */
    char hint[1000];              /* one more, if the student's code does not finish */
    int cases;                    /* the number compared */
    double numeric; /* the largest error against central differences; NaN if there is no gradient */
    double accuracy, framework; /* test accuracies after training, 0 .. 1, or NaN */
    bool identical;             /* whether the two models are equal, bit for bit */
};

enum { CHILD_SECONDS = 2, CHILD_PRACTICE_SECONDS = 60, CHILD_MEGABYTES = 2048 };

/* Calls f in a child, and copies its output to `output`, truncated to `size`. If the child does not
 * finish, v->state becomes WRONG and v->text gives the reason; `name` is what v->text calls the
 * code. Returns 0, or -1 if no child could be started. */
int child_run(void (*f)(void *context, struct verdict *v), void *context, const char *name,
              struct verdict *v, char *output, size_t size);

/* In the child: allows this much CPU time from now on. */
void child_allow(int seconds);
