/* Stands in for base/platform.c: one thread, in a browser or in node. */
#include "base/platform.h"

#include <stdio.h>
#include <time.h>

int platform_cpus(void) { return 1; }

/* What a module of 32 bits may be expected to get. */
double platform_memory(void) { return 1e9; }

void platform_cpu_name(char name[PLATFORM_CPU_NAME]) {
    snprintf(name, PLATFORM_CPU_NAME, "WebAssembly");
}

void platform_large_pages(void *start, size_t size) {}

double clock_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
