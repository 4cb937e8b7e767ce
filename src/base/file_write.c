/* Replaces whole files, and locks. */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether the open file still has this name: another process may have removed it. */
static bool is_there(int fd, const char *path) {
    struct stat open, there;
    return fstat(fd, &open) == 0 && lstat(path, &there) == 0 && open.st_dev == there.st_dev &&
           open.st_ino == there.st_ino;
}

/* The directory of a path, with its slash, or "./". */
static void directory_of(const char *path, char directory[FILE_PATH]) {
    const char *slash = strrchr(path, '/');
    snprintf(directory, FILE_PATH, "%.*s", slash ? (int)(slash - path) + 1 : 2,
             slash ? path : "./");
}

/* A temporary file's name is that of its target, ".", 8 hex digits and ".tmp". Its writer holds a
 * lock on it, so that one without a lock was left behind by a process that was killed. */
void file_remove_unfinished(const char *path) {
    char directory[FILE_PATH], found[2 * FILE_PATH];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    directory_of(path, directory);
    DIR *names = opendir(directory);
    for (struct dirent *d; names && (d = readdir(names));) {
        const char *end = d->d_name + length;
        if (strncmp(d->d_name, name, length) != 0 || *end != '.' ||
            strspn(end + 1, "0123456789abcdef") != 8 || strcmp(end + 9, ".tmp") != 0)
            continue;
        snprintf(found, sizeof found, "%s%s", directory, d->d_name);
        int fd = open(found, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
            unlink(found);
        if (fd >= 0)
            close(fd);
    }
    if (names)
        closedir(names);
}

/* Creates and locks the temporary file of a target, of that mode at most. Nobody can know its name
 * before it exists. Returns the descriptor, or -1 with errno. */
static int create(const char *target, mode_t mode, char temporary[FILE_PATH]) {
    for (;;) {
        unsigned random;
        if (getentropy(&random, sizeof random) != 0)
            return -1;
        if (snprintf(temporary, FILE_PATH, "%.*s.%08x.tmp", FILE_PATH - 14, target, random) < 0)
            return -1;
        int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (fd < 0 && errno != EEXIST)
            return -1;
        /* file_remove_unfinished may have come between. Some file systems have no locks. */
        if (fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
            is_there(fd, temporary))
            return fd;
        if (fd >= 0)
            close(fd);
    }
}

/* Makes a rename survive a power failure, on file systems that support it. */
static void sync_directory(const char *path) {
    char directory[FILE_PATH];
    directory_of(path, directory);
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

int file_write(const char *path, const void *data, size_t size, struct error *e) {
    char temporary[FILE_PATH], link;
    struct stat s;
    if (stat(path, &s) != 0 && readlink(path, &link, 1) == 1) { /* to no file: create one */
        int made = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        if (made < 0)
            return file_error(e, path, "written", errno);
        close(made);
    }
    bool exists = stat(path, &s) == 0, device = exists && !S_ISREG(s.st_mode);
    mode_t mode = exists ? s.st_mode & 0777 : 0666;
    char *linked = exists && !device ? realpath(path, NULL) : NULL;
    const char *to = linked ? linked : path;
    int fd = device ? open(path, O_WRONLY | O_CLOEXEC) /* a rename would replace it */
                    : create(to, mode, temporary);
    bool done = fd >= 0 && file_write_all(fd, data, size) == 0 &&
                (device || ((!exists || fchmod(fd, mode) == 0) && fsync(fd) == 0));
    int why = done ? 0 : errno, lock = dup(fd); /* keeps other writers from removing the file */
    if (fd >= 0 && close(fd) != 0 && done)
        why = errno;
    if (!why && !device && rename(temporary, to) != 0)
        why = errno;
    if (lock >= 0)
        close(lock);
    if (why && fd >= 0 && !device)
        unlink(temporary);
    if (!why && !device) {
        sync_directory(to);
        file_remove_unfinished(to);
    }
    free(linked);
    return why ? error_run(e, "%s: cannot be written: %s", path, strerror(why)) : 0;
}

int file_write_text(const char *path, struct text *t, int built, struct error *e) {
    if (built == 0)
        built = t->failed ? error_memory(e, path) : file_write(path, t->data, t->size, e);
    text_free(t);
    return built;
}

int file_lock(const char *path, struct error *e) {
    struct stat s;
    for (;;) {
        int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
        int why = fd < 0 || fstat(fd, &s) != 0 ? errno : S_ISREG(s.st_mode) ? 0 : ELOOP;
        if (!why && flock(fd, LOCK_EX | LOCK_NB) != 0)
            why = errno;
        if (!why && is_there(fd, path))
            return fd;
        if (fd >= 0)
            close(fd);
        if (why)
            return why == EWOULDBLOCK ? FILE_BUSY
                   : why == ELOOP     ? error_input(e, "%s: is a link or a device; remove it", path)
                                      : file_error(e, path, "locked", why);
    }
}

void file_unlock(const char *path, int lock) {
    unlink(path);
    close(lock);
}
