/* Training, in one call or in steps. */
#include "library/library.h"
#include "runs/checkpoint.h"
#include "runs/metrics.h"

enum until { UNTIL_STEP, UNTIL_EPOCH, UNTIL_END };

struct callback {
    oh_progress *call; /* may be NULL */
    void *user;
};

struct oh_training {
    struct oh_model *model;
    struct training *t;
    char id[SHA256_HEX];
    struct text metrics;    /* metrics.csv so far, for checkpoints */
    struct train_epoch row; /* of the last epoch; all zero before */
    double step_loss;
    bool finished; /* the last step has been made */

    const struct call *call; /* that runs, or NULL: */
    enum until until;        /* how far it goes */
    bool reached, stopped;   /* whether it is there, and whether the program stopped it */

    struct callback step, epoch;
};

oh_training *oh_training_new(oh_model *m, oh_dataset *d, oh_error *to) {
    LIBRARY_CALL(m, to, NULL);
    SCOPED_MEMORY char *config = library_config(m, e);
    if (!config || (d && library_complete(d, e) != 0))
        return NULL;
    struct training_source source = {.keys = m->context->keys,
                                     .config = m->name,
                                     .text = config,
                                     .size = strlen(config),
                                     .data = d ? d->data : NULL,
                                     .threads = m->context->threads};
    struct oh_training *t = calloc(1, sizeof *t);
    if (!t) {
        error_memory(e, "the training");
        return NULL;
    }
    char directory[FILE_PATH];
    t->model = m;
    t->step_loss = NAN;
    text_printf(&t->metrics, "%s", metrics_header);
    t->t = training_from(&source, e);
    if (t->t && run_id_make(&t->t->config, t->t->data->digest, t->id, directory, e) == 0)
        return t;
    oh_training_free(t);
    return NULL;
}

void oh_training_free(oh_training *t) {
    if (t) {
        training_free(t->t);
        text_free(&t->metrics);
        free(t);
    }
}

/* ---- steps ---- */

/* Calls the program with its own locale. */
static void call_back(struct oh_training *t, struct callback c) {
    if (c.call) {
        locale_t ours = uselocale(t->call->locale);
        t->stopped = c.call(c.user, t) != 0 || t->stopped;
        uselocale(ours);
    }
}

/* Before each step: stops where the call should end. */
static int on_pause(void *context, struct error *e) {
    const struct oh_training *t = context;
    return t->reached || t->stopped ? -1 : 0;
}

static void on_step(void *context, int epoch, int step, double loss) {
    struct oh_training *t = context;
    t->step_loss = loss;
    t->reached = t->until == UNTIL_STEP;
    call_back(t, t->step);
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    struct oh_training *t = context;
    t->row = *row;
    t->reached = t->reached || t->until == UNTIL_EPOCH;
    metrics_write(row, &t->metrics);
    call_back(t, t->epoch);
    return t->metrics.failed ? error_memory(e, "the metrics") : 0;
}

/* A callback must not begin another step of the training that calls it, nor take its state, which
 * is complete only between two steps. */
static int check_idle(const struct oh_training *t, struct error *e) {
    return t->call ? error_input(e, "this function must not be called from a callback of the "
                                    "same training")
                   : 0;
}

/* Returns 1 if there is more to do, 0 at the end, -1 on failure. */
static int advance(struct oh_training *t, enum until until, oh_error *to) {
    LIBRARY_CALL(t, to, -1);
    struct train_observer observer = {t, on_step, on_epoch, on_pause};
    if (check_idle(t, e) != 0)
        return -1;
    if (t->finished)
        return 0;
    t->until = until;
    t->call = &call;
    t->reached = t->stopped = false;
    t->finished = train_run(t->t, &observer, e) == 0;
    t->call = NULL;
    if (t->stopped && !t->finished)
        error_record(e, (enum error_status)OH_STOPPED, "the training was stopped by the program");
    return e->status ? -1 : !t->finished;
}

int oh_step(oh_training *t, oh_error *e) { return advance(t, UNTIL_STEP, e); }

int oh_epoch(oh_training *t, oh_error *e) { return advance(t, UNTIL_EPOCH, e); }

int oh_run(oh_training *t, oh_error *e) { return advance(t, UNTIL_END, e); }

int oh_finish(oh_training *t, oh_error *to) {
    LIBRARY_CALL(t, to, -1);
    struct text bytes = {0};
    if (check_idle(t, e) != 0)
        return -1;
    if (!t->finished) /* otherwise train_run has done this */
        average_swap(t->t);
    int built = model_file_write(t->t, t->id, &bytes, e);
    if (!t->finished)
        average_swap(t->t);
    return library_take(t->model, &bytes, built, e);
}

int oh_train(oh_model *m, oh_dataset *d, oh_error *e) {
    struct oh_training *t = oh_training_new(m, d, e);
    int result = oh_run(t, e) == 0 ? oh_finish(t, e) : -1;
    oh_training_free(t);
    return result;
}

/* ---- progress ---- */

void oh_on_step(oh_training *t, oh_progress *call, void *user) {
    if (t)
        t->step = (struct callback){call, user};
}

void oh_on_epoch(oh_training *t, oh_progress *call, void *user) {
    if (t)
        t->epoch = (struct callback){call, user};
}

int oh_training_epochs(const oh_training *t) { return t ? t->t->at.epochs : 0; }

int oh_training_steps(const oh_training *t) { return t ? t->t->at.steps : 0; }

int oh_training_steps_per_epoch(const oh_training *t) { return t ? t->t->steps : 0; }

double oh_training_figure(const oh_training *t, enum oh_figure figure) {
    if (!t || t->row.epoch == 0 || (int)figure < 0 || figure > OH_VALIDATION_ACCURACY)
        return NAN;
    const double figures[] = {t->row.train_loss, t->row.train_accuracy, t->row.validation_loss,
                              t->row.validation_accuracy};
    return figures[figure];
}

double oh_training_step_loss(const oh_training *t) { return t ? t->step_loss : NAN; }

/* ---- checkpoints ---- */

void *oh_checkpoint(oh_training *t, size_t *size, oh_error *to) {
    LIBRARY_CALL(t && size, to, NULL);
    struct text out = {0};
    if (check_idle(t, e) == 0 && t->finished)
        error_input(e, "the training has ended; call oh_finish");
    if (e->status)
        return NULL;
    checkpoint_add(&(struct checkpoint){.id = t->id, .metrics = &t->metrics}, t->t, &out);
    if (out.failed) {
        error_memory(e, "the checkpoint");
        text_free(&out);
    }
    *size = out.size;
    return out.data;
}

int oh_resume(oh_training *t, const void *bytes, size_t size, oh_error *to) {
    LIBRARY_CALL(t && bytes, to, -1);
    struct checkpoint c = {.id = t->id, .metrics = &t->metrics};
    struct error damage = {0};
    if (check_idle(t, e) != 0)
        return -1;
    char *copy = arena_alloc(&call.arena, size + 1, 1); /* ends with a NUL */
    if (!copy)
        return error_memory(e, "the checkpoint");
    memcpy(copy, bytes, size);
    if (checkpoint_parse(&c, t->t, copy, size, "the checkpoint", &damage, e) != CHECKPOINT_TAKEN)
        return error_input(e, "%s", damage.text);
    t->row = (struct train_epoch){0};
    t->step_loss = NAN;
    t->finished = false;
    return 0;
}
