/* The library, through its public header alone: the same bytes as the command line, whichever way a
 * program goes. */
#include "base/sha256.h"
#include "messages.h"
#include "test.h"

#include <math.h>
#include <onehot.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_library(void);

static const char SMALL[] = "tests/small.json";

/* A context, and a check that no call has failed. */
static oh_context *begin(oh_error *e) {
    *e = (oh_error){0};
    oh_context *c = oh_context_new(e);
    ck_assert_msg(e->status == 0, "%s", e->text);
    return c;
}

static oh_model *small(oh_context *c, oh_error *e) {
    oh_model *m = oh_model_read_config(c, SMALL, e);
    oh_set(m, "train.epochs=2");
    return m;
}

/* The SHA-256 of a model that the command line trained. */
static const char *hash_of(const char *file) {
    static char hex[SHA256_HEX];
    struct error e = {0};
    ck_assert_msg(sha256_file(file, hex, &e) == 0, "%s", e.text);
    return hex;
}

#define HASH(m, hash)                                                                              \
    do {                                                                                           \
        oh_error failed = {0};                                                                     \
        const char *got = oh_model_sha256(m, &failed);                                             \
        ck_assert_msg(got &&strcmp(got, hash) == 0, "%s, not %s: %s", got ? got : "none", hash,    \
                      failed.text);                                                                \
    } while (0)

START_TEST(training_in_one_call_in_epochs_or_in_steps_gives_the_command_lines_file) {
    int (*const parts[])(oh_training *, oh_error *) = {oh_run, oh_epoch, oh_step};
    oh_error e;
    oh_context *c = begin(&e);
    test_small_run("run", "");
    const char *hash = hash_of(test_path("run/model.safetensors"));
    oh_model *m = small(c, &e);
    ck_assert_msg(oh_train(m, NULL, &e) == 0, "%s", e.text);
    HASH(m, hash);
    oh_model_free(m);
    for (size_t i = 0; i < 3; i++) {
        m = small(c, &e);
        oh_training *t = oh_training_new(m, NULL, &e);
        int calls = 0, result = 1;
        for (; result == 1; calls++)
            result = parts[i](t, &e);
        ck_assert_msg(result == 0 && oh_finish(t, &e) == 0, "%s", e.text);
        int steps = 2 * oh_training_steps_per_epoch(t);
        ck_assert_int_eq(calls, i == 0 ? 1 : i == 1 ? 2 : steps);
        HASH(m, hash);
        oh_training_free(t);
        oh_model_free(m);
    }
    oh_context_free(c);
}
END_TEST

START_TEST(a_saved_and_loaded_model_is_the_same_file) {
    oh_error e;
    oh_context *c = begin(&e);
    test_small_run("run", "");
    const char *file = test_path("run/model.safetensors");
    oh_model *m = oh_model_load(c, test_path("run"), &e);
    ck_assert_msg(oh_model_save(m, test_path("saved"), &e) == 0, "%s", e.text);
    ck_assert_str_eq(oh_model_sha256(m, &e), hash_of(file));
    HASH(m, hash_of(test_path("saved")));
    size_t size;
    const void *bytes = oh_model_bytes(m, &size, &e);
    oh_model *again = oh_model_from_bytes(c, bytes, size, &e);
    HASH(again, hash_of(file));
    ck_assert(oh_model_inputs(again) == 784 && oh_model_classes(again) == 10);
    ck_assert_str_eq(oh_model_class_name(again, 9), "9");
    ck_assert_ptr_null(oh_model_class_name(again, 10));
    oh_model_free(again);
    oh_model_free(m);
    oh_context_free(c);
}
END_TEST

/* Copies a split of d into *pixels and *labels, which the caller frees; returns its size. */
static int copy(const oh_dataset *d, enum oh_split split, unsigned char **pixels, int **labels) {
    int n = oh_dataset_count(d, split);
    size_t features = (size_t)oh_dataset_features(d);
    *pixels = malloc((size_t)n * features);
    *labels = malloc((size_t)n * sizeof **labels);
    for (int i = 0; i < n; i++) {
        memcpy(*pixels + (size_t)i * features, oh_dataset_pixels(d, split, i), features);
        (*labels)[i] = oh_dataset_label(d, split, i);
    }
    return n;
}

