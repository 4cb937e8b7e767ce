/* Creates a model: shapes, memory, initial values. */
#include "model/model.h"

#include <stdio.h>
#include <stdlib.h>

/* Shapes: each layer's input is the output of the one before it. */
static int infer(struct model *m, const struct specs *layers, int in, int classes,
                 const char *where, struct error *e) {
    for (int i = 0; i < m->nlayers; i++) {
        struct layer *l = &m->layers[i];
        l->type = layers_find(layers->items[i].type);
        l->options = layers->items[i].options;
        l->index = i;
        l->in = l->out = in;
        struct error why = {0};
        if (l->type->infer && l->type->infer(l, &why) != 0)
            return error_input(e, "%s: layer %d, \"%s\", %s", where, i, l->type->kind.name,
                               why.text);
        for (int k = 0; k < l->nparams; k++) {
            struct tensor v = l->params[k].value;
            size_t size;
            if (__builtin_mul_overflow((size_t)v.rows, (size_t)v.cols, &size) ||
                __builtin_add_overflow(m->nparams, size, &m->nparams))
                return error_input(e, "%s: the model has too many parameters", where);
        }
        in = l->out;
    }
    if (in != classes && !(in == 1 && classes == 2 && m->loss.type->one_output))
        return error_input(e,
                           "%s: the model has %d outputs, but the data has %d classes; make the "
                           "last layer \"linear\" with \"units\": %d",
                           where, in, classes, classes);
    return 0;
}

static struct tensor matrix(struct arena *a, int rows, int cols) {
    size_t row_size;
    bool fits = !__builtin_mul_overflow((size_t)cols, sizeof(real), &row_size);
    return (struct tensor){fits ? arena_alloc(a, (size_t)rows, row_size) : NULL, rows, cols};
}

/* Memory: theta and grad, the parameters as views into them, and the values of a pass. */
static int allocate(struct model *m, int in, int classes, int rows) {
    m->theta = arena_alloc(&m->arena, m->nparams, sizeof(real));
    m->grad = arena_alloc(&m->arena, m->nparams, sizeof(real));
    m->act = arena_alloc(&m->arena, (size_t)m->nlayers + 1, sizeof *m->act);
    m->delta = arena_alloc(&m->arena, (size_t)m->nlayers + 1, sizeof *m->delta);
    if (!m->theta || !m->grad || !m->act || !m->delta)
        return -1;

    size_t used = 0;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            struct param *p = &m->layers[i].params[k];
            p->grad = p->value;
            p->value.data = m->theta + used;
            p->grad.data = m->grad + used;
            used += tensor_size(p->value);
        }

    m->nblocks = param_block_cut(m->layers, m->nlayers, NULL);
    m->blocks = arena_alloc(&m->arena, (size_t)m->nblocks, sizeof *m->blocks);
    if (!m->blocks)
        return -1;
    param_block_cut(m->layers, m->nlayers, m->blocks);

    m->rows = rows;
    m->losses = arena_alloc(&m->arena, (size_t)rows, sizeof *m->losses);
    m->target.labels = arena_alloc(&m->arena, (size_t)rows, sizeof *m->target.labels);
    m->target.y = matrix(&m->arena, rows, classes);
    m->p = matrix(&m->arena, rows, classes);
    if (m->loss.type->teacher)
        m->target.teacher = matrix(&m->arena, rows, classes);
    m->act[0] = matrix(&m->arena, rows, in);
    m->delta[0] = matrix(&m->arena, rows, in);
    int complete = m->target.labels && m->target.y.data && m->losses && m->p.data &&
                   m->act[0].data && m->delta[0].data &&
                   (m->target.teacher.data || !m->loss.type->teacher);
    for (int i = 1; i <= m->nlayers; i++) {
        struct layer *l = &m->layers[i - 1];
        m->act[i] = matrix(&m->arena, rows, l->out);
        m->delta[i] = matrix(&m->arena, rows, l->out);
        complete = complete && m->act[i].data && m->delta[i].data;
        for (int k = 0; k < l->ncached; k++) {
            l->cached[k] = matrix(&m->arena, rows, l->cached[k].cols);
            complete = complete && l->cached[k].data;
        }
    }
    return complete ? 0 : -1;
}

struct model *model_new(const struct specs *layers, const struct spec *loss, int in, int classes,
                        int rows, const char *where, struct error *e) {
    struct model *m = calloc(1, sizeof *m);
    if (!m) {
        error_memory(e, "the model");
        return NULL;
    }
    m->nlayers = layers->count;
    m->threshold = (real)0.5;
    m->layers = arena_alloc(&m->arena, (size_t)layers->count, sizeof *m->layers);
    m->loss = (struct loss){.type = losses_find(loss->type), .options = loss->options};

    if (!m->layers) {
        error_memory(e, "the model");
        goto fail;
    }
    if (infer(m, layers, in, classes, where, e) != 0)
        goto fail;
    if (allocate(m, in, classes, rows) != 0) {
        error_run(e, "not enough memory for a model of %zu parameters in batches of %d", m->nparams,
                  rows);
        goto fail;
    }
    return m;
fail:
    model_free(m);
    return NULL;
}

void model_free(struct model *m) {
    if (m) {
        arena_free(&m->arena);
        free(m);
    }
}

void model_init(struct model *m, uint64_t seed) {
    for (int i = 0; i < m->nlayers; i++)
        if (m->layers[i].type->init)
            m->layers[i].type->init(&m->layers[i], seed, (uint32_t)i << 8);
}

void model_param_name(const struct model *m, int layer, int k, char name[MODEL_PARAM_NAME]) {
    snprintf(name, MODEL_PARAM_NAME, "%d.%.16s", layer, m->layers[layer].params[k].name);
}
