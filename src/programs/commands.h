/* The commands of onehot, one per file. To add one, write its file and help/COMMAND.txt, and add
 * its name to this list, which has the order of onehot help. */
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

/* Defines the command `word`, from the file's `options` and its function `run`, with min .. max
 * other arguments and the text help/WORD.txt (base/embed.h). */
#define COMMAND(word, min, max)                                                                    \
    const struct command word##_command = {.name = #word,                                          \
                                           .title = "onehot " #word,                               \
                                           COMMAND_LINE(min, max),                                 \
                                           .help = embed_programs_help_##word##_txt,               \
                                           .run = run}
