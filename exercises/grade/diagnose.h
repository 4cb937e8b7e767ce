/* Finds the mistake in a wrong answer. */
#pragma once

#include "cases.h"
#include "child.h"

/* Appends to v->text the mistake in output o, which differs from the right one in at least one
 * case. */
void diagnose_output(struct cases *c, int o, struct verdict *v);

/* Appends a sentence to v->text. */
void diagnose_say(struct verdict *v, const char *format, ...) ERROR_PRINTF(2, 3);
