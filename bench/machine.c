/* Three loops: two load only the part of the machine that they measure, arithmetic or memory; the
 * third, a matrix product from the L2 cache, is how much of the arithmetic real work can use.
 * Unlike the library, this file is compiled for the CPU it is built on, with its widest vectors,
 * and with a * x + b fused into one instruction if there is one. */
#include "machine.h"
#include "base/platform.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__AVX512F__)
enum { BYTES = 64 };
#elif defined(__AVX__)
enum { BYTES = 32 };
#else
enum { BYTES = 16 };
#endif
typedef float vec __attribute__((vector_size(BYTES)));

/* The best of many short runs counts: other processes can only slow a run down. */
static const double SECONDS = 0.25; /* total time for each of the two loops */

/* ---- arithmetic ---- */

/* Independent chains: more than the latency times the number of units on any current CPU (10), and
 * few enough to fit in 16 registers together with a and b. */
enum { CHAINS = 12, ROUNDS = 100 * 1000 };

/* x - 0 is exactly x, so the compiler leaves no subtraction. */
static vec all(float x) { return x - (vec){0}; }

/* ROUNDS steps of each chain. x = x / 2 + 1 / 2 stays at 1: no overflow, no subnormals. The
 * results go to a volatile, so the compiler cannot drop the work. */
static void multiply_add(void) {
    static volatile float sink;
    float start = 1 + sink; /* unknown to the compiler */
    vec a = all(start / 2), b = all(start / 2), x[CHAINS];
    for (int i = 0; i < CHAINS; i++)
        x[i] = all(start);
    for (int k = 0; k < ROUNDS; k++)
        for (int i = 0; i < CHAINS; i++)
            x[i] = x[i] * a + b;
    vec sum = x[0];
    for (int i = 1; i < CHAINS; i++)
        sum += x[i];
    sink = sum[0] * 0;
}

static double peak(void) {
    double best = 0, flops = 2.0 * ROUNDS * CHAINS * BYTES / sizeof(float);
    double begin = clock_seconds(), start, end = begin;
    while ((start = end) - begin < SECONDS) {
        multiply_add();
        end = clock_seconds();
        double rate = flops / (end - start);
        best = rate > best ? rate : best;
    }
    return best / 1e9;
}

/* ---- products ---- */

/* c (M x N) = a (M x TERMS) b (TERMS x N), in tiles of ROWS rows and one PANEL of b, whose sums
 * stay in registers. A panel fits in the L1 cache, everything in the L2 cache. */
enum { TERMS = 128, ROWS = 6, TILES = 16, PANELS = 8, VECTORS = BYTES == 64 ? 4 : 2 };

static void multiply(float (*a)[TERMS][ROWS], vec (*b)[TERMS][VECTORS],
                     vec (*c)[TILES][ROWS][VECTORS]) {
    for (int p = 0; p < PANELS; p++)
        for (int t = 0; t < TILES; t++) {
            vec sum[ROWS][VECTORS];
            for (int r = 0; r < ROWS; r++)
                for (int v = 0; v < VECTORS; v++)
                    sum[r][v] = all(0);
            for (int k = 0; k < TERMS; k++)
                for (int r = 0; r < ROWS; r++)
                    for (int v = 0; v < VECTORS; v++)
                        sum[r][v] = all(a[t][k][r]) * b[p][k][v] + sum[r][v];
            for (int r = 0; r < ROWS; r++)
                for (int v = 0; v < VECTORS; v++)
                    c[p][t][r][v] = sum[r][v];
        }
}

double machine_products(double seconds) {
    static float a[TILES][TERMS][ROWS];
    static vec b[PANELS][TERMS][VECTORS], c[PANELS][TILES][ROWS][VECTORS];
    double flops = 2.0 * TILES * ROWS * TERMS * PANELS * sizeof **c[0] / sizeof(float);
    memset(a, 0x3f, sizeof a);
    memset(b, 0x3f, sizeof b);
    multiply(a, b, c);
    double begin = clock_seconds(), passed = 0, calls = 0;
    for (; passed < seconds; calls++) {
        multiply(a, b, c);
        passed = clock_seconds() - begin;
    }
    return calls * flops / passed / 1e9;
}

/* ---- memory ---- */

/* 256 MiB each, of which the last-level cache holds at most a part. They are processed in PARTs,
 * small enough that some are not interrupted on a busy machine. By the time a part is used
 * again, the others have evicted it from the cache. */
enum { PART = 1 << 20, PARTS = 64 }; /* floats; parts of each vector */

static void step(size_t n, float rate, const float *restrict grad, float *restrict theta) {
    for (size_t i = 0; i < n; i++)
        theta[i] -= rate * grad[i];
}

static int memory(double *rate, struct error *e) {
    size_t bytes = sizeof(float) * PART * PARTS;
    float *theta = malloc(bytes), *grad = malloc(bytes);
    double best = 0;
    if (theta && grad) {
        memset(theta, 0x3f, bytes); /* 0.747 each; pages that were never written, or only with 0, */
        memset(grad, 0x3f, bytes);  /* may not be mapped yet */
        double begin = clock_seconds(), start, end = begin;
        for (size_t k = 0; (start = end) - begin < SECONDS; k = (k + 1) % PARTS) {
            step(PART, 0.5f, grad + k * PART, theta + k * PART);
            end = clock_seconds();
            double moved = 3.0 * sizeof(float) * PART / (end - start);
            best = moved > best ? moved : best;
        }
    }
    *rate = best / 1e9;
    free(theta);
    free(grad);
    return best > 0 ? 0 : error_memory(e, "measuring the memory");
}

int machine_measure(struct machine *m, struct error *e) {
    platform_cpu_name(m->cpu);
    m->cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);
    m->bits = 8 * BYTES;
    m->peak = peak();
    return memory(&m->memory, e);
}
