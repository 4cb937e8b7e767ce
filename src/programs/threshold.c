#include "programs/threshold.h"

#include <stdlib.h>

int threshold_set(const struct command *c, const char *text, struct model_file *s,
                  struct error *e) {
    char *end;
    if (!text)
        return 0;
    double p = strtod(text, &end);
    if (end == text || *end || !(p >= 0 && p <= 1))
        return error_input(e, "onehot %s: --threshold must be a number from 0 to 1, got \"%s\"",
                           c->name, text);
    if (!s->model->multi_label)
        return error_input(e,
                           "onehot %s: --threshold is for models of several labels a sample, and "
                           "%s is of one",
                           c->name, s->path);
    s->model->threshold = (real)p;
    return 0;
}
