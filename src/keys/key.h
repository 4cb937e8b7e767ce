/* The declaration of a hyperparameter.
 *
 * A table of keys says everything about a section of the config: names, types, ranges, defaults,
 * help. Parsing, error messages, --help and the JSON schema all come from it (config/keys.c,
 * config/schema.c), so a layer, loss, optimizer or schedule declares its hyperparameters in its own
 * file, as a table of keys beside the struct that they fill, and is done. */
#ifndef ONEHOT_KEYS_KEY_H
#define ONEHOT_KEYS_KEY_H

#include <stdbool.h>
#include <stddef.h>

struct key;

/* One row of a table of alternatives (a layer type, a loss type, ...): the object in the config
 * names it by "type", and its other keys fill `size` bytes of options. */
struct kind {
    const char *name, *help;
    size_t size;            /* of the options struct; 0: there are none */
    const struct key *keys; /* closed by END_KEY; NULL: none */
    /* What no single range can say: NULL where the options fit together, else what is wrong, to
     * follow `FILE: "optimizer" `. May be NULL. */
    const char *(*conflict)(const void *options);
};

/* What the config gives for a choice among variants. */
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

/* A list of numbers, or a word in its place. */
struct number_list {
    int word; /* the index of the word, or -1: the list */
    int count;
    double *items;
};

enum key_type {
    KEY_END,     /* closes a table */
    KEY_INT,     /* int */
    KEY_REAL,    /* double; finite */
    KEY_BOOL,    /* bool */
    KEY_STRING,  /* const char * */
    KEY_CHOICE,  /* int: the index of the string in `words` */
    KEY_STRINGS, /* struct strings */
    KEY_REALS,   /* struct reals: one of `words`, or a list, not empty, of numbers as KEY_REAL */
    KEY_SECTION, /* a struct of its own, filled from `keys` */
    KEY_KIND,    /* struct object, one of `rows` */
    KEY_KINDS,   /* struct objects: a list, not empty */
};

struct key {
    const char *name;
    enum key_type type;
    size_t offset;                     /* of the field in the struct that the table fills */
    const char *initial;               /* the default, as JSON; NULL: the key is required */
    double min, max;                   /* KEY_INT, KEY_REAL(S): the range, ends included ... */
    bool above_min;                    /* ... but not min itself */
    const char *const *words;          /* KEY_CHOICE, KEY_REALS: closed by NULL */
    const struct key *keys;            /* KEY_SECTION */
    const struct kind *(*rows)(int i); /* KEY_VARIANT(S): row i, NULL behind the last */
    bool not_hashed;  /* not part of the experiment: it changes nothing that is computed */
    const char *help; /* one line */
};

/* Rows of a table, by the type of the field; `of` is the struct that the table fills. The default
 * is JSON, NULL where the key is required. */
#define KEY_ROW(of, field, key_type, json, text)                                                   \
    .name = #field, .type = key_type, .offset = offsetof(of, field), .initial = json, .help = text
#define INT_KEY(of, field, json, least, most, text)                                                \
    { KEY_ROW(of, field, KEY_INT, json, text), .min = least, .max = most }
#define REAL_KEY(of, field, json, least, most, text)                                               \
    { KEY_ROW(of, field, KEY_REAL, json, text), .min = least, .max = most }
#define POSITIVE_KEY(of, field, json, most, text)                                                  \
    { KEY_ROW(of, field, KEY_REAL, json, text), .above_min = true, .max = most }
#define BOOL_KEY(of, field, json, text)                                                            \
    { KEY_ROW(of, field, KEY_BOOL, json, text) }
#define STRING_KEY(of, field, json, text)                                                          \
    { KEY_ROW(of, field, KEY_STRING, json, text) }
#define STRINGS_KEY(of, field, json, text)                                                         \
    { KEY_ROW(of, field, KEY_STRINGS, json, text) }
#define REALS_KEY(of, field, json, list, least, most, text)                                        \
    { KEY_ROW(of, field, KEY_REALS, json, text), .words = list, .min = least, .max = most }
#define CHOICE_KEY(of, field, json, list, text)                                                    \
    { KEY_ROW(of, field, KEY_CHOICE, json, text), .words = list }
#define SECTION_KEY(of, field, json, table, text)                                                  \
    { KEY_ROW(of, field, KEY_SECTION, json, text), .keys = table }
#define KIND_KEY(of, field, json, row, text)                                                       \
    { KEY_ROW(of, field, KEY_KIND, json, text), .rows = row }
#define KINDS_KEY(of, field, json, row, text)                                                      \
    { KEY_ROW(of, field, KEY_KINDS, json, text), .rows = row }
#define END_KEY                                                                                    \
    { .type = KEY_END }

/* The largest int that a config may hold: sums of two such counts do not overflow. */
#define KEY_INT_MAX 1000000000

#endif
