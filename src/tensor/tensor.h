/* The number type, and the only shape of data, the matrix.
 *
 * A tensor here is a matrix: a view of rows * cols reals in row-major order that owns no memory. In
 * activations each row is a sample (N x features, where N is the batch size). A weight matrix is in
 * x out, so y = x W + b.
 *
 * The scalar is `real`, which is float. The same sources compiled with ONEHOT_DOUBLE make the
 * double build, in which gradients are checked against finite differences.
 *
 * Invariant of the whole program (the numerics contract): every result is computed by IEEE 754
 * operations, rounded to nearest, in the order in which they are written in the source. So the same
 * config and data give the same model, bit for bit, on any machine and with any compiler. (A
 * model's numbers are binary32; exp, log and sums of losses use binary64 internally.)
 *
 * Read after: plain/plain.c, the same algorithm in one file. Read next: gemm.c. */
#pragma once

#include "base/libc.h"

#include <float.h>

#ifdef __FAST_MATH__
#error "-ffast-math (or -Ofast) changes results; onehot promises the same bits everywhere"
#endif
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16 /* 16 concerns only _Float16 */
#error "the compiler keeps excess precision; on 32-bit x86 add -msse2 -mfpmath=sse"
#endif

#ifdef ONEHOT_DOUBLE
typedef double real; /* the only typedef: real is part of the language here */
#else
typedef float real;
#endif

struct tensor {
    real *data; /* rows x cols, row-major; element (r, c) is data[r * cols + c] */
    int rows, cols;
};

/* The start of row r. */
static inline real *tensor_row(struct tensor t, int r) {
    return t.data + (size_t)r * (size_t)t.cols;
}

/* A view of rows first .. first + n - 1. */
static inline struct tensor tensor_rows(struct tensor t, int first, int n) {
    return (struct tensor){tensor_row(t, first), n, t.cols};
}

/* The number of elements. */
static inline size_t tensor_size(struct tensor t) { return (size_t)t.rows * (size_t)t.cols; }
