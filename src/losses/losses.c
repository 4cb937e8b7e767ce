/* The table of losses: declare and list a new one here. */
#include "losses/loss.h"

extern const struct loss_type softmax_cross_entropy_loss, negative_log_likelihood_loss,
    sigmoid_cross_entropy_loss, distillation_loss;

const struct kind *const losses_kinds[] = {
    &softmax_cross_entropy_loss.kind,
    &negative_log_likelihood_loss.kind,
    &sigmoid_cross_entropy_loss.kind,
    &distillation_loss.kind,
    NULL,
};
