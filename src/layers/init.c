#include "layers/init.h"
#include "base/rng.h"
#include "tensor/vmath.h"

const char *const init_names[] = {
    "torch", "kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal", "zeros", NULL};

/* How large should initial weights be? Let the weights w be independent with mean 0 and variance v.
 *
 * Forward: z_j = sum_i x_i w_ij over `in` terms. Mean 0 makes the variances of independent terms
 * add up: Var z = in E[x^2] v. For E[x^2] to stay the same from layer to layer:
 *
 *   Without an activation, or near 0 where tanh x = x, E[x^2] = Var of the z before it: in v = 1.
 *   With ReLU, half of each symmetric z becomes 0, so E[x^2] = Var z / 2: in v / 2 = 1, v = 2 / in.
 *
 * The second is He's ("kaiming"). Backward: dx_i = sum_j dz_j w_ij has `out` terms, so the same
 * argument gives out v = 1. Both cannot hold if in and out differ; Glorot ("xavier") uses the
 * compromise v = 2 / (in + out). torch.nn.Linear's default is v = 1 / (3 in), for historical
 * reasons.
 *
 * A uniform number in [-a, a) has variance a^2 / 3: so a = sqrt(3 v). */

/* Uniform in [-bound, bound), in the order of the tensor's elements. */
static void uniform(struct tensor t, real bound, struct rng *r) {
    for (size_t i = 0; i < tensor_size(t); i++)
        t.data[i] = (2 * (real)rng_uniform(r) - 1) * bound;
}

/* Normal with this standard deviation, by Marsaglia's polar method: a uniform point (u, v) in the
 * unit disk, at squared radius s, gives two independent normal numbers u f and v f, where
 * f = sqrt(-2 ln s / s). The second is not used, so the stream does not depend on how the caller
 * splits its draws. */
static void normal(struct tensor t, real stddev, struct rng *r) {
    for (size_t i = 0; i < tensor_size(t); i++) {
        real u, v, s;
        do {
            u = 2 * (real)rng_uniform(r) - 1;
            v = 2 * (real)rng_uniform(r) - 1;
            s = u * u + v * v;
        } while (s >= 1 || s == 0);
        t.data[i] = u * vmath_sqrt(-2 * vmath_log(s) / s) * stddev;
    }
}

void init_weight(enum init scheme, struct tensor w, uint64_t seed, uint32_t stream) {
    struct rng r = rng_stream(seed, RNG_INIT, stream);
    real in = (real)w.rows, out = (real)w.cols;
    switch (scheme) {
    case INIT_TORCH: uniform(w, 1 / vmath_sqrt(in), &r); break;
    case INIT_KAIMING_UNIFORM: uniform(w, vmath_sqrt(6 / in), &r); break;
    case INIT_KAIMING_NORMAL: normal(w, vmath_sqrt(2 / in), &r); break;
    case INIT_XAVIER_UNIFORM: uniform(w, vmath_sqrt(6 / (in + out)), &r); break;
    case INIT_XAVIER_NORMAL: normal(w, vmath_sqrt(2 / (in + out)), &r); break;
    case INIT_ZEROS: uniform(w, 0, &r); break;
    }
}

void init_bias(enum init scheme, struct tensor b, int in, uint64_t seed, uint32_t stream) {
    struct rng r = rng_stream(seed, RNG_INIT, stream);
    uniform(b, scheme == INIT_TORCH ? 1 / vmath_sqrt((real)in) : 0, &r);
}
