/* onehot gradcheck: becomes the twin, onehot-f64, the program beside this one that is made of the
 * same sources with double in the place of float, and leaves the arguments to it. A difference of
 * losses that float has rounded says nothing about a gradient. */
#include "gradcheck/command.h"
#include "ui/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct command gradcheck_command;

static int run(int argc, char **argv, struct error *e) {
    static const char twin[] = "onehot-f64";
    char path[4096];
    (void)argc;
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - sizeof twin);
    if (size <= 0)
        return error_run(e, "onehot gradcheck: cannot find out where onehot is, for %s beside it",
                         twin);
    path[size] = '\0';
    strcpy(strrchr(path, '/') + 1, twin);
    fflush(stdout);
    execv(path, argv);
    return error_run(e, "onehot gradcheck: %s, which does it, cannot be run: %s", path,
                     strerror(errno));
}

const struct command gradcheck_command = {
    .name = GRADCHECK_NAME,
    .summary = GRADCHECK_SUMMARY,
    .run = run,
};
