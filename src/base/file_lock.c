/* Locks: files that name the process which holds them. They also work where several hosts share a
 * folder over a network; fcntl and flock, which NFS may grant to two hosts at once, are not used.
 *
 * On its own host, a lock is abandoned as soon as its process has ended. On another host, nobody
 * can see that process; but while it runs, it touches its lock every BEAT seconds. */
#include "base/file_lock.h"
#include "base/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { BEAT = 5, STALE = 60 }; /* seconds; STALE leaves time for a slow server */

/* Whether the open file has lost this name, to another file or to none. */
static bool is_replaced(int fd, const char *path) {
    struct stat open, there;
    if (fstat(fd, &open) != 0 || lstat(path, &there) != 0)
        return errno == ENOENT || errno == ESTALE; /* a failing disk proves nothing */
    return open.st_dev != there.st_dev || open.st_ino != there.st_ino;
}

static void release(const char *path, int fd) {
    if (!is_replaced(fd, path))
        unlink(path);
    close(fd);
}

/* Whether nobody holds this open lock any more. Both times are the file server's: `now` is that of
 * a file that has just been made. Whoever creates a lock names itself at once; a lock that is still
 * empty after a second is that of a process that was killed in between. */
static bool is_abandoned(int fd, time_t now) {
    enum process_state state = PROCESS_UNNAMED;
    char holder[PLATFORM_PROCESS];
    struct stat s;
    for (int tries = 0; tries < 10 && state == PROCESS_UNNAMED; tries++) {
        if (tries > 0)
            nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
        ssize_t n = pread(fd, holder, sizeof holder - 1, 0);
        holder[n > 0 ? n : 0] = '\0';
        state = platform_process_state(holder);
    }
    if (state == PROCESS_ELSEWHERE)
        return fstat(fd, &s) == 0 && now - s.st_mtime > STALE;
    return state != PROCESS_RUNS;
}

static int acquire(const char *path, struct error *e);

/* Removes the lock if it is abandoned. Otherwise returns FILE_BUSY, or -1. Only one process at a
 * time may judge a lock, the one that holds the lock PATH~; and what it judged must still be there,
 * rather than have been released. Otherwise a slow process could remove the next one's lock. */
static int remove_abandoned(const char *path, struct error *e) {
    char claim[FILE_PATH];
    struct stat s = {0}, now;
    snprintf(claim, sizeof claim, "%s~", path);
    int mine = acquire(claim, e), result = mine < 0 ? mine : 0;
    if (result != 0)
        return result;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    int why = fd < 0 || fstat(fd, &s) != 0 || fstat(mine, &now) != 0 ? errno : 0;
    if (why == ELOOP || (!why && !S_ISREG(s.st_mode)))
        result = error_input(e, "%s: is a link or a device; remove it", path);
    else if (why && why != ENOENT) /* it may just have been released */
        result = file_error(e, path, "locked", why);
    else if (!why && !is_abandoned(fd, now.st_mtime))
        result = FILE_BUSY;
    else if (!why && !is_replaced(fd, path) && unlink(path) != 0 && errno != ENOENT)
        result = file_error(e, path, "locked", errno);
    if (fd >= 0)
        close(fd);
    release(claim, mine);
    return result;
}

/* Returns the descriptor of this process's new lock; FILE_BUSY; or -1. */
static int acquire(const char *path, struct error *e) {
    char name[PLATFORM_PROCESS], claim[FILE_PATH];
    int fd;
    while ((fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) < 0) {
        if (errno != EEXIST)
            return file_error(e, path, "locked", errno);
        int result = remove_abandoned(path, e);
        if (result != 0)
            return result;
    }
    platform_process(getpid(), name);
    if (file_write_all(fd, name, strlen(name)) != 0) {
        int why = errno;
        release(path, fd);
        return file_error(e, path, "locked", why);
    }
    /* Whoever was killed while it judged the lock left this. Of a lock that is held, the judgement
     * is the same for all, so that no other process needs it. */
    snprintf(claim, sizeof claim, "%s~", path);
    unlink(claim);
    return fd;
}

static void *beat(void *context) {
    struct file_lock *l = context;
    while (sem_timedwait(&l->end, &(struct timespec){.tv_sec = time(NULL) + BEAT}) != 0) {
        futimens(l->fd, NULL);
        atomic_store(&l->lost, is_replaced(l->fd, l->path));
    }
    return NULL;
}

int file_lock(struct file_lock *l, const char *path, struct error *e) {
    *l = (struct file_lock){.fd = acquire(path, e)};
    if (l->fd < 0)
        return l->fd;
    snprintf(l->path, sizeof l->path, "%s", path);
    sem_init(&l->end, 0, 0);
    int why = pthread_create(&l->thread, NULL, beat, l);
    if (why == 0)
        return 0;
    release(path, l->fd);
    return error_run(e, "%s: cannot be locked: threads cannot be started: %s", path, strerror(why));
}

void file_unlock(struct file_lock *l) {
    sem_post(&l->end);
    pthread_join(l->thread, NULL);
    sem_destroy(&l->end);
    release(l->path, l->fd);
}

bool file_lock_lost(const struct file_lock *l) { return atomic_load(&l->lost); }
