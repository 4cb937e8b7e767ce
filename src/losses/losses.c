/* The table of losses: declare and list a new one here. */
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
    return losses_type(i) ? &losses_type(i)->kind : NULL;
}
