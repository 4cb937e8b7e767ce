/* Grading one file: compiles it, and checks its function in a child. */
#pragma once

#include "base/file.h"
#include "child.h"
#include "grade.h"

struct job {
    int number; /* of the exercise, from 1 */
    const struct exercise *x;
    const char *file;
    char library[FILE_PATH]; /* the file that it is compiled to, which is removed afterwards */
    bool practice;           /* the training on MNIST, too */
    struct verdict verdict;
    const char *state; /* in words: job_not_compiled, or what verdict.state means */
    char output[4000]; /* of the compiler and of the student's code */
};

extern const char job_not_compiled[];

/* Fills in verdict, state and output. Fails only if no process can be made. */
ERROR_CHECKED int job_run(struct job *job, struct error *e);
