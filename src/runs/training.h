/* Prepares a training from a config file. */
#pragma once

#include "base/file.h"
#include "train/train.h"

struct training_source {
    const struct key *keys; /* config_keys, or a table like it */
    const char *config;     /* the config's file, or what names the text in errors */
    const char *text;       /* of the config: `size` bytes, then a NUL */
    size_t size;
    const char *const *overrides; /* KEY.PATH=VALUE, NULL-terminated; may be NULL */
    const struct dataset *data;   /* which must outlive the training; NULL: what the config names */
    int threads;                  /* at most */
    void (*announce)(const char *path, double samples, double gigabytes); /* as in data_options.h */
};

/* Parses the config, reads the data, and creates the initial model. NULL on failure. */
ERROR_CHECKED struct training *training_from(const struct training_source *s, struct error *e);

/* The same for the file s->config. */
ERROR_CHECKED struct training *training_read(struct training_source s, struct error *e);
ERROR_CHECKED struct training *training_new(const char *config, const char *const *overrides,
                                            int threads, struct error *e);
void training_free(struct training *t); /* NULL is fine */
SCOPED_TYPE(training)

/* The path of the model file that "loss.teacher" names; "" if the loss has no teacher. */
ERROR_CHECKED int teacher_find(const struct config *c, char path[FILE_PATH], struct error *e);

/* If the loss has a teacher (losses/distillation.c), computes its logits for the training set,
 * once, before the first step, and stores them in the split. Fails if the teacher does not fit the
 * dataset. `where` says where "loss.teacher" was set, for errors. */
ERROR_CHECKED int teacher_run(struct training *t, const char *where, struct error *e);

/* Identifies a run of this config on the dataset with this digest: `id` becomes the SHA-256 of the
 * config, the digest, the version of the numerics and the files of "start_from" and "loss.teacher",
 * if any; `directory` becomes the run directory, runs/NAME-ID or the config's "output". */
ERROR_CHECKED int run_id_make(const struct config *c, const char *digest, char id[SHA256_HEX],
                              char directory[FILE_PATH], struct error *e);
