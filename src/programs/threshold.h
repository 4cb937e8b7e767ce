/* The option --threshold of commands that name several labels of a sample. */
#pragma once

#include "runs/model_file.h"
#include "ui/command.h"

/* Its row, into a text. */
#define THRESHOLD_OPTION(text)                                                                     \
    {                                                                                              \
        .name = "threshold", .value = &(text), .metavar = "P",                                     \
        .help = "of several labels, name those as probable (the default: 0.5)"                     \
    }

/* Makes the number in that text, 0 .. 1, the model's threshold; NULL leaves it. Refuses a model of
 * one label a sample: there the largest decides. */
ERROR_CHECKED int threshold_set(const struct command *c, const char *text, struct model_file *s,
                                struct error *e);
