/* A dataset's own validation set: it replaces data.validation, and the training set stays whole. */
#include "fixtures.h"
#include "messages.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_validation(void);

/* table/train.csv etc., with two columns and two classes. */
static void write_table(void) {
    static const char *const names[] = {"train", "val", "test"};
    static const int rows[] = {20, 7, 4};
    fixture_directory(test_path("table"));
    for (int k = 0; k < 3; k++) {
        struct text t = {0};
        text_printf(&t, "x,y,label\n");
        for (int i = 0; i < rows[k]; i++)
            text_printf(&t, "%d,%d,%c\n", i * (k + 1) % 5 - 2, i % 7 - 3, 'a' + i % 2);
        fixture_write(test_path("table/%s.csv", names[k]), t);
    }
}

/* Class folders of images in pictures/train, pictures/validation and pictures/test. */
static void write_pictures(void) {
    struct dataset *d = fixture_dataset(2, 2, 1, 2, (const int[]){20, 4});
    fixture_write_folders(d, test_path("pictures"));
    dataset_free(d);
    d = fixture_dataset(2, 2, 1, 2, (const int[]){7, 0});
    fixture_write_folders(d, test_path("more"));
    dataset_free(d);
    ck_assert_int_eq(
        test_shell("mv %s/more/train %s/pictures/validation", test_dir, test_dir).status, 0);
}

/* Trains on the data in test_dir/DATA for three epochs into test_dir/NAME. */
static struct test_outcome train(const char *data, const char *name, const char *more) {
    struct test_outcome o = test_shell(
        "$ONEHOT train configs/tiny/three.json data.path=%s/%s output=%s/%s "
        "'model=[{\"type\":\"linear\",\"units\":2}]' train.batch_size=5 train.epochs=3 %s",
        test_dir, data, test_dir, name, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
    return o;
}

static void check_same_weights(const char *one, const char *other) {
    struct test_outcome o =
        test_shell("cd %s && grep -ho '\"weights_sha256\": \"[0-9a-f]*\"' %s/result.json "
                   "%s/result.json | sort -u",
                   test_dir, one, other);
    ck_assert_msg(strlen(o.out) > 64 && strchr(o.out, '\n')[1] == '\0', "%s", o.out);
}

START_TEST(data_validation_is_not_used_if_there_is_a_validation_set) {
    static const char *const data[] = {"table", "pictures"};
    write_table();
    write_pictures();
    for (int i = 0; i < 2; i++) {
        struct test_outcome o =
            train(data[i], fixture_text("plain%d", i), "data.validation=0 --quiet");
        o = train(data[i], fixture_text("aside%d", i), "data.validation=5");
        test_names(o.out, "data.validation is not used");
        test_names(o.out, "20 to train, 7 to validate, 4 to test");
        check_same_weights(fixture_text("plain%d", i), fixture_text("aside%d", i));
    }
}
END_TEST

START_TEST(early_stopping_and_evaluate_use_the_datasets_own_validation_set) {
    static const char *const data[] = {"table", "pictures"};
    write_table();
    write_pictures();
    for (int i = 0; i < 2; i++) {
        train(data[i], fixture_text("run%d", i), "early_stopping.monitor=loss data.validation=0");
        struct test_outcome o =
            test_shell("$ONEHOT evaluate %s/run%d --split validation --json", test_dir, i);
        cJSON *root = test_json(&o);
        ck_assert_int_eq(test_member(root, "samples")->valueint, 7);
        double loss = test_member(root, "loss")->valuedouble;
        cJSON_Delete(root);
        int best = (int)test_result(fixture_text("run%d", i), "best_epoch");
        o = test_shell("sed -n %dp %s/run%d/metrics.csv | cut -d, -f6", best + 1, test_dir, i);
        ck_assert_double_eq_tol(atof(o.out), loss, 1e-6); /* summed in another order */
    }
}
END_TEST

Suite *test_validation(void) {
    return TEST_SUITE("validation", data_validation_is_not_used_if_there_is_a_validation_set,
                      early_stopping_and_evaluate_use_the_datasets_own_validation_set);
}
