/* Finds the mistake in a wrong answer. */
#pragma once

#include "cases.h"
#include "child.h"

/* Appends to v->text the mistake in output o, which differs from the right one in at least one
 * case. */
void diagnose_output(struct cases *c, int o, struct verdict *v);

/* The words of the known mistake that explains output o in every case, or NULL. */
const char *diagnose_known(struct cases *c, int o);

/* Appends a sentence to v->text. */
void diagnose_say(struct verdict *v, const char *format, ...) ERROR_PRINTF(2, 3);
