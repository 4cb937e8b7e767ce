/* `onehot train` in a child process, by this same program. */
#define _GNU_SOURCE
#include "base/platform.h"
#include "programs/sweep/sweep.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* posix_spawn with everything but stderr on /dev/null; returns an errno value. */
static int spawn(struct job *j, char *const *argv, const sigset_t *mask) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    /* The running executable, even if the file of that name has been replaced. */
    const char *self =
        access(PLATFORM_PROGRAM, X_OK) == 0 ? PLATFORM_PROGRAM : program_invocation_name;
    int why;
    posix_spawn_file_actions_init(&files); /* neither allocates or fails */
    posix_spawnattr_init(&attributes);
    if ((why = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
        (why = posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)) == 0 &&
        (why = posix_spawn_file_actions_adddup2(&files, fileno(j->errors), 2)) == 0 &&
        (why = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
        (why = posix_spawnattr_setsigmask(&attributes, mask)) == 0 &&
        (why = posix_spawnattr_setflags(&attributes,
                                        POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK)) == 0)
        why = posix_spawnp(&j->pid, self, &files, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return why;
}

int sweep_process_start(const struct sweep *s, struct job *j, const sigset_t *mask,
                        struct error *e) {
    char number[16];
    const char *fixed[] = {"onehot", "train", "--quiet", "--threads", number, "--", s->config};
    enum { FIXED = sizeof fixed / sizeof *fixed };
    size_t count = (size_t)s->grid.count + 1; /* of the overrides, with the NULL */
    snprintf(number, sizeof number, "%d", s->threads);
    const char **argv = calloc(FIXED + count, sizeof *argv);
    j->errors = tmpfile(); /* a pipe would end the child when this process is killed */
    int why = argv && j->errors ? 0 : errno;
    if (why == 0) {
        memcpy(argv, fixed, sizeof fixed);
        memcpy(argv + FIXED, j->overrides, count * sizeof *argv);
        fcntl(fileno(j->errors), F_SETFD, FD_CLOEXEC);
        why = spawn(j, (char *const *)argv, mask);
    }
    if (why != 0 && j->errors)
        fclose(j->errors);
    free(argv);
    return why == 0 ? 0 : error_run(e, "onehot train cannot be started: %s", strerror(why));
}

int sweep_process_end(struct job *j, int status, struct error *e) {
    char line[1100], last[1100] = ""; /* the last line on stderr is the error */
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    rewind(j->errors);
    while (fgets(line, sizeof line, j->errors))
        if (line[0] != '\n')
            strcpy(last, line);
    last[strcspn(last, "\n")] = '\0';
    fclose(j->errors);
    if (code == 0)
        return 0;
    if (code < 0)
        return error_run(e, "the process was killed by signal %d (%s)", WTERMSIG(status),
                         strsignal(WTERMSIG(status)));
    if (!last[0])
        return error_run(e, "the process ended with exit status %d and no message", code);
    bool known = code == ERROR_INPUT || code == ERROR_BUSY;
    return error_record(e, known ? (enum error_status)code : ERROR_RUN, "%s", last);
}
