/* diagnosis: why training failed, and the warnings after its first epoch. */
#include "messages.h"
#include "runs/training.h"
#include "test.h"
#include "train/diagnosis.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_diagnosis(void);

static struct training *ready(const char *config, const char *a, const char *b, const char *c) {
    const char *const overrides[] = {a, b ? b : c, b ? c : NULL, NULL};
    struct error e = {0};
    struct training *t = training_new(config, overrides, 2, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

/* ---- failures ---- */

/* Trains until it fails with a message that contains `names`. */
static void fails(struct training *t, const char *names) {
    struct train_observer none = {0};
    struct error e = {0};
    ck_assert_int_eq(train_run(t, &none, &e), -1);
    ck_assert_int_eq(e.status, ERROR_RUN);
    test_names(e.text, names);
    test_message(e.text);
    training_free(t);
}

START_TEST(a_non_finite_loss_stops_the_run_and_is_located) {
    struct training *t = ready("tests/small.json", "optimizer.learning_rate=1e9", NULL, NULL);
    fails(t, "optimizer.learning_rate");
}
END_TEST

START_TEST(initial_weights_that_are_too_large_are_not_blamed_on_the_learning_rate) {
    struct training *t = ready("tests/small.json", NULL, NULL, NULL);
    const struct tensor last = t->model->layers[6].params[0].value;
    for (size_t i = 0; i < tensor_size(last); i++)
        last.data[i] = i % 2 ? 3e38f : -3e38f;
    fails(t, "layer 6 (linear)");
}
END_TEST

/* The weights for a pixel that is always 0 never affect the loss, since zeros are skipped. */
START_TEST(a_non_finite_parameter_stops_the_run_and_is_located) {
    struct training *t = ready("tests/small.json", "train.epochs=1", NULL, NULL);
    t->model->theta[0] = INFINITY; /* a weight of the top left pixel */
    fails(t, "layer 0 (linear)");
}
END_TEST

static int spoil(void *context, const struct train_epoch *row, struct error *e) {
    (void)e;
    struct training *t = context;
    if (row->epoch == 2)
        t->model->theta[0] = INFINITY;
    return 0;
}

START_TEST(later_failures_are_given_other_causes) {
    struct training *t = ready("tests/small.json", NULL, NULL, NULL);
    struct train_observer spoiler = {.context = t, .epoch = spoil};
    struct error e = {0};
    ck_assert_int_eq(train_run(t, &spoiler, &e), -1);
    test_message(e.text);
    training_free(t);
}
END_TEST

/* ---- warnings ---- */

static void on_step(void *context, int epoch, int step, double loss) {
    (void)loss;
    diagnosis_step(context, epoch, step);
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    return row->epoch == 1 ? diagnosis_epoch(context, e) : 0;
}

/* Trains for one epoch and expects one warning per entry of this list, which contains it. */
static void warns(struct training *t, const char *const *names) {
    struct diagnosis d;
    struct error e = {0};
    int count = 0;
    ck_assert_int_eq(diagnosis_begin(&d, t, &e), 0);
    struct train_observer observer = {&d, on_step, on_epoch, NULL};
    ck_assert_msg(train_run(t, &observer, &e) == 0, "%s", e.text);
    for (; names[count]; count++) {
        ck_assert_msg(count < d.warnings.count, "nothing names %s", names[count]);
        test_names(d.warnings.items[count], names[count]);
        test_message(d.warnings.items[count]);
    }
    ck_assert_msg(count == d.warnings.count, "%s", d.warnings.items[count]);
    arena_free(&d.arena);
    training_free(t);
}

#define WARNS(t, ...) warns(t, (const char *const[]){__VA_ARGS__, NULL})

#define RELU                                                                                       \
    "model=[{\"type\": \"linear\", \"units\": 40}, {\"type\": \"relu\"}, {\"type\": \"linear\", "  \
    "\"units\": 10}]"

/* make nightly uses the real MNIST, other tiers a thousand of its samples. */
START_TEST(configs_that_learn_cause_no_warnings) {
    static const char *const configs[] = {"configs/mnist.json", "configs/fast.json",
                                          "configs/softmax.json", "configs/sigmoid.json"};
    bool real_data = test_tier("nightly");
    for (int i = 0; i < 4; i++)
        warns(ready(configs[i], "train.epochs=1",
                    real_data ? NULL : "data.path=tests/data/mnist-small", "data.validation=100"),
              (const char *const[]){NULL});
    warns(ready("tests/small.json", "train.epochs=2", NULL, NULL), (const char *const[]){NULL});
}
END_TEST

START_TEST(a_tiny_learning_rate_causes_a_warning) {
    WARNS(ready("tests/small.json", "train.epochs=1", "optimizer.learning_rate=1e-9", RELU), "",
          "optimizer.learning_rate");
}
END_TEST

/* With one binary decision per class, the baseline loss is log 2, far below log 10. */
START_TEST(a_tiny_learning_rate_causes_a_warning_with_every_loss) {
    WARNS(ready("tests/small.json", "train.epochs=1", "optimizer.learning_rate=1e-9",
                "loss.type=sigmoid_cross_entropy"),
          "", "optimizer.learning_rate");
}
END_TEST

START_TEST(dead_units_cause_a_warning) {
    WARNS(ready("tests/small.json", "train.epochs=1", "optimizer.learning_rate=20", RELU),
          "optimizer.learning_rate", "layer 1 (relu)");
}
END_TEST

/* If exactly half of the units are dead, there is no warning; with one more, there is. The dead
 * units have zero weights and a negative bias. */
START_TEST(the_dead_unit_warning_requires_more_than_half_of_the_units) {
    for (int dead = 20; dead <= 21; dead++) {
        struct training *t =
            ready("tests/small.json", "train.epochs=1", "optimizer.learning_rate=0.1", RELU);
        const struct param *p = t->model->layers[0].params;
        for (int j = 0; j < dead; j++) {
            for (int i = 0; i < p[0].value.rows; i++)
                tensor_row(p[0].value, i)[j] = 0;
            p[1].value.data[j] = -1;
        }
        if (dead == 20)
            warns(t, (const char *const[]){NULL});
        else
            WARNS(t, "layer 1 (relu)");
    }
}
END_TEST

START_TEST(steps_too_large_for_the_weights_cause_a_warning) {
    WARNS(ready("tests/small.json", "train={\"epochs\": 1, \"batch_size\": 450}",
                "optimizer.learning_rate=3", "model=[{\"type\": \"linear\", \"units\": 10}]"),
          "optimizer.learning_rate");
}
END_TEST

START_TEST(an_epoch_with_one_step_is_diagnosed_too) {
    WARNS(ready("tests/small.json", "train={\"epochs\": 1, \"batch_size\": 900}",
                "optimizer.learning_rate=1e-9", RELU),
          "", "optimizer.learning_rate");
}
END_TEST

START_TEST(initial_weights_of_0_cause_a_warning) {
    struct training *t =
        ready("tests/small.json", "train.epochs=1", "optimizer.learning_rate=0.1", RELU);
    memset(t->model->theta, 0, t->model->nparams * sizeof(real));
    WARNS(t, "", "layer 1 (relu)");
}
END_TEST

#define SIGMOIDS_4                                                                                 \
    "{\"type\": \"linear\", \"units\": 16}, {\"type\": \"sigmoid\"}, "                             \
    "{\"type\": \"linear\", \"units\": 16}, {\"type\": \"sigmoid\"}, "                             \
    "{\"type\": \"linear\", \"units\": 16}, {\"type\": \"sigmoid\"}, "                             \
    "{\"type\": \"linear\", \"units\": 16}, {\"type\": \"sigmoid\"}, "

/* A deep network with sigmoids. */
START_TEST(a_vanishing_gradient_causes_a_warning_that_names_the_layers_to_replace) {
    WARNS(ready("tests/small.json", "train.epochs=1",
                "optimizer={\"type\": \"sgd\", \"learning_rate\": 0.2}",
                "model=[" SIGMOIDS_4 SIGMOIDS_4 "{\"type\": \"linear\", \"units\": 10}]"),
          "the next warning", "\"relu\" instead of \"sigmoid\"");
}
END_TEST

/* Values in the tens of thousands, as in a column of incomes: the first steps ruin the model. */
START_TEST(the_warning_about_chance_with_large_inputs_suggests_standardizing) {
    struct training *t = ready("configs/tiny/three.json", "train.epochs=1",
                               "optimizer.learning_rate=1", "data.validation=0");
    struct split *s = &t->data->split[TRAIN];
    for (size_t i = 0; i < (size_t)s->count * 2; i++)
        s->values[i] = 10000 + s->values[i];
    WARNS(t, "data.scaling=standardize", "smaller optimizer.learning_rate");
}
END_TEST

START_TEST(logits_passed_to_a_loss_for_log_probabilities_cause_a_warning) {
    WARNS(ready("tests/small.json", "train.epochs=1", "optimizer.learning_rate=0.01",
                "loss.type=negative_log_likelihood"),
          "\"log_softmax\"");
}
END_TEST

START_TEST(diagnosis_does_not_change_a_bit_of_the_model) {
    static const char *const rates[] = {"optimizer.learning_rate=0.05",
                                        "optimizer.learning_rate=20"};
    for (int i = 0; i < 2; i++) {
        struct training *t = ready("tests/small.json", "train.epochs=3", rates[i], RELU);
        struct training *u = ready("tests/small.json", "train.epochs=3", rates[i], RELU);
        struct diagnosis d;
        struct error e = {0};
        ck_assert_int_eq(diagnosis_begin(&d, t, &e), 0);
        struct train_observer observer = {&d, on_step, on_epoch, NULL}, none = {0};
        ck_assert_int_eq(train_run(t, &observer, &e), 0);
        ck_assert_int_eq(train_run(u, &none, &e), 0);
        ck_assert_mem_eq(t->model->theta, u->model->theta, t->model->nparams * sizeof(real));
        arena_free(&d.arena);
        training_free(t);
        training_free(u);
    }
}
END_TEST

/* ---- where warnings are shown ---- */

START_TEST(warnings_appear_in_the_table_the_result_and_the_report) {
    struct test_outcome o = test_shell("COLUMNS=60 $ONEHOT train tests/small.json train.epochs=1 "
                                       "optimizer.learning_rate=1e-9 output=%s/run",
                                       test_dir);
    size_t size;
    ck_assert_int_eq(o.status, 0);
    test_message_but(MESSAGES_VARY, o.out);
    char *result = test_read(test_path("run/result.json"), &size);
    cJSON *page = test_page(test_path("run/report.html"));
    ck_assert_ptr_nonnull(strstr(result, "\"warnings\": [\""));
    cJSON *root = cJSON_Parse(result);
    ck_assert(cJSON_Compare(test_member(page, "result"), root, true));
    cJSON_Delete(root);
    free(result);
    cJSON_Delete(page);
    for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n"))
        if (strncmp(line, "warning", 7) == 0 || line[0] == ' ')
            ck_assert_msg(strlen(line) <= 60, "%s", line);
}
END_TEST

Suite *test_diagnosis(void) {
    return TEST_SUITE(
        "diagnosis", a_non_finite_loss_stops_the_run_and_is_located,
        initial_weights_that_are_too_large_are_not_blamed_on_the_learning_rate,
        a_non_finite_parameter_stops_the_run_and_is_located, later_failures_are_given_other_causes,
        configs_that_learn_cause_no_warnings, a_tiny_learning_rate_causes_a_warning,
        a_tiny_learning_rate_causes_a_warning_with_every_loss, dead_units_cause_a_warning,
        the_dead_unit_warning_requires_more_than_half_of_the_units,
        steps_too_large_for_the_weights_cause_a_warning, an_epoch_with_one_step_is_diagnosed_too,
        initial_weights_of_0_cause_a_warning,
        a_vanishing_gradient_causes_a_warning_that_names_the_layers_to_replace,
        the_warning_about_chance_with_large_inputs_suggests_standardizing,
        logits_passed_to_a_loss_for_log_probabilities_cause_a_warning,
        diagnosis_does_not_change_a_bit_of_the_model,
        warnings_appear_in_the_table_the_result_and_the_report);
}
