/* onehot gradcheck: checks a config's own model and data before they are trained. Only the double
 * build has it.
 *
 *   finite_difference.h   derivatives computed from the function alone
 *   gradients.h           compares backward with them, for every tensor of a model
 *   sanity.h              the classic checks of everything around the gradients
 *   mutation.h            plants a bug in the model, to be found from the results */
#pragma once

#include "gradcheck/gradients.h"
#include "gradcheck/mutation.h"
#include "gradcheck/sanity.h"

enum { GRADCHECK_SANITY = 7, GRADCHECK_STAGES = 2 };

struct gradcheck {
    int stages; /* at initialisation, and after some steps if all of them succeeded */
    struct gradients gradients[GRADCHECK_STAGES];
    struct sanity sanity[GRADCHECK_SANITY];
    int checks, wrong; /* applicable rows, and how many of them are wrong */
};

/* Runs all checks on a new training, which cannot be used afterwards. m is the mutation to plant
 * first, or NULL. What *g points to is in the arena. */
ERROR_CHECKED int gradcheck_run(struct gradcheck *g, struct training *t, const struct mutation *m,
                                struct arena *a, struct error *e);
