/* A checkpoint: where a training stands, as a file, so that an interrupted run goes on from there
 * to the same bytes. Theta, the optimizer's vectors and the place (train.h) are all that the rest
 * of a training depends on; whose training it is, and its metrics so far, go with them.
 *
 *   8 bytes    "onehotCP"
 *   u32        the version of this format, 1
 *   3 x        u32 length and text: version of the numerics, the dataset's digest, the run's id
 *   place      u32 epochs, u32 steps, u32 errors, f64 sum, f64 seconds, u32 best_epoch, f64 best
 *   f64        seconds since the start of the run
 *   u32, u64   how many vectors follow, and how many parameters each of them has
 *   vectors    f32 each: theta; the best theta, where early stopping is on; the optimizer's
 *   u64        length of the metrics, and the text
 *   64 bytes   SHA-256 of all of the above, in hex: a torn or damaged file does not have it
 *
 * All numbers are little-endian. The file is written under another name, synced and renamed, and
 * the one before it is kept as checkpoint.previous, so that at every moment a whole one is there.
 */
#pragma once

#include "base/text.h"
#include "train/train.h"

struct checkpoint {
    const char *directory; /* of the run */
    const char *id;        /* the run's identity */
    struct text *metrics;  /* metrics.csv so far */
    double seconds;        /* since the start of the run */
};

/* Writes DIRECTORY/checkpoint. After a failure the one before is there still, by one of its names.
 */
ERROR_CHECKED int checkpoint_write(const struct checkpoint *c, const struct training *t,
                                   struct error *e);

enum checkpoint_found { CHECKPOINT_REFUSED = -1, CHECKPOINT_NONE, CHECKPOINT_TAKEN };

/* Puts the training where the checkpoint says, and fills c->metrics and c->seconds. Where the
 * newest one is damaged, *damage says how, and the one before it is taken. Files may be hostile:
 * nothing of a file is taken before all of it is found good. Refused, with an error: another run's
 * checkpoint, and damage to all that is there. */
ERROR_CHECKED enum checkpoint_found checkpoint_read(struct checkpoint *c, struct training *t,
                                                    struct error *damage, struct error *e);

/* Removes whatever checkpoints are in the directory. */
void checkpoint_remove(const char *directory);
