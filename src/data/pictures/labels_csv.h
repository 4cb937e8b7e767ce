/* A folder of pictures with a table of their labels, labels.csv:
 *
 *   filename,label
 *   a.png,cat
 *
 * With a header there may be other columns, too; without one, a row is a file name and a label. The
 * pictures may lie in folders. A name in the table may lack the ending, and folders; or have more
 * of them, as an absolute path has. */
#pragma once

#include "data/pictures/layout.h"

/* Adds the files of the table to this split; if it is -1, to the one that the table says or that
 * their folder is named after, or else the training set. `label` names the label's column. Fails if
 * a file in the table is missing, or a picture is not in the table. */
ERROR_CHECKED int labels_csv_add(struct layout *l, const char *folder, const char *label, int split,
                                 struct error *e);
