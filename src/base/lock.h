/* A lock file, which one process at a time may hold. The kernel releases it when the process ends,
 * even if it is killed. */
#pragma once

#include "base/error.h"

enum { LOCK_BUSY = -2 };

/* Creates the file and locks it. Returns the lock for lock_release; LOCK_BUSY, without an error, if
 * another process holds it; or -1. */
ERROR_CHECKED int lock_take(const char *path, struct error *e);

/* Removes the file. */
void lock_release(const char *path, int lock);
