/* onehot compare: runs side by side. */
#include "messages.h"
#include "test.h"
#include "json/flat_json.h"
#include "json/json_parse.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_compare(void);

/* Samples per second and seconds vary. */
#define COMPARE_VARIES " +[0-9,]+ +[0-9]+[.][0-9] +"

/* Checks that no line is wider than this. */
static void check_width(const char *out, int width) {
    for (const char *line = out; *line; line += strcspn(line, "\n") + 1) {
        int cells = 0;
        for (const char *c = line; *c != '\n'; c++)
            cells += ((unsigned char)*c & 0xc0) != 0x80;
        ck_assert_msg(cells <= width, "wider than %d: %.*s", width, (int)strcspn(line, "\n"), line);
    }
}

START_TEST(nested_json_becomes_dotted_names) {
    static const char text[] = "{\"a\": {\"b\": [{\"c\": 1.5}, {\"c\": \"x\"}]}, \"d\": [1, 2], "
                               "\"e\": {}, \"f\": null}";
    static const char *const rows[][2] = {
        {"a.b.0.c", "1.5"}, {"a.b.1.c", "x"}, {"d", "[1,2]"}, {"e", "{}"}, {"f", "null"}};
    struct arena a = {0};
    struct error e = {0};
    struct flat_json f;
    ck_assert_int_eq(flat_json_parse(&f, text, strlen(text), "text", &a, &e), 0);
    ck_assert_int_eq(f.count, 5);
    for (int i = 0; i < 5; i++) {
        ck_assert_str_eq(f.rows[i].name, rows[i][0]);
        ck_assert_str_eq(f.rows[i].value, rows[i][1]);
        ck_assert_ptr_eq(flat_json_find(&f, rows[i][0]), &f.rows[i]);
    }
    ck_assert(f.rows[1].string && !f.rows[0].string);
    ck_assert(f.rows[0].number == 1.5 && isnan(f.rows[1].number));
    ck_assert_ptr_null(flat_json_find(&f, "a.b"));
    ck_assert_int_eq(flat_json_parse(&f, "{}", 2, "text", &a, &e), 0);
    ck_assert_int_eq(f.count, 0);
    ck_assert_ptr_null(flat_json_find(&f, "a"));
    ck_assert_int_eq(flat_json_parse(&f, "[1]", 3, "text", &a, &e), -1);
    test_refused(&e, "text");
    arena_free(&a);
}
END_TEST

