/* Reads whole files up to a maximum size, and writes them so that a reader sees either all old
 * bytes or all new ones. */
#pragma once

#include "base/text.h"

/* The file's bytes, plus a terminating NUL that *size excludes; the caller frees. Fails, with NULL,
 * if it is missing, unreadable, not a regular file, or larger than `max` bytes. */
ERROR_CHECKED char *file_read(const char *path, size_t max, size_t *size, struct error *e);

/* Opens a regular file for reading; a FIFO does not block. Returns the descriptor, or -1. */
ERROR_CHECKED int file_open(const char *path, size_t *size, struct error *e);

/* As a path, this pointer (not its text) means standard input, to file_open and all that uses it.
 */
extern const char file_stdin[];

/* Writes a temporary file in the same directory, syncs it, renames it, syncs the directory. After a
 * failure `path` is as it was before. A symbolic link stays: the file that it points to is
 * replaced. A device or a pipe is written directly. */
ERROR_CHECKED int file_write(const char *path, const void *data, size_t size, struct error *e);

/* The same with a text, unless building it failed (built is not 0) or ran out of memory. Frees the
 * text. */
ERROR_CHECKED int file_write_text(const char *path, struct text *t, int built, struct error *e);

/* Creates the directory and its parents, unless they exist. */
ERROR_CHECKED int file_make_directory(const char *path, struct error *e);

/* Records that `path` cannot be `done` ("read", "written", "made") because of `why`, a value of
 * errno: a full disk is a run error, anything else an input error. Returns -1. */
int file_error(struct error *e, const char *path, const char *done, int why);

bool file_exists(const char *path);
bool file_is_directory(const char *path);

/* Whether `path` ends in `suffix`, in letters of any case: ".png". */
bool file_has_suffix(const char *path, const char *suffix);

/* Writes "a/b" to `path`. Fails if it takes more than `size` bytes. */
ERROR_CHECKED int file_join(char *path, size_t size, const char *a, const char *b, struct error *e);

/* The names in a directory, without those that start with a dot, sorted by strcmp. The caller frees
 * the one allocation; NULL on failure. */
ERROR_CHECKED char **file_list(const char *path, int *count, struct error *e);

/* The number of names that file_list leaves out, besides "." and "..". */
int file_count_hidden(const char *path);

/* The longest path that onehot builds itself. */
enum { FILE_PATH = 4096 };

/* Whether there is a file or directory of that name in the directory, and its path. */
bool file_find(char path[FILE_PATH], const char *directory, const char *name);

/* Removes a directory and the files in it, unless it holds directories. */
void file_remove_directory(const char *path);

/* Creates a lock file, which one process at a time may hold, and locks it. The kernel releases it
 * when the process ends, even if it is killed. Returns the lock for file_unlock, which removes the
 * file; FILE_BUSY, without an error, if another process holds it; or -1. */
enum { FILE_BUSY = -2 };
ERROR_CHECKED int file_lock(const char *path, struct error *e);
void file_unlock(const char *path, int lock);
