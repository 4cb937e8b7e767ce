/* A library for LD_PRELOAD that makes one call of libc fail: memory, files, directories, threads.
 * Its faults are numbered (inject.h); the test decides which one occurs. Without $FAULTS it does
 * nothing.
 *
 * Two more functions are replaced, so that a run is fast and its output is always the same: fsync
 * does nothing else than fail, and each reading of a clock is a millisecond after the one before.
 */
#define _GNU_SOURCE
#include "inject.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct faults *shared;

/* Set while a file of the system is read, such as the name of the CPU, which may be unknown. */
static __thread bool paused;

/* libc's own names of these, which need no dlsym: it allocates memory itself. */
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
    *__libc_memalign(size_t, size_t);

/* Sets `name` to libc's function of this name. */
#define NEXT(name)                                                                                 \
    static __typeof__(name) *next;                                                                 \
    if (!next)                                                                                     \
    next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map = MAP_FAILED;
    if (fd >= 0) {
        map = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    }
    if (map != MAP_FAILED)
        shared = map;
}

/* ---- which call fails ---- */

enum { SHORT = -1 }; /* instead of an errno: transfer fewer bytes, which is no error */

/* Whether the fault to inject is one of this call's, whose numbers end in 0. Returns 0, or the
 * number of the fault. Not static, as a place for a debugger to stop at. */
int fault(const char *call, const void *caller, const int *numbers);

__attribute__((noinline)) int fault(const char *call, const void *caller, const int *numbers) {
    int ways = 0;
    if (!shared || paused || (shared->only[0] && strcmp(shared->only, call) != 0))
        return 0;
    while (numbers[ways])
        ways++;
    long before = __atomic_fetch_add(&shared->count, ways, __ATOMIC_SEQ_CST);
    long way = shared->at - before - 1;
    if (way < 0 || way >= ways)
        return 0;
    Dl_info in = {0};
    const char *file = dladdr(caller, &in) && in.dli_fname ? in.dli_fname : "?";
    snprintf(shared->call, sizeof shared->call, "%s", call);
    snprintf(shared->place, sizeof shared->place, "%s+%#lx", file,
             (unsigned long)((const char *)caller - (const char *)in.dli_fbase) - 1);
    shared->number = numbers[way] == SHORT ? 0 : numbers[way];
    if (shared->kill)
        kill(getpid(), SIGKILL);
    if (numbers[way] != SHORT)
        errno = numbers[way];
    return numbers[way];
}

#define FAULT(name, ...) fault(#name, __builtin_return_address(0), (const int[]){__VA_ARGS__, 0})

/* ---- memory ---- */

void *malloc(size_t size) {
    return FAULT(malloc, ENOMEM) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    return FAULT(calloc, ENOMEM) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size) {
    return FAULT(realloc, ENOMEM) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    return FAULT(aligned_alloc, ENOMEM) ? NULL : __libc_memalign(alignment, size);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    NEXT(mmap);
    return FAULT(mmap, ENOMEM) ? MAP_FAILED : next(at, size, protection, flags, fd, offset);
}

/* ---- files ---- */

int open(const char *path, int flags, ...) {
    NEXT(open);
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    const char *suffix = strrchr(path, '.');
    if (suffix && strcmp(suffix, ".gcda") == 0)
        paused = true; /* until the end: gcov writes what it has counted */
    if (flags & O_CREAT ? FAULT(open, ENOSPC, EMFILE) : FAULT(open, EIO, EMFILE))
        return -1;
    return next(path, flags, mode);
}

int openat(int directory, const char *path, int flags, ...) {
    NEXT(openat);
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    if (flags & O_CREAT ? FAULT(openat, ENOSPC, EMFILE) : FAULT(openat, EIO, EMFILE))
        return -1;
    return next(directory, path, flags, mode);
}

/* Linux never interrupts the transfer of a regular file. */
static bool is_file(int fd) {
    struct stat s;
    return shared && syscall(SYS_fstat, fd, &s) == 0 && S_ISREG(s.st_mode);
}

