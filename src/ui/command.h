/* A command of the onehot program: one file that ends in a const struct command, and one row in
 * main.c. */
#pragma once

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>

struct command {
    const char *name;
    const char *summary;   /* one line */
    const char *arguments; /* behind the name in the usage line */
    const char *help;      /* what --help says below the options: details, examples */

    /* argv[0] is the command's name. 0 when done, -1 with an error. */
    int (*run)(int argc, char **argv, struct error *e);
};

/* --NAME, a flag, or --NAME VALUE. A table of these is closed by an all-zero row. */
struct option {
    const char *name;
    bool *flag;         /* exactly one of flag ... */
    const char **value; /* ... and value is set */
    const char *metavar;
    const char *help; /* one line */
};

/* The row of the option --threads, into a text. */
#define COMMAND_THREADS(text)                                                                      \
    {                                                                                              \
        .name = "threads", .value = &(text), .metavar = "N",                                       \
        .help = "at most so many threads (the default: one a CPU)"                                 \
    }

/* The number in that text, 1 .. TEAM_MOST, or the default for NULL. */
ERROR_CHECKED int command_threads(const struct command *c, const char *text, int *threads,
                                  struct error *e);

enum { COMMAND_HELP = -2 }; /* command_options printed the help: nothing is left to do */

/* Takes the options out of argv, which keeps its name and the `count` (returned) other arguments,
 * negative numbers among them, of which there must be least .. most. Returns -1 with an error for
 * what it does not know, and COMMAND_HELP behind --help. */
ERROR_CHECKED int command_options(const struct command *c, const struct option *options, int argc,
                                  char **argv, int least, int most, struct error *e);

/* Prints the text on standard output, and a line break where it does not end in one; frees it.
 * Fails where it could not be put together. */
ERROR_CHECKED int command_print(struct text *t, struct error *e);
