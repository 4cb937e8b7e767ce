/* Makes features (features.h) of the cells of a record: the one conversion for training, evaluation
 * and prediction. */
#pragma once

#include "data/tables/dictionary.h"
#include "data/tables/features.h"

/* A column of the file, and the features that are made from it. */
struct source {
    const char *column;
    enum feature_kind kind;
    int field;   /* its position in a record; set by the caller */
    int at;      /* its feature; the first one of its categories */
    int missing; /* the feature for missing cells, or -1 */
    float fill;
    struct dictionary texts; /* of categories: text i is feature at + i */
    int unknown;             /* the cells so far with another text: all its categories are 0 */
};

struct encoder {
    int features, count;
    struct source *sources; /* [count] */
    bool fills;             /* missing cells are accepted */
};

/* In the arena. `missing`: what data_options.h says about missing cells. */
ERROR_CHECKED int encoder_make(struct encoder *c, const struct string_list *names,
                               const struct specs *features, int missing, const char *path,
                               struct arena *a, struct error *e);

/* Makes the features x of the fields of a record; `mark` as in number.h. Returns -1, or the source
 * whose cell does not fit, after recording why, as the end of a sentence. */
int encoder_run(struct encoder *c, char *const *fields, char *mark, float *x, struct error *why);

/* Records why a cell is not a number, as the end of a sentence. */
void encoder_not_a_number(const char *cell, char mark, struct error *why);
