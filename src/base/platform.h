/* Everything specific to Linux or to a compiler: a port to another system needs another platform.c.
 * The rest of the tree is C11, POSIX and glibc. */
#pragma once

#include "base/libc.h"

/* The number of CPUs that this process may use: those in its affinity mask or, if that is less, its
 * control group's quota, rounded up; at least 1. */
int platform_cpus(void);

double platform_memory(void); /* of the machine or, if less, its control group, in bytes */
double clock_seconds(void);   /* since an arbitrary moment; time never affects a model */

/* The CPU's model name, "AMD EPYC 9R14", or if it is unknown, the architecture. */
enum { PLATFORM_CPU_NAME = 128 };
void platform_cpu_name(char name[PLATFORM_CPU_NAME]);

/* Names a process among all that may share a folder: its host, PID namespace (a container has its
 * own), PID and start, "alpha-4026531836-1234-567890"; letters, digits, "_" and "-" only. */
enum { PLATFORM_PROCESS = 110 };
void platform_process(int pid, char name[PLATFORM_PROCESS]);

/* What is known of a process by such a name; UNNAMED: the text is no such name. */
enum process_state { PROCESS_RUNS, PROCESS_ENDED, PROCESS_ELSEWHERE, PROCESS_UNNAMED };
enum process_state platform_process_state(const char *name);

/* Asks for pages of 2 MB for this memory, which is from malloc or mmap. Samples are read in random
 * order from the whole dataset; with pages of 4 KB, almost every read would miss the TLB. */
void platform_large_pages(void *start, size_t size);

/* A link to the running program's file, even if another file has replaced it since. */
#define PLATFORM_PROGRAM "/proc/self/exe"

/* The compiler and its version. */
#ifdef __clang__
#define PLATFORM_COMPILER __VERSION__
#else
#define PLATFORM_COMPILER "gcc " __VERSION__
#endif
