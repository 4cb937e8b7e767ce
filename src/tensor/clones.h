/* A function marked CLONED is compiled once per vector width; the loader picks the widest version
 * that the CPU supports ("function multiversioning").
 *
 * It is for plain elementwise loops, which compilers vectorise by themselves. All clones perform
 * the same operations in the same order on each element, so they give the same bits. For sums of
 * products, see kernel.h. */
#pragma once

#include <limits.h> /* defines __GLIBC__, whose loader makes the choice */

/* Not with clang: at least up to version 14, it gives the clones' common symbol the plain name of
 * the function, so two files cannot both have a static `forward`. Not with sanitizers: the loader
 * would call the instrumented choice before it has loaded their library. */
#if defined(CLONED)
#elif defined(__x86_64__) && defined(__GLIBC__) && defined(__OPTIMIZE__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLONED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONED
#endif
