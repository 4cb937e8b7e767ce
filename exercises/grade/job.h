/* Grades one file: compiles it, and checks its function in a child process. */
#pragma once

#include "base/file.h"
#include "child.h"
#include "grade.h"

struct job {
    int number; /* of the exercise, from 1 */
    const struct exercise *x;
    const char *file;
    char library[FILE_PATH]; /* the compiled file, removed afterwards */
    bool practice;           /* whether to train on MNIST, too */
    struct verdict verdict;
    const char *state; /* in words: job_not_compiled, or the meaning of verdict.state */
    char output[4000]; /* from the compiler and the student's code */
};

extern const char job_not_compiled[];

/* Fills in verdict, state and output. Fails only if no process can be started. */
ERROR_CHECKED int job_run(struct job *job, struct error *e);
