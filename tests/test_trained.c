/* What onehot.h promises about a trained model: its file, its other forms, its predictions; see
 * tests/test_contract.c. */
#include "contract.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *test_trained(void);

START_TEST(a_model_without_parameters_tells_so_and_of_what_to_do) {
    size_t size = 7;
    float p[2];
    begin();
    oh_dataset *d = table();
    oh_model *m = model(2, "");
    REFUSED(NULL, oh_model_bytes(m, &size, &e), "train it");
    REFUSED(NULL, oh_model_sha256(m, &e), "train it");
    REFUSED(NULL, oh_model_export(m, "onnx", NULL, &size, &e), "train it");
    REFUSED(-1, oh_predict_rows(m, rows, 1, NULL, p, &e), "train it");
    REFUSED(-1, oh_evaluate(m, d, OH_TRAIN, NULL, NULL, &e), "train it");
    REFUSED(-1, oh_calibrate(m, d, OH_TRAIN, NULL, &e), "train it");
    ck_assert(oh_model_inputs(m) == 0 && oh_model_classes(m) == 0 && oh_model_parameters(m) == 0);
    ck_assert_ptr_null(oh_model_class_name(m, 0));
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(a_model_is_exported_as_c_with_a_name_or_as_onnx) {
    size_t size = 7;
    begin();
    oh_dataset *d = table();
    oh_model *m = trained(d, 2, SHORT);
    REFUSED(NULL, oh_model_export(m, "c", NULL, &size, &e), "with a name");
    ck_assert_uint_eq(size, 0);
    REFUSED(NULL, oh_model_export(m, "pickle", "net", &size, &e), "\"onnx\"");
    static const char *const bad[] = {"", "7up", "a b", "größe"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_ptr_null(oh_model_export(m, "c", bad[i], &size, &e));
        ck_assert_int_eq(e.status, OH_INPUT);
        test_names(e.text, "a name is letters, digits and _, as in C");
        e = (oh_error){0};
    }
    char *header = oh_model_export(m, "c", "_net2", &size, &e);
    test_names(header, "_net2_predict_row(");
    oh_free(header);
    char *onnx = oh_model_export(m, "onnx", NULL, &size, &e);
    ck_assert(size > 100 && memcmp(onnx, "\x08\x04\x12\x06onehot", 10) == 0);
    oh_free(onnx);
    oh_model_free(m);
    m = model(2, SHORT "loss.type=negative_log_likelihood ");
    oh_layer(m, "log_softmax");
    ck_assert_msg(oh_train(m, d, &e) == 0, "%s", e.text);
    ck_assert_ptr_null(oh_model_export(m, "onnx", NULL, &size, &e));
    ck_assert_int_eq(e.status, OH_FAILED);
    test_message(e.text);
    e = (oh_error){0};
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* ---- predictions ---- */

START_TEST(a_model_takes_the_kind_of_samples_that_it_was_trained_on) {
    unsigned char image[3];
    float p[2];
    begin();
    oh_dataset *d[2] = {table(), images()};
    oh_model *m[2] = {trained(d[0], 2, SHORT), trained(d[1], 2, SHORT)};
    REFUSED(-1, oh_predict_pixels(m[0], pixels, 1, NULL, p, &e), "oh_predict_rows");
    REFUSED(-1, oh_predict_rows(m[1], rows, 1, NULL, p, &e), "oh_predict_pixels");
    REFUSED(-1, oh_predict_rows(m[0], rows, -1, NULL, p, &e), "-1");
    ck_assert_int_eq(oh_predict_rows(m[0], rows, 0, NULL, NULL, &e), 0);
    REFUSED(-1, oh_read_image(m[0], "tests/data/seven.png", true, image, &e), "oh_predict_rows");
    REFUSED(-1, oh_read_image(m[1], "tests/data/seven.png", false, image, &e), "seven.png");
    ck_assert_int_eq(oh_read_image(m[1], "tests/data/seven.png", true, image, &e), 0);
    for (int k = 0; k < 2; k++)
        REFUSED(-1, oh_evaluate(m[k], d[!k], OH_TRAIN, NULL, NULL, &e), "");
    for (int k = 0; k < 2; k++)
        oh_model_free(m[k]), oh_dataset_free(d[k]);
    oh_context_free(c);
}
END_TEST

START_TEST(only_a_split_with_samples_is_evaluated_or_calibrated) {
    begin();
    oh_dataset *d = table();
    oh_model *m = trained(d, 2, SHORT);
    double loss = 7, accuracy = 7, temperature = 7;
    REFUSED(-1, oh_evaluate(m, d, OH_TEST, &loss, &accuracy, &e), "split");
    REFUSED(-1, oh_evaluate(m, d, (enum oh_split)3, &loss, &accuracy, &e), "split");
    REFUSED(-1, oh_evaluate(m, d, (enum oh_split) - 1, &loss, &accuracy, &e), "split");
    REFUSED(-1, oh_calibrate(m, d, OH_VALIDATION, &temperature, &e), "split");
    ck_assert(loss == 7 && accuracy == 7 && temperature == 7);
    ck_assert_int_eq(oh_evaluate(m, d, OH_TRAIN, NULL, NULL, &e), 0);
    ck_assert_int_eq(oh_evaluate(m, d, OH_TRAIN, NULL, &accuracy, &e), 0);
    ck_assert(loss == 7 && accuracy >= 0 && accuracy <= 1);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* If all predictions are right, or if the loss has no temperature. */
START_TEST(calibration_fails_where_there_is_no_best_temperature_and_changes_nothing) {
    static const char *const settings[] = {SHORT "optimizer.learning_rate=1 train.epochs=60 ",
                                           SHORT "loss.type=sigmoid_cross_entropy "};
    begin();
    oh_dataset *d = table();
    for (int i = 0; i < 3; i++) {
        oh_model *m = trained(d, i == 2 ? 1 : 2, settings[i > 0]);
        char hash[65];
        strcpy(hash, oh_model_sha256(m, &e));
        ck_assert_int_eq(oh_calibrate(m, d, OH_TRAIN, NULL, &e), -1);
        ck_assert_int_eq(e.status, i == 0 ? OH_FAILED : OH_INPUT);
        test_message(e.text);
        e = (oh_error){0};
        ck_assert_str_eq(oh_model_sha256(m, &e), hash);
        oh_model_free(m);
    }
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* The test set has a sample that no temperature makes right. */
START_TEST(calibration_sets_a_temperature_that_it_need_not_return) {
    static const int doubtful[] = {0, 1, 1, 1};
    double before, after;
    char hash[65];
    begin();
    oh_dataset *d = table();
    oh_dataset_add_rows(d, OH_TEST, rows, doubtful, 4, &e);
    oh_model *m = trained(d, 2, SHORT "train.epochs=60 optimizer.learning_rate=1 ");
    strcpy(hash, oh_model_sha256(m, &e));
    oh_evaluate(m, d, OH_TEST, &before, NULL, &e);
    ck_assert_msg(oh_calibrate(m, d, OH_TEST, NULL, &e) == 0, "%s", e.text);
    oh_evaluate(m, d, OH_TEST, &after, NULL, &e);
    fine();
    ck_assert_double_lt(after, before);
    ck_assert_str_ne(oh_model_sha256(m, &e), hash);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(a_file_that_is_not_there_or_a_folder_without_a_model_is_named) {
    begin();
    REFUSED(NULL, oh_model_load(c, test_path("none"), &e), "none");
    REFUSED(NULL, oh_model_load(c, test_dir, &e), "model.safetensors");
    REFUSED(NULL, oh_model_read_config(c, test_path("none.json"), &e), "none.json");
    oh_context_free(c);
}
END_TEST

START_TEST(a_dataset_for_a_model_must_fit_it) {
    begin();
    oh_dataset *d = oh_dataset_read(c, "toy:moons", &e);
    oh_model *m = trained(d, 2, "train.epochs=0 ");
    ck_assert(!oh_model_class_name(m, -1) && !oh_model_class_name(m, 2));
    REFUSED(NULL, oh_dataset_read_for(m, "toy:spiral", &e), "toy:spiral");
    REFUSED(NULL, oh_dataset_read_for(m, "tests/data/mnist-small", &e), "mnist-small");
    REFUSED(NULL, oh_dataset_read_for(m, "none", &e), "none");
    oh_dataset *same = oh_dataset_read_for(m, "toy:moons", &e);
    fine();
    ck_assert_str_eq(oh_dataset_sha256(same, &e), oh_dataset_sha256(d, &e));
    oh_dataset_free(same);
    oh_dataset_free(d);

    /* One that is not complete is refused before it is compared. */
    d = table();
    oh_model *of_rows = trained(d, 2, SHORT);
    oh_dataset_free(d);
    d = oh_dataset_from_rows(c, rows, (const int[4]){0}, 4, 3, 2, &e);
    REFUSED(-1, oh_evaluate(of_rows, d, OH_TRAIN, NULL, NULL, &e), "\"1\"");
    oh_model_free(of_rows);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

Suite *test_trained(void) {
    return TEST_SUITE("trained", a_model_without_parameters_tells_so_and_of_what_to_do,
                      a_model_is_exported_as_c_with_a_name_or_as_onnx,
                      a_model_takes_the_kind_of_samples_that_it_was_trained_on,
                      only_a_split_with_samples_is_evaluated_or_calibrated,
                      calibration_fails_where_there_is_no_best_temperature_and_changes_nothing,
                      calibration_sets_a_temperature_that_it_need_not_return,
                      a_file_that_is_not_there_or_a_folder_without_a_model_is_named,
                      a_dataset_for_a_model_must_fit_it);
}
