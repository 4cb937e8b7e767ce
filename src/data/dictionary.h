/* Different texts, numbered 0, 1, 2, ... in the order in which they were added. */
#pragma once

#include "base/arena.h"

enum { DICTIONARY_MAX_TEXT = 1000 }; /* bytes of a text */

struct dictionary {
    int count, capacity;
    const char **items; /* [count]; copies */
    int *sorted;        /* [count]: their numbers, by the bytes of the texts */
};

/* The number of the text, or -1. */
int dictionary_find(const struct dictionary *d, const char *text);

/* The same, after adding it if it is new, in the arena. -1 if it is too long, if there are `max`
 * texts already, or without memory. */
int dictionary_add(struct dictionary *d, const char *text, int max, struct arena *a);