START_TEST(compare_shows_only_what_differs) {
    test_small_run("one", "");
    test_small_run("two", "seed=8 model.0.units=30");
    struct test_outcome o =
        test_shell("COLUMNS=150 $ONEHOT compare %s/one %s/two", test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message_but(COMPARE_VARIES, o.out);
    ck_assert_ptr_nonnull(strstr(o.out, "\none     7             33 "));
    ck_assert_ptr_nonnull(strstr(o.out, "\ntwo     8             30 "));
    check_width(o.out, 150);
}
END_TEST

START_TEST(two_runs_stand_side_by_side_if_the_table_is_too_wide) {
    test_small_run("one", "");
    test_small_run("two", "seed=8");
    for (int width = 20; width <= 60; width += 40) {
        struct test_outcome o =
            test_shell("COLUMNS=%d $ONEHOT compare %s/one %s/two", width, test_dir, test_dir);
        ck_assert_int_eq(o.status, 0);
        check_width(o.out, width);
        ck_assert_ptr_nonnull(strstr(o.out, width == 60 ? "one       two\nseed" : "one     7  "));
    }
}
END_TEST

/* compare with these arguments in test_dir, on a terminal of that width. */
static struct test_outcome compare(int width, const char *arguments) {
    return test_shell("root=$PWD && cd %s && COLUMNS=%d $root/$ONEHOT compare %s", test_dir, width,
                      arguments);
}

/* The table after the lines on what all runs share, which depend on the length of a path. */
static const char *table_of(const struct test_outcome *o) {
    const char *table = strstr(o->out, "\n\nrun ");
    ck_assert_msg(table != NULL, "no table in\n%s%s", o->out, o->err);
    return table + 1;
}

static int count(const char *text, const char *part) {
    int n = 0;
    for (; (text = strstr(text, part)); text++)
        n++;
    return n;
}

START_TEST(from_three_runs_on_each_has_a_row_at_any_width) {
    test_small_run("one", "");
    test_small_run("two", "seed=8 optimizer.learning_rate=0.1");
    test_small_run("three", "seed=9 model.0.units=30");
    for (int width = 20; width <= 80; width += 20) {
        struct test_outcome o = compare(width, "one two three");
        ck_assert_int_eq(o.status, 0);
        const char *table = table_of(&o);
        check_width(table, width);
        ck_assert_int_eq(count(table, "\nthree "), count(table, "\nrun "));
        ck_assert(width < 80 ? count(table, "\nrun ") > 1 : count(table, "\nrun ") == 1);
    }
    struct test_outcome o = compare(80, "one two three");
    test_message(table_of(&o));
    static const char *const shared[] = {"3 runs, all with\n", "/mnist-small", "momentum=0.9",
                                         "train.epochs=2"};
    for (int i = 0; i < 4; i++)
        test_names(o.out, shared[i]);
    ck_assert_int_eq(count(o.out, "batch_size"), 0); /* has its default */
}
END_TEST

START_TEST(layers_of_different_models_share_a_column) {
    test_small_run("one", "");
    test_small_run("two", "'model=[{\"type\": \"linear\", \"units\": 10}]' train.epochs=1");
    test_small_run("three", "seed=8 'optimizer={\"type\": \"adamw\", \"learning_rate\": 0.01}'");
    struct test_outcome o = compare(150, "one two three");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "  33 tanh 20 relu 16 sigmoid 10  "));
    ck_assert_ptr_null(strstr(o.out, "units"));
    ck_assert_ptr_null(strstr(o.out, "beta1")); /* a default, which SGD lacks */
    ck_assert_ptr_nonnull(strstr(o.out, "momentum"));
    test_message(table_of(&o));
    ck_assert_ptr_nonnull(strstr(compare(80, "one two three --csv").out, ",model.1.type,"));
}
END_TEST

START_TEST(compare_marks_equal_weights_and_lists_each_run_once) {
    test_small_run("one", "");
    test_small_run("two", "");
    test_small_run("three", "seed=8");
    test_shell("ln -s two %s/latest", test_dir);
    struct test_outcome o = compare(150, "latest one two/ three");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.err, "");
    ck_assert_int_eq(count(o.out, "latest"), 0);
    ck_assert_int_eq(count(o.out, "= two/\n"), 1);
    ck_assert_int_eq(count(compare(150, "one latest").out, "= one"), 1);
    ck_assert_int_eq(count(compare(150, "one two three latest").out, "latest"), 0);
    test_message(table_of(&o));
}
END_TEST

START_TEST(what_is_no_run_among_several_is_left_out_with_a_note) {
    test_small_run("one", "");
    test_shell("cd %s && mkdir folder && touch file && ln -s gone latest", test_dir);
    struct test_outcome o = compare(150, "file folder latest one");
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\none "));
    ck_assert_int_eq(count(o.err, "\n"), 3);
    test_message(o.err);
    test_failed(compare(150, "folder"), 2, "folder");
    test_failed(compare(150, "one typo"), 2, "typo"); /* no pattern of the shell gives this */
    o = compare(150, "folder file");
    ck_assert_int_eq(o.status, 2);
    test_message(o.err);
}
END_TEST