START_TEST(samples_from_memory_give_the_model_of_the_same_samples_in_files) {
    oh_error e;
    oh_context *c = begin(&e);
    test_small_run("run", "");
    oh_dataset *files = oh_dataset_read(c, "tests/data/mnist-small", &e);
    unsigned char *pixels[2];
    int *labels[2], n[2];
    for (int k = 0; k < 2; k++)
        n[k] = copy(files, (enum oh_split)k, &pixels[k], &labels[k]);
    oh_dataset *d = oh_dataset_from_pixels(c, pixels[0], labels[0], n[0], 28, 28, 1, 10, &e);
    oh_dataset_add_pixels(d, OH_TEST, pixels[1], labels[1], n[1], &e);
    ck_assert_msg(e.status == 0, "%s", e.text);
    ck_assert_str_eq(oh_dataset_sha256(d, &e), oh_dataset_sha256(files, &e));
    oh_model *m = small(c, &e);
    oh_train(m, d, &e);
    HASH(m, hash_of(test_path("run/model.safetensors")));
    double loss, accuracy;
    ck_assert_msg(oh_evaluate(m, d, OH_TEST, &loss, &accuracy, &e) == 0, "%s", e.text);
    ck_assert(loss == test_result("run", "test_loss"));
    ck_assert(accuracy == test_result("run", "test_accuracy"));
    for (int k = 0; k < 2; k++)
        free(pixels[k]), free(labels[k]);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_dataset_free(files);
    oh_context_free(c);
}
END_TEST

START_TEST(a_model_built_in_c_is_the_one_of_the_config) {
    oh_error e;
    oh_context *c = begin(&e);
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/spiral.json output=%s/run --quiet", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    oh_model *read = oh_model_read_config(c, "configs/tiny/spiral.json", &e);
    oh_train(read, NULL, &e);
    HASH(read, hash_of(test_path("run/model.safetensors")));

    size_t size;
    char *config = test_read("configs/tiny/spiral.json", &size);
    oh_model *text = oh_model_from_config(c, config, &e);
    oh_train(text, NULL, &e);
    HASH(text, oh_model_sha256(read, &e));
    cJSON *root = cJSON_Parse(config);
    oh_model *m = oh_model_new(c, &e);
    const cJSON *layer, *key;
    int i = 0;
    char set[200];
    cJSON_ArrayForEach(layer, cJSON_GetObjectItem(root, "model")) {
        const char *type = cJSON_GetObjectItem(layer, "type")->valuestring;
        const cJSON *units = cJSON_GetObjectItem(layer, "units");
        int done = strcmp(type, "linear") == 0 ? oh_linear(m, units->valueint)
                   : strcmp(type, "relu") == 0 ? oh_relu(m)
                                               : oh_layer(m, type);
        ck_assert_int_eq(done, 0);
        cJSON_ArrayForEach(key, layer) {
            char *value = cJSON_PrintUnformatted(key);
            snprintf(set, sizeof set, "model.%d.%s=%s", i, key->string, value);
            if (strcmp(key->string, "type") != 0)
                ck_assert_int_eq(oh_set(m, set), 0);
            free(value);
        }
        i++;
    }
    cJSON_ArrayForEach(key, root) {
        char *value = cJSON_PrintUnformatted(key);
        snprintf(set, sizeof set, "%s=%s", key->string, value);
        if (strcmp(key->string, "model") != 0)
            ck_assert_int_eq(oh_set(m, set), 0);
        free(value);
    }
    ck_assert_int_gt(i, 2);
    oh_train(m, NULL, &e);
    HASH(m, oh_model_sha256(read, &e));
    cJSON_Delete(root);
    free(config);
    oh_model_free(m);
    oh_model_free(text);
    oh_model_free(read);
    oh_context_free(c);
}
END_TEST

