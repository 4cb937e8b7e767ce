/* The commands of onehot, one per file. A new one is a file, its help/COMMAND.txt, and its name in
 * this list, which has the order of onehot help. */
#pragma once

#include "ui/command.h"

#define COMMANDS(each)                                                                             \
    each(train) each(sweep) each(evaluate) each(predict) each(calibrate) each(report)              \
        each(compare) each(verify) each(export) each(pack) each(gradcheck) each(explain)           \
            each(boundary) each(softmax) each(schema)

#define COMMAND_EXTERNS(name)                                                                      \
    extern const struct command name##_command;                                                    \
    extern const char embed_programs_help_##name##_txt[];
COMMANDS(COMMAND_EXTERNS)

/* Defines a command by its name: with the file's `options` and min .. max other arguments; the file
 * help/NAME.txt (base/embed.h); and the function `run`. */
#define COMMAND(word, min, max)                                                                    \
    const struct command word##_command = {.name = #word,                                          \
                                           .title = "onehot " #word,                               \
                                           COMMAND_LINE(min, max),                                 \
                                           .help = embed_programs_help_##word##_txt,               \
                                           .run = run}
