/* Time for measuring: it never reaches a model or its metrics. */
#ifndef ONEHOT_BASE_CLOCK_H
#define ONEHOT_BASE_CLOCK_H

/* Seconds since some fixed moment. */
double clock_seconds(void);

#endif
