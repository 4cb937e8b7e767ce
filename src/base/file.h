/* Whole files, read with a bound and written so that a reader sees the old bytes or the new ones,
 * never a part. */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The file's bytes, with a 0 behind them that does not count; the caller frees. NULL: it is
 * missing, unreadable, no regular file, or larger than `most` bytes. */
ERROR_CHECKED char *file_read(const char *path, size_t most, size_t *size, struct error *e);

/* Writes beside the file, syncs, renames over it, syncs the directory. After a failure `path` is as
 * it was before. A link stays one: what it points at is replaced. What is no file, a device or a
 * pipe, is written into. */
ERROR_CHECKED int file_write(const char *path, const void *data, size_t size, struct error *e);

/* Makes the directory and those above it; fine when it exists. */
ERROR_CHECKED int file_make_directory(const char *path, struct error *e);

/* Records that `path` cannot be `done` ("read", "written", "made"), for the reason in errno's value
 * `why`: a full disk fails the run, anything else is bad input. Returns -1. */
int file_error(struct error *e, const char *path, const char *done, int why);

bool file_exists(const char *path);
bool file_is_directory(const char *path);

/* Whether `path` ends in `suffix`, in letters of any case: ".png". */
bool file_has_suffix(const char *path, const char *suffix);

/* "a/b", for a caller that owns `path`: at most `size` bytes, else an error that names the path. */
ERROR_CHECKED int file_join(char *path, size_t size, const char *a, const char *b, struct error *e);

/* The names in a directory, without those that start with a dot, sorted by strcmp. One allocation
 * that the caller frees; NULL on failure. */
ERROR_CHECKED char **file_list(const char *path, int *count, struct error *e);

/* The longest path that onehot builds itself. */
enum { FILE_PATH = 4096 };

/* Whether there is a file or directory of that name in the directory, and its path. */
bool file_find(char path[FILE_PATH], const char *directory, const char *name);

/* Removes a directory and the files in it; one that holds directories stays. */
void file_remove_directory(const char *path);
