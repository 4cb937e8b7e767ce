/* The library: onehot.h over the rooms of the source tree.
 *
 * Every public function that can fail begins with LIBRARY_CALL. Until it returns, the thread uses
 * the locale "C", so that numbers are read and written with a point. Only what context.c,
 * dataset.c, model.c, training.c, predict.c and gradcheck.c define with OH_API is exported
 * (onehot.map). */
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
enum library_table { LAYERS, LOSSES, OPTIMS, LIBRARY_TABLES };

struct oh_context {
    int threads;
    const struct kind *kinds[LIBRARY_TABLES][2 * LIBRARY_KINDS];
    struct key keys[LIBRARY_KEYS]; /* config_keys with these tables */
};

struct oh_dataset {
    struct dataset *data;  /* complete if it has a digest: nothing can be added any more */
    pthread_mutex_t mutex; /* held while it is completed */
};

struct oh_model {
    struct oh_context *context;
    cJSON *config;           /* NULL if it was loaded */
    bool built;              /* layers can be added */
    struct error error;      /* of the calls that report none themselves */
    struct model_file *file; /* once it is trained or loaded */
    struct text bytes;       /* its file */
    char name[FILE_PATH];    /* its file, or what names it in errors */
};

/* A public call that is running. */
struct call {
    struct error error; /* becomes that of the program when the call ends ... */
    oh_error *to;       /* ... which may be NULL */
    locale_t locale;    /* the program's */
    struct arena arena; /* memory until the call ends */
};

bool library_enter(struct call *c, bool complete);
void library_leave(struct call *c);

/* Declares `call` and its error `e`, and begins the call, which ends where the function returns.
 * Returns `failure` at once if the program's error is set, or if the arguments are not `complete`,
 * because one of them is NULL. */
#define LIBRARY_CALL(complete, program, failure)                                                   \
    __attribute__((cleanup(library_leave))) struct call call = {.to = (program)};                  \
    struct error *const e __attribute__((unused)) = &call.error;                                   \
    if (!library_enter(&call, complete))                                                           \
    return failure

/* Completes a dataset before its first use. */
ERROR_CHECKED int library_complete(struct oh_dataset *d, struct error *e);

/* Takes over the bytes of a model file as the model's own, unless `built` is not 0, or frees them.
 * After a failure the model is as before. */
ERROR_CHECKED int library_take(struct oh_model *m, struct text *bytes, int built, struct error *e);

/* The config as text, which the caller frees. NULL if there is none, or if a setting failed. */
char *library_config(const struct oh_model *m, struct error *e);

/* Fails if the model has no parameters yet. */
ERROR_CHECKED int library_trained(const struct oh_model *m, struct error *e);
