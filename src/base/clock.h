/* Time, for measurements only: it never reaches a model or its metrics. */
#pragma once

/* Seconds since an arbitrary fixed time. */
double clock_seconds(void);
