/* Every call of libc that can fail, fails once: a small run of each command, and a program that
 * uses the library, is repeated with one fault after another (tests/faults/inject.c). Then
 *   - it ends with a finished sentence on stderr, and status 1: a fault is not the user's mistake;
 *   - or it ends with status 0, and the same output and files as without the fault;
 *   - after a failure, each file is as it was before or as it was to become, and nothing else is
 *     left but what a run resumes from;
 *   - the same command, repeated without a fault, gives the same files as if nothing had happened.
 *
 * $STEP takes each STEP-th fault (default 50; make faults: 1), with $JOBS processes.
 * FAULT=N CK_RUN_CASE=NAME repeats one fault. With KILL=1, the command is killed at the call, and
 * only the last of these claims is checked. */
#define _GNU_SOURCE
#include "faults/inject.h"
#include "samples.h"
#include "test.h"
#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *test_faults(void);

enum { LIMIT = 60 }; /* seconds until a run counts as hanging; it takes some milliseconds */

static const char *program, *client, *injector; /* absolute paths */

/* A command, run in its own directory, by its own process. */
struct trial {
    const char *name, *program, *command;
    char directory[96];
    char data[96];    /* where the command's data is, for $DATA */
    bool kills;       /* SIGKILL instead of each fault */
    const char *only; /* the only call that fails; "": any */
    struct faults *faults;
    char counter[120], out[120], err[120];
    struct tree before, after;
    struct text printed, warned; /* without a fault */
};

static int number_of(const char *variable, int other) {
    const char *text = getenv(variable);
    return text ? atoi(text) : other;
}

/* ---- running a command ---- */

static struct text content(const char *path) {
    struct text t = {0};
    char buffer[4096];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        text_add(&t, buffer, (size_t)n);
    close(fd);
    text_add(&t, "", 0);
    return t;
}

static void redirect(const char *path, int to) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || dup2(fd, to) != to)
        _exit(99);
    close(fd);
}

/* In the command's process. The shell only splits the words; it is replaced by the program. */
static void execute(const struct trial *t) {
    char line[2000], preload[200], counter[160];
    setpgid(0, 0);
    setrlimit(RLIMIT_CPU, &(struct rlimit){LIMIT / 2, LIMIT});
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    alarm(LIMIT);
    redirect(t->out, STDOUT_FILENO);
    redirect(t->err, STDERR_FILENO);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s", injector);
    snprintf(counter, sizeof counter, "FAULTS=%s", t->counter);
    snprintf(line, sizeof line, "exec env '%s' '%s' '%s' %s", preload, counter, t->program,
             t->command);
    setenv("DATA", t->data, 1);
    setenv("TMPDIR", t->directory, 1);
    if (chdir(t->directory) == 0)
        execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(99);
}

/* Returns the command's wait status. */
static int run(struct trial *t, long at) {
    int status;
    *t->faults = (struct faults){.at = at, .kill = t->kills};
    strcpy(t->faults->only, t->only);
    pid_t process = fork();
    if (process == 0)
        execute(t);
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    kill(-process, SIGKILL); /* the processes that it started, if any are left */
    return status;
}

/* ---- judging it ---- */

/* verify's temporary folder, which it names if it cannot remove it. */
static bool is_temporary(const char *path) {
    return strncmp(path, "onehot-verify-", 14) == 0;
}

/* What a run that failed may leave next to its results, and what it is resumed from; a lock that no
 * process holds. A sweep in which a job failed writes the page of the others. */
static bool is_kept(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    return strncmp(name, "checkpoint", 10) == 0 || strcmp(name, "metrics.partial.csv") == 0 ||
           strcmp(name, "lock") == 0 || strcmp(path, "page.html") == 0 ||
           strcmp(path, "runs/latest") == 0 || is_temporary(path);
}

/* A lack of memory can also show as a thread that did not start, a job that failed (sweep), or a
 * directory that could not be listed in order to remove it (verify). */
static bool names_lack(const char *text) {
    static const char *const words[] = {"memory", "threads", "jobs failed", "cannot be removed"};
    int i = 0;
    while (i < 4 && !strstr(text, words[i]))
        i++;
    return i < 4;
}

