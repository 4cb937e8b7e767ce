/* A checkpoint: the state of an interrupted run, as a file. A run that is resumed from it ends with
 * the same bytes as one that was never interrupted: the rest of a run depends only on theta, the
 * optimizer's vectors and the progress (train.h). The file also has the run's ID and its metrics.
 *
 *   4 lines    the versions of this format and of the numerics, the dataset's digest, the run's ID
 *   1 line     the progress, as JSON
 *   vectors    f32, little-endian: theta, the best theta if any, the average, the optimizer's
 *   text       the metrics so far
 *   64 bytes   SHA-256 of everything above, in hex: detects a truncated or damaged file
 *
 * The file is written under another name, synced and renamed, and its predecessor becomes
 * checkpoint.previous, so there is always a complete one. A finished run keeps its last checkpoint
 * under the name "state", for a run with more epochs (run.h). */
#pragma once

#include "base/text.h"
#include "train/train.h"

struct checkpoint {
    const char *directory; /* of the run */
    const char *id;        /* of the run */
    struct text *metrics;  /* metrics.csv so far */
    double seconds;        /* since the start of the run */
    bool finished;         /* the file is "state", not "checkpoint" */
};

/* Appends the bytes of the file. */
void checkpoint_add(const struct checkpoint *c, const struct training *t, struct text *out);

/* Writes DIRECTORY/checkpoint or DIRECTORY/state. On failure, the predecessor survives. */
ERROR_CHECKED int checkpoint_write(const struct checkpoint *c, const struct training *t,
                                   struct error *e);

enum checkpoint_found { CHECKPOINT_REFUSED = -1, CHECKPOINT_NONE, CHECKPOINT_TAKEN };

/* Restores the training from the newest checkpoint, and sets c->metrics and c->seconds. Uses the
 * predecessor if that file is damaged, and sets *damage to the reason. Fails if a file belongs to
 * another run, or if all are damaged. Files may be hostile: nothing changes before a check. */
ERROR_CHECKED enum checkpoint_found checkpoint_read(struct checkpoint *c, struct training *t,
                                                    struct error *damage, struct error *e);

/* The same from the bytes of a file, which it may change and which a NUL must follow; `where` names
 * them in errors. Sets *damage if they are damaged, *e if they belong to another run. */
ERROR_CHECKED enum checkpoint_found checkpoint_parse(struct checkpoint *c, struct training *t,
                                                     char *data, size_t size, const char *where,
                                                     struct error *damage, struct error *e);

/* Removes the directory's checkpoints, if there are any, but not its state. */
void checkpoint_remove(const char *directory);
