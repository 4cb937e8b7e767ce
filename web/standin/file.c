/* Stands in for base/file.c and base/file_write.c. No question about a path can fail. */
#include "file.h"
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct file {
    char *path, *bytes;
    size_t size;
    struct file *next;
};

static struct file *files; /* the newest first */

const char file_stdin[] = "standard input";

static const char *plain(const char *path) {
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    return path;
}

static struct file **find(const char *path) {
    struct file **f = &files;
    while (*f && strcmp((*f)->path, plain(path)) != 0)
        f = &(*f)->next;
    return f;
}

/* What follows the name of a folder and a slash in a path; NULL if the path is not in it. */
static const char *below(const char *path, const char *folder) {
    size_t n = strlen(plain(folder));
    while (n > 0 && plain(folder)[n - 1] == '/')
        n--;
    return strncmp(path, plain(folder), n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

int file_put(const char *path, char *bytes, size_t size) {
    struct file **f = find(path);
    if (!*f) {
        struct file *new = calloc(1, sizeof *new);
        char *copy = strdup(plain(path));
        if (!new || !copy) {
            free(new);
            free(copy);
            free(bytes);
            return -1;
        }
        *new = (struct file){.path = copy, .next = files};
        files = new;
        f = &files;
    }
    free((*f)->bytes);
    (*f)->bytes = bytes;
    (*f)->size = size;
    return 0;
}

void file_remove(const char *path) {
    struct file **at = find(path), *f = *at;
    if (f) {
        *at = f->next;
        free(f->path);
        free(f->bytes);
        free(f);
    }
}

const char *file_bytes(const char *path, size_t *size) {
    const struct file *f = *find(path);
    *size = f ? f->size : 0;
    return f ? f->bytes : NULL;
}

int file_error(struct error *e, const char *path, const char *done, int why) {
    return error_input(e, "%s: cannot be %s: %s", path, done, strerror(why));
}

/* ---- reading ---- */

enum { OPEN = 16 };
static struct {
    const struct file *file; /* NULL: free */
    size_t at;
} descriptors[OPEN];

int file_open(const char *path, size_t *size, struct error *e) {
    const struct file *f = *find(path);
    if (!f && file_is_directory(path, e))
        return error_input(e, "%s: is a directory, not a file", path);
    int fd = 0;
    while (fd < OPEN && descriptors[fd].file)
        fd++;
    if (!f || fd == OPEN)
        return file_error(e, path, "read", f ? EMFILE : ENOENT);
    descriptors[fd].file = f;
    descriptors[fd].at = 0;
    *size = f->size;
    return fd;
}

long file_get(int fd, void *out, size_t size) {
    const struct file *f = descriptors[fd].file;
    size_t left = f->size - descriptors[fd].at, n = size < left ? size : left;
    memcpy(out, f->bytes + descriptors[fd].at, n);
    descriptors[fd].at += n;
    return (long)n;
}

int file_close(int fd) {
    descriptors[fd].file = NULL;
    return 0;
}

char *file_read(const char *path, size_t max, size_t *size, struct error *e) {
    int fd = file_open(path, size, e);
    if (fd < 0)
        return NULL;
    char *data = NULL;
    if (*size > max)
        error_input(e, "%s: has %zu bytes; the limit is %zu", path, *size, max);
    else if (!(data = malloc(*size + 1)))
        error_memory(e, path);
    else {
        file_get(fd, data, *size);
        data[*size] = '\0';
    }
    file_close(fd);
    return data;
}

/* ---- writing ---- */

int file_write(const char *path, const void *data, size_t size, struct error *e) {
    char *copy = malloc(size + 1);
    if (copy && size > 0)
        memcpy(copy, data, size);
    if (copy)
        copy[size] = '\0';
    return copy && file_put(path, copy, size) == 0 ? 0 : error_memory(e, path);
}

int file_write_text(const char *path, struct text *t, int built, struct error *e) {
    if (built == 0)
        built = t->failed ? error_memory(e, path) : file_write(path, t->data, t->size, e);
    text_free(t);
    return built;
}

int file_make_directory(const char *path, struct error *e) {
    return file_exists(path, e) && !file_is_directory(path, e)
               ? error_input(e, "%s: is a file, not a directory", path)
               : 0;
}

/* ---- paths ---- */

bool file_exists(const char *path, struct error *e) {
    return *find(path) || file_is_directory(path, e);
}

bool file_is_directory(const char *path, struct error *e) {
    (void)e;
    const struct file *f = files;
    while (f && !below(f->path, path))
        f = f->next;
    return f;
}

/* ---- listing ---- */

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A name is there once for each file in it: files of one folder are neighbours once sorted. */
char **file_list(const char *path, int *count, struct error *e) {
    size_t n = 0, bytes = 0;
    const char *rest;
    for (const struct file *f = files; f; f = f->next)
        if ((rest = below(f->path, path)) && *rest != '.') {
            n++;
            bytes += strcspn(rest, "/") + 1;
        }
    char **list = n > 0 ? malloc((n + 1) * sizeof *list + bytes) : NULL;
    if (!list) {
        file_error(e, path, "listed", n > 0 ? ENOMEM : ENOENT);
        return NULL;
    }
    char *text = (char *)(list + n + 1);
    n = 0;
    for (const struct file *f = files; f; f = f->next)
        if ((rest = below(f->path, path)) && *rest != '.') {
            list[n++] = text;
            text += sprintf(text, "%.*s", (int)strcspn(rest, "/"), rest) + 1;
        }
    qsort(list, n, sizeof *list, by_name);
    int kept = 0;
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(list[kept - 1], list[i]) != 0)
            list[kept++] = list[i];
    list[kept] = NULL;
    *count = kept;
    return list;
}