static const char *judge_failure(struct trial *t, int status, const struct text *out,
                                 const struct text *err) {
    static char why[300];
    const char *end = err->data ? strchr(err->data, '\n') : NULL;
    if (!end || end[1] || end - err->data < 20)
        return "stderr is not one line";
    if (status != 1)
        return "the status is not 1";
    if (t->faults->number == ENOMEM && !names_lack(err->data) && !names_lack(out->data))
        return "the message does not name memory";
    struct tree now = tree_read(t->directory);
    const char *bad = NULL;
    for (int i = 0; i < now.count && !bad; i++) {
        const struct tree_entry *entry = &now.items[i];
        const char *path = entry->path;
        if (!tree_same(entry, tree_find(&t->before, path), false) &&
            !tree_same(entry, tree_find(&t->after, path), true) && !is_kept(path))
            bad = snprintf(why, sizeof why, "it leaves %s", path) > 0 ? why : NULL;
    }
    for (int i = 0; i < t->before.count && !bad; i++)
        if (!tree_find(&now, t->before.items[i].path) && !is_kept(t->before.items[i].path))
            bad = snprintf(why, sizeof why, "%s is lost", t->before.items[i].path) > 0 ? why : NULL;
    tree_free(&now);
    return bad;
}

/* Repeats the command, without a fault. */
static const char *judge_repetition(struct trial *t) {
    static char why[300];
    char temporary[4096];
    struct tree left = tree_read(t->directory);
    bool done = !tree_difference(&t->after, &left, true);
    for (int i = 0; i < left.count; i++)
        if (is_temporary(left.items[i].path) && left.items[i].type == 'd') {
            snprintf(temporary, sizeof temporary, "%s/%s", t->directory, left.items[i].path);
            tree_remove(temporary);
        }
    tree_free(&left);
    if (done) /* only its output was lost */
        return NULL;
    int status = run(t, 0);
    if (t->kills &&
        status >> 8 == 2) /* pack asks for an empty folder: what a kill left is removed */
    {
        tree_restore(&t->before, t->directory);
        status = run(t, 0);
    }
    struct tree now = tree_read(t->directory);
    const char *path = tree_difference(&t->after, &now, true);
    snprintf(why, sizeof why, "the command, repeated, exits with %d; %s differs", status >> 8,
             path ? path : "nothing");
    tree_free(&now);
    return status != 0 || path ? why : NULL;
}

static const char *judge_success(struct trial *t, const struct text *out, const struct text *err) {
    static char why[300];
    if (strcmp(out->data, t->printed.data) != 0)
        return "it exits with 0, but prints something else";
    if (strcmp(err->data, t->warned.data) != 0)
        return "it exits with 0, but prints something else on stderr";
    struct tree now = tree_read(t->directory);
    const char *path = tree_difference(&t->after, &now, false);
    snprintf(why, sizeof why, "it exits with 0, but %s differs", path ? path : "nothing");
    tree_free(&now);
    return path ? why : NULL;
}

/* Returns a complaint about the command's behaviour, or NULL. */
static const char *judge(struct trial *t, int status, const struct text *err) {
    static char why[80];
    bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && t->kills;
    if (WIFSIGNALED(status) && !killed) {
        snprintf(why, sizeof why, "signal %d%s", WTERMSIG(status),
                 WTERMSIG(status) == SIGALRM ? ": it hangs" : "");
        return why;
    }
    struct text out = content(t->out);
    const char *bad = t->kills      ? NULL
                      : status == 0 ? judge_success(t, &out, err)
                                    : judge_failure(t, WEXITSTATUS(status), &out, err);
    if (!bad && status != 0)
        bad = judge_repetition(t);
    text_free(&out);
    return bad;
}

/* What is known of a fault that was judged bad. */
static void tell(const struct trial *t, long at, int status, const char *bad,
                 const struct faults *struck, const struct text *err) {
    const char *how = t->kills         ? "a kill"
                      : struck->number ? strerror(struck->number)
                                       : "fewer bytes";
    printf("%s: fault %ld, %s in %s at %s: %s (status %d)\n    %s", t->name, at, how, struck->call,
           struck->place, bad, status >> 8, err->size ? err->data : "\n");
    fflush(stdout);
}

/* ---- all faults of a command ---- */

