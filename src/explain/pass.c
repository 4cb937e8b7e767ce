/* The stages of a pass: input, forward, loss, backward. */
#include "explain/equations.h"
#include "explain/maker.h"
#include "tensor/softmax.h"

#include <string.h>

/* ---- forward ---- */

/* The parameter of layer i of that name, or NULL. */
static const struct quantity *parameter(const struct maker *k, int i, const char *name) {
    const struct layer *l = &k->m->layers[i];
    for (int p = 0; p < l->nparams; p++)
        if (strcmp(l->params[p].name, name) == 0)
            return k->value[i * LAYER_PARAMS + p];
    return NULL;
}

/* The names of what layer i sees and has; those of the parameters that it lacks are 0. */
static void bind_layer(struct maker *k, int i) {
    const struct layer *l = &k->m->layers[i];
    const struct equations_layer *row = equations_layer(l->type->kind.name);
    maker_bind_options(k, &l->type->kind, l->options);
    for (int r = 0; r < LAYER_PARAMS && row->params[r].name; r++)
        maker_bind(k, row->params[r].name, parameter(k, i, row->params[r].name), 0);
    maker_bind(k, "x", k->act[i], 0);
}

/* What the row says of a parameter. */
static struct equations_param about(const struct equations_layer *row, const char *name) {
    for (int r = 0; r < LAYER_PARAMS && row->params[r].name; r++)
        if (strcmp(row->params[r].name, name) == 0)
            return row->params[r];
    return (struct equations_param){name, name, "its gradient"};
}

/* What a layer that multiplies its input by a mask multiplies it by. */
static void add_mask(struct maker *k, int i) {
    const struct layer *l = &k->m->layers[i];
    struct tensor y = maker_rows(k, k->m->act[i + 1]), ones = y, mask = y;
    ones.data = maker_take(k, tensor_size(y), sizeof(real));
    mask.data = maker_take(k, tensor_size(y), sizeof(real));
    if (k->failed)
        return;
    for (size_t j = 0; j < tensor_size(ones); j++)
        ones.data[j] = 1;
    struct pass pass = {0, k->s->n, true, (uint64_t)k->s->training->config.seed, k->s->update.step};
    l->type->forward(l, &pass, ones, mask);
    k->mask[i] = maker_add(k, maker_string(k, "mask%d", i), mask,
                           "drawn for this step: the layer's output for ones");
}

static void forward(struct maker *k, int i) {
    const struct layer *l = &k->m->layers[i];
    const char *name = l->type->kind.name;
    const struct equations_layer *row = equations_layer(name);
    maker_stage(k, STAGE_FORWARD, i, maker_string(k, "layer %d, %s", i, name),
                maker_source(k, "layers", name, "forward"));
    for (int p = 0; p < l->nparams; p++)
        k->value[i * LAYER_PARAMS + p] = maker_add(
            k, maker_string(k, "%s%d", about(row, l->params[p].name).symbol, i), l->params[p].value,
            k->s->training->config.start_from[0] ? "from the file that training starts from"
                                                 : "initial values, drawn by the seed");
    if (row->mask)
        add_mask(k, i);
    bind_layer(k, i);
    if (row->mask)
        maker_bind(k, "mask", k->mask[i], 0);
    k->act[i + 1] = maker_add(k, maker_string(k, "%c%d", l->nparams > 0 ? 'z' : 'a', i),
                              maker_rows(k, k->m->act[i + 1]), row->forward);
}

static void input(struct maker *k) {
    maker_stage(k, STAGE_FORWARD, -1, k->s->n > 1 ? "the samples" : "the sample",
                "src/train/batch.c: batch_gather");
    k->act[0] = maker_add(k, "x", maker_rows(k, k->m->act[0]), "as the model sees it");
}

/* ---- loss ---- */

/* The sum of each sample's target: as a rule a distribution, for which it is 1 and not shown. */
static void bind_sum(struct maker *k, struct tensor y) {
    struct tensor sum = {maker_take(k, (size_t)y.rows, sizeof(real)), y.rows, 1};
    bool ones = true;
    for (int n = 0; n < y.rows && sum.data; n++) {
        for (int j = 0; j < y.cols; j++)
            sum.data[n] += tensor_row(y, n)[j];
        ones = ones && sum.data[n] == 1;
    }
    maker_bind(k, "S", ones ? NULL : maker_add(k, "S", sum, "the sum of the target"), 1);
}

/* The formula, times the weight of the sample's class where classes are weighted. */
static const char *weighted(struct maker *k, const char *by) {
    const char *right = strstr(by, " = ");
    return k->m->loss.weights
               ? maker_string(k, "%.*s = class_weight[n] * (%s)", (int)(right - by), by, right + 3)
               : by;
}

