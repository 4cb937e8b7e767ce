/* Runs that are compared: which keys of their configs differ, and which models are the same. */
#pragma once

#include "runs/run_record.h"

struct comparison {
    int count;
    struct run_record *runs;
    int nkeys;
    const char **keys; /* dotted names of the config's values that are not the same in all runs */

    /* For people: a column for each of them that tells the runs apart, or "model" for the layers of
     * different models; and "key=value ..." for what all runs have that is not a default. */
    int ncolumns;
    struct comparison_column {
        const char *key, *title; /* the key's last part, if that is clear */
    } * columns;
    struct text shared;
    struct arena arena;
};

/* Reads these directories (NULL-terminated); one that is named twice, directly or by a link, only
 * once. One of several that is no run directory is reported on standard error and left out. The
 * names are not copied. Free with comparison_free, even after a failure. */
ERROR_CHECKED int comparison_read(struct comparison *c, char **directories, struct error *e);
void comparison_free(struct comparison *c);

/* The last part of a run's path if no other run has the same, otherwise the whole path. */
const char *comparison_name(const struct comparison *c, int run);

/* A run's value for the key of a column, or NULL. */
const char *comparison_value(const struct comparison *c, int run, const char *key);

/* The first run with equal weights, bit for bit; the run itself if no earlier run has them. */
int comparison_same_weights(const struct comparison *c, int run);

/* Prints the runs, with all digits of their figures, as JSON. */
ERROR_CHECKED int comparison_print_json(const struct comparison *c, struct error *e);

/* Writes a page with the curves of the runs, a table that can be sorted, and the accuracy of each
 * setting with a dot per seed. */
ERROR_CHECKED int comparison_write_page(const struct comparison *c, const char *path,
                                        struct error *e);
