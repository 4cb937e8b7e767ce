/* Prints the results of gradcheck: tables for people, JSON for programs. */
#pragma once

#include "gradcheck/gradcheck.h"

ERROR_CHECKED int print_tables(const struct gradcheck *g, struct error *e);
ERROR_CHECKED int print_json(const struct gradcheck *g, struct error *e);

/* Prints the names of the mutations, with descriptions. */
ERROR_CHECKED int print_mutations(bool as_json, struct error *e);