static void add_class_weights(struct maker *k) {
    struct tensor w = {maker_take(k, (size_t)k->s->n, sizeof(real)), k->s->n, 1};
    for (int n = 0; n < w.rows && w.data; n++)
        w.data[n] = k->m->loss.weights[k->m->target.labels[n]];
    maker_bind(k, "class_weight", maker_add(k, "class_weight", w, "of the sample's class"), 0);
}

/* The probabilities at the loss's temperature, which it does not keep: softmax says them again. */
static struct tensor softened(struct maker *k, struct tensor logits) {
    struct tensor p = logits;
    p.data = maker_take(k, tensor_size(p), sizeof(real));
    if (p.data)
        (void)softmax_rows(logits, maker_option(k, "temperature"), p);
    return p;
}

static void add_teacher(struct maker *k, const struct equations_loss *row) {
    struct tensor t = maker_rows(k, k->m->target.teacher), z = k->act[k->m->nlayers]->value;
    maker_bind(k, "t", maker_add(k, "t", t, "the teacher's logits"), 0);
    maker_bind(k, "q", maker_add(k, "q", softened(k, t), row->q), 0);
    maker_bind(k, "s", maker_add(k, "s", softened(k, z), row->s), 0);
}

static void loss(struct maker *k) {
    const struct loss *l = &k->m->loss;
    const char *name = l->type->kind.name;
    int n = k->s->n, outputs = k->act[k->m->nlayers]->value.cols;
    const struct equations_loss *row = equations_loss(name, outputs < k->m->p.cols);
    const struct split *split = k->s->training->train.split;
    maker_bind_options(k, &l->type->kind, l->options);
    maker_bind(k, "K", NULL, k->m->p.cols);
    maker_bind(k, "z", k->act[k->m->nlayers], 0);
    maker_stage(k, STAGE_LOSS, -1, name, maker_source(k, "losses", name, "forward"));
    struct quantity *y = maker_add(k, "y", maker_rows(k, k->m->target.y),
                                   split->multi_label ? "the target: 1 at each label, 0 elsewhere"
                                   : split->targets   ? "the target: the share of each class"
                                                      : "the target: 1 at the label, 0 elsewhere");
    y->target = true;
    maker_bind(k, "y", y, 0);
    if (strstr(row->gradient, "S["))
        bind_sum(k, y->value);
    if (l->weights)
        add_class_weights(k);
    if (row->q)
        add_teacher(k, row);
    maker_bind(k, "p", maker_add(k, "p", maker_rows(k, k->m->p), row->p), 0);
    struct tensor each = {k->m->losses, n, 1};
    maker_bind(k, "loss", maker_add(k, "loss", each, weighted(k, row->loss)), 0);
    if (n > 1) {
        struct tensor mean = {maker_take(k, 1, sizeof(real)), 1, 1};
        maker_stage(k, STAGE_LOSS, -1, "the mean over the batch",
                    "src/model/model.c: model_add_losses");
        if (mean.data)
            mean.data[0] = (real)k->s->loss;
        maker_add(k, "L", mean, "L = (sum_n loss[n]) / N");
    }
    maker_stage(k, STAGE_BACKWARD, -1, name, maker_source(k, "losses", name, "backward"));
    const struct quantity *z = k->act[k->m->nlayers];
    k->delta[k->m->nlayers] =
        maker_add(k, maker_string(k, "d%s", z->name), maker_rows(k, k->m->delta[k->m->nlayers]),
                  weighted(k, row->gradient));
}

/* ---- backward ---- */

static void backward(struct maker *k, int i) {
    const struct layer *l = &k->m->layers[i];
    const char *name = l->type->kind.name;
    const struct equations_layer *row = equations_layer(name);
    if (l->nparams == 0 && i == 0)
        return;
    bind_layer(k, i);
    maker_bind(k, "y", k->act[i + 1], 0);
    maker_bind(k, "dy", k->delta[i + 1], 0);
    if (row->mask)
        maker_bind(k, "mask", k->mask[i], 0);
    maker_stage(k, STAGE_BACKWARD, i, maker_string(k, "layer %d, %s", i, name),
                maker_source(k, "layers", name,
                             l->nparams == 0 ? "backward"
                             : i > 0         ? "gradient, backward"
                                             : "gradient"));
    for (int p = 0; p < l->nparams; p++) {
        k->grad[i * LAYER_PARAMS + p] =
            maker_add(k, maker_string(k, "d%s", k->value[i * LAYER_PARAMS + p]->name),
                      l->params[p].grad, about(row, l->params[p].name).gradient);
    }
    if (i > 0)
        k->delta[i] = maker_add(k, maker_string(k, "d%s", k->act[i]->name),
                                maker_rows(k, k->m->delta[i]), row->backward);
}

void pass_show(struct maker *k) {
    input(k);
    for (int i = 0; i < k->m->nlayers && !k->failed; i++)
        forward(k, i);
    if (!k->failed)
        loss(k);
    for (int i = k->m->nlayers - 1; i >= 0 && !k->failed; i--)
        backward(k, i);
}
