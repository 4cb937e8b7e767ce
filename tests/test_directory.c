/* directory: whose files a run overwrites and removes, and what the system does not let it see. */
#include "messages.h"
#include "test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *test_directory(void);

/* Runs a command as a user who is not root, in test_dir, with $ONEHOT and a link `tests`. */
#define IN_TEST_DIR "o=$(realpath $ONEHOT) d=$PWD; cd %s && ln -sfn $d/tests tests && "

static struct test_outcome train(const char *more) {
    return test_shell(IN_TEST_DIR
                      "timeout 60 $o train tests/small.json train.epochs=1 --quiet output=run %s",
                      test_dir, more);
}

/* Each file's name, type and content. */
static struct test_outcome list(const char *folder) {
    return test_shell("cd %s/%s && for f in $(ls -A); do echo $f $(stat -c %%F $f) "
                      "$(test -f $f && sha256sum <$f); done",
                      test_dir, folder);
}

static void refused(const char *more, const char *names) {
    struct test_outcome before = list("run");
    test_failed(train(more), 2, names);
    ck_assert_str_eq(list("run").out, before.out);
}

START_TEST(a_file_that_is_not_from_a_run_is_refused_before_anything_is_written) {
    static const char *const files[] = {"config.json",
                                        "metrics.csv",
                                        "metrics.partial.csv",
                                        "model.safetensors",
                                        "result.json",
                                        "model.last.safetensors",
                                        "model.differs.safetensors",
                                        "report.html",
                                        "state",
                                        "checkpoint",
                                        "checkpoint.previous",
                                        "lock"};
    for (int i = 0; i < 12; i++) {
        mkdir(test_path("run"), 0777);
        test_write(test_path("run/notes.tmp"), "mine", 4);
        test_write(test_path("run/model.01234567.tmp"), "mine", 4);
        test_write(test_path("run/%s", files[i]), i == 11 ? "" : "mine", i == 11 ? 0 : 4);
        refused("", files[i]);
        test_shell("rm -r %s/run", test_dir);
    }
}
END_TEST

/* Beside a config of the user's own, even a valid one, there must be what a run leaves with it. */
START_TEST(a_config_alone_does_not_make_a_directory_a_runs) {
    mkdir(test_path("run"), 0777);
    test_shell("cp tests/small.json %s/run/config.json", test_dir);
    refused("", "run/config.json");
    test_write(test_path("run/config.json"), "{}", 2);
    test_write(test_path("run/result.json"), "{}", 2);
    refused("", "run/result.json");
}
END_TEST

/* A FIFO would be waited for, for ever; a link would be followed to somebody else's file. */
START_TEST(a_device_or_a_link_in_a_runs_directory_is_neither_waited_for_nor_followed) {
    ck_assert_int_eq(train("").status, 0);
    static const char *const files[] = {"report.html", "metrics.partial.csv", "lock", "state"};
    for (int i = 0; i < 4; i++) {
        test_shell("rm -f %s/run/%s && mkfifo %s/run/%s", test_dir, files[i], test_dir, files[i]);
        refused("", files[i]);
        unlink(test_path("run/%s", files[i]));
    }
    test_write(test_path("mine"), "mine", 4);
    ck_assert_int_eq(symlink("../mine", test_path("run/lock")), 0);
    test_failed(train(""), 2, "run/lock");
    unlink(test_path("run/lock"));
    ck_assert_int_eq(symlink("../mine", test_path("run/metrics.partial.csv")), 0);
    ck_assert_int_eq(train("").status, 0);
    ck_assert_str_eq(test_shell("cat %s/mine", test_dir).out, "mine");
}
END_TEST

