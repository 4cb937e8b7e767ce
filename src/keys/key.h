/* The declaration of a hyperparameter.
 *
 * A table of keys describes a section of the config completely: names, types, ranges, defaults and
 * help. Parsing, error messages, --help and the JSON schema all use it (src/config). So a layer,
 * loss, optimizer or schedule only declares such a table, next to the struct that it fills. */
#pragma once

#include "base/libc.h"

struct key;

/* A kind of layer, loss, optimizer, ...: an object in the config chooses it by its name, in "type",
 * and the object's other keys fill its options. */
struct kind {
    const char *name, *help;
    size_t size;            /* of the options in bytes; 0: none */
    const struct key *keys; /* ends with END_KEY; NULL: none */
    /* Checks what ranges cannot express. Returns NULL if the options are consistent, otherwise the
     * problem, as the end of a sentence that begins with `FILE: "optimizer" `. May be NULL. */
    const char *(*conflict)(const void *options);
};

/* The table row whose first member this kind is: KIND_ROW(layer_type, spec.type). */
#define KIND_ROW(of, kind) ((const struct of *)(kind))

/* A kind that the config has chosen, with its options. */
struct spec {
    const struct kind *type;
    void *options; /* type->size bytes, filled from type->keys */
};

struct specs {
    int count;
    struct spec *items;
};

struct string_list {
    int count;
    const char **items;
};

/* A list of numbers, or a keyword. */
struct number_list {
    int word; /* the keyword's index in key.words; -1: a list */
    int count;
    double *items;
};

enum key_type {
    KEY_END,     /* ends a table */
    KEY_INT,     /* int */
    KEY_REAL,    /* double; finite */
    KEY_BOOL,    /* bool */
    KEY_STRING,  /* const char * */
    KEY_CHOICE,  /* int: the index of the string in `words` */
    KEY_STRINGS, /* struct string_list; a single string is a list of one */
    KEY_REALS,   /* struct number_list: one of `words`, a number, or a non-empty list of numbers */
    KEY_SECTION, /* a nested struct, filled from `keys` */
    KEY_KIND,    /* struct spec, of one of `rows` */
    KEY_KINDS,   /* struct specs: a list, which may be empty if there is a default */
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;                  /* of the field in the struct that the table fills */
    const char *initial;            /* the default, as JSON; NULL: the key is required */
    double min, max;                /* KEY_INT, KEY_REAL(S): the range, including its ends */
    bool above_min;                 /* min itself is excluded */
    const char *const *words;       /* KEY_CHOICE, KEY_REALS: ends with NULL */
    const struct key *keys;         /* KEY_SECTION */
    bool lone;                      /* KEY_SECTION: a string sets its first key, a not_hashed one */
    const struct kind *const *rows; /* KEY_KIND(S): ends with NULL */
    bool literal;                   /* KEY_STRING, KEY_CHOICE: numbers, true and false are text */
    bool path;                      /* KEY_STRING: a leading "~/" is the home directory */
    bool not_hashed;                /* does not affect results: not in a run's id or a model file */
    bool not_written;               /* nor in config.json */
    bool optional;                  /* not in config.json if it has its default */
    const char *help;               /* one line */
};

/* The key of a list's items. */
static inline struct key key_item(const struct key *list) {
    struct key item = *list;
    item.type = list->type == KEY_STRINGS ? KEY_STRING
                : list->type == KEY_REALS ? KEY_REAL
                                          : KEY_KIND;
    return item;
}

/* Rows of a table, by type. `of` is the struct that the table fills, in which the field has the
 * key's name, unless KEY_AS gives another. `json` is the default; NULL: the key is required. */
#define KEY_AS(key, of, field, key_type, json, text)                                               \
    .name = key, .type = key_type, .offset = offsetof(of, field), .initial = json, .help = text
#define KEY_ROW(of, field, key_type, json, text) KEY_AS(#field, of, field, key_type, json, text)
#define INT_KEY(of, field, json, low, high, text)                                                  \
    { KEY_ROW(of, field, KEY_INT, json, text), .min = low, .max = high }
#define REAL_KEY(of, field, json, low, high, text)                                                 \
    { KEY_ROW(of, field, KEY_REAL, json, text), .min = low, .max = high }
#define POSITIVE_KEY(of, field, json, high, text)                                                  \
    { KEY_ROW(of, field, KEY_REAL, json, text), .above_min = true, .max = high }
#define BOOL_KEY(of, field, json, text)                                                            \
    { KEY_ROW(of, field, KEY_BOOL, json, text) }
#define STRING_KEY(of, field, json, text)                                                          \
    { KEY_ROW(of, field, KEY_STRING, json, text) }
#define PATH_KEY(of, field, json, text)                                                            \
    { KEY_ROW(of, field, KEY_STRING, json, text), .path = true, .not_hashed = true }
#define STRINGS_KEY(of, field, json, text)                                                         \
    { KEY_ROW(of, field, KEY_STRINGS, json, text) }
#define REALS_KEY(of, field, json, list, low, high, text)                                          \
    { KEY_ROW(of, field, KEY_REALS, json, text), .words = list, .min = low, .max = high }
#define CHOICE_KEY(of, field, json, list, text)                                                    \
    { KEY_ROW(of, field, KEY_CHOICE, json, text), .words = list }
#define SECTION_KEY(of, field, json, table, text)                                                  \
    { KEY_ROW(of, field, KEY_SECTION, json, text), .keys = table }
#define KIND_KEY(of, field, json, table, text)                                                     \
    { KEY_ROW(of, field, KEY_KIND, json, text), .rows = table }
#define KINDS_KEY(of, field, json, table, text)                                                    \
    { KEY_ROW(of, field, KEY_KINDS, json, text), .rows = table }
#define END_KEY                                                                                    \
    { .type = KEY_END }

/* The largest int in a config. The sum of two does not overflow. */
#define KEY_INT_MAX 1000000000
