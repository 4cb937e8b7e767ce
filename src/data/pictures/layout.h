/* Which image files a folder contains, and their classes and splits. The folder has
 *
 *   train/CLASS/x.png and test/CLASS/x.png   and validation/; dataset_split_of lists other names;
 *                                            train/ may be alone
 *   labels.csv and x.png                     labels_csv.c; also in train/ and test/
 *   CLASS/x.png
 *
 * Classes are sorted by names_sort, the images of a class by name. */
#pragma once

#include "base/thread_pool.h"
#include "data/dataset.h"

struct image_file {
    const char *path, *name; /* the name: what follows the dataset's or the class's folder */
    int split, label;        /* the class; -1: not known yet */

    /* what reading it finds */
    int sample; /* its index in the split */
    enum error_status status;
    char *why;                   /* it cannot be used; malloc'ed */
    int height, width, channels; /* before the conversion */
};

struct layout {
    struct arena *arena; /* the dataset's */
    int count;
    struct image_file *files;  /* [count]; malloc'ed */
    struct dictionary classes; /* which the files' labels index; not sorted yet */
    int known;                 /* the first of them, which are those of the training set */
    bool labelled;             /* by labels.csv */
    int drawn;                 /* images for a test set */
    int skipped;               /* files that are not samples: README.txt, Thumbs.db, ... */
    struct problems empty;     /* class folders without images */
    struct problems unused;    /* folders beside train/ */
    struct problems columns;   /* of labels.csv, not used */
    struct problems stray;     /* files where a class folder should be */
};

/* The class of this name, which is added if it is new; or -1. */
ERROR_CHECKED int layout_class(struct layout *l, const char *name, struct error *e);

/* Lists the paths of what is in a folder, by name, in the arena; counts those that it skips. */
ERROR_CHECKED int layout_list(struct layout *l, const char *folder, struct string_list *paths,
                              struct error *e);

/* Adds these files in a folder, all of one class, or of none yet: -1. */
ERROR_CHECKED int layout_add(struct layout *l, const char *folder, const struct string_list *paths,
                             int split, int class, struct error *e);

/* Adds the files that the folder's labels.csv lists to this split; if it is -1, to the one that the
 * table says, or that their folder is named after, or else to the training set. `label` names the
 * label's column. Fails if a file in the table is missing, or an image is not in the table. */
ERROR_CHECKED int labels_csv_add(struct layout *l, const char *folder, const char *label, int split,
                                 struct error *e);

/* Reads the files into the splits of a dataset whose classes are set. The samples of a split are in
 * the order of the files. Fails, after reading all, with the number of files that cannot be used,
 * or if they differ and no option makes them alike. Notes what was converted. */
ERROR_CHECKED int image_files_read(struct dataset *d, const struct layout *files,
                                   const struct data_options *from, struct thread_pool *pool,
                                   struct error *e);
