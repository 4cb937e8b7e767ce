/* onehot gradcheck: passes its arguments on to onehot-f64, the double build of the same sources in
 * the same directory. In float, rounding would drown the differences of losses that gradients are
 * compared with. */
#include "base/platform.h"
#include "programs/commands.h"

#include <errno.h>
#include <unistd.h>

static int run(const struct options *none, char **argv, struct error *e) {
    static const char program[] = "onehot-f64";
    char path[4096];
    ssize_t size = readlink(PLATFORM_PROGRAM, path, sizeof path - sizeof program);
    if (size <= 0)
        return error_run(
            e, "onehot gradcheck: cannot find the directory of onehot, which must also contain %s",
            program);
    path[size] = '\0';
    strcpy(strrchr(path, '/') + 1, program);
    fflush(stdout);
    execv(path, argv);
    return error_run(e, "onehot gradcheck: %s, the double build, cannot be run: %s", path,
                     strerror(errno));
}

const struct command gradcheck_command = {
    .name = "gradcheck", .help = embed_programs_help_gradcheck_txt, .run = run};
