/* Time, for measurements only: it never reaches a model or its metrics. */
#pragma once

/* Seconds since some fixed moment. */
double clock_seconds(void);
