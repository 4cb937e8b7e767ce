/* Lock files, which only one process at a time can hold, on any host that shares the folder. */
#pragma once

#include "base/file.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

struct file_lock {
    char path[FILE_PATH];
    int fd;
    pthread_t thread; /* touches the file until `end` is posted */
    sem_t end;
    atomic_bool lost;
};

/* Creates the lock file, which names this process. Takes over a lock whose process was killed; one
 * of another host, a minute later. Returns 0; FILE_BUSY, without an error, if another process holds
 * it; or -1. Until file_unlock, which removes the file, *l must stay where it is. */
enum { FILE_BUSY = -2 };
ERROR_CHECKED int file_lock(struct file_lock *l, const char *path, struct error *e);
void file_unlock(struct file_lock *l);

/* Whether another process has taken over the lock, since this one or its host was suspended. */
bool file_lock_lost(const struct file_lock *l);
