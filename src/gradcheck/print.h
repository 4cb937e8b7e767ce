/* What a check found, for a person and for programs. */
#pragma once

#include "gradcheck/gradcheck.h"

ERROR_CHECKED int print_table(const struct gradcheck *g, struct error *e);
ERROR_CHECKED int print_json(const struct gradcheck *g, struct error *e);

/* The sabotages, a name and a line each. */
ERROR_CHECKED int print_sabotages(bool as_json, struct error *e);
