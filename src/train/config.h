/* A training config that has been checked: what `./train CONFIG` does. */
#pragma once

#include "base/arena.h"
#include "base/text.h"
#include "data/data_options.h"

struct config_average {
    int from; /* epoch; 0: no averaging */
    double decay;
};

struct config_train {
    int epochs, batch_size;
    bool shuffle;
    double clip_norm; /* 0: no clipping */
    struct config_average average;
    double checkpoint_seconds;
};

enum { MONITOR_NONE, MONITOR_LOSS, MONITOR_ACCURACY };

struct config_early_stopping {
    int monitor;  /* MONITOR_... */
    int patience; /* epochs */
};

enum { START_ALL, START_FITTING };

/* A model file whose tensors replace the initial parameters. */
struct config_start_from {
    const char *path;          /* "": none */
    struct number_list layers; /* START_..., or layer numbers */
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

/* The table that describes struct config. */
extern const struct key config_keys[];

enum { CONFIG_MAX_SIZE = 1000 * 1000 }; /* bytes of a config file */

/* Reads a config file, with KEY.PATH=VALUE overrides (NULL-terminated; may be NULL), into the
 * arena. A dataset is looked up relative to the current folder, then to the config's. */
ERROR_CHECKED int config_read(struct config *c, const char *path, const char *const *overrides,
                              struct arena *a, struct error *e);

/* The same from memory, by a table like config_keys, in which a list of kinds may be longer;
 * `where` names the text in errors. */
ERROR_CHECKED int config_parse(struct config *c, const struct key *keys, const char *text,
                               size_t size, const char *where, const char *const *overrides,
                               struct arena *a, struct error *e);

/* If the dataset is not found relative to the current folder, looks it up relative to that of the
 * config's file. */
ERROR_CHECKED int config_find_data(struct config *c, const char *config, struct arena *a,
                                   struct error *e);

/* Where the value at this path was set, for errors: "command line" or the file. */
const char *config_source(const char *file, const char *const *overrides, const char *path);

/* Appends all keys of the config, except not_written ones, `lines` as in struct json; or the short
 * form that run IDs and model files use: without names, paths and default values. */
void config_write(const struct config *c, int lines, struct text *out);
void config_write_short(const struct config *c, struct text *out);

/* Whether two configs have the same short form; false, with an error, if memory runs out. */
bool config_same(const struct config *a, const struct config *b, struct error *e);