static void prepare(struct trial *t, const char *name, const char *only, const char *command,
                    int worker) {
    bool of_library = strncmp(command, "client ", 7) == 0;
    *t = (struct trial){.name = name,
                        .only = only,
                        .program = of_library ? client : program,
                        .command = command + (of_library ? 7 : 0)};
    t->kills = number_of("KILL", 0);
    snprintf(t->directory, sizeof t->directory, "%s/work%d", test_dir, worker);
    snprintf(t->data, sizeof t->data, "%s/data", test_dir);
    snprintf(t->counter, sizeof t->counter, "%s.faults", t->directory);
    snprintf(t->out, sizeof t->out, "%s.out", t->directory);
    snprintf(t->err, sizeof t->err, "%s.err", t->directory);
    int fd = open(t->counter, O_RDWR | O_CREAT, 0666);
    ck_assert(fd >= 0 && ftruncate(fd, sizeof *t->faults) == 0);
    t->faults = mmap(NULL, sizeof *t->faults, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert(t->faults != MAP_FAILED);
    close(fd);
    t->before = tree_read(test_path("before"));
    tree_restore(&t->before, t->directory);
    int status = run(t, 0);
    t->printed = content(t->out);
    t->warned = content(t->err);
    t->after = tree_read(t->directory);
    ck_assert_msg(status == 0, "%s without a fault: status %d: %s", name, status >> 8,
                  t->warned.data);
}

/* Injects the faults first, first + step, ...; returns how many were judged bad. */
static int inject(struct trial *t, long first, long last, long step) {
    int bad = 0, only = number_of("FAULT", 0);
    for (long at = first; at <= last; at += step) {
        tree_restore(&t->before, t->directory);
        int status = run(t, at);
        struct faults struck = *t->faults;
        struct text err = content(t->err);
        const char *why = judge(t, status, &err);
        if (why && (bad++ < 20 || only))
            tell(t, at, status, why, &struck, &err);
        text_free(&err);
    }
    return bad;
}

/* Injects faults into the command, whose data and directory `setup` makes, a list of shell commands
 * in that directory. Of `call`, unless that is "", every fault is injected. */
static void survive(const char *name, const char *call, const char *setup, const char *command) {
    struct trial t;
    int step = *call ? 1 : number_of("STEP", 50), jobs = number_of("JOBS", 1),
        only = number_of("FAULT", 0);
    struct test_outcome o =
        test_shell("mkdir %s/before && cd %s/before && export DATA=%s/data ONEHOT='%s' && %s",
                   test_dir, test_dir, test_dir, program, *setup ? setup : ":");
    ck_assert_msg(o.status == 0, "%s", o.err);
    prepare(&t, name, call, command, 0);
    long last = only ? only : t.faults->count;
    long first = only ? only : 1 + (long)strlen(command) % (step < last ? step : last);
    fflush(NULL);
    for (int worker = 0; worker < jobs; worker++)
        if (fork() == 0) {
            if (worker > 0)
                prepare(&t, name, call, command, worker);
            _exit(inject(&t, first + worker * step, last, step * jobs) ? 1 : 0);
        }
    int bad = 0, status;
    while (wait(&status) > 0)
        bad += status != 0;
    printf("%s: faults %ld to %ld, each %d-th\n", name, first, last, step);
    ck_assert_msg(bad == 0, "%s: see above", name);
}

/* ---- the commands ---- */

static void write_text(const char *path, const char *text) {
    test_write(path, text, strlen(text));
}

static void write_data(void) {
    samples_write();
    write_text(test_path("data/c.json"),
               "{\"name\": \"c\", \"seed\": 1, \"data\": {\"path\": \"idx\", \"validation\": 3}, "
               "\"model\": [{\"type\": \"linear\", \"units\": 3}], "
               "\"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 0.1}, "
               "\"train\": {\"epochs\": 2, \"batch_size\": 5}}");
    write_text(test_path("data/plane.json"),
               "{\"name\": \"p\", \"seed\": 1, \"data\": {\"path\": \"toy:xor:train=8:test=8\"}, "
               "\"model\": [{\"type\": \"linear\", \"units\": 2}, {\"type\": \"tanh\"}, "
               "{\"type\": \"linear\", \"units\": 2}], "
               "\"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 0.1}, "
               "\"train\": {\"epochs\": 2, \"batch_size\": 4}}");
}

/* What every fault must leave intact: NAME is a claim about COMMAND, after the commands of SETUP.
 */
#define SURVIVES(NAME, SETUP, COMMAND) SURVIVES_ALL(NAME, "", SETUP, COMMAND)
#define SURVIVES_ALL(NAME, ONLY, SETUP, COMMAND)                                                   \
    START_TEST(NAME) {                                                                             \
        write_data();                                                                              \
        survive(#NAME, ONLY, SETUP, COMMAND);                                                      \
    }                                                                                              \
    END_TEST

#define TRAIN(more) "train $DATA/c.json --threads 1 " more
#define A_RUN       "$ONEHOT " TRAIN("output=run --quiet")
#define PLANE       "$ONEHOT train $DATA/plane.json --threads 1 output=run --quiet"
#define TABLE                                                                                      \
    "data.path=$DATA/table.csv data.label=kind data.test_share=0.3 data.validation=0.2 "           \
    "model.0.units=2 "
#define PHOTOS                                                                                     \
    "data.path=$DATA/photos data.size=[4,3] data.validation=0 data.test_share=0.5 "                \
    "model.0.units=2 "

SURVIVES(train_survives_every_fault, "", TRAIN("output=run"))
SURVIVES(train_that_saves_every_step_survives_every_fault, "",
         TRAIN("train.checkpoint_seconds=0 'optimizer={\"type\": \"adamw\"}' train.clip_norm=1 "
               "early_stopping.monitor=loss early_stopping.patience=1"))
SURVIVES(train_on_a_table_survives_every_fault, "", TRAIN(TABLE))
SURVIVES(train_on_photos_survives_every_fault, "", TRAIN(PHOTOS))
SURVIVES(train_on_a_folder_survives_every_fault, "", TRAIN("data.path=$DATA/folders"))
SURVIVES(train_on_sheets_survives_every_fault, "$ONEHOT pack $DATA/idx sheets >/dev/null",
         TRAIN("data.path=sheets"))
SURVIVES(distillation_survives_every_fault, A_RUN,
         TRAIN("output=student 'loss={\"type\": \"distillation\", "
               "\"teacher\": \"run/model.safetensors\"}'"))
SURVIVES(a_repeated_run_survives_every_fault, A_RUN, TRAIN("output=run"))
SURVIVES(an_extended_run_survives_every_fault, A_RUN, TRAIN("output=run train.epochs=3"))
SURVIVES_ALL(train_on_a_table_names_memory_whenever_it_is_short, "calloc", "",
             TRAIN(TABLE "train.epochs=0"))
SURVIVES_ALL(a_teacher_that_cannot_be_looked_at_is_no_mistake_of_the_user, "stat", A_RUN,
             TRAIN("output=student train.epochs=1 'loss={\"type\": \"distillation\", "
                   "\"teacher\": \"run/model.safetensors\"}'"))
SURVIVES_ALL(an_extended_run_keeps_a_config_that_it_cannot_look_at, "stat", A_RUN,
             TRAIN("output=run train.epochs=3"))
SURVIVES_ALL(a_checkpoint_has_the_header_of_its_metrics, "realloc", "",
             "train $DATA/plane.json train.checkpoint_seconds=0 --threads 1 --quiet output=run")
SURVIVES(train_in_threads_survives_every_fault, "", "train $DATA/c.json --threads 3 output=run")
SURVIVES(evaluate_survives_every_fault, A_RUN, "evaluate run --threads 1 --wrong")
SURVIVES(evaluate_in_json_survives_every_fault, A_RUN, "evaluate run --threads 1 --json")
SURVIVES(predict_survives_every_fault, A_RUN,
         "predict run --threads 1 $DATA/folders/test/1/00002.png")
SURVIVES(predict_of_a_folder_survives_every_fault, A_RUN,
         "predict run --threads 1 --csv $DATA/folders/test")
SURVIVES_ALL(predict_of_a_folder_leaves_out_no_file_that_it_cannot_look_at, "lstat", A_RUN,
             "predict run --threads 1 --csv $DATA/folders")
SURVIVES(predict_of_a_table_survives_every_fault, "$ONEHOT " TRAIN(TABLE "output=run --quiet"),
         "predict run --threads 1 --json - <$DATA/table.csv")
SURVIVES(pack_survives_every_fault, "", "pack $DATA/folders sheets")
SURVIVES(pack_compose_survives_every_fault, "",
         "pack --compose $DATA/idx sheets --train 4 --test 2")
SURVIVES(gradcheck_survives_every_fault, "", "gradcheck $DATA/plane.json --threads 1")
SURVIVES(explain_survives_every_fault, "", "explain $DATA/plane.json")
SURVIVES(explain_in_json_survives_every_fault, "", "explain $DATA/plane.json --json")
SURVIVES(explain_in_html_survives_every_fault, "", "explain $DATA/plane.json --html step.html")
SURVIVES(softmax_survives_every_fault, "", "softmax 1 2 -inf --label 1")
SURVIVES(sweep_survives_every_fault, "",
         "sweep $DATA/plane.json seed=1..2 --jobs 1 --threads 1 --html page.html")
SURVIVES(sweep_without_epochs_survives_every_fault, "",
         "sweep $DATA/plane.json seed=1..1 train.epochs=0 --jobs 1 --threads 1")
SURVIVES(compare_survives_every_fault, A_RUN " && $ONEHOT " TRAIN("seed=2 output=b --quiet"),
         "compare run b")
SURVIVES(compare_in_html_survives_every_fault,
         A_RUN " && $ONEHOT " TRAIN("seed=2 output=b --quiet"), "compare run b --html page.html")
SURVIVES_ALL(compare_shows_no_run_twice_that_it_cannot_look_at, "stat",
             A_RUN " && $ONEHOT " TRAIN("seed=2 output=b --quiet") " && ln -s b latest",
             "compare run b latest")
SURVIVES(verify_survives_every_fault, A_RUN, "verify run --threads 1")
SURVIVES(export_survives_every_fault, A_RUN, "export run --c model.h --onnx model.onnx --threads 1")
SURVIVES(export_of_integers_survives_every_fault, A_RUN, "export run --c m.h --int8 --threads 1")
SURVIVES(calibrate_survives_every_fault, A_RUN, "calibrate run --threads 1")
SURVIVES(report_survives_every_fault, A_RUN, "report run --threads 1")
SURVIVES(a_plotted_report_survives_every_fault, A_RUN, "report run --plot --threads 1")
SURVIVES(boundary_survives_every_fault, PLANE, "boundary run --frames 2 --threads 1")
SURVIVES(data_survives_every_fault, "", "data $DATA/c.json")
SURVIVES(schema_survives_every_fault, "", "schema")
SURVIVES(a_program_of_the_library_survives_every_fault, "", "client $DATA")
SURVIVES(help_survives_every_fault, "", "help")
SURVIVES(help_of_a_command_survives_every_fault, "", "help train")

Suite *test_faults(void) {
    static char paths[3][4096];
    const char *onehot = getenv("ONEHOT");
    if (onehot && realpath(onehot, paths[0])) {
        int folder = (int)(strrchr(paths[0], '/') - paths[0]);
        snprintf(paths[1], sizeof paths[1], "%.*s/faults.so", folder, paths[0]);
        snprintf(paths[2], sizeof paths[2], "%.*s/client", folder, paths[0]);
        program = paths[0];
        injector = paths[1];
        client = paths[2];
    }
    return TEST_SUITE("faults", train_on_a_table_names_memory_whenever_it_is_short,
                      a_teacher_that_cannot_be_looked_at_is_no_mistake_of_the_user,
                      an_extended_run_keeps_a_config_that_it_cannot_look_at,
                      a_checkpoint_has_the_header_of_its_metrics, train_survives_every_fault,
                      train_that_saves_every_step_survives_every_fault,
                      train_on_a_table_survives_every_fault, train_on_photos_survives_every_fault,
                      train_on_a_folder_survives_every_fault, train_on_sheets_survives_every_fault,
                      distillation_survives_every_fault, a_repeated_run_survives_every_fault,
                      an_extended_run_survives_every_fault, train_in_threads_survives_every_fault,
                      evaluate_survives_every_fault, evaluate_in_json_survives_every_fault,
                      predict_survives_every_fault, predict_of_a_folder_survives_every_fault,
                      predict_of_a_folder_leaves_out_no_file_that_it_cannot_look_at,
                      predict_of_a_table_survives_every_fault, pack_survives_every_fault,
                      pack_compose_survives_every_fault, gradcheck_survives_every_fault,
                      explain_survives_every_fault, explain_in_json_survives_every_fault,
                      explain_in_html_survives_every_fault, softmax_survives_every_fault,
                      sweep_survives_every_fault, sweep_without_epochs_survives_every_fault,
                      compare_survives_every_fault, compare_in_html_survives_every_fault,
                      compare_shows_no_run_twice_that_it_cannot_look_at,
                      verify_survives_every_fault, export_survives_every_fault,
                      export_of_integers_survives_every_fault, calibrate_survives_every_fault,
                      report_survives_every_fault, a_plotted_report_survives_every_fault,
                      boundary_survives_every_fault, data_survives_every_fault,
                      schema_survives_every_fault, a_program_of_the_library_survives_every_fault,
                      help_survives_every_fault, help_of_a_command_survives_every_fault);
}
