/* sgd: stochastic gradient descent with momentum, Nesterov's variant and weight decay, in the form
 * of torch.optim.SGD (with dampening 0):
 *
 *   g = grad + weight_decay theta        decay pulls every parameter towards 0, including biases
 *   v = momentum v + g                   a decaying sum of past gradients; v starts at 0
 *   d = g + momentum v  (nesterov)
 *       v               (otherwise)
 *   theta = theta - learning_rate d
 *
 * Nesterov's method takes the gradient at the point where momentum is about to carry the
 * parameters, not where they are. With µ for momentum, η for learning_rate, and φ for his
 * parameters, one step is
 *
 *   v' = µ v + grad(φ - η µ v)           φ' = φ - η v'
 *
 * It needs the gradient at φ - η µ v, but backward computes it at theta. So let theta be that
 * point: theta = φ - η µ v. Then v' = µ v + grad(theta), which is the formula above, and the next
 * such point is
 *
 *   theta' = φ' - η µ v' = (φ - η v') - η µ v'
 *          = (theta + η µ v) - η v' - η µ v'            since φ = theta + η µ v
 *          = theta - η (v' - µ v + µ v')
 *          = theta - η (g + µ v')                       since v' - µ v = g
 *
 * which is the update with d = g + momentum v. The saved model is theta, not φ; they coincide once
 * v is 0.
 *
 * Sources: Nesterov 1983; Sutskever et al. 2013, "On the importance of initialization and momentum
 * in deep learning" (section 2); torch.optim.
 * Read after: model/model.c. Read next: train/train.c. */
#include "optim/optim.h"
#include "tensor/clones.h"

struct sgd {
    double learning_rate, momentum, weight_decay;
    bool nesterov;
};

static const struct key keys[] = {
    POSITIVE_KEY(struct sgd, learning_rate, "0.1", 1e9,
                 "length of a step, in multiples of the gradient"),
    REAL_KEY(struct sgd, momentum, "0", 0, 1, "decay rate of the sum of past gradients"),
    BOOL_KEY(struct sgd, nesterov, "false", "use Nesterov momentum"),
    REAL_KEY(struct sgd, weight_decay, "0", 0, 1e9,
             "adds this multiple of every parameter to its gradient, which pulls it towards 0"),
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
    if (momentum == 0) { /* then v = g, and there is no state */
        for (size_t i = 0; i < n; i++)
            theta[i] -= learning_rate * (grad[i] + decay * theta[i]);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        real g = grad[i] + decay * theta[i];
        v[i] = optim_not_tiny(momentum * v[i] + g);
        real d = o->nesterov ? g + momentum * v[i] : v[i];
        theta[i] -= learning_rate * d;
    }
}

static bool is_descent(const void *options) {
    const struct sgd *o = options;
    return o->momentum == 0 && o->weight_decay == 0;
}

const struct optim_type sgd_optim = {
    .kind = {.name = "sgd",
             .help = "stochastic gradient descent with momentum and weight decay",
             .size = sizeof(struct sgd),
             .keys = keys,
             .conflict = conflict},
    .formula = {.states = {{"v",
                            "v'[i,j] = momentum * v[i,j] + grad[i,j] + weight_decay * theta[i,j]",
                            "momentum"}},
                .theta = "theta'[i,j] = theta[i,j] - learning_rate *"
                         " ((grad[i,j] + weight_decay * theta[i,j]) if momentum == 0 else"
                         " (v'[i,j] if nesterov == 0 else"
                         " grad[i,j] + weight_decay * theta[i,j] + momentum * v'[i,j]))"},
    .is_descent = is_descent,
    .vectors = 1,
    .step = step,
};
