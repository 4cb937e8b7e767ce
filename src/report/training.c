#include "report/sections.h"

#include <math.h>

enum { MAX_POINTS = 200 }; /* per curve: that of a long run skips epochs */

/* The best epoch by that monitor, from 1, the first of equal ones, as in train/best.c; for
 * MONITOR_NONE, the last one. With the config's monitor, that is the saved model's epoch. */
static int best(const struct metrics *m, int monitor) {
    const struct train_epoch *rows = m->rows;
    int at = monitor == MONITOR_NONE ? m->count - 1 : 0;
    for (int i = at + 1; i < m->count; i++)
        if (monitor == MONITOR_LOSS ? rows[i].validation_loss < rows[at].validation_loss
                                    : rows[i].validation_accuracy > rows[at].validation_accuracy)
            at = i;
    return at + 1;
}

static void write_epoch(const struct train_epoch *row, struct json *j) {
    json_add(j,
             "{ epoch=%d learning_rate=%g train_loss=%g train_accuracy=%g validation_loss=%g "
             "validation_accuracy=%g }",
             row->epoch, row->learning_rate, row->train_loss, row->train_accuracy,
             row->validation_loss, row->validation_accuracy);
}

void training_write(struct report *r, struct json *j) {
    const struct page *p = r->page;
    const struct metrics *m = &r->metrics;
    if (m->count == 0)
        return;
    int step = (m->count + MAX_POINTS - 1) / MAX_POINTS;
    int lowest = best(m, MONITOR_LOSS), epoch = best(m, p->config->early_stopping.monitor);
    json_add(j, "model_epoch=%d lowest_loss_epoch=%d epochs=[", epoch, lowest);
    for (int i = 0; i < m->count; i++)
        if (i == 0 || i + 1 == lowest || i + 1 == epoch || (m->count - 1 - i) % step == 0)
            write_epoch(&m->rows[i], j);
    json_add(j, "]");
    const char *objective = loss_objective(&p->config->loss);
    if (*objective) {
        struct evaluation v = {0};
        evaluation_run(&v, p->model, &r->train, p->pool);
        json_add(j, "objective=%s train_loss=%g", objective, v.loss);
    }
}
