/* A student's code, run where it can do no harm: in a process of its own, with limits to time and
 * memory, whose output is kept apart, and whose end is told in words. */
#ifndef ONEHOT_EXERCISES_CHILD_H
#define ONEHOT_EXERCISES_CHILD_H

#include <stdbool.h>
#include <stddef.h>

/* What a child says about itself, in memory that its parent sees, too. */
struct verdict {
    enum {
        RUNNING, /* it did not come to an end of its own */
        UNWRITTEN,
        WRONG,
        RIGHT,
        BROKEN, /* the grader failed, not the student */
    } state;
    int seconds;     /* of CPU time that it has */
    int status;      /* how it ended, as waitpid says */
    char doing[80];  /* "in the 3 x 4 case", "in the training" */
    char crash[200]; /* how it hurt itself */
    char text[3000]; /* finished sentences */
    int cases;       /* that it was compared on */
    double numeric;  /* the largest error against central differences; NaN: no gradient */
    double accuracy, framework; /* of the trainings, 0 .. 1; NaN: none */
    bool identical;             /* to the bit, the two models */
};

enum { CHILD_SECONDS = 2, CHILD_PRACTICE_SECONDS = 60, CHILD_MEGABYTES = 2048 };

/* Calls f in a child. What the code prints is put into `output`, cut to its size. Where the child
 * does not come to its end, v->state is WRONG and v->text says why, about `name`. Returns 0, or -1
 * where no child could be made. */
int child_run(void (*f)(void *context, struct verdict *v), void *context, const char *name,
              struct verdict *v, char *output, size_t size);

/* In the child: from here on it has so many seconds of CPU time. */
void child_allow(int seconds);

#endif