ssize_t read(int fd, void *data, size_t size) {
    NEXT(read);
    int number = is_file(fd) ? FAULT(read, EIO, SHORT) : FAULT(read, EIO, EINTR, SHORT);
    if (number > 0)
        return -1;
    return next(fd, data, number == SHORT && size > 1 ? size / 2 : size);
}

ssize_t write(int fd, const void *data, size_t size) {
    NEXT(write);
    int number =
        is_file(fd) ? FAULT(write, ENOSPC, EIO, SHORT) : FAULT(write, ENOSPC, EIO, EINTR, SHORT);
    if (number > 0)
        return -1;
    return next(fd, data, number == SHORT && size > 1 ? size / 2 : size);
}

int fsync(int fd) {
    (void)fd;
    return FAULT(fsync, EIO) ? -1 : 0;
}

int close(int fd) {
    NEXT(close);
    int number = FAULT(close, EIO), result = next(fd); /* Linux closes it in any case */
    return number ? (errno = number, -1) : result;
}

int rename(const char *from, const char *to) {
    NEXT(rename);
    return FAULT(rename, EIO, ENOSPC) ? -1 : next(from, to);
}

int symlink(const char *to, const char *path) {
    NEXT(symlink);
    return FAULT(symlink, ENOSPC) ? -1 : next(to, path);
}

off_t lseek(int fd, off_t offset, int from) {
    NEXT(lseek);
    return FAULT(lseek, EIO) ? -1 : next(fd, offset, from);
}

int stat(const char *path, struct stat *s) {
    NEXT(stat);
    return FAULT(stat, EIO) ? -1 : next(path, s);
}

int lstat(const char *path, struct stat *s) {
    NEXT(lstat);
    return FAULT(lstat, EIO) ? -1 : next(path, s);
}

int fstat(int fd, struct stat *s) {
    NEXT(fstat);
    return FAULT(fstat, EIO) ? -1 : next(fd, s);
}

int access(const char *path, int mode) {
    NEXT(access);
    return FAULT(access, EIO) ? -1 : next(path, mode);
}

char *realpath(const char *path, char *to) {
    NEXT(realpath);
    return FAULT(realpath, EIO) ? NULL : next(path, to);
}

/* ---- directories ---- */

int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir);
    return FAULT(mkdir, ENOSPC) ? -1 : next(path, mode);
}

char *mkdtemp(char *pattern) {
    NEXT(mkdtemp);
    return FAULT(mkdtemp, ENOSPC) ? NULL : next(pattern);
}

DIR *opendir(const char *path) {
    NEXT(opendir);
    return FAULT(opendir, EIO, EMFILE) ? NULL : next(path);
}

struct dirent *readdir(DIR *directory) {
    NEXT(readdir);
    return FAULT(readdir, EIO) ? NULL : next(directory);
}

/* libc's scandir calls its own opendir and readdir. */
int scandir(const char *path, struct dirent ***list, int (*take)(const struct dirent *),
            int (*order)(const struct dirent **, const struct dirent **)) {
    NEXT(scandir);
    return FAULT(scandir, EIO, EMFILE, ENOMEM) ? -1 : next(path, list, take, order);
}

/* ---- streams ---- */

FILE *fopen(const char *path, const char *mode) {
    NEXT(fopen);
    paused = strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/sys/", 5) == 0;
    if (*mode == 'r' ? FAULT(fopen, EIO, EMFILE) : FAULT(fopen, ENOSPC, EMFILE))
        return NULL;
    FILE *f = next(path, mode);
    paused = paused && f;
    return f;
}

FILE *fdopen(int fd, const char *mode) {
    NEXT(fdopen);
    return FAULT(fdopen, ENOMEM) ? NULL : next(fd, mode);
}

FILE *tmpfile(void) {
    NEXT(tmpfile);
    return FAULT(tmpfile, ENOSPC, EMFILE) ? NULL : next();
}

/* A stream's buffer is written by libc's own write. For one call that writes it, the descriptor is
 * /dev/full, so the stream behaves as it does on a full disk. Returns a copy of the descriptor. */