/* tests/report/compare.js looks at what the page's script makes of it. */
START_TEST(the_page_holds_the_runs_and_their_metrics) {
    size_t size;
    test_small_run("one", "");
    test_small_run("two", "seed=8 'name=<script><!--&'");
    test_shell(
        "mkdir %s/now; printf 'epoch\\n1\\n2' >%s/now/metrics.partial.csv; echo old >%s/x.html",
        test_dir, test_dir, test_dir);
    struct test_outcome o = compare(80, "one two now --html x.html");
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "");
    ck_assert_int_eq(test_shell("grep -q 'https\\?://[^w]' %s/x.html", test_dir).status, 1);
    cJSON *root = test_page(test_path("x.html"));
    const cJSON *runs = test_member(root, "runs"), *two = cJSON_GetArrayItem(runs, 1);
    char *metrics = test_read(test_path("two/metrics.csv"), &size);
    ck_assert_str_eq(test_member(two, "metrics")->valuestring, metrics);
    ck_assert_str_eq(test_member(test_member(two, "config"), "name")->valuestring, "<script><!--&");
    ck_assert_str_eq(test_member(test_member(two, "cells"), "seed")->valuestring, "8");
    ck_assert_str_eq(test_member(cJSON_GetArrayItem(runs, 2), "metrics")->valuestring,
                     "epoch\n1\n2");
    free(metrics);
    cJSON_Delete(root);
    char *drawn = test_drawn(test_path("x.html"), "");
    if (drawn) {
        ck_assert_ptr_nonnull(strstr(drawn, "Loss, training"));
        ck_assert_ptr_nonnull(strstr(drawn, ">now</button> (unfinished)"));
    }
    free(drawn);
}
END_TEST

START_TEST(a_page_that_cannot_be_written_leaves_what_was_there) {
    test_small_run("one", "");
    test_small_run("two", "");
    test_shell("echo old >%s/x.html; mkdir %s/y.html", test_dir, test_dir);
    test_failed(compare(80, "one --html y.html"), 1, "y.html");
    test_failed(compare(80, "one --html no/x.html"), 1, "no/x.html");
    test_failed(compare(80, "one --html /dev/full"), 1, "/dev/full");
    test_failed(compare(80, "one --html x.html --json"), 2, "--html");
    test_shell("cd %s && rm two/metrics.csv && mkdir two/metrics.csv", test_dir);
    test_failed(compare(80, "one two --html x.html"), 2, "two/metrics.csv");
    ck_assert_str_eq(test_shell("cat %s/x.html", test_dir).out, "old\n");
}
END_TEST

START_TEST(compare_lists_unfinished_runs) {
    test_small_run("one", "");
    test_shell("mkdir %s/now; printf 'epoch\\n1\\n2\\n3\\n' >%s/now/metrics.partial.csv", test_dir,
               test_dir);
    struct test_outcome o = test_shell("$ONEHOT compare %s/one %s/now --json", test_dir, test_dir);
    cJSON *root = test_json(&o);
    const cJSON *now = cJSON_GetArrayItem(test_member(root, "runs"), 1);
    ck_assert_int_eq(cJSON_GetArraySize(test_member(root, "differing")), 0);
    ck_assert(cJSON_IsFalse(test_member(now, "finished")));
    ck_assert_int_eq(test_member(now, "epochs")->valueint, 3);
    ck_assert(cJSON_IsNull(test_member(now, "test_accuracy")));
    cJSON_Delete(root);
    o = test_shell("COLUMNS=150 $ONEHOT compare %s/one %s/now", test_dir, test_dir);
    test_message_but(COMPARE_VARIES, o.out);
}
END_TEST

