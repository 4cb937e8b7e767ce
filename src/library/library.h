/* The library: onehot.h over the rooms of the source tree.
 *
 * Every public function begins with library_enter and ends with library_leave. Between them the
 * thread uses the locale "C", so that numbers are read and written with a point, and errors go to
 * an error of its own. Only what context.c, dataset.c, model.c, training.c, predict.c and
 * gradcheck.c define with OH_API is exported (onehot.map). */
#pragma once

#include "base/error.h"
#include "base/text.h"
#include "data/dataset.h"
#include "runs/model_file.h"
#include "runs/training.h"
#include "json/json_parse.h"

#include <locale.h>
#include <onehot.h>
#include <pthread.h>

enum { LIBRARY_KINDS = 32, LIBRARY_KEYS = 16, LIBRARY_ROWS = 64 };

/* The tables of a context: those of the tree, followed by what was registered. */
struct kinds {
    const struct kind *rows[2 * LIBRARY_KINDS];
};

struct oh_context {
    int threads;
    struct kinds layers, losses, optims;
    struct key keys[LIBRARY_KEYS]; /* config_keys with these tables */
};

struct oh_dataset {
    struct oh_context *context;
    struct dataset *data;
    pthread_mutex_t mutex; /* held while the dataset is completed */
    bool complete;         /* nothing can be added any more */
};

struct oh_model {
    struct oh_context *context;
    cJSON *config;            /* NULL if it was loaded */
    const char *name;         /* of the config in errors */
    bool built;               /* layers can be added */
    struct error error;       /* of the calls that report none themselves */
    struct model_file *file;  /* once it is trained or loaded */
    struct text bytes;        /* its file */
    int labels[LIBRARY_ROWS]; /* for samples without labels */
    int order[LIBRARY_ROWS];  /* 0, 1, ... */
    char path[FILE_PATH];     /* of a config file */
};

/* A public call that is running. */
struct call {
    struct error error;
    oh_error *to; /* may be NULL */
    locale_t locale;
};

/* Begins a call. Returns false if it must do nothing, because there already is an error or because
 * `needed` is NULL; then library_leave, too, only returns its result. */
bool library_enter(struct call *c, const void *needed, oh_error *to);

/* Ends it. Returns 0, or -1 if it recorded an error. */
int library_leave(struct call *c);

/* For a result that says no more than the error of the call does. */
static inline void library_ignore(int result) {
    (void)result;
}

/* Completes a dataset before its first use. */
ERROR_CHECKED int library_complete(struct oh_dataset *d, struct error *e);

/* Takes over the bytes of a model file as the model's own. After a failure it is as before. */
ERROR_CHECKED int library_take(struct oh_model *m, struct text *bytes, struct error *e);

/* The config as text, for cJSON_free. Fails if a setting did. */
ERROR_CHECKED int library_config(const struct oh_model *m, char **text, struct error *e);

/* Fails if the model has no parameters yet. */
ERROR_CHECKED int library_trained(const struct oh_model *m, struct error *e);
