/* onehot gradcheck: runs onehot-f64, the double build of the same sources, which is installed in
 * the same directory, and passes the arguments on. In float, rounding would drown the differences
 * of losses that gradients are compared with. */
#include "gradcheck/command.h"
#include "ui/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct command gradcheck_command;

static int run(int argc, char **argv, struct error *e) {
    static const char name[] = "onehot-f64";
    char path[4096];
    (void)argc;
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - sizeof name);
    if (size <= 0)
        return error_run(e, "onehot gradcheck: cannot find out where onehot is, for %s beside it",
                         name);
    path[size] = '\0';
    strcpy(strrchr(path, '/') + 1, name);
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
