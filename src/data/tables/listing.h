/* A list of columns for a note or an error: "a" (7), "b" (1) and 3 more. */
#pragma once

#include "base/text.h"
#include "data/dataset.h"

struct listing {
    int count;
    struct text names; /* the first five */
    struct text json;  /* all of them */
};

/* Adds a column and, unless it is negative, its number. */
void listing_add(struct listing *l, const char *name, int number);

/* The list in words; to be called once. */
const char *listing_names(struct listing *l);

/* Notes `what`, followed by the list, unless that is empty. */
ERROR_CHECKED int listing_note(struct listing *l, struct dataset *d, const char *what,
                               struct error *e);

void listing_free(struct listing *l);
