/* The command line of onehot and of its helper programs. A command declares its options in a table
 * next to the struct that they fill; parsing, errors and --help are derived from the table. */
#pragma once

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

/* What an option fills: a field of the command's `struct options`. */
enum option_type {
    OPTION_END,     /* closes a table */
    OPTION_FLAG,    /* bool; all others take a value */
    OPTION_TEXT,    /* const char *; NULL if the option is not given */
    OPTION_INT,     /* int, min .. max */
    OPTION_REAL,    /* double, min .. max */
    OPTION_THREADS, /* int, 1 .. THREAD_POOL_MAX; the default is one per usable CPU */
};

struct option {
    const char *name; /* without the "--" */
    enum option_type type;
    size_t offset;
    double min, max, initial; /* OPTION_INT, OPTION_REAL */
    const char *metavar;      /* the value's name in --help */
    const char *help;         /* one line */
};

/* A row: the option has the name of the field, or this one; .min, .max and .initial may follow. */
#define OPTION(field, ...) NAMED_OPTION(#field, field, __VA_ARGS__)
#define NAMED_OPTION(title, field, of, value, text, ...)                                           \
    {                                                                                              \
        .name = title, .type = OPTION_##of, .offset = offsetof(struct options, field),             \
        .metavar = value, .help = text, __VA_ARGS__                                                \
    }
#define JSON_OPTION    OPTION(json, FLAG, NULL, "print JSON")
#define THREADS_OPTION OPTION(threads, THREADS, "N", "use at most N threads (default: one per CPU)")
#define END_OPTION                                                                                 \
    { .type = OPTION_END }

/* A command's fields for these: its `options`, and min .. max other arguments. */
#define COMMAND_LINE(min, max)                                                                     \
    .min_arguments = min, .max_arguments = max, .options = options,                                \
    .options_size = sizeof(struct options)

struct command {
    const char *name;
    const char *title; /* how the user calls it: "onehot train" */
    int min_arguments, max_arguments;
    const struct option *options;
    size_t options_size; /* of the struct that the options fill */
    /* What --help prints: a line of summary, the line "usage: TITLE ARGUMENTS", then the details
     * and examples, which follow the options; with an empty line between these. */
    const char *help;

    /* Returns 0, or -1 with an error. `options` is the filled struct; `arguments` is the rest of
     * the command line, NULL-terminated. */
    int (*run)(const void *options, char **arguments, struct error *e);

    /* Replaces all of the above: receives the command line unparsed. */
    int (*pass_on)(char **argv, struct error *e);
};

/* Parses argv (argv[0] is the name; NULL-terminated) and runs the command, or prints its help. */
ERROR_CHECKED int command_run(const struct command *c, char **argv, struct error *e);

int command_count(char *const *arguments); /* NULL-terminated */

/* The error of a wrong number of arguments. Returns -1. */
int command_usage(const struct command *c, struct error *e);

/* Without --threads: one per usable CPU. */
int command_default_threads(void);

/* The value of the option --NAME as a whole number from min to max, for a range that the table
 * cannot know. If the option is not given (NULL), *n is unchanged. */
ERROR_CHECKED int command_whole(const struct command *c, const char *name, const char *text,
                                int min, int max, int *n, struct error *e);

/* Prints the text on standard output, adds a line break if it does not end in one, and frees it.
 * Fails if building the text ran out of memory. */
ERROR_CHECKED int command_print(struct text *t, struct error *e);

/* Writes what was printed; fails if standard output cannot take it. */
ERROR_CHECKED int command_flush(struct error *e);

/* The end of main: flushes standard output, prints the error; returns the exit status. */
int command_exit(int result, struct error *e);
