/* onehot sweep: the jobs of a command line, the ranking, and the command itself, which is killed
 * at random moments and resumed. */
#define _GNU_SOURCE
#include "base/platform.h"
#include "base/text.h"
#include "messages.h"
#include "programs/sweep/sweep.h"
#include "test.h"
#include "json/json_parse.h"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

Suite *test_sweep(void);

/* ---- the grid ---- */

/* All jobs for these arguments, one per line, each followed by the number of its setting, or the
 * error. */
static const char *jobs_of(const char *a, const char *b, const char *c) {
    static struct text out;
    char *arguments[] = {(char *)a, (char *)b, (char *)c, NULL};
    struct arena arena = {0};
    struct grid g;
    struct error e = {0};
    text_free(&out);
    if (grid_read(&g, arguments, &arena, &e) != 0) {
        ck_assert_int_eq(e.status, ERROR_INPUT);
        text_printf(&out, "%s", e.text);
    }
    for (int job = 0; e.status == 0 && job < g.jobs; job++) {
        const char *items[4];
        grid_overrides(&g, job, items);
        for (int i = 0; items[i]; i++)
            text_printf(&out, "%s ", items[i]);
        text_printf(&out, "%d\n", job / g.seeds);
    }
    arena_free(&arena);
    return out.data;
}

START_TEST(jobs_are_the_combinations_of_lists_and_ranges) {
    ck_assert_str_eq(jobs_of(NULL, NULL, NULL), "0\n");
    ck_assert_str_eq(jobs_of("a=1", "name=", NULL), "a=1 name= 0\n");
    ck_assert_str_eq(jobs_of("a=0.05,0.1", "seed=1..3", "b=x"), "a=0.05 seed=1 b=x 0\n"
                                                                "a=0.05 seed=2 b=x 0\n"
                                                                "a=0.05 seed=3 b=x 0\n"
                                                                "a=0.1 seed=1 b=x 1\n"
                                                                "a=0.1 seed=2 b=x 1\n"
                                                                "a=0.1 seed=3 b=x 1\n");
    ck_assert_str_eq(jobs_of("a=1,2", "seed=7,9", "b=x,y"),
                     "a=1 seed=7 b=x 0\na=1 seed=9 b=x 0\na=1 seed=7 b=y 1\na=1 seed=9 b=y 1\n"
                     "a=2 seed=7 b=x 2\na=2 seed=9 b=x 2\na=2 seed=7 b=y 3\na=2 seed=9 b=y 3\n");
    ck_assert_str_eq(jobs_of("a=-2..3..2,10", NULL, NULL), "a=-2 0\na=0 1\na=2 2\na=10 3\n");
    ck_assert_str_eq(jobs_of("seed=5..5", NULL, NULL), "seed=5 0\n");
}
END_TEST

START_TEST(commas_in_brackets_and_quotes_belong_to_the_value) {
    ck_assert_str_eq(jobs_of("m=[{\"a\": [1, 2]}, 3],[4,5]", NULL, NULL),
                     "m=[{\"a\": [1, 2]}, 3] 0\nm=[4,5] 1\n");
    ck_assert_str_eq(jobs_of("n=\"a,\\\",b\",c", NULL, NULL), "n=\"a,\\\",b\" 0\nn=c 1\n");
    ck_assert_str_eq(jobs_of("n=\"[\",{\"x\": \"}\"}", NULL, NULL),
                     "n=\"[\" 0\nn={\"x\": \"}\"} 1\n");
}
END_TEST

START_TEST(text_that_is_not_a_range_is_a_value) {
    ck_assert_str_eq(jobs_of("p=../a,..,1..,0.1..0.5,1..2x,x1..2", NULL, NULL),
                     "p=../a 0\np=.. 1\np=1.. 2\np=0.1..0.5 3\np=1..2x 4\np=x1..2 5\n");
}
END_TEST

