#include "layers/init.h"
#include "base/rng.h"
#include "tensor/vmath.h"

const char *const init_names[] = {
    "torch", "kaiming_uniform", "kaiming_normal", "xavier_uniform", "xavier_normal", "zeros", NULL};

/* Uniform in [-bound, bound), row by row in the order of the tensor. */
static void uniform(struct tensor t, real bound, struct rng *r) {
    for (size_t i = 0; i < tensor_size(t); i++)
        t.data[i] = (2 * (real)rng_uniform(r) - 1) * bound;
}

/* Normal with the given deviation, by Marsaglia's polar method: a uniform point (u, v) in the unit
 * disk, at squared radius s, gives two independent normal numbers u f, v f with
 * f = sqrt(-2 ln s / s). Of the two, the second is left: the stream then does not depend on how
 * the caller splits its draws. */
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

/* A uniform number in [-bound, bound) has variance bound^2 / 3. */
void init_weight(enum init scheme, struct tensor w, uint64_t seed, uint32_t stream) {
    struct rng r = rng_stream(seed, RNG_INIT, stream);
    real in = (real)w.rows, out = (real)w.cols;
    switch (scheme) {
    case INIT_TORCH:
        uniform(w, 1 / vmath_sqrt(in), &r);
        break;
    case INIT_KAIMING_UNIFORM:
        uniform(w, vmath_sqrt(6 / in), &r);
        break;
    case INIT_KAIMING_NORMAL:
        normal(w, vmath_sqrt(2 / in), &r);
        break;
    case INIT_XAVIER_UNIFORM:
        uniform(w, vmath_sqrt(6 / (in + out)), &r);
        break;
    case INIT_XAVIER_NORMAL:
        normal(w, vmath_sqrt(2 / (in + out)), &r);
        break;
    case INIT_ZEROS:
        uniform(w, 0, &r);
        break;
    }
}

void init_bias(enum init scheme, struct tensor b, int in, uint64_t seed, uint32_t stream) {
    struct rng r = rng_stream(seed, RNG_INIT, stream);
    uniform(b, scheme == INIT_TORCH ? 1 / vmath_sqrt((real)in) : 0, &r);
}
