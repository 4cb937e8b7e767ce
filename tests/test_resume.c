/* resume: intact and damaged checkpoints, interrupted runs, and early stopping, whose state is
 * in the checkpoint. */
#define _GNU_SOURCE
#include "base/platform.h"
#include "base/sha256.h"
#include "fixtures.h"
#include "messages.h"
#include "runs/metrics.h"
#include "runs/run.h"
#include "runs/training.h"
#include "test.h"
#include "train/train.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *test_resume(void);

/* The configs to interrupt, as overrides; each trains on 900 samples in 4 steps per epoch. */
static const char *const variants[][4] = {
    {NULL},
    {"optimizer={\"type\": \"sgd\", \"learning_rate\": 0.1}"},
    {"schedule={\"type\": \"linear\", \"warmup\": 0.3}", "train.shuffle=false"},
    {"optimizer={\"type\": \"adamw\", \"learning_rate\": 0.01}", "train.clip_norm=1"},
    {"model.1={\"type\": \"dropout\", \"rate\": 0.3}", "loss.class_weights=balanced",
     "data.scaling=standardize"},
    {"loss.label_smoothing=0.1", "loss.temperature=2"},
    {"loss={\"type\": \"distillation\", \"teacher\": \"tests/data/teacher.safetensors\"}"},
    {"model.2.frozen=true", "optimizer={\"type\": \"adamw\"}", "train.clip_norm=1"},
    {"data.augment.rotate=9", "data.augment.elastic.alpha=20", "data.augment.noise=0.1"},
    {"train.average.from=2", "model.2.frozen=true", "train.clip_norm=1"},
    {"train.average.from=2", "train.average.decay=0.8", "early_stopping.monitor=accuracy",
     "early_stopping.patience=2"},
    {"early_stopping.monitor=loss", "optimizer.learning_rate=0.9", "early_stopping.patience=1"},
    {"early_stopping.monitor=accuracy", "early_stopping.patience=2"},
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static struct training *ready(const char *const *more, int threads) {
    const char *overrides[8] = {"train.epochs=3", "train.batch_size=256"};
    struct error e = {0};
    for (int i = 0; more && i < 4 && more[i]; i++)
        overrides[2 + i] = more[i];
    struct training *t = training_new("tests/small.json", overrides, threads, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

/* A training run with its metrics, which may be interrupted. */
struct trial {
    struct training *t;
    struct text metrics;
    int steps; /* steps until the interruption; -1: never */
};

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    struct trial *trial = context;
    (void)e;
    text_printf(&trial->metrics, "%d,%lld,%a,%a,%a,%a,%a\n", row->epoch, row->step,
                row->learning_rate, row->train_loss, row->train_accuracy, row->validation_loss,
                row->validation_accuracy);
    return 0;
}

static int on_pause(void *context, struct error *e) {
    struct trial *trial = context;
    return trial->steps-- == 0 ? error_run(e, "interrupted") : 0;
}

/* Trains to the end (true) or until interrupted. */
static bool run(struct trial *trial) {
    struct train_observer observer = {trial, NULL, on_epoch, on_pause};
    struct error e = {0};
    bool ended = train_run(trial->t, &observer, &e) == 0;
    ck_assert_str_eq(e.text, ended ? "" : "interrupted");
    return ended;
}

static struct trial trial(const char *const *more, int threads, int steps) {
    struct trial trial = {.t = ready(more, threads), .steps = steps};
    text_printf(&trial.metrics, "%s", metrics_header);
    return trial;
}

static void trial_free(struct trial *trial) {
    training_free(trial->t);
    text_free(&trial->metrics);
}

static const char id[] = "0123456789012345678901234567890123456789012345678901234567890123";

static void save(struct trial *trial) {
    struct error e = {0};
    struct checkpoint c = {test_dir, id, &trial->metrics, 1.5, false};
    ck_assert_msg(checkpoint_write(&c, trial->t, &e) == 0, "%s", e.text);
}

static enum checkpoint_found load(struct trial *trial, struct error *damage, struct error *e) {
    struct checkpoint c = {test_dir, id, &trial->metrics, 0, false};
    *damage = *e = (struct error){0};
    enum checkpoint_found found = checkpoint_read(&c, trial->t, damage, e);
    if (found == CHECKPOINT_TAKEN)
        ck_assert_double_eq(c.seconds, 1.5);
    return found;
}

static void same(const struct trial *a, const struct trial *b) {
    size_t size = a->t->model->nparams * sizeof(real);
    ck_assert_mem_eq(a->t->model->theta, b->t->model->theta, size);
    for (int i = 0; i < a->t->optim.type->vectors; i++)
        ck_assert_mem_eq(a->t->optim.state[i], b->t->optim.state[i], size);
    ck_assert_int_eq(a->t->best != NULL, b->t->best != NULL);
    if (a->t->best)
        ck_assert_mem_eq(a->t->best, b->t->best, size);
    ck_assert_int_eq(a->t->average != NULL, b->t->average != NULL);
    if (a->t->average)
        ck_assert_mem_eq(a->t->average, b->t->average, size);
    ck_assert_str_eq(a->metrics.data, b->metrics.data);
    ck_assert_int_eq(a->t->at.epochs, b->t->at.epochs);
    ck_assert_int_eq(a->t->at.best_epoch, b->t->at.best_epoch);
}

/* Interrupted before each step in turn, or every fifth, and resumed with a different number of
 * threads. */
START_TEST(a_run_resumed_at_any_step_equals_an_uninterrupted_run) {
    for (int i = 0; i < VARIANTS; i++) {
        struct trial whole = trial(variants[i], 2, -1);
        ck_assert(run(&whole));
        bool ended = false;
        for (int steps = 0; !ended; steps += i == 0 ? 1 : 5) {
            struct error damage, e;
            struct trial first = trial(variants[i], 1 + steps % 3, steps);
            ended = run(&first);
            if (!ended) {
                struct trial second = trial(variants[i], 1 + (steps + 1) % 3, -1);
                save(&first);
                ck_assert_int_eq(load(&second, &damage, &e), CHECKPOINT_TAKEN);
                ck_assert_int_eq(second.t->at.epochs, steps / 4);
                ck_assert_int_eq(second.t->at.steps, steps % 4);
                ck_assert(run(&second));
                same(&second, &whole);
                trial_free(&second);
            }
            trial_free(&first);
        }
        trial_free(&whole);
    }
}
END_TEST

START_TEST(a_run_interrupted_before_every_step_equals_an_uninterrupted_run) {
    const char *const *more = variants[VARIANTS - 1];
    struct trial whole = trial(more, 1, -1), part = trial(more, 1, 0);
    struct error damage, e;
    ck_assert(run(&whole));
    while (!run(&part)) {
        save(&part);
        trial_free(&part);
        part = trial(more, 2, 1);
        ck_assert_int_eq(load(&part, &damage, &e), CHECKPOINT_TAKEN);
        ck_assert_str_eq(damage.text, "");
    }
    same(&part, &whole);
    trial_free(&whole);
    trial_free(&part);
}
END_TEST

/* ---- damaged files ---- */

/* A small training run, interrupted in its second epoch, and the bytes of its checkpoint. */
static struct trial interrupted(char **bytes, size_t *size) {
    static const char *const small[] = {"model=[{\"type\": \"linear\", \"units\": 10}]",
                                        "early_stopping.monitor=loss", NULL};
    struct trial a = trial(small, 1, 6);
    ck_assert(!run(&a));
    save(&a);
    *bytes = test_read(test_path("checkpoint"), size);
    return a;
}

/* Checks that these bytes are refused as a whole, with a message that names the file. */
static void damaged(struct trial *trial, const char *bytes, size_t size, const char *what) {
    struct error damage, e;
    struct train_progress at = trial->t->at;
    double sum = 0, after = 0;
    for (size_t i = 0; i < trial->t->model->nparams; i++)
        sum += (double)trial->t->model->theta[i] + (double)trial->t->best[i];
    remove(test_path("checkpoint")); /* ext4 syncs a file that is truncated and written again */
    test_write(test_path("checkpoint"), bytes, size);
    ck_assert_msg(load(trial, &damage, &e) == CHECKPOINT_REFUSED, "taken: %s", what);
    ck_assert_msg(strstr(e.text, test_path("checkpoint")) && strstr(e.text, "--fresh"), "%s: %s",
                  what, e.text);
    ck_assert_int_eq(e.status, ERROR_INPUT);
    for (size_t i = 0; i < trial->t->model->nparams; i++)
        after += (double)trial->t->model->theta[i] + (double)trial->t->best[i];
    ck_assert_mem_eq(&at, &trial->t->at, sizeof at);
    ck_assert_double_eq(sum, after);
}

/* The next position to test: every byte of the header, every byte near the end, and some in
 * between. */
static size_t next(size_t i, size_t size) {
    enum { HEAD = 256, TAIL = 80, SOME = 1999 };
    return i < HEAD || i + TAIL >= size ? i + 1 : i + SOME < size - TAIL ? i + SOME : size - TAIL;
}

START_TEST(a_checkpoint_truncated_at_any_byte_is_reported_as_damaged) {
    size_t size;
    char *bytes;
    struct trial a = interrupted(&bytes, &size);
    for (size_t i = 0; i < size; i = next(i, size))
        damaged(&a, bytes, i, "cut");
    free(bytes);
    trial_free(&a);
}
END_TEST

START_TEST(a_checkpoint_with_a_flipped_bit_or_extra_bytes_is_reported_as_damaged) {
    size_t size;
    char *bytes;
    struct trial a = interrupted(&bytes, &size);
    for (size_t i = 0; i < size; i = next(i, size)) {
        bytes[i] ^= (char)(1 << i % 8);
        damaged(&a, bytes, size, "flipped");
        bytes[i] ^= (char)(1 << i % 8);
    }
    damaged(&a, bytes, size + 1, "longer"); /* with the NUL that test_read appends */
    free(bytes);
    trial_free(&a);
}
END_TEST

/* Corrects the SHA-256. */
static void sign(char *bytes, size_t size) {
    char digest[SHA256_HEX];
    sha256_hex(bytes, size - 64, digest);
    memcpy(bytes + size - 64, digest, 64);
}

/* A copy in which `to` overwrites the first occurrence of `from`, with the right SHA-256. */
static char *forge(const char *bytes, size_t size, const char *from, const char *to) {
    char *forged = malloc(size);
    memcpy(forged, bytes, size);
    char *place = memmem(forged, size, from, strlen(from));
    ck_assert_msg(place != NULL, "%s", from);
    memcpy(place, to, strlen(to));
    sign(forged, size);
    return forged;
}

START_TEST(a_forged_checkpoint_with_any_numbers_is_reported_as_damaged) {
    static const char *const forgeries[][2] = {
        {"\"epochs\": 1", "\"epochs\": 4"},
        {"\"epochs\": 1", "\"epochs\": 0"},
        {"\"epochs\": 1", "\"epochs\":-1"},
        {"\"epochs\": 1", "\"epochs\": .1"},
        {"\"epochs\": 1", "\"epochs\": 1e99,"},
        {"\"steps\": 2", "\"steps\": 4"},
        {"\"steps\": 2", "\"steps\":-2"},
        {"\"steps\"", "\"epochs\""},
        {"\"errors\": ", "\"errors\": 901, "},
        {"\"errors\": ", "\"errors\":9"},
        {"\"loss_sum\": ", "\"loss_sum\": null,"},
        {"\"loss_sum\": ", "\"loss_sum\": 1e9999"},
        {"\"step_seconds\": ", "\"step_seconds\": 1e9999"},
        {"\"step_seconds\": ", "\"step_secunds\": "},
        {"\"best_epoch\": 1", "\"best_epoch\": 2"},
        {"\"best_epoch\": 1", "\"best_epoch\": 0"},
        {"\"best_value\": ", "\"best_value\": 1e9999"},
        {"{", "\n"},
        {"}\n", "} "},
        {"epoch,step", "epochs,tep"},
        {"validation_accuracy\n", "validation_accuracy,"},
    };
    size_t size;
    char *bytes;
    struct trial a = interrupted(&bytes, &size);
    for (size_t i = 0; i < sizeof forgeries / sizeof *forgeries; i++) {
        char *forged = forge(bytes, size, forgeries[i][0], forgeries[i][1]);
        damaged(&a, forged, size, forgeries[i][1]);
        free(forged);
    }
    char *longer = malloc(size); /* the right number of rows, followed by something else */
    memcpy(longer, bytes, size);
    longer[size - 64 - 1] = 'x';
    longer[size - 64 - 4] = '\n';
    sign(longer, size);
    damaged(&a, longer, size, "text after the metrics");
    for (size_t cut = 1; cut < size - 64 - 400;
         cut = 7 * cut + 1) { /* within the vectors, or all of them */
        memcpy(longer, bytes, size);
        memmove(longer + size - 64 - 400 - cut, longer + size - 64 - 400, 400 + 64);
        sign(longer, size - cut);
        damaged(&a, longer, size - cut, "a part is missing");
    }
    free(longer);
    sign(bytes, size); /* a forgery that changes nothing passes */
    test_write(test_path("checkpoint"), bytes, size);
    struct error damage, e;
    ck_assert_int_eq(load(&a, &damage, &e), CHECKPOINT_TAKEN);
    free(bytes);
    trial_free(&a);
}
END_TEST

START_TEST(a_checkpoint_from_other_numerics_data_or_config_is_refused_with_the_reason) {
    static const char *const others[][2] = {{"onehot checkpoint 2", "onehot checkpoint 3"},
                                            {"\nnumerics ", "\nnumerics x"},
                                            {"\ndataset ", "\ndataset x"},
                                            {"\nrun ", "\nrun x"},
                                            {"\nrun ", "\nrun\n"}};
    size_t size;
    char *bytes;
    struct trial a = interrupted(&bytes, &size);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct error damage, e;
        char *other = forge(bytes, size, others[i][0], others[i][1]);
        test_write(test_path("checkpoint"), other, size);
        ck_assert_int_eq(load(&a, &damage, &e), CHECKPOINT_REFUSED);
        test_refused(&e, test_path("checkpoint"));
        free(other);
    }
    free(bytes);
    trial_free(&a);
}
END_TEST

START_TEST(a_damaged_checkpoint_is_replaced_by_the_previous_one) {
    struct error damage, e;
    struct trial whole = trial(NULL, 1, -1), a = trial(NULL, 1, 3), b = trial(NULL, 1, -1);
    ck_assert(run(&whole));
    ck_assert(!run(&a));
    save(&a);
    a.steps = 2;
    ck_assert(!run(&a));
    save(&a);
    test_write(test_path("checkpoint"), "onehotCP, torn", 14);
    ck_assert_int_eq(load(&b, &damage, &e), CHECKPOINT_TAKEN);
    test_names(damage.text, test_path("checkpoint"));
    test_message(damage.text);
    ck_assert_int_eq(b.t->at.steps, 3);
    ck_assert(!test_exists(test_path("checkpoint"))); /* so that it never replaces the good one */
    ck_assert(test_exists(test_path("checkpoint.previous")));
    ck_assert(run(&b));
    same(&b, &whole);

    remove(test_path("checkpoint")); /* as if killed between the two renames: nothing is reported */
    ck_assert_int_eq(load(&b, &damage, &e), CHECKPOINT_TAKEN);
    ck_assert_str_eq(damage.text, "");
    checkpoint_remove(test_dir);
    ck_assert_int_eq(load(&b, &damage, &e), CHECKPOINT_NONE);
    trial_free(&whole);
    trial_free(&a);
    trial_free(&b);
}
END_TEST

/* ---- early stopping ---- */

/* Passes the validation losses of successive epochs to a training until it would stop; accuracy
 * is 1 - loss. Returns the number of epochs. */
static int epochs(const char *monitor, const double *losses, int count, int *best) {
    const char *const more[] = {monitor, "early_stopping.patience=2", NULL};
    struct training *t = ready(more, 1);
    int n = 0;
    while (n < count && !best_stops(t)) {
        struct train_epoch row = {
            .epoch = n + 1, .validation_loss = losses[n], .validation_accuracy = 1 - losses[n]};
        t->model->theta[0] = (real)(n + 1);
        best_epoch(t, &row);
        t->at.epochs = ++n;
    }
    best_restore(t);
    *best = t->at.best_epoch;
    if (t->best) { /* the model has the best parameters; the last ones are saved */
        ck_assert(t->model->theta[0] == (real)*best);
        ck_assert(t->best[0] == (real)n);
    }
    training_free(t);
    return n;
}

START_TEST(training_stops_when_patience_runs_out_and_the_first_of_tied_epochs_is_best) {
    static const double worse[] = {0.5, 0.4, 0.6, 0.41, 0.3}, equal[] = {0.5, 0.5, 0.5, 0.1},
                        better[] = {0.5, 0.4, 0.45, 0.3, 0.31};
    static const char *const monitors[] = {"early_stopping.monitor=loss",
                                           "early_stopping.monitor=accuracy"};
    int best;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(epochs(monitors[i], worse, 5, &best), 4);
        ck_assert_int_eq(best, 2);
        ck_assert_int_eq(epochs(monitors[i], equal, 4, &best), 3);
        ck_assert_int_eq(best, 1);
        ck_assert_int_eq(epochs(monitors[i], better, 5, &best), 5);
        ck_assert_int_eq(best, 4);
    }
    ck_assert_int_eq(epochs("early_stopping.monitor=none", worse, 5, &best), 5);
    ck_assert_int_eq(best, 0);
}
END_TEST

