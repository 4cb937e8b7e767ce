/* Chooses which version of the matrix products runs: the fastest that this CPU supports. All give
 * the same bits; each is compared with the plain loops of gemm.c before it is used. */
#pragma once

#include "base/error.h"
#include "tensor/gemm.h"

/* Chooses by name ("scalar", "avx2", ...), or the best one if name is NULL. Fails if this build or
 * this CPU does not have it, or if its results are wrong. Call it once, from one thread, before any
 * training. */
ERROR_CHECKED int kernel_choose(const char *name, struct error *e);

/* The chosen products; "scalar" before any choice. */
const struct gemm *kernel_gemm(void);

/* The name of the kernel that kernel_gemm returns. */
const char *kernel_name(void);

/* The i-th kernel that this CPU can run, best first; NULL past the end. */
const char *kernel_available(int i);
