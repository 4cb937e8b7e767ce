#include "base/lock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the open file still has that name: the process that held the lock may have removed it. */
static bool is_there(int fd, const char *path) {
    struct stat open, there;
    return fstat(fd, &open) == 0 && stat(path, &there) == 0 && open.st_dev == there.st_dev &&
           open.st_ino == there.st_ino;
}

int lock_take(const char *path, struct error *e) {
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0)
            return file_error(e, path, "written", errno);
        if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
            int why = errno;
            close(fd);
            return why == EWOULDBLOCK ? LOCK_BUSY : file_error(e, path, "locked", why);
        }
        if (is_there(fd, path))
            return fd;
        close(fd);
    }
}

void lock_release(const char *path, int lock) {
    unlink(path);
    close(lock);
}
