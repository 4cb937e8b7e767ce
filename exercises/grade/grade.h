/* The grader of the exercises: what an exercise is to it.
 *
 * A student's file is compiled into a library of its own, and one function of it is called on small
 * cases, whose right answers come from the framework's own files and from tests/reference. Where it
 * is right, it takes the framework's place in a short training on MNIST. Where it is wrong, its
 * answers are compared with those of honest implementations of the mistakes that people make: the
 * one that agrees on every case names what is wrong.
 *
 *   main.c   the program: compiles, prints      compare.c   answers right and wrong, and how wrong
 *   child.c  runs a student's code safely       practice.c  the training
 *   guard.c  tensors that notice a step beside  vectors.c   tests/reference
 *
 * The exercises themselves are softmax.c, cross_entropy.c, linear.c, activation.c, optimizer.c,
 * batch.c. */
#ifndef ONEHOT_EXERCISES_GRADE_H
#define ONEHOT_EXERCISES_GRADE_H

#include "exercise.h"

#include <stdbool.h>

enum { ARGUMENTS = 6 };

/* The tensors of a call, in the order of exercise.arguments, and the numbers that some take. */
struct values {
    struct tensor t[ARGUMENTS + 1];
    real learning_rate, momentum;
    int batch;
};

enum role {
    IN,
    OUT,
    IN_OUT,
    UNSEEN, /* not an argument, but what objective needs */
};

struct argument {
    const char *name;
    enum role role;
    char rows, cols;    /* 'N' samples, 'I' inputs, 'O' outputs or classes, '1' */
    const char *vector; /* its name in tests/reference, or NULL */
    const char *of;     /* of an output that is a gradient: by which argument */
};

/* A mistake that people make: to one output (or "", to all at once), and the sentence that names
 * it. */
struct mistake {
    const char *output;
    void (*wrong)(void); /* of the student's function's type */
    const char *words;
};
#define MISTAKE(output, wrong, words)                                                              \
    { output, (void (*)(void))(wrong), words }

struct training;
struct cJSON;
struct arena;

struct exercise {
    const char *name;   /* of the function, and behind the number of the file */
    const char *source; /* the framework's file to read afterwards */

    const struct argument *arguments;                      /* closed by an all-zero row */
    void (*call)(void (*f)(void), const struct values *v); /* f as what it is */
    void (*right)(void);                                   /* the framework's own */
    const struct mistake *mistakes;                        /* closed by an all-zero row */

    /* Makes of random numbers case k: what depends on what. NULL: nothing does. */
    void (*prepare)(struct values *v, int k);

    /* The scalar whose gradients the outputs with `of` are. NULL: there are none. */
    double (*objective)(const struct values *v);

    const char *vectors; /* the file in tests/reference, or NULL */

    /* Whether a case of that file is one for this exercise, after filling in what names alone do
     * not say: of v what goes in, of want what should come out. NULL: every one is. */
    bool (*vector)(const struct cJSON *c, struct arena *a, struct values *v, struct values *want);

    const char *config, *more;        /* of the training; `more` overrides it, or is NULL */
    void (*swap)(struct training *t); /* puts the student's function into it (practice.h) */
};

/* In teaching order: exercise i, from 0; NULL behind the last. */
const struct exercise *grade_exercise(int i);

#endif
