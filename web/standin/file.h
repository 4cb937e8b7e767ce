/* Files in memory: what base/file.h reads and writes in a page, which has no file system.
 *
 * A path is a name; a folder exists while a file's path begins with its name and a slash. */
#pragma once

#include <stddef.h>

/* Adds the file, or replaces it. The bytes are from malloc and now belong to the file; a NUL must
 * follow them. Returns -1, and frees them, if memory runs out. */
int file_put(const char *path, char *bytes, size_t size);
void file_remove(const char *path);

/* The bytes of the file, and their number; NULL if there is none. */
const char *file_bytes(const char *path, size_t *size);

/* read and close for a descriptor of file_open. */
long file_get(int fd, void *out, size_t size);
int file_close(int fd);
