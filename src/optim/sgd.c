/* sgd: stochastic gradient descent with momentum, Nesterov's variant, and weight decay, in the
 * form that torch.optim.SGD has (with dampening 0):
 *
 *   g = grad + weight_decay theta        decay pulls every parameter towards 0, biases, too
 *   v = momentum v + g                   a decaying sum of past gradients; v starts at 0
 *   d = g + momentum v  (nesterov)
 *       v               (otherwise)
 *   theta = theta - learning_rate d
 *
 * Nesterov's idea is to take the gradient where the momentum is about to carry us: at
 * theta - learning_rate momentum v instead of theta. Storing that point as theta turns his update
 * into the line above (Sutskever et al., section 2; the constant factor between the two forms is in
 * v).
 *
 * Sources: Sutskever et al. 2013, "On the importance of initialization and momentum"; torch.optim.
 * Read after: model/model.c. Read next: train/train.c. */
#include "optim/optim.h"
#include "tensor/clones.h"

struct sgd {
    double learning_rate, momentum, weight_decay;
    bool nesterov;
};

static const struct key keys[] = {
    POSITIVE_KEY(struct sgd, learning_rate, "0.1", 1e9, "how far a step goes along the gradient"),
    REAL_KEY(struct sgd, momentum, "0", 0, 1,
             "how much of the last step's direction the next one keeps"),
    BOOL_KEY(struct sgd, nesterov, "false", "Nesterov's look-ahead momentum"),
    REAL_KEY(struct sgd, weight_decay, "0", 0, 1e9,
             "pulls every parameter towards 0, by this much of itself, with the gradient"),
    END_KEY};

static const char *conflict(const void *options) {
    const struct sgd *o = options;
    return o->nesterov && o->momentum == 0 ? "has nesterov true, which needs a momentum above 0"
                                           : NULL;
}

CLONED static void step(const void *options, struct update update, size_t n, const real *grad,
                        real *theta, real *const *state) {
    const struct sgd *o = options;
    real learning_rate = (real)update.learning_rate, momentum = (real)o->momentum;
    real decay = (real)o->weight_decay, *v = state[0];
    if (momentum == 0) { /* then v = g: it need not be kept */
        for (size_t i = 0; i < n; i++)
            theta[i] -= learning_rate * (grad[i] + decay * theta[i]);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        real g = grad[i] + decay * theta[i];
        v[i] = momentum * v[i] + g;
        real d = o->nesterov ? g + momentum * v[i] : v[i];
        theta[i] -= learning_rate * d;
    }
}

extern const struct optim_type sgd_optim;
const struct optim_type sgd_optim = {
    .kind = {.name = "sgd",
             .help = "stochastic gradient descent with momentum and weight decay",
             .size = sizeof(struct sgd),
             .keys = keys,
             .conflict = conflict},
    .vectors = 1,
    .step = step,
};
