/* Names of classes, columns and files: lists, numbering, and the first few of many. */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"

/* ---- names.c: lists ---- */

/* Sets the list to copies of these names, in the arena. `path` is for errors. */
ERROR_CHECKED int names_copy(struct string_list *list, const char *const *names, int count,
                             const char *path, struct arena *a, struct error *e);

/* Sets the list to PREFIX0, PREFIX1, ..., `count` names in the arena. */
ERROR_CHECKED int names_number(struct string_list *list, const char *prefix, int count,
                               struct arena *a, struct error *e);

/* The name with its control characters escaped as in C (\n); in the arena, if it has any. NULL if
 * out of memory. */
const char *names_escape(const char *name, struct arena *a);

/* Sorts numerically if all names are whole numbers, otherwise by bytes. */
void names_sort(const struct string_list *list);

/* The name in the list that is closest to a misspelt one, or NULL if none is close. */
const char *names_nearest(const struct string_list *list, const char *name);

/* Fails unless all names are plain text (text_is_plain) and different. `one` and `many` say what
 * the names are of: "class", "classes". */
ERROR_CHECKED int names_check(const struct string_list *list, const char *one, const char *many,
                              const char *path, struct error *e);

/* ---- dictionary.c: different texts, numbered 0, 1, 2, ... as they are added ---- */

enum { DICTIONARY_MAX_TEXT = 1000 }; /* bytes of a text */

struct dictionary {
    struct string_list list; /* copies */
    int capacity;
    int *sorted; /* [list.count]: their numbers, by the bytes of the texts */
};

/* The number of the text, or -1. */
int dictionary_find(const struct dictionary *d, const char *text);

/* The number of the text, which is added in the arena if it is new. -1 if it is too long or if
 * there are `max` texts already; also, with an error, if out of memory. */
int dictionary_add(struct dictionary *d, const char *text, int max, struct arena *a,
                   struct error *e);

/* ---- problems.c: counts things of one kind, such as unreadable files, and names the first ---- */

enum { PROBLEMS_SHOWN = 5, PROBLEMS_LIST = PROBLEMS_SHOWN * 322 + 32 };

struct problems {
    int count;
    char shown[PROBLEMS_SHOWN][320]; /* room for a command with three paths in it */
};

/* Counts one more; the text names it, and is made plain like an error's. */
void problems_add(struct problems *p, const char *format, ...) ERROR_PRINTF(2, 3);

/* Writes "first; second; and 7 more", with this separator, and returns it. */
const char *problems_list(const struct problems *p, const char *separator,
                          char list[PROBLEMS_LIST]);

/* Records "WHAT: " and that list, with WHAT from the format, a literal. Returns -1. */
#define problems_refuse(p, e, format, ...)                                                         \
    error_input(e, format ": %s", __VA_ARGS__, problems_list(p, "; ", (char[PROBLEMS_LIST]){0}))
