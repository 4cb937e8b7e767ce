/* What onehot.h promises about a context and datasets: versions, threads, arguments that are NULL,
 * mistakes. tests/test_trainings.c does it for trainings, tests/test_trained.c for their models,
 * tests/test_register.c for the kinds that a program registers; tests/test_library.c has the
 * results. */
#include "contract.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *test_contract(void);

/* ---- the context ---- */

START_TEST(the_version_is_the_headers_and_the_numerics_those_of_the_command_line) {
    char header[32];
    snprintf(header, sizeof header, "%d.%d.%d", OH_VERSION_MAJOR, OH_VERSION_MINOR,
             OH_VERSION_PATCH);
    ck_assert_str_eq(oh_version(), header);
    test_names(test_shell("$ONEHOT --version").out, header);
    test_small_run("run", "train.epochs=0");
    size_t size;
    char *file = test_read(test_path("run/model.safetensors"), &size), numerics[60];
    snprintf(numerics, sizeof numerics, "\"onehot.numerics\": \"%s\"", oh_numerics());
    test_names(file + 8, numerics); /* past the header's length */
    free(file);
}
END_TEST

START_TEST(the_environment_names_the_kernel_of_the_process) {
    setenv("ONEHOT_KERNEL", "scalar", 1);
    begin();
    ck_assert_str_eq(oh_kernel(c), "scalar");
    setenv("ONEHOT_KERNEL", "none", 1); /* too late for this process */
    oh_context_free(c);
    begin();
    ck_assert_str_eq(oh_kernel(c), "scalar");
    oh_context_free(c);
}
END_TEST

START_TEST(an_unknown_kernel_fails_every_new_context) {
    setenv("ONEHOT_KERNEL", "none", 1);
    for (int i = 0; i < 2; i++) {
        ck_assert_ptr_null(oh_context_new(&e));
        ck_assert_int_eq(e.status, OH_INPUT);
        test_names(e.text, "ONEHOT_KERNEL");
        test_names(e.text, "scalar"); /* one that there is */
        e = (oh_error){0};
    }
    ck_assert_ptr_null(oh_context_new(NULL));
}
END_TEST

START_TEST(threads_are_1_to_256_and_never_change_a_result) {
    static const int good[] = {1, 2, 256}, bad[] = {0, -1, 257};
    char hash[65] = "";
    begin();
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(oh_set_threads(c, good[i], &e), 0);
        REFUSED(-1, oh_set_threads(c, bad[i], &e), "256");
        oh_dataset *d = table();
        oh_model *m = trained(d, 2, SHORT);
        if (i == 0)
            strcpy(hash, oh_model_sha256(m, &e));
        ck_assert_str_eq(oh_model_sha256(m, &e), hash);
        oh_model_free(m);
        oh_dataset_free(d);
    }
    oh_context_free(c);
}
END_TEST

/* ---- arguments that are NULL, errors that are there ---- */

static void missing(void) {
    ck_assert_int_eq(e.status, OH_INPUT);
    ck_assert_str_eq(e.text, "an argument is NULL, because an earlier call failed");
    e = (oh_error){0};
}
#define MISSING(failure, call)                                                                     \
    do {                                                                                           \
        ck_assert((call) == (failure));                                                            \
        missing();                                                                                 \
    } while (0)

