/* onehot export at the edges: where no number moves or is missing, where numbers are too large for
 * --int8, where a file cannot be written. tests/test_export.c compares headers with models. */
#include "fixtures.h"
#include "messages.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_int8(void);

/* Trains a model of these layers on this data into test_dir/run. */
static void train(const char *data, const char *layers, const char *more) {
    struct test_outcome o = test_shell("$ONEHOT train tests/small.json output=%s/run --quiet "
                                       "data.validation=0 data.path=%s 'model=[%s]' %s",
                                       test_dir, data, layers, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static struct test_outcome export(void) {
    return test_shell("$ONEHOT export %s/run --c %s/m.h --int8", test_dir, test_dir);
}

/* Replaces the last `count` numbers of the model's file. */
static void set_last(const float *values, size_t count) {
    size_t size;
    char *bytes = test_read(test_path("run/model.safetensors"), &size);
    memcpy(bytes + size - count * sizeof *values, values, count * sizeof *values);
    test_write(test_path("run/model.safetensors"), bytes, size);
    free(bytes);
}

/* A table of a column that moves, and one that does not. */
static const char *constant_table(void) {
    struct text t = {0};
    text_printf(&t, "a,b,kind\n");
    for (int i = 0; i < 20; i++)
        text_printf(&t, "%d,0.5,%s\n", i, i < 10 ? "low" : "high");
    test_write(test_path("t.csv"), t.data, t.size);
    text_free(&t);
    return test_path("t.csv");
}

#define LINEAR(n) "{\"type\":\"linear\",\"units\":" #n "}"

START_TEST(a_model_without_weights_has_no_int8_form) {
    train("toy:moons", "{\"type\":\"dropout\"}", "train.epochs=0");
    test_failed(export(), 1, "run/model.safetensors");
    ck_assert(!test_exists(test_path("m.h")));
}
END_TEST

START_TEST(numbers_that_overflow_on_training_samples_have_no_int8_form) {
    train("toy:blobs", "{\"type\":\"linear\",\"units\":3,\"bias\":false}", "train.epochs=1");
    set_last((const float[]){3.4e38f}, 1);
    test_failed(export(), 1, "run/model.safetensors");
    ck_assert(!test_exists(test_path("m.h")));
}
END_TEST

START_TEST(a_hostile_deviation_has_no_int8_form) {
    size_t size;
    uint64_t header;
    struct text t = {0};
    train(constant_table(), LINEAR(2), "data.label=kind data.scaling=standardize train.epochs=1");
    char *bytes = test_read(test_path("run/model.safetensors"), &size);
    char *end = strstr(bytes + 8, "scaling_deviations");
    ck_assert_ptr_nonnull(end);
    end = strstr(end, ", 1]");
    ck_assert_ptr_nonnull(end); /* the deviation of a column that does not move */
    memcpy(&header, bytes, sizeof header);
    header += 8;
    text_add(&t, &header, sizeof header);
    text_add(&t, bytes + 8, (size_t)(end - bytes - 8));
    text_printf(&t, ", 1e-60    ]");
    text_add(&t, end + 4, size - (size_t)(end + 4 - bytes));
    test_write(test_path("run/model.safetensors"), t.data, t.size);
    text_free(&t);
    free(bytes);
    test_failed(export(), 1, "run/model.safetensors");
    ck_assert(!test_exists(test_path("m.h")));
}
END_TEST

/* The steps of b, and of logits that are all 0, would be 0. */
START_TEST(columns_and_logits_that_do_not_move_have_an_int8_form) {
    static const char *const layers[] = {LINEAR(2),
                                         "{\"type\":\"linear\",\"units\":2,\"init\":\"zeros\"}"};
    for (int i = 0; i < 2; i++) {
        train(constant_table(), layers[i],
              i == 0 ? "data.label=kind train.epochs=30" : "data.label=kind train.epochs=0");
        struct test_outcome o = export();
        ck_assert_msg(o.status == 0, "%s", o.err);
        test_message(o.out);
        o = test_shell("grep NAN, %s/m.h", test_dir); /* the features: low and step of b */
        test_names(o.out, "0.500000000f, 1.00000000f}");
        o = test_shell("cd %s && grep -o 'm_class\\|inf\\|nan,' m.h | sort -u && rm -r run m.h",
                       test_dir);
        ck_assert_str_eq(o.out, "m_class\n");
    }
}
END_TEST

/* Its multiplier would be less than 2^-63. */
START_TEST(an_output_far_smaller_than_the_others_is_0_in_the_int8_form) {
    train(constant_table(), "{\"type\":\"linear\",\"units\":2,\"bias\":false}",
          "data.label=kind train.epochs=0");
    set_last((const float[]){1e-25f, 0, 0, 1}, 4); /* 2 x 2 */
    struct test_outcome o = export();
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = test_shell("grep -A 1 m_scale_0.. %s/m.h", test_dir);
    test_names(o.out, ", 0, 62, "); /* the bias, multiplier 0, shift 62 */
}
END_TEST

START_TEST(without_a_test_set_both_forms_are_measured_on_the_training_samples) {
    train("toy:blobs:train=60:test=0", LINEAR(3), "train.epochs=3");
    test_message(export().out);
}
END_TEST

START_TEST(a_file_that_cannot_be_written_is_named) {
    train("toy:blobs", LINEAR(3), "train.epochs=0");
    test_failed(test_shell("$ONEHOT export %s/run --onnx %s/none/m.onnx", test_dir, test_dir), 1,
                "none/m.onnx");
    test_failed(test_shell("$ONEHOT export %s/run --c %s/none/m.h", test_dir, test_dir), 1,
                "none/m.h");
}
END_TEST

/* Cells that were never missing have no number to stand for them. */
START_TEST(a_table_of_texts_that_are_never_missing_is_exported_without_fillers) {
    static const char rows[] = "a,b,kind\nx,1,low\ny,2,high\nx,3,low\ny,4,high\n";
    test_write(test_path("t.csv"), rows, sizeof rows - 1);
    train(test_path("t.csv"), LINEAR(2), "data.label=kind data.test_share=0 train.batch_size=2");
    struct test_outcome o = export();
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = test_shell("grep -c ', NAN, ' %s/m.h", test_dir);
    ck_assert_str_eq(o.out, "3\n"); /* x, y and b */
}
END_TEST

Suite *test_int8(void) {
    return TEST_SUITE("int8", a_model_without_weights_has_no_int8_form,
                      numbers_that_overflow_on_training_samples_have_no_int8_form,
                      a_hostile_deviation_has_no_int8_form,
                      columns_and_logits_that_do_not_move_have_an_int8_form,
                      an_output_far_smaller_than_the_others_is_0_in_the_int8_form,
                      without_a_test_set_both_forms_are_measured_on_the_training_samples,
                      a_file_that_cannot_be_written_is_named,
                      a_table_of_texts_that_are_never_missing_is_exported_without_fillers);
}
