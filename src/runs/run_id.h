/* The identity of a run: a hash of everything that determines its result, so it is known before
 * training. */
#pragma once

#include "base/file.h"
#include "base/sha256.h"
#include "train/config.h"

/* Identifies a run of this config on the dataset with this digest. `id` becomes the SHA-256 of the
 * config, the digest, the numerics version and the files of "start_from" and "loss.teacher", if
 * any; `directory` becomes the path for its files, runs/NAME-ID or the config's "output". */
ERROR_CHECKED int run_id_make(const struct config *c, const char *digest, char id[SHA256_HEX],
                              char directory[FILE_PATH], struct error *e);