START_TEST(csv_and_json_have_every_digit_of_result_json) {
    size_t size;
    struct error e = {0};
    test_small_run("one", "");
    test_small_run("two", "'name=a,\"b|c' seed=8");
    char *text = test_read(test_path("two/result.json"), &size);
    cJSON *result = json_parse(text, size, "result.json", &e);
    free(text);
    struct test_outcome o = test_shell("$ONEHOT compare %s/one %s/two --json", test_dir, test_dir);
    cJSON *root = test_json(&o);
    const cJSON *two = cJSON_GetArrayItem(test_member(root, "runs"), 1);
    static const char *const names[] = {"test_loss", "test_accuracy",      "test_errors",
                                        "epochs",    "samples_per_second", "seconds"};
    for (int i = 0; i < 6; i++)
        ck_assert(test_member(two, names[i])->valuedouble ==
                  test_member(result, names[i])->valuedouble);
    ck_assert_str_eq(test_member(test_member(two, "config"), "name")->valuestring, "a,\"b|c");
    ck_assert_int_eq(test_member(test_member(two, "config"), "seed")->valueint, 8);

    o = test_shell("$ONEHOT compare %s/one %s/two --csv", test_dir, test_dir);
    static const char header[] =
        "run,finished,name,seed,test_accuracy,test_errors,test_loss,epochs,"
        "samples_per_second,seconds,model_sha256,weights_sha256,same_weights_as\n";
    ck_assert_msg(strncmp(o.out, header, sizeof header - 1) == 0, "%s", o.out);
    ck_assert_ptr_nonnull(strstr(o.out, "/two,true,\"a,\"\"b|c\",8,0."));
    char *loss = cJSON_PrintUnformatted(test_member(result, "test_loss"));
    ck_assert_ptr_nonnull(strstr(o.out, test_member(result, "model_sha256")->valuestring));
    const char *field = strstr(o.out, "/two,");
    for (int commas = 0; commas < 7; field++) /* one of them is in the name */
        commas += *field == ',';
    ck_assert(strtod(field, NULL) == test_member(result, "test_loss")->valuedouble);
    free(loss);

    o = test_shell("$ONEHOT compare %s/one %s/two --markdown", test_dir, test_dir);
    ck_assert_ptr_nonnull(strstr(o.out, "| run | name | seed | "));
    ck_assert_ptr_nonnull(strstr(o.out, "\n|---|--:|--:|--:|"));
    ck_assert_ptr_nonnull(strstr(o.out, "\n| two | a,\"b\\|c | 8 | "));
    cJSON_Delete(root);
    cJSON_Delete(result);
}
END_TEST

START_TEST(hostile_results_are_refused_with_a_sentence) {
    static const char *const edits[][2] = {
        {"s/\"epochs\": 2/\"epochs\": \"two\"/", "\"epochs\""},
        {"s/\"epochs\": 2/\"epochs\": 1e999/", "\"epochs\""},
        {"s/\"epochs\": 2/\"epochs\": [1]/", "\"epochs\""},
        {"s/\"model_sha256\": \"..../\"model_sha256\": \"XXXX/", "\"model_sha256\""},
        {"s/\"model_sha256\"/\"x\"/", "\"model_sha256\""},
        {"s/\"weights_sha256\": \"....../\"weights_sha256\": \"/", "\"weights_sha256\""},
        {"s/\"kernel\": \"/\"kernel\": \"\\x1b[2J/", ""},
        {"$d", ""}};
    test_small_run("run", "");
    test_shell("cp %s/run/result.json %s/saved", test_dir, test_dir);
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        test_shell("sed '%s' %s/saved >%s/run/result.json", edits[i][0], test_dir, test_dir);
        struct test_outcome o = test_shell("$ONEHOT compare %s/run", test_dir);
        ck_assert_str_eq(o.out, "");
        test_names(o.err, edits[i][1]);
        ck_assert_int_eq(o.status, 2);
        test_names(o.err, test_path("run/result.json"));
        test_message_but("(line|column) [0-9]+|got [0-9a-f]+|(scalar|sse2|neon|avx2|avx512)",
                         o.err);
    }
    test_shell("rm %s/run/config.json", test_dir);
    struct test_outcome o = test_shell("$ONEHOT compare %s/run", test_dir);
    test_failed(o, 2, test_path("run"));
    test_failed(test_shell("$ONEHOT compare . --csv --json"), 2, "--csv");
}
END_TEST

START_TEST(a_run_of_a_version_without_a_weights_hash_is_known_by_its_models_hash) {
    test_small_run("old", "");
    test_shell("sed -i 's/\"weights_sha256\"/\"x\"/' %s/old/result.json", test_dir);
    struct test_outcome o = test_shell("$ONEHOT compare %s/old --json", test_dir);
    cJSON *root = test_json(&o);
    const cJSON *run = cJSON_GetArrayItem(test_member(root, "runs"), 0);
    ck_assert_str_eq(test_member(run, "weights_sha256")->valuestring,
                     test_member(run, "model_sha256")->valuestring);
    cJSON_Delete(root);
}
END_TEST