START_TEST(a_command_line_without_a_valid_grid_is_refused) {
    static const char *const cases[][2] = {
        {"seed", "\"seed\""},
        {"=1", "\"=1\""},
        {"a=1,,2", "\"a=1,,2\""},
        {"a=,2", "\"a=,2\""},
        {"a=1,", "\"a=1,\""},
        {"a=[1,2", "\"a=[1,2\""},
        {"a=x\"1,2", "\"a=x\""},
        {"a=5..1", "\"a=5..1\""},
        {"a=1..5..0", "\"a=1..5..0\""},
        {"a=1..5..-1", "\"a=1..5..-1\""},
        {"a=0..10000", "\"a=0..10000\""},
        {"a=1..99999999999999999999", "\"a=1..99999999999999999999\""},
        {"a=-99999999999999999999..1", "\"a=-99999999999999999999..1\""},
        {"a=1..5..9223372036854775807", "\"a=1..5..9223372036854775807\""},
        {"seed=1..2000", ""},
        {"b=3", "\"b\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = jobs_of("b=1..6", cases[i][0], NULL);
        test_names(text, cases[i][1]);
        test_message(text);
    }
    ck_assert_int_eq(strncmp(jobs_of("a=0..9999", NULL, NULL), "a=0 0\n", 6), 0);
}
END_TEST

/* ---- mean, standard deviation, order ---- */

START_TEST(a_column_is_named_by_its_keys_last_part_unless_two_keys_share_it) {
    static const char *const names[] = {"model.0.units", "model.2.units", "batch_size"};
    char *arguments[] = {"model.0.units=1,2", "model.2.units=3", "train.batch_size=5,6", NULL};
    struct arena arena = {0};
    struct grid g;
    struct error e = {0};
    ck_assert_int_eq(grid_read(&g, arguments, &arena, &e), 0);
    for (int i = 0; i < 3; i++)
        ck_assert_str_eq(g.axes[i].name, names[i]);
    arena_free(&arena);
}
END_TEST

START_TEST(the_summary_of_known_numbers_is_right) {
    const double x[] = {2, 4, 4, 4, NAN,
                        5, 5, 7, 9}; /* squared differences from 5: 9 1 1 1 0 0 4 16 */
    struct summary s = grid_summary(x, 9);
    ck_assert_int_eq(s.count, 8);
    ck_assert_double_eq(s.mean, 5);
    ck_assert_double_eq(s.stddev, sqrt(32.0 / 7));
    ck_assert_double_eq(s.min, 2);
    ck_assert_double_eq(s.max, 9);
    s = grid_summary(x, 1);
    ck_assert_double_eq(s.mean, 2);
    ck_assert_double_nan(s.stddev);
    s = grid_summary(x + 4, 1);
    ck_assert_int_eq(s.count, 0);
    ck_assert(isnan(s.mean) && isnan(s.stddev) && isnan(s.min) && isnan(s.max));
}
END_TEST

START_TEST(the_highest_mean_is_first_and_ties_keep_their_order) {
    const double means[] = {0.3, NAN, 0.9, 0.3, 0.95, NAN, 0.3}, want[] = {4, 2, 0, 3, 6, 1, 5};
    struct summary s[7];
    struct ranked order[7];
    for (int i = 0; i < 7; i++)
        s[i] = grid_summary(&means[i], 1);
    grid_rank(s, 7, order);
    for (int i = 0; i < 7; i++)
        ck_assert_int_eq(order[i].index, (int)want[i]);
}
END_TEST

/* ---- the command ---- */

/* Runs `onehot sweep` on the small config, with short runs, in test_dir/NAME. */
#define SWEEP                                                                                      \
    "mkdir -p %s/%s && root=$PWD && cd %s/%s && exec $root/$ONEHOT sweep $root/tests/small.json "  \
    "data.path=$root/tests/data/mnist-small %s"
/* These vary: the folder of the tests, the number of parallel jobs, the order in which they end. */
#define SWEEP_VARIES "/[^ ]*/tests/|[0-9]+ side by side, [0-9]+ CPUs?|^ +[0-9]+ of [0-9]+ .*"
#define SIX          "train.epochs=2 optimizer.learning_rate=0.02,0.05 seed=1..3"
#define SEED_FIRST   "train.epochs=2 seed=1..3 optimizer.learning_rate=0.02,0.05"

static struct test_outcome sweep(const char *name, const char *more) {
    return test_shell("(" SWEEP ")", test_dir, name, test_dir, name, more);
}

static const char *table_of(const struct test_outcome *o) {
    const char *table =
        strstr(o->out, "\nrank "); /* the table's heading; the text before it may differ */
    ck_assert_msg(table != NULL, "no table in\n%s%s", o->out, o->err);
    return table;
}

/* Checks that the tables are equal, whatever is printed before them. */
static void check_same_table(const struct test_outcome *a, const struct test_outcome *b) {
    ck_assert_int_eq(a->status, 0);
    ck_assert_int_eq(b->status, 0);
    ck_assert_str_eq(table_of(a), table_of(b));
}

START_TEST(a_second_sweep_trains_nothing_and_prints_the_same_table) {
    struct test_outcome first = sweep("a", SIX);
    test_shell("cd %s/a/runs && stat -c '%%n %%i %%Y' */* >../before", test_dir);
    struct test_outcome second = sweep("a", SIX " --jobs 3");
    struct test_outcome o =
        test_shell("cd %s/a/runs && stat -c '%%n %%i %%Y' */* | diff - ../before", test_dir);
    check_same_table(&first, &second);
    ck_assert_msg(o.status == 0, "%s", o.out);
    test_message_but(SWEEP_VARIES, first.out);
    test_message_but(SWEEP_VARIES, second.out);
    ck_assert_msg(!strpbrk(first.out, "\r\033"), "a live table in a pipe");

    o = sweep("a", SIX " seed=4"); /* the key is given twice */
    test_failed(o, 2, "\"seed\"");
}
END_TEST

/* Checks the numbers in --json and in the table against the run directories. */
START_TEST(the_ranking_follows_from_the_runs_own_files) {
    struct test_outcome table = sweep("a", SEED_FIRST), o = sweep("a", SEED_FIRST " --json");
    struct error e = {0};
    cJSON *root = json_parse(o.out, strlen(o.out), "stdout", &e);
    ck_assert_msg(root != NULL, "%s%s", e.text, o.err);
    double best = 2;
    int rank = 0;
    const cJSON *setting, *run;
    cJSON_ArrayForEach(setting, cJSON_GetObjectItemCaseSensitive(root, "settings")) {
        double x[3], sum = 0, squares = 0;
        int n = 0;
        const char *rate =
            cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(setting, "setting"),
                                             "optimizer.learning_rate")
                ->valuestring;
        char figures[64], line[100];
        cJSON_ArrayForEach(run, cJSON_GetObjectItemCaseSensitive(setting, "runs")) {
            const char *folder = cJSON_GetObjectItemCaseSensitive(run, "directory")->valuestring;
            struct test_outcome row =
                test_shell("cd %s/a/%s && grep -q '\"learning_rate\": %s,' config.json && "
                           "tail -n 1 metrics.csv",
                           test_dir, folder, rate);
            ck_assert_int_eq(row.status, 0); /* the run matches the overrides */
            x[n] = strtod(strrchr(row.out, ',') + 1, NULL);
            sum += x[n++];
        }
        ck_assert_int_eq(n, 3);
        for (int i = 0; i < 3; i++)
            squares += (x[i] - sum / 3) * (x[i] - sum / 3);
        const cJSON *v = cJSON_GetObjectItemCaseSensitive(setting, "validation_accuracy");
        double mean = cJSON_GetObjectItemCaseSensitive(v, "mean")->valuedouble;
        double stddev = cJSON_GetObjectItemCaseSensitive(v, "deviation")->valuedouble;
        ck_assert_double_eq_tol(mean, sum / 3, 1e-15); /* three terms, added in a different order */
        ck_assert_double_eq_tol(stddev, sqrt(squares / 2), 1e-15);
        ck_assert_double_le(mean, best);
        best = mean;
        snprintf(figures, sizeof figures, "%.2f +- %.2f", 100 * mean, 100 * stddev);
        snprintf(line, sizeof line, "\n%-4d  %13s  3  %s  ", ++rank, rate, figures);
        ck_assert_msg(strstr(table.out, line) != NULL, "%s is not in %s", line, table.out);
    }
    ck_assert_int_eq(rank, 2);
    cJSON_Delete(root);
}
END_TEST

