/* The matrix products of a training step in OpenBLAS, and nothing else: the limit for any trainer
 * built on it. Dense, since a BLAS does not skip zeros.
 *
 *   sgemm THREADS SECONDS BATCH FEATURES UNITS ...
 *
 * prints one line of JSON for bench/peers, which calls it. The caller must pass correct
 * arguments. */
#include "base/platform.h"

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX = 8 };

struct layer {
    int in, out;
    float *x, *y, *w, *dx, *dy, *dw; /* x, dx: batch x in; y, dy: batch x out; w, dw: in x out */
};

static float *matrix(int rows, int cols) {
    size_t n = (size_t)rows * (size_t)cols;
    float *m = malloc(n * sizeof *m);
    for (size_t i = 0; m && i < n; i++)
        m[i] = (float)rand() / (float)RAND_MAX - 0.5f;
    if (!m) {
        fputs("sgemm: not enough memory.\n", stderr);
        exit(1);
    }
    return m;
}

/* c (n x m) = a (n x k) b (k x m); either may be given transposed. */
static void multiply(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int n, int m, int k, const float *a,
                     const float *b, float *c) {
    cblas_sgemm(CblasRowMajor, ta, tb, n, m, k, 1, a, ta == CblasTrans ? n : k, b,
                tb == CblasTrans ? k : m, 0, c, m);
}

static void step(const struct layer *l, int layers, int batch) {
    for (int i = 0; i < layers; i++)
        multiply(CblasNoTrans, CblasNoTrans, batch, l[i].out, l[i].in, l[i].x, l[i].w, l[i].y);
    for (int i = layers - 1; i >= 0; i--) {
        multiply(CblasTrans, CblasNoTrans, l[i].in, l[i].out, batch, l[i].x, l[i].dy, l[i].dw);
        if (i > 0)
            multiply(CblasNoTrans, CblasTrans, batch, l[i].in, l[i].out, l[i].dy, l[i].w, l[i].dx);
    }
}

static double rate(const struct layer *l, int layers, int batch, double seconds) {
    double samples = 0, passed = 0, begin = clock_seconds();
    while (passed < seconds) {
        step(l, layers, batch);
        samples += batch;
        passed = clock_seconds() - begin;
    }
    return samples / passed;
}

int main(int argc, char **argv) {
    struct layer l[MAX];
    char version[32] = ""; /* OPENBLAS_VERSION is " OpenBLAS 0.3.21 " */
    int layers = argc - 5;
    if (layers < 1 || layers > MAX) {
        fputs("usage: sgemm THREADS SECONDS BATCH FEATURES UNITS ...\n", stderr);
        return 2;
    }
    double seconds = atof(argv[2]);
    int batch = atoi(argv[3]);
    for (int i = 0; i < layers; i++) {
        int in = atoi(argv[4 + i]), out = atoi(argv[5 + i]);
        l[i] = (struct layer){in,
                              out,
                              i > 0 ? l[i - 1].y : matrix(batch, in),
                              matrix(batch, out),
                              matrix(in, out),
                              i > 0 ? l[i - 1].dy : NULL,
                              matrix(batch, out),
                              matrix(in, out)};
    }
    openblas_set_num_threads(atoi(argv[1]));
    rate(l, layers, batch, seconds / 10); /* warms up */
    sscanf(OPENBLAS_VERSION, "%*s %31s", version);
    printf("{\"rates\": {\"products\": %.0f}, \"version\": \"%s (%s)\"}\n",
           rate(l, layers, batch, seconds), version, openblas_get_corename());
    return 0;
}
