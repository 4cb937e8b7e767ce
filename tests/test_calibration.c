/* Calibration: the expected calibration error, and the temperature that calibrate fits and
 * evaluate applies. */
#include "messages.h"
#include "runs/model_file.h"
#include "runs/safetensors.h"
#include "test.h"
#include "train/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_calibration(void);

START_TEST(the_calibration_error_matches_the_papers_formula) {
    const struct prediction predictions[] = {
        {2, false, 0, 0.875f}, {0, true, 0, 0.875f}, {0, false, 0, 1}, {0, true, 0, 0.5f}};
    struct calibration c;
    calibration_measure(&c, predictions, 4);
    const struct calibration_bin *b = c.bins;
    ck_assert(b[7].count == 1 && b[7].right == 0 && b[7].confidence == 0.5);
    ck_assert(b[13].count == 2 && b[13].right == 1 && b[13].confidence == 0.875);
    ck_assert(b[14].count == 1 && b[14].right == 1 && b[14].confidence == 1);
    ck_assert_double_eq_tol(c.error, (1 * 0.5 + 2 * 0.375 + 0) / 4, 1e-15);
    ck_assert_double_eq_tol(c.confidence, 3.25 / 4, 1e-15);
}
END_TEST

/* Logits passed to negative_log_likelihood instead of log p: e^z is infinite. */
START_TEST(values_that_are_not_probabilities_are_counted_in_the_last_bin) {
    const struct prediction predictions[] = {{.confidence = INFINITY}, {.confidence = 1e30f}, {0}};
    struct calibration c;
    calibration_measure(&c, predictions, 3);
    ck_assert(c.bins[CALIBRATION_BINS - 1].count == 2 && c.bins[0].count == 1);
    ck_assert(isinf(c.error) && isinf(c.confidence));
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

    /* The report shows the same number. */
    cJSON *page = test_page(test_path("run/report.html"));
    const cJSON *test = test_member(page, "evaluation");
    ck_assert_double_eq(test_member(test, "expected_calibration_error")->valuedouble, said);
    cJSON_Delete(page);
    cJSON_Delete(root);
}
END_TEST

/* ---- the temperature ---- */

/* Two classes, logits (a, 0), and a fraction q of the samples right: the best T satisfies 1 / (1
 * + e^(-a/T)) = q, so T = a / log(q / (1 - q)). */
START_TEST(the_fitted_temperature_matches_the_closed_form) {
    static const double a[] = {0.5, 3, 40};
    int labels[] = {0, 0, 1, 0, 0}, order[] = {0, 1, 2, 3, 4};
    struct split split = {.count = 5, .labels = labels};
    struct sample_set samples = {.split = &split, .count = 5, .order = order};
    for (int i = 0; i < 3; i++) {
        real z[10] = {0};
        double temperature;
        struct error e = {0};
        for (int n = 0; n < 5; n++)
            z[2 * n] = (real)a[i];
        ck_assert_int_eq(calibration_fit(&temperature, (struct tensor){z, 5, 2}, &samples, "m", &e),
                         0);
        ck_assert_double_eq_tol(temperature, a[i] / log(4), 1e-6 * a[i]);
    }
}
END_TEST

/* The same closed form, with soft labels of mean (q, 1 - q) instead of labels. The best
 * temperature for a target is also the best for half of it. */
START_TEST(calibrate_fits_the_temperature_to_soft_labels_if_there_are_any) {
    int labels[] = {1, 0}, order[] = {1, 0};
    real z[] = {3, 0, 3, 0};
    float targets[] = {0.75f, 0.25f, 0.875f, 0.125f};
    struct split split = {.count = 2, .labels = labels, .targets = targets};
    struct sample_set samples = {.split = &split, .count = 2, .order = order};
    double temperature;
    struct error e = {0};
    ck_assert_int_eq(calibration_fit(&temperature, (struct tensor){z, 2, 2}, &samples, "m", &e), 0);
    ck_assert_double_eq_tol(temperature, 3 / log(0.8125 / 0.1875), 3e-6);
    for (int i = 0; i < 4; i++)
        targets[i] *= 0.5f;
    ck_assert_int_eq(calibration_fit(&temperature, (struct tensor){z, 2, 2}, &samples, "m", &e), 0);
    ck_assert_double_eq_tol(temperature, 3 / log(0.8125 / 0.1875), 3e-6);
}
END_TEST

