/* The functions of file.h that only need file_exists. web/standin has another one. */
#include "base/file.h"

#include <strings.h>

bool file_has_suffix(const char *path, const char *suffix) {
    size_t length = strlen(path), end = strlen(suffix);
    return length > end && strcasecmp(path + length - end, suffix) == 0;
}

int file_join(char *path, size_t size, const char *a, const char *b, struct error *e) {
    size_t length = strlen(a);
    const char *slash = length > 0 && a[length - 1] == '/' ? "" : "/";
    if (snprintf(path, size, "%s%s%s", a, slash, b) >= (int)size)
        return error_input(e, "%.60s%s%.60s...: the path is too long", a, slash, b);
    return 0;
}

bool file_find(char path[FILE_PATH], const char *directory, const char *name, struct error *e) {
    return file_join(path, FILE_PATH, directory, name, e) == 0 && file_exists(path, e);
}
