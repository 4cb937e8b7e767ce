/* The content of a directory, in memory: to restore it after a command, and to see what the command
 * changed. A failure to read or write it exits: it is used in processes of its own. */
#ifndef ONEHOT_TESTS_TREE_H
#define ONEHOT_TESTS_TREE_H

#include "base/text.h"

#include <stdbool.h>

struct tree_entry {
    char *path;       /* within the directory */
    char type;        /* 'd'irectory, 'f'ile, 'l'ink, '?' */
    struct text data; /* of a file; a link's target */
};

struct tree {
    struct tree_entry *items; /* a directory comes before its content */
    int count;
};

struct tree tree_read(const char *directory);
void tree_free(struct tree *t);

/* Removes the directory and makes it again with this content. */
void tree_restore(const struct tree *t, const char *directory);
void tree_remove(const char *directory);

const struct tree_entry *tree_find(const struct tree *t, const char *path); /* or NULL */

/* Whether both are NULL, or have the same type and content. With `timeless`, what is measured in
 * time does not count: some numbers of result.json and report.html, and the content of state. */
bool tree_same(const struct tree_entry *a, const struct tree_entry *b, bool timeless);

/* The path of the first entry in which the two differ, or NULL. */
const char *tree_difference(const struct tree *a, const struct tree *b, bool timeless);

#endif
