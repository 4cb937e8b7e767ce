/* Suggests a correction for a misspelt word. */
#pragma once

/* The candidate closest to the misspelt word, or NULL if none is close. `name` returns candidate i,
 * NULL past the end. */
const char *nearest_word(const char *word, const char *(*name)(const void *list, int i),
                         const void *list);
