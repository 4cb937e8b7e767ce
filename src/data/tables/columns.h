/* The columns of a table: their names, and what each is for. */
#pragma once

#include "data/data_options.h"
#include "data/tables/dictionary.h"
#include "data/tables/reader.h"

struct column {
    const char *name;
    int label;     /* which label it holds, or -1 */
    bool used;     /* it becomes features */
    bool chosen;   /* data.columns lists it, so it is used whatever is in it */
    bool nameless; /* the header has no name for it; not used unless chosen */
};

struct columns {
    struct reader reader;
    int count;
    struct column *items;      /* [count]: one per field of a row */
    struct dictionary names;   /* of all columns, in their order */
    bool header;               /* whether the first record names the columns */
    long header_line;          /* where that is */
    struct string_list first;  /* the texts of the first record */
    struct string_list labels; /* the columns that hold labels: one, or several if multi-label */
    int *label_fields;         /* [labels.count]: their positions */
    struct arena *arena;       /* owns all but the reader */
};

/* Opens the file and names its columns. Without a header they are c0, c1, ... Call columns_close
 * even after a failure. */
ERROR_CHECKED int columns_open(struct columns *c, const char *path, const struct data_options *from,
                               struct arena *a, struct error *e);
void columns_close(struct columns *c);

/* For training: finds the label columns, and chooses those that become features: all others, or as
 * the options say. */
ERROR_CHECKED int columns_choose(struct columns *c, const struct data_options *from,
                                 struct error *e);

/* The column with this name or, if there is none, at this position: 0 .., or -1 .. from the end. -1
 * if there is no such column. */
int columns_find(const struct columns *c, const char *label);

/* Records that there is no column of that name, "which data.ignore lists", and suggests another.
 * Returns -1. */
int columns_refuse(const struct columns *c, const char *name, const char *why, struct error *e);

/* Finds the label columns: `label` is one, whose name may contain commas, or several. */
ERROR_CHECKED int columns_label(struct columns *c, const char *label, struct error *e);

/* Whether the file has label columns. */
bool columns_labelled(const struct columns *c, const char *label);

/* Before the first row; then the next row: 1, or 0 at the end, or -1. */
ERROR_CHECKED int columns_rewind(struct columns *c, struct error *e);
ERROR_CHECKED int columns_next(struct columns *c, struct error *e);
