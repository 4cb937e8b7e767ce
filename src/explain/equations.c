#include "explain/equations.h"

#include <stddef.h>
#include <string.h>

/* What is meant: the trainer's way to the same numbers may be longer. It subtracts the largest
 * logit before exp, lest that overflows, and takes the loss from the logits, where p may have
 * become 0. */

static const struct equations_layer layers[] = {
    {.name = "linear",
     .forward = "y[n,j] = bias[j] + sum_i x[n,i] * weight[i,j]",
     .backward = "dx[n,i] = sum_j dy[n,j] * weight[i,j]",
     .params = {{"weight", "W", "grad[i,j] = sum_n x[n,i] * dy[n,j]"},
                {"bias", "b", "grad[i,j] = sum_n dy[n,j]"}}},
    {.name = "relu",
     .forward = "y[n,j] = max(x[n,j], 0)",
     .backward = "dx[n,j] = dy[n,j] if x[n,j] > 0 else 0"},
    {.name = "sigmoid",
     .forward = "y[n,j] = 1 / (1 + exp(-x[n,j]))",
     .backward = "dx[n,j] = dy[n,j] * y[n,j] * (1 - y[n,j])"},
    {.name = "tanh",
     .forward = "y[n,j] = tanh(x[n,j])",
     .backward = "dx[n,j] = dy[n,j] * (1 - y[n,j]^2)"},
    {.name = "dropout",
     .mask = true,
     .forward = "y[n,j] = mask[n,j] * x[n,j]",
     .backward = "dx[n,j] = mask[n,j] * dy[n,j]"},
    {.name = "softmax",
     .forward = "y[n,j] = exp(x[n,j] / temperature)"
                " / sum_k exp(x[n,k] / temperature)",
     .backward = "dx[n,j] = y[n,j] * (dy[n,j] - sum_k y[n,k] * dy[n,k]) / temperature"},
    {.name = "log_softmax",
     .forward = "y[n,j] = x[n,j] / temperature"
                " - log(sum_k exp(x[n,k] / temperature))",
     .backward = "dx[n,j] = (dy[n,j] - exp(y[n,j]) * sum_k dy[n,k]) / temperature"},
    {.name = "position",
     .forward = "y[n,j] = x[n,j] + weight[j]",
     .backward = "dx[n,j] = dy[n,j]",
     .params = {{"weight", "P", "grad[i,j] = sum_n dy[n,j]"}}},
    {.name = "attention",
     .forward = "[Q | K | V] are the tokens of x times Wi; the heads H are softmax(Q K^T / "
                "sqrt(head_size)) V; y is H Wo",
     .backward = "back through Wo, the weighted mean of V, softmax and Q K^T to [dQ | dK | dV], "
                 "and times Wi^T",
     .params = {{"in_proj_weight", "Wi", "the tokens of x, transposed, times [dQ | dK | dV]"},
                {"out_proj.weight", "Wo", "H, transposed, times the tokens of dy"}}},
};

static const struct equations_loss losses[] = {
    {.name = "softmax_cross_entropy",
     .p = "p[n,j] = exp(z[n,j] / temperature)"
          " / sum_k exp(z[n,k] / temperature)",
     .loss = "loss[n] = -sum_j ((1 - label_smoothing) * y[n,j] + label_smoothing * S[n] / K)"
             " * log(p[n,j])",
     .gradient = "dz[n,j] = (S[n] * p[n,j] - ((1 - label_smoothing) * y[n,j]"
                 " + label_smoothing * S[n] / K))"
                 " / (temperature * N)"},
    {.name = "negative_log_likelihood",
     .p = "p[n,j] = exp(z[n,j])",
     .loss = "loss[n] = -sum_j y[n,j] * z[n,j]",
     .gradient = "dz[n,j] = -y[n,j] / N"},
    {.name = "distillation",
     .q = "q[n,j] = exp(t[n,j] / temperature) / sum_k exp(t[n,k] / temperature)",
     .s = "s[n,j] = exp(z[n,j] / temperature) / sum_k exp(z[n,k] / temperature)",
     .p = "p[n,j] = exp(z[n,j]) / sum_k exp(z[n,k])",
     .loss = "loss[n] = alpha * temperature^2 * (sum_j q[n,j] * (log(q[n,j]) - log(s[n,j])))"
             " - (1 - alpha) * (sum_j y[n,j] * log(p[n,j]))",
     .gradient = "dz[n,j] = (alpha * temperature * (s[n,j] - q[n,j])"
                 " + (1 - alpha) * (S[n] * p[n,j] - y[n,j])) / N"},
    {.name = "sigmoid_cross_entropy",
     .p = "p[n,j] = 1 / (1 + exp(-z[n,j]))",
     .loss = "loss[n] = -(sum_j (y[n,j] * log(p[n,j]) + (1 - y[n,j]) * log(1 - p[n,j]))) / K",
     .gradient = "dz[n,j] = (p[n,j] - y[n,j]) / (K * N)"},
    {.name = "sigmoid_cross_entropy",
     .one_output = true,
     .p = "p[n,j] = exp(j * z[n]) / (1 + exp(z[n]))",
     .loss = "loss[n] = -sum_j y[n,j] * log(p[n,j])",
     .gradient = "dz[n,j] = (p[n,1] - y[n,1]) / N"},
};

static const struct equations_optim optims[] = {
    {.name = "sgd",
     .states = {{"v", "v'[i,j] = momentum * v[i,j] + grad[i,j] + weight_decay * theta[i,j]",
                 "momentum"}},
     .theta = "theta'[i,j] = theta[i,j] - learning_rate *"
              " ((grad[i,j] + weight_decay * theta[i,j]) if momentum == 0 else"
              " (v'[i,j] if nesterov == 0 else"
              " grad[i,j] + weight_decay * theta[i,j] + momentum * v'[i,j]))"},
    {.name = "adamw",
     .states = {{"m", "m'[i,j] = beta1 * m[i,j] + (1 - beta1) * grad[i,j]", NULL},
                {"v", "v'[i,j] = beta2 * v[i,j] + (1 - beta2) * grad[i,j]^2", NULL}},
     .theta = "theta'[i,j] = theta[i,j] - learning_rate *"
              " (m'[i,j] / (1 - beta1^t) / (sqrt(v'[i,j] / (1 - beta2^t)) + epsilon)"
              " + weight_decay * theta[i,j])"},
};

/* The row of a table for which that holds. */
#define FIND(table, wanted)                                                                        \
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)                                      \
        if (wanted)                                                                                \
            return &table[i];                                                                      \
    return NULL

const struct equations_layer *equations_layer(const char *name) {
    FIND(layers, strcmp(layers[i].name, name) == 0);
}

const struct equations_loss *equations_loss(const char *name, bool one_output) {
    FIND(losses, strcmp(losses[i].name, name) == 0 && losses[i].one_output == one_output);
}

const struct equations_optim *equations_optim(const char *name) {
    FIND(optims, strcmp(optims[i].name, name) == 0);
}
