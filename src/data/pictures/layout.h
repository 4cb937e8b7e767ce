/* Which pictures a folder contains, of which classes and splits. The folder has
 *
 *   train/CLASS/x.png and test/CLASS/x.png   and validation/; dataset_split_of lists other names;
 *                                            train/ may be alone
 *   labels.csv and x.png                     labels_csv.c; also in train/ and test/
 *   CLASS/x.png
 *
 * Classes are sorted by names_sort, the pictures of a class by name. */
#pragma once

#include "base/arena.h"
#include "data/dictionary.h"
#include "data/pictures/picture_files.h"
#include "data/problems.h"

struct layout {
    struct arena arena;
    struct picture_files files;
    struct dictionary classes; /* which the files' labels index; they are not sorted yet */
    int known;                 /* the first of them, which are those of the training set */
    bool labelled;             /* by labels.csv */
    int drawn;                 /* pictures for a test set */
    int passed_over;           /* files that are not samples: README.txt, Thumbs.db, ... */
    struct problems empty;     /* class folders without pictures */
    struct problems unused;    /* folders beside train/ */
    struct problems columns;   /* of labels.csv, not used */
    struct problems stray;     /* files where a class folder should be */
};

/* The class of this name, which is new or not; or -1. */
ERROR_CHECKED int layout_class(struct layout *l, const char *name, struct error *e);

/* Lists the files of a folder, by name, in the layout's arena; counts those passed over. */
ERROR_CHECKED int layout_list(struct layout *l, const char *path, struct string_list *names,
                              struct error *e);

/* Adds these files of a folder to the list, all of one class, or of none yet: -1. */
ERROR_CHECKED int layout_add(struct layout *l, const char *folder, const struct string_list *names,
                             int split, int class, struct error *e);

/* Adds the files of the table to this split; if it is -1, to the one that the table says or that
 * their folder is named after, or else the training set. `label` names the label's column. Fails if
 * a file in the table is missing, or a picture is not in the table. */
ERROR_CHECKED int labels_csv_add(struct layout *l, const char *folder, const char *label, int split,
                                 struct error *e);
