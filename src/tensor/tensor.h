/* The numbers, and the one shape they come in.
 *
 * A tensor here is a matrix: a view of rows * cols reals in row-major order that owns nothing.
 * In activations a row is a sample (N x features, where N is the batch); a weight is in x out, so
 * that y = x W + b.
 *
 * The scalar is `real`: float in the product. The same sources, built with ONEHOT_DOUBLE, are the
 * double twin in which gradients are checked against finite differences.
 *
 * Invariant of the whole program (the numerics contract): every result is computed by IEEE 754
 * operations, rounded to nearest, that are written out in the source in a fixed order. So the same
 * config and data give the same model, to the bit, on any machine and with any compiler. (A model's
 * numbers are binary32; within exp and log, and for sums of losses, binary64 helps out.)
 *
 * Read next: gemm.c. */
#ifndef ONEHOT_TENSOR_TENSOR_H
#define ONEHOT_TENSOR_TENSOR_H

#include <float.h>
#include <stddef.h>

#ifdef __FAST_MATH__
#error "-ffast-math (or -Ofast) changes results; onehot promises the same bits everywhere"
#endif
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16 /* 16 concerns _Float16 alone */
#error "the compiler keeps excess precision; on 32-bit x86 add -msse2 -mfpmath=sse"
#endif

#ifdef ONEHOT_DOUBLE
typedef double real; /* the one typedef: real is part of the language here */
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

/* Rows first .. first + n - 1, as a tensor of their own. */
static inline struct tensor tensor_rows(struct tensor t, int first, int n) {
    return (struct tensor){tensor_row(t, first), n, t.cols};
}

/* The number of elements. */
static inline size_t tensor_size(struct tensor t) {
    return (size_t)t.rows * (size_t)t.cols;
}

#endif
