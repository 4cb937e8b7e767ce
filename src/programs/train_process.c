#define _GNU_SOURCE
#include "programs/train_process.h"
#include "base/platform.h"
#include "ui/command.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void train_process_block(sigset_t *set, sigset_t *before) {
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction now;
    signal(SIGCHLD, SIG_DFL); /* if it were ignored, exit statuses would be lost */
    sigemptyset(set);
    sigaddset(set, SIGCHLD);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (sigaction(ends[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(set, ends[i]);
    sigprocmask(SIG_BLOCK, set, before);
}

/* posix_spawn with everything but stderr on /dev/null; returns an errno value. */
static int spawn(struct train_process *p, char *const *argv, const sigset_t *mask) {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    /* The running executable, even if the file of that name has been replaced. */
    const char *self =
        access(PLATFORM_PROGRAM, X_OK) == 0 ? PLATFORM_PROGRAM : program_invocation_name;
    int why = posix_spawn_file_actions_init(&files);
    if (why != 0)
        return why;
    if ((why = posix_spawnattr_init(&attributes)) == 0) {
        if ((why = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)) == 0 &&
            (why = posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0)) == 0 &&
            (why = posix_spawn_file_actions_adddup2(&files, fileno(p->errors), 2)) == 0 &&
            (why = posix_spawnattr_setpgroup(&attributes, 0)) == 0 &&
            (why = posix_spawnattr_setsigmask(&attributes, mask)) == 0 &&
            (why = posix_spawnattr_setflags(&attributes,
                                            POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK)) == 0)
            why = posix_spawnp(&p->pid, self, &files, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&files);
    return why;
}

int train_process_start(struct train_process *p, const char *config, const char *const *overrides,
                        int threads, const sigset_t *mask, struct error *e) {
    char number[16];
    const char *fixed[] = {"onehot", "train", "--quiet", "--threads", number, "--", config};
    enum { FIXED = sizeof fixed / sizeof *fixed };
    size_t count = (size_t)command_count((char *const *)overrides) + 1; /* with the NULL */
    snprintf(number, sizeof number, "%d", threads);
    const char **argv = calloc(FIXED + count, sizeof *argv);
    p->errors = tmpfile(); /* a pipe would end the child when this process is killed */
    int why = argv && p->errors ? 0 : errno;
    if (why == 0) {
        memcpy(argv, fixed, sizeof fixed);
        memcpy(argv + FIXED, overrides, count * sizeof *argv);
        fcntl(fileno(p->errors), F_SETFD, FD_CLOEXEC);
        why = spawn(p, (char *const *)argv, mask);
    }
    if (why != 0 && p->errors)
        fclose(p->errors);
    free(argv);
    return why == 0 ? 0 : error_run(e, "onehot train cannot be started: %s", strerror(why));
}

int train_process_end(struct train_process *p, int status, struct error *e) {
    char line[1100], last[1100] = ""; /* the last line on stderr is the error */
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    rewind(p->errors);
    while (fgets(line, sizeof line, p->errors))
        if (line[0] != '\n')
            strcpy(last, line);
    last[strcspn(last, "\n")] = '\0';
    fclose(p->errors);
    if (code == 0)
        return 0;
    if (code < 0)
        return error_run(e, "the process was killed by signal %d (%s)", WTERMSIG(status),
                         strsignal(WTERMSIG(status)));
    if (!last[0])
        return error_run(e, "the process ended with exit status %d and no message", code);
    return code == ERROR_INPUT  ? error_input(e, "%s", last)
           : code == ERROR_BUSY ? error_busy(e, "%s", last)
                                : error_run(e, "%s", last);
}
