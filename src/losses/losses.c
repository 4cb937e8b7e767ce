/* The table of losses: a new one is declared and listed here. */
#include "losses/loss.h"

extern const struct loss_type softmax_cross_entropy_loss, negative_log_likelihood_loss,
    sigmoid_cross_entropy_loss, distillation_loss;

static const struct loss_type *const types[] = {
    &softmax_cross_entropy_loss,
    &negative_log_likelihood_loss,
    &sigmoid_cross_entropy_loss,
    &distillation_loss,
};

const struct loss_type *losses_type(int i) {
    return i < (int)(sizeof types / sizeof *types) ? types[i] : NULL;
}

const struct kind *losses_kind(int i) {
    const struct loss_type *type = losses_type(i);
    return type ? &type->kind : NULL;
}

const struct loss_type *losses_find(const struct kind *row) {
    int i = 0;
    while (losses_kind(i) != row)
        i++;
    return losses_type(i);
}
