/* onehot gradcheck: a config's own model and data, checked before they are trained. It is compiled
 * for the double twin alone.
 *
 *   difference.h   a derivative from the function alone
 *   gradients.h    backward against that, for every tensor of a model
 *   sanity.h       the classic checks of everything around the gradients
 *   sabotage.h     the same model with a mistake in it, to be found from the table */
#pragma once

#include "gradcheck/gradients.h"
#include "gradcheck/sabotage.h"
#include "gradcheck/sanity.h"

enum { GRADCHECK_SANITY = 7, GRADCHECK_STAGES = 2 };

struct gradcheck {
    int stages; /* at initialisation, and after some steps where those could be made */
    struct gradients gradients[GRADCHECK_STAGES];
    struct sanity sanity[GRADCHECK_SANITY];
    int checks, wrong; /* rows that apply; rows that are wrong */
};

/* All checks of a new training, which is no longer one afterwards; with a mistake, or NULL for
 * none. What *g points to is in the arena. */
ERROR_CHECKED int gradcheck_run(struct gradcheck *g, struct training *t, const struct sabotage *s,
                                struct arena *a, struct error *e);
