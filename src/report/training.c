#include "report/chart.h"
#include "report/sections.h"

#include <math.h>
#include <stdio.h>

enum { OBJECTIVE = 64 }; /* bytes of its description */

#define FIELD(name) offsetof(struct train_epoch, name)

static const struct chart charts[] = {
    {"Loss", "nats", .from_zero = true,
     .lines = {{"training", FIELD(train_loss)}, {"validation", FIELD(validation_loss)}}},
    {"Accuracy", "", .percent = true,
     .lines = {{"training", FIELD(train_accuracy)}, {"validation", FIELD(validation_accuracy)}}},
    {"Learning rate", "", .from_zero = true, .lines = {{"rate", FIELD(learning_rate)}}}};

/* The best epoch, from 1, by validation loss or accuracy; the first if equal, as in train/best.c.
 */
static int best(const struct metrics *m, int monitor) {
    int at = 0;
    for (int i = 1; i < m->count; i++)
        if (monitor == MONITOR_ACCURACY
                ? m->rows[i].validation_accuracy > m->rows[at].validation_accuracy
                : m->rows[i].validation_loss < m->rows[at].validation_loss)
            at = i;
    return at + 1;
}

/* Whose parameters the model has: with early stopping the best epoch's, otherwise the last's. */
static int epoch_of_model(const struct config *c, const struct metrics *m) {
    int monitor = c->early_stopping.monitor;
    return monitor == MONITOR_NONE ? m->count : best(m, monitor);
}

void training_model(const struct config *c, const struct metrics *m, struct text *t) {
    const struct config_early_stopping *s = &c->early_stopping;
    if (m->count == 0 || isnan(m->rows[0].validation_loss))
        return;
    int lowest = best(m, MONITOR_LOSS);
    html_add(t, "title-epoch",
             "stopping=%d epoch=%d accuracy=%d best=%s last=%d stopped=%d epochs=%d patience=%d "
             "one=%d",
             s->monitor != MONITOR_NONE, epoch_of_model(c, m), s->monitor == MONITOR_ACCURACY,
             lowest == m->count ? "" : html_count(lowest).text, m->count,
             m->count < c->train.epochs, c->train.epochs, s->patience, s->patience == 1);
}

/* The loss of the model on its training set, without what only training's own loss has. */
static int comparable_loss(double *loss, const struct page *p, struct error *e) {
    struct arena a = {0};
    struct sample_set train, validation;
    struct evaluation v = {0};
    int result =
        sample_set_divide(p->data->split, &p->config->data, p->scaling, p->data->classes.count,
                          (uint64_t)p->config->seed, &a, &train, &validation, e);
    if (result == 0)
        evaluation_run(&v, p->model, &train, p->pool);
    *loss = v.loss;
    arena_free(&a);
    return result;
}

/* What the loss has in training only: "class weights and label smoothing"; "": nothing. */
static void describe_objective(const struct spec *loss, char text[OBJECTIVE]) {
    const char *weights = loss_weighted(loss) ? "class weights" : "";
    const char *other = loss_teacher(loss)         ? "a teacher" /* which excludes smoothing */
                        : loss_smoothing(loss) > 0 ? "label smoothing"
                                                   : "";
    snprintf(text, OBJECTIVE, "%s%s%s", weights, *weights && *other ? " and " : "", other);
}

int training_write(const struct page *p, const struct metrics *m, struct text *t, struct error *e) {
    if (m->count == 0)
        return 0;
    int lowest = best(m, MONITOR_LOSS), epoch = epoch_of_model(p->config, m);
    bool validation = !isnan(m->rows[0].validation_loss), constant = true;
    bool accuracy = p->config->early_stopping.monitor == MONITOR_ACCURACY;
    struct chart loss = charts[0];
    char objective[OBJECTIVE];
    describe_objective(&p->config->loss, objective);
    if (*objective) {
        loss.lines[0].name = "objective";
        loss.square = epoch;
        if (comparable_loss(&loss.at, p, e) != 0)
            return -1;
    }
    html_part(t, "training");
    chart_write(&loss, m, validation ? lowest : 0, t);
    chart_write(&charts[1], m, accuracy ? epoch : 0, t);
    for (int i = 1; i < m->count; i++)
        constant = constant && m->rows[i].learning_rate == m->rows[0].learning_rate;
    if (!constant)
        chart_write(&charts[2], m, 0, t);
    html_add(t, "training-end",
             "validation=%d best=%d loss=%.4f constant=%d rate=%.4g objective=%s square=%.4f "
             "epoch=%d",
             validation, lowest, m->rows[lowest - 1].validation_loss, constant,
             m->rows[0].learning_rate, objective, loss.at, epoch);
    return 0;
}
