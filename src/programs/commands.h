/* The commands of onehot, one per file. To add one, write its file and help/COMMAND.txt, and add
 * its name to this list, which has the order of onehot help. */
#pragma once

#include "ui/command.h"

/* The options of all commands. A command's table names its own; it leaves the others 0. */
struct options {
    bool json, csv, markdown, plot, quiet, fresh, no_state, wrong, compose, int8;
    bool invert, fit, attention;
    const char *data, *split, *html, *out, *c, *onnx, *name; /* NULL: not given */
    const char *slurm, *list;                                /* "": given without a value */
    const char *columns, *attention_png, *sample, *batch, *label;
    double threshold; /* NaN: not given */
    double temperature;
    int threads, jobs;     /* of sweep, 0: the default */
    int train, test, seed; /* -1: not given */
    int top, digits, frames;
    int augmented; /* epochs; 0: not given */
};

struct training;

/* Prints the plan's first part: what the data is, how it was converted, how it is divided. */
void train_print_data(const struct training *t, struct error *e);

#define COMMANDS(each)                                                                             \
    each(train) each(sweep) each(evaluate) each(predict) each(calibrate) each(report)              \
        each(compare) each(verify) each(export) each(pack) each(data) each(gradcheck)              \
            each(explain) each(boundary) each(softmax) each(schema)

#define COMMAND_EXTERNS(name)                                                                      \
    extern const struct command name##_command;                                                    \
    extern const char embed_programs_help_##name##_txt[];
COMMANDS(COMMAND_EXTERNS)

/* Defines the command `word`, from the file's table `options` and its function `run`, with min ..
 * max other arguments and the text help/WORD.txt (base/embed.h). */
#define COMMAND(word, min, max)                                                                    \
    const struct command word##_command = {.name = #word,                                          \
                                           .title = "onehot " #word,                               \
                                           COMMAND_LINE(min, max),                                 \
                                           .help = embed_programs_help_##word##_txt,               \
                                           .run = run}
