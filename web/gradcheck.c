/* onehot gradcheck for a page: the double build of the core, with the checks of src/gradcheck. */
#include "engine.h"
#include "file.h"

#include <stdlib.h>
#include <string.h>

int gradcheck_main(int argc, char **argv); /* src/gradcheck/main.c */

void *EXPORT(engine_alloc)(size_t size) { return malloc(size + 1); }

void EXPORT(engine_free)(void *p) { free(p); }

int EXPORT(engine_put)(const char *path, char *bytes, size_t size) {
    return file_put(path, bytes, size);
}

/* As engine_run of engine.c. */
int EXPORT(engine_run)(char *line) {
    enum { ARGUMENTS = 64 };
    char *argv[ARGUMENTS + 1] = {NULL};
    int argc = 0;
    for (; *line && argc < ARGUMENTS; line += strlen(line) + 1)
        argv[argc++] = line;
    return gradcheck_main(argc, argv);
}
