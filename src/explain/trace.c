/* Takes the step, then builds its stages: input, forward, loss, backward, clipping, update. */
#include "explain/trace.h"
#include "tensor/softmax.h"

/* Once memory has run out, these are "", a tensor without rows, and no binding or stage. */
#define text(s, ...) (arena_printf(&(s)->training->arena, __VA_ARGS__) ?: "")

/* A new tensor of zeros. */
static struct tensor new_tensor(struct trace *s, int rows, int cols) {
    real *data = arena_alloc(&s->training->arena, (size_t)rows * (size_t)cols, sizeof *data);
    return (struct tensor){data, data ? rows : 0, cols};
}

static struct tensor new_number(struct trace *s, double x) {
    struct tensor t = new_tensor(s, 1, 1);
    if (t.data)
        t.data[0] = (real)x;
    return t;
}

/* The part of a vector as long as theta that belongs to a parameter. */
static struct tensor view(const struct trace *s, const real *vector, const struct param *p) {
    size_t first = (size_t)(p->value.data - s->m->theta);
    return (struct tensor){(real *)vector + first, p->value.rows, p->value.cols};
}

/* Binds a name to a quantity or, if that is NULL, to a number. */
static void bind(struct trace *s, const char *name, const struct quantity *q, double number) {
    struct binding *new = arena_alloc(&s->training->arena, 1, sizeof *new);
    if (!new)
        return;
    *new = (struct binding){name, q, number, s->scope};
    s->scope = new;
}

/* Forgets all names, then binds N and the options, by their keys. */
static void bind_options(struct trace *s, const struct kind *row, const void *options) {
    s->scope = NULL;
    bind(s, "N", NULL, s->n);
    for (const struct key *key = row->keys; key && key->type != KEY_END; key++) {
        const void *at = (const char *)options + key->offset;
        if (key->type == KEY_INT)
            bind(s, key->name, NULL, *(const int *)at);
        else if (key->type == KEY_REAL)
            bind(s, key->name, NULL, *(const double *)at);
        else if (key->type == KEY_BOOL)
            bind(s, key->name, NULL, *(const bool *)at);
    }
}

/* The number that a name is bound to, or 0. */
static double option(const struct trace *s, const char *name) {
    const struct binding *at = s->scope;
    while (at && strcmp(at->name, name) != 0)
        at = at->older;
    return at ? at->number : 0;
}

/* Begins the stage that these functions, such as "forward", compute in src/FOLDER/FILE.c. */
static void begin(struct trace *s, const char *part, const char *title, const char *folder,
                  const char *file, const char *functions) {
    struct stage *new = arena_alloc(&s->training->arena, 1, sizeof *new);
    if (!new)
        return;
    *new = (struct stage){part, title, text(s, "src/%s/%s.c: %s", folder, file, functions)};
    s->stage = new;
}

/* Adds a quantity to the newest stage; later formulas can use its name. `by` is its formula, or
 * words; if it is NULL, `words` describe it. */
static struct quantity *add(struct trace *s, const char *name, struct tensor value, const char *by,
                            const char *words) {
    struct quantity *q = arena_alloc(&s->training->arena, 1, sizeof *q);
    if (!q)
        return &s->spare;
    *q = (struct quantity){.name = name, .value = value, .scope = s->scope, .stage = s->stage};
    q->formula = by && strstr(by, " = ") ? by : NULL;
    q->words = by ? by : words;
    *(s->last ? &s->last->next : &s->quantities) = q;
    s->last = q;
    bind(s, name, q, 0);
    return q;
}

/* Binds the names of layer i's options, parameters, input and mask; a missing parameter is 0. */
static void bind_layer(struct trace *s, int i) {
    const struct layer *l = &s->m->layers[i];
    bind_options(s, &l->type->kind, l->options);
    for (int p = 0; p < LAYER_PARAMS && l->type->formula.params[p].symbol; p++)
        bind(s, l->type->formula.params[p].symbol, s->layers[i].value[p], 0);
    bind(s, "x", s->layers[i].x, 0);
    if (s->layers[i].mask)
        bind(s, "mask", s->layers[i].mask, 0);
}

