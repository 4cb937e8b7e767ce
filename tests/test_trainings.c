/* What onehot.h promises about configs and the parts of a training; see
 * tests/test_contract.c. */
#include "contract.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *test_trainings(void);

/* ---- models ---- */

START_TEST(each_function_adds_the_layer_of_its_name) {
    static const char config[] =
        "{\"data\": {\"path\": \"memory\", \"validation\": 0}, \"train\": {\"epochs\": 3},"
        " \"model\": [{\"type\": \"linear\", \"units\": 3}, {\"type\": \"relu\"},"
        " {\"type\": \"sigmoid\"}, {\"type\": \"tanh\"}, {\"type\": \"dropout\", \"rate\": 0.25},"
        " {\"type\": \"linear\", \"units\": 2}]}";
    begin();
    oh_dataset *d = table();
    oh_model *m = model(3, "data.validation=0 train.epochs=3 "),
             *same = oh_model_from_config(c, config, &e);
    ck_assert(oh_relu(m) == 0 && oh_sigmoid(m) == 0 && oh_tanh(m) == 0);
    ck_assert(oh_dropout(m, 0.25) == 0 && oh_linear(m, 2) == 0);
    oh_train(m, d, &e);
    oh_train(same, d, &e);
    fine();
    ck_assert_uint_eq(oh_model_parameters(m), 3 * 3 + 3 + 3 * 2 + 2);
    ck_assert_str_eq(oh_model_sha256(m, &e), oh_model_sha256(same, &e));
    oh_model_free(same);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(what_cannot_be_changed_is_reported_when_the_training_begins) {
    size_t size;
    begin();
    oh_dataset *d = table();
    oh_model *m = oh_model_from_config(
        c, "{\"data\": {\"path\": \"memory\"}, \"model\": [{\"type\": \"linear\"}]}", &e);
    ck_assert_int_eq(oh_relu(m), -1);
    ck_assert_int_eq(oh_set(m, "model.0.units=2"), 0);
    REFUSED(-1, oh_train(m, d, &e), "oh_model_new");
    oh_model_free(m);
    m = model(2, "");
    ck_assert_int_eq(oh_layer(m, NULL), 0);
    REFUSED(-1, oh_train(m, d, &e), "model.1.type");
    oh_model_free(m);

    m = trained(d, 2, SHORT);
    ck_assert_int_eq(oh_set(m, "train.epochs=4"), 0); /* its config is still there */
    ck_assert_int_eq(oh_train(m, d, &e), 0);
    for (int i = 0; i < 3; i++) {
        const void *bytes = oh_model_bytes(m, &size, &e);
        oh_model *loaded = oh_model_from_bytes(c, bytes, size, &e);
        fine();
        ck_assert(i != 1 || oh_set(loaded, "train.epochs=4") == -1);
        ck_assert(i != 2 || oh_tanh(loaded) == -1);
        REFUSED(-1, oh_train(loaded, d, &e),
                i == 0   ? "start_from"
                : i == 1 ? "oh_set"
                         : "oh_model_new");
        oh_model_free(loaded);
    }
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* ---- trainings ---- */

START_TEST(a_training_tells_how_far_it_is) {
    begin();
    oh_dataset *d = table();
    oh_model *m = model(2, SHORT);
    oh_training *t = oh_training_new(m, d, &e);
    ck_assert_int_eq(oh_training_steps_per_epoch(t), 2);
    ck_assert(isnan(oh_training_step_loss(t)));
    for (int i = 1; i <= 6; i++) {
        ck_assert_int_eq(oh_step(t, &e), i < 6);
        ck_assert_int_eq(oh_training_epochs(t), i / 2);
        ck_assert_int_eq(oh_training_steps(t), i % 2);
        ck_assert(oh_training_step_loss(t) > 0);
        ck_assert(isnan(oh_training_figure(t, OH_TRAIN_LOSS)) == (i < 2));
    }
    ck_assert(isnan(oh_training_figure(t, OH_VALIDATION_LOSS))); /* there is no such set */
    ck_assert(isnan(oh_training_figure(t, (enum oh_figure)4)));
    ck_assert(isnan(oh_training_figure(t, (enum oh_figure) - 1)));
    ck_assert(oh_step(t, &e) == 0 && oh_epoch(t, &e) == 0 && oh_run(t, &e) == 0);
    size_t size;
    REFUSED(NULL, oh_checkpoint(t, &size, &e), "oh_finish");
    oh_training_free(t);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(finish_before_the_end_takes_the_last_step_and_disturbs_nothing) {
    begin();
    oh_dataset *d = table();
    for (int i = 0; i < 2; i++) {
        const char *more = i == 0 ? "" : AVERAGE;
        char two[200], three[200];
        snprintf(two, sizeof two, "%s%strain.epochs=2 ", SHORT, more);
        snprintf(three, sizeof three, "%s%s", SHORT, more);
        oh_model *part = trained(d, 2, two), *whole = trained(d, 2, three), *m = model(2, three);
        float want[8], got[8];
        oh_predict_rows(part, rows, 4, want, NULL, &e);
        oh_training *t = oh_training_new(m, d, &e);
        ck_assert(oh_epoch(t, &e) == 1 && oh_epoch(t, &e) == 1);
        ck_assert_int_eq(oh_finish(t, &e), 0);
        oh_predict_rows(m, rows, 4, got, NULL, &e);
        ck_assert_mem_eq(got, want, sizeof got);
        ck_assert(oh_run(t, &e) == 0 && oh_finish(t, &e) == 0 && oh_finish(t, &e) == 0);
        ck_assert_str_eq(oh_model_sha256(m, &e), oh_model_sha256(whole, &e));
        oh_training_free(t);
        oh_model_free(m), oh_model_free(part), oh_model_free(whole);
    }
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(a_training_that_has_ended_can_take_an_earlier_state_again) {
    static const char *const settings[] = {SHORT, SHORT AVERAGE,
                                           SHORT "early_stopping.monitor=loss "};
    begin();
    oh_dataset *d = table();
    oh_dataset_add_rows(d, OH_VALIDATION, rows, labels, 4, &e);
    for (int i = 0; i < 3; i++) {
        oh_model *m = model(2, settings[i]), *whole = trained(d, 2, settings[i]);
        oh_training *t = oh_training_new(m, d, &e);
        size_t size;
        ck_assert_int_eq(oh_epoch(t, &e), 1);
        void *state = oh_checkpoint(t, &size, &e);
        ck_assert_int_eq(oh_run(t, &e), 0);
        ck_assert_int_eq(oh_resume(t, state, size, &e), 0);
        ck_assert_int_eq(oh_training_epochs(t), 1);
        ck_assert(isnan(oh_training_figure(t, OH_TRAIN_LOSS))); /* those of the end are not its */
        ck_assert(isnan(oh_training_step_loss(t)));
        ck_assert_int_eq(oh_step(t, &e), 1);
        ck_assert(oh_run(t, &e) == 0 && oh_finish(t, &e) == 0);
        ck_assert_str_eq(oh_model_sha256(m, &e), oh_model_sha256(whole, &e));
        oh_free(state);
        oh_training_free(t);
        oh_model_free(m), oh_model_free(whole);
    }
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(only_a_whole_state_of_the_same_config_and_data_is_taken) {
    begin();
    oh_dataset *d = table();
    oh_model *m = model(2, SHORT), *other = model(2, SHORT "seed=9 ");
    oh_training *t = oh_training_new(m, d, &e), *u = oh_training_new(other, d, &e);
    size_t size;
    oh_step(t, &e);
    char *state = oh_checkpoint(t, &size, &e);
    fine();
    REFUSED(-1, oh_resume(u, state, size, &e), "config");
    REFUSED(-1, oh_resume(u, state, size - 1, &e), "SHA-256");
    REFUSED(-1, oh_resume(u, state, 0, &e), "SHA-256");
    ck_assert(oh_training_steps(u) == 0 && oh_resume(t, state, size, &e) == 0);
    oh_free(state);
    oh_training_free(t), oh_training_free(u);
    oh_model_free(m), oh_model_free(other);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* Stops at the last epoch; what is not allowed here fails. */
static int on_epoch(void *user, const oh_training *t) {
    oh_training *self = (oh_training *)t;
    int *calls = user;
    ++*calls;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(i == 0 ? oh_finish(self, &e) : oh_resume(self, "x", 1, &e), -1);
        ck_assert_int_eq(e.status, OH_INPUT);
        test_names(e.text, "must not be called from a callback");
        e = (oh_error){0};
    }
    return oh_training_epochs(t) == 3;
}

START_TEST(a_callback_must_not_finish_or_resume_and_can_stop_at_the_very_end) {
    int calls = 0;
    begin();
    oh_dataset *d = table();
    oh_model *m = model(2, "data.validation=0 train.batch_size=2 train.epochs=3 ");
    oh_training *t = oh_training_new(m, d, &e);
    oh_on_epoch(t, on_epoch, &calls);
    int result = oh_run(t, &e);
    ck_assert_int_eq(calls, 3);
    ck_assert_msg(result == 0 && e.status == 0, "%d: %s", result, e.text);
    oh_training_free(t);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(a_training_needs_a_dataset_that_fits_its_model) {
    begin();
    oh_dataset *d = table();
    oh_model *m = model(5, SHORT);
    REFUSED(NULL, oh_training_new(m, d, &e), "\"units\": 2");
    oh_model_free(m);
    m = model(2, ""); /* its config names no dataset */
    REFUSED(-1, oh_train(m, NULL, &e), "memory");
    oh_model_free(m);
    oh_dataset *empty = oh_dataset_from_rows(c, rows, (const int[4]){0}, 4, 3, 2, &e);
    m = model(2, "");
    REFUSED(NULL, oh_training_new(m, empty, &e), "\"1\"");
    oh_model_free(m);
    oh_dataset_free(empty);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* Stops after the last step of the first epoch, which the epoch's callback does not undo. */
static int stop_at_2(void *user, const oh_training *t) {
    return ++*(int *)user == 2;
}

static int go_on(void *user, const oh_training *t) {
    ++*(int *)user;
    return 0;
}

START_TEST(a_step_that_stops_the_training_is_not_overruled_by_its_epoch) {
    int steps = 0, epochs = 0;
    begin();
    oh_dataset *d = table();
    oh_model *m = model(2, SHORT);
    oh_training *t = oh_training_new(m, d, &e);
    oh_on_step(t, stop_at_2, &steps);
    oh_on_epoch(t, go_on, &epochs);
    ck_assert_int_eq(oh_run(t, &e), -1);
    ck_assert(e.status == OH_STOPPED && steps == 2 && epochs == 1);
    e = (oh_error){0};
    ck_assert(oh_run(t, &e) == 0 && steps == 6 && epochs == 3);
    oh_training_free(t);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(an_output_that_is_too_long_for_a_path_is_refused) {
    char set[5000] = "output=";
    begin();
    oh_dataset *d = table();
    oh_model *m = model(2, SHORT);
    memset(set + 7, 'a', sizeof set - 8);
    ck_assert_int_eq(oh_set(m, set), 0);
    REFUSED(NULL, oh_training_new(m, d, &e), "too long");
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

Suite *test_trainings(void) {
    return TEST_SUITE("trainings", each_function_adds_the_layer_of_its_name,
                      what_cannot_be_changed_is_reported_when_the_training_begins,
                      a_training_tells_how_far_it_is,
                      finish_before_the_end_takes_the_last_step_and_disturbs_nothing,
                      a_training_that_has_ended_can_take_an_earlier_state_again,
                      only_a_whole_state_of_the_same_config_and_data_is_taken,
                      a_callback_must_not_finish_or_resume_and_can_stop_at_the_very_end,
                      a_training_needs_a_dataset_that_fits_its_model,
                      a_step_that_stops_the_training_is_not_overruled_by_its_epoch,
                      an_output_that_is_too_long_for_a_path_is_refused);
}
