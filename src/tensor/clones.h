/* CLONED before a function: it is compiled once for each width of vectors that CPUs have,
 * and the program takes the widest at its start (the compilers' "function multiversioning").
 *
 * For plain loops over elements, which compilers vectorise by themselves: all clones do the same
 * operations in the same order on each element, so they give the same bits. Sums of products are
 * kernel.h's. */
#ifndef ONEHOT_TENSOR_CLONES_H
#define ONEHOT_TENSOR_CLONES_H

#include <limits.h> /* defines __GLIBC__: the choice at the start needs its loader */

/* Not clang's: until version 14 at least, it names the clones' common symbol as the function alone,
 * so that two files cannot both have a static `forward`. */
#if defined(CLONED)
#elif defined(__x86_64__) && defined(__GLIBC__) && defined(__OPTIMIZE__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define CLONED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONED
#endif

#endif
