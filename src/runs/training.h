/* From a config file to a training that is ready to start. */
#pragma once

#include "train/train.h"

/* Reads the config, with overrides, and the data, and creates the initial model, for up to
 * `threads` threads. NULL on failure. */
ERROR_CHECKED struct training *training_new(const char *config, const char *const *overrides,
                                            int threads, struct error *e);
void training_free(struct training *t); /* NULL is fine */
