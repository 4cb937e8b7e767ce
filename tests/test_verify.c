/* onehot verify: repeats a run and shows where it differs. */
#include "fixtures.h"
#include "messages.h"
#include "runs/run_record.h"
#include "test.h"
#include "json/json_parse.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *test_verify(void);

static struct test_outcome verify(const char *more) {
    return test_shell("mkdir -p %s/tmp && TMPDIR=%s/tmp $ONEHOT verify %s/run %s", test_dir,
                      test_dir, test_dir, more);
}

static void check_no_temporary_files(void) {
    ck_assert_str_eq(test_shell("ls -A %s/tmp", test_dir).out, "");
}

START_TEST(a_repeated_run_has_the_same_bytes) {
    test_small_run("run", "");
    struct test_outcome before = test_shell("cd %s && stat -c '%%n %%Y %%i' run run/*", test_dir);
    struct test_outcome hashes =
        test_shell("cd %s/run && sha256sum model.safetensors metrics.csv", test_dir);
    struct test_outcome o = verify("--threads 1");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.err, "");
    for (const char *line = hashes.out; *line; line += strcspn(line, "\n") + 1) {
        char hash[65];
        snprintf(hash, sizeof hash, "%.64s", line);
        const char *then = strstr(o.out, hash);
        ck_assert_msg(then && strstr(then + 1, hash), "%s is not twice in\n%s", hash, o.out);
    }
    test_message_but(MESSAGES_VARY, o.out);
    ck_assert_str_eq(before.out,
                     test_shell("cd %s && stat -c '%%n %%Y %%i' run run/*", test_dir).out);
    check_no_temporary_files();
}
END_TEST

/* Changes byte `at` of the model's data. */
static void damage(size_t at) {
    size_t size;
    char *bytes = test_read(test_path("run/model.safetensors"), &size);
    size_t header = (unsigned char)bytes[0] | (size_t)(unsigned char)bytes[1] << 8;
    bytes[8 + header + at] ^= 1;
    test_write(test_path("run/model.safetensors"), bytes, size);
    free(bytes);
}

/* "0.bias" comes first, with 33 elements, then "0.weight", [33][784]. */
START_TEST(a_differing_model_is_reported_down_to_the_element) {
    test_small_run("run", "");
    damage(4 * (33 + 2 * 784 + 3) + 3);
    damage(4 * (33 + 4 * 784));
    struct test_outcome o = verify("");
    test_failed(o, 1, "\"0.weight\"");
    test_message_but(MESSAGES_VARY, o.out);
    check_no_temporary_files();

    damage(4 * 5);
    o = verify("--json");
    ck_assert_int_eq(o.status, 1);
    cJSON *root = test_json(&o);
    ck_assert(cJSON_IsFalse(test_member(root, "same")));
    const cJSON *model = cJSON_GetArrayItem(test_member(root, "files"), 0);
    ck_assert(cJSON_IsFalse(test_member(model, "same")));
    ck_assert_str_ne(test_member(model, "then")->valuestring,
                     test_member(model, "now")->valuestring);
    const char *difference = test_member(model, "difference")->valuestring;
    test_names(difference, "\"0.bias\"");
    test_message(difference);
    ck_assert(cJSON_IsTrue(test_member(cJSON_GetArrayItem(test_member(root, "files"), 1), "same")));
    cJSON_Delete(root);
}
END_TEST

START_TEST(a_truncated_model_or_another_header_differs) {
    test_small_run("run", "");
    test_shell("LC_ALL=C sed -i 's/onehot.numerics\": \"1/onehot.numerics\": \"0/' "
               "%s/run/model.safetensors",
               test_dir);
    test_failed(verify(""), 1, "\"onehot.numerics\"");
    test_shell("truncate -s -4 %s/run/model.safetensors", test_dir);
    struct test_outcome o = verify("");
    test_failed(o, 1, "model.safetensors");
}
END_TEST

