/* Runs to be put side by side. */
#pragma once

#include "runs/run_record.h"

struct runs {
    int count;
    struct run_record *items;
    int nkeys;
    const char **keys; /* the dotted names of the config's values that are not the same in all */
    struct arena arena;
};

/* Reads these directories; one that is named twice, directly or by a link, once. The names are not
 * copied. Free by runs_free, after a failure too. */
ERROR_CHECKED int runs_read(struct runs *r, char **directories, int count, struct error *e);
void runs_free(struct runs *r);

/* The last part of a run's path, where that tells it from all others, else the path. */
const char *runs_name(const struct runs *r, int run);

/* The first run with the same model: itself where there is none before it. */
int runs_same_model(const struct runs *r, int run);
