/* How many threads can run at the same time, and on what. */
#pragma once

/* The CPUs that this process may use (its affinity), or fewer, rounded up, where a control group's
 * quota allows less: at least 1. */
int cpus_usable(void);

enum { CPUS_NAME = 128 };

/* What their maker calls them, "AMD EPYC 9R14", where the system says so, else the architecture. */
void cpus_name(char name[CPUS_NAME]);
