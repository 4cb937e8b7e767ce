/* The small cases of an exercise, with the right answers: random ones, and those in
 * tests/reference. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "grade.h"

enum { CASES_MAX = 40 };

struct test_case {
    struct values in, want, got; /* the inputs, the right outputs, the student's outputs */
    int rows, cols;              /* of the first argument; they name the case in messages */
};

struct cases {
    const struct exercise *x;
    struct arena arena;
    struct test_case items[CASES_MAX];
    int count;
    bool failed; /* out of memory, or of CASES_MAX */
};

/* Fills in everything but `got`. Case 0 is random and far from all kinks. To be freed by arena_free
 * on the arena, after a failure too. */
ERROR_CHECKED int cases_new(struct cases *c, const struct exercise *x, struct error *e);

bool cases_is_output(const struct exercise *x, int argument);

/* A copy in the arena, and one of the outputs only, for a call to overwrite. Out of memory, they
 * set c->failed. */
struct tensor cases_copy(struct cases *c, struct tensor t);
struct values cases_copy_outputs(struct cases *c, const struct values *v);