static int full_begin(int fd) {
    int saved = dup(fd), full = (int)syscall(SYS_openat, AT_FDCWD, "/dev/full", O_WRONLY);
    dup2(full, fd);
    syscall(SYS_close, full);
    return saved;
}

static void full_end(int fd, int saved) {
    int number = errno;
    if (fd >= 0)
        dup2(saved, fd);
    syscall(SYS_close, saved);
    errno = number;
}

/* Whether these bytes do not fit into the stream's buffer. Errors are printed on stderr, which
 * never fails here. */
static bool overflows(FILE *f, size_t size) {
    size_t space = __fbufsize(f) ? __fbufsize(f) : BUFSIZ / 2;
    return shared && f != stderr && __fpending(f) + size > space;
}

#define WRITING(name, f, writes, result, call)                                                     \
    do {                                                                                           \
        if ((writes) && FAULT(name, ENOSPC)) {                                                     \
            int fd = fileno(f), saved = full_begin(fd);                                            \
            result = call;                                                                         \
            full_end(fd, saved);                                                                   \
        } else {                                                                                   \
            result = call;                                                                         \
        }                                                                                          \
    } while (0)

int fflush(FILE *f) {
    NEXT(fflush);
    int result;
    WRITING(fflush, f, f && shared && __fpending(f) > 0, result, next(f));
    return result;
}

int fclose(FILE *f) {
    NEXT(fclose);
    if (paused) {
        int result = next(f);
        paused = false;
        return result;
    }
    if (!shared || __fpending(f) == 0 || !FAULT(fclose, ENOSPC))
        return next(f);
    int saved = full_begin(fileno(f)), result = next(f);
    full_end(-1, saved);
    return result;
}

size_t fwrite(const void *data, size_t size, size_t count, FILE *f) {
    NEXT(fwrite);
    size_t result;
    WRITING(fwrite, f, overflows(f, size * count), result, next(data, size, count, f));
    return result;
}

int fputs(const char *text, FILE *f) {
    NEXT(fputs);
    int result;
    WRITING(fputs, f, overflows(f, strlen(text)), result, next(text, f));
    return result;
}

int puts(const char *text) {
    NEXT(puts);
    int result;
    WRITING(puts, stdout, overflows(stdout, strlen(text) + 1), result, next(text));
    return result;
}

static int format_size(const char *format, va_list args) {
    va_list copy;
    va_copy(copy, args);
    int size = vsnprintf(NULL, 0, format, copy);
    va_end(copy);
    return size;
}

int printf(const char *format, ...) {
    int result;
    va_list args;
    va_start(args, format);
    size_t size = (size_t)format_size(format, args);
    WRITING(printf, stdout, overflows(stdout, size), result, vfprintf(stdout, format, args));
    va_end(args);
    return result;
}

int fprintf(FILE *f, const char *format, ...) {
    int result;
    va_list args;
    va_start(args, format);
    size_t size = (size_t)format_size(format, args);
    WRITING(fprintf, f, overflows(f, size), result, vfprintf(f, format, args));
    va_end(args);
    return result;
}

int dprintf(int fd, const char *format, ...) {
    va_list args;
    if (fd != STDERR_FILENO && FAULT(dprintf, ENOSPC))
        return -1;
    va_start(args, format);
    int result = vdprintf(fd, format, args);
    va_end(args);
    return result;
}

/* ---- threads and processes ---- */

int pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*run)(void *), void *of) {
    NEXT(pthread_create);
    int number = FAULT(pthread_create, EAGAIN);
    return number ? number : next(thread, how, run, of);
}

pid_t fork(void) {
    NEXT(fork);
    return FAULT(fork, EAGAIN) ? -1 : next();
}

/* ---- clocks ---- */

int clock_gettime(clockid_t clock, struct timespec *t) {
    static long readings;
    NEXT(clock_gettime);
    if (!shared)
        return next(clock, t);
    long n = __atomic_add_fetch(&readings, 1, __ATOMIC_SEQ_CST);
    *t = (struct timespec){1000 + n / 1000, n % 1000 * 1000000};
    return 0;
}
