/* Everything that is specific to Linux, or to a compiler: a port to another system needs another
 * platform.c. The rest of the tree is C11, POSIX and glibc. */
#pragma once

#include <stddef.h>

/* The number of CPUs in this process's affinity mask, or fewer if a control group's quota (rounded
 * up) allows fewer; at least 1. */
int platform_cpus(void);

/* The machine's memory in bytes. */
double platform_memory(void);

enum { PLATFORM_CPU_NAME = 128 };

/* The model name of the CPU, "AMD EPYC 9R14", if the system provides it, otherwise the
 * architecture. */
void platform_cpu_name(char name[PLATFORM_CPU_NAME]);

/* Asks for pages of 2 MB for this memory, from malloc or mmap. Samples are read in random order
 * from all over a dataset; with pages of 4 KB almost every read would miss the TLB. */
void platform_large_pages(void *start, size_t size);

/* A link to the file of the running program, even if another file has taken its name since. */
#define PLATFORM_PROGRAM "/proc/self/exe"

/* The compiler and its version. */
#ifdef __clang__
#define PLATFORM_COMPILER __VERSION__
#else
#define PLATFORM_COMPILER "gcc " __VERSION__
#endif

/* Seconds since an arbitrary fixed time. For measurements only: time never reaches a model. */
double clock_seconds(void);
