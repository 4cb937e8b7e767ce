/* dropout: in training, each value is dropped with probability `rate`, and the others are scaled
 * up:
 *
 *   y = mask x / (1 - rate)      mask is 0 with probability rate, else 1; redrawn in every step
 *
 * So the mean of y is x, and evaluation, where y = x, needs no correction. No unit can rely on
 * another one being present, which helps to keep a model from memorising its training samples.
 *
 * Source: Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from
 * overfitting". Scaling happens in training, not in evaluation ("inverted dropout"), as usual. */
#include "base/rng.h"
#include "layers/layer.h"
#include "tensor/clones.h"

struct dropout {
    double rate;
};

static const struct key keys[] = {REAL_KEY(struct dropout, rate, "0.5", 0, 0.99,
                                           "the fraction of values that a training step drops"),
                                  END_KEY};

/* Each value has its own random number of 32 bits, and is dropped if that is below rate 2^32. The
 * number is a pure function of seed, step (modulo 2^32), layer, row of the batch and feature, which
 * are the words of Philox's counter. So nothing has to be saved from forward to backward, and
 * neither threads nor an interruption can change it. One counter gives four numbers. */
CLONED static void mask(const struct layer *l, const struct pass *pass, struct tensor from,
                        struct tensor to) {
    const struct dropout *o = l->options;
    uint32_t dropped = (uint32_t)(o->rate * 0x1p32), number[PHILOX_NUMBERS];
    real scale = (real)(1 / (1 - o->rate));
    for (int n = 0; n < from.rows; n++)
        for (int first = 0; first < from.cols; first += PHILOX_NUMBERS) {
            const real *x = tensor_row(from, n) + first;
            real *y = tensor_row(to, n) + first;
            int count = from.cols - first < PHILOX_NUMBERS ? from.cols - first : PHILOX_NUMBERS;
            philox_numbers(pass->seed, (uint32_t)(first / 4), (uint32_t)(pass->first + n),
                           (uint32_t)pass->step, (uint32_t)RNG_DROPOUT | (uint32_t)l->index << 8,
                           number);
            for (int j = 0; j < count; j++) {
                real scaled = x[j] * scale;
                y[j] = number[j] < dropped ? 0 : scaled;
            }
        }
}

static void forward(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y) {
    if (pass->training)
        mask(l, pass, x, y);
    else
        memcpy(y.data, x.data, tensor_size(x) * sizeof(real));
}

/* Each y is a constant times x, so dx is that constant times dy. */
static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    forward(l, pass, dy, dx);
}

const struct layer_type dropout_layer = {
    .kind = {.name = "dropout",
             .help = "drops values at random in training, y = x in evaluation",
             .size = sizeof(struct dropout),
             .keys = keys},
    .identity = true,
    .formula = {.forward = "y[n,j] = mask[n,j] * x[n,j]",
                .backward = "dx[n,j] = mask[n,j] * dy[n,j]",
                .mask = true},
    .forward = forward,
    .backward = backward,
};
