/* The programs as a user sees them: what they print, where, and the exit status. */
#include "base/file.h"
#include "messages.h"
#include "picture/picture.h"
#include "test.h"
#include "json/json_parse.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Suite *test_programs(void);

/* Trains briefly into test_dir/NAME. */
static struct test_outcome train(const char *name, const char *more) {
    return test_shell("$ONEHOT train tests/small.json train.epochs=2 output=%s %s",
                      test_path("%s", name), more);
}

static void trained(const char *name) {
    struct test_outcome o = train(name, "--quiet");
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* Checks that the command failed with this status, one line on stderr and nothing on stdout. */
static void check_refusal(struct test_outcome o, int status, const char *names) {
    test_failed(o, status, names);
    ck_assert_str_eq(o.out, "");
}

START_TEST(train_prints_its_plan_and_where_the_result_is) {
    struct test_outcome o = train("run", "");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.err, "");
    test_message_but(MESSAGES_VARY, o.out);
    test_names(o.out, strtok(test_shell("sha256sum <%s/run/model.safetensors", test_dir).out, " "));
    ck_assert_msg(!strchr(o.out, '\r') && !strchr(o.out, '\033'), "a bar in a pipe");
    o = train("run", "");
    ck_assert_int_eq(o.status, 0);
    test_message_but(MESSAGES_VARY, o.out);
}
END_TEST

START_TEST(a_limit_is_printed_in_the_plan_and_by_evaluate) {
    struct test_outcome o = train("run", "data.limit=200");
    test_message_but(MESSAGES_VARY, o.out);
    o = test_shell("$ONEHOT evaluate %s/run --split train; $ONEHOT evaluate %s/run --split "
                   "validation",
                   test_dir, test_dir);
    test_message(o.out);
}
END_TEST

START_TEST(a_scaling_is_printed_in_the_plan_and_applied_by_evaluate) {
    struct test_outcome t = train("run", "data.scaling=standardize");
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json", test_dir);
    test_message_but(MESSAGES_VARY, t.out);
    ck_assert_msg(o.status == 0, "%s", o.err);
    cJSON *root = test_json(&o);
    ck_assert_double_eq(test_member(root, "accuracy")->valuedouble,
                        test_result("run", "test_accuracy"));
    cJSON_Delete(root);
}
END_TEST

/* A dataset with the same image in each class: the loss is the mean of -log p over the
 * classes. */
START_TEST(predict_scales_as_evaluate_does) {
    struct error e = {0};
    struct test_outcome o = train("run", "data.scaling=standardize --quiet");
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = test_shell("for c in 0 1 2 3 4 5 6 7 8 9; do mkdir -p %s/d/test/$c && "
                   "cp tests/data/seven.png %s/d/test/$c; done; "
                   "$ONEHOT evaluate %s/run --data %s/d --json",
                   test_dir, test_dir, test_dir, test_dir);
    cJSON *root = json_parse(o.out, strlen(o.out), "evaluate", &e);
    ck_assert_msg(root != NULL, "%s%s", e.text, o.err);
    double loss = cJSON_GetObjectItemCaseSensitive(root, "loss")->valuedouble, sum = 0;
    cJSON_Delete(root);
    o = test_shell("$ONEHOT predict %s/run tests/data/seven.png --json", test_dir);
    root = json_parse(o.out, strlen(o.out), "predict", &e);
    ck_assert_msg(root != NULL, "%s%s", e.text, o.err);
    const cJSON *p;
    cJSON_ArrayForEach(p, cJSON_GetObjectItemCaseSensitive(root->child, "probabilities")) {
        sum -= log(p->valuedouble);
    }
    ck_assert_double_eq_tol(sum / 10, loss, 1e-5);
    cJSON_Delete(root);
}
END_TEST

/* Only the header of the images, in a file that is long enough to hold all of them, gzipped. */
START_TEST(samples_of_a_gigabyte_are_announced_before_they_are_read) {
    static const char train[] =
        "cd %s && { printf '\\0\\0\\10\\3\\0\\0\\%d\\0\\0\\0\\4\\0\\0\\0\\4\\0' | gzip; head -c "
        "1200000 /dev/zero; } >train-images-idx3-ubyte.gz && cd - >/dev/null && $ONEHOT train "
        "configs/mnist.json data.path=%s %s";
    static const char line[] = "train-images-idx3-ubyte.gz: 1,024 samples take 1.1 GB of memory\n";
    struct test_outcome o = test_shell(train, test_dir, 4, test_dir, "");
    ck_assert_msg(o.status == 2 && strstr(o.err, "truncated"), "%s", o.err);
    ck_assert_msg(strncmp(o.out, "data      /", 11) == 0 && strstr(o.out, line), "%s", o.out);
    ck_assert_str_eq(test_shell(train, test_dir, 4, test_dir, "--quiet").out, "");
    ck_assert_str_eq(test_shell(train, test_dir, 3, test_dir, "").out, ""); /* 805 MB */
}
END_TEST