/* A finished run with other or missing files does not count as finished. */
START_TEST(a_run_with_damaged_files_is_trained_again) {
    static const char *const damages[] = {
        "rm result.json",
        "printf '{' >result.json",
        "sed -i 's/test_accuracy.*/test_accuracy\": \"high\",/' result.json",
        "sed -i '$d' metrics.csv",
        "sed -i 's/^2,/3,/' metrics.csv",
        "sed -i '$s/,[^,]*$/,inf/' metrics.csv",
        "rm metrics.csv",
    };
    struct test_outcome whole = sweep("a", "train.epochs=2 seed=1,2");
    for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
        struct test_outcome o = test_shell("cd %s/a/runs/latest/. && %s", test_dir, damages[i]),
                            again;
        ck_assert_msg(o.status == 0, "%s", o.err);
        again = sweep("a", "train.epochs=2 seed=1,2");
        check_same_table(&whole, &again);
        test_message_but(SWEEP_VARIES, again.out);
    }
}
END_TEST

/* A kill in between leaves the lock and the metrics so far; a full disk, only those. */
START_TEST(a_job_killed_between_its_results_and_its_page_is_trained_again) {
    static const char *const left[] = {"touch lock; cp metrics.csv metrics.partial.csv",
                                       "cp metrics.csv metrics.partial.csv", "touch lock"};
    struct test_outcome whole = sweep("a", "train.epochs=2 seed=1,2");
    for (int i = 0; i < 3; i++) {
        struct test_outcome again,
            o = test_shell("cd %s/a/runs/latest/. && mv report.html .. && %s", test_dir, left[i]);
        ck_assert_msg(o.status == 0, "%s", o.err);
        again = sweep("a", "train.epochs=2 seed=1,2");
        check_same_table(&whole, &again);
        o = test_shell("cd %s/a/runs && ls */report.html report.html | wc -l && "
                       "ls */lock */metrics.partial.csv",
                       test_dir);
        ck_assert_str_eq(o.out, "4\n"); /* latest is a link to one of them */
    }
}
END_TEST

START_TEST(a_directory_that_holds_another_run_fails_the_job) {
    struct test_outcome o = sweep("a", "train.epochs=1 seed=1 output=x");
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = sweep("a", "train.epochs=1 seed=2 output=x");
    ck_assert_int_eq(o.status, 1);
    test_message_but(SWEEP_VARIES, o.out);
}
END_TEST

/* Early stopping saves the model that is best on the validation set, and that one is ranked. */
START_TEST(with_early_stopping_the_best_models_validation_accuracy_is_ranked) {
    struct error e = {0};
    struct test_outcome o = sweep("a", "train.epochs=8 seed=3 early_stopping.monitor=accuracy "
                                       "early_stopping.patience=2 optimizer.learning_rate=0.5 "
                                       "--json");
    struct test_outcome rows =
        test_shell("tail -n +2 %s/a/runs/latest/metrics.csv | cut -d, -f7", test_dir);
    cJSON *root = json_parse(o.out, strlen(o.out), "stdout", &e);
    ck_assert_msg(root != NULL, "%s%s", e.text, o.err);
    const cJSON *setting =
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "settings"), 0);
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(setting, "validation_accuracy");
    double best = 0, last = 0;
    for (char *line = strtok(rows.out, "\n"); line; line = strtok(NULL, "\n")) {
        last = strtod(line, NULL);
        best = last > best ? last : best;
    }
    ck_assert_double_lt(last, best); /* otherwise the test proves nothing */
    ck_assert_double_eq(cJSON_GetObjectItemCaseSensitive(v, "mean")->valuedouble, best);
    cJSON_Delete(root);
}
END_TEST

