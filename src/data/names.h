/* Lists of the names of classes or columns: plain text, all different. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"

/* Sets the list to copies of these names, in the arena. `path` is for errors. */
ERROR_CHECKED int names_copy(struct string_list *list, const char *const *names, int count,
                             const char *path, struct arena *a, struct error *e);

/* The name with its control characters as in C, such as \n; in the arena, if it has any. NULL if
 * out of memory. */
const char *names_escape(const char *name, struct arena *a);

/* Sorts numerically if all names are whole numbers, otherwise by bytes. */
void names_sort(const struct string_list *list);

/* Fails unless all names are plain text (text_is_plain) and different. `one` and `many` say what
 * the names are of: "class", "classes". */
ERROR_CHECKED int names_check(const struct string_list *list, const char *one, const char *many,
                              const char *path, struct error *e);
