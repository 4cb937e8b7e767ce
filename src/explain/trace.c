#include "explain/trace.h"

#include <stdarg.h>
#include <string.h>

const char *const stage_parts[STAGE_PARTS] = {"forward", "loss", "backward", "update"};

/* ---- memory ---- */

void *trace_alloc(struct trace *s, size_t count, size_t size) {
    void *p = s->failed ? NULL : arena_alloc(&s->arena, count, size);
    s->failed = !p;
    return p;
}

const char *trace_text(struct trace *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *text = s->failed ? NULL : arena_vprintf(&s->arena, format, args);
    va_end(args);
    s->failed = !text;
    return text ? text : "";
}

struct tensor trace_tensor(struct trace *s, int rows, int cols) {
    real *data = trace_alloc(s, (size_t)rows * (size_t)cols, sizeof *data);
    return (struct tensor){data, data ? rows : 0, cols};
}

struct tensor trace_view(const struct trace *s, const real *vector, const struct param *p) {
    size_t first = (size_t)(p->value.data - s->m->theta);
    return (struct tensor){(real *)vector + first, p->value.rows, p->value.cols};
}

/* ---- names ---- */

void trace_bind(struct trace *s, const char *name, const struct quantity *q, double number) {
    struct binding *new = trace_alloc(s, 1, sizeof *new);
    if (!new)
        return;
    *new = (struct binding){name, q, number, s->scope};
    s->scope = new;
}

void trace_bind_options(struct trace *s, const struct kind *row, const void *options) {
    s->scope = NULL;
    trace_bind(s, "N", NULL, s->n);
    for (const struct key *key = row->keys; key && key->type != KEY_END; key++) {
        const void *at = (const char *)options + key->offset;
        if (key->type == KEY_INT)
            trace_bind(s, key->name, NULL, *(const int *)at);
        else if (key->type == KEY_REAL)
            trace_bind(s, key->name, NULL, *(const double *)at);
        else if (key->type == KEY_BOOL)
            trace_bind(s, key->name, NULL, *(const bool *)at);
    }
}

double trace_option(const struct trace *s, const char *name) {
    const struct binding *at = s->scope;
    while (at && strcmp(at->name, name) != 0)
        at = at->older;
    return at ? at->number : 0;
}

/* ---- stages and quantities ---- */

void trace_stage(struct trace *s, enum stage_part part, const char *title, const char *folder,
                 const char *file, const char *functions) {
    struct stage *new = trace_alloc(s, 1, sizeof *new);
    if (!new)
        return;
    *new = (struct stage){part, title, trace_text(s, "src/%s/%s.c: %s", folder, file, functions)};
    s->stage = new;
}

struct quantity *trace_add(struct trace *s, const char *name, struct tensor value, const char *by,
                           const char *words) {
    struct quantity *q = trace_alloc(s, 1, sizeof *q);
    if (!q)
        return &s->spare;
    *q = (struct quantity){
        .name = name, .value = value, .words = by ? by : words, .stage = s->stage};
    if (by && strstr(by, " = ")) {
        q->formula = by;
        q->scope = s->scope;
        q->words = NULL;
    }
    *(s->last ? &s->last->next : &s->quantities) = q;
    s->last = q;
    trace_bind(s, name, q, 0);
    return q;
}

/* ---- the step ---- */

/* Copies a vector as long as theta. */
static const real *copy(struct trace *s, const real *from) {
    real *to = trace_alloc(s, s->m->nparams, sizeof *to);
    return to ? memcpy(to, from, s->m->nparams * sizeof *to) : NULL;
}

/* Runs the trainer's step, then restores theta from before the update, and computes grad, which a
 * step clips or does not store. */
static void take_step(struct trace *s) {
    struct training *t = s->training;
    struct model *m = s->m;
    double sum = 0;
    const real *before = copy(s, m->theta);
    for (int v = 0; v < t->optim.type->vectors; v++)
        s->old_state[v] = copy(s, t->optim.state[v]);
    if (s->failed)
        return;
    train_step(t, s->update, 0, s->n, &sum);
    s->loss = sum / s->n;
    s->theta = copy(s, m->theta);
    memcpy(m->theta, before, m->nparams * sizeof *before);
    if (t->config.train.clip_norm > 0)
        s->clipped = copy(s, m->grad);
    model_gradients(m, s->n);
}

int trace_step(struct trace *s, struct training *t, int n, struct error *e) {
    double factor = t->config.train.epochs > 0 ? schedule_factor(&t->schedule, 0) : 1;
    *s = (struct trace){.training = t,
                        .n = n,
                        .update = {optim_learning_rate(&t->optim) * factor, 1},
                        .m = t->model,
                        .spare = {.name = ""}};
    s->layers = trace_alloc(s, (size_t)t->model->nlayers + 1, sizeof *s->layers);
    if (!s->failed)
        take_step(s);
    if (!s->failed)
        stages_build(s);
    return s->failed ? error_memory(e, "the step") : 0;
}