static void add_parameters(struct trace *s, int i) {
    const struct layer *l = &s->m->layers[i];
    const bool *taken = s->training->taken;
    const char *origin =
        taken && taken[i] ? "from the start_from file" : "initial values, drawn with the seed";
    if (l->nparams > l->ntrained)
        origin = text(s, "%s; frozen", origin);
    for (int p = 0; p < l->nparams; p++) {
        const char *symbol = l->type->formula.params[p].symbol;
        s->layers[i].value[p] = add(s, text(s, "%s%d", symbol ? symbol : l->params[p].name, i),
                                    l->params[p].value, NULL, origin);
    }
}

/* The mask by which layer i multiplies its input. */
static void add_mask(struct trace *s, int i) {
    const struct layer *l = &s->m->layers[i];
    struct tensor ones = new_tensor(s, s->n, l->in), mask = new_tensor(s, s->n, l->in);
    struct pass pass = {0, s->n, true, (uint64_t)s->training->config.seed, s->update.step};
    if (s->training->arena.failed)
        return;
    for (size_t j = 0; j < tensor_size(ones); j++)
        ones.data[j] = 1;
    l->type->forward(l, &pass, ones, mask);
    s->layers[i].mask = add(s, text(s, "mask%d", i), mask, NULL,
                            "drawn for this step: the layer's output for an input of ones");
}

static void forward(struct trace *s, int i) {
    const struct layer *l = &s->m->layers[i];
    const char *name = l->type->kind.name;
    begin(s, "forward", text(s, "layer %d, %s", i, name), "layers", name, "forward");
    add_parameters(s, i);
    if (l->type->formula.mask)
        add_mask(s, i);
    bind_layer(s, i);
    s->layers[i + 1].x =
        add(s, text(s, "%c%d", l->nparams > 0 ? 'z' : 'a', i),
            tensor_rows(s->m->act[i + 1], 0, s->n), l->type->formula.forward, "the layer's output");
}

/* The sum of each sample's target; it is not shown if all are 1, as they usually are. */
static void add_sum(struct trace *s, struct tensor y) {
    struct tensor sum = new_tensor(s, y.rows, 1);
    bool ones = true;
    for (int n = 0; n < sum.rows; n++) {
        for (int j = 0; j < y.cols; j++)
            sum.data[n] += tensor_row(y, n)[j];
        ones = ones && sum.data[n] == 1;
    }
    if (ones)
        bind(s, "S", NULL, 1);
    else
        add(s, "S", sum, NULL, "the sum of the target");
}

/* The formula, times the weight of the sample's class if classes are weighted. */
static const char *weighted(struct trace *s, const char *by) {
    const char *at = by && s->m->loss.weights ? strstr(by, " = ") : NULL;
    return at ? text(s, "%.*s = class_weight[n] * (%s)", (int)(at - by), by, at + 3) : by;
}

/* The probabilities at the loss's temperature, which the loss does not store: computed again. */
static void add_softened(struct trace *s, const char *name, struct tensor logits, const char *by) {
    struct tensor p = new_tensor(s, logits.rows, logits.cols);
    if (p.data)
        (void)softmax_rows(logits, option(s, "temperature"), p);
    add(s, name, p, by, NULL);
}

