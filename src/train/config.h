/* A validated training config: what `./train CONFIG` should do. */
#pragma once

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

enum { START_ALL, START_FITTING };

/* A model file whose tensors replace initial parameters. */
struct config_start_from {
    const char *path;          /* "": none */
    struct number_list layers; /* START_..., or the numbers of layers */
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
    struct config_start_from start_from;
    const char *output; /* the run directory, or "" for runs/NAME-ID */
};

/* The table that describes all this. */
extern const struct key config_keys[];

/* Reads the config in the file and applies KEY.PATH=VALUE overrides (NULL-terminated; may be NULL).
 * A dataset that is not found relative to the current folder is looked up relative to the config's.
 * Everything that the config points to lives in the arena. */
ERROR_CHECKED int config_read(struct config *c, const char *path, const char *const *overrides,
                              struct arena *a, struct error *e);

/* The same from memory; `where` names it in errors. */
ERROR_CHECKED int config_parse(struct config *c, const char *text, size_t size, const char *where,
                               const char *const *overrides, struct arena *a, struct error *e);

/* Where the value at this path was set, for errors: "command line", or the file. */
const char *config_source(const char *file, const char *const *overrides, const char *path);

/* Writes the resolved config: every key that affects the result, with its value, in a fixed order.
 * Keys that are not_written in the table are left out. Depths below `lines` get one line per value.
 */
void config_write(const struct config *c, int lines, struct text *out);

/* The same on one line, without the keys that have their default values, and without names and
 * paths. Run IDs and model files contain it. */
void config_write_short(const struct config *c, struct text *out);

/* Whether two configs are the same in that form; false, with an error, if out of memory. */
bool config_same(const struct config *a, const struct config *b, struct error *e);
