#include "report/sections.h"

#include <math.h>

#define FIELD(name) offsetof(struct train_epoch, name)

static const struct chart charts[] = {
    {"Loss", "nats", .from_zero = true,
     .lines = {{"training", FIELD(train_loss)}, {"validation", FIELD(validation_loss)}}},
    {"Accuracy", "", .percent = true,
     .lines = {{"training", FIELD(train_accuracy)}, {"validation", FIELD(validation_accuracy)}}},
    {"Learning rate", "", .from_zero = true, .lines = {{"rate", FIELD(learning_rate)}}}};

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

void training_model(struct report *r) {
    const struct config *c = r->page->config;
    const struct config_early_stopping *s = &c->early_stopping;
    const struct metrics *m = &r->metrics;
    if (m->count == 0 || isnan(m->rows[0].validation_loss))
        return;
    int lowest = best(m, MONITOR_LOSS);
    html_add(&r->text, "title-epoch",
             "stopping=%d epoch=%d accuracy=%d best=%d last=%d stopped=%d epochs=%d patience=%d "
             "one=%d",
             s->monitor != MONITOR_NONE, best(m, s->monitor), s->monitor == MONITOR_ACCURACY,
             lowest, m->count, m->count < c->train.epochs, c->train.epochs, s->patience,
             s->patience == 1);
}

void training_write(struct report *r) {
    const struct page *p = r->page;
    const struct metrics *m = &r->metrics;
    if (m->count == 0)
        return;
    int monitor = p->config->early_stopping.monitor;
    int lowest = best(m, MONITOR_LOSS), epoch = best(m, monitor);
    bool validation = !isnan(m->rows[0].validation_loss), constant = true;
    struct chart loss = charts[0];
    const char *objective = loss_objective(&p->config->loss);
    if (*objective) {
        loss.lines[0].name = "objective";
        struct evaluation v = {0};
        evaluation_run(&v, p->model, &r->train, p->pool);
        loss.square = epoch;
        loss.at = v.loss;
    }
    html_part(&r->text, "training");
    chart_write(&loss, m, validation ? lowest : 0, &r->text);
    chart_write(&charts[1], m, monitor == MONITOR_ACCURACY ? epoch : 0, &r->text);
    for (int i = 1; i < m->count; i++)
        constant = constant && m->rows[i].learning_rate == m->rows[0].learning_rate;
    if (!constant)
        chart_write(&charts[2], m, 0, &r->text);
    html_add(&r->text, "training-end",
             "validation=%d best=%d loss=%.4f constant=%d rate=%.4g objective=%s square=%.4f "
             "epoch=%d",
             validation, lowest, m->rows[lowest - 1].validation_loss, constant,
             m->rows[0].learning_rate, objective, loss.at, epoch);
}