START_TEST(without_a_validation_set_the_table_ranks_by_test_accuracy_and_says_so) {
    struct test_outcome o = sweep("a", "train.epochs=1 seed=1,2 data.validation=0");
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message_but(SWEEP_VARIES, o.out);
    o = sweep("a", "train.epochs=1 seed=1,2 data.validation=0 --csv");
    ck_assert_ptr_nonnull(strstr(o.out, "\n1,"));
    ck_assert_ptr_nonnull(strstr(o.out, ",0,,,,,2,0."));
}
END_TEST

START_TEST(the_page_of_a_sweep_is_that_of_compare) {
    struct test_outcome o = sweep("a", "train.epochs=1 seed=1..3 --csv --html sweep.html");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\n1,"));
    cJSON *root = test_page(test_path("a/sweep.html")), *run;
    char directories[500] = "";
    cJSON_ArrayForEach(run, test_member(root, "runs"))
        strcat(strcat(directories, test_member(run, "run")->valuestring), " ");
    ck_assert_int_eq(cJSON_GetArraySize(test_member(root, "runs")), 3);
    cJSON_Delete(root);
    o = test_shell("root=$PWD && cd %s/a && $root/$ONEHOT compare %s --html compare.html && "
                   "cmp sweep.html compare.html",
                   test_dir, directories);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    test_failed(sweep("a", "train.epochs=1 seed=1..3 --html no/sweep.html"), 1, "no/sweep.html");
    test_failed(sweep("a", "seed=1..3 --list --html sweep.html"), 2, "--html");
    o = sweep("a", "train.epochs=1 optimizer.learning_rate=1e9,0.05 --html part.html");
    ck_assert_int_eq(o.status, 1); /* one job fails; the page has the other */
    root = test_page(test_path("a/part.html"));
    ck_assert_int_eq(cJSON_GetArraySize(test_member(root, "runs")), 1);
    cJSON_Delete(root);
}
END_TEST

