/* Creates a model: its shapes, its memory, and its initial parameters. */
#include "model/model.h"

/* Whether its options say so; a layer of a program may have no such option. */
static bool frozen(const struct layer *l) {
    const struct key *k = l->type->kind.keys;
    while (k && k->type != KEY_END && strcmp(k->name, "frozen") != 0)
        k++;
    return k && k->type == KEY_BOOL && *(const bool *)((const char *)l->options + k->offset);
}

/* Infers the shapes: each layer's input is the output of the one before it. */
static int infer(struct model *m, const struct specs *layers, int in, int classes,
                 const char *where, struct error *e) {
    if (m->nlayers > MODEL_MAX_LAYERS)
        return error_input(e, "%s: the model has %d layers; use at most %d", where, m->nlayers,
                           MODEL_MAX_LAYERS);
    for (int i = 0; i < m->nlayers; i++) {
        struct layer *l = &m->layers[i];
        l->type = KIND_ROW(layer_type, layers->items[i].type);
        l->options = layers->items[i].options;
        l->index = i;
        l->in = l->out = in;
        struct error why = {0};
        if (l->type->infer && l->type->infer(l, &why) != 0)
            return error_input(e, "%s: layer %d, \"%s\", %s", where, i, l->type->kind.name,
                               why.text);
        l->ntrained = frozen(l) ? 0 : l->nparams;
        m->lowest += l->ntrained == 0 && m->lowest == i;
        for (int k = 0; k < l->nparams; k++) {
            struct tensor v = l->params[k].value;
            size_t size;
            if (__builtin_mul_overflow((size_t)v.rows, (size_t)v.cols, &size) ||
                __builtin_add_overflow(m->nparams, size, &m->nparams))
                return error_input(e, "%s: the model has too many parameters", where);
        }
        in = l->out;
    }
    /* the first trained layer's backward is needed only if it caches what its gradient uses */
    if (m->lowest < m->nlayers && m->layers[m->lowest].ncached == 0)
        m->lowest++;
    if (in != classes && !(in == 1 && classes == 2 && m->loss.type->one_output))
        return error_input(e,
                           "%s: the model has %d output%s, but the data has %d classes; make the "
                           "last layer \"linear\" with \"units\": %d",
                           where, in, in == 1 ? "" : "s", classes, classes);
    return 0;
}

/* A block has at least MIN_ROWS rows, which kernels need to be efficient, or about MIN_PARAMS
 * parameters, so few that grad and theta stay in the cache until the optimizer needs them. */
enum { MIN_PARAMS = 4096, MIN_ROWS = 128 };

/* Cuts the trained parameters into blocks, unless `blocks` is NULL. Returns their number. */
static int cut(const struct model *m, struct param_block *blocks) {
    int count = 0;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].ntrained; k++) {
            struct tensor v = m->layers[i].params[k].value;
            int rows, max = MIN_PARAMS / v.cols > MIN_ROWS ? MIN_PARAMS / v.cols : MIN_ROWS;
            max -= max % GEMM_GROUP; /* no group of listed columns is visited twice */
            for (int row = 0; row < v.rows; row += rows, count++) {
                rows = v.rows - row < max ? v.rows - row : max;
                if (!blocks)
                    continue;
                size_t start = (size_t)(tensor_row(v, row) - m->theta);
                size_t size = (size_t)rows * (size_t)v.cols;
                blocks[count] = (struct param_block){i, k, row, rows, start, size};
            }
        }
    return count;
}

/* Allocates a matrix. Returns whether there was enough memory. */
static bool matrix(struct tensor *t, struct arena *a, int rows, int cols) {
    size_t row_size;
    bool fits = !__builtin_mul_overflow((size_t)cols, sizeof(real), &row_size);
    *t = (struct tensor){fits ? arena_alloc(a, (size_t)rows, row_size) : NULL, rows, cols};
    return t->data != NULL;
}

/* Allocates theta and grad, makes the parameters views into them, and allocates the values of a
 * pass. Returns whether there was enough memory. */
static bool allocate(struct model *m, int in, int classes, int rows) {
    struct arena *a = &m->arena;
    m->nblocks = cut(m, NULL);
    m->blocks = arena_alloc(a, (size_t)m->nblocks, sizeof *m->blocks);
    m->theta = arena_alloc(a, m->nparams, sizeof(real));
    m->grad = arena_alloc(a, m->nparams, sizeof(real));
    m->act = arena_alloc(a, (size_t)m->nlayers + 1, sizeof *m->act);
    m->delta = arena_alloc(a, (size_t)m->nlayers + 1, sizeof *m->delta);
    if (!m->blocks || !m->theta || !m->grad || !m->act || !m->delta)
        return false;

    size_t used = 0;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            struct param *p = &m->layers[i].params[k];
            p->grad = p->value;
            p->value.data = m->theta + used;
            p->grad.data = m->grad + used;
            used += tensor_size(p->value);
        }
    cut(m, m->blocks);

    m->rows = rows;
    m->losses = arena_alloc(a, (size_t)rows, sizeof *m->losses);
    m->target.labels = arena_alloc(a, (size_t)rows, sizeof *m->target.labels);
    bool complete = m->losses && m->target.labels && matrix(&m->target.y, a, rows, classes) &&
                    matrix(&m->p, a, rows, classes) &&
                    (!m->loss.type->teacher || matrix(&m->target.teacher, a, rows, classes)) &&
                    matrix(&m->act[0], a, rows, in) && matrix(&m->delta[0], a, rows, in);
    for (int i = 0; i < m->nlayers && complete; i++) {
        struct layer *l = &m->layers[i];
        complete =
            matrix(&m->act[i + 1], a, rows, l->out) && matrix(&m->delta[i + 1], a, rows, l->out);
        for (int k = 0; k < l->ncached && complete; k++)
            complete = matrix(&l->cached[k], a, rows, l->cached[k].cols);
    }
    return complete;
}

struct model *model_new(const struct specs *layers, const struct spec *loss, int in, int classes,
                        int rows, const char *where, struct error *e) {
    struct model *m = calloc(1, sizeof *m);
    if (m) {
        m->nlayers = layers->count;
        m->threshold = (real)0.5;
        m->loss = (struct loss){.type = KIND_ROW(loss_type, loss->type), .options = loss->options};
        m->layers = arena_alloc(&m->arena, (size_t)layers->count, sizeof *m->layers);
    }
    if (!m || !m->layers) {
        error_memory(e, "the model");
    } else if (infer(m, layers, in, classes, where, e) == 0) {
        if (allocate(m, in, classes, rows))
            return m;
        error_run(e, "not enough memory for a model with %zu parameters and batches of %d",
                  m->nparams, rows);
    }
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
