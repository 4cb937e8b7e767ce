/* The stages of a pass: input, forward, loss, backward. */
#include "explain/builder.h"
#include "tensor/softmax.h"

#include <string.h>

/* ---- forward ---- */

/* Binds the names of the inputs, outputs and parameters of layer i; parameters that it lacks are 0.
 */
static void bind_layer(struct builder *b, int i) {
    const struct layer *l = &b->m->layers[i];
    builder_bind_options(b, &l->type->kind, l->options);
    for (int p = 0; p < LAYER_PARAMS && l->type->formula.params[p].symbol; p++)
        builder_bind(b, l->type->formula.params[p].symbol, b->layers[i].value[p], 0);
    builder_bind(b, "x", b->layers[i].x, 0);
    if (b->layers[i].mask)
        builder_bind(b, "mask", b->layers[i].mask, 0);
}

static void add_parameters(struct builder *b, int i) {
    const struct layer *l = &b->m->layers[i];
    const bool *taken = b->trace->training->taken;
    const char *origin =
        taken && taken[i] ? "from the start_from file" : "initial values, drawn with the seed";
    if (l->nparams > l->ntrained)
        origin = builder_text(b, "%s; frozen", origin);
    for (int p = 0; p < l->nparams; p++) {
        const char *symbol = l->type->formula.params[p].symbol;
        b->layers[i].value[p] =
            builder_add(b, builder_text(b, "%s%d", symbol ? symbol : l->params[p].name, i),
                        l->params[p].value, NULL, origin);
    }
}

/* The mask by which a layer multiplies its input. */
static void add_mask(struct builder *b, int i) {
    const struct layer *l = &b->m->layers[i];
    const struct trace *s = b->trace;
    struct tensor ones = builder_tensor(b, s->n, l->in), mask = builder_tensor(b, s->n, l->in);
    if (b->failed)
        return;
    for (size_t j = 0; j < tensor_size(ones); j++)
        ones.data[j] = 1;
    struct pass pass = {0, s->n, true, (uint64_t)s->training->config.seed, s->update.step};
    l->type->forward(l, &pass, ones, mask);
    b->layers[i].mask = builder_add(b, builder_text(b, "mask%d", i), mask, NULL,
                                    "drawn for this step: the layer's output for an input of ones");
}

static void forward(struct builder *b, int i) {
    const struct layer *l = &b->m->layers[i];
    const char *name = l->type->kind.name;
    builder_stage(b, STAGE_FORWARD, builder_text(b, "layer %d, %s", i, name), "layers", name,
                  "forward");
    add_parameters(b, i);
    if (l->type->formula.mask)
        add_mask(b, i);
    bind_layer(b, i);
    b->layers[i + 1].x = builder_add(b, builder_text(b, "%c%d", l->nparams > 0 ? 'z' : 'a', i),
                                     builder_rows(b, b->m->act[i + 1]), l->type->formula.forward,
                                     "the layer's output");
}

/* ---- loss ---- */

/* The sum of each sample's target. Usually the target is a distribution, with sum 1, and it is not
 * shown. */
static void add_sum(struct builder *b, struct tensor y) {
    struct tensor sum = builder_tensor(b, y.rows, 1);
    bool ones = true;
    for (int n = 0; n < y.rows && sum.data; n++) {
        for (int j = 0; j < y.cols; j++)
            sum.data[n] += tensor_row(y, n)[j];
        ones = ones && sum.data[n] == 1;
    }
    if (ones)
        builder_bind(b, "S", NULL, 1);
    else
        builder_add(b, "S", sum, NULL, "the sum of the target");
}

static void add_class_weights(struct builder *b) {
    struct tensor w = builder_tensor(b, b->trace->n, 1);
    for (int n = 0; n < w.rows && w.data; n++)
        w.data[n] = b->m->loss.weights[b->m->target.labels[n]];
    builder_add(b, "class_weight", w, NULL, "of the sample's class");
}

/* The formula, times the weight of the sample's class if classes are weighted. */
static const char *weighted(struct builder *b, const char *by) {
    const char *equals = by && b->m->loss.weights ? strstr(by, " = ") : NULL;
    return equals ? builder_text(b, "%.*s = class_weight[n] * (%s)", (int)(equals - by), by,
                                 equals + 3)
                  : by;
}

/* The probabilities at the loss's temperature. The loss does not store them, so softmax computes
 * them again. */
