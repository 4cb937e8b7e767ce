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
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        struct tensor y = part(m->act[i + 1], pass);
        if (i == 0 && m->pairs)
            kernel_gemm()->pairs_ab(m->pairs + pass->first, l->params[0].value,
                                    l->params[1].value.data, y);
        else
            l->type->forward(l, pass, part(m->act[i], pass), y);
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

/* The gradient of layer 0's weights from lists, or a step of descent by it. */
static bool pairs_gradient(const struct model *m, int batch, const struct param_block *block,
                           real rate, struct tensor result) {
    bool can = m->pairs && block->layer == 0 && block->param == 0;
    if (can)
        kernel_gemm()->pairs_atb(m->pairs, block->row, tensor_rows(m->delta[1], 0, batch), rate,
                                 result);
    return can;
}

void model_gradient(struct model *m, int batch, const struct param_block *block) {
    int i = block->layer, k = block->param;
    const struct layer *l = &m->layers[i];
    struct tensor grad = tensor_rows(l->params[k].grad, block->row, block->rows);
    if (!pairs_gradient(m, batch, block, 0, grad))
        l->type->gradient(l, k, tensor_rows(m->act[i], 0, batch),
                          tensor_rows(m->delta[i + 1], 0, batch), block->row, grad);
}

bool model_descend(const struct model *m, int batch, const struct param_block *block, real rate) {
    int i = block->layer, k = block->param;
    const struct layer *l = &m->layers[i];
    struct tensor value = tensor_rows(l->params[k].value, block->row, block->rows);
    return (rate != 0 && pairs_gradient(m, batch, block, rate, value)) ||
           (l->type->descend &&
            l->type->descend(l, k, tensor_rows(m->act[i], 0, batch),
                             tensor_rows(m->delta[i + 1], 0, batch), block->row, rate, value));
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
