/* Calibration: the expected calibration error, and the temperature that evaluate and calibrate go
 * by. */
#include "test.h"
#include "train/calibration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_calibration(void);

/* Samples 3, 2, 1, 0 of a split: order and labels must not be mixed up. */
START_TEST(the_calibration_error_is_the_papers_by_hand) {
    int labels[] = {1, 0, 2, 2}, order[] = {3, 2, 1, 0};
    struct split split = {.count = 4, .labels = labels};
    struct subset samples = {.split = &split, .count = 4, .order = order};
    const struct outcome outcomes[] = {
        {2, 0, 0.875f}, {0, 0, 0.875f}, {0, 0, 1}, {0, 0, 0.5f}}; /* right, wrong, right, wrong */
    struct calibration c;
    calibration_measure(&c, outcomes, &samples);
    const struct calibration_bin *b = c.bins;
    ck_assert(b[7].count == 1 && b[7].right == 0 && b[7].confidence == 0.5);
    ck_assert(b[13].count == 2 && b[13].right == 1 && b[13].confidence == 0.875);
    ck_assert(b[14].count == 1 && b[14].right == 1 && b[14].confidence == 1);
    ck_assert_double_eq_tol(c.error, (1 * 0.5 + 2 * 0.375 + 0) / 4, 1e-15);
    ck_assert_double_eq_tol(c.confidence, 3.25 / 4, 1e-15);
}
END_TEST

START_TEST(evaluates_calibration_error_follows_from_its_bins) {
    test_small_run("run", "");
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json", test_dir);
    cJSON *root = test_json(&o);
    const cJSON *bin;
    double error = 0;
    int count = 0, bins = 0;
    cJSON_ArrayForEach(bin, test_member(root, "bins")) {
        int n = test_member(bin, "count")->valueint;
        count += n;
        ck_assert_double_eq_tol(test_member(bin, "above")->valuedouble, bins / 15.0, 1e-15);
        bins++;
        if (n == 0)
            continue;
        double confidence = test_member(bin, "confidence")->valuedouble;
        ck_assert(confidence > test_member(bin, "above")->valuedouble - 1e-7 &&
                  confidence < test_member(bin, "to")->valuedouble + 1e-7);
        error += n * fabs(test_member(bin, "accuracy")->valuedouble - confidence);
    }
    ck_assert_int_eq(bins, 15);
    ck_assert_int_eq(count, test_member(root, "samples")->valueint);
    double said = test_member(root, "expected_calibration_error")->valuedouble;
    ck_assert_double_eq_tol(said, error / count, 1e-12);

    /* The page says the same. */
    char text[64];
    size_t size;
    snprintf(text, sizeof text, "apart by %.2f %%, weighted", 100 * said);
    char *html = test_read(test_path("run/report.html"), &size);
    ck_assert_msg(strstr(html, text) != NULL, "%s", text);
    free(html);
    cJSON_Delete(root);
}
END_TEST

Suite *test_calibration(void) {
    return TEST_SUITE("calibration", the_calibration_error_is_the_papers_by_hand,
                      evaluates_calibration_error_follows_from_its_bins);
}