START_TEST(a_training_resumed_at_any_step_ends_with_the_same_bytes) {
    oh_error e;
    oh_context *c = begin(&e);
    oh_model *whole = small(c, &e);
    oh_set(whole, "early_stopping.monitor=loss");
    oh_train(whole, NULL, &e);
    for (int stop = 0; stop < 60; stop += 7) {
        oh_model *m = small(c, &e);
        oh_set(m, "early_stopping.monitor=loss");
        oh_training *t = oh_training_new(m, NULL, &e);
        for (int i = 0; i < stop; i++)
            ck_assert_int_eq(oh_step(t, &e), 1);
        size_t size;
        char *state = oh_checkpoint(t, &size, &e);
        ck_assert_msg(state, "%s", e.text);
        oh_training_free(t);
        t = oh_training_new(m, NULL, &e);
        ck_assert_msg(oh_resume(t, state, size, &e) == 0, "%s", e.text);
        oh_run(t, &e);
        oh_finish(t, &e);
        HASH(m, oh_model_sha256(whole, &e));
        oh_training_free(t);

        /* A damaged state changes nothing. */
        t = oh_training_new(m, NULL, &e);
        state[size / 2] ^= 1;
        ck_assert_int_eq(oh_resume(t, state, size, &e), -1);
        ck_assert_int_eq(e.status, OH_INPUT);
        e = (oh_error){0};
        oh_run(t, &e);
        oh_finish(t, &e);
        HASH(m, oh_model_sha256(whole, &e));
        oh_training_free(t);
        oh_free(state);
        oh_model_free(m);
    }
    oh_model_free(whole);
    oh_context_free(c);
}
END_TEST

/* Stops after every fifth step, and tries what a callback must not do. */
struct seen {
    int steps, epochs, refused;
    double loss;
};

static int on_step(void *user, const oh_training *t) {
    struct seen *s = user;
    oh_error e = {0};
    size_t size;
    ck_assert(isfinite(oh_training_step_loss(t)));
    s->refused += oh_step((oh_training *)t, &e) == -1 && e.status == OH_INPUT;
    s->refused += oh_checkpoint((oh_training *)t, &size, NULL) == NULL;
    return ++s->steps % 5 == 0;
}

static int on_epoch(void *user, const oh_training *t) {
    struct seen *s = user;
    s->epochs++;
    s->loss = oh_training_figure(t, OH_TRAIN_LOSS);
    ck_assert(oh_training_figure(t, OH_VALIDATION_ACCURACY) > 0);
    ck_assert_int_eq(oh_training_epochs(t), s->epochs);
    return 0;
}

START_TEST(a_callback_stops_the_training_and_it_goes_on_later) {
    oh_error e;
    oh_context *c = begin(&e);
    oh_model *m = small(c, &e), *whole = small(c, &e);
    oh_training *t = oh_training_new(m, NULL, &e);
    struct seen s = {0};
    ck_assert(isnan(oh_training_figure(t, OH_TRAIN_LOSS)));
    oh_on_step(t, on_step, &s);
    oh_on_epoch(t, on_epoch, &s);
    int stops = 0, steps = 2 * oh_training_steps_per_epoch(t);
    while (oh_run(t, &e) != 0) {
        ck_assert_int_eq(e.status, OH_STOPPED);
        ck_assert_int_eq(s.steps, 5 * ++stops);
        e = (oh_error){0};
    }
    ck_assert(s.steps == steps && s.epochs == 2 && s.refused == 2 * steps);
    ck_assert(s.loss > 0 && s.loss < 3);
    oh_finish(t, &e);
    oh_train(whole, NULL, &e);
    HASH(m, oh_model_sha256(whole, &e));
    oh_training_free(t);
    oh_model_free(m);
    oh_model_free(whole);
    oh_context_free(c);
}
END_TEST