START_TEST(early_stopping_needs_a_validation_set) {
    const char *const overrides[] = {"early_stopping.monitor=loss", "data.validation=0", NULL};
    struct error e = {0};
    ck_assert_ptr_null(training_new("tests/small.json", overrides, 1, &e));
    test_refused(&e, "\"early_stopping.monitor\"");
}
END_TEST

/* The saved model is that of the best epoch: its validation loss is in that epoch's row. */
START_TEST(the_best_and_the_last_model_are_saved) {
    struct test_outcome o = test_shell(
        "$ONEHOT train tests/small.json early_stopping.monitor=loss early_stopping.patience=3 "
        "optimizer.learning_rate=0.5 output=%s/run",
        test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message_but(MESSAGES_VARY, o.out);
    int last = (int)test_result("run", "epochs"), best = (int)test_result("run", "best_epoch");
    ck_assert_int_eq(last, best + 3);
    for (int i = 0; i < 2; i++) {
        static const char *const models[] = {"model.safetensors", "model.last.safetensors"};
        o = test_shell(
            "cd %s/run; loss=$(awk -F, '$1 == %d { print $6 }' metrics.csv); cd $OLDPWD; "
            "$ONEHOT evaluate %s/run/%s --split validation --json | grep -c \"\\\"loss\\\": "
            "$loss,\"",
            test_dir, i ? last : best, test_dir, models[i]);
        ck_assert_msg(strcmp(o.out, "1\n") == 0, "%s: %s%s", models[i], o.out, o.err);
    }
}
END_TEST

/* ---- the program ---- */

/* A training run in the background that saves its state at every step. Its standard output is a
 * full pipe, so it cannot get past its first epoch, however long the test takes to send a signal.
 */
struct background {
    pid_t pid;
    int out;
};

static struct background begin(const char *name) {
    int fds[2];
    char full[4096] = "", output[600];
    ck_assert_int_eq(pipe(fds), 0);
    fcntl(fds[1], F_SETFL, O_NONBLOCK);
    while (write(fds[1], full, sizeof full) > 0)
        ;
    fcntl(fds[1], F_SETFL, 0);
    snprintf(output, sizeof output, "output=%s", test_path("%s", name));
    struct background b = {fork(), fds[0]};
    if (b.pid == 0) {
        signal(SIGHUP, SIG_DFL); /* nohup ignores it */
        dup2(fds[1], STDOUT_FILENO);
        dup2(open(test_path("err"), O_WRONLY | O_CREAT | O_TRUNC, 0666), STDERR_FILENO);
        execl(getenv("ONEHOT"), "onehot", "train", "tests/small.json", "train.checkpoint_seconds=0",
              "train.epochs=4", "--threads=2", output, NULL);
        _exit(99);
    }
    close(fds[1]);
    while (!test_exists(test_path("%s/checkpoint.previous", name)) ||
           !test_exists(test_path("%s/checkpoint", name)))
        usleep(1000); /* until its second step */
    return b;
}

/* Sends it a signal and returns its exit status, 1000 + n where signal n ended it. */
static int end(struct background b, int signal) {
    int status;
    char some[4096];
    kill(b.pid, signal);
    fcntl(b.out, F_SETFL, O_NONBLOCK);
    while (read(b.out, some, sizeof some) > 0) /* so that it can continue */
        ;
    ck_assert_int_eq(waitpid(b.pid, &status, 0), b.pid);
    close(b.out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

/* The program's stderr. */
static char *said(void) {
    size_t size;
    return test_read(test_path("err"), &size);
}

/* Runs the same command to the end, with fewer checkpoints. */
static struct test_outcome go_on(const char *name, const char *more) {
    return test_shell("$ONEHOT train tests/small.json train.epochs=4 output=%s %s",
                      test_path("%s", name), more);
}

static void same_run(const char *a, const char *b) {
    struct test_outcome o = test_shell("cd %s; cmp %s/model.safetensors %s/model.safetensors && "
                                       "cmp %s/metrics.csv %s/metrics.csv && ls %s",
                                       test_dir, a, b, a, b, a);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_str_eq(
        o.out, "config.json\nmetrics.csv\nmodel.safetensors\nreport.html\nresult.json\nstate\n");
}

START_TEST(a_signal_saves_a_checkpoint_and_the_same_command_resumes) {
    static const struct {
        int signal, status;
    } cases[] = {{SIGINT, 130}, {SIGTERM, 143}, {SIGHUP, 129}};
    ck_assert_int_eq(go_on("whole", "--quiet").status, 0);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(end(begin("run"), cases[i].signal), cases[i].status);
        char *err = said(), *place = strchr(err, ' ');
        ck_assert_ptr_nonnull(place);
        test_message_but("[0-9]+", err);
        place[strcspn(place, ";")] = '\0'; /* it stopped there and resumes there */

        struct test_outcome o = go_on("run", "--threads=1");
        ck_assert_msg(o.status == 0, "%s", o.err);
        test_names(o.out, place);
        free(err);
        same_run("run", "whole");
        test_shell("rm -r %s/run", test_dir);
    }
}
END_TEST

/* At the end of its first epoch it waits for the pipe. */
START_TEST(a_second_signal_ends_training_at_once) {
    struct background b = begin("run");
    kill(b.pid, SIGINT);
    while (test_shell("grep -q '^ShdPnd:.*2$' /proc/%d/status", (int)b.pid).status == 0)
        usleep(1000);
    ck_assert_int_eq(end(b, SIGINT), 1000 + SIGINT);
}
END_TEST

START_TEST(a_killed_run_resumes_and_fresh_starts_over) {
    ck_assert_int_eq(go_on("whole", "--quiet").status, 0);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(end(begin("run"), SIGKILL), 1000 + SIGKILL);
        struct test_outcome o = go_on("run", i ? "--fresh" : "");
        ck_assert_msg(o.status == 0, "%s", o.err);
        ck_assert_str_eq(o.err, "");
        ck_assert_int_eq(strstr(o.out, "\ncontinues ") != NULL, i == 0);
        same_run("run", "whole");
        test_shell("rm -r %s/run", test_dir);
    }
}
END_TEST

START_TEST(a_checkpoint_from_another_config_stops_the_program) {
    ck_assert_int_eq(end(begin("run"), SIGTERM), 143);
    struct test_outcome o = go_on("run", "seed=3");
    test_failed(o, 2, test_path("run/checkpoint"));
    ck_assert(test_exists(test_path("run/checkpoint")));
    o = go_on("run", "seed=3 --fresh");
    ck_assert_msg(o.status == 0, "%s", o.err);
}
END_TEST

START_TEST(a_directory_in_which_another_process_trains_is_refused) {
    struct error e = {0};
    ck_assert_int_eq(go_on("run", "train.epochs=1").status, 0);
    static struct file_lock lock;
    ck_assert_int_eq(file_lock(&lock, test_path("run/lock"), &e), 0);
    struct test_outcome o = go_on("run", "");
    test_failed(o, 3, test_path("run"));
    ck_assert(test_exists(test_path("run/lock")));
    ck_assert(!test_exists(test_path("run/metrics.partial.csv")));
    file_unlock(&lock);
    ck_assert_int_eq(go_on("run", "train.epochs=1").status, 0);
}
END_TEST

/* A limit on file sizes simulates a full disk. */
START_TEST(a_checkpoint_too_large_for_the_disk_ends_the_run_and_keeps_the_previous_one) {
    ck_assert_int_eq(go_on("whole", "--quiet").status, 0);
    ck_assert_int_eq(end(begin("run"), SIGINT), 130);
    struct test_outcome o =
        test_shell("trap '' XFSZ; ulimit -f 40; $ONEHOT train tests/small.json train.epochs=4 "
                   "train.checkpoint_seconds=0 --quiet output=%s/run",
                   test_dir);
    test_failed(o, 1, test_path("run/checkpoint"));
    o = go_on("run", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.err, "");
    same_run("run", "whole");
}
END_TEST

START_TEST(a_damaged_checkpoint_and_a_full_disk_together_lose_nothing) {
    ck_assert_int_eq(go_on("whole", "--quiet").status, 0);
    ck_assert_int_eq(end(begin("run"), SIGINT), 130);
    ck_assert(test_exists(test_path("run/checkpoint.previous")));
    test_write(test_path("run/checkpoint"), "onehotCP, torn", 14);
    struct test_outcome o =
        test_shell("trap '' XFSZ; ulimit -f 40; $ONEHOT train tests/small.json train.epochs=4 "
                   "train.checkpoint_seconds=0 --quiet output=%s/run",
                   test_dir);
    ck_assert_int_eq(o.status, 1);
    ck_assert_ptr_nonnull(strstr(o.err, "continuing from the previous one"));
    ck_assert_ptr_nonnull(strstr(o.err, "cannot be written: File too large"));
    ck_assert(test_exists(test_path("run/checkpoint.previous")));
    o = go_on("run", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    same_run("run", "whole");
}
END_TEST

/* A process had this one's PID, but started earlier. */
START_TEST(files_left_half_written_by_a_killed_process_are_removed) {
    char process[PLATFORM_PROCESS];
    platform_process(getpid(), process);
    strcpy(strrchr(process, '-'), "-1");
    mkdir(test_path("run"), 0777);
    test_write(test_path("run/checkpoint.%s.01234567.tmp", process), "x", 1);
    test_write(test_path("run/model.safetensors.%s.89abcdef.tmp", process), "x", 1);
    test_write(test_path("run/mine.tmp"), "x", 1);
    ck_assert_int_eq(go_on("run", "train.epochs=1").status, 0);
    ck_assert_str_eq(
        test_shell("ls %s/run", test_dir).out,
        "config.json\nmetrics.csv\nmine.tmp\nmodel.safetensors\nreport.html\nresult.json\nstate\n");
}
END_TEST

/* Warnings are made after the first epoch only. */
START_TEST(a_resumed_run_has_the_warnings_of_an_uninterrupted_one) {
    struct test_outcome o =
        test_shell("train=\"$ONEHOT train configs/tiny/xor.json --quiet\"; "
                   "$train output=%s/a train.epochs=1 && $train output=%s/a train.epochs=2 && "
                   "$train output=%s/b train.epochs=2 && "
                   "grep -h warnings %s/a/result.json %s/b/result.json | uniq -c",
                   test_dir, test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_names(o.out, "2   \"warnings\": [\"after the first epoch");
}
END_TEST

/* A short version of tests/kill.sh. */
START_TEST(runs_killed_at_random_moments_equal_uninterrupted_runs) {
    struct test_outcome o = test_shell("tests/kill.sh 20 %s/kill", test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

/* ---- more epochs ---- */

/* Runs ./train on this config in test_dir, where `tests` is a link, with these arguments. */
static struct test_outcome train_there(const char *config, const char *arguments) {
    return test_shell("o=$(realpath $ONEHOT) d=$PWD; cd %s && ln -sfn $d/tests tests && "
                      "$o train tests/%s.json %s",
                      test_dir, config, arguments);
}

static void same_files(const char *a, const char *b) {
    struct test_outcome o = test_shell("cd %s && cmp %s/model.safetensors %s/model.safetensors && "
                                       "cmp %s/metrics.csv %s/metrics.csv",
                                       test_dir, a, b, a, b);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}

/* With momentum, AdamW, augmentation, averaging, dropout and a schedule in steps. */
START_TEST(a_finished_run_that_is_continued_equals_one_that_trained_all_epochs) {
    static const char *const configs[] = {"small", "small-adamw", "small-augment", "small-average",
                                          "small-options"};
    static const char *const schedule[] = {"", "schedule='{\"type\": \"step\", \"every\": 2}'", "",
                                           ""};
    for (int i = 0; i < 5; i++) {
        char text[512];
        static const char *const runs[] = {"train.epochs=2", "train.epochs=5",
                                           "train.epochs=5 output=whole --fresh"};
        test_shell("rm -rf %s/runs %s/whole", test_dir, test_dir);
        struct test_outcome o = {0};
        for (int k = 0; k < 3; k++) {
            snprintf(text, sizeof text, "%s %s schedule.warmup=0 early_stopping.monitor=none",
                     runs[k], i < 4 ? schedule[i] : "schedule.type=constant");
            o = train_there(configs[i], text);
            ck_assert_msg(o.status == 0, "%s", o.err);
            if (k == 1) {
                ck_assert_ptr_nonnull(strstr(o.out, "after epoch 2"));
                ck_assert_ptr_null(strstr(o.out, "\n    2  "));
                ck_assert_ptr_nonnull(strstr(o.out, "\n    3  "));
            }
        }
        same_files("runs/latest", "whole");
    }
}
END_TEST

START_TEST(a_run_continues_in_its_own_directory_if_output_names_it) {
    ck_assert_int_eq(train_there("small", "train.epochs=2 output=run --quiet").status, 0);
    ck_assert_int_eq(train_there("small", "train.epochs=4 output=run --quiet").status, 0);
    ck_assert_int_eq(train_there("small", "train.epochs=4 output=whole --quiet").status, 0);
    same_files("run", "whole");
    test_failed(train_there("small", "train.epochs=3 output=run"), 2,
                "run: contains a run with a different config");
    test_failed(train_there("small", "train.epochs=5 seed=8 output=run"), 2,
                "run: contains a run with a different config");
}
END_TEST

START_TEST(continued_early_stopping_keeps_the_best_epoch_so_far) {
    static const char early[] = "early_stopping.monitor=accuracy early_stopping.patience=2";
    for (int k = 0; k < 2; k++)
        for (int epochs = k ? 12 : 3; epochs <= 12; epochs += 9)
            ck_assert_int_eq(
                train_there("small", fixture_text("train.epochs=%d output=%s %s --quiet", epochs,
                                                  k ? "whole" : "run", early))
                    .status,
                0);
    same_files("run", "whole");
}
END_TEST

START_TEST(a_run_that_cannot_continue_says_why) {
    ck_assert_int_eq(
        train_there("small", "train.epochs=2 schedule.type=cosine output=run --quiet").status, 0);
    test_failed(train_there("small", "train.epochs=4 schedule.type=cosine output=run"), 2,
                "depends on train.epochs");
    ck_assert_int_eq(train_there("small", "train.epochs=2 --no-state --quiet").status, 0);
    struct test_outcome o = train_there("small", "train.epochs=4");
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "--no-state"));
    ck_assert_ptr_nonnull(strstr(o.out, "\n    1  "));
}
END_TEST

START_TEST(a_damaged_state_is_refused_and_fresh_starts_over) {
    ck_assert_int_eq(train_there("small", "train.epochs=2 output=run --quiet").status, 0);
    test_shell("printf x | dd of=%s/run/state bs=1 seek=1000 conv=notrunc", test_dir);
    test_failed(train_there("small", "train.epochs=4 output=run"), 2, "run/state");
    ck_assert_int_eq(train_there("small", "train.epochs=4 output=run --fresh --quiet").status, 0);
    ck_assert_int_eq(train_there("small", "train.epochs=4 output=whole --quiet").status, 0);
    same_files("run", "whole");
}
END_TEST

Suite *test_resume(void) {
    return TEST_SUITE("resume", a_run_resumed_at_any_step_equals_an_uninterrupted_run,
                      a_run_interrupted_before_every_step_equals_an_uninterrupted_run,
                      a_checkpoint_truncated_at_any_byte_is_reported_as_damaged,
                      a_checkpoint_with_a_flipped_bit_or_extra_bytes_is_reported_as_damaged,
                      a_forged_checkpoint_with_any_numbers_is_reported_as_damaged,
                      a_checkpoint_from_other_numerics_data_or_config_is_refused_with_the_reason,
                      a_damaged_checkpoint_and_a_full_disk_together_lose_nothing,
                      a_damaged_checkpoint_is_replaced_by_the_previous_one,
                      training_stops_when_patience_runs_out_and_the_first_of_tied_epochs_is_best,
                      early_stopping_needs_a_validation_set, the_best_and_the_last_model_are_saved,
                      a_signal_saves_a_checkpoint_and_the_same_command_resumes,
                      a_second_signal_ends_training_at_once,
                      a_finished_run_that_is_continued_equals_one_that_trained_all_epochs,
                      a_run_continues_in_its_own_directory_if_output_names_it,
                      continued_early_stopping_keeps_the_best_epoch_so_far,
                      a_run_that_cannot_continue_says_why,
                      a_damaged_state_is_refused_and_fresh_starts_over,
                      a_killed_run_resumes_and_fresh_starts_over,
                      a_checkpoint_from_another_config_stops_the_program,
                      a_directory_in_which_another_process_trains_is_refused,
                      a_checkpoint_too_large_for_the_disk_ends_the_run_and_keeps_the_previous_one,
                      files_left_half_written_by_a_killed_process_are_removed,
                      a_resumed_run_has_the_warnings_of_an_uninterrupted_one,
                      runs_killed_at_random_moments_equal_uninterrupted_runs);
}