/* NAME.safetensors, with this header. */
static void write_model(const char *name, const char *header, size_t size) {
    fixture_write(test_path("%s.safetensors", name), fixture_safetensors(header, size));
}

#define TENSOR(name, shape, data)                                                                  \
    "\"" name "\": {\"dtype\": \"F32\", \"shape\": [" shape "], \"data_offsets\": [" data "]}"

START_TEST(models_of_different_tensors_are_told_apart_by_name_shape_and_number) {
    static const char now[] = "{" TENSOR("a", "2", "0, 8") "}";
    static const struct {
        const char *then, *names;
        size_t size;
    } others[] = {
        {"{" TENSOR("b", "2", "0, 8") "}", "\"a\" is new", 8},
        {"{" TENSOR("a", "2, 1", "0, 8") "}", "\"a\" has a different shape", 8},
        {"{" TENSOR("a", "1", "0, 4") "}", "\"a\" has a different shape", 4},
        {"{" TENSOR("a", "2", "0, 8") ", " TENSOR("b", "1", "8, 12") "}", "2 tensors", 12},
        {"{ " TENSOR("a", "2", "0, 8") "}", "header", 8},
    };
    write_model("now", now, 8);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct error e = {0};
        write_model("then", others[i].then, others[i].size);
        run_diff_models(test_path("then.safetensors"), test_path("now.safetensors"), &e);
        ck_assert_int_eq(e.status, ERROR_RUN);
        test_names(e.text, others[i].names);
        test_message(e.text);
    }
}
END_TEST

START_TEST(differing_metrics_are_reported_down_to_the_column) {
    test_small_run("run", "");
    test_shell("sed -i 's/^\\(2,58,[^,]*\\),[^,]*/\\1,99/' %s/run/metrics.csv", test_dir);
    struct test_outcome o = verify("");
    test_failed(o, 1, "train_loss");
    test_message_but(MESSAGES_VARY, o.out);

    static const char *const edits[] = {"sed -i 1s/epoch/age/", "sed -i 3d", "printf 3,4,5 >>",
                                        "sed -i 3s/$/,4/"};
    for (int i = 0; i < 4; i++) {
        struct error e = {0};
        test_write(test_path("now.csv"), "epoch,loss\n1,2\n2,3\n", 19);
        test_write(test_path("then.csv"), "epoch,loss\n1,2\n2,3\n", 19);
        test_shell("%s %s/then.csv", edits[i], test_dir);
        run_diff_metrics(test_path("then.csv"), test_path("now.csv"), &e);
        test_message(e.text);
    }
}
END_TEST

START_TEST(the_last_model_of_early_stopping_is_compared_too) {
    test_small_run("run", "early_stopping.monitor=loss");
    struct test_outcome o = verify("");
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message_but(MESSAGES_VARY, o.out);
    test_shell("cp %s/run/result.json %s/run/model.last.safetensors", test_dir, test_dir);
    ck_assert_int_eq(verify("").status, 1);
}
END_TEST

START_TEST(unfinished_runs_are_not_verified) {
    test_small_run("run", "");
    test_shell("rm %s/run/result.json", test_dir);
    test_failed(verify(""), 2, test_path("run"));
    test_shell("rm %s/run/*", test_dir);
    test_failed(verify(""), 2, test_path("run"));
    test_shell("rmdir %s/run", test_dir);
    test_failed(verify(""), 2, test_path("run"));
}
END_TEST

START_TEST(a_run_whose_data_is_missing_or_has_changed_is_not_verified) {
    test_small_run("run", "");
    test_failed(test_shell("root=$PWD; cd %s && $root/$ONEHOT verify run", test_dir), 2, "run");

    test_shell("cp -r tests/data/mnist-small %s/data", test_dir);
    test_shell("rm -r %s/run", test_dir);
    char path[300];
    snprintf(path, sizeof path, "data.path=%s/data", test_dir);
    test_small_run("run", path);
    test_shell("sed -i '1s/.*/9/;2s/.*/3/' %s/data/train-labels.txt", test_dir);
    struct test_outcome o = verify("");
    test_failed(o, 2, test_path("data"));
}
END_TEST