START_TEST(predictions_are_those_of_the_command_line) {
    oh_error e;
    oh_context *c = begin(&e);
    test_small_run("run", "");
    oh_model *m = oh_model_load(c, test_path("run"), &e);
    oh_dataset *d = oh_dataset_read_for(m, "tests/data/mnist-small", &e);
    unsigned char *pixels, image[784];
    int *labels, n = copy(d, OH_TEST, &pixels, &labels), right = 0;
    float *p = malloc((size_t)n * 10 * sizeof *p), one[10], logits[10];
    ck_assert_msg(oh_predict_pixels(m, pixels, n, NULL, p, &e) == 0, "%s", e.text);
    for (int i = 0; i < n; i++) {
        int best = 0;
        for (int k = 1; k < 10; k++)
            best = p[10 * i + k] > p[10 * i + best] ? k : best;
        right += best == labels[i];
        oh_predict_pixels(m, pixels + 784 * i, 1, logits, one, &e);
        ck_assert_mem_eq(one, p + 10 * i, sizeof one);
    }
    ck_assert_double_eq_tol((double)right / n, test_result("run", "test_accuracy"), 1e-12);

    ck_assert_msg(oh_read_image(m, "tests/data/seven.png", true, image, &e) == 0, "%s", e.text);
    oh_predict_pixels(m, image, 1, NULL, one, &e);
    struct test_outcome o =
        test_shell("$ONEHOT predict %s/run tests/data/seven.png --fit --json", test_dir);
    cJSON *root = test_json(&o);
    const cJSON *probabilities = test_member(cJSON_GetArrayItem(root, 0), "probabilities"), *item;
    int k = 0;
    cJSON_ArrayForEach(item, probabilities) ck_assert((float)item->valuedouble == one[k++]);
    ck_assert_int_eq(k, 10);
    cJSON_Delete(root);
    free(p), free(pixels), free(labels);
    oh_dataset_free(d);
    oh_model_free(m);
    oh_context_free(c);
}
END_TEST

START_TEST(calibration_and_export_give_the_command_lines_files) {
    oh_error e;
    oh_context *c = begin(&e);
    test_small_run("run", "");
    struct test_outcome o = test_shell("$ONEHOT export %s/run --c %s/net.h --onnx %s/net.onnx",
                                       test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    oh_model *m = oh_model_load(c, test_path("run"), &e);
    const char *const forms[] = {"c", "onnx"};
    for (int i = 0; i < 2; i++) {
        size_t size, wanted;
        char *bytes = oh_model_export(m, forms[i], "net", &size, &e);
        ck_assert_msg(bytes, "%s", e.text);
        char *file = test_read(test_path(i == 0 ? "net.h" : "net.onnx"), &wanted);
        ck_assert(size == wanted && memcmp(bytes, file, size) == 0);
        free(file);
        oh_free(bytes);
    }
    oh_dataset *d = oh_dataset_read_for(m, "tests/data/mnist-small", &e);
    double before, after, temperature;
    oh_evaluate(m, d, OH_TEST, &before, NULL, &e);
    ck_assert_msg(oh_calibrate(m, d, OH_TEST, &temperature, &e) == 0, "%s", e.text);
    oh_evaluate(m, d, OH_TEST, &after, NULL, &e);
    ck_assert(temperature > 0.1 && temperature < 10 && after < before);
    size_t size;
    const char *bytes = oh_model_bytes(m, &size, &e);
    char *header = strndup(bytes + 8, size - 8);
    ck_assert_ptr_nonnull(strstr(header, "onehot.calibration"));
    free(header);
    oh_dataset_free(d);
    oh_model_free(m);
    oh_context_free(c);
}
END_TEST

/* ---- from outside ---- */

struct scale {
    double factor;
};

static const struct oh_key scale_keys[] = {OH_REAL_KEY(struct scale, factor, "2", 0, 10, "of x"),
                                           OH_END_KEY};

static float wrong = 1; /* what backward is multiplied by */

static void scale_forward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                          struct oh_tensor y) {
    for (int i = 0; i < x.rows * x.cols; i++)
        y.data[i] = x.data[i] * (float)((const struct scale *)l->options)->factor;
}

static void scale_backward(const struct oh_layer *l, const struct oh_pass *pass, struct oh_tensor x,
                           struct oh_tensor y, struct oh_tensor dy, struct oh_tensor dx) {
    for (int i = 0; i < x.rows * x.cols; i++)
        dx.data[i] = wrong * dy.data[i] * (float)((const struct scale *)l->options)->factor;
}

