#include "tensor/kernel.h"
#include "base/rng.h"
#include "base/text.h"

#include <float.h>

extern const struct gemm gemm_scalar, gemm_sse2, gemm_avx2, gemm_avx512, gemm_neon, gemm_simd128;

static bool always(void) { return true; }

#ifdef __x86_64__
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("bmi");
}

static bool has_avx512(void) { return __builtin_cpu_supports("avx512f") && has_avx2(); }
#endif

/* Best first. */
static const struct kernel {
    const char *name;
    const struct gemm *gemm;
    bool (*runs_here)(void);
} kernels[] = {
#ifdef __x86_64__
    {"avx512", &gemm_avx512, has_avx512},
    {"avx2", &gemm_avx2, has_avx2},
#ifndef ONEHOT_DOUBLE
    {"sse2", &gemm_sse2, always},
#endif
#elif defined(__aarch64__) && !defined(ONEHOT_DOUBLE)
    {"neon", &gemm_neon, always},
#elif defined(__wasm_simd128__) && !defined(ONEHOT_DOUBLE)
    {"simd128", &gemm_simd128, always},
#endif
    {"scalar", &gemm_scalar, always},
};
enum { KERNELS = sizeof kernels / sizeof *kernels };

static const struct kernel *chosen = &kernels[KERNELS - 1];

const char *kernel_available(int i) {
    for (int k = 0; k < KERNELS; k++)
        if (kernels[k].runs_here() && i-- == 0)
            return kernels[k].name;
    return NULL;
}

/* Fills t with numbers of mixed size and sign; `zeros` out of 4 are zero. */
static void fill(struct tensor t, unsigned zeros, struct rng *r) {
    for (size_t i = 0; i < tensor_size(t); i++)
        t.data[i] = rng_below(r, 4) < zeros ? 0 : (real)rng_uniform(r) - (real)0.4f;
}

/* Whether the products of an n x k and a k x m matrix equal those of the plain loops, bit for
 * bit, when `zeros` of 4 left factors are zero. Those of the n x k matrix are pixels. */
static bool agree(const struct gemm *g, int n, int k, int m, unsigned zeros) {
    enum { MAX = 2 * 9 * 182 + 9 * 9, ROWS = 17 };
    static real a[MAX], b[MAX], dy[MAX], before[MAX], got[MAX], want[MAX], value[256];
    static struct pair pairs[ROWS];
    uint8_t pixels[ROWS * ROWS];
    struct rng r = rng_stream(0, RNG_INIT, 0);
    struct tensor A = {a, n, k}, B = {b, k, m}, DY = {dy, n, m};
    size_t size = (size_t)(n * m + k * m + n * k) * sizeof(real);
    fill((struct tensor){value, 1, 256}, 0, &r);
    value[0] = 0;
    for (int i = 0; i < n * k; i++) {
        pixels[i] = rng_below(&r, 4) < zeros ? 0 : (uint8_t)rng_below(&r, 256);
        a[i] = value[pixels[i]];
    }
    fill(B, 0, &r);
    fill(DY, zeros, &r);
    memcpy(before, b, sizeof b);
    const struct gemm *both[] = {g, &gemm_plain};
    real *out[] = {got, want};
    for (int i = 0; i < 2; i++) {
        both[i]->ab(A, B, b, (struct tensor){out[i], n, m});
        both[i]->atb(A, 0, DY, (struct tensor){out[i] + n * m, k, m});
        both[i]->abt(DY, B, (struct tensor){out[i] + n * m + k * m, n, k});
    }
    bool same = memcmp(got, want, size) == 0;
    bool lists = g->pair && m <= GEMM_FEW && k % GEMM_GROUP == 0;
    for (int i = 0; i < n && lists; i += 2) {
        pairs[i] = (struct pair){.rows = i + 1 < n ? 2 : 1,
                                 .pixels = {pixels + i * k, pixels + i * k + k},
                                 .value = value};
        g->pair(&pairs[i], k);
    }
    if (lists) {
        g->pairs_ab(pairs, B, b, (struct tensor){got, n, m});
        g->pairs_atb(pairs, 0, DY, 0, (struct tensor){got + n * m, k, m});
        same = same && memcmp(got, want, size) == 0;
    }
    if (g->descend)
        g->descend(A, 0, DY, (real)0.7f, B);
    for (int i = 0; i < k * m && g->descend; i++)
        same = same && b[i] == before[i] - (real)0.7f * want[n * m + i];
    return same;
}

/* Exercises every path: sparse, dense and lists, many columns and few, whole tiles and parts. */
static bool agrees(const struct gemm *g) {
    return agree(g, 9, 9, 182, 0) && agree(g, 9, 9, 182, 3) && agree(g, 9, 9, 10, 0) &&
           agree(g, 9, 9, 10, 3) && agree(g, 17, 16, 10, 3);
}

/* A library linked with -ffast-math may have switched subnormals off for the whole process. */
static bool keeps_subnormals(void) {
    volatile float smallest = FLT_MIN;
    return smallest / 2 > 0;
}

int kernel_choose(const char *name, struct error *e) {
    if (!keeps_subnormals())
        return error_run(e,
                         "this process flushes subnormal numbers to zero, which changes results");
    if (name && !*name)
        name = NULL;
    for (int k = 0; k < KERNELS; k++) {
        if (!kernels[k].runs_here() || (name && strcmp(name, kernels[k].name) != 0))
            continue;
        if (agrees(kernels[k].gemm)) {
            chosen = &kernels[k];
            return 0;
        }
        if (name)
            return error_run(e, "ONEHOT_KERNEL=%s: this kernel gives wrong results on this machine",
                             name);
    }
    SCOPED(text) list = {0};
    for (int i = 0; kernel_available(i); i++)
        text_printf(&list, "%s%s", i ? ", " : "", kernel_available(i));
    return error_input(e,
                       "ONEHOT_KERNEL=%s: there is no such kernel; on this CPU, this build has %s",
                       name ? name : "", list.data);
}

const struct gemm *kernel_gemm(void) { return chosen->gemm; }

const char *kernel_name(void) { return chosen->name; }
