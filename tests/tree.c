#define _GNU_SOURCE
#include "tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(bool works, const char *path) {
    if (!works) {
        perror(path);
        exit(1);
    }
}

static void read_content(struct tree_entry *entry, const char *path) {
    char buffer[1 << 16];
    ssize_t n;
    if (entry->type == 'l') {
        check((n = readlink(path, buffer, sizeof buffer)) >= 0, path);
        text_add(&entry->data, buffer, (size_t)n);
    } else if (entry->type == 'f') {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        check(fd >= 0, path);
        while ((n = read(fd, buffer, sizeof buffer)) > 0)
            text_add(&entry->data, buffer, (size_t)n);
        close(fd);
    }
    text_add(&entry->data, "", 0);
}

static void add(struct tree *t, const char *root, const char *below) {
    char path[4096];
    struct dirent **names;
    snprintf(path, sizeof path, "%s/%s", root, below);
    int count = scandir(path, &names, NULL, alphasort);
    check(count >= 0, path);
    for (int i = 0; i < count; i++) {
        const char *name = names[i]->d_name;
        struct stat s;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            t->items = realloc(t->items, (size_t)(t->count + 1) * sizeof *t->items);
            struct tree_entry *entry = &t->items[t->count++];
            *entry = (struct tree_entry){0};
            check(asprintf(&entry->path, "%s%s%s", below, *below ? "/" : "", name) > 0, name);
            snprintf(path, sizeof path, "%s/%s", root, entry->path);
            check(lstat(path, &s) == 0, path);
            entry->type = S_ISDIR(s.st_mode)   ? 'd'
                          : S_ISREG(s.st_mode) ? 'f'
                          : S_ISLNK(s.st_mode) ? 'l'
                                               : '?';
            read_content(entry, path);
            if (entry->type == 'd')
                add(t, root, entry->path);
        }
        free(names[i]);
    }
    free(names);
}

struct tree tree_read(const char *directory) {
    struct tree t = {0};
    add(&t, directory, "");
    return t;
}

void tree_free(struct tree *t) {
    for (int i = 0; i < t->count; i++) {
        free(t->items[i].path);
        text_free(&t->items[i].data);
    }
    free(t->items);
    *t = (struct tree){0};
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at) {
    (void)s, (void)type, (void)at;
    return remove(path);
}

void tree_remove(const char *directory) {
    if (access(directory, F_OK) == 0)
        check(nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0, directory);
}

void tree_restore(const struct tree *t, const char *directory) {
    char path[4096], target[4096];
    tree_remove(directory);
    check(mkdir(directory, 0777) == 0, directory);
    for (int i = 0; i < t->count; i++) {
        const struct tree_entry *entry = &t->items[i];
        snprintf(path, sizeof path, "%s/%s", directory, entry->path);
        if (entry->type == 'd') {
            check(mkdir(path, 0777) == 0, path);
        } else if (entry->type == 'l') {
            snprintf(target, sizeof target, "%.*s", (int)entry->data.size, entry->data.data);
            check(symlink(target, path) == 0, path);
        } else {
            int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
            check(fd >= 0 &&
                      write(fd, entry->data.data, entry->data.size) == (ssize_t)entry->data.size,
                  path);
            close(fd);
        }
    }
}

const struct tree_entry *tree_find(const struct tree *t, const char *path) {
    for (int i = 0; i < t->count; i++)
        if (strcmp(t->items[i].path, path) == 0)
            return &t->items[i];
    return NULL;
}

/* Blanks the number that follows this text, wherever it occurs. */
static void blank(struct text *t, const char *before) {
    size_t size = strlen(before);
    for (char *at = t->data; (at = strstr(at, before));) {
        at += size;
        size_t digits = strspn(at, "0123456789.,e+-");
        memmove(at, at + digits, strlen(at + digits) + 1);
    }
}

static bool same_but_times(const struct tree_entry *a, const struct tree_entry *b) {
    static const char *const times[] = {"\"seconds\": ",        "\"samples_per_second\": ",
                                        "seconds&quot;: ",      "samples_per_second&quot;: ",
                                        "<dt>seconds</dt><dd>", "<dt>samples_per_second</dt><dd>"};
    struct text texts[2] = {{0}, {0}};
    text_add(&texts[0], a->data.data, a->data.size);
    text_add(&texts[1], b->data.data, b->data.size);
    for (int i = 0; i < 2; i++)
        for (size_t k = 0; k < sizeof times / sizeof *times; k++)
            blank(&texts[i], times[k]);
    bool same = strcmp(texts[0].data, texts[1].data) == 0;
    text_free(&texts[0]);
    text_free(&texts[1]);
    return same;
}

static bool ends_with(const char *path, const char *end) {
    size_t length = strlen(path), size = strlen(end);
    return length >= size && strcmp(path + length - size, end) == 0;
}

bool tree_same(const struct tree_entry *a, const struct tree_entry *b, bool timeless) {
    if (!a || !b || a->type != b->type)
        return a == b;
    if (a->data.size == b->data.size && memcmp(a->data.data, b->data.data, a->data.size) == 0)
        return true;
    if (timeless && (ends_with(a->path, "/state") || strcmp(a->path, "state") == 0))
        return true;
    return timeless && (ends_with(a->path, "result.json") || ends_with(a->path, ".html")) &&
           same_but_times(a, b);
}

/* The newest run; only a convenience (runs/run.c). */
static bool is_latest(const struct tree_entry *entry) {
    return strcmp(entry->path, "runs/latest") == 0;
}

const char *tree_difference(const struct tree *a, const struct tree *b, bool timeless) {
    for (int i = 0; i < a->count; i++)
        if (!is_latest(&a->items[i]) &&
            !tree_same(&a->items[i], tree_find(b, a->items[i].path), timeless))
            return a->items[i].path;
    for (int i = 0; i < b->count; i++)
        if (!is_latest(&b->items[i]) && !tree_find(a, b->items[i].path))
            return b->items[i].path;
    return NULL;
}
