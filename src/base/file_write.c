/* Replaces whole files. */
#include "base/file.h"
#include "base/platform.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The directory of a path, with its slash, or "./". */
static void directory_of(const char *path, char directory[FILE_PATH]) {
    const char *slash = strrchr(path, '/');
    snprintf(directory, FILE_PATH, "%.*s", slash ? (int)(slash - path) + 1 : 2,
             slash ? path : "./");
}

/* A temporary file's name is that of its target, ".", the process that writes it, ".", 8 hex digits
 * and ".tmp". That process has been killed if it has ended. */
void file_remove_unfinished(const char *path) {
    char directory[FILE_PATH], found[2 * FILE_PATH], process[PLATFORM_PROCESS];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name);
    directory_of(path, directory);
    DIR *names = opendir(directory);
    for (struct dirent *d; names && (d = readdir(names));) {
        const char *start = d->d_name + length + 1, *end = strchr(d->d_name, '\0') - 13;
        if (strncmp(d->d_name, name, length) != 0 || start[-1] != '.' || end <= start ||
            *end != '.' || strspn(end + 1, "0123456789abcdef") != 8 || strcmp(end + 9, ".tmp") != 0)
            continue;
        snprintf(process, sizeof process, "%.*s", (int)(end - start), start);
        snprintf(found, sizeof found, "%s%s", directory, d->d_name);
        if (platform_process_state(process) == PROCESS_ENDED)
            unlink(found);
    }
    if (names)
        closedir(names);
}

/* Creates the temporary file of a target, of that mode at most. Nobody can know its name before it
 * exists. Returns the descriptor, or -1 with errno. */
static int create(const char *target, mode_t mode, char temporary[FILE_PATH]) {
    char process[PLATFORM_PROCESS];
    unsigned random;
    int fd;
    platform_process(getpid(), process);
    do {
        if (getentropy(&random, sizeof random) != 0 ||
            snprintf(temporary, FILE_PATH, "%.*s.%s.%08x.tmp", FILE_PATH - PLATFORM_PROCESS - 15,
                     target, process, random) < 0)
            return -1;
        fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EEXIST);
    return fd;
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
    int why = done ? 0 : errno;
    if (fd >= 0 && close(fd) != 0 && done)
        why = errno;
    if (!why && !device && rename(temporary, to) != 0)
        why = errno;
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
