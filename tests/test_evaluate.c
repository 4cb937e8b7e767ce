/* evaluate: means over the classes. What it counts
 * is counted again here, from the confusion matrix. */
#include "fixtures.h"
#include "messages.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_evaluate(void);

static double number(const cJSON *object, const char *name) {
    return test_member(object, name)->valuedouble;
}

static cJSON *evaluate(const char *arguments) {
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json %s", test_dir, arguments);
    ck_assert_msg(o.status == 0, "%s", o.err);
    return test_json(&o);
}

/* Trains a model of two classes, of the plane unless `more` has other data. */
static void train(const char *form, const char *more) {
    struct test_outcome o = test_shell(
        "rm -rf %s/run; $ONEHOT train tests/small.json data.path=toy:moons:noise=0.4 "
        "data.validation=100 "
        "train.epochs=2 'model=[{\"type\":\"linear\",\"units\":8},{\"type\":\"relu\"},"
        "{\"type\":\"linear\",\"units\":2}]' %s optimizer.learning_rate=0.2 output=%s/run --quiet "
        "%s",
        test_dir, form, test_dir, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* ---- means ---- */

/* scikit-learn's definition, from the confusion matrix. */
static void check_means(const cJSON *root) {
    static const char *const figures[] = {"precision", "recall", "f1"};
    const cJSON *matrix = test_member(root, "confusion");
    int n = cJSON_GetArraySize(matrix);
    double macro[3] = {0}, weighted[3] = {0}, samples = number(root, "samples");
    for (int c = 0; c < n; c++) {
        double of_class = 0, predicted = 0;
        double hits = cJSON_GetArrayItem(cJSON_GetArrayItem(matrix, c), c)->valuedouble;
        for (int k = 0; k < n; k++) {
            of_class += cJSON_GetArrayItem(cJSON_GetArrayItem(matrix, c), k)->valuedouble;
            predicted += cJSON_GetArrayItem(cJSON_GetArrayItem(matrix, k), c)->valuedouble;
        }
        double values[] = {predicted > 0 ? hits / predicted : 0, of_class > 0 ? hits / of_class : 0,
                           2 * hits / (of_class + predicted)};
        for (int i = 0; i < 3 && of_class + predicted > 0; i++) {
            macro[i] += values[i] / n;
            weighted[i] += values[i] * of_class / samples;
        }
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(number(test_member(root, "macro"), figures[i]), macro[i], 1e-14);
        ck_assert_double_eq_tol(number(test_member(root, "weighted"), figures[i]), weighted[i],
                                1e-14);
    }
}

static void write_table(const char *name, const char *rows) {
    test_write(test_path("%s", name), rows, strlen(rows));
}

START_TEST(macro_and_weighted_means_count_0_for_classes_without_samples_or_predictions) {
    char rows[2000] = "x,label\n";
    for (int i = 0; i < 60; i++) /* c is never predicted: it has few samples, all over the place */
        snprintf(rows + strlen(rows), 30, "%d.5,%c\n", i, i % 10 == 5 ? 'c' : "ab"[i > 28]);
    write_table("t.csv", rows);
    write_table("new.csv", "x,label\n1,a\n2,c\n50,c\n3,a\n40,a\n");
    train(fixture_text("data.path=%s/t.csv model.2.units=3", test_dir),
          "data.validation=0 data.scaling=standardize train.epochs=30");
    cJSON *root = evaluate("");
    check_means(root);
    cJSON_Delete(root);
    root = evaluate(fixture_text("--data %s/new.csv", test_dir));
    check_means(root);
    ck_assert_int_eq((int)number(cJSON_GetArrayItem(test_member(root, "classes"), 1), "count"), 0);
    cJSON_Delete(root);
    struct test_outcome o =
        test_shell("$ONEHOT evaluate %s/run --data %s/new.csv | tail -n +3", test_dir, test_dir);
    test_message(o.out);
}
END_TEST

Suite *test_evaluate(void) {
    return TEST_SUITE("evaluate",
                      macro_and_weighted_means_count_0_for_classes_without_samples_or_predictions);
}
