/* A checkpoint: the state of an interrupted run in a file. A run that is resumed from it ends with
 * the same bytes. The rest of a run depends only on theta, the optimizer's vectors and the progress
 * (train.h); the file also stores the run's identity and its metrics so far.
 *
 *   4 lines    the version of this format and of the numerics, the dataset's digest, the run's id
 *   a line     the progress, as JSON
 *   vectors    theta; the best theta, with early stopping; the optimizer's: f32, little-endian
 *   text       the metrics
 *   64 bytes   SHA-256 of all the above, in hex: detects a truncated or damaged file
 *
 * The file is written under another name, synced and renamed, and its predecessor is kept as
 * checkpoint.previous, so a complete one exists at any moment. A finished run keeps its last one
 * under the name state, for a run with more epochs (extend.h). */
#pragma once

#include "base/text.h"
#include "train/train.h"

struct checkpoint {
    const char *directory; /* of the run */
    const char *id;        /* of the run */
    struct text *metrics;  /* metrics.csv so far */
    double seconds;        /* since the start of the run */
    bool finished;         /* the training has run: the file is `state` */
};

/* Writes DIRECTORY/checkpoint or DIRECTORY/state. After a failure its predecessor is still there,
 * under one of its two names. */
ERROR_CHECKED int checkpoint_write(const struct checkpoint *c, const struct training *t,
                                   struct error *e);

enum checkpoint_found { CHECKPOINT_REFUSED = -1, CHECKPOINT_NONE, CHECKPOINT_TAKEN };

/* Restores the training from the checkpoint, and fills c->metrics and c->seconds. If the newest one
 * is damaged, *damage describes how, and its predecessor is used. Files may be hostile: nothing
 * changes before a whole file has been checked. Fails if the checkpoint belongs to another run, or
 * if all checkpoints are damaged. */
ERROR_CHECKED enum checkpoint_found checkpoint_read(struct checkpoint *c, struct training *t,
                                                    struct error *damage, struct error *e);

/* Whether the directory has a state. */
bool checkpoint_kept(const char *directory);

/* Removes the directory's checkpoints, if any, but not its state. */
void checkpoint_remove(const char *directory);
