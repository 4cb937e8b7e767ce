#define _GNU_SOURCE
#include "base/platform.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Sets `rest` to what follows `prefix` in the file's first line that begins with it, or to "". */
static void find_line(const char *file, const char *prefix, char *rest, size_t size) {
    char line[512];
    size_t n = strlen(prefix);
    FILE *f = fopen(file, "r");
    *rest = '\0';
    while (f && !*rest && fgets(line, sizeof line, f))
        if (strncmp(line, prefix, n) == 0)
            snprintf(rest, size, "%.*s", (int)strcspn(line + n, "\n"), line + n);
    if (f)
        fclose(f);
}

/* What a control group's file allows: "150000 100000" is a ratio, "150000" a number, and "max"
 * (which may also be the first of two) no limit: infinity. */
static double group_limit(const char *group, const char *file) {
    char path[512], line[64];
    double limit, period = 1;
    snprintf(path, sizeof path, "/sys/fs/cgroup%.400s/%s", group, file);
    find_line(path, "", line, sizeof line);
    bool limited = sscanf(line, "%lf %lf", &limit, &period) >= 1 && limit > 0 && period > 0;
    return limited ? limit / period : (double)INFINITY;
}

/* The smallest limit of this process's control group and its ancestors (cgroup v2). */
static double group_minimum(const char *file) {
    char group[512];
    find_line("/proc/self/cgroup", "0::", group, sizeof group);
    double limit = group_limit(group, file);
    for (char *end; (end = strrchr(group, '/')); limit = fmin(limit, group_limit(group, file)))
        *end = '\0';
    return limit;
}

int platform_cpus(void) {
    double cpus = (double)sysconf(_SC_NPROCESSORS_ONLN);
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        cpus = CPU_COUNT(&set);
    cpus = ceil(fmin(cpus, group_minimum("cpu.max")));
    return cpus < 1 ? 1 : (int)cpus;
}

double platform_memory(void) {
    return fmin((double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE),
                group_minimum("memory.max"));
}

/* /proc/cpuinfo names the model on x86. */
void platform_cpu_name(char name[PLATFORM_CPU_NAME]) {
    struct utsname u;
    find_line("/proc/cpuinfo", "model name\t: ", name, PLATFORM_CPU_NAME);
    if (!*name)
        snprintf(name, PLATFORM_CPU_NAME, "%s", uname(&u) == 0 ? u.machine : "unknown");
}

/* When a process started, in ticks since the host was booted: field 22 of /proc/PID/stat. The
 * second field, in parentheses, may contain anything. 0: unknown; 1: it has ended, but is still
 * listed. */
static unsigned long long process_start(int pid) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    find_line(path, "", line, sizeof line);
    const char *field = strrchr(line, ')');
    if (field && strncmp(field, ") Z", 3) == 0)
        return 1;
    for (int i = 2; i < 22 && field; i++)
        field = strchr(field + 1, ' ');
    return field ? strtoull(field, NULL, 10) : 0;
}

void platform_process(int pid, char name[PLATFORM_PROCESS]) {
    struct utsname u = {0};
    struct stat pids = {0};
    uname(&u);
    for (char *c = u.nodename; *c; c++)
        *c = isalnum((unsigned char)*c) ? *c : '_';
    stat("/proc/self/ns/pid", &pids);
    snprintf(name, PLATFORM_PROCESS, "%s-%llu-%d-%llu", u.nodename, (unsigned long long)pids.st_ino,
             pid, process_start(pid));
}

/* A PID may belong to another process by now, but not with the same start. */
enum process_state platform_process_state(const char *name) {
    char now[PLATFORM_PROCESS];
    int pid, start = 0, end = 0; /* the lengths of the name before its start, and in all */
    if (sscanf(name, "%*[A-Za-z0-9_]-%*u-%d-%n%*u%n", &pid, &start, &end) != 1 || end == 0 ||
        name[end])
        return PROCESS_UNNAMED;
    platform_process(pid, now);
    if (strncmp(now, name, (size_t)start) != 0)
        return PROCESS_ELSEWHERE;
    if (kill(pid, 0) != 0 && errno == ESRCH)
        return PROCESS_ENDED;
    return strcmp(now + start, "0") == 0 || strcmp(now, name) == 0 ? PROCESS_RUNS : PROCESS_ENDED;
}

void platform_large_pages(void *start, size_t size) {
    uintptr_t page = 4096, first = ((uintptr_t)start + page - 1) / page * page;
    madvise((void *)first, ((uintptr_t)start + size - first) / page * page, MADV_HUGEPAGE);
}

double clock_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
