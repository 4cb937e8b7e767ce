#define _GNU_SOURCE
#include "programs/train_process.h"
#include "base/platform.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
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
                        int threads, const sigset_t *mask) {
    char number[16];
    const char *fixed[] = {"onehot", "train", "--quiet", "--threads", number, "--", config};
    enum { FIXED = sizeof fixed / sizeof *fixed };
    size_t count = 1; /* the NULL */
    for (const char *const *o = overrides; *o; o++)
        count++;
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
    return why;
}

void train_process_end(struct train_process *p, char *line, size_t size) {
    char next[1100];
    *line = '\0';
    rewind(p->errors);
    while (fgets(next, sizeof next, p->errors)) {
        next[strcspn(next, "\n")] = '\0';
        if (next[0])
            snprintf(line, size, "%s", next);
    }
    fclose(p->errors);
}