static const struct oh_layer_type scale = {.kind = {.name = "scale",
                                                    .help = "y = factor x",
                                                    .size = sizeof(struct scale),
                                                    .keys = scale_keys},
                                           .forward = scale_forward,
                                           .backward = scale_backward};

struct descent {
    double learning_rate;
};

static const struct oh_key descent_keys[] = {
    OH_REAL_KEY(struct descent, learning_rate, "0.1", 1e-9, 10, "length of a step"), OH_END_KEY};

static void descend(const void *options, struct oh_update update, size_t n, const float *grad,
                    float *theta, float *const *state) {
    for (size_t i = 0; i < n; i++)
        theta[i] -= (float)update.learning_rate * grad[i];
}

static const struct oh_optim_type descent = {
    .kind = {.name = "descent", .size = sizeof(struct descent), .keys = descent_keys},
    .step = descend};

START_TEST(a_model_that_was_never_in_a_file_is_exported_as_a_header) {
    oh_error e;
    oh_context *c = begin(&e);
    oh_model *m = small(c, &e);
    size_t size = 0;
    ck_assert_msg(oh_train(m, NULL, &e) == 0, "%s", e.text);
    char *header = oh_model_export(m, "c", "net", &size, &e);
    ck_assert_msg(header != NULL, "%s", e.text);
    test_names(header, oh_model_sha256(m, &e));
    oh_free(header);
    oh_model_free(m);
    oh_context_free(c);
}
END_TEST

