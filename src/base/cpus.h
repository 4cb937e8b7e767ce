/* The number of usable CPUs, and their name. */
#pragma once

/* The number of CPUs in this process's affinity mask, or fewer where a control group's quota allows
 * less (rounded up); at least 1. */
int cpus_usable(void);

enum { CPUS_NAME = 128 };

/* The model name, "AMD EPYC 9R14", where the system has it, else the architecture. */
void cpus_name(char name[CPUS_NAME]);