START_TEST(metrics_with_a_zero_byte_are_refused) {
    test_small_run("run", "");
    test_shell("printf '\\0' >>%s/run/metrics.csv", test_dir);
    test_failed(test_shell("$ONEHOT report %s/run", test_dir), 2, "/run/metrics.csv");
}
END_TEST

START_TEST(long_values_are_truncated_to_the_width) {
    test_small_run("one", "");
    test_small_run("two", "name=äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü");
    struct test_outcome o =
        test_shell("COLUMNS=60 $ONEHOT compare %s/one %s/two", test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    check_width(o.out, 60);
    ck_assert_ptr_nonnull(strstr(o.out, "~\n"));
}
END_TEST

START_TEST(a_plot_has_one_curve_per_run_up_to_eight) {
    test_small_run("one", "");
    test_small_run("two", "seed=2 data.validation=0");
    struct test_outcome o = test_shell("COLUMNS=60 $ONEHOT compare %s/one --plot", test_dir);
    ck_assert_int_eq(o.status, 0);
    test_message(o.out);
    check_width(o.out, 60);
    o = test_shell("LC_ALL=C $ONEHOT compare %s/one %s/two --plot", test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    test_message(o.out); /* the training curve, since run two has no validation set */
    test_shell("for i in 1 2 3 4 5 6 7; do cp -r %s/one %s/copy$i; done", test_dir, test_dir);
    test_failed(
        test_shell("$ONEHOT compare %s/one %s/two %s/copy* --plot", test_dir, test_dir, test_dir),
        2, "--plot");
}
END_TEST

START_TEST(csv_names_the_first_run_of_the_same_weights_and_whether_one_is_finished) {
    test_small_run("one", "");
    struct test_outcome o =
        test_shell("cp -r %s/one %s/two && cp -r %s/one %s/three && cd %s/three && rm result.json "
                   "model.safetensors && mv metrics.csv metrics.partial.csv",
                   test_dir, test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = test_shell("root=$PWD; cd %s && $root/$ONEHOT compare one/ two three --csv | "
                   "sed 's/,.*,/,/; s/,$/,-/'",
                   test_dir);
    ck_assert_str_eq(o.out, "run,same_weights_as\none/,-\ntwo,one/\nthree,-\n");
    o = test_shell("root=$PWD; cd %s && $root/$ONEHOT compare one two three --csv | cut -d, -f1-2",
                   test_dir);
    ck_assert_str_eq(o.out, "run,finished\none,true\ntwo,true\nthree,false\n");
}
END_TEST

START_TEST(a_link_that_leads_back_to_itself_is_reported) {
    test_small_run("one", "");
    struct test_outcome o =
        test_shell("cd %s && ln -s loop loop; cd - >&2 && $ONEHOT compare %s/one %s/loop 2>&1 >&-",
                   test_dir, test_dir, test_dir);
    ck_assert_int_eq(o.status, 2);
    test_names(o.out, test_path("loop/config.json: cannot be read"));
}
END_TEST

Suite *test_compare(void) {
    return TEST_SUITE(
        "compare", nested_json_becomes_dotted_names, compare_shows_only_what_differs,
        two_runs_stand_side_by_side_if_the_table_is_too_wide,
        from_three_runs_on_each_has_a_row_at_any_width, layers_of_different_models_share_a_column,
        compare_marks_equal_weights_and_lists_each_run_once,
        what_is_no_run_among_several_is_left_out_with_a_note,
        the_page_holds_the_runs_and_their_metrics,
        a_page_that_cannot_be_written_leaves_what_was_there, compare_lists_unfinished_runs,
        csv_and_json_have_every_digit_of_result_json, hostile_results_are_refused_with_a_sentence,
        long_values_are_truncated_to_the_width, a_plot_has_one_curve_per_run_up_to_eight,
        csv_names_the_first_run_of_the_same_weights_and_whether_one_is_finished,
        a_link_that_leads_back_to_itself_is_reported,
        a_run_of_a_version_without_a_weights_hash_is_known_by_its_models_hash,
        metrics_with_a_zero_byte_are_refused);
}
