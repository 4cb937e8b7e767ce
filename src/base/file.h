/* Reads whole files, and replaces them so that a reader sees either the old or the new content. */
#pragma once

#include "base/text.h"

/* The file's bytes, plus a terminating NUL that *size excludes; the caller frees them. NULL if the
 * file is missing, unreadable, not a regular file, or larger than `max` bytes. */
ERROR_CHECKED char *file_read(const char *path, size_t max, size_t *size, struct error *e);

/* Opens a regular file for reading (a FIFO is refused at once). Returns the descriptor, or -1. */
ERROR_CHECKED int file_open(const char *path, size_t *size, struct error *e);

/* Passed as a path, this pointer (not its text) is standard input, for file_open and its users. */
extern const char file_stdin[];

/* Writes a temporary file in the same directory, syncs it, renames it, and syncs the directory. On
 * failure, `path` is unchanged. A symbolic link stays: the file that it points to is replaced, or
 * created. So does the mode of a file that is replaced. A device or a pipe is written directly. */
ERROR_CHECKED int file_write(const char *path, const void *data, size_t size, struct error *e);

/* The same for a text, unless building it failed: `built` is not 0, or t->failed. Frees it. */
ERROR_CHECKED int file_write_text(const char *path, struct text *t, int built, struct error *e);

/* Removes the temporary files of `path` whose writers on this host have been killed, as file_write
 * does, too. */
void file_remove_unfinished(const char *path);

/* write(2) until everything is written. Returns 0, or -1 with errno. */
int file_write_all(int fd, const char *data, size_t size);

/* Creates the directory and its parents if they do not exist. */
ERROR_CHECKED int file_make_directory(const char *path, struct error *e);

/* Records that `path` cannot be `done` ("read", "written", "made"), and `why`, a value of errno: a
 * full or failing disk and a lack of memory are run errors, anything else an input error.
 * Returns -1. */
int file_error(struct error *e, const char *path, const char *done, int why);

/* If the system cannot tell, such as for want of permission, the answer is no, with an error.
 * file_type returns S_IFREG and so on, of a link itself unless it follows; 0 if there is nothing.
 */
unsigned file_type(const char *path, bool follow, struct error *e);
bool file_exists(const char *path, struct error *e);
bool file_is_directory(const char *path, struct error *e);
bool file_has_suffix(const char *path, const char *suffix); /* such as ".png", or ".PNG" */

/* Writes "a/b" to `path`. Fails if it does not fit in `size` bytes. */
ERROR_CHECKED int file_join(char *path, size_t size, const char *a, const char *b, struct error *e);

/* The names in a directory, sorted by strcmp, except those that start with a dot. NULL on failure;
 * the caller frees the list, which is one allocation. */
ERROR_CHECKED char **file_list(const char *path, int *count, struct error *e);

/* Whether the directory contains this file or directory; sets its path. As for file_exists. */
enum { FILE_PATH = 4096 }; /* the longest path that onehot builds itself */
bool file_find(char path[FILE_PATH], const char *directory, const char *name, struct error *e);

/* Removes a directory and its files, unless it contains directories. */
void file_remove_directory(const char *path);