START_TEST(predictions_that_are_all_right_or_all_wrong_have_no_best_temperature) {
    int right[] = {0, 0}, wrong[] = {1, 1}, order[] = {0, 1};
    real z[] = {3, 0, 1, 0};
    for (int i = 0; i < 2; i++) {
        struct split split = {.count = 2, .labels = i ? right : wrong};
        struct sample_set samples = {.split = &split, .count = 2, .order = order};
        struct error e = {0};
        double temperature;
        ck_assert_int_eq(calibration_fit(&temperature, (struct tensor){z, 2, 2}, &samples, "m", &e),
                         -1);
        test_message(e.text);
    }
}
END_TEST

/* An overconfident model: trained on 200 samples until it has memorised them all. */
static void overconfident_run(void) {
    test_small_run("run", "train.epochs=60 data.limit=200 'model=[{\"type\": \"linear\", "
                          "\"units\": 64}, {\"type\": \"relu\"}, {\"type\": \"linear\", "
                          "\"units\": 10}]'");
}

static double of(const cJSON *root, const char *split, const char *figure) {
    return test_member(test_member(root, split), figure)->valuedouble;
}

START_TEST(calibrate_removes_overconfidence_and_changes_no_prediction) {
    overconfident_run();
    struct test_outcome o = test_shell("$ONEHOT calibrate %s/run --json", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    cJSON *root = test_json(&o);
    static const char *const ece = "expected_calibration_error";
    double temperature = test_member(root, "temperature")->valuedouble;
    ck_assert_double_gt(temperature, 1.2);
    ck_assert_double_lt(of(root, "validation", ece), of(root, "validation_before", ece));
    ck_assert_double_lt(of(root, "test", ece), of(root, "test_before", ece));
    ck_assert_double_lt(of(root, "validation", "loss"), of(root, "validation_before", "loss"));
    ck_assert_double_eq(of(root, "validation", "accuracy"),
                        of(root, "validation_before", "accuracy"));
    ck_assert_double_eq(of(root, "test", "accuracy"), of(root, "test_before", "accuracy"));

    /* For the new file, evaluate reports the same as calibrate; for the old one, the same as
     * before. */
    static const char *const files[] = {"model", "model.calibrated"};
    static const char *const splits[] = {"test_before", "test"};
    for (int i = 0; i < 2; i++) {
        o = test_shell("$ONEHOT evaluate %s/run/%s.safetensors --json", test_dir, files[i]);
        cJSON *evaluated = test_json(&o);
        ck_assert_double_eq(test_member(evaluated, "loss")->valuedouble,
                            of(root, splits[i], "loss"));
        ck_assert_double_eq(test_member(evaluated, ece)->valuedouble, of(root, splits[i], ece));
        cJSON_Delete(evaluated);
    }

    /* Since p = softmax(z / T), log(p_a / p_b) is divided by T. */
    double ratio[2];
    for (int i = 0; i < 2; i++) {
        o = test_shell("$ONEHOT predict %s/run/%s.safetensors tests/data/seven.png --json",
                       test_dir, files[i]);
        cJSON *list = test_json(&o);
        const cJSON *p = test_member(cJSON_GetArrayItem(list, 0), "probabilities");
        ratio[i] = log(test_member(p, "7")->valuedouble / test_member(p, "9")->valuedouble);
        cJSON_Delete(list);
    }
    ck_assert_double_eq_tol(ratio[0] / ratio[1], temperature, 1e-4);
    cJSON_Delete(root);
}
END_TEST

START_TEST(calibrate_keeps_the_runs_model_and_is_reproducible) {
    overconfident_run();
    struct test_outcome o = test_shell(
        "cd %s/run && cp model.safetensors before && cd $OLDPWD && $ONEHOT calibrate %s/run && "
        "cp %s/run/model.calibrated.safetensors %s/once && "
        "$ONEHOT calibrate %s/run --threads 1 && cmp %s/run/before %s/run/model.safetensors && "
        "cmp %s/once %s/run/model.calibrated.safetensors && $ONEHOT verify %s/run && "
        "$ONEHOT export %s/run/model.calibrated.safetensors --c %s/digits.h",
        test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir,
        test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

START_TEST(neither_a_run_without_a_validation_set_nor_a_model_file_can_be_calibrated) {
    test_small_run("run", "data.validation=0");

    test_failed(test_shell("$ONEHOT calibrate %s/run", test_dir), 2,
                test_path("run/model.safetensors"));

    test_failed(test_shell("$ONEHOT calibrate %s/run/model.safetensors", test_dir), 2,
                test_path("run/model.safetensors"));
}
END_TEST

START_TEST(a_run_that_is_right_on_every_validation_sample_is_not_calibrated) {
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json output=%s/run --quiet "
                   "data.path=toy:blobs:train=60:test=0 data.validation=9",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_failed(test_shell("$ONEHOT calibrate %s/run", test_dir), 1, "run/model.safetensors");
    ck_assert(!test_exists(test_path("run/model.calibrated.safetensors")));
}
END_TEST

/* Anyone can edit the metadata. */
START_TEST(a_hostile_calibration_is_refused) {
    static const char *const bad[][2] = {
        {"{\"temperature\": 0}", "\"temperature\""},
        {"{\"temperature\": -1}", "\"temperature\""},
        {"{\"temperature\": [1]}", "\"temperature\""},
        {"{}", "\"temperature\""},
        {"1.5", "bad.safetensors"},
    };
    test_small_run("run", "");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct safetensors s;
        struct error e = {0};
        struct text out = {0};
        ck_assert_int_eq(safetensors_read(&s, test_path("run/model.safetensors"), &e), 0);
        struct safetensors_pair *pairs = arena_alloc(&s.arena, (size_t)s.pairs + 1, sizeof *pairs);
        memcpy(pairs, s.metadata, (size_t)s.pairs * sizeof *pairs);
        pairs[s.pairs++] = (struct safetensors_pair){"onehot.calibration", bad[i][0]};
        s.metadata = pairs;
        safetensors_write(&s, &out);
        test_write(test_path("bad.safetensors"), out.data, out.size);
        text_free(&out);
        arena_free(&s.arena);

        test_failed(test_shell("$ONEHOT evaluate %s/bad.safetensors", test_dir), 2, bad[i][1]);
    }
}
END_TEST

START_TEST(without_a_test_set_calibrate_shows_the_validation_set_alone) {
    struct test_outcome o = test_shell(
        "$ONEHOT train configs/tiny/three.json data.path=toy:moons:train=200:test=0 "
        "data.validation=100 model.2.units=2 output=%s/run --quiet && $ONEHOT calibrate %s/run",
        test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert(strstr(o.out, "\nvalidation  ") && !strstr(o.out, "\ntest "));
    o = test_shell("$ONEHOT calibrate %s/run --json", test_dir);
    cJSON *root = test_json(&o);
    ck_assert_int_eq(test_member(test_member(root, "validation"), "samples")->valueint, 100);
    ck_assert(!cJSON_HasObjectItem(root, "test"));
    cJSON_Delete(root);
}
END_TEST

/* calibrate refuses such a run, so only an edit gives it a temperature. */
START_TEST(a_calibration_of_a_loss_without_a_temperature_is_refused) {
    struct text out = {0};
    struct error e = {0};
    test_small_run("run",
                   "loss.type=negative_log_likelihood "
                   "'model=[{\"type\":\"linear\",\"units\":10},{\"type\":\"log_softmax\"}]'");
    ck_assert_int_eq(model_file_calibrate(test_path("run/model.safetensors"), 2, &out, &e), 0);
    test_write(test_path("bad.safetensors"), out.data, out.size);
    text_free(&out);
    test_failed(test_shell("$ONEHOT evaluate %s/bad.safetensors", test_dir), 2,
                "/bad.safetensors: its calibration");
    test_failed(test_shell("$ONEHOT calibrate %s/run", test_dir), 2, "run/model.safetensors");
}
END_TEST

Suite *test_calibration(void) {
    return TEST_SUITE("calibration", the_calibration_error_matches_the_papers_formula,
                      values_that_are_not_probabilities_are_counted_in_the_last_bin,
                      evaluates_calibration_error_follows_from_its_bins,
                      the_fitted_temperature_matches_the_closed_form,
                      calibrate_fits_the_temperature_to_soft_labels_if_there_are_any,
                      predictions_that_are_all_right_or_all_wrong_have_no_best_temperature,
                      calibrate_removes_overconfidence_and_changes_no_prediction,
                      calibrate_keeps_the_runs_model_and_is_reproducible,
                      neither_a_run_without_a_validation_set_nor_a_model_file_can_be_calibrated,
                      a_run_that_is_right_on_every_validation_sample_is_not_calibrated,
                      a_hostile_calibration_is_refused,
                      without_a_test_set_calibrate_shows_the_validation_set_alone,
                      a_calibration_of_a_loss_without_a_temperature_is_refused);
}
