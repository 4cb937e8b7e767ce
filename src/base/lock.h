/* A file that one process at a time may hold. The kernel lets go of it when the process ends, in
 * whatever way. */
#pragma once

#include "base/error.h"

enum { LOCK_BUSY = -2 };

/* Makes the file and holds it. Returns what lock_release needs; LOCK_BUSY, without an error, where
 * another process holds it; or -1. */
ERROR_CHECKED int lock_take(const char *path, struct error *e);

/* Removes the file. */
void lock_release(const char *path, int lock);
