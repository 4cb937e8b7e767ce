/* Which version of the matrix products runs: the best that this CPU has, chosen once. All give the
 * same bits; each is compared with the plain loops before it is used. */
#ifndef ONEHOT_TENSOR_KERNEL_H
#define ONEHOT_TENSOR_KERNEL_H

#include "base/error.h"
#include "tensor/gemm.h"

/* Chooses by name ("scalar", "avx2", ...), or the best one for NULL. Fails for a name that this
 * build or this CPU does not have, or whose results are wrong. Call it before any training, from
 * one thread. */
ERROR_CHECKED int kernel_choose(const char *name, struct error *e);

/* The chosen products; "scalar" before any choice. */
const struct gemm *kernel_gemm(void);

/* The name of what kernel_gemm returns. */
const char *kernel_name(void);

/* Row i of the table of what this CPU can run, best first; NULL behind the last. */
const char *kernel_available(int i);

#endif
