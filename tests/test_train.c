/* train: setup, the loop, evaluation, the run directory. */
#include "base/file.h"
#include "messages.h"
#include "runs/model_file.h"
#include "runs/run.h"
#include "runs/training.h"
#include "tensor/kernel.h"
#include "test.h"
#include "train/train.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

Suite *test_train(void);

static struct training *set_up(struct error *e, const char *a, const char *b, const char *c) {
    const char *const overrides[] = {a, b, c, NULL};
    *e = (struct error){0};
    return training_new("tests/small.json", overrides, 2, e);
}

static struct training *ready(const char *a, const char *b, const char *c) {
    struct error e;
    struct training *t = set_up(&e, a, b, c);
    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

/* Records the metrics of a training run. */
struct log {
    int epochs, steps, steps_per_epoch;
    double loss_of_step[1000];
    struct train_epoch row[20];
};

static void on_step(void *context, int epoch, int step, double loss) {
    struct log *log = context;
    ck_assert(epoch >= 1 && step >= 1 && step <= log->steps_per_epoch);
    log->loss_of_step[log->steps++] = loss;
}

static int on_epoch(void *context, const struct train_epoch *row, struct error *e) {
    struct log *log = context;
    (void)e;
    log->row[log->epochs++] = *row;
    return 0;
}

static struct log run(struct training *t) {
    struct log log = {.steps_per_epoch = t->steps};
    struct error e = {0};
    struct train_observer observer = {&log, on_step, on_epoch, NULL};
    ck_assert_msg(train_run(t, &observer, &e) == 0, "%s", e.text);
    return log;
}

START_TEST(a_deep_mixed_model_learns) {
    struct training *t = ready(NULL, NULL, NULL);
    struct log log = run(t);
    struct evaluation v = {0};
    evaluation_run(&v, t->model, &t->test, NULL);
    ck_assert_int_eq(log.epochs, t->config.train.epochs);
    ck_assert_double_lt(log.row[log.epochs - 1].train_loss, log.row[0].train_loss / 3);
    ck_assert_double_gt(evaluation_accuracy(&v), 0.7);
    training_free(t);
}
END_TEST

START_TEST(each_row_of_metrics_records_its_epoch) {
    struct training *t = ready("train.epochs=2", "train.batch_size=256", NULL);
    struct log log = run(t);
    struct evaluation v = {0};
    evaluation_run(&v, t->model, &t->validation, NULL);
    ck_assert_int_eq(log.steps, 2 * 4); /* 900 samples: three steps of 256, one of 132 */
    ck_assert_int_eq(log.row[1].epoch, 2);
    ck_assert_int_eq((int)log.row[1].step, 8);
    ck_assert_double_eq(log.row[1].learning_rate, 0.05);
    double mean = 0;
    for (int i = 4; i < 8; i++)
        mean += log.loss_of_step[i] * (i == 7 ? 132 : 256) / 900;
    ck_assert_double_eq_tol(log.row[1].train_loss, mean, 1e-12);
    ck_assert_double_eq(log.row[1].validation_loss, v.loss);
    ck_assert_double_eq(log.row[1].validation_accuracy, evaluation_accuracy(&v));
    training_free(t);
}
END_TEST

/* 2 epochs of 4 steps: steps are counted across epochs, and a row has the rate of its last step. */
START_TEST(a_linear_schedule_falls_to_its_end) {
    struct training *t = ready("train={\"epochs\": 2, \"batch_size\": 256}",
                               "schedule={\"type\": \"linear\", \"end\": 0.5}", NULL);
    struct log log = run(t);
    ck_assert_double_eq(log.row[0].learning_rate, 0.05 * (1 - 0.5 * 3 / 8));
    ck_assert_double_eq(log.row[1].learning_rate, 0.05 * (1 - 0.5 * 7 / 8));
    training_free(t);
}
END_TEST

/* One step, in the middle of the warmup: half the rate. */
START_TEST(a_step_uses_the_learning_rate_of_the_schedule) {
    const char one[] = "train={\"epochs\": 1, \"batch_size\": 900}";
    struct training *t = ready(one, "schedule.warmup=1", NULL);
    struct training *half = ready(one, "optimizer.learning_rate=0.025", NULL);
    struct training *whole = ready(one, NULL, NULL);
    size_t size = t->model->nparams * sizeof(real);
    run(t);
    run(half);
    run(whole);
    ck_assert_mem_eq(t->model->theta, half->model->theta, size);
    ck_assert_mem_ne(t->model->theta, whole->model->theta, size);
    training_free(t);
    training_free(half);
    training_free(whole);
}
END_TEST

START_TEST(a_schedule_that_ends_where_it_begins_changes_no_bits) {
    struct training *t = ready("train.epochs=2", NULL, NULL);
    struct training *u =
        ready("train.epochs=2", "schedule={\"type\": \"linear\", \"end\": 1}", NULL);
    run(t);
    run(u);
    ck_assert_mem_eq(t->model->theta, u->model->theta, t->model->nparams * sizeof(real));
    training_free(t);
    training_free(u);
}
END_TEST

/* 2 epochs of 4 steps: the second of them at half the rate. */
START_TEST(a_step_schedule_falls_between_epochs) {
    struct training *t =
        ready("train={\"epochs\": 2, \"batch_size\": 256}",
              "schedule={\"type\": \"step\", \"every\": 1, \"factor\": 0.5}", NULL);
    struct log log = run(t);
    ck_assert_double_eq(log.row[0].learning_rate, 0.05);
    ck_assert_double_eq(log.row[1].learning_rate, 0.025);
    training_free(t);
}
END_TEST

/* Takes one step of plain SGD at rate 1, which moves theta by the gradient. */
static struct training *moved_by_gradient(const char *clip) {
    struct training *t = ready("train={\"epochs\": 1, \"batch_size\": 900}",
                               "optimizer={\"type\": \"sgd\", \"learning_rate\": 1}", clip);
    real *before = malloc(t->model->nparams * sizeof *before);
    memcpy(before, t->model->theta, t->model->nparams * sizeof *before);
    run(t);
    for (size_t i = 0; i < t->model->nparams; i++)
        t->model->theta[i] = before[i] - t->model->theta[i];
    free(before);
    return t;
}

START_TEST(a_clipped_step_keeps_its_direction_and_its_length_is_the_bound) {
    struct training *clipped = moved_by_gradient("train.clip_norm=0.01");
    struct training *free = moved_by_gradient("train.clip_norm=1e9"); /* keeps grad */
    const real *a = clipped->model->theta, *b = free->model->theta;
    double aa = 0, ab = 0, bb = 0;
    for (size_t i = 0; i < free->model->nparams; i++) {
        aa += (double)a[i] * (double)a[i];
        ab += (double)a[i] * (double)b[i];
        bb += (double)b[i] * (double)b[i];
    }
    ck_assert_double_gt(bb, 0.1 * 0.1);
    /* theta, of order 1, rounds each difference; 1e-6 of 0.01 comes from the formula itself */
    ck_assert_double_eq_tol(sqrt(aa), 0.01, 2e-6);
    ck_assert_double_gt(ab / sqrt(aa * bb), 1 - 1e-6);
    ck_assert_double_eq_tol(clip_norm(free->model), sqrt(bb), 1e-5 * sqrt(bb));
    ck_assert_double_eq_tol(clip_norm(clipped->model), 0.01, 2e-6);
    training_free(clipped);
    training_free(free);
}
END_TEST

START_TEST(a_gradient_shorter_than_the_bound_is_not_clipped) {
    struct training *t = ready("train.epochs=2", "train.clip_norm=1e6", NULL);
    struct training *u = ready("train.epochs=2", NULL, NULL);
    run(t);
    run(u);
    ck_assert_mem_eq(t->model->theta, u->model->theta, t->model->nparams * sizeof(real));
    ck_assert_double_eq(clip_coefficient(t->model, clip_norm(t->model) + 2e-6), 1);
    ck_assert_double_lt(clip_coefficient(t->model, clip_norm(t->model)), 1);
    training_free(t);
    training_free(u);
}
END_TEST

/* Matrices with more columns than a block of the sum, then with 33, 20, ... fewer, and vectors. */
START_TEST(the_gradient_norm_sums_the_squares_column_by_column) {
    struct training *t = ready("train.epochs=1", "model.0.units=150", NULL);
    run(t);
    double sum = 0;
    for (int i = 0; i < t->model->nlayers; i++)
        for (int k = 0; k < t->model->layers[i].nparams; k++) {
            struct tensor g = t->model->layers[i].params[k].grad;
            double of_param = 0;
            for (int j = 0; j < g.cols; j++) {
                double column = 0;
                for (int r = 0; r < g.rows; r++)
                    column += (double)tensor_row(g, r)[j] * (double)tensor_row(g, r)[j];
                of_param += column;
            }
            sum += of_param;
        }
    ck_assert_double_eq(clip_norm(t->model), sqrt(sum));
    training_free(t);
}
END_TEST

START_TEST(an_epochs_order_depends_only_on_seed_and_epoch) {
    struct training *a = ready("train.epochs=1", NULL, NULL);
    struct training *b = ready("train.epochs=3", NULL, NULL);
    struct training *c = ready("train.epochs=1", "seed=8", NULL);
    struct training *d = ready("train.epochs=1", "train.shuffle=false", NULL);
    size_t size = (size_t)a->train.count * sizeof *a->order;
    int *first = malloc(size);
    run(a);
    run(b);
    run(c);
    run(d);
    memcpy(first, a->order, size);
    ck_assert_mem_ne(first, b->order, size); /* epoch 3 with the same seed */
    ck_assert_mem_ne(first, c->order, size);
    ck_assert_mem_eq(d->order, d->train.order, size);
    free(first);
    training_free(a);
    training_free(b);
    training_free(c);
    training_free(d);
}
END_TEST

START_TEST(evaluation_does_not_depend_on_the_batch) {
    struct training *a = ready("train.epochs=1", "train.batch_size=32", NULL);
    run(a);
    struct evaluation v = {0}, w = {0};
    evaluation_run(&v, a->model, &a->test, NULL);
    a->model->rows = 7;
    evaluation_run(&w, a->model, &a->test, NULL);
    ck_assert_mem_eq(&v, &w, sizeof v);
    ck_assert_int_eq(v.count, 500);
    training_free(a);
}
END_TEST

START_TEST(the_standard_error_is_that_of_a_proportion) {
    struct evaluation v = {.count = 10000, .errors = 1000};
    ck_assert_double_eq(evaluation_accuracy(&v), 0.9);
    ck_assert_double_eq_tol(evaluation_standard_error(&v), 0.003, 1e-15);
}
END_TEST

START_TEST(a_batch_larger_than_the_training_set_takes_all_of_it_and_is_reported) {
    struct error e;
    struct training *t = set_up(&e, "data.limit=31", "train.batch_size=32", NULL);
    ck_assert_msg(t != NULL, "%s", e.text);
    ck_assert_int_eq(t->config.train.batch_size, 31);
    ck_assert_int_eq(t->steps, 1);
    ck_assert_int_eq(t->data->notes.count, 1);
    ck_assert_ptr_nonnull(strstr(t->data->notes.items[0], "31"));
    training_free(t);
}
END_TEST

START_TEST(a_validation_set_below_1_is_a_fraction_of_the_training_samples) {
    struct error e;
    struct training *fraction = set_up(&e, "data.validation=0.1", NULL, NULL);
    struct training *count = set_up(&e, "data.validation=100", NULL, NULL);
    ck_assert(fraction && count);
    ck_assert_int_eq(fraction->data->split[TRAIN].count, 1000);
    ck_assert_int_eq(fraction->validation.count, 100);
    ck_assert_mem_eq(fraction->validation.order, count->validation.order, 100 * sizeof(int));
    training_free(fraction);
    training_free(count);
}
END_TEST

START_TEST(data_and_config_that_disagree_are_refused) {
    static const struct {
        const char *override, *message;
    } bad[] = {
        {"data.validation=1000", "\"data.validation\""},
        {"data.validation=1.5", "\"data.validation\""},
        {"data.limit=901", "\"data.limit\""},
        {"loss.class_weights=[1, 2]", "\"loss.class_weights\""},
        {"model.6.units=9", "tests/small.json"},
        {"model.1={\"type\": \"attention\", \"tokens\": 5, \"head_size\": 4}", "tests/small.json"},
        {"start_from=none.safetensors", "none.safetensors"},
        {"start_from=tests", "tests"},
        {"start_from=tests/small.json", "tests/small.json"},
        {"data.path=none", "none"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error e;
        ck_assert_ptr_null(set_up(&e, bad[i].override, NULL, NULL));
        test_refused(&e, bad[i].message);
    }
}
END_TEST

START_TEST(a_limit_trains_on_that_many_samples) {
    struct training *t = ready("data.limit=200", "train.epochs=1", NULL);
    struct log log = run(t);
    ck_assert_int_eq(log.steps, 7); /* of 32 */
    ck_assert_int_eq(t->train.count, 200);
    ck_assert_int_eq(t->validation.count, 100);
    training_free(t);
}
END_TEST

START_TEST(class_weights_of_one_change_no_bits_and_others_do) {
    struct training *t = ready("train.epochs=1", NULL, NULL);
    struct training *ones =
        ready("train.epochs=1", "loss.class_weights=[1,1,1,1,1,1,1,1,1,1]", NULL);
    struct training *others =
        ready("train.epochs=1", "loss.class_weights=[1,1,1,1,1,1,1,1,1,2]", NULL);
    size_t size = t->model->nparams * sizeof(real);
    run(t);
    run(ones);
    run(others);
    ck_assert_mem_eq(t->model->theta, ones->model->theta, size);
    ck_assert_mem_ne(t->model->theta, others->model->theta, size);
    training_free(t);
    training_free(ones);
    training_free(others);
}
END_TEST

#define SOFTMAX "model=[{\"type\": \"linear\", \"units\": 10}]"

/* Whether a training lists its pixels, in a kernel that can. */
static bool lists(const char *a, const char *b) {
    struct training *t = ready(SOFTMAX, a, b);
    bool result = t->pairs != NULL;
    training_free(t);
    return result;
}

START_TEST(pixels_are_listed_if_most_are_black_and_the_first_layer_has_few_outputs) {
    struct error e = {0};
    ck_assert_int_eq(kernel_choose(NULL, &e), 0);
    bool can = kernel_gemm()->pair != NULL;
    ck_assert(lists(NULL, NULL) == can && lists("train.batch_size=1", NULL) == can);
    ck_assert(!lists("data.scaling=standardize", NULL));
    ck_assert(!lists("data.augment={\"shift\": 1}", NULL));
    ck_assert(!lists("model=[{\"type\": \"relu\"}, {\"type\": \"linear\", \"units\": 10}]", NULL));
    ck_assert(!lists("model=[{\"type\": \"linear\", \"units\": 17},"
                     " {\"type\": \"linear\", \"units\": 10}]",
                     NULL));
    ck_assert(lists("model=[{\"type\": \"linear\", \"units\": 16},"
                    " {\"type\": \"linear\", \"units\": 10}]",
                    NULL) == can);
}
END_TEST

/* With batches of odd size, cut among threads, and a last one that is smaller. */
START_TEST(listed_pixels_train_the_model_that_their_numbers_train) {
    static const char *const how[] = {"optimizer={\"type\": \"sgd\", \"learning_rate\": 0.1}",
                                      "optimizer={\"type\": \"adamw\"}", "train.clip_norm=0.1",
                                      "model.0.bias=false"};
    for (size_t i = 0; i < sizeof how / sizeof *how; i++) {
        struct error e = {0};
        struct training *trained[2];
        for (int k = 0; k < 2; k++) {
            ck_assert_int_eq(kernel_choose(k ? "scalar" : NULL, &e), 0);
            trained[k] = ready(SOFTMAX, "train={\"epochs\": 2, \"batch_size\": 37}", how[i]);
            ck_assert(k ? !trained[k]->pairs : !kernel_gemm()->pair || trained[k]->pairs);
            run(trained[k]);
        }
        const struct model *m = trained[0]->model;
        ck_assert(m->nparams >= 7840 && !m->pairs);
        ck_assert_mem_eq(m->theta, trained[1]->model->theta, m->nparams * sizeof(real));
        training_free(trained[0]);
        training_free(trained[1]);
    }
}
END_TEST

/* The mean weight of the samples that are trained on, after validation and limit, is 1. */
START_TEST(balanced_weights_are_computed_from_the_samples_in_use) {
    struct training *t = ready("data.limit=117", "loss.class_weights=balanced", NULL);
    double sum = 0;
    for (int i = 0; i < 117; i++)
        sum += (double)t->model->loss.weights[t->train.split->labels[t->train.order[i]]];
    ck_assert_double_eq_tol(sum / 117, 1, 1e-6);
    training_free(t);
}
END_TEST

/* 900 training images, whose mean pixel is about MNIST's, 0.13. */
START_TEST(standardized_images_have_mean_0_and_stddev_1) {
    struct training *t = ready("data.scaling=standardize", "train.batch_size=900", NULL);
    double sum = 0, squares = 0, n = 900 * 784;
    ck_assert_double_eq_tol(t->scaling.mean, 0.13, 0.01);
    batch_gather(&t->train, t->train.order, NULL, 900, t->model->act[0], &t->model->target);
    for (size_t i = 0; i < tensor_size(t->model->act[0]); i++) {
        double x = (double)t->model->act[0].data[i];
        sum += x;
        squares += x * x;
    }
    ck_assert_double_eq_tol(sum / n, 0, 1e-6);
    ck_assert_double_eq_tol(squares / n, 1, 1e-6);
    training_free(t);
}
END_TEST

/* For the same batch, the mask and therefore the update depend on the step number. */
START_TEST(the_dropout_mask_depends_on_the_step_number) {
    static const char drop[] = "model.1={\"type\": \"dropout\"}";
    struct training *t[3];
    double sum[3] = {0};
    for (int i = 0; i < 3; i++) {
        t[i] = ready(drop, NULL, NULL);
        train_order(t[i], 1);
        train_step(t[i], (struct update){0.1, 1 + i / 2}, 0, 32, &sum[i]); /* steps 1, 1, 2 */
    }
    ck_assert(sum[0] == sum[1] && sum[0] != sum[2]);
    for (int i = 0; i < 3; i++)
        training_free(t[i]);
}
END_TEST

/* ---- the run directory ---- */

/* Trains and saves to test_dir/run; returns the result of run_finish. */
static int save(struct run *r, struct training *t, struct error *e) {
    struct run_result result = {.test = {.count = 500, .errors = 5, .loss = 0.5}};
    ck_assert_msg(run_open(r, t, e) == 0, "%s", e->text);
    struct log log = run(t);
    for (int i = 0; i < log.epochs; i++)
        ck_assert_int_eq(run_epoch(r, &log.row[i], e), 0);
    return run_finish(r, t, &result, e);
}

static const char *output(void) {
    static char override[128];
    snprintf(override, sizeof override, "output=%s", test_path("run"));
    return override;
}

START_TEST(a_run_leaves_only_its_own_files) {
    struct training *t = ready("train.epochs=2", output(), NULL);
    struct run r;
    struct error e = {0};
    int count;
    ck_assert_msg(save(&r, t, &e) == 0, "%s", e.text);
    run_close(&r);
    char **names = file_list(test_path("run"), &count, &e);
    ck_assert_int_eq(count, 5);
    ck_assert_str_eq(names[0], "config.json");
    ck_assert_str_eq(names[1], "metrics.csv");
    ck_assert_str_eq(names[2], "model.safetensors");
    ck_assert_str_eq(names[3], "result.json");
    ck_assert_str_eq(names[4], "state");
    free(names);
    training_free(t);
}
END_TEST

START_TEST(repeating_a_run_gives_the_same_model_and_metrics) {
    char model[2][SHA256_HEX];
    char *metrics[2];
    size_t size;
    for (int i = 0; i < 2; i++) {
        struct training *t = ready("train.epochs=2", output(), NULL);
        struct run r;
        struct error e = {0};
        ck_assert_msg(save(&r, t, &e) == 0, "%s", e.text);
        ck_assert_int_eq(r.earlier[0] != 0, i);
        strcpy(model[i], r.model);
        run_close(&r);
        metrics[i] = test_read(test_path("run/metrics.csv"), &size);
        training_free(t);
    }
    ck_assert_str_eq(model[0], model[1]);
    ck_assert_str_eq(metrics[0], metrics[1]);
    free(metrics[0]);
    free(metrics[1]);
}
END_TEST

START_TEST(a_model_that_differs_from_the_earlier_one_replaces_nothing) {
    struct training *t = ready("train.epochs=1", output(), NULL);
    struct run r;
    struct error e = {0};
    size_t size, again;
    ck_assert_msg(save(&r, t, &e) == 0, "%s", e.text);
    run_close(&r);
    char *before = test_read(test_path("run/model.safetensors"), &size);
    training_free(t);

    t = ready("train.epochs=1", output(), NULL);
    t->model->theta[5] += 0.25f; /* as if the machine computed wrongly */
    ck_assert_int_eq(save(&r, t, &e), -1);
    ck_assert_int_eq(e.status, ERROR_RUN);
    test_message(e.text);
    run_close(&r);
    char *after = test_read(test_path("run/model.safetensors"), &again);
    ck_assert_uint_eq(size, again);
    ck_assert_mem_eq(before, after, size);
    ck_assert(test_exists(test_path("run/model.differs.safetensors")));
    free(before);
    free(after);
    training_free(t);
}
END_TEST

START_TEST(a_directory_with_another_run_is_refused) {
    struct training *t = ready("train.epochs=1", output(), NULL);
    struct run r;
    struct error e = {0};
    ck_assert_msg(save(&r, t, &e) == 0, "%s", e.text);
    run_close(&r);
    training_free(t);
    t = ready("train.epochs=1", output(), "seed=9");
    ck_assert_int_eq(run_open(&r, t, &e), -1);
    test_refused(&e, test_path("run"));
    run_close(&r);
    training_free(t);
}
END_TEST

START_TEST(files_that_are_not_runs_are_not_overwritten) {
    static const char *const names[] = {"config.json", "metrics.csv", "result.json"};
    mkdir(test_path("run"), 0777);
    for (int i = 0; i < 3; i++) {
        struct training *t = ready(output(), NULL, NULL);
        struct run r;
        struct error e = {0};
        test_write(test_path("run/%s", names[i]), "mine", 4);
        ck_assert_int_eq(run_open(&r, t, &e), -1);
        test_refused(&e, test_path("run"));
        run_close(&r);
        ck_assert(test_exists(test_path("run/%s", names[i])));
        remove(test_path("run/%s", names[i]));
        training_free(t);
    }
}
END_TEST

START_TEST(a_damaged_earlier_model_is_reported_and_kept) {
    struct training *t = ready("train.epochs=0", output(), NULL);
    struct run r;
    struct error e = {0};
    ck_assert_msg(save(&r, t, &e) == 0, "%s", e.text);
    run_close(&r);
    test_write(test_path("run/model.safetensors"), "cut", 3);
    ck_assert_int_eq(run_open(&r, t, &e), -1);
    test_refused(&e, test_path("run/model.safetensors"));
    run_close(&r);
    training_free(t);
}
END_TEST

START_TEST(a_run_that_fails_before_its_first_epoch_leaves_no_directory) {
    struct training *t = ready(output(), NULL, NULL);
    struct run r;
    struct error e = {0}, damage = {0};
    ck_assert_int_eq(run_open(&r, t, &e), 0);
    ck_assert_int_eq(run_resume(&r, t, false, &damage, &e), 0);
    ck_assert(test_exists(test_path("run/config.json")));
    run_close(&r);
    ck_assert(!test_exists(test_path("run")));
    training_free(t);
}
END_TEST

/* The run's name includes everything that affects the result, but not the output directory and
 * checkpoint settings. */
START_TEST(the_run_id_is_computed_from_config_data_and_numerics) {
    const char *const overrides[] = {output(), "train.checkpoint_seconds=1", "seed=9",
                                     "data.validation=99", "train.epochs=3"};
    char id[5][SHA256_HEX], plain[SHA256_HEX];
    struct error e = {0};
    struct run r;
    struct training *t = ready(NULL, NULL, NULL);
    ck_assert_int_eq(run_open(&r, t, &e), 0);
    strcpy(plain, r.id);
    run_close(&r);
    training_free(t);
    for (int i = 0; i < 5; i++) {
        t = ready(overrides[i], i ? overrides[0] : NULL, NULL);
        ck_assert_int_eq(run_open(&r, t, &e), 0);
        strcpy(id[i], r.id);
        run_close(&r);
        training_free(t);
        ck_assert_int_eq(strcmp(id[i], plain) == 0, i < 2);
    }
}
END_TEST

/* Evaluation must see each image exactly as training did. */
START_TEST(a_saved_model_contains_everything_that_evaluation_needs) {
    static const char *const scalings[] = {"data.scaling=unit", "data.scaling=standardize"};
    for (int i = 0; i < 2; i++) {
        char directory[128];
        snprintf(directory, sizeof directory, "output=%s", test_path("run%d", i));
        struct training *t = ready("train.epochs=1", directory, scalings[i]);
        struct run r;
        struct error e = {0};
        ck_assert_msg(save(&r, t, &e) == 0, "%s", e.text);
        run_close(&r);
        struct evaluation v = {0}, w = {0};
        struct model_file *s = model_file_read(test_path("run%d", i), 64, &e);
        ck_assert_msg(s != NULL, "%s", e.text);
        ck_assert_int_eq(s->dataset.height, 28);
        ck_assert_str_eq(s->dataset.classes.items[9], "9");
        ck_assert_str_eq(s->dataset.digest, t->data->digest);
        ck_assert_double_eq_tol(s->mean, 0.13, 0.01);
        ck_assert_int_eq(model_file_dataset_check(&s->dataset, s->path, t->data, "d", &e), 0);
        ck_assert_double_eq(s->scaling.mean, t->scaling.mean);
        ck_assert_double_eq(s->scaling.stddev, t->scaling.stddev);
        evaluation_run(&v, t->model, &t->test, NULL);
        t->test.scaling = &s->scaling;
        evaluation_run(&w, s->model, &t->test, NULL);
        ck_assert_mem_eq(&v, &w, sizeof v);
        model_file_free(s);
        training_free(t);
    }
}
END_TEST

/* ---- averaged parameters ---- */

/* Follows theta in double: its mean, and its exponential mean, over the steps from epoch 2 on. */
struct mean {
    const struct training *t;
    int count;
    double decay, value[20000];
};

static void follow(void *context, int epoch, int step, double loss) {
    struct mean *m = context;
    if (epoch < 2)
        return;
    double rate = fmax(1.0 / ++m->count, 1 - m->decay);
    for (size_t i = 0; i < m->t->model->nparams; i++)
        m->value[i] += rate * ((double)m->t->model->theta[i] - m->value[i]);
}

START_TEST(the_model_ends_with_the_mean_of_its_parameters) {
    static struct mean m;
    static const char *const decays[] = {"train.average.decay=1", "train.average.decay=0.9"};
    for (int k = 0; k < 2; k++) {
        struct error e = {0};
        const char *const overrides[] = {"train.epochs=4",  "train.average.from=2", decays[k],
                                         "model.0.units=8", "model.2.frozen=true",  NULL};
        struct training *t = training_new("tests/small.json", overrides, 2, &e);
        m = (struct mean){t, 0, k ? 0.9 : 1, {0}};
        ck_assert_uint_lt(t->model->nparams, 20000);
        struct train_observer observer = {&m, follow, NULL, NULL};
        ck_assert_int_eq(train_run(t, &observer, &e), 0);
        ck_assert_int_eq(m.count, 3 * t->steps);
        double moved = 0;
        for (size_t i = 0; i < t->model->nparams; i++) {
            ck_assert_double_eq_tol((double)t->model->theta[i], m.value[i], 2e-6); /* float sums */
            moved += fabs((double)t->model->theta[i] - (double)t->average[i]);
        }
        ck_assert_double_gt(moved, 0.1); /* t->average has the parameters of the last step */
        training_free(t);
    }
}
END_TEST

/* The epochs before the average are those of a run without one; in those with it, the validation
 * figures are those of the averaged model, which is the one that the run ends with. */
START_TEST(validation_measures_the_averaged_model) {
    struct training *t = ready("train.epochs=3", "train.average.from=3", NULL);
    struct training *plain = ready("train.epochs=3", NULL, NULL);
    struct log log = run(t), without = run(plain);
    struct evaluation v = {0};
    for (int i = 0; i < 3; i++)
        ck_assert(log.row[i].train_loss == without.row[i].train_loss);
    ck_assert(log.row[1].validation_loss == without.row[1].validation_loss);
    ck_assert(log.row[2].validation_loss != without.row[2].validation_loss);
    evaluation_run(&v, t->model, &t->validation, NULL);
    ck_assert(v.loss == log.row[2].validation_loss);
    ck_assert_mem_eq(t->average, plain->model->theta, t->model->nparams * sizeof(real));
    training_free(t);
    training_free(plain);
}
END_TEST

START_TEST(start_from_replaces_the_initial_parameters) {
    char from[128];
    struct training *t = ready("train.epochs=0", output(), "seed=3");
    struct run r;
    struct error e = {0};
    ck_assert_msg(save(&r, t, &e) == 0, "%s", e.text);
    run_close(&r);
    snprintf(from, sizeof from, "start_from=%s", test_path("run/model.safetensors"));
    struct training *u = ready(from, "seed=4", NULL);
    ck_assert_mem_eq(t->model->theta, u->model->theta, t->model->nparams * sizeof(real));
    training_free(t);
    training_free(u);
}
END_TEST

Suite *test_train(void) {
    return TEST_SUITE(
        "train", a_deep_mixed_model_learns,
        pixels_are_listed_if_most_are_black_and_the_first_layer_has_few_outputs,
        listed_pixels_train_the_model_that_their_numbers_train,
        each_row_of_metrics_records_its_epoch, a_linear_schedule_falls_to_its_end,
        a_step_uses_the_learning_rate_of_the_schedule,
        a_schedule_that_ends_where_it_begins_changes_no_bits, a_step_schedule_falls_between_epochs,
        a_clipped_step_keeps_its_direction_and_its_length_is_the_bound,
        a_gradient_shorter_than_the_bound_is_not_clipped,
        the_gradient_norm_sums_the_squares_column_by_column,
        an_epochs_order_depends_only_on_seed_and_epoch, evaluation_does_not_depend_on_the_batch,
        the_standard_error_is_that_of_a_proportion,
        a_batch_larger_than_the_training_set_takes_all_of_it_and_is_reported,
        a_validation_set_below_1_is_a_fraction_of_the_training_samples,
        data_and_config_that_disagree_are_refused, a_limit_trains_on_that_many_samples,
        class_weights_of_one_change_no_bits_and_others_do,
        balanced_weights_are_computed_from_the_samples_in_use,
        standardized_images_have_mean_0_and_stddev_1, the_dropout_mask_depends_on_the_step_number,
        a_run_leaves_only_its_own_files, repeating_a_run_gives_the_same_model_and_metrics,
        a_model_that_differs_from_the_earlier_one_replaces_nothing,
        a_directory_with_another_run_is_refused, files_that_are_not_runs_are_not_overwritten,
        a_damaged_earlier_model_is_reported_and_kept,
        a_run_that_fails_before_its_first_epoch_leaves_no_directory,
        the_run_id_is_computed_from_config_data_and_numerics,
        a_saved_model_contains_everything_that_evaluation_needs,
        the_model_ends_with_the_mean_of_its_parameters, validation_measures_the_averaged_model,
        start_from_replaces_the_initial_parameters);
}
