/* The option --threshold of commands for multi-label models. */
#pragma once

#include "runs/model_file.h"
#include "ui/command.h"

#include <math.h>

/* Its row; the field is NaN if the option is not given. */
#define THRESHOLD_OPTION                                                                           \
    OPTION(threshold, REAL, "P", "of several labels, name those as probable (the default: 0.5)",   \
           .min = 0, .max = 1, .initial = (double)NAN)

/* Sets the model's threshold, unless `threshold` is NaN. Fails for a single-label model, which
 * predicts the most probable class. */
ERROR_CHECKED int threshold_set(const struct command *c, double threshold, struct model_file *s,
                                struct error *e);
