/* Prints the results of gradcheck: tables for people, JSON for programs. */
#pragma once

#include "gradcheck/gradcheck.h"

ERROR_CHECKED int print_tables(const struct gradcheck *g, struct error *e);
ERROR_CHECKED int print_json(const struct gradcheck *g, struct error *e);

/* The mutations' names, and what each does. */
ERROR_CHECKED int print_mutations(bool as_json, struct error *e);
