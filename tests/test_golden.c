/* Golden hashes: the SHA-256 of the model that a config trains must be the same on any machine,
 * with any compiler, in any kernel, with any number of threads. tests/golden.json maps configs to
 * them. Changing one changes the numerics and needs a reason in the commit.
 *
 * The small runs are trained in every kernel of this CPU (in make quick, only in the fastest),
 * those in configs/ in make check, and those in configs/distill and
 * configs/best.json in make nightly (make check-distill and check-best: minutes). make repro covers
 * the full matrix of the others (tests/repro.sh). */
#include "tensor/kernel.h"
#include "test.h"
#include "json/json_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_golden(void);

static cJSON *golden(void) {
    size_t size;
    struct error e = {0};
    char *text = test_read("tests/golden.json", &size);
    cJSON *root = json_parse(text, size, "tests/golden.json", &e);
    ck_assert_msg(root != NULL, "%s", e.text);
    free(text);
    return root;
}

/* Checks that the model of the run in test_dir/NAME has the hash in this entry. */
static void check_hash(const cJSON *entry, const char *name) {
    struct test_outcome o = test_shell("sha256sum <%s/%s/model.safetensors", test_dir, name);
    o.out[64] = '\0';
    ck_assert_msg(strcmp(o.out, entry->valuestring) == 0, "%s: wanted %s but got %s", name,
                  entry->valuestring, o.out);
}

/* Trains the config in this entry and compares the hash; returns the test accuracy in percent. */
static double check_run(const cJSON *entry, const char *kernel, int threads) {
    char run[256];
    snprintf(run, sizeof run, "%s-%s-%d", strrchr(entry->string, '/') + 1, kernel, threads);
    struct test_outcome o =
        test_shell("ONEHOT_KERNEL=%s $ONEHOT train %s --threads %d --quiet output=%s/%s", kernel,
                   entry->string, threads, test_dir, run);
    ck_assert_msg(o.status == 0, "%s", o.err);
    check_hash(entry, run);
    return 100 * test_result(run, "test_accuracy");
}

static const int threads[] = {1, 2, 3, 7};
enum { COUNTS = sizeof threads / sizeof *threads };

/* The configs directly in configs/ are not small. */
static bool small(const cJSON *entry) {
    return strncmp(entry->string, "tests/", 6) == 0 ||
           strncmp(entry->string, "configs/tiny/", 13) == 0;
}

/* These take minutes, and the student needs the teacher. */
static bool distills(const cJSON *entry) {
    return strncmp(entry->string, "configs/distill/", 16) == 0;
}

static bool slow(const cJSON *entry) {
    return distills(entry) || strcmp(entry->string, "configs/best.json") == 0;
}

/* The best kernel runs with every number of threads, every other kernel with one; in make quick,
 * only the best one runs, with two threads. */
START_TEST(the_small_runs_have_their_golden_hashes_in_every_kernel) {
    bool quick = test_tier("quick");
    cJSON *root = golden();
    const cJSON *entry;
    int count = 0;
    cJSON_ArrayForEach(entry, root) {
        for (int k = quick ? 1 : 0; small(entry) && k < (quick ? 2 : COUNTS); k++, count++)
            check_run(entry, kernel_available(0), threads[k]);
        for (int i = 1; !quick && small(entry) && kernel_available(i); i++)
            check_run(entry, kernel_available(i), threads[i % COUNTS]);
    }
    ck_assert_int_ge(count, quick ? 2 : 2 * COUNTS);
    cJSON_Delete(root);
}
END_TEST

/* As on a machine without libraries (see tests/core). */
START_TEST(the_core_alone_trains_the_same_models) {
    cJSON *root = golden();
    const cJSON *entry;
    int count = 0;
    cJSON_ArrayForEach(entry, root) {
        if (!small(entry))
            continue;
        struct test_outcome o =
            test_shell("here=${ONEHOT%%/*} there=%s && $here/host dump %s $there/input && "
                       "$here/core $there/input 2 $there/theta && "
                       "$here/host finish %s $there/theta $there/run-%d",
                       test_dir, entry->string, entry->string, count++);
        ck_assert_msg(o.status == 0, "%s", o.err);
        ck_assert_str_eq(strtok(o.out, "\n"), entry->valuestring);
    }
    ck_assert_int_ge(count, 2);
    cJSON_Delete(root);
}
END_TEST

