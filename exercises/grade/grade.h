/* The grader for the exercises: the description of an exercise.
 *
 * A student's file is compiled into a library, and its function is called on small cases. The right
 * answers come from the framework's own functions and from tests/reference. If all are right, the
 * function replaces the framework's in a short training run on MNIST. If not, the grader compares
 * the answers with those of typical mistakes, all of which it implements, and reports the one
 * that gives the same answers in every case.
 *
 *   main.c      the program                          cases.c      the small cases
 *   job.c       compiles and grades one file         compare.c    compares the answers
 *   print.c     prints the results                   diagnose.c   finds the mistake
 *   child.c     runs a student's code safely         practice.c   the training
 *   guard.c     tensors that detect overruns         vectors.c    reads tests/reference
 *   framework.c the framework's functions
 *
 * The exercises are in softmax.c, cross_entropy.c, p_minus_y.c, linear.c, activation.c, optimizer.c
 * and batch.c. */
#pragma once

#include "exercise.h"

#include <stdbool.h>

enum { ARGUMENTS = 6 };

/* The tensors of a call, in the order of exercise.arguments, and the numbers that some
 * functions take. */
struct values {
    struct tensor t[ARGUMENTS + 1];
    real learning_rate, momentum;
    int batch;
};

enum role {
    IN,
    OUT,
    IN_OUT,
    UNSEEN, /* not an argument, but needed by `objective` */
};

struct argument {
    const char *name;
    enum role role;
    char rows, cols;    /* 'N' samples, 'I' inputs, 'O' outputs or classes, '1' */
    const char *vector; /* its name in tests/reference, or NULL */
    const char *of;     /* for an output that is a gradient: with respect to this argument */
};

/* A common mistake in one output (or in all of them: ""), and the message that explains it. */
struct mistake {
    const char *output;
    void (*wrong)(void); /* has the type of the student's function */
    const char *words;
};
#define MISTAKE(output, wrong, words)                                                              \
    { output, (void (*)(void))(wrong), words }

struct training;
struct cJSON;
struct arena;

struct exercise {
    const char *name;   /* of the function; file names are NUMBER-NAME.c */
    const char *source; /* the framework's file to read afterwards */

    const struct argument *arguments;                      /* ends with an all-zero row */
    void (*call)(void (*f)(void), const struct values *v); /* calls f by its real type */
    void (*right)(void);                                   /* the framework's function */
    const struct mistake *mistakes;                        /* ends with an all-zero row */

    const char *large; /* what to say if only cases of large numbers are wrong, or NULL */

    /* Completes case k, which is filled with random numbers: sets the inputs that depend on other
     * inputs. NULL if there are none. */
    void (*prepare)(struct values *v, int k);

    /* The scalar whose gradients are the outputs with `of`. NULL if there are none. */
    double (*objective)(const struct values *v);

    const char *vectors; /* the file in tests/reference, or NULL */

    /* Whether a case in that file suits the exercise. Fills in the inputs (in v) and outputs (in
     * want) that cannot be found by name. NULL if every case suits. */
    bool (*vector)(const struct cJSON *c, struct arena *a, struct values *v, struct values *want);

    const char *config, *more;        /* for the training run; one more override, or NULL */
    void (*swap)(struct training *t); /* installs the student's function (practice.h) */
};

extern const struct exercise softmax_exercise, stable_softmax_exercise, cross_entropy_exercise,
    p_minus_y_exercise, linear_forward_exercise, linear_backward_exercise, relu_backward_exercise,
    sigmoid_backward_exercise, sgd_step_exercise, momentum_step_exercise, batch_gradient_exercise;

/* In teaching order: exercise i, from 0; NULL past the end. */
const struct exercise *grade_exercise(int i);