static void loss(struct trace *s) {
    const struct loss *l = &s->m->loss;
    const struct quantity *z = s->layers[s->m->nlayers].x;
    const char *name = l->type->kind.name;
    const struct loss_formula *f =
        z->value.cols < s->m->p.cols ? &l->type->formula_one : &l->type->formula;
    const struct split *split = s->training->train.split;
    bind_options(s, &l->type->kind, l->options);
    bind(s, "K", NULL, s->m->p.cols);
    bind(s, "z", z, 0);
    begin(s, "loss", name, "losses", name, "forward");
    struct quantity *y = add(s, "y", tensor_rows(s->m->target.y, 0, s->n), NULL,
                             split->multi_label ? "the target: 1 at each label, 0 elsewhere"
                             : split->targets   ? "the target: a soft label for each class"
                                                : "the target: 1 at the label, 0 elsewhere");
    y->target = true;
    if (f->gradient && strstr(f->gradient, "S["))
        add_sum(s, y->value);
    struct tensor w = new_tensor(s, s->n, 1);
    for (int n = 0; n < w.rows && l->weights; n++)
        w.data[n] = l->weights[s->m->target.labels[n]];
    if (l->weights)
        add(s, "class_weight", w, NULL, "of the sample's class");
    if (f->teacher) {
        struct tensor t = tensor_rows(s->m->target.teacher, 0, s->n);
        add(s, "t", t, NULL, "the teacher's logits");
        add_softened(s, "q", t, f->teacher);
        add_softened(s, "s", z->value, f->student);
    }
    struct tensor losses = {s->m->losses, s->n, 1};
    add(s, "p", tensor_rows(s->m->p, 0, s->n), f->p, "the probabilities");
    add(s, "loss", losses, weighted(s, f->loss), "the loss of each sample");
    if (s->n > 1) {
        begin(s, "loss", "the mean over the batch", "model", "model", "model_add_losses");
        add(s, "L", new_number(s, s->loss), "L = (sum_n loss[n]) / N", NULL);
    }
    begin(s, "backward", name, "losses", name, "backward");
    s->delta = add(s, text(s, "d%s", z->name), tensor_rows(s->m->delta[s->m->nlayers], 0, s->n),
                   weighted(s, f->gradient), "the gradient of the mean loss");
}

static void backward(struct trace *s, int i) {
    const struct layer *l = &s->m->layers[i];
    const struct layer_formula *f = &l->type->formula;
    const char *name = l->type->kind.name;
    bool passes_on = i > 0 && i >= s->m->lowest;
    if (l->ntrained == 0 && !passes_on)
        return;
    bind_layer(s, i);
    bind(s, "y", s->layers[i + 1].x, 0);
    bind(s, "dy", s->delta, 0);
    begin(s, "backward", text(s, "layer %d, %s", i, name), "layers", name,
          l->ntrained == 0 ? "backward"
          : passes_on      ? "gradient, backward"
                           : "gradient");
    for (int p = 0; p < l->ntrained; p++)
        s->layers[i].grad[p] = add(s, text(s, "d%s", s->layers[i].value[p]->name),
                                   l->params[p].grad, f->params[p].gradient, "its gradient");
    if (passes_on)
        s->delta = add(s, text(s, "d%s", s->layers[i].x->name),
                       tensor_rows(s->m->delta[i], 0, s->n), f->backward, "its gradient");
}

/* The norm of the gradient, and the clipped gradient. */
static void clip(struct trace *s, double bound) {
    double share = clip_coefficient(s->m, bound);
    bool clips = share < 1;
    s->scope = NULL;
    bind(s, "clip_norm", NULL, bound);
    begin(s, "update", "clipping", "train", "clip", "clip_norm, clip_coefficient, clip_scale");
    add(s, "norm", new_number(s, clip_norm(s->m)), NULL,
        "the square root of the sum of all squared gradients");
    add(s, "share", new_number(s, share), clips ? "share = clip_norm / (norm + 0.000001)" : NULL,
        "no clipping: the norm is below clip_norm");
    for (int i = 0; i < s->m->nlayers && clips; i++)
        for (int p = 0; p < s->m->layers[i].ntrained; p++) {
            const struct quantity **grad = &s->layers[i].grad[p];
            bind(s, "grad", *grad, 0);
            *grad = add(s, text(s, "%s'", (*grad)->name),
                        view(s, s->clipped, &s->m->layers[i].params[p]),
                        "clipped[i,j] = share * grad[i,j]", NULL);
        }
}

