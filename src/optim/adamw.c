/* adamw: Adam with decoupled weight decay, in the form and with the defaults of torch.optim.AdamW:
 *
 *   m = beta1 m + (1 - beta1) grad         the decaying mean of the gradients
 *   v = beta2 v + (1 - beta2) grad^2       and of their squares; both start at 0
 *   m' = m / (1 - beta1^t)                 t: the step number, from 1
 *   v' = v / (1 - beta2^t)
 *   theta = theta - learning_rate (m' / (sqrt(v') + epsilon) + weight_decay theta)
 *
 * m' / sqrt(v') has no unit: for gradients of any size, a parameter moves by about learning_rate,
 * and by less if their signs disagree. Unlike in sgd.c, the decay is not part of the gradient,
 * because the quotient would cancel its size.
 *
 * The corrections m' and v' are needed because m and v start at 0, as if all earlier gradients had
 * been 0. After t steps, m = (1 - beta1) sum of beta1^(t - i) grad_i over i = 1 .. t. Its weights
 * sum to (1 - beta1) (1 + beta1 + ... + beta1^(t - 1)) = 1 - beta1^t, so m' is a true weighted
 * mean. The same holds for v'.
 *
 * With r = sqrt(1 - beta2^t), sqrt(v') = sqrt(v) / r. With k = learning_rate r / (1 - beta1^t), the
 * step is k m / (sqrt(v) + r epsilon): one root and one quotient per parameter. The betas are
 * rounded to real first, so the weights of a mean still sum to 1.
 *
 * Sources: Kingma and Ba 2015, "Adam: a method for stochastic optimization" (section 2 also ends
 * with k); Loshchilov and Hutter 2019, "Decoupled weight decay regularization". */
#include "optim/optim.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

struct adamw {
    double learning_rate, beta1, beta2, epsilon, weight_decay;
};

static const struct key keys[] = {
    POSITIVE_KEY(struct adamw, learning_rate, "0.001", 1e9,
                 "about how far a step moves a parameter"),
    REAL_KEY(struct adamw, beta1, "0.9", 0, 1, "decay rate of the mean gradient; below 1"),
    REAL_KEY(struct adamw, beta2, "0.999", 0, 1,
             "decay rate of the mean squared gradient; below 1"),
    REAL_KEY(struct adamw, epsilon, "1e-08", 1e-20, 1,
             "added to the square root of the mean squared gradient"),
    REAL_KEY(struct adamw, weight_decay, "0.01", 0, 1e9,
             "pulls every parameter towards 0, by this fraction of itself times the learning rate"),
    END_KEY};

static const char *conflict(const void *options) {
    const struct adamw *o = options;
    return (real)o->beta1 == 1 || (real)o->beta2 == 1
               ? "has a beta that is 1 or too close to it: no gradient would count"
               : NULL;
}

CLONED static void step(const void *options, struct update update, size_t n, const real *grad,
                        real *theta, real *const *state) {
    const struct adamw *o = options;
    real beta1 = (real)o->beta1, beta2 = (real)o->beta2, *m = state[0], *v = state[1];
    double t = (double)update.step, r = sqrt(1 - vmath_power((double)beta2, t));
    real k = (real)(update.learning_rate * r / (1 - vmath_power((double)beta1, t)));
    real epsilon = (real)(r * o->epsilon), decay = (real)(update.learning_rate * o->weight_decay);
    for (size_t i = 0; i < n; i++) {
        real g = grad[i];
        real mean = beta1 * m[i] + (1 - beta1) * g;
        m[i] = optim_not_tiny(mean);
        v[i] = beta2 * v[i] + (1 - beta2) * (g * g);
        theta[i] -= k * (m[i] / (vmath_sqrt(v[i]) + epsilon)) + decay * theta[i];
    }
}

const struct optim_type adamw_optim = {
    .kind = {.name = "adamw",
             .help = "Adam with decoupled weight decay",
             .size = sizeof(struct adamw),
             .keys = keys,
             .conflict = conflict},
    .formula = {.states = {{"m", "m'[i,j] = beta1 * m[i,j] + (1 - beta1) * grad[i,j]", NULL},
                           {"v", "v'[i,j] = beta2 * v[i,j] + (1 - beta2) * grad[i,j]^2", NULL}},
                .theta = "theta'[i,j] = theta[i,j] - learning_rate *"
                         " (m'[i,j] / (1 - beta1^t) / (sqrt(v'[i,j] / (1 - beta2^t)) + epsilon)"
                         " + weight_decay * theta[i,j])"},
    .vectors = 2,
    .step = step,
};
