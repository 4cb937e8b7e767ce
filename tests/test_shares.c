/* Soft labels: samples whose classes have probabilities, from dataset.json to a calibrated
 * model. */
#include "fixtures.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_shares(void);

enum { KINDS = 2, CLASSES = 3, SAMPLES = 40 };

/* The fraction of people who chose each class for a black and a white image. */
static const double shares[KINDS][CLASSES] = {{0.7, 0.2, 0.1}, {0.1, 0.4, 0.5}};

/* The minimum loss of any model: the mean entropy of the soft labels. */
static double entropy(void) {
    double sum = 0;
    for (int k = 0; k < KINDS; k++)
        for (int c = 0; c < CLASSES; c++)
            sum -= shares[k][c] * log(shares[k][c]) / KINDS;
    return sum;
}

/* Trains a linear model, which can represent the soft labels, on one-pixel images, alternately
 * black and white. */
static void train(const char *more) {
    static const char json[] =
        "{\"height\": 1, \"width\": 1, \"channels\": 1, \"classes\": [\"a\", \"b\", \"c\"],\n"
        " \"train\": {\"samples\": 40, \"sheets\": [\"x.png\"], \"targets\": \"y.txt\"},\n"
        " \"test\": {\"samples\": 40, \"sheets\": [\"x.png\"], \"targets\": \"y.txt\"}}\n";
    static const char config[] =
        "{\"name\": \"shares\", \"model\": [{\"type\": \"linear\", \"units\": 3}],\n"
        " \"data\": {\"path\": \"%s\", \"validation\": 10}, \"optimizer\": {\"type\": \"sgd\",\n"
        " \"learning_rate\": 1}, \"train\": {\"epochs\": 300, \"batch_size\": 10}}\n";
    uint8_t pixels[SAMPLES];
    struct text y = {0};
    for (int i = 0; i < SAMPLES; i++) {
        const double *s = shares[i % KINDS];
        pixels[i] = i % KINDS ? 255 : 0;
        text_printf(&y, "%g %g %g\n", s[0], s[1], s[2]);
    }
    test_write(test_path("dataset.json"), json, strlen(json));
    fixture_write(test_path("x.png"), fixture_png(SAMPLES, 1, pixels));
    fixture_write(test_path("y.txt"), y);
    const char *text = fixture_text(config, test_dir);
    test_write(test_path("config.json"), text, strlen(text));
    struct test_outcome o = test_shell("$ONEHOT train %s/config.json output=%s/run %s --quiet",
                                       test_dir, test_dir, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static double number(const cJSON *object, const char *name) {
    return test_member(object, name)->valuedouble;
}

START_TEST(a_model_of_soft_labels_reaches_a_loss_of_their_entropy) {
    train("");
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json", test_dir);
    cJSON *root = test_json(&o);
    ck_assert_double_eq_tol(number(root, "loss"), entropy(), 1e-5);
    ck_assert_double_eq(number(root, "accuracy"), 1); /* the most probable class counts */
    ck_assert_double_eq_tol(number(root, "confidence"), 0.6, 1e-3);
    cJSON_Delete(root);
    o = test_shell("$ONEHOT verify %s/run", test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

/* Training minimised the same loss that calibrate fits, so calibrate finds the same temperature. */
START_TEST(calibrate_finds_the_training_temperature_of_soft_labels) {
    train("loss.temperature=2");
    struct test_outcome o = test_shell("$ONEHOT calibrate %s/run --json", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    cJSON *root = test_json(&o);
    ck_assert_double_eq_tol(number(root, "temperature"), 2, 1e-2);
    ck_assert_double_eq_tol(number(test_member(root, "test"), "loss"), entropy(), 1e-5);
    cJSON_Delete(root);
}
END_TEST

Suite *test_shares(void) {
    return TEST_SUITE("shares", a_model_of_soft_labels_reaches_a_loss_of_their_entropy,
                      calibrate_finds_the_training_temperature_of_soft_labels);
}
