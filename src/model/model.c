/* The chain. Each pass is one loop over the layers, forward up and backward down (model.h has a
 * diagram), for some rows of a batch. act[i] is the input of layer i, delta[i] the gradient of the
 * loss with respect to it.
 *
 * Read after: losses/softmax_cross_entropy.c. Read next: optim/sgd.c. */
#include "model/model.h"

/* The rows of the pass. */
static struct tensor part(struct tensor t, const struct pass *pass) {
    return tensor_rows(t, pass->first, pass->rows);
}

void model_forward(struct model *m, const struct pass *pass) {
    const struct param *p = m->layers[0].params;
    if (m->pairs)
        kernel_gemm()->pairs_ab(m->pairs + pass->first, p[0].value, p[1].value.data,
                                part(m->act[1], pass));
    for (int i = m->pairs ? 1 : 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        l->type->forward(l, pass, part(m->act[i], pass), part(m->act[i + 1], pass));
    }
}

void model_loss(struct model *m, const struct pass *pass) {
    struct target t = target_rows(&m->target, pass->first, pass->rows);
    loss_forward(&m->loss, pass->training, part(m->act[m->nlayers], pass), &t, part(m->p, pass),
                 m->losses + pass->first);
}

/* Stops at layer 1, since nothing needs delta[0], or above frozen layers (model_new.c). */
void model_backward(struct model *m, const struct pass *pass, int batch) {
    struct target t = target_rows(&m->target, pass->first, pass->rows);
    loss_backward(&m->loss, part(m->act[m->nlayers], pass), part(m->p, pass), &t, batch,
                  part(m->delta[m->nlayers], pass));
    for (int i = m->nlayers - 1; i >= m->lowest; i--) {
        const struct layer *l = &m->layers[i];
        l->type->backward(l, pass, part(m->act[i], pass), part(m->act[i + 1], pass),
                          part(m->delta[i + 1], pass), part(m->delta[i], pass));
    }
}

/* The gradient of layer 0's weights from lists or, if rate is not 0, a step of descent by it. */
static bool pairs_gradient(const struct model *m, int batch, const struct param_block *block,
                           real rate) {
    const struct param *p = m->layers[0].params;
    if (!m->pairs || block->layer > 0 || block->param > 0)
        return false;
    kernel_gemm()->pairs_atb(m->pairs, block->row, tensor_rows(m->delta[1], 0, batch), rate,
                             tensor_rows(rate == 0 ? p->grad : p->value, block->row, block->rows));
    return true;
}

void model_gradient(struct model *m, int batch, const struct param_block *block) {
    int i = block->layer, k = block->param;
    const struct layer *l = &m->layers[i];
    if (pairs_gradient(m, batch, block, 0))
        return;
    l->type->gradient(l, k, tensor_rows(m->act[i], 0, batch),
                      tensor_rows(m->delta[i + 1], 0, batch), block->row,
                      tensor_rows(l->params[k].grad, block->row, block->rows));
}

bool model_descend(const struct model *m, int batch, const struct param_block *block, real rate) {
    int i = block->layer, k = block->param;
    const struct layer *l = &m->layers[i];
    if (rate != 0 && pairs_gradient(m, batch, block, rate))
        return true;
    return l->type->descend &&
           l->type->descend(l, k, tensor_rows(m->act[i], 0, batch),
                            tensor_rows(m->delta[i + 1], 0, batch), block->row, rate,
                            tensor_rows(l->params[k].value, block->row, block->rows));
}

void model_gradients(struct model *m, int batch) {
    for (int i = 0; i < m->nblocks; i++)
        model_gradient(m, batch, &m->blocks[i]);
}

double model_add_losses(const struct model *m, int n, double sum) {
    for (int k = 0; k < n; k++)
        sum += (double)m->losses[k];
    return sum;
}
