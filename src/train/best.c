#include "train/train.h"

void best_epoch(struct training *t, const struct train_epoch *row) {
    bool loss = t->config.early_stopping.monitor == MONITOR_LOSS;
    double value = loss ? row->validation_loss : row->validation_accuracy;
    bool better = loss ? value < t->at.best_value : value > t->at.best_value;
    if (!t->best || (t->at.best_epoch > 0 && !better))
        return;
    t->at.best_epoch = row->epoch;
    t->at.best_value = value;
    memcpy(t->best, t->model->theta, t->model->nparams * sizeof *t->best);
}

bool best_stops(const struct training *t) {
    return t->best && t->at.epochs - t->at.best_epoch >= t->config.early_stopping.patience;
}

void best_restore(struct training *t) {
    if (t->at.best_epoch > 0)
        train_swap(t->model->theta, t->best, t->model->nparams);
}
