/* A training config, validated: what `./train CONFIG` is to do. */
#ifndef ONEHOT_CONFIG_CONFIG_H
#define ONEHOT_CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "config/key.h"

enum config_scaling { SCALING_UNIT, SCALING_STANDARDIZE };

struct config_data {
    const char *path;
    const char *label; /* of a table, the column that holds the label, or columns, by commas */
    double test_share; /* of a table in one file, what becomes the test set */
    int validation;    /* samples split off the training set */
    int limit;         /* samples of the rest to train on; 0: all */
    int scaling;       /* enum config_scaling */
};

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
    struct config_data data;
    struct objects model; /* layers */
    struct object loss, optimizer, schedule;
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

/* The JSON Schema (draft 7) of a config, for editors: completion and checks. */
void config_schema(struct text *out);

#endif
