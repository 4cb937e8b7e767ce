/* The word that a misspelt one was probably meant to be. */
#pragma once

/* The candidate that is nearest to a misspelt word, or NULL where none is near. `name` gives
 * candidate i, NULL behind the last. */
const char *nearest_word(const char *word, const char *(*name)(const void *list, int i),
                         const void *list);