/* A state vector of the optimizer, before and after the step. */
static void add_state(struct trace *s, int v, const char *theta, const struct param *p) {
    const struct optim *o = &s->training->optim;
    const char *name = o->type->formula.states[v].name, *only = o->type->formula.states[v].only;
    const char *after = text(s, "%s'", name);
    if (only && option(s, only) == 0) {
        bind(s, after, NULL, 0);
        return;
    }
    const struct quantity *old =
        add(s, text(s, "%s%s", name, theta), view(s, s->old_state[v], p), NULL,
            s->update.step > 1 ? "from the steps before" : "0 before the first step");
    bind(s, name, old, 0);
    const struct quantity *new = add(s, text(s, "%s'", old->name), view(s, o->state[v], p),
                                     o->type->formula.states[v].update, NULL);
    bind(s, after, new, 0);
}

/* The parameter, and the optimizer's state, after the step. */
static void update(struct trace *s, int i, int p) {
    const struct optim *o = &s->training->optim;
    const struct param *param = &s->m->layers[i].params[p];
    const struct quantity *value = s->layers[i].value[p];
    bind_options(s, &o->type->kind, o->options);
    bind(s, "learning_rate", NULL, s->update.learning_rate); /* from the schedule */
    bind(s, "t", NULL, (double)s->update.step);
    bind(s, "theta", value, 0);
    bind(s, "grad", s->layers[i].grad[p], 0);
    for (int v = 0; v < o->type->vectors && o->type->formula.states[v].name; v++)
        add_state(s, v, value->name, param);
    add(s, text(s, "%s'", value->name), view(s, s->theta, param), o->type->formula.theta,
        "after the step");
}

static void build(struct trace *s) {
    const struct model *m = s->m;
    const char *optim = s->training->optim.type->kind.name;
    begin(s, "forward", s->n > 1 ? "the samples" : "the sample", "train", "batch", "batch_gather");
    s->layers[0].x = add(s, "x", tensor_rows(m->act[0], 0, s->n), NULL, "the model's input");
    for (int i = 0; i < m->nlayers; i++)
        forward(s, i);
    loss(s);
    for (int i = m->nlayers - 1; i >= 0; i--)
        backward(s, i);
    if (s->clipped)
        clip(s, s->training->config.train.clip_norm);
    for (int i = 0; i < m->nlayers; i++) {
        if (m->layers[i].ntrained == 0)
            continue;
        begin(s, "update", text(s, "layer %d, %s: %s", i, m->layers[i].type->kind.name, optim),
              "optim", optim, "step");
        for (int p = 0; p < m->layers[i].ntrained; p++)
            update(s, i, p);
    }
}

/* Copies a vector as long as theta. */
static real *copy(struct trace *s, const real *from) {
    real *to = arena_alloc(&s->training->arena, s->m->nparams, sizeof *to);
    return to ? memcpy(to, from, s->m->nparams * sizeof *to) : NULL;
}

int trace_step(struct trace *s, struct training *t, int n, struct error *e) {
    struct model *m = t->model;
    long long step = (long long)t->at.epochs * t->steps + t->at.steps;
    bool scheduled = t->at.epochs < t->config.train.epochs;
    double sum = 0, factor = scheduled ? schedule_factor(&t->schedule, step) : 1;
    *s = (struct trace){.training = t, .m = m, .n = n, .spare = {.name = ""}};
    s->update = (struct update){optim_learning_rate(&t->optim) * factor, step + 1};
    s->theta = copy(s, m->theta);
    for (int v = 0; v < t->optim.type->vectors; v++)
        s->old_state[v] = copy(s, t->optim.state[v]);
    s->layers = arena_alloc(&s->training->arena, (size_t)m->nlayers + 1, sizeof *s->layers);
    if (s->training->arena.failed)
        return error_memory(e, "the step");
    t->pairs = NULL; /* lists would leave act[0] empty */
    train_step(t, s->update, 0, n, &sum);
    s->loss = sum / n;
    train_swap(m->theta, s->theta, m->nparams);
    if (t->config.train.clip_norm > 0)
        s->clipped = copy(s, m->grad);
    model_gradients(m, n); /* a step clips or does not store them */
    if (!s->training->arena.failed)
        build(s);
    return s->training->arena.failed ? error_memory(e, "the step") : 0;
}
