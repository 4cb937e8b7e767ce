#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int file_error(struct error *e, const char *path, const char *done, int why) {
    if (why == ENOSPC || why == EDQUOT || why == EFBIG || why == EIO || why == ENOMEM ||
        why == EMFILE || why == ENFILE || why == ENOLCK)
        return error_run(e, "%s: cannot be %s: %s", path, done, strerror(why));
    return error_input(e, "%s: cannot be %s: %s%s", path, done, strerror(why),
                       why == EACCES ? "; chmod changes its permissions" : "");
}

int file_write_all(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        data += n;
        size -= (size_t)n;
    }
    return 0;
}

const char file_stdin[] = "standard input";

/* Copies standard input to an unnamed file: a pipe has no size and cannot be rewound. */
static int open_stdin(void) {
    char buffer[1 << 16];
    ssize_t n = -1;
    FILE *file = tmpfile();
    int fd = file ? fcntl(fileno(file), F_DUPFD_CLOEXEC, 0) : -1;
    while (fd >= 0 && (n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0 &&
           file_write_all(fd, buffer, (size_t)n) == 0)
        ;
    int why = n != 0 || lseek(fd, 0, SEEK_SET) != 0 ? errno : 0;
    if (file)
        fclose(file);
    if (why && fd >= 0)
        close(fd);
    errno = why;
    return why ? -1 : fd;
}

int file_open(const char *path, size_t *size, struct error *e) {
    struct stat s;
    int fd = path == file_stdin ? open_stdin() : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &s) != 0)
        file_error(e, path, "read", errno);
    else if (!S_ISREG(s.st_mode))
        error_input(e, "%s: is %s, not a file", path,
                    S_ISDIR(s.st_mode) ? "a directory" : "a device");
    else {
        *size = (size_t)s.st_size;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static int read_all(int fd, char *data, size_t size, const char *path, struct error *e) {
    while (size > 0) {
        ssize_t n = read(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? file_error(e, path, "read", errno)
                         : error_input(e, "%s: cannot be read: it shrank", path);
        data += n;
        size -= (size_t)n;
    }
    *data = '\0';
    return 0;
}

char *file_read(const char *path, size_t max, size_t *size, struct error *e) {
    char *data = NULL;
    int fd = file_open(path, size, e);
    if (fd < 0)
        return NULL;
    if (*size > max)
        error_input(e, "%s: has %zu bytes; the limit is %zu", path, *size, max);
    else if (!(data = malloc(*size + 1)))
        error_memory(e, path);
    else if (read_all(fd, data, *size, path, e) != 0) {
        free(data);
        data = NULL;
    }
    close(fd);
    return data;
}

int file_make_directory(const char *path, struct error *e) {
    char part[FILE_PATH];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return error_input(e, "%.60s...: the path is too long", path);
    for (char *slash = part + (part[0] == '/');; slash++) {
        if (*slash != '/' && *slash != '\0')
            continue;
        char was = *slash;
        *slash = '\0';
        int why = mkdir(part, 0777) == 0 ? 0 : errno;
        if (why && !file_is_directory(part, e))
            return why == EEXIST ? error_input(e, "%s: is a file, not a directory", part)
                                 : file_error(e, part, "made", why);
        if (was == '\0')
            return 0;
        *slash = was;
    }
}

unsigned file_type(const char *path, bool follow, struct error *e) {
    struct stat s;
    if ((follow ? stat : lstat)(path, &s) == 0)
        return s.st_mode & S_IFMT;
    if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG)
        file_error(e, path, "read", errno);
    return 0;
}

bool file_exists(const char *path, struct error *e) { return file_type(path, true, e) != 0; }

bool file_is_directory(const char *path, struct error *e) {
    return file_type(path, true, e) == S_IFDIR;
}

static int is_shown(const struct dirent *d) { return d->d_name[0] != '.'; }

/* Compares bytes; alphasort would depend on the locale. */
static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

char **file_list(const char *path, int *count, struct error *e) {
    struct dirent **found;
    int n = scandir(path, &found, is_shown, by_name);
    if (n < 0) {
        file_error(e, path, "listed", errno);
        return NULL;
    }
    size_t pointers = ((size_t)n + 1) * sizeof(char *), bytes = 0;
    for (int i = 0; i < n; i++)
        bytes += strlen(found[i]->d_name) + 1;
    char **list = malloc(pointers + bytes);
    if (list) {
        char *text = (char *)list + pointers;
        for (int i = 0; i < n; i++) {
            list[i] = text;
            text = stpcpy(text, found[i]->d_name) + 1;
        }
        list[n] = NULL;
        *count = n;
    } else {
        error_memory(e, path);
    }
    for (int i = 0; i < n; i++)
        free(found[i]);
    free(found);
    return list;
}

void file_remove_directory(const char *path) {
    struct error ignored = {0};
    int count = 0;
    char file[FILE_PATH];
    SCOPED_MEMORY char **names = file_list(path, &count, &ignored);
    for (int i = 0; i < count; i++)
        if (file_join(file, sizeof file, path, names[i], &ignored) == 0)
            unlink(file);
    rmdir(path);
}