START_TEST(train_reports_a_schedule_that_changes_the_learning_rate) {
    struct test_outcome o = train("run", "'schedule={\"type\": \"linear\", \"warmup\": 0.1}'");
    test_message_but(MESSAGES_VARY, o.out);
}
END_TEST

START_TEST(train_reports_the_clipping_bound) {
    struct test_outcome o = train("run", "train.clip_norm=0.5");
    test_message_but(MESSAGES_VARY, o.out);
}
END_TEST

START_TEST(quiet_training_prints_nothing) {
    struct test_outcome o = train("run", "--quiet");
    ck_assert_int_eq(o.status, 0);
    ck_assert_str_eq(o.out, "");
    ck_assert_str_eq(o.err, "");
    ck_assert(test_exists(test_path("run/model.safetensors")));
}
END_TEST

START_TEST(the_program_name_train_means_onehot_train) {
    struct test_outcome o =
        test_shell("ln -s \"$PWD/$ONEHOT\" %s/train; %s/train tests/small.json train.epochs=1 "
                   "output=%s/run --quiet",
                   test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert(test_exists(test_path("run/result.json")));
}
END_TEST

START_TEST(runs_are_named_by_their_id_and_latest_links_to_the_newest) {
    struct test_outcome o = test_shell(
        "root=$PWD; cd %s && $root/$ONEHOT train $root/tests/small.json --quiet train.epochs=0 "
        "data.path=$root/tests/data/mnist-small && readlink runs/latest && ls runs",
        test_dir);
    char name[32] = "";
    ck_assert_msg(o.status == 0, "%s", o.err);
    sscanf(o.out, "%31s", name);
    ck_assert_uint_eq(strlen(name), strlen("small-01234567"));
    ck_assert_uint_eq(strspn(name + 6, "0123456789abcdef"), 8);
    ck_assert_msg(strstr(o.out, "\nlatest\nsmall-") != NULL, "%s", o.out);
}
END_TEST

START_TEST(the_resolved_config_reproduces_the_run) {
    trained("run");
    struct test_outcome o =
        test_shell("$ONEHOT train %s/run/config.json output=%s/again --quiet && "
                   "cmp %s/run/model.safetensors %s/again/model.safetensors && "
                   "cmp %s/run/metrics.csv %s/again/metrics.csv",
                   test_dir, test_dir, test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

START_TEST(result_json_contains_hashes_metrics_and_provenance) {
    static const char *const names[] = {"test_loss",
                                        "test_accuracy",
                                        "test_errors",
                                        "model_sha256",
                                        "weights_sha256",
                                        "name",
                                        "data",
                                        "metrics_sha256",
                                        "dataset_sha256",
                                        "epochs",
                                        "seconds",
                                        "samples_per_second",
                                        "threads",
                                        "kernel",
                                        "compiler",
                                        "commit",
                                        "cpu",
                                        "warnings"};
    trained("run");
    size_t size;
    struct error e = {0};
    char *text = test_read(test_path("run/result.json"), &size);
    cJSON *root = json_parse(text, size, "result.json", &e);
    ck_assert_msg(root != NULL, "%s", e.text);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_msg(cJSON_GetObjectItemCaseSensitive(root, names[i]) != NULL, "no %s", names[i]);
    struct test_outcome o =
        test_shell("cd %s/run && sha256sum model.safetensors metrics.csv", test_dir);
    ck_assert_ptr_nonnull(
        strstr(o.out, cJSON_GetObjectItemCaseSensitive(root, "model_sha256")->valuestring));
    ck_assert_ptr_nonnull(
        strstr(o.out, cJSON_GetObjectItemCaseSensitive(root, "metrics_sha256")->valuestring));
    cJSON_Delete(root);
    free(text);
}
END_TEST

START_TEST(a_failed_run_exits_1_and_leaves_no_directory) {
    struct test_outcome o = train("run", "optimizer.learning_rate=1e9 --quiet");
    test_failed(o, 1, "");
    ck_assert(!test_exists(test_path("run")));
}
END_TEST

START_TEST(an_output_that_cannot_be_written_is_refused_before_training) {
    test_write(test_path("file"), "", 0);
    check_refusal(train("file/run", ""), 2, test_path("file"));
    check_refusal(train("file", ""), 2, test_path("file"));
}
END_TEST

START_TEST(a_directory_without_permission_is_refused) {
    struct test_outcome o;
    mkdir(test_path("closed"), 0500);
    if (geteuid() == 0) /* root may write anywhere, so the test becomes nobody */
        o = test_shell(
            "chmod 711 %s; cp -r tests/data/mnist-small tests/small.json %s; chmod -R a+rX "
            "%s/mnist-small; chmod a+r %s/small.json; cp $ONEHOT %s/onehot; cd %s; "
            "setpriv --reuid 65534 --regid 65534 --clear-groups ./onehot train small.json "
            "data.path=mnist-small output=closed/run",
            test_dir, test_dir, test_dir, test_dir, test_dir, test_dir);
    else
        o = test_shell("$ONEHOT train tests/small.json output=%s/closed/run", test_dir);
    test_failed(o, 2, "closed/run");
}
END_TEST

/* A limit on file sizes simulates a full disk: the model does not fit, the metrics do. */
START_TEST(a_full_disk_fails_the_run_and_leaves_nothing_that_looks_complete) {
    struct test_outcome o = test_shell(
        "trap '' XFSZ; ulimit -f 40; $ONEHOT train tests/small.json train.epochs=1 output=%s/run",
        test_dir);
    test_failed(o, 1, test_path("run/model.safetensors"));
    ck_assert(!test_exists(test_path("run/model.safetensors")));
    ck_assert(!test_exists(test_path("run/result.json")));
}
END_TEST

START_TEST(standard_output_on_a_full_disk_is_an_error) {
    struct test_outcome o = test_shell("$ONEHOT schema >/dev/full");
    test_failed(o, 1, "");
}
END_TEST

START_TEST(bad_usage_exits_2_with_one_sentence) {
    check_refusal(test_shell("$ONEHOT"), 2, "onehot");
    check_refusal(test_shell("$ONEHOT fly"), 2, "\"fly\"");
    check_refusal(test_shell("$ONEHOT help fly"), 2, "\"fly\"");
    check_refusal(test_shell("$ONEHOT train"), 2, "onehot train");
    check_refusal(test_shell("$ONEHOT train tests/small.json --fast"), 2, "--fast");
    check_refusal(test_shell("$ONEHOT train tests/small.json --quiet=1"), 2, "--quiet");
    static const char *const numbers[] = {
        "0", "-1", "257", "two", "1.5", "1x", "99999999999999999999"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        check_refusal(test_shell("$ONEHOT train tests/small.json --threads %s", numbers[i]), 2,
                      numbers[i]);
    check_refusal(test_shell("$ONEHOT evaluate nothing --threads 0"), 2, "--threads");
    check_refusal(test_shell("$ONEHOT evaluate x --split"), 2, "--split");
    struct test_outcome o = test_shell("ONEHOT_KERNEL=abacus $ONEHOT schema");
    ck_assert_int_eq(o.status, 2);
    test_names(o.err, "ONEHOT_KERNEL=abacus");
    check_refusal(test_shell("$ONEHOT schema extra"), 2, "onehot schema");
}
END_TEST

START_TEST(every_command_has_help_with_examples) {
    static const char *const commands[] = {
        "train",  "sweep", "evaluate", "predict",   "calibrate", "report",   "compare", "verify",
        "export", "pack",  "data",     "gradcheck", "explain",   "boundary", "softmax", "schema"};
    struct test_outcome o = test_shell("$ONEHOT help");
    ck_assert_int_eq(o.status, 0);
    test_message(o.out);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        ck_assert_ptr_nonnull(strstr(o.out, commands[i]));
        struct test_outcome h = test_shell("$ONEHOT %s --help", commands[i]);
        struct test_outcome again = test_shell("$ONEHOT help %s", commands[i]);
        ck_assert_int_eq(h.status, 0);
        ck_assert_str_eq(h.out, again.out);
        test_message_as(commands[i], h.out);
    }
}
END_TEST

START_TEST(the_man_page_lists_the_options_of_every_command) {
    /* One line per command, and one per command and option, from --help and from the man page. */
    const char *help = test_path("help");
    struct test_outcome o =
        test_shell("for c in $($ONEHOT help | awk '/^  / && $1 != \"help\" { print $1 }'); do"
                   "  echo $c; $ONEHOT $c --help | sed -n \"s/^  --\\([a-z-]*\\).*/$c \\1/p\";"
                   " done | grep -v ' help$' | sort >%s; wc -l <%s",
                   help, help);
    ck_assert_int_gt(atoi(o.out), 15);
    /* In diff's output, < is from --help, > from the man page. */
    o = test_shell("awk '/^.SH DESC/ { exit } /^.B onehot/ { c = $3; if (c != \"help\") print c }"
                   "  { gsub(/\\\\-/, \"-\"); while (match($0, /--[a-z-]+/)) {"
                   "      print c, substr($0, RSTART + 2, RLENGTH - 2);"
                   "      $0 = substr($0, RSTART + RLENGTH) } }' docs/onehot.1 | sort | diff %s -",
                   help);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

/* ---- evaluate ---- */

START_TEST(evaluate_reproduces_the_training_result) {
    trained("run");
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json", test_dir);
    cJSON *root = test_json(&o);
    ck_assert_double_eq(test_member(root, "accuracy")->valuedouble,
                        test_result("run", "test_accuracy"));
    cJSON_Delete(root);
}
END_TEST

START_TEST(evaluates_json_is_consistent) {
    trained("run");
    static const char *const splits[] = {"train", "validation", "test"};
    static const int counts[] = {900, 100, 500};
    for (int i = 0; i < 3; i++) {
        struct error e = {0};
        struct test_outcome o = test_shell("$ONEHOT evaluate %s/run/model.safetensors --split %s "
                                           "--json",
                                           test_dir, splits[i]);
        cJSON *root = json_parse(o.out, strlen(o.out), "stdout", &e);
        ck_assert_msg(root != NULL, "%s%s", e.text, o.err);
        int right = 0, all = 0, row = 0;
        const cJSON *line, *cell;
        cJSON_ArrayForEach(line, cJSON_GetObjectItemCaseSensitive(root, "confusion")) {
            int column = 0, of_class = 0;
            cJSON_ArrayForEach(cell, line) {
                of_class += cell->valueint;
                right += column++ == row ? cell->valueint : 0;
            }
            const cJSON *class =
                cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(root, "classes"), row);
            ck_assert_int_eq(cJSON_GetObjectItemCaseSensitive(class, "count")->valueint, of_class);
            double recall = cJSON_GetObjectItemCaseSensitive(class, "recall")->valuedouble;
            ck_assert_double_eq_tol(
                recall, (double)cJSON_GetArrayItem(line, row)->valueint / of_class, 1e-12);
            all += of_class;
            row++;
        }
        ck_assert_int_eq(all, counts[i]);
        ck_assert_int_eq(cJSON_GetObjectItemCaseSensitive(root, "samples")->valueint, all);
        ck_assert_int_eq(cJSON_GetObjectItemCaseSensitive(root, "errors")->valueint, all - right);
        cJSON_Delete(root);
    }
}
END_TEST

START_TEST(a_confusion_matrix_too_wide_for_the_terminal_becomes_a_list) {
    trained("run");
    struct test_outcome wide = test_shell("COLUMNS=80 $ONEHOT evaluate %s/run", test_dir);
    struct test_outcome narrow = test_shell("COLUMNS=50 $ONEHOT evaluate %s/run", test_dir);
    test_message(wide.out);
    test_message(narrow.out);
    for (char *line = strtok(narrow.out, "\n"); line; line = strtok(NULL, "\n"))
        ck_assert_msg(strlen(line) <= 50 || strchr(line, '/'), "wider than 50: %s", line);
}
END_TEST

/* A small model for two classes with long non-ASCII names. */
START_TEST(class_names_in_any_script_are_truncated_between_characters) {
    struct test_outcome o =
        test_shell("cd %s && mkdir -p d/train/äöüäöüäöüäöüäöü d/train/röt && "
                   "cp $OLDPWD/tests/data/seven.png d/train/äöüäöüäöüäöüäöü && "
                   "cp $OLDPWD/tests/data/seven.png d/train/röt && "
                   "$OLDPWD/$ONEHOT train $OLDPWD/tests/small.json data.path=d data.validation=0 "
                   "train.batch_size=2 model.6.units=2 output=run --quiet && "
                   "$OLDPWD/$ONEHOT evaluate run --split train && "
                   "$OLDPWD/$ONEHOT predict run $OLDPWD/tests/data/seven.png",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\nröt          "));
    ck_assert_ptr_nonnull(strstr(o.out, "\näöüäöüäöüä~  "));
    ck_assert_ptr_nonnull(strstr(o.out, "\näöüäöüäöüäö~ "));
    ck_assert_ptr_nonnull(strstr(o.out, "\näöüäöüäöüäöüäöü "));
}
END_TEST

START_TEST(evaluate_refuses_bad_splits_runs_and_datasets) {
    trained("run");
    check_refusal(test_shell("$ONEHOT evaluate %s/run --split exam", test_dir), 2, "--split");
    check_refusal(test_shell("$ONEHOT evaluate %s/none", test_dir), 2, test_path("none"));
    check_refusal(test_shell("$ONEHOT evaluate %s", test_dir), 2, test_path("model.safetensors"));

    test_shell(
        "mkdir -p %s/two/train/0 %s/two/train/x && cp tests/data/seven.png %s/two/train/0 && "
        "cp tests/data/seven.png %s/two/train/x",
        test_dir, test_dir, test_dir, test_dir);
    check_refusal(test_shell("$ONEHOT evaluate %s/run --data %s/two", test_dir, test_dir), 2,
                  test_path("two"));
}
END_TEST

START_TEST(a_model_from_another_program_is_refused) {
    static const char header[] = "{\"w\": {\"dtype\": \"F32\", \"shape\": [1], "
                                 "\"data_offsets\": [0, 4]}}  ";
    char file[8 + sizeof header - 1 + 4] = {sizeof header - 1};
    memcpy(file + 8, header, sizeof header - 1);
    test_write(test_path("foreign.safetensors"), file, sizeof file);
    check_refusal(test_shell("$ONEHOT evaluate %s/foreign.safetensors", test_dir), 2,
                  test_path("foreign.safetensors"));
}
END_TEST

START_TEST(a_model_for_images_with_two_channels_is_refused) {
    trained("run");
    test_shell("LC_ALL=C sed 's/channels..: 1/channels\\\\\": 2/' %s/run/model.safetensors "
               ">%s/two.safetensors",
               test_dir, test_dir);
    check_refusal(test_shell("$ONEHOT evaluate %s/two.safetensors", test_dir), 2, "\"channels\"");
}
END_TEST

/* ---- predict ---- */

START_TEST(a_terminal_one_column_wide_does_no_harm) {
    trained("run");
    struct test_outcome o =
        test_shell("COLUMNS=1 $ONEHOT predict %s/run tests/data/seven.png && "
                   "COLUMNS=1 $ONEHOT evaluate %s/run && COLUMNS=-7 $ONEHOT evaluate %s/run",
                   test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%d %s", o.status, o.err);
}
END_TEST

START_TEST(predict_shows_the_image_and_the_probabilities) {
    trained("run");
    struct test_outcome o = test_shell("$ONEHOT predict %s/run tests/data/seven.png", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.err, "");
    ck_assert_msg(strncmp(o.out, "tests/data/seven.png: ", 22) == 0, "%s", o.out);
    ck_assert_ptr_nonnull(strstr(o.out, "##%%%%%%%%%%******************.."));
    int lines = 0, percents = 0;
    for (const char *c = o.out; *c; c++) {
        lines += *c == '\n';
        percents += strncmp(c, " %\n", 3) == 0;
    }
    ck_assert_int_eq(lines, 1 + 28 + 10);
    ck_assert_int_eq(percents, 10);
}
END_TEST

START_TEST(predicts_json_is_a_distribution_for_each_image) {
    trained("run");
    struct error e = {0};
    struct test_outcome o = test_shell(
        "$ONEHOT predict %s/run tests/data/seven.png tests/data/seven.png --json", test_dir);
    cJSON *root = json_parse(o.out, strlen(o.out), "stdout", &e);
    ck_assert_msg(root != NULL, "%s%s", e.text, o.err);
    ck_assert_int_eq(cJSON_GetArraySize(root), 2);
    const cJSON *item, *p;
    cJSON_ArrayForEach(item, root) {
        double sum = 0, best = 0;
        const char *predicted = cJSON_GetObjectItemCaseSensitive(item, "class")->valuestring;
        const cJSON *all = cJSON_GetObjectItemCaseSensitive(item, "probabilities");
        cJSON_ArrayForEach(p, all) {
            sum += p->valuedouble;
            best = p->valuedouble > best ? p->valuedouble : best;
        }
        ck_assert_int_eq(cJSON_GetArraySize(all), 10);
        ck_assert_double_eq_tol(sum, 1, 1e-6);
        ck_assert_double_eq(cJSON_GetObjectItemCaseSensitive(all, predicted)->valuedouble, best);
    }
    cJSON_Delete(root);
}
END_TEST

/* The seven, enlarged ten times, in colour, dark on light. */
static void write_large_seven(const char *path) {
    struct picture seven,
        large = {.width = 280, .height = 280, .channels = 3, .pixels = calloc(3, 280 * 280)};
    struct error e = {0};
    ck_assert_msg(picture_read(&seven, "tests/data/seven.png", PICTURE_BLACK, &e) == 0, "%s",
                  e.text);
    for (int y = 0; y < 280; y++)
        for (int x = 0; x < 280; x++)
            for (int c = 0; c < 3; c++)
                large.pixels[(y * 280 + x) * 3 + c] =
                    (unsigned char)(255 - seven.pixels[y / 10 * 28 + x / 10]);
    ck_assert_int_eq(picture_write(&large, path, &e), 0);
    picture_free(&seven);
    picture_free(&large);
}

START_TEST(a_large_colour_image_is_preprocessed_and_inverted_on_request) {
    const char *large = test_path("large.png");
    trained("run");
    write_large_seven(large);
    check_refusal(test_shell("$ONEHOT predict %s/run %s", test_dir, large), 2, large);

    struct test_outcome o = test_shell("$ONEHOT predict %s/run %s --fit", test_dir, large);
    ck_assert_int_eq(o.status, 0);
    test_names(o.err, "--invert");
    test_message(o.err);

    o = test_shell("$ONEHOT predict %s/run %s --fit --invert --json", test_dir, large);
    struct test_outcome plain =
        test_shell("$ONEHOT predict %s/run tests/data/seven.png --json", test_dir);
    ck_assert_str_eq(o.err, "");
    ck_assert_str_eq(strstr(o.out, "\"class\""), strstr(plain.out, "\"class\""));
}
END_TEST

static void attentive_run(const char *name) {
    struct test_outcome o = test_shell("$ONEHOT train tests/small-attention.json train.epochs=1 "
                                       "output=%s/%s --quiet",
                                       test_dir, name);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* 3 heads, 14 tokens of two rows of pixels each. */
START_TEST(predict_shows_the_attention_weights_of_each_part_of_the_image) {
    attentive_run("run");
    struct test_outcome o =
        test_shell("COLUMNS=60 $ONEHOT predict %s/run tests/data/seven.png --attention", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    const char *last = strstr(o.out, "\nlayer 0 (attention), head 3 of 3");
    ck_assert_msg(last != NULL, "%s", o.out);
    char line[200];
    snprintf(line, sizeof line, "%.*s", (int)strcspn(last + 1, "\n"), last + 1);
    test_message(line);
    ck_assert_ptr_nonnull(strchr(last + 2, '@')); /* the brightest character */
    int lines = 0;
    for (const char *c = last + 1; *c; c++)
        lines += *c == '\n';
    ck_assert_int_eq(lines, 1 + 14);

    o = test_shell("$ONEHOT predict %s/run tests/data/seven.png --attention --json", test_dir);
    cJSON *root = test_json(&o);
    const cJSON *maps = test_member(root->child, "attention"), *map, *row, *value;
    ck_assert_int_eq(cJSON_GetArraySize(maps), 3);
    cJSON_ArrayForEach(map, maps) {
        ck_assert_int_eq(test_member(map, "layer")->valueint, 0);
        ck_assert_int_eq(cJSON_GetArraySize(test_member(map, "map")), 14);
        cJSON_ArrayForEach(row, test_member(map, "map")) {
            double sum = 0;
            ck_assert_int_eq(cJSON_GetArraySize(row), 14);
            cJSON_ArrayForEach(value, row) sum += value->valuedouble;
            ck_assert_double_eq_tol(sum, 1, 14 * 0x1p-24); /* the roundings of the terms */
        }
    }
    cJSON_Delete(root);
}
END_TEST

/* Squares of 224 pixels, 8 apart. */
START_TEST(predict_writes_the_attention_weights_next_to_the_image) {
    struct error e = {0};
    struct picture p, seven;
    attentive_run("run");
    struct test_outcome o = test_shell(
        "$ONEHOT predict %s/run tests/data/seven.png --attention-png %s/a.png", test_dir, test_dir);
    ck_assert_msg(o.status == 0 && !strstr(o.out, "head"), "%s%s", o.out, o.err);
    ck_assert_msg(picture_read(&p, test_path("a.png"), PICTURE_BLACK, &e) == 0, "%s", e.text);
    ck_assert_msg(picture_read(&seven, "tests/data/seven.png", PICTURE_BLACK, &e) == 0, "%s",
                  e.text);
    ck_assert(p.width == 4 * 232 + 8 && p.height == 2 * 232 + 8 && p.channels == 1);
    for (int y = 0; y < 28; y++)
        for (int x = 0; x < 28; x++) {
            int pixel = seven.pixels[y * 28 + x], at = 3 + 8;
            ck_assert_int_eq(p.pixels[(240 + y * 8 + 3) * p.width + x * 8 + at], pixel);
            for (int head = 1; head <= 3; head++) /* rotated, above each map */
                ck_assert_int_eq(p.pixels[(x * 8 + at) * p.width + head * 232 + y * 8 + at], pixel);
        }
    for (int head = 1; head <= 3; head++) {
        int most = 0;
        for (int y = 240; y < 240 + 224; y++)
            for (int x = head * 232 + 8; x < head * 232 + 8 + 224; x++)
                most = p.pixels[y * p.width + x] > most ? p.pixels[y * p.width + x] : most;
        ck_assert_int_eq(most, 255);
    }
    picture_free(&p);
    picture_free(&seven);
}
END_TEST

START_TEST(predict_refuses_attention_if_the_model_has_none) {
    trained("run");
    check_refusal(test_shell("$ONEHOT predict %s/run tests/data/seven.png --attention", test_dir),
                  2, test_path("run/model.safetensors"));
    check_refusal(test_shell("$ONEHOT predict %s/run tests/data/seven.png --attention-png %s/a.png",
                             test_dir, test_dir),
                  2, test_path("run/model.safetensors"));
    attentive_run("attentive");
    check_refusal(test_shell("$ONEHOT predict %s/attentive tests/data/seven.png "
                             "tests/data/seven.png --attention-png %s/a.png",
                             test_dir, test_dir),
                  2, "--attention-png");
    ck_assert(!test_exists(test_path("a.png")));
}
END_TEST

START_TEST(predict_refuses_files_that_are_not_images) {
    trained("run");
    check_refusal(test_shell("$ONEHOT predict %s/run README.md", test_dir), 2, "README.md");
    check_refusal(test_shell("$ONEHOT predict %s/run %s/none.png", test_dir, test_dir), 2,
                  test_path("none.png"));
}
END_TEST

/* ---- pack ---- */

START_TEST(pack_copies_a_dataset_without_changing_it) {
    struct test_outcome o = test_shell("$ONEHOT pack tests/data/mnist-small %s/copy", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
    ck_assert_ptr_nonnull(
        strstr(o.out, "cd809670e7ee9631cac766057efe4dfe3b51d324313772677958efb1566f25fb"));
}
END_TEST

START_TEST(a_failed_pack_leaves_nothing) {
    struct test_outcome o = test_shell(
        "trap '' XFSZ; ulimit -f 40; $ONEHOT pack tests/data/mnist-small %s/copy", test_dir);
    test_failed(o, 1, ".png");
    ck_assert(!test_exists(test_path("copy")));
}
END_TEST

START_TEST(the_model_file_depends_neither_on_paths_nor_on_the_name) {
    struct test_outcome o = test_shell(
        "cp -r tests/data/mnist-small %s/copy && i=0; "
        "for o in name=a name=b data.path=./tests/data/mnist-small data.path=%s/copy "
        "data.path=$PWD/tests/data/mnist-small; do i=$((i+1)); "
        "$ONEHOT train tests/small.json train.epochs=1 $o output=%s/$i --quiet || exit; done; "
        "for i in 1 2 3 4 5; do sha256sum <%s/$i/model.safetensors; done | sort -u",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_msg(strlen(o.out) == 64 + strlen("  -\n"), "%s", o.out);
}
END_TEST

/* The hash of the weights is that of the file's bytes after its header. */
START_TEST(the_hash_of_the_weights_is_that_of_the_bytes_after_the_header) {
    trained("run");
    struct test_outcome o =
        test_shell("cd %s/run && n=$(od -An -tu8 -N8 model.safetensors) && "
                   "tail -c +$((n + 9)) model.safetensors | sha256sum | cut -d' ' -f1 && "
                   "sed -n 's/.*weights_sha256\": \"\\(.*\\)\".*/\\1/p' result.json",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_uint_eq(strlen(o.out), 2 * 65);
    ck_assert_mem_eq(o.out, o.out + 65, 64);
}
END_TEST

START_TEST(a_model_file_outside_its_run_needs_data_to_name_the_dataset) {
    trained("run");
    struct test_outcome o =
        test_shell("cp %s/run/model.safetensors %s/m && "
                   "$ONEHOT evaluate %s/run/model.safetensors | grep accuracy && "
                   "$ONEHOT evaluate %s/m --data tests/data/mnist-small | "
                   "grep accuracy",
                   test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    size_t half = strlen(o.out) / 2;
    ck_assert_mem_eq(o.out, o.out + half, half);
    check_refusal(test_shell("$ONEHOT evaluate %s/m", test_dir), 2, "--data");
}
END_TEST

START_TEST(data_that_moved_is_read_from_the_given_path_and_checked) {
    struct test_outcome o = test_shell(
        "cp -r tests/data/mnist-small %s/old && $ONEHOT train tests/small.json train.epochs=1 "
        "data.path=%s/old output=%s/run --quiet && mv %s/old %s/new && "
        "for c in verify report calibrate; do $ONEHOT $c %s/run --data %s/new || exit; done",
        test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "identical bit for bit"));
    static const char *const commands[] = {"verify", "report", "calibrate", "evaluate"};
    for (int i = 0; i < 4; i++) {
        check_refusal(test_shell("$ONEHOT %s %s/run", commands[i], test_dir), 2, "--data");
        test_shell("cp -r %s/new %s/other && sed -i '1s/.*/3/' %s/other/train-labels.txt", test_dir,
                   test_dir, test_dir);
        if (i < 3)
            check_refusal(
                test_shell("$ONEHOT %s %s/run --data %s/other", commands[i], test_dir, test_dir), 2,
                "changed");
    }
}
END_TEST

START_TEST(a_dataset_is_looked_up_in_the_current_folder_before_the_configs) {
    struct test_outcome o = test_shell(
        "root=$PWD; mkdir %s/configs && cp tests/small.json %s/configs && cd %s/configs && "
        "cp -r $root/tests/data/mnist-small near && cd .. && "
        "train() { $root/$ONEHOT train configs/small.json data.path=near train.epochs=0 "
        "output=$1 | grep ^data; } && train a && cp -r configs/near near && train b",
        test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "data      configs/near: 28 x 28 grey, 10 classes\n"
                            "data      near: 28 x 28 grey, 10 classes\n");
}
END_TEST

START_TEST(a_tilde_in_a_config_is_the_home_directory) {
    struct test_outcome o =
        test_shell("HOME=$PWD/tests $ONEHOT train tests/small.json data.path='~/data/mnist-small' "
                   "train.epochs=0 output=%s/run",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "/tests/data/mnist-small: 28 x 28 grey"));
    check_refusal(
        test_shell("HOME=%s $ONEHOT train tests/small.json data.path='~/data' output=%s/x",
                   test_dir, test_dir),
        2, test_path("data"));
}
END_TEST

/* Closed, their numbers would go to the next files that are opened: the lock, the metrics. */
START_TEST(what_is_printed_lands_in_no_file_if_a_standard_stream_is_closed) {
    struct test_outcome o = test_shell(
        "for closed in 0 1 2 '0 1 2'; do for fd in $closed; do eval \"exec $fd<&-\"; done; "
        "$ONEHOT train tests/small.json train.epochs=1000000 output=%s/run$fd & "
        "until test -s %s/run$fd/metrics.partial.csv; do sleep 0.01; done; kill -9 $!; done",
        test_dir, test_dir);
    (void)o;
    o = test_shell("cd %s && ls && cut -d- -f 3 run*/lock | grep -cv '^[0-9]*$'; head -qn 1 "
                   "run*/metrics.partial.csv | "
                   "cut -d, -f 1",
                   test_dir);
    ck_assert_str_eq(o.out, "run0\nrun1\nrun2\nshell-err\nshell-out\n0\nepoch\nepoch\nepoch\n");
}
END_TEST

START_TEST(the_version_is_that_of_the_file_and_the_list_of_commands_has_three_names) {
    struct test_outcome o = test_shell("$ONEHOT --version && echo onehot $(cat VERSION)");
    size_t half = strlen(o.out) / 2;
    ck_assert_msg(o.status == 0 && half > 7, "%s", o.err);
    ck_assert_mem_eq(o.out, o.out + half, half);
    o = test_shell("$ONEHOT help");
    test_names(o.out, "\n  train ");
    ck_assert_str_eq(test_shell("$ONEHOT --help").out, o.out);
    ck_assert_str_eq(test_shell("$ONEHOT -h").out, o.out);
}
END_TEST

START_TEST(evaluate_notes_that_the_data_has_changed_since_training) {
    struct test_outcome o = test_shell(
        "cp -r tests/data/mnist-small %s/d && $ONEHOT train tests/small.json train.epochs=1 "
        "data.path=%s/d output=%s/run --quiet && $ONEHOT evaluate %s/run >%s/before && "
        "sed -i 1s/.*/3/ %s/d/test-labels.txt && $ONEHOT evaluate %s/run",
        test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    ck_assert_int_eq(strncmp(o.err, "note: ", 6), 0);
    test_names(o.err, test_path("d has changed since this model was trained on it\n"));
}
END_TEST

START_TEST(pack_keeps_a_validation_set_and_counts_it) {
    struct test_outcome o =
        test_shell("for f in train/a train/b val/a val/b test/a test/b; do mkdir -p %s/d/$f && "
                   "cp tests/data/seven.png %s/d/$f; done; $ONEHOT pack %s/d %s/p && "
                   "$ONEHOT pack %s/p %s/q | tail -n 2",
                   test_dir, test_dir, test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_names(o.out, test_path("p: 2 training and 2 test samples, and 2 for validation, 28 x 28"));
    test_names(o.out, test_path("q: 2 training and 2 test samples, and 2 for validation, 28 x 28"));
}
END_TEST

Suite *test_programs(void) {
    return TEST_SUITE(
        "programs", train_prints_its_plan_and_where_the_result_is,
        samples_of_a_gigabyte_are_announced_before_they_are_read,
        a_limit_is_printed_in_the_plan_and_by_evaluate,
        a_scaling_is_printed_in_the_plan_and_applied_by_evaluate, predict_scales_as_evaluate_does,
        train_reports_a_schedule_that_changes_the_learning_rate, train_reports_the_clipping_bound,
        quiet_training_prints_nothing, the_program_name_train_means_onehot_train,
        runs_are_named_by_their_id_and_latest_links_to_the_newest,
        the_resolved_config_reproduces_the_run, result_json_contains_hashes_metrics_and_provenance,
        a_failed_run_exits_1_and_leaves_no_directory,
        an_output_that_cannot_be_written_is_refused_before_training,
        a_directory_without_permission_is_refused,
        a_full_disk_fails_the_run_and_leaves_nothing_that_looks_complete,
        standard_output_on_a_full_disk_is_an_error, bad_usage_exits_2_with_one_sentence,
        every_command_has_help_with_examples, the_man_page_lists_the_options_of_every_command,
        evaluate_reproduces_the_training_result, evaluates_json_is_consistent,
        a_confusion_matrix_too_wide_for_the_terminal_becomes_a_list,
        class_names_in_any_script_are_truncated_between_characters,
        evaluate_refuses_bad_splits_runs_and_datasets, a_model_from_another_program_is_refused,
        a_model_for_images_with_two_channels_is_refused, a_terminal_one_column_wide_does_no_harm,
        predict_shows_the_image_and_the_probabilities,
        predicts_json_is_a_distribution_for_each_image,
        predict_shows_the_attention_weights_of_each_part_of_the_image,
        predict_writes_the_attention_weights_next_to_the_image,
        predict_refuses_attention_if_the_model_has_none,
        a_large_colour_image_is_preprocessed_and_inverted_on_request,
        predict_refuses_files_that_are_not_images, pack_copies_a_dataset_without_changing_it,
        a_failed_pack_leaves_nothing,
        a_dataset_is_looked_up_in_the_current_folder_before_the_configs,
        the_model_file_depends_neither_on_paths_nor_on_the_name,
        the_hash_of_the_weights_is_that_of_the_bytes_after_the_header,
        a_model_file_outside_its_run_needs_data_to_name_the_dataset,
        data_that_moved_is_read_from_the_given_path_and_checked,
        a_tilde_in_a_config_is_the_home_directory,
        what_is_printed_lands_in_no_file_if_a_standard_stream_is_closed,
        the_version_is_that_of_the_file_and_the_list_of_commands_has_three_names,
        evaluate_notes_that_the_data_has_changed_since_training,
        pack_keeps_a_validation_set_and_counts_it);
}