/* Starts verify in its own process group, which receives signals as it would from a terminal. */
static pid_t start_verify(void) {
    pid_t pid = fork();
    if (pid == 0) {
        char temporary[100], run[100];
        snprintf(temporary, sizeof temporary, "%s/tmp", test_dir);
        snprintf(run, sizeof run, "%s/run", test_dir);
        setpgid(0, 0);
        signal(SIGHUP, SIG_DFL); /* nohup ignores it */
        setenv("TMPDIR", temporary, 1);
        execl(getenv("ONEHOT"), "onehot", "verify", run, NULL);
        _exit(99);
    }
    ck_assert_int_gt(pid, 0);
    return pid;
}

START_TEST(an_interrupted_verification_leaves_neither_files_nor_processes) {
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    test_small_run("run", "");
    test_shell("mkdir %s/tmp; sed -i 's/\"epochs\": 2/\"epochs\": 100000/' %s/run/config.json",
               test_dir, test_dir);
    for (int i = 0; i < 3; i++) {
        pid_t pid = start_verify();
        int status, tries = 0;
        while (test_shell("ls %s/tmp/*/metrics.partial.csv", test_dir).status != 0)
            ck_assert_int_lt(tries++, 2000);
        ck_assert_int_eq(kill(pid, signals[i]), 0);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == signals[i], "status %x", status);
        check_no_temporary_files();
        ck_assert_int_eq(kill(-pid, 0), -1);
    }
}
END_TEST

START_TEST(a_failed_repetition_fails_verify) {
    test_small_run("run", "");
    test_shell("sed -i 's/\"learning_rate\": 0.05/\"learning_rate\": 1e9/' %s/run/config.json",
               test_dir);
    struct test_outcome o = verify("");
    test_failed(o, 1, "");
    check_no_temporary_files();
}
END_TEST

START_TEST(a_repetition_without_a_folder_or_a_model_to_compare_with_is_refused) {
    test_small_run("run", "train.epochs=1");
    struct test_outcome o = test_shell("TMPDIR=%s/none $ONEHOT verify %s/run", test_dir, test_dir);
    ck_assert(o.status == 2 && !*o.out);
    test_names(o.err, test_path("none/onehot-verify-"));
    remove(test_path("run/model.safetensors"));
    o = verify("");
    ck_assert_int_eq(o.status, 2);
    test_names(o.err, test_path("run/model.safetensors: cannot be read"));
    check_no_temporary_files();
}
END_TEST

START_TEST(a_run_whose_teacher_is_missing_is_not_verified) {
    struct test_outcome o = test_shell(
        "cp tests/data/teacher.safetensors %s/t && $ONEHOT train tests/small-distill.json "
        "train.epochs=1 loss.teacher=%s/t output=%s/run --quiet && rm %s/t",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = verify("");
    ck_assert_int_eq(o.status, 2);
    test_names(o.err, test_path("t, which does not exist here; verify the run from"));
}
END_TEST

Suite *test_verify(void) {
    return TEST_SUITE("verify", a_repeated_run_has_the_same_bytes,
                      a_differing_model_is_reported_down_to_the_element,
                      a_truncated_model_or_another_header_differs,
                      models_of_different_tensors_are_told_apart_by_name_shape_and_number,
                      differing_metrics_are_reported_down_to_the_column,
                      the_last_model_of_early_stopping_is_compared_too,
                      unfinished_runs_are_not_verified,
                      a_run_whose_data_is_missing_or_has_changed_is_not_verified,
                      an_interrupted_verification_leaves_neither_files_nor_processes,
                      a_failed_repetition_fails_verify,
                      a_repetition_without_a_folder_or_a_model_to_compare_with_is_refused,
                      a_run_whose_teacher_is_missing_is_not_verified);
}
