/* Compares runs: which keys of their configs differ, and which models are the same. */
#pragma once

#include "runs/run_record.h"

struct comparison {
    int count;
    struct run_record *runs;
    int nkeys;
    const char **keys; /* dotted names of the config values that are not the same in all runs */

    /* For people: a column for each key that tells the runs apart, or "model" for the layers of
     * different models; and, as "key=value ...", the values other than defaults that all runs
     * share.
     */
    int ncolumns;
    struct comparison_column {
        const char *key, *title; /* the title is the key's last part, if no other column has that */
    } * columns;
    struct text shared;
    struct arena arena;
};

/* Reads these directories (NULL-terminated), whose names are not copied. One that is named twice,
 * directly or by a link, is read once. If there are several, one that is no run directory is
 * reported on stderr and left out. Call comparison_free even after a failure. */
ERROR_CHECKED int comparison_read(struct comparison *c, char **directories, struct error *e);
void comparison_free(struct comparison *c);

/* The last part of a run's path if no other run has the same, otherwise the whole path. */
const char *comparison_name(const struct comparison *c, int run);

/* A run's value for the key of a column, or NULL. */
const char *comparison_value(const struct comparison *c, int run, const char *key);

/* The first run with the same weights, bit for bit: this one, if no earlier one has them. */
int comparison_same_weights(const struct comparison *c, int run);

/* Appends the runs as JSON, with all digits. With `page`, adds what only the page needs, such as
 * the runs' metrics, and fails if they cannot be read. */
ERROR_CHECKED int comparison_json(const struct comparison *c, bool page, struct text *t,
                                  struct error *e);

/* Writes a page with the runs' curves, a sortable table, and the accuracy of each setting with one
 * dot per seed. */
ERROR_CHECKED int comparison_write_page(const struct comparison *c, const char *path,
                                        struct error *e);