START_TEST(the_listed_commands_train_the_same_runs) {
    const char *more = "train.epochs=1 seed=1..2 \"name=it's 1,two\" "
                       "'optimizer={\"type\": \"sgd\", \"learning_rate\": 0.1}'";
    char listed[400];
    snprintf(listed, sizeof listed, "%s --threads 1 --list", more);
    struct test_outcome list = sweep("b", listed);
    ck_assert_msg(list.status == 0, "%s", list.err);
    int lines = 0;
    for (const char *c = list.out; *c; c++)
        lines += *c == '\n';
    ck_assert_int_eq(lines, 4);
    test_write(test_path("b/jobs"), list.out, strlen(list.out));
    struct test_outcome o = test_shell("cd %s/b && sh -e jobs", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct test_outcome b = sweep("b", more), a = sweep("a", more);
    test_message_but(SWEEP_VARIES, b.out);
    check_same_table(&a, &b);
    o = test_shell("cd %s && ls a/runs >x && ls b/runs >y && cmp x y", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.out);
    list = sweep("b", listed); /* all jobs are done already */
    ck_assert_str_eq(list.out, "");
}
END_TEST

/* The lines of --help for other programs, "GNU parallel: ..." and "xargs: ...", without the other
 * hosts. */
START_TEST(the_lines_of_help_for_xargs_and_gnu_parallel_train_all_jobs) {
    static const char *const programs[] = {"xargs", "GNU parallel"};
    test_shell("cd %s && mkdir -p a/configs b/configs", test_dir);
    for (int i = 0; i < 2; i++) {
        if (i == 1 && test_shell("command -v parallel").status != 0) {
            printf("the line for GNU parallel is skipped: it is not installed\n");
            break;
        }
        struct test_outcome o = test_shell(
            "root=$PWD; cd %s/%s && ln -s $root/tests tests && ln -s $root/$ONEHOT onehot && "
            "cp tests/small.json configs/mnist.json && ./onehot sweep --help >help && "
            "sed -n 's/^  \\(.* >jobs\\)$/\\1/p; s/^  %s: *//p' help | "
            "sed 's/ --sshlogin [^ ]*//' >lines && test $(wc -l <lines) = 2 && "
            "sh -e ./lines >out 2>&1 && ls runs/*/result.json | wc -l && "
            "./onehot sweep configs/mnist.json seed=1..20 --list | wc -l",
            test_dir, i == 0 ? "a" : "b", programs[i]);
        ck_assert_str_eq(o.out, "21\n0\n"); /* with that of runs/latest; no job is left */
    }
}
END_TEST

START_TEST(every_config_is_checked_before_any_job_starts) {
    struct test_outcome o = sweep("a", "optimizer.learning_rate=0.1,-1");
    test_failed(o, 2, "\"optimizer.learning_rate\"");
    ck_assert_str_eq(o.out, "");
    o = sweep("a", "seed=1,2 output=x");
    test_failed(o, 2, "\"seed=2\"");
    o = sweep("a", "seed=1,1");
    ck_assert_int_eq(o.status, 2);
    test_message_but("-[0-9a-f]{8}", o.err); /* the ID of a run depends on the dataset's path */
    o = sweep("a", "--list --json");
    test_failed(o, 2, "--list");
    o = sweep("a", "--jobs 0");
    test_failed(o, 2, "--jobs");
    ck_assert(!test_exists(test_path("a/runs")));
}
END_TEST

/* Some parents leave SIGCHLD ignored, and then the system forgets how children ended. */
START_TEST(a_sweep_whose_parent_ignores_sigchld_sees_which_jobs_fail) {
    static const char jobs[] = "train.epochs=1 optimizer.learning_rate=1e9,0.05 seed=1 --jobs 2";
    struct test_outcome plain = sweep("a", jobs);
    struct test_outcome o = test_shell("env --ignore-signal=CHLD sh -c '" SWEEP "'", test_dir, "b",
                                       test_dir, "b", jobs);
    ck_assert_int_eq(plain.status, 1);
    ck_assert_int_eq(o.status, 1);
    ck_assert_ptr_nonnull(strstr(o.err, "1 of 2 jobs failed"));
    ck_assert_ptr_nonnull(strstr(plain.err, "1 of 2 jobs failed"));
}
END_TEST

START_TEST(a_failing_job_is_named_and_the_others_continue) {
    struct test_outcome o = sweep("a", "train.epochs=1 optimizer.learning_rate=1e9,0.05 seed=1,2");
    test_failed(o, 1, "");
    test_message_but(SWEEP_VARIES, o.out);
    ck_assert_ptr_nonnull(strstr(table_of(&o), "\n1              0.05 "));
    ck_assert_ptr_nonnull(strstr(table_of(&o), "\n2               1e9 "));
    o = sweep("a", "train.epochs=1 optimizer.learning_rate=1e9,0.05 seed=1 --csv");
    ck_assert_int_eq(o.status, 1);
    test_message(o.err);
}
END_TEST

/* The batch is part of a run's ID: train makes it as large as the training set. */
START_TEST(a_sweep_finds_its_runs_if_the_batch_is_larger_than_the_training_set) {
    struct test_outcome o = sweep("a", "train.epochs=1 data.limit=10 seed=1,2"), again;
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_ptr_nonnull(strstr(table_of(&o), "\n1     2  "));
    again = sweep("a", "train.epochs=1 data.limit=10 seed=1,2");
    check_same_table(&o, &again);
    ck_assert_ptr_nonnull(strstr(again.out, "all are finished already"));
    o = sweep("a", "data.limit=10 train.batch_size=16,32");
    ck_assert_int_eq(o.status, 2); /* both have a batch of 10 */
    test_names(o.err, "\"batch_size=16\" and \"batch_size=32\"");
}
END_TEST

START_TEST(a_plan_lists_the_first_eight_of_many_values_and_the_last) {
    struct test_outcome o = sweep("a", "train.epochs=0 seed=1..10 --jobs 4");
    test_names(o.out, "\n          seed = 1, 2, 3, 4, 5, 6, 7, 8 ... 10\n          4 at a time, ");
    o = sweep("a", "train.epochs=0 seed=1..9 --threads 1");
    test_names(o.out, "\n          seed = 1, 2, 3, 4, 5, 6, 7, 8, 9\n          all are finished");
}
END_TEST

START_TEST(a_failed_job_has_its_reason_in_json) {
    struct test_outcome o = sweep("a", "train.epochs=1 optimizer.learning_rate=1e9,0.05 --json");
    ck_assert_int_eq(o.status, 1);
    cJSON *root = test_json(&o);
    const cJSON *settings = test_member(root, "settings"), *run[2];
    for (int i = 0; i < 2; i++)
        run[i] = test_member(cJSON_GetArrayItem(settings, i), "runs")->child;
    ck_assert_int_eq(test_member(root, "failed")->valueint, 1);
    ck_assert(!cJSON_HasObjectItem(run[0], "error"));
    ck_assert(!cJSON_HasObjectItem(run[1], "test_accuracy"));
    test_names(test_member(run[1], "error")->valuestring, "the loss is not finite");
    cJSON_Delete(root);
}
END_TEST

/* ---- killed, and alongside other processes ---- */

/* Starts a sweep in its own session; its output goes to test_dir/NAME.out and .err. */
static pid_t begin(const char *name, const char *more) {
    char command[2000];
    snprintf(command, sizeof command, "exec >%s/%s.out 2>%s/%s.err; " SWEEP, test_dir, name,
             test_dir, name, test_dir, name, test_dir, name, more);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        signal(SIGINT, SIG_DFL); /* make in a script's background ignores it */
        signal(SIGHUP, SIG_DFL); /* and nohup ignores this */
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    ck_assert_int_gt(pid, 0);
    return pid;
}

/* Sends the signal (0: none) to each process of the session; returns the number of processes. */
static int signal_session(pid_t session, int signal) {
    int count = 0;
    DIR *d = opendir("/proc");
    ck_assert_ptr_nonnull(d);
    for (struct dirent *entry; (entry = readdir(d));) {
        char path[300], line[500] = "", state;
        int parent, group, of;
        snprintf(path, sizeof path, "/proc/%.200s/stat", entry->d_name);
        FILE *f = entry->d_name[0] >= '0' && entry->d_name[0] <= '9' ? fopen(path, "r") : NULL;
        bool read = f && fgets(line, sizeof line, f);
        if (f)
            fclose(f);
        const char *behind = read ? strrchr(line, ')') : NULL; /* the name may contain anything */
        if (behind && sscanf(behind, ") %c %d %d %d", &state, &parent, &group, &of) == 4 &&
            of == session && state != 'Z') {
            kill(atoi(entry->d_name), signal);
            count++;
        }
    }
    closedir(d);
    return count;
}

static int count_files(const char *pattern) {
    glob_t g;
    int count = glob(test_path("%s", pattern), 0, NULL, &g) == 0 ? (int)g.gl_pathc : 0;
    globfree(&g);
    return count;
}

/* Waits until `count` of the files exist. Only the suite's time limit ends the wait. */
static void wait_for(const char *pattern, int count) {
    while (count_files(pattern) < count)
        usleep(2000);
}

START_TEST(a_sweep_killed_twice_ends_with_the_same_table) {
    struct test_outcome whole = sweep("a", SIX);
    pid_t pid = begin("b", SIX " --jobs 1"); /* killed with its processes */
    wait_for("b/runs/*/result.json", 1);
    while (signal_session(pid, SIGKILL) > 0)
        ;
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    int finished = count_files("b/runs/small-*/result.json");
    pid = begin("b", SIX " --jobs 2"); /* killed alone: its jobs keep running for a while */
    wait_for("b/runs/*/result.json", finished + 2);
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    struct test_outcome last = sweep("b", SIX);
    check_same_table(&whole, &last);
    struct test_outcome o =
        test_shell("cd %s/a/runs && for f in small-*/model.safetensors small-*/metrics.csv; "
                   "do cmp $f ../../b/runs/$f || exit 1; done",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

/* Whether the file contains the text yet. */
static bool says(const char *path, const char *text) {
    size_t size;
    char *content = test_read(path, &size);
    bool found = strstr(content, text) != NULL;
    free(content);
    return found;
}

/* Writes the lock of a process, the test's own or, with a start that was not its, one that has
 * ended.
 */
static void write_lock(const char *directory, bool ended) {
    char process[PLATFORM_PROCESS];
    platform_process(getpid(), process);
    if (ended)
        strcpy(strrchr(process, '-'), "-1");
    test_write(test_path("b/%s/lock", directory), process, strlen(process));
}

/* Another process (here, the test) has locked a job's directory. */
START_TEST(the_sweep_waits_for_a_job_that_another_process_trains) {
    int status;
    struct test_outcome whole = sweep("a", "train.epochs=1 seed=1..3");
    struct test_outcome o = test_shell("cd %s && d=$(ls -d a/runs/small-* | head -n 1) && "
                                       "mkdir -p b/${d#a/} && cp $d/config.json b/${d#a/} && "
                                       "printf $d",
                                       test_dir);
    const char *folder = o.out + 2; /* runs/small-... */
    write_lock(folder, false);
    pid_t pid = begin("b", "train.epochs=1 seed=1..3 --jobs 1");
    wait_for("b/runs/small-*/result.json", 2);     /* the others are trained regardless */
    while (!says(test_path("b.out"), "elsewhere")) /* a word in the line about it */
        usleep(2000);
    o = test_shell("cd %s && cp a/%s/* b/%s && rm b/%s/lock", test_dir, folder, folder,
                   folder); /* the other process finishes */
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert(says(test_path("b.out"), table_of(&whole)));
}
END_TEST

START_TEST(a_job_abandoned_by_another_process_is_trained) {
    int status;
    struct test_outcome whole = sweep("a", "train.epochs=1 seed=1");
    struct test_outcome o =
        test_shell("cd %s && d=$(ls -d a/runs/small-*) && mkdir -p b/${d#a/} && "
                   "cp $d/config.json b/${d#a/} && printf $d",
                   test_dir);
    write_lock(o.out + 2, false);
    pid_t pid = begin("b", "train.epochs=1 seed=1");
    wait_for("b.out", 1);
    while (!says(test_path("b.out"), "elsewhere")) /* a word in the line about it */
        usleep(2000);
    write_lock(o.out + 2, true);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert(says(test_path("b.out"), table_of(&whole)));
}
END_TEST

static void check_interrupt(const char *name, int signal) {
    size_t size;
    char pattern[64];
    int status;
    pid_t pid = begin(name, "train.epochs=1000000 seed=1..3 --jobs 2");
    snprintf(pattern, sizeof pattern, "%s/runs/*/metrics.partial.csv", name);
    wait_for(pattern, 2);
    kill(-pid, signal); /* to its process group, as a terminal does */
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 128 + signal);
    ck_assert_int_eq(signal_session(pid, 0), 0);
    char *err = test_read(test_path("%s.err", name), &size);
    test_message(err);
    ck_assert(!says(test_path("%s.out", name), "failed"));
    free(err);
}

START_TEST(ctrl_c_and_sigterm_end_the_jobs_and_the_message_says_how_to_resume) {
    check_interrupt("a", SIGINT);
    check_interrupt("b", SIGTERM);
    check_interrupt("c", SIGHUP);
}
END_TEST

START_TEST(a_job_that_a_signal_ends_is_named_with_the_signal) {
    int status;
    pid_t pid = begin("a", "train.epochs=1000000 seed=1..1");
    wait_for("a/runs/small-*/metrics.partial.csv", 1);
    struct test_outcome o = test_shell("kill -9 $(cut -d- -f3 %s/a/runs/small-*/lock)", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    ck_assert(
        says(test_path("a.out"), "\n1 failed:\n  the process was killed by signal 9 (Killed)\n"));
}
END_TEST

/* ---- Slurm ---- */

/* Programs of Slurm's names. sbatch keeps the script and, unless a file "later" exists, runs its
 * tasks; squeue prints those that are queued. */
static void write_slurm(void) {
    test_shell("mkdir -p %s/bin", test_dir);
    const char *sbatch = "#!/bin/sh\ncd %s; echo submitted >>submissions; cat >script; cd s\n"
                         "for i in $(sed -n 's/.*--array=\\([0-9]*\\)-\\([0-9]*\\).*/\\1 \\2/p' "
                         "../script | xargs seq); do\n"
                         "test -e ../later && { echo $i >>../states; continue; }\n"
                         "SLURM_ARRAY_TASK_ID=$i sh ../script\ndone\nexit 0\n";
    char text[2000];
    snprintf(text, sizeof text, sbatch, test_dir);
    test_write(test_path("bin/sbatch"), text, strlen(text));
    snprintf(text, sizeof text, "#!/bin/sh\ncat %s/states\n", test_dir);
    test_write(test_path("bin/squeue"), text, strlen(text));
    snprintf(text, sizeof text, "#!/bin/sh\necho $* >>%s/requeued\n", test_dir);
    test_write(test_path("bin/scontrol"), text, strlen(text));
    test_shell("chmod +x %s/bin/*; touch %s/states", test_dir, test_dir);
    setenv("PATH", test_path("bin:%s", getenv("PATH")), 1);
}

START_TEST(a_sweep_in_slurm_prints_the_table_of_a_local_one_and_submits_nothing_twice) {
    write_slurm();
    struct test_outcome a = sweep("a", SIX), s = sweep("s", SIX " --slurm='-p short' --jobs 2");
    check_same_table(&a, &s);
    test_message_but(SWEEP_VARIES "|onehot-[0-9a-f]{8}", s.out);
    s = sweep("s", SIX " --slurm");
    check_same_table(&a, &s);
    s = test_shell("cd %s; cat submissions; grep -c '^#SBATCH -p short$' script; "
                   "grep -c -e '--array=1-6%%2$' script; ls -A s/runs | grep onehot",
                   test_dir);
    ck_assert_str_eq(s.out, "submitted\n1\n1\n");
}
END_TEST

START_TEST(a_job_that_fails_in_slurm_is_named_with_its_reason_and_submitted_again) {
    write_slurm();
    const char *more = "train.epochs=1 optimizer.learning_rate=0.05,1e9 seed=1 --slurm";
    for (int i = 0; i < 2; i++) {
        struct test_outcome o = sweep("s", i == 0 ? more
                                                  : "train.epochs=1 "
                                                    "optimizer.learning_rate=0.05,1e9,1e8 "
                                                    "seed=1 --slurm");
        test_failed(o, 1, "");
        test_message_but(SWEEP_VARIES "|onehot-[0-9a-f]{8}", o.out);
    }
}
END_TEST

START_TEST(ctrl_c_leaves_the_jobs_in_slurm_and_the_same_command_follows_them) {
    write_slurm();
    test_write(test_path("later"), "", 0);
    pid_t pid = begin("s", SIX " --slurm");
    int status;
    while (!test_exists(test_path("states")) || !says(test_path("states"), "6\n"))
        usleep(2000);
    usleep(500000); /* in the middle of its pause, or not */
    kill(-pid, SIGINT);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WEXITSTATUS(status), 130);
    size_t size;
    char *said = test_read(test_path("s.err"), &size);
    test_message_but("onehot-[0-9a-f]{8}", said);
    free(said);
    pid = begin("s", SIX " --slurm");
    struct test_outcome o =
        test_shell("cd %s/s && for i in 1 2 3 4 5 6; do SLURM_ARRAY_TASK_ID=$i sh ../script; done; "
                   ": >../states; cat ../submissions",
                   test_dir);
    ck_assert_str_eq(o.out, "submitted\n");
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* USR1 reaches only the script; TERM all of the job's processes. Both save. Only after USR1, the
 * script asks to be queued again. */
START_TEST(slurms_signals_save_the_run_and_the_next_attempt_continues) {
    write_slurm();
    struct test_outcome o = sweep("s", "train.epochs=100000 train.checkpoint_seconds=1000 seed=1 "
                                       "--list=slurm");
    test_write(test_path("script"), o.out, strlen(o.out));
    setenv("SLURM_JOB_ID", "7", 1);
    setenv("SLURM_ARRAY_TASK_ID", "1", 1);
    for (int term = 0; term < 2; term++) {
        int status;
        pid_t pid = fork();
        if (pid == 0) {
            setpgid(0, 0);
            if (chdir(test_path("s")) == 0)
                execl("/bin/sh", "sh", "../script", (char *)NULL);
            _exit(127);
        }
        wait_for("s/runs/small-*/metrics.partial.csv", 1);
        kill(term ? -pid : pid, term ? SIGTERM : SIGUSR1);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(WEXITSTATUS(status), 143);
        o = test_shell("cd %s && ls s/runs/small-*/checkpoint | wc -l; "
                       "rm s/runs/small-*/metrics.partial.csv; cat requeued s/runs/.onehot*/1",
                       test_dir);
        ck_assert_int_eq(strncmp(o.out, "1\nrequeue 7\n", 12), 0);
        test_message_but("in epoch [0-9]+, after step [0-9]+ of [0-9]+|after epoch [0-9]+|[0-9]+",
                         o.out);
    }
}
END_TEST

START_TEST(slurm_that_is_missing_and_unknown_lists_are_refused) {
    if (test_shell("command -v squeue").status != 0) {
        struct test_outcome o = sweep("a", "seed=1..3 --slurm");
        ck_assert_int_eq(o.status, 1);
        test_names(o.err, "--slurm");
    }
    test_failed(sweep("a", "seed=1 --list=none"), 2, "--list=none");
}
END_TEST

/* Jobs 2 and 4 are finished before the script is printed. */
START_TEST(slurm_that_refuses_is_reported_and_its_array_lists_only_unfinished_jobs) {
    write_slurm();
    static const char refusal[] = "#!/bin/sh\necho no account >&2; exit 1\n";
    test_write(test_path("bin/sbatch"), refusal, strlen(refusal));
    struct test_outcome o = sweep("s", "train.epochs=1 seed=1..6 --slurm");
    ck_assert_int_eq(o.status, 1);
    ck_assert_int_eq(strncmp(o.err, "no account\nonehot sweep: sbatch failed; ", 40), 0);
    test_write(test_path("bin/squeue"), refusal, strlen(refusal));
    o = sweep("s", "train.epochs=1 seed=1..6 --slurm");
    ck_assert_int_eq(o.status, 1);
    test_names(o.err, "no account\nonehot sweep: squeue failed; ");
    o = sweep("s", "train.epochs=1 seed=2,4");
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = sweep("s", "train.epochs=1 seed=1..6 --list=slurm");
    test_names(o.out, " --array=1,3,5-6\n");
    ck_assert_str_eq(sweep("s", "train.epochs=1 seed=2,4 --list=slurm").out, "");
}
END_TEST

Suite *test_sweep(void) {
    return TEST_SUITE(
        "sweep", jobs_are_the_combinations_of_lists_and_ranges,
        commas_in_brackets_and_quotes_belong_to_the_value, text_that_is_not_a_range_is_a_value,
        a_command_line_without_a_valid_grid_is_refused,
        a_column_is_named_by_its_keys_last_part_unless_two_keys_share_it,
        the_summary_of_known_numbers_is_right, the_highest_mean_is_first_and_ties_keep_their_order,
        a_second_sweep_trains_nothing_and_prints_the_same_table,
        the_ranking_follows_from_the_runs_own_files, a_run_with_damaged_files_is_trained_again,
        a_job_killed_between_its_results_and_its_page_is_trained_again,
        a_directory_that_holds_another_run_fails_the_job,
        with_early_stopping_the_best_models_validation_accuracy_is_ranked,
        without_a_validation_set_the_table_ranks_by_test_accuracy_and_says_so,
        the_page_of_a_sweep_is_that_of_compare, the_listed_commands_train_the_same_runs,
        the_lines_of_help_for_xargs_and_gnu_parallel_train_all_jobs,
        every_config_is_checked_before_any_job_starts,
        a_failing_job_is_named_and_the_others_continue,
        a_sweep_whose_parent_ignores_sigchld_sees_which_jobs_fail,
        a_sweep_finds_its_runs_if_the_batch_is_larger_than_the_training_set,
        a_plan_lists_the_first_eight_of_many_values_and_the_last,
        a_job_that_a_signal_ends_is_named_with_the_signal, a_failed_job_has_its_reason_in_json,
        a_sweep_killed_twice_ends_with_the_same_table,
        the_sweep_waits_for_a_job_that_another_process_trains,
        a_job_abandoned_by_another_process_is_trained,
        ctrl_c_and_sigterm_end_the_jobs_and_the_message_says_how_to_resume,
        a_sweep_in_slurm_prints_the_table_of_a_local_one_and_submits_nothing_twice,
        a_job_that_fails_in_slurm_is_named_with_its_reason_and_submitted_again,
        ctrl_c_leaves_the_jobs_in_slurm_and_the_same_command_follows_them,
        slurms_signals_save_the_run_and_the_next_attempt_continues,
        slurm_that_is_missing_and_unknown_lists_are_refused,
        slurm_that_refuses_is_reported_and_its_array_lists_only_unfinished_jobs);
}
