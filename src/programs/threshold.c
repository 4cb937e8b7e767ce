#include "programs/threshold.h"

int threshold_set(const struct command *c, double threshold, struct model_file *s,
                  struct error *e) {
    if (isnan(threshold))
        return 0;
    if (!s->model->multi_label)
        return error_input(
            e, "onehot %s: --threshold is for multi-label models, but %s has one label per sample",
            c->name, s->path);
    s->model->threshold = (real)threshold;
    return 0;
}
