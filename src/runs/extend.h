/* Going on from a finished run: the same config and data, but fewer epochs. The longer run then
 * ends with the bytes of one that trained all of its epochs. */
#pragma once

#include "base/file.h"
#include "base/sha256.h"
#include "train/train.h"

/* The run to go on from. */
struct extend {
    int epochs; /* that it has finished; 0: there is none */
    char directory[FILE_PATH], id[SHA256_HEX];
};

/* Whether the directory holds a run that this training extends. If it does, but cannot be used,
 * *why says so. */
ERROR_CHECKED int extend_match(struct extend *x, const struct training *t, const char *directory,
                               struct error *why, struct error *e);

/* The longest of the runs in runs/ with the config's name that this training extends. */
ERROR_CHECKED int extend_find(struct extend *x, const struct training *t, struct error *why,
                              struct error *e);
