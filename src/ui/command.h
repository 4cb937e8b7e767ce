/* The command line of onehot and of its helper programs. A command declares its options in a table
 * of the fields that they fill; parsing, errors and --help follow from the table. */
#pragma once

#include "base/text.h"

/* Each program defines it: one field per option. */
struct options;

/* What an option fills: a field of the program's `struct options`. */
enum option_type {
    OPTION_FLAG,     /* bool; all others take a value */
    OPTION_TEXT,     /* const char *; NULL if the option is not given */
    OPTION_OPTIONAL, /* the same; only --NAME=VALUE gives it a value, otherwise it is "" */
    OPTION_INT,      /* int, min .. max */
    OPTION_REAL,     /* double, min .. max */
    OPTION_THREADS,  /* int, 1 .. THREAD_POOL_MAX; the default is one per usable CPU */
};

struct option {
    const char *name; /* without the "--" */
    enum option_type type;
    size_t offset;
    double min, max, initial; /* OPTION_INT, OPTION_REAL */
    const char *metavar;      /* the value's name in --help */
    const char *help;         /* one line */
};

/* A row of the table. The option's name is that of the field, or `title`. .min, .max and .initial
 * may follow. */
#define OPTION(field, ...) NAMED_OPTION(#field, field, __VA_ARGS__)
#define NAMED_OPTION(title, field, of, value, text, ...)                                           \
    {                                                                                              \
        .name = title, .type = OPTION_##of, .offset = offsetof(struct options, field),             \
        .metavar = value, .help = text, __VA_ARGS__                                                \
    }
#define JSON_OPTION    OPTION(json, FLAG, NULL, "print JSON")
#define THREADS_OPTION OPTION(threads, THREADS, "N", "use at most N threads (default: one per CPU)")

/* A command's fields for its `options` and min .. max other arguments. */
#define COMMAND_LINE(min, max)                                                                     \
    .min_arguments = min, .max_arguments = max, .options = options,                                \
    .option_count = sizeof options / sizeof *options, .options_size = sizeof(struct options)

struct command {
    const char *name;
    const char *title; /* how the user calls it: "onehot train" */
    int min_arguments, max_arguments;
    const struct option *options; /* NULL: `run` parses the command line itself */
    size_t option_count;
    size_t options_size; /* of the struct that the options fill */
    /* What --help prints, with empty lines between: a one-line summary, the line "usage: TITLE
     * ARGUMENTS" (which the list of options follows), details and examples. */
    const char *help;

    /* Returns 0, or -1 with an error. `o` is the filled struct; `arguments` is the rest of the
     * command line, NULL-terminated; all of it, with its name, if the command has no options. */
    int (*run)(const struct options *o, char **arguments, struct error *e);
};

/* Parses argv (argv[0] is the name; NULL-terminated) and runs the command, or prints its help. */
ERROR_CHECKED int command_run(const struct command *c, char **argv, struct error *e);

int command_count(char *const *arguments); /* NULL-terminated */

/* Records the error of a wrong number of arguments. Returns -1. */
int command_usage(const struct command *c, struct error *e);

/* The default of --threads: one per usable CPU. */
int command_default_threads(void);

/* Sets *n to the value of the option --NAME, a whole number from min to max, if the table cannot
 * know the range. Leaves *n unchanged if the option is not given (text is NULL). */
ERROR_CHECKED int command_whole(const struct command *c, const char *name, const char *text,
                                int min, int max, int *n, struct error *e);

/* Prints the text on standard output, adds a line break if it does not end in one, and frees it.
 * Fails if building the text ran out of memory. */
ERROR_CHECKED int command_print(struct text *t, struct error *e);

/* Writes what was printed; fails if standard output cannot take it. */
ERROR_CHECKED int command_flush(struct error *e);

/* The end of main: flushes standard output, prints the error; returns the exit status. */
int command_exit(int result, struct error *e);
