/* result.json: the results of a finished run, and how they were produced. */
#pragma once

#include "train/evaluation.h"
#include "train/train.h"

struct run_result {
    struct evaluation test; /* count 0: there is no test set */
    double seconds;         /* of the run, including the time before an interruption */
    struct string_list warnings;
};

/* Appends the file's text. `model` is the SHA-256 of the model file, `weights` that of its tensors
 * alone; `metrics` is metrics.csv. */
void run_result_write(const struct run_result *result, const struct training *t, const char *model,
                      const char *weights, const struct text *metrics, struct text *out);