START_TEST(multiply_adds_are_fused_only_where_the_source_says_so) {
    struct test_outcome o = test_shell("tests/disassembly.sh ${ONEHOT%%/*}");
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

/* The minimum accuracies that the README states, so a new hash cannot hide a worse model. */
static double promised(const char *config) {
    return strstr(config, "/mnist.") || strstr(config, "/fast.") ? 98.0
           : strstr(config, "/tiny/")                            ? 99.0
           : strstr(config, "/sigmoid.")                         ? 97.8
           : strstr(config, "/softmax.")                         ? 92.3
           : strstr(config, "/several.")                         ? 79.0
           : strstr(config, "/small-several.")                   ? 30.0
           : strstr(config, "/attention.")                       ? 97.5
           : strstr(config, "/small-options.")                   ? 75.0
           : strstr(config, "/small-attention.")                 ? 75.0
                                                                 : 80.0;
}

/* Makes the data that configs need but the repository lacks, with the command in the README. */
static void make_data(void) {
    struct test_outcome o = test_shell(
        "test -f data/several/dataset.json || $ONEHOT pack --compose data/mnist data/several");
    ck_assert_msg(o.status == 0, "%s", o.err);
}

START_TEST(every_config_has_its_golden_hash_and_accuracy) {
    make_data();
    cJSON *root = golden();
    const cJSON *entry;
    int count = 0;
    cJSON_ArrayForEach(entry, root) {
        if (slow(entry))
            continue;
        ck_assert_double_ge(check_run(entry, kernel_available(0), 2), promised(entry->string));
        count++;
    }
    ck_assert_int_ge(count, 8);
    cJSON_Delete(root);
}
END_TEST

/* In golden.json the teacher comes first. The student's config contains the teacher's path, so its
 * hash depends on it: all runs use the commands in the README, but in a separate folder. */
START_TEST(the_teacher_and_its_students_have_their_golden_hashes_and_accuracies) {
    cJSON *root = golden();
    const cJSON *entry;
    static const char *const runs[] = {"runs/distill-teacher", "runs/student", "runs/distilled"};
    double accuracy[3];
    int count = 0;
    cJSON_ArrayForEach(entry, root) {
        if (!distills(entry))
            continue;
        ck_assert_int_lt(count, 3);
        struct test_outcome o = test_shell(
            "o=$(realpath $ONEHOT) d=$PWD; cd %s && ln -sfn $d/data data && $o train $d/%s "
            "output=%s --quiet",
            test_dir, entry->string, runs[count]);
        ck_assert_msg(o.status == 0, "%s", o.err);
        check_hash(entry, runs[count]);
        accuracy[count] = 100 * test_result(runs[count], "test_accuracy");
        count++;
    }
    ck_assert_int_eq(count, 3);
    ck_assert_double_ge(accuracy[0], 98.5); /* the teacher */
    ck_assert_double_ge(accuracy[2],
                        accuracy[1] + 0.5); /* its student, and the same model without a teacher */
    cJSON_Delete(root);
}
END_TEST

START_TEST(the_best_config_has_its_golden_hash_and_accuracy) {
    cJSON *root = golden();
    const cJSON *entry = cJSON_GetObjectItemCaseSensitive(root, "configs/best.json");
    ck_assert_double_ge(check_run(entry, kernel_available(0), 2), 99.4);
    cJSON_Delete(root);
}
END_TEST

Suite *test_golden(void) {
    const TTest *tests[] = {the_small_runs_have_their_golden_hashes_in_every_kernel,
                            the_core_alone_trains_the_same_models,
                            multiply_adds_are_fused_only_where_the_source_says_so,
                            every_config_has_its_golden_hash_and_accuracy,
                            the_teacher_and_its_students_have_their_golden_hashes_and_accuracies,
                            the_best_config_has_its_golden_hash_and_accuracy};
    size_t count = sizeof tests / sizeof *tests;
    return test_suite("golden", tests,
                      test_tier("nightly") ? count
                      : test_tier("check") ? count - 2
                                           : count - 3);
}
