/* The small cases of an exercise, with the right answers. Some are random, some come from
 * tests/reference. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "grade.h"

enum { CASES_MAX = 40 };

struct test_case {
    struct values in, want, got; /* the inputs, the right outputs, the student's outputs */
    int rows, cols;              /* of the first argument; messages identify the case by them */
};

struct cases {
    const struct exercise *x;
    struct arena arena;
    struct test_case items[CASES_MAX];
    int count;
    bool failed; /* out of memory, or more than CASES_MAX cases */
};

/* Fills in everything except `got`. Case 0 is random and far from any kink. The caller frees the
 * arena with arena_free, even after a failure. */
ERROR_CHECKED int cases_new(struct cases *c, const struct exercise *x, struct error *e);

bool cases_is_output(const struct exercise *x, int argument);

/* Copies a tensor, or all outputs (for a call to overwrite), into the arena. If memory runs out,
 * c->failed is set. */
struct tensor cases_copy(struct cases *c, struct tensor t);
struct values cases_copy_outputs(struct cases *c, const struct values *v);