static void add_softened(struct builder *b, const char *name, struct tensor logits,
                         const char *by) {
    struct tensor p = builder_tensor(b, logits.rows, logits.cols);
    if (p.data)
        (void)softmax_rows(logits, builder_option(b, "temperature"), p);
    builder_add(b, name, p, by, NULL);
}

static void loss(struct builder *b) {
    const struct loss *l = &b->m->loss;
    const struct quantity *z = b->layers[b->m->nlayers].x;
    const char *name = l->type->kind.name;
    const struct loss_formula *f =
        z->value.cols < b->m->p.cols ? &l->type->formula_one : &l->type->formula;
    const struct split *split = b->trace->training->train.split;
    builder_bind_options(b, &l->type->kind, l->options);
    builder_bind(b, "K", NULL, b->m->p.cols);
    builder_bind(b, "z", z, 0);
    builder_stage(b, STAGE_LOSS, name, "losses", name, "forward");
    struct quantity *y = builder_add(b, "y", builder_rows(b, b->m->target.y), NULL,
                                     split->multi_label ? "the target: 1 at each label, 0 elsewhere"
                                     : split->targets   ? "the target: a soft label for each class"
                                                      : "the target: 1 at the label, 0 elsewhere");
    y->target = true;
    if (f->gradient && strstr(f->gradient, "S["))
        add_sum(b, y->value);
    if (l->weights)
        add_class_weights(b);
    if (f->teacher) {
        struct tensor t = builder_rows(b, b->m->target.teacher);
        builder_add(b, "t", t, NULL, "the teacher's logits");
        add_softened(b, "q", t, f->teacher);
        add_softened(b, "s", z->value, f->student);
    }
    struct tensor losses = {b->m->losses, b->trace->n, 1};
    builder_add(b, "p", builder_rows(b, b->m->p), f->p, "the probabilities");
    builder_add(b, "loss", losses, weighted(b, f->loss), "the loss of each sample");
    if (b->trace->n > 1) {
        struct tensor mean = builder_tensor(b, 1, 1);
        builder_stage(b, STAGE_LOSS, "the mean over the batch", "model", "model",
                      "model_add_losses");
        if (mean.data)
            mean.data[0] = (real)b->trace->loss;
        builder_add(b, "L", mean, "L = (sum_n loss[n]) / N", NULL);
    }
    builder_stage(b, STAGE_BACKWARD, name, "losses", name, "backward");
    b->delta =
        builder_add(b, builder_text(b, "d%s", z->name), builder_rows(b, b->m->delta[b->m->nlayers]),
                    weighted(b, f->gradient), "the gradient of the mean loss");
}

/* ---- backward ---- */

static void backward(struct builder *b, int i) {
    const struct layer *l = &b->m->layers[i];
    const struct layer_formula *f = &l->type->formula;
    const char *name = l->type->kind.name;
    bool passes_on = i > 0 && i >= b->m->lowest;
    if (l->ntrained == 0 && !passes_on)
        return;
    bind_layer(b, i);
    builder_bind(b, "y", b->layers[i + 1].x, 0);
    builder_bind(b, "dy", b->delta, 0);
    builder_stage(b, STAGE_BACKWARD, builder_text(b, "layer %d, %s", i, name), "layers", name,
                  l->ntrained == 0 ? "backward"
                  : passes_on      ? "gradient, backward"
                                   : "gradient");
    for (int p = 0; p < l->ntrained; p++)
        b->layers[i].grad[p] =
            builder_add(b, builder_text(b, "d%s", b->layers[i].value[p]->name), l->params[p].grad,
                        f->params[p].gradient, "its gradient");
    if (passes_on)
        b->delta = builder_add(b, builder_text(b, "d%s", b->layers[i].x->name),
                               builder_rows(b, b->m->delta[i]), f->backward, "its gradient");
}

void pass_build(struct builder *b) {
    builder_stage(b, STAGE_FORWARD, b->trace->n > 1 ? "the samples" : "the sample", "train",
                  "batch", "batch_gather");
    b->layers[0].x = builder_add(b, "x", builder_rows(b, b->m->act[0]), NULL, "the model's input");
    for (int i = 0; i < b->m->nlayers && !b->failed; i++)
        forward(b, i);
    if (!b->failed)
        loss(b);
    for (int i = b->m->nlayers - 1; i >= 0 && !b->failed; i--)
        backward(b, i);
}
