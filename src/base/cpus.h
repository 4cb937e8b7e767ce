/* How many threads can run at the same time. */
#ifndef ONEHOT_BASE_CPUS_H
#define ONEHOT_BASE_CPUS_H

/* The CPUs that this process may use (its affinity), or fewer, rounded up, where a control group's
 * quota allows less: at least 1. */
int cpus_usable(void);

#endif