START_TEST(a_dataset_tells_its_shape_columns_and_targets) {
    const float rows[] = {0, 0, 0, 1, 1, 0}, targets[] = {1, 0, 0.25f, 0.75f, 0, 1};
    const int labels[] = {0, 1, 1};
    int shape[3];
    oh_error e;
    oh_context *c = begin(&e);
    oh_dataset *images = oh_dataset_read(c, "tests/data/mnist-small", &e);
    oh_dataset_shape(images, shape);
    ck_assert(shape[0] == 28 && shape[1] == 28 && shape[2] == 1);
    ck_assert(!oh_dataset_column_name(images, 0) && !oh_dataset_targets(images, OH_TRAIN, 0));

    oh_dataset *d = oh_dataset_from_rows(c, rows, labels, 3, 2, 2, &e);
    oh_dataset_name_column(d, 1, "height", &e);
    oh_dataset_set_targets(d, OH_TRAIN, targets, false, &e);
    ck_assert_msg(e.status == 0, "%s", e.text);
    oh_dataset_shape(d, shape);
    ck_assert(shape[0] == 1 && shape[1] == 2 && shape[2] == 1);
    ck_assert_str_eq(oh_dataset_column_name(d, 0), "x0");
    ck_assert_str_eq(oh_dataset_column_name(d, 1), "height");
    ck_assert(!oh_dataset_column_name(d, 2) && !oh_dataset_column_name(d, -1));
    ck_assert_int_eq(memcmp(oh_dataset_targets(d, OH_TRAIN, 1), targets + 2, 2 * sizeof *rows), 0);
    ck_assert(!oh_dataset_targets(d, OH_TRAIN, 3) && !oh_dataset_targets(d, OH_TEST, 0));
    oh_dataset_free(images);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(a_model_tells_how_many_logits_a_row_has) {
    for (int units = 1; units <= 2; units++) {
        oh_error e;
        oh_context *c = begin(&e);
        oh_dataset *d = oh_dataset_read(c, "toy:moons", &e);
        oh_model *m = oh_model_new(c, &e);
        ck_assert_int_eq(oh_model_outputs(m), 0);
        oh_linear(m, units);
        oh_set(m, units == 1 ? "loss.type=sigmoid_cross_entropy" : "train.epochs=1");
        ck_assert_msg(oh_train(m, d, &e) == 0, "%s", e.text);
        ck_assert_int_eq(oh_model_outputs(m), units);
        ck_assert_int_eq(oh_model_classes(m), 2);
        oh_model_free(m);
        oh_dataset_free(d);
        oh_context_free(c);
    }
}
END_TEST

START_TEST(a_layer_and_an_optimizer_from_outside_work_in_every_config_of_the_context) {
    static const char config[] =
        "{\"data\": {\"path\": \"toy:spiral\"}, \"optimizer\": {\"type\": \"%s\"},"
        " \"train\": {\"epochs\": 3}, \"model\": [{\"type\": \"linear\", \"units\": 8},"
        " {\"type\": \"%s\"%s}, {\"type\": \"tanh\"}, {\"type\": \"linear\", \"units\": 3}]}";
    oh_error e;
    oh_context *c = begin(&e);
    char text[600];
    float x[2] = {0.5f, -0.25f}, got[3], want[3], plain[3];
    oh_register_layer(c, &scale, &e);
    oh_register_optimizer(c, &descent, &e);
    ck_assert_msg(e.status == 0, "%s", e.text);
    ck_assert(oh_register_layer(c, &scale, NULL) == -1); /* the name is taken */
    for (int i = 0; i < 3; i++) {
        snprintf(text, sizeof text, config, i == 1 ? "descent" : "sgd",
                 i == 0 ? "dropout" : "scale",
                 i == 0   ? ", \"rate\": 0"
                 : i == 1 ? ""
                          : ", \"factor\": 1");
        oh_model *m = oh_model_from_config(c, text, &e);
        if (i == 1)
            oh_set(m, "model.1.factor=1");
        oh_train(m, NULL, &e);
        oh_predict_rows(m, x, 1, i == 0 ? plain : i == 1 ? got : want, NULL, &e);
        ck_assert_msg(e.status == 0, "%s", e.text);
        size_t size;
        const void *bytes = oh_model_bytes(m, &size, &e);
        oh_model *again = oh_model_from_bytes(c, bytes, size, &e);
        ck_assert_msg(again, "%s", e.text);
        oh_model_free(again);
        oh_model_free(m);
    }
    ck_assert_mem_eq(got, plain, sizeof got);
    ck_assert_mem_eq(want, plain, sizeof got);
    oh_context *other = begin(&e);
    oh_model *m = oh_model_from_config(other, text, &e);
    ck_assert_int_eq(oh_train(m, NULL, &e), -1); /* another context does not know it */
    ck_assert_ptr_nonnull(strstr(e.text, "model.1.type"));
    oh_model_free(m);
    oh_context_free(other);
    oh_context_free(c);
}
END_TEST

START_TEST(the_gradient_check_accepts_every_layer_and_loss_and_finds_a_wrong_one) {
    static const char *const layers[] = {"relu",  "sigmoid", "tanh",     "softmax",  "log_softmax",
                                         "scale", "dropout", "position", "attention"};
    static const char *const losses[] = {"softmax_cross_entropy", "sigmoid_cross_entropy",
                                         "negative_log_likelihood", "distillation"};
    oh_error e;
    oh_context *c = begin(&e);
    double error;
    oh_register_layer(c, &scale, &e);
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        oh_model *m = oh_model_new(c, &e);
        oh_linear(m, 12);
        oh_layer(m, layers[i]);
        if (strcmp(layers[i], "dropout") == 0)
            oh_set(m, "model.1.rate=0.4");
        if (strcmp(layers[i], "attention") == 0)
            oh_set(m, "model.1.tokens=3"), oh_set(m, "model.1.head_size=2");
        oh_linear(m, 3);
        ck_assert_msg(oh_gradcheck(m, 7, 3, &error, &e) == 0, "%s: %s", layers[i], e.text);
        ck_assert(error > 0 && error < 3e-4);
        oh_model_free(m);
    }
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        char set[64];
        oh_model *m = oh_model_new(c, &e);
        oh_linear(m, 3);
        snprintf(set, sizeof set, "loss={\"type\": \"%s\"}", losses[i]);
        oh_set(m, set);
        if (strcmp(losses[i], "distillation") == 0)
            oh_set(m, "loss.teacher=none");
        ck_assert_msg(oh_gradcheck(m, 7, 3, &error, &e) == 0, "%s: %s", losses[i], e.text);
        ck_assert(error > 0);
        oh_model_free(m);
    }
    oh_model *m = oh_model_new(c, &e);
    oh_layer(m, "scale");
    oh_linear(m, 3);
    wrong = 1.01f;
    ck_assert_int_eq(oh_gradcheck(m, 7, 3, NULL, &e), -1);
    ck_assert_int_eq(e.status, OH_FAILED);
    ck_assert_ptr_nonnull(strstr(e.text, "layer 0 (scale), input"));
    oh_model_free(m);
    oh_context_free(c);
}
END_TEST