START_TEST(an_empty_directory_of_the_users_survives_a_run_that_fails) {
    struct test_outcome o = train("optimizer.learning_rate=1e6 model.1.type=relu");
    ck_assert_int_eq(o.status, 1);
    ck_assert(!test_exists(test_path("run"))); /* the run's own goes */
    mkdir(test_path("run"), 0777);
    o = train("optimizer.learning_rate=1e6 model.1.type=relu");
    ck_assert_int_eq(o.status, 1);
    ck_assert_str_eq(list("run").out, "");
    ck_assert(test_exists(test_path("run")));
    ck_assert_int_eq(train("").status, 0);
}
END_TEST

/* A kill after any of these files leaves what the same command continues from. */
START_TEST(a_run_killed_while_it_starts_does_not_bar_itself) {
    test_shell("cd %s && mkdir run again", test_dir);
    ck_assert_int_eq(train("").status, 0);
    test_shell("cd %s && cp run/config.json again && rm run/* && cp again/config.json run",
               test_dir);
    struct test_outcome o = train("");
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_shell("cd %s && rm run/* && cp again/config.json run && touch run/lock", test_dir);
    o = train("seed=9");
    ck_assert_msg(o.status == 0, "%s", o.err);
}
END_TEST

/* Neither its config nor its metrics so far are replaced. */
START_TEST(a_run_that_is_refused_changes_nothing_in_the_directory_of_another) {
    struct test_outcome o = test_shell(
        IN_TEST_DIR "$o train tests/small.json train.epochs=1000000 train.checkpoint_seconds=0 "
                    "output=run >out & "
                    "until test -s %s/run/checkpoint && test -s %s/run/metrics.partial.csv; "
                    "do sleep 0.01; done; kill -9 $!; cd %s/run; "
                    "test -e checkpoint || mv checkpoint.previous checkpoint",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct test_outcome before = list("run");
    test_shell("cp %s/run/lock %s/lock", test_dir, test_dir);
    test_failed(train("seed=8"), 2, "run/checkpoint");
    test_shell("mv %s/lock %s/run", test_dir, test_dir); /* which the refused run has removed */
    ck_assert_str_eq(list("run").out, before.out);
}
END_TEST

/* The test set is a link to where this user may not look: that is not the same as no test set. */
START_TEST(what_the_system_does_not_show_is_not_taken_for_missing) {
    static const char *const commands[] = {
        "train small.json data.path=data data.validation=0 output=out --quiet",
        "train small.json data.path=hidden/data output=out --quiet",
        "report hidden/run",
        "evaluate hidden/run",
        "verify hidden/run",
        "compare hidden/run",
        "predict hidden/run a.png",
        "predict hidden/run/model.safetensors a.png",
    };
    bool root = geteuid() == 0;
    struct test_outcome o = test_shell(
        "cp $ONEHOT %s/onehot && cp -r tests/data/mnist-small tests/small.json %s && cd %s && "
        "chmod 755 . && mkdir -p hidden/data/0 "
        "hidden/run data/train/0 data/train/1 && "
        "for i in 0 1; do cp mnist-small/*.png data/train/$i; done; "
        "ln -s ../hidden/data data/test && chmod 0 hidden && chmod 777 .",
        test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        o = test_shell("cd %s && %s./onehot %s", test_dir,
                       root ? "setpriv --reuid=65534 --clear-groups " : "", commands[i]);
        test_failed(o, 2, i == 0 ? "data/test" : "hidden/");
    }
    test_shell("chmod 755 %s/hidden", test_dir);
}
END_TEST

Suite *test_directory(void) {
    return TEST_SUITE("directory",
                      a_file_that_is_not_from_a_run_is_refused_before_anything_is_written,
                      a_config_alone_does_not_make_a_directory_a_runs,
                      a_device_or_a_link_in_a_runs_directory_is_neither_waited_for_nor_followed,
                      an_empty_directory_of_the_users_survives_a_run_that_fails,
                      a_run_killed_while_it_starts_does_not_bar_itself,
                      a_run_that_is_refused_changes_nothing_in_the_directory_of_another,
                      what_the_system_does_not_show_is_not_taken_for_missing);
}
