/* The names under which IDX files travel: [anything-]PREFIX PART[.gz], where PREFIX is train-,
 * t10k- or test-, and PART is images-idx3-ubyte, labels-idx1-ubyte or QMNIST's labels-idx2-int,
 * perhaps with a dot for the first dash. Such a name may also be that of a folder with the file in
 * it, as in Kaggle's archives; and all may be in a folder raw, as torchvision leaves them. */
#pragma once

#include "base/error.h"
#include "base/file.h"

enum idx_part { IDX_IMAGES, IDX_LABELS };

/* Finds this part of a split in a folder; `file` becomes "" if there is none. Of copies of a file
 * the first by name wins; files of different datasets are an error. */
ERROR_CHECKED int idx_names_find(const char *folder, int split, enum idx_part part,
                                 char file[FILE_PATH], struct error *e);

/* Sets `folder` to the one that has images: the path or its folder raw; "" if neither has. */
ERROR_CHECKED int idx_names_folder(const char *path, char folder[FILE_PATH], struct error *e);

/* The length of what comes before PREFIX in the name of a training or test file. */
int idx_names_stem(const char *name, int split, enum idx_part part);
