/* A training config, validated: what `./train CONFIG` is to do. */
#ifndef ONEHOT_TRAIN_CONFIG_H
#define ONEHOT_TRAIN_CONFIG_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "data/data_options.h"

struct config_train {
    int epochs, batch_size;
    bool shuffle;
    double clip_norm; /* 0: no clipping */
    double checkpoint_seconds;
};

enum { MONITOR_NONE, MONITOR_LOSS, MONITOR_ACCURACY };

struct config_early_stopping {
    int monitor;  /* MONITOR_... */
    int patience; /* epochs */
};

struct config {
    const char *schema; /* "$schema", for editors; not part of the experiment */
    const char *name;
    int seed;
    struct data_options data;
    struct specs model; /* layers */
    struct spec loss, optimizer, schedule;
    struct config_train train;
    struct config_early_stopping early_stopping;
    const char *start_from; /* a model file, or "" */
    const char *output;     /* the run directory, or "" for runs/NAME-ID */
};

/* The table that says all this, for --help and the schema. */
extern const struct key config_keys[];

/* The config in the file, with KEY.PATH=VALUE overrides (NULL-terminated; may be NULL) applied.
 * Everything it points to lives in the arena. */
ERROR_CHECKED int config_read(struct config *c, const char *path, const char *const *overrides,
                              struct arena *a, struct error *e);

/* The same from memory; `where` names it in errors. */
ERROR_CHECKED int config_parse(struct config *c, const char *text, size_t size, const char *where,
                               const char *const *overrides, struct arena *a, struct error *e);

/* Who set the value at this path, for errors: "command line", or the file. */
const char *config_source(const char *file, const char *const *overrides, const char *path);

/* The resolved config: every key that makes the experiment, with its value, in a fixed order. Keys
 * that change nothing that is computed (`aside` in the table) are left out. Depths below `lines`
 * get a line a value. */
void config_write(const struct config *c, int lines, struct text *out);

/* What makes the experiment, on one line: the resolved config without the keys that are at their
 * defaults. Run identities and model files are made of it. */
void config_write_short(const struct config *c, struct text *out);

#endif