/* ---- mistakes ---- */

START_TEST(a_split_too_large_for_the_memory_is_refused_and_leaves_the_dataset_usable) {
    enum { SIDE = 1000, MANY = 10 * 1000 * 1000 }; /* 10 TB */
    unsigned char *pixels = calloc(2, SIDE * SIDE);
    int *labels = calloc(MANY, sizeof *labels);
    oh_error e;
    oh_context *c = begin(&e);
    labels[1] = 1;
    oh_dataset *d = oh_dataset_from_pixels(c, pixels, labels, 2, SIDE, SIDE, 1, 2, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    ck_assert_int_eq(oh_dataset_add_pixels(d, OH_TEST, pixels, labels, MANY, &e), -1);
    ck_assert_msg(strstr(e.text, "more than this machine has"), "%s", e.text);
    e = (oh_error){0};
    ck_assert_msg(oh_dataset_add_pixels(d, OH_TEST, pixels, labels, 2, &e) == 0, "%s", e.text);
    ck_assert_msg(oh_dataset_sha256(d, &e) != NULL, "%s", e.text);
    oh_dataset_free(d);
    oh_context_free(c);
    free(labels);
    free(pixels);
}
END_TEST

START_TEST(a_mistake_is_one_sentence_and_changes_nothing) {
    const float rows[4] = {0, 1, 2, NAN};
    const int labels[2] = {0, 1}, wrong_labels[2] = {0, 2};
    const unsigned char pixels[2] = {0, 1};
    oh_error e = {0};
    oh_context *c = oh_context_new(&e);
#define REFUSED(call)                                                                              \
    do {                                                                                           \
        e = (oh_error){0};                                                                         \
        (void)(call);                                                                              \
        struct error got = {(enum error_status)e.status, ""};                                      \
        snprintf(got.text, sizeof got.text, "%s", e.text);                                         \
        test_refused(&got, "");                                                                    \
    } while (0)
    REFUSED(oh_set_threads(c, 0, &e));
    REFUSED(oh_dataset_read(c, "none", &e));
    REFUSED(oh_dataset_from_rows(c, rows, labels, 2, 2, 2, &e));
    REFUSED(oh_dataset_from_rows(c, rows, wrong_labels, 2, 1, 2, &e));
    REFUSED(oh_dataset_from_rows(c, rows, labels, 0, 1, 2, &e));
    REFUSED(oh_dataset_from_rows(c, rows, NULL, 2, 1, 2, &e));
    REFUSED(oh_dataset_from_rows(c, rows, labels, 2, 0, 2, &e));
    REFUSED(oh_dataset_from_rows(c, rows, labels, 2, 1, 0, &e));
    REFUSED(oh_dataset_from_pixels(c, pixels, labels, 2, 1, 1, 2, 2, &e));
    e = (oh_error){0}; /* it reads none of the pixels, of which there are fewer */
    ck_assert_ptr_null(oh_dataset_from_pixels(c, pixels, labels, 2, 40000, 40000, 1, 2, &e));
    ck_assert_str_eq(e.text, "memory: a sample of 40000 x 40000 pixels is too large");
    e = (oh_error){0};
    oh_dataset *d = oh_dataset_from_rows(c, rows, labels, 2, 1, 2, &e);
    REFUSED(oh_dataset_add_pixels(d, OH_TEST, pixels, labels, 2, &e));
    REFUSED(oh_dataset_add_rows(d, OH_TRAIN, rows, labels, 2, &e));
    REFUSED(oh_dataset_add_rows(d, (enum oh_split)3, rows, labels, 2, &e));
    REFUSED(oh_dataset_set_targets(d, OH_TRAIN, rows, false, &e));
    REFUSED(oh_dataset_set_targets(d, OH_TRAIN, (float[]){0.5f, 0.5f, 0.5f, 0.25f}, false, &e));
    REFUSED(oh_dataset_name_class(d, 2, "x", &e));
    e = (oh_error){0};
    ck_assert_ptr_nonnull(oh_dataset_sha256(d, &e));
    REFUSED(oh_dataset_add_rows(d, OH_TEST, rows, labels, 2, &e));

    oh_model *m = oh_model_new(c, NULL);
    REFUSED(oh_train(m, d, &e)); /* no layers */
    REFUSED(oh_predict_rows(m, rows, 1, NULL, NULL, &e));
    REFUSED(oh_model_save(m, test_path("model"), &e));
    ck_assert_int_eq(oh_linear(m, -1), 0);
    REFUSED(oh_train(m, d, &e));
    oh_model_free(m);
    m = oh_model_new(c, NULL);
    oh_linear(m, 2);
    ck_assert_int_eq(oh_set(m, "no equals sign"), -1);
    ck_assert_int_eq(oh_set(m, "train.epochs=2"), 0); /* the first mistake is the one reported */
    REFUSED(oh_train(m, d, &e));
    oh_model_free(m);
    m = oh_model_new(c, NULL);
    oh_linear(m, 2);
    oh_set(m, "train.epoch=2");
    REFUSED(oh_train(m, d, &e));
    oh_model_free(m);
    REFUSED(oh_model_from_config(c, "{", &e));
    REFUSED(oh_model_from_bytes(c, "short", 5, &e));
    REFUSED(oh_model_load(c, "tests/small.json", &e));

    /* With an error already there, or NULL, nothing happens. */
    e.status = OH_FAILED;
    strcpy(e.text, "first");
    ck_assert_ptr_null(oh_model_new(c, &e));
    ck_assert_str_eq(e.text, "first");
    REFUSED(oh_train(NULL, NULL, &e));
    ck_assert(oh_step(NULL, NULL) == -1 && oh_layer(NULL, "relu") == -1 &&
              oh_set(NULL, "a=1") == -1);
    ck_assert(!oh_model_bytes(NULL, NULL, NULL) && !oh_checkpoint(NULL, NULL, NULL));
    ck_assert(oh_model_inputs(NULL) == 0 && !oh_model_class_name(NULL, 0));
    ck_assert(oh_dataset_count(NULL, OH_TRAIN) == 0 && oh_dataset_label(NULL, OH_TRAIN, 0) == -1);
    oh_model_free(NULL), oh_dataset_free(NULL), oh_training_free(NULL), oh_context_free(NULL);
    oh_on_step(NULL, NULL, NULL);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

Suite *test_library(void) {
    return TEST_SUITE(
        "library", training_in_one_call_in_epochs_or_in_steps_gives_the_command_lines_file,
        a_saved_and_loaded_model_is_the_same_file,
        samples_from_memory_give_the_model_of_the_same_samples_in_files,
        a_model_built_in_c_is_the_one_of_the_config,
        a_training_resumed_at_any_step_ends_with_the_same_bytes,
        a_callback_stops_the_training_and_it_goes_on_later,
        predictions_are_those_of_the_command_line,
        calibration_and_export_give_the_command_lines_files,
        a_model_that_was_never_in_a_file_is_exported_as_a_header,
        a_dataset_tells_its_shape_columns_and_targets, a_model_tells_how_many_logits_a_row_has,
        a_layer_and_an_optimizer_from_outside_work_in_every_config_of_the_context,
        the_gradient_check_accepts_every_layer_and_loss_and_finds_a_wrong_one,
        a_split_too_large_for_the_memory_is_refused_and_leaves_the_dataset_usable,
        a_mistake_is_one_sentence_and_changes_nothing);
}