START_TEST(a_call_that_is_given_null_for_an_argument_fails) {
    unsigned char image[3];
    float p[2];
    size_t size;
    begin();
    oh_dataset *d = table();
    oh_model *m = trained(d, 2, SHORT), *untrained = model(2, "");
    MISSING(-1, oh_set_threads(NULL, 1, &e));
    MISSING(NULL, oh_dataset_read(NULL, "toy:moons", &e));
    MISSING(NULL, oh_dataset_read(c, NULL, &e));
    MISSING(NULL, oh_dataset_read_for(NULL, "toy:moons", &e));
    MISSING(NULL, oh_dataset_read_for(untrained, "toy:moons", &e));
    MISSING(NULL, oh_dataset_read_for(m, NULL, &e));
    MISSING(NULL, oh_dataset_from_rows(NULL, rows, labels, 4, 3, 2, &e));
    MISSING(NULL, oh_dataset_from_rows(c, NULL, labels, 4, 3, 2, &e));
    MISSING(NULL, oh_dataset_from_pixels(c, NULL, labels, 4, 1, 1, 3, 2, &e));
    MISSING(-1, oh_dataset_add_rows(NULL, OH_TEST, rows, labels, 4, &e));
    MISSING(-1, oh_dataset_set_targets(NULL, OH_TRAIN, rows, false, &e));
    MISSING(-1, oh_dataset_set_targets(d, OH_TRAIN, NULL, false, &e));
    MISSING(-1, oh_dataset_name_class(NULL, 0, "a", &e));
    MISSING(-1, oh_dataset_name_column(d, 0, NULL, &e));
    MISSING(NULL, oh_dataset_sha256(NULL, &e));
    MISSING(NULL, oh_model_new(NULL, &e));
    MISSING(NULL, oh_model_read_config(NULL, "tests/small.json", &e));
    MISSING(NULL, oh_model_read_config(c, NULL, &e));
    MISSING(NULL, oh_model_from_config(NULL, "{}", &e));
    MISSING(NULL, oh_model_from_config(c, NULL, &e));
    MISSING(NULL, oh_model_load(NULL, "runs", &e));
    MISSING(NULL, oh_model_load(c, NULL, &e));
    MISSING(NULL, oh_model_from_bytes(NULL, "x", 1, &e));
    MISSING(NULL, oh_model_from_bytes(c, NULL, 0, &e));
    MISSING(-1, oh_model_save(NULL, "x", &e));
    MISSING(-1, oh_model_save(m, NULL, &e));
    MISSING(NULL, oh_model_sha256(NULL, &e));
    MISSING(NULL, oh_model_export(NULL, "onnx", NULL, &size, &e));
    MISSING(NULL, oh_model_export(m, NULL, "net", &size, &e));
    MISSING(NULL, oh_model_export(m, "onnx", NULL, NULL, &e));
    MISSING(NULL, oh_training_new(NULL, d, &e));
    MISSING(-1, oh_epoch(NULL, &e));
    MISSING(-1, oh_run(NULL, &e));
    MISSING(-1, oh_finish(NULL, &e));
    MISSING(NULL, oh_checkpoint(NULL, &size, &e));
    MISSING(-1, oh_resume(NULL, "x", 1, &e));
    MISSING(-1, oh_predict_rows(NULL, rows, 1, NULL, p, &e));
    MISSING(-1, oh_predict_rows(m, NULL, 1, NULL, p, &e));
    MISSING(-1, oh_read_image(NULL, "tests/data/seven.png", true, image, &e));
    MISSING(-1, oh_read_image(m, NULL, true, image, &e));
    MISSING(-1, oh_read_image(m, "tests/data/seven.png", true, NULL, &e));
    MISSING(-1, oh_evaluate(NULL, d, OH_TRAIN, NULL, NULL, &e));
    MISSING(-1, oh_evaluate(m, NULL, OH_TRAIN, NULL, NULL, &e));
    MISSING(-1, oh_calibrate(NULL, d, OH_TRAIN, NULL, &e));
    MISSING(-1, oh_calibrate(m, NULL, OH_TRAIN, NULL, &e));
    MISSING(-1, oh_register_layer(c, NULL, &e));
    MISSING(-1, oh_register_loss(c, NULL, &e));
    MISSING(-1, oh_register_optimizer(c, NULL, &e));
    oh_training *t = oh_training_new(m, d, &e);
    MISSING(NULL, oh_checkpoint(t, NULL, &e));
    MISSING(-1, oh_resume(t, NULL, 0, &e));
    oh_training_free(t);
    oh_model_free(untrained);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(what_tells_about_null_tells_of_nothing) {
    int shape[3] = {7, 7, 7};
    oh_dataset_shape(NULL, shape);
    ck_assert(shape[0] == 0 && shape[1] == 0 && shape[2] == 0);
    ck_assert(oh_dataset_features(NULL) == 0 && oh_dataset_classes(NULL) == 0);
    ck_assert(!oh_dataset_class_name(NULL, 0) && !oh_dataset_column_name(NULL, 0));
    ck_assert(!oh_dataset_row(NULL, OH_TRAIN, 0) && !oh_dataset_pixels(NULL, OH_TRAIN, 0));
    ck_assert_ptr_null(oh_dataset_targets(NULL, OH_TRAIN, 0));
    ck_assert(oh_model_outputs(NULL) == 0 && oh_model_classes(NULL) == 0);
    ck_assert_uint_eq(oh_model_parameters(NULL), 0);
    ck_assert(oh_training_epochs(NULL) == 0 && oh_training_steps(NULL) == 0);
    ck_assert_int_eq(oh_training_steps_per_epoch(NULL), 0);
    ck_assert(isnan(oh_training_step_loss(NULL)));
    ck_assert(isnan(oh_training_figure(NULL, OH_TRAIN_LOSS)));
    ck_assert(oh_relu(NULL) == -1 && oh_dropout(NULL, 0.5) == -1);
    begin();
    oh_model *m = model(2, "");
    ck_assert_int_eq(oh_set(m, NULL), -1);
    oh_model_free(m);
    oh_context_free(c);
    oh_on_epoch(NULL, NULL, NULL);
    oh_free(NULL);
}
END_TEST

START_TEST(after_an_error_calls_do_nothing_and_the_first_text_stays) {
    begin();
    oh_dataset *d = table();
    oh_model *m = trained(d, 2, SHORT);
    char hash[65];
    float p[2] = {7, 7};
    double loss = 7;
    strcpy(hash, oh_model_sha256(m, &e));
    ck_assert_int_eq(oh_set_threads(c, 0, &e), -1);
    oh_error first = e;
    ck_assert(!oh_context_new(&e) && !oh_dataset_read(c, "toy:moons", &e));
    ck_assert(oh_train(m, d, &e) == -1 && oh_model_save(m, test_path("model"), &e) == -1);
    ck_assert(oh_predict_rows(m, rows, 1, NULL, p, &e) == -1 && p[0] == 7);
    ck_assert(oh_evaluate(m, d, OH_TRAIN, &loss, NULL, &e) == -1 && loss == 7);
    ck_assert(oh_train(NULL, NULL, &e) == -1); /* not the error of this call */
    ck_assert_mem_eq(&e, &first, sizeof e);
    ck_assert(!test_exists(test_path("model")));
    e = (oh_error){0};
    ck_assert_str_eq(oh_model_sha256(m, &e), hash);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* ---- datasets ---- */

START_TEST(a_dataset_returns_what_was_put_in_and_nothing_past_its_ends) {
    begin();
    oh_dataset *d = table(), *p = images();
    oh_dataset_name_class(d, 1, "spam", &e);
    oh_dataset_add_rows(d, OH_VALIDATION, rows, labels, 2, &e);
    fine();
    ck_assert(oh_dataset_features(d) == 3 && oh_dataset_classes(d) == 2);
    ck_assert_str_eq(oh_dataset_class_name(d, 0), "0");
    ck_assert_str_eq(oh_dataset_class_name(d, 1), "spam");
    ck_assert(!oh_dataset_class_name(d, -1) && !oh_dataset_class_name(d, 2));
    for (int i = 0; i < 4; i++) {
        ck_assert_mem_eq(oh_dataset_row(d, OH_TRAIN, i), rows + 3 * i, 3 * sizeof *rows);
        ck_assert_mem_eq(oh_dataset_pixels(p, OH_TRAIN, i), pixels + 3 * i, 3);
        ck_assert_int_eq(oh_dataset_label(d, OH_TRAIN, i), labels[i]);
        ck_assert(!oh_dataset_pixels(d, OH_TRAIN, i) && !oh_dataset_row(p, OH_TRAIN, i));
    }
    ck_assert(!oh_dataset_row(d, OH_TRAIN, -1) && !oh_dataset_row(d, OH_TRAIN, 4));
    ck_assert(oh_dataset_label(d, OH_TEST, 0) == -1 && oh_dataset_label(d, OH_VALIDATION, 2) == -1);
    ck_assert(oh_dataset_count(d, OH_VALIDATION) == 2 && oh_dataset_count(d, OH_TEST) == 0);
    ck_assert(oh_dataset_count(d, (enum oh_split)3) == 0);
    ck_assert(oh_dataset_count(d, (enum oh_split) - 1) == 0);
    oh_dataset_free(d);
    oh_dataset_free(p);
    oh_context_free(c);
}
END_TEST

START_TEST(mistakes_in_samples_name_the_sample_or_the_number) {
    static const int negative[] = {0, 0, 1, -1};
    begin();
    REFUSED(NULL, oh_dataset_from_rows(c, rows, negative, 4, 3, 2, &e), "sample 3");
    REFUSED(NULL, oh_dataset_from_rows(c, rows, labels, -1, 3, 2, &e), "-1");
    REFUSED(NULL, oh_dataset_from_rows(c, rows, labels, 4, 3, 10001, &e), "10000");
    REFUSED(NULL, oh_dataset_from_pixels(c, pixels, labels, 4, 0, 3, 1, 2, &e), "");
    REFUSED(NULL, oh_dataset_from_pixels(c, pixels, labels, 4, 60000, 60000, 1, 2, &e), "60000");
    oh_dataset *d = images();
    REFUSED(-1, oh_dataset_add_rows(d, OH_TEST, rows, labels, 4, &e), "pixels");
    REFUSED(-1, oh_dataset_add_pixels(d, OH_TEST, pixels, NULL, 4, &e), "test");
    REFUSED(-1, oh_dataset_add_pixels(d, (enum oh_split) - 1, pixels, labels, 4, &e), "-1");
    REFUSED(-1, oh_dataset_name_column(d, 0, "a", &e), "");
    REFUSED(-1, oh_dataset_name_class(d, -1, "a", &e), "");
    ck_assert_int_eq(oh_dataset_count(d, OH_TEST), 0);
    ck_assert_ptr_nonnull(oh_dataset_sha256(d, &e));
    REFUSED(-1, oh_dataset_name_class(d, 0, "a", &e), "first use");
    REFUSED(-1, oh_dataset_set_targets(d, OH_TRAIN, rows, false, &e), "first use");
    oh_dataset_free(d);

    /* What only the whole dataset shows is reported at its first use. */
    static const int zeros[4] = {0};
    d = oh_dataset_from_rows(c, rows, zeros, 4, 3, 2, &e);
    REFUSED(NULL, oh_dataset_sha256(d, &e), "\"1\"");
    oh_dataset_free(d);
    d = oh_dataset_from_rows(c, rows, zeros, 4, 3, 1, &e);
    REFUSED(NULL, oh_dataset_sha256(d, &e), "\"0\"");
    oh_dataset_free(d);
    d = table();
    ck_assert_int_eq(oh_dataset_name_class(d, 0, "1", &e), 0);
    REFUSED(NULL, oh_dataset_sha256(d, &e), "\"1\"");
    ck_assert_int_eq(oh_dataset_name_class(d, 0, "none", &e), 0); /* a remedy */
    ck_assert_ptr_nonnull(oh_dataset_sha256(d, &e));
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(targets_of_several_labels_are_0_or_1_and_in_every_split) {
    static const float several[8] = {1, 1, 0, 1, 0, 0, 1, 0}, soft[8] = {0.5f, 0.5f, 1, 0, 0, 1, 1},
                       nan[8] = {NAN};
    begin();
    oh_dataset *d = table();
    oh_dataset_add_rows(d, OH_TEST, rows, labels, 4, &e);
    REFUSED(-1, oh_dataset_set_targets(d, OH_TRAIN, soft, true, &e), "sample 0");
    REFUSED(-1, oh_dataset_set_targets(d, OH_TRAIN, several, false, &e), "sample 0");
    REFUSED(-1, oh_dataset_set_targets(d, OH_TRAIN, nan, false, &e), "sample 0");
    REFUSED(-1, oh_dataset_set_targets(d, (enum oh_split)3, several, true, &e), "3");
    ck_assert_ptr_null(oh_dataset_targets(d, OH_TRAIN, 0));
    ck_assert_int_eq(oh_dataset_set_targets(d, OH_TRAIN, several, true, &e), 0);
    REFUSED(NULL, oh_dataset_sha256(d, &e), "all splits");
    ck_assert_int_eq(oh_dataset_set_targets(d, OH_TEST, several, true, &e), 0);
    oh_model *m = trained(d, 2, SHORT "loss.type=sigmoid_cross_entropy ");
    REFUSED(-1, oh_calibrate(m, d, OH_TEST, NULL, &e), "temperature");
    oh_model_free(m);
    m = trained(d, 2, SHORT); /* its loss has a temperature, but not for several labels */
    REFUSED(-1, oh_calibrate(m, d, OH_TEST, NULL, &e), "temperature");
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(targets_need_samples) {
    static const float soft[8] = {0.5f, 0.5f, 1, 0, 0, 1, 1, 0};
    begin();
    oh_dataset *d = table();
    REFUSED(-1, oh_dataset_set_targets(d, OH_TEST, soft, false, &e), "test");
    ck_assert_int_eq(oh_dataset_add_rows(d, OH_TEST, rows, labels, 4, &e), 0);
    ck_assert_ptr_null(oh_dataset_targets(d, OH_TEST, 3));
    ck_assert_int_eq(oh_dataset_set_targets(d, OH_TEST, soft, false, &e), 0);
    ck_assert_mem_eq(oh_dataset_targets(d, OH_TEST, 2), soft + 4, 2 * sizeof *soft);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

Suite *test_contract(void) {
    return TEST_SUITE(
        "contract", the_version_is_the_headers_and_the_numerics_those_of_the_command_line,
        the_environment_names_the_kernel_of_the_process, an_unknown_kernel_fails_every_new_context,
        threads_are_1_to_256_and_never_change_a_result,
        a_call_that_is_given_null_for_an_argument_fails, what_tells_about_null_tells_of_nothing,
        after_an_error_calls_do_nothing_and_the_first_text_stays,
        a_dataset_returns_what_was_put_in_and_nothing_past_its_ends,
        mistakes_in_samples_name_the_sample_or_the_number,
        targets_of_several_labels_are_0_or_1_and_in_every_split, targets_need_samples);
}
