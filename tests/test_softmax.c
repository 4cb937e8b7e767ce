/* onehot softmax: its table, the overflow of the naive formula, and what it refuses. */
#include "messages.h"
#include "test.h"
#include <math.h>
#include <string.h>

Suite *test_softmax(void);

/* Checks that it prints the next text of messages.txt, which contains these numbers. */
static void prints(const char *arguments, const char *numbers) {
    struct test_outcome o = test_shell("COLUMNS=80 LC_ALL=C $ONEHOT softmax %s", arguments);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_names(o.out, numbers);
    test_message(o.out);
}

START_TEST(the_naive_formula_overflows_and_softmax_does_not) {
    prints("1000 1001 1002",
           "\n0      1000       -2  0.1353  0.09003   -2.408        inf      nan\n"
           "1      1001       -1  0.3679   0.2447   -1.408        inf      nan\n"
           "2      1002        0       1   0.6652  -0.4076        inf      nan\n");
    prints("88.5 88.5", "");
    prints("-200 -201", "");
    prints("2.0 1.0 0.1", "6e-08");
}
END_TEST

START_TEST(a_label_adds_the_loss_and_p_minus_y) {
    prints("2.0 1.0 0.1 --label 0", "\n0        2        0       1    0.659  -0.417   -0.341 ");
    prints("2.0 1.0 0.1 --label 1 --temperature 2", "1.18978");
    prints("2 1 --temperature 1e-300", "\n0      #####");
}
END_TEST

START_TEST(negative_numbers_are_logits_and_minus_infinity_masks) {
    prints("-1 2 -inf", "\n0        -1       -3 ");
    prints("-1 2 -inf", "\n2      -inf     -inf        0        0      -inf          0        0\n");
    prints("-- -1 2", "\n0  ");
    prints("5", "\n0      5        0    1  1      0 ");
}
END_TEST

START_TEST(a_narrow_terminal_transposes_the_table_and_every_line_fits) {
    for (int width = 30; width <= 80; width += 10) {
        struct test_outcome o = test_shell(
            "COLUMNS=%d LC_ALL=C $ONEHOT softmax 1000 -1001.25 1002 -inf --temperature 3", width);
        ck_assert_int_eq(o.status, 0);
        for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n"))
            ck_assert_msg(strlen(line) <= (size_t)width, "at %d columns: %s", width, line);
    }
    ck_assert_int_eq(test_shell("COLUMNS=1 $ONEHOT softmax 1 2 --label 1").status, 0);
}
END_TEST

/* Computed by libm in double; the p in float32 are off by a few 2^-24. */
START_TEST(the_json_is_softmax_of_its_own_logits) {
    struct test_outcome o = test_shell("$ONEHOT softmax 3 -1.5 0.25 1e3 --temperature 250 "
                                       "--label 3 --json");
    cJSON *root = test_json(&o);
    double sum = 0, t = test_member(root, "temperature")->valuedouble;
    ck_assert_double_eq(t, 250);
    const cJSON *c;
    int classes = 0;
    cJSON_ArrayForEach(c, test_member(root, "classes")) {
        sum += exp(test_member(c, "z")->valuedouble / t);
    }
    ck_assert_double_eq_tol(test_member(root, "naive_sum")->valuedouble / sum, 1, 1e-6);
    ck_assert_double_eq_tol(test_member(root, "sum")->valuedouble / (sum * exp(-4)), 1, 1e-6);
    cJSON_ArrayForEach(c, test_member(root, "classes")) {
        double z = test_member(c, "z")->valuedouble, p = exp(z / t) / sum, y = classes++ == 3;
        ck_assert_double_eq_tol(test_member(c, "scaled")->valuedouble, z / t, 1e-6);
        ck_assert_double_eq_tol(test_member(c, "shifted")->valuedouble, z / t - 4, 1e-6);
        ck_assert_double_eq_tol(test_member(c, "exp")->valuedouble, exp(z / t - 4), 1e-6);
        ck_assert_double_eq_tol(test_member(c, "p")->valuedouble, p, 1e-6);
        ck_assert_double_eq_tol(test_member(c, "log_p")->valuedouble, log(p), 1e-6);
        ck_assert_double_eq_tol(test_member(c, "p_minus_y")->valuedouble, p - y, 1e-6);
        ck_assert_double_eq_tol(test_member(c, "naive_exp")->valuedouble, exp(z / t), 1e-4);
        ck_assert_double_eq_tol(test_member(c, "naive_p")->valuedouble, p, 1e-6);
    }
    ck_assert_int_eq(classes, 4);
    ck_assert_double_eq_tol(test_member(root, "loss")->valuedouble, log(sum) - 4, 1e-6);
    cJSON_Delete(root);
    o = test_shell("$ONEHOT softmax 1000 -inf --json");
    root = test_json(&o);
    ck_assert(cJSON_IsNull(test_member(root, "naive_sum")));
    ck_assert(!cJSON_HasObjectItem(root, "loss"));
    cJSON_Delete(root);
}
END_TEST

START_TEST(invalid_logits_temperatures_and_labels_are_refused) {
    static const struct {
        const char *arguments, *message;
    } bad[] = {
        {"", "onehot softmax"},
        {"1 x", "\"x\""},
        {"1 ''", "\"\""},
        {"1 nan", "\"nan\""},
        {"1 -1x", "-1x"},
        {"1e39", "\"1e39\""},
        {"-1e39", "\"-1e39\""},
        {"inf 1", "\"inf\""},
        {"-inf -inf", ""},
        {"1 2 --temperature 0", "--temperature"},
        {"1 2 --temperature -1", "--temperature"},
        {"1 2 --temperature inf", "--temperature"},
        {"1 2 --temperature nan", "--temperature"},
        {"1 2 --label 2", "--label"},
        {"1 2 --label -1", "--label"},
        {"1 2 --label 1.0", "--label"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct test_outcome o = test_shell("$ONEHOT softmax %s", bad[i].arguments);
        test_failed(o, 2, bad[i].message);
        ck_assert_str_eq(o.out, "");
    }
}
END_TEST

Suite *test_softmax(void) {
    return TEST_SUITE(
        "softmax", the_naive_formula_overflows_and_softmax_does_not,
        a_label_adds_the_loss_and_p_minus_y, negative_numbers_are_logits_and_minus_infinity_masks,
        a_narrow_terminal_transposes_the_table_and_every_line_fits,
        the_json_is_softmax_of_its_own_logits, invalid_logits_temperatures_and_labels_are_refused);
}
