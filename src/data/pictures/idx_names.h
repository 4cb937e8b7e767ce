/* The names under which IDX files travel: [anything-]PREFIX PART[.gz], where PREFIX is train-,
 * t10k- or test-, and PART is images-idx3-ubyte, labels-idx1-ubyte or QMNIST's labels-idx2-int,
 * perhaps with a dot for a dash. Such a name may also be that of a folder with the file in it, as
 * in Kaggle's archives; and all may be in a folder raw, as torchvision leaves them. */
#pragma once

#include "base/error.h"
#include "base/file.h"

enum idx_part { IDX_IMAGES, IDX_LABELS };

struct idx_names {
    char path[2][2][FILE_PATH]; /* [TRAIN or TEST][enum idx_part]; "": there is no such file */
};

/* Finds the files in a folder, or else in its folder raw. Of copies of a file the first by name
 * wins; files of different datasets are an error. */
ERROR_CHECKED int idx_names_find(struct idx_names *n, const char *path, struct error *e);
