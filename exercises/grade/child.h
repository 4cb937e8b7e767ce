/* Runs a student's code where it can do no harm: in a process of its own, with limits on time and
 * memory. Its output is captured, and a crash is described in words. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* What is known about a student's code. The child fills it in, in memory shared with its parent. */
struct verdict {
    enum {
        RUNNING, /* it has not finished */
        UNWRITTEN,
        WRONG,
        RIGHT,
        BROKEN, /* the grader failed, not the student */
    } state;
    int seconds;     /* CPU time that it may use */
    int status;      /* of the process, from waitpid */
    char doing[80];  /* "in the 3 x 4 case", "in the training" */
    char crash[200]; /* the cause of the crash, as far as the child knows */
    char text[3000]; /* complete sentences, for the student */
    int cases;       /* compared */
    double numeric; /* the largest error against central differences; NaN if there is no gradient */
    double accuracy, framework; /* of the trainings, 0 .. 1; NaN without */
    bool identical;             /* the two models, to the bit */
};

enum { CHILD_SECONDS = 2, CHILD_PRACTICE_SECONDS = 60, CHILD_MEGABYTES = 2048 };

/* Calls f in a child, and copies what it prints to `output`, truncated to `size`. If the child does
 * not finish, v->state becomes WRONG and v->text says why; it calls the code `name`. Returns 0, or
 * -1 if no child could be made. */
int child_run(void (*f)(void *context, struct verdict *v), void *context, const char *name,
              struct verdict *v, char *output, size_t size);

/* In the child: allows it this much CPU time from now on. */
void child_allow(int seconds);
