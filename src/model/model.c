/* The chain itself. Each pass is one loop over the layers: forward up, backward down (model.h has a
 * picture), for some rows of a batch. act[i] is what goes into layer i, delta[i] the gradient of
 * the loss by act[i].
 *
 * Read after: losses/softmax_cross_entropy.c. Read next: optim/sgd.c. */
#include "model/model.h"

#include <math.h>
#include <stdlib.h>

/* The rows of the pass. */
static struct tensor part(struct tensor t, const struct pass *pass) {
    return tensor_rows(t, pass->first, pass->rows);
}

void model_forward(struct model *m, const struct pass *pass) {
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        l->type->forward(l, pass, part(m->act[i], pass), part(m->act[i + 1], pass));
    }
}

void model_loss(struct model *m, const struct pass *pass) {
    struct target t = target_rows(&m->target, pass->first, pass->rows);
    loss_forward(&m->loss, pass->training, part(m->act[m->nlayers], pass), &t, part(m->p, pass),
                 m->losses + pass->first);
}

/* The gradient of the input, delta[0], nobody needs: backward ends at layer 1, unless layer 0 keeps
 * something on the way that its own gradients need. */
void model_backward(struct model *m, const struct pass *pass, int batch) {
    struct target t = target_rows(&m->target, pass->first, pass->rows);
    loss_backward(&m->loss, part(m->act[m->nlayers], pass), part(m->p, pass), &t, batch,
                  part(m->delta[m->nlayers], pass));
    int last = m->layers[0].ncached > 0 ? 0 : 1;
    for (int i = m->nlayers - 1; i >= last; i--) {
        const struct layer *l = &m->layers[i];
        l->type->backward(l, pass, part(m->act[i], pass), part(m->act[i + 1], pass),
                          part(m->delta[i + 1], pass), part(m->delta[i], pass));
    }
}

void model_gradient(struct model *m, int batch, const struct param_block *block) {
    int i = block->layer, k = block->param;
    const struct layer *l = &m->layers[i];
    l->type->gradient(l, k, tensor_rows(m->act[i], 0, batch),
                      tensor_rows(m->delta[i + 1], 0, batch), block->row,
                      tensor_rows(l->params[k].grad, block->row, block->rows));
}

double model_add_losses(const struct model *m, int n, double sum) {
    for (int k = 0; k < n; k++)
        sum += (double)m->losses[k];
    return sum;
}

int model_predicted(const struct model *m, int n) {
    struct tensor z = m->act[m->nlayers];
    const real *zn = tensor_row(z, n);
    int best = 0;
    if (z.cols < m->p.cols) /* one output for two classes: p of the second is above 1/2 */
        return zn[0] > 0;
    for (int j = 1; j < z.cols; j++)
        if (zn[j] > zn[best])
            best = j;
    return best;
}

bool model_predicts(const struct model *m, int n, int class) {
    return m->multi_label ? tensor_row(m->p, n)[class] >= m->threshold
                          : model_predicted(m, n) == class;
}

bool model_misclassified(const struct model *m, int n) {
    if (!m->multi_label)
        return model_predicted(m, n) != m->target.labels[n];
    for (int j = 0; j < m->p.cols; j++)
        if (model_predicts(m, n, j) != (tensor_row(m->target.y, n)[j] > 0))
            return true;
    return false;
}

int model_not_finite(const struct model *m, int n) {
    for (int i = 0; i <= m->nlayers; i++)
        for (size_t k = 0; k < (size_t)n * (size_t)m->act[i].cols; k++)
            if (!isfinite(m->act[i].data[k]))
                return i;
    return -1;
}

void model_init(struct model *m, uint64_t seed) {
    for (int i = 0; i < m->nlayers; i++)
        if (m->layers[i].type->init)
            m->layers[i].type->init(&m->layers[i], seed, (uint32_t)i << 8);
}

/* The shapes: each layer takes what the one before it gives. */
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
                           "%s: the model ends in %d outputs, but the data has %d classes; let the "
                           "last layer be \"linear\" with \"units\": %d",
                           where, in, classes, classes);
    return 0;
}

static struct tensor matrix(struct arena *a, int rows, int cols) {
    size_t row_size;
    bool fits = !__builtin_mul_overflow((size_t)cols, sizeof(real), &row_size);
    return (struct tensor){fits ? arena_alloc(a, (size_t)rows, row_size) : NULL, rows, cols};
}

/* A block's rows: enough of them that the kernels are at their best, and at least PIECE parameters.
 * When the optimizer comes, grad and theta of a block are still in a near cache. */
enum { PIECE = 4096, PIECE_ROWS = 128 };

/* The blocks of theta, each of some whole rows of one parameter; NULL only counts them. */
static int cut(const struct model *m, struct param_block *blocks) {
    int count = 0;
    size_t start = 0;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            struct tensor v = m->layers[i].params[k].value;
            int most = PIECE / v.cols > PIECE_ROWS ? PIECE / v.cols : PIECE_ROWS, rows;
            for (int row = 0; row < v.rows; row += rows, count++) {
                rows = v.rows - row < most ? v.rows - row : most;
                size_t size = (size_t)rows * (size_t)v.cols;
                if (blocks)
                    blocks[count] = (struct param_block){i, k, row, rows, start, size};
                start += size;
            }
        }
    return count;
}

/* The memory: theta and grad, the parameters as views into them, and the values of a pass. */
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

    m->nblocks = cut(m, NULL);
    m->blocks = arena_alloc(&m->arena, (size_t)m->nblocks, sizeof *m->blocks);
    if (!m->blocks)
        return -1;
    cut(m, m->blocks);

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
