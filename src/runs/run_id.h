/* The name of a run, made of all that decides its result: so it is known before training. */
#pragma once

#include "base/file.h"
#include "base/sha256.h"
#include "train/config.h"

/* Of the run of this config on the dataset of that digest: into `id` the SHA-256 of the config, the
 * digest, the numerics version and the files of "start_from" and "loss.teacher", if any; into
 * `directory` where its files belong, runs/NAME-ID or the config's "output". */
ERROR_CHECKED int run_id_make(const struct config *c, const char *digest, char id[SHA256_HEX],
                              char directory[FILE_PATH], struct error *e);
