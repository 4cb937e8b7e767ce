#define _GNU_SOURCE
#include "base/platform.h"

#include <math.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The quota of one group in CPUs, from its cpu.max, "150000 100000" or "max 100000"; infinity if it
 * has none. */
static double group_quota(const char *group) {
    char path[512];
    double limit, period, cpus = INFINITY;
    snprintf(path, sizeof path, "/sys/fs/cgroup%.400s/cpu.max", group);
    FILE *f = fopen(path, "r");
    if (f && fscanf(f, "%lf %lf", &limit, &period) == 2 && limit > 0 && period > 0)
        cpus = limit / period;
    if (f)
        fclose(f);
    return cpus;
}

/* The smallest quota of this process's control group and its parents (version 2; in a container,
 * up to its own root). */
static double quota(void) {
    char line[512], group[sizeof line] = "";
    FILE *f = fopen("/proc/self/cgroup", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "0::%511[^\n]", group) == 1)
            break;
    if (f)
        fclose(f);
    double cpus = group_quota(group);
    for (char *end; (end = strrchr(group, '/')); cpus = fmin(cpus, group_quota(group)))
        *end = '\0';
    return cpus;
}

int platform_cpus(void) {
    double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cpus = CPU_COUNT(&set);
    cpus = ceil(fmin(cpus, quota()));
    return cpus < 1 ? 1 : (int)cpus;
}

double platform_memory(void) {
    return (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

/* /proc/cpuinfo names the model on x86; elsewhere the architecture is used instead. */
void platform_cpu_name(char name[PLATFORM_CPU_NAME]) {
    static const char key[] = "model name\t: ";
    struct utsname u;
    char line[256];
    snprintf(name, PLATFORM_CPU_NAME, "%s", uname(&u) == 0 ? u.machine : "unknown");
    FILE *f = fopen("/proc/cpuinfo", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, key, sizeof key - 1) == 0) {
            snprintf(name, PLATFORM_CPU_NAME, "%.*s", (int)strcspn(line + sizeof key - 1, "\n"),
                     line + sizeof key - 1);
            break;
        }
    if (f)
        fclose(f);
}

void platform_large_pages(void *start, size_t size) {
    uintptr_t page = 4096, first = ((uintptr_t)start + page - 1) / page * page;
    madvise((void *)first, ((uintptr_t)start + size - first) / page * page, MADV_HUGEPAGE);
}
