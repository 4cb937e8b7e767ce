/* Layers, losses and optimizers that a program registers: what is refused, and that they compute
 * what those of the library do, to the bit, with the functions that onehot.h has for them. */
#include "contract.h"
#include "own_kinds.h"

#include <stdlib.h>

Suite *test_register(void);

/* ---- registering ---- */

#define WITHOUT(type, of, change)                                                                  \
    do {                                                                                           \
        struct oh_##type##_type t = of;                                                            \
        change;                                                                                    \
        ck_assert_int_eq(REGISTER_##type(c, &t, &e), -1);                                          \
        ck_assert_int_eq(e.status, OH_INPUT);                                                      \
        test_names(e.text, ": a required name or function is missing");                            \
        e = (oh_error){0};                                                                         \
    } while (0)
#define REGISTER_layer oh_register_layer
#define REGISTER_loss  oh_register_loss
#define REGISTER_optim oh_register_optimizer

START_TEST(a_kind_with_a_part_missing_is_not_registered) {
    const struct oh_key three_keys[] = {leaky_keys[0], leaky_keys[1], leaky_keys[1], OH_END_KEY};
    begin();
    WITHOUT(layer, matrix, t.kind.name = NULL);
    WITHOUT(layer, matrix, t.kind.name = "");
    WITHOUT(layer, matrix, t.forward = NULL);
    WITHOUT(layer, matrix, t.backward = NULL);
    WITHOUT(layer, matrix, t.init = NULL);
    WITHOUT(layer, matrix, t.gradient = NULL);
    WITHOUT(layer, leaky, t.element.c = NULL);
    WITHOUT(layer, leaky, t.element.onnx = NULL);
    WITHOUT(layer, leaky, t.element.onnx_attributes[1] = NULL);
    WITHOUT(layer, leaky, t.kind.keys = three_keys);
    WITHOUT(layer, leaky, t.kind.keys = matrix_keys); /* an integer is no attribute */
    WITHOUT(loss, entropy, t.forward = NULL);
    WITHOUT(loss, entropy, t.backward = NULL);
    WITHOUT(loss, entropy, t.kind.keys = NULL);
    WITHOUT(loss, entropy, t.kind.size = 1);
    WITHOUT(optim, descent, t.step = NULL);
    WITHOUT(optim, descent, t.vectors = -1);
    WITHOUT(optim, descent, t.vectors = OH_OPTIM_VECTORS + 1);
    WITHOUT(optim, descent, t.kind.keys = NULL);
    WITHOUT(optim, descent, t.kind.size = 1);
    ck_assert_int_eq(oh_register_layer(c, &leaky, &e), 0);
    ck_assert_int_eq(oh_register_layer(c, &matrix, &e), 0); /* none of them took the name */
    ck_assert_int_eq(oh_register_loss(c, &entropy, &e), 0);
    ck_assert_int_eq(oh_register_optimizer(c, &descent, &e), 0);
    oh_context_free(c);
}
END_TEST

START_TEST(a_name_is_taken_only_among_kinds_of_the_same_sort) {
    struct oh_layer_type layer = own_tanh;
    struct oh_loss_type loss = entropy;
    struct oh_optim_type optim = descent;
    begin();
    layer.kind.name = "relu", loss.kind.name = "distillation", optim.kind.name = "adamw";
    REFUSED(-1, oh_register_layer(c, &layer, &e), "relu");
    REFUSED(-1, oh_register_loss(c, &loss, &e), "distillation");
    REFUSED(-1, oh_register_optimizer(c, &optim, &e), "adamw");
    layer.kind.name = "adamw", loss.kind.name = "relu", optim.kind.name = "distillation";
    ck_assert_int_eq(oh_register_layer(c, &layer, &e), 0);
    ck_assert_int_eq(oh_register_loss(c, &loss, &e), 0);
    ck_assert_int_eq(oh_register_optimizer(c, &optim, &e), 0);
    oh_context_free(c);
}
END_TEST

START_TEST(a_context_takes_32_kinds_of_each_sort_and_then_refuses_more) {
    enum { MANY = 64 };
    static char names[MANY][20];
    static struct oh_layer_type layers[MANY];
    static struct oh_optim_type optims[MANY];
    int taken[2] = {0};
    begin();
    for (int i = 0; i < MANY; i++) {
        snprintf(names[i], sizeof names[i], "kind%d", i);
        layers[i] = own_tanh;
        optims[i] = descent;
        layers[i].kind.name = optims[i].kind.name = names[i];
        taken[0] += oh_register_layer(c, &layers[i], i < 32 ? &e : NULL) == 0;
        taken[1] += oh_register_optimizer(c, &optims[i], i < 32 ? &e : NULL) == 0;
        fine();
    }
    ck_assert(taken[0] >= 32 && taken[0] < MANY && taken[1] >= 32 && taken[1] < MANY);
    REFUSED(-1, oh_register_layer(c, &leaky, &e), "leaky");
    REFUSED(-1, oh_register_optimizer(c, &descent, &e), "descent");
    oh_dataset *d = table();
    oh_model *m = model(2, SHORT "optimizer.type=kind31 ");
    oh_layer(m, "kind31");
    ck_assert_msg(oh_train(m, d, &e) == 0, "%s", e.text);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* ---- in use ---- */

/* The logits of a model of three layers on the rows, after a training. */
static void logits_of(oh_dataset *d, const char *layer, const char *settings, float *logits) {
    oh_model *m = model(4, settings);
    oh_layer(m, layer);
    oh_linear(m, 2);
    ck_assert_msg(oh_train(m, d, &e) == 0, "%s: %s", layer, e.text);
    oh_predict_rows(m, rows, 4, logits, NULL, &e);
    fine();
    oh_model_free(m);
}

START_TEST(kinds_that_compute_the_same_with_the_same_functions_give_the_same_bits) {
    static const char *const layers[][2] = {{"tanh", "own_tanh"}, {"sigmoid", "own_sigmoid"}};
    float want[8], got[8];
    begin();
    oh_register_layer(c, &own_tanh, &e);
    oh_register_layer(c, &own_sigmoid, &e);
    oh_register_loss(c, &entropy, &e);
    oh_register_optimizer(c, &descent, &e);
    oh_dataset *d = table();
    for (int i = 0; i < 2; i++) {
        logits_of(d, layers[i][0], SHORT "train.epochs=40 optimizer.learning_rate=0.5 ", want);
        logits_of(d, layers[i][1],
                  SHORT "train.epochs=40 optimizer.type=descent optimizer.learning_rate=0.5 "
                        "loss.type=entropy ",
                  got);
        ck_assert_mem_eq(got, want, sizeof got);
        ck_assert(got[0] > got[1] && got[6] < got[7]); /* it has learned something */
    }
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* The numbers of a tensor in the model's file: a header's length, the header, and the data, at the
 * header's offsets. */
static void read_parameters(oh_model *m, const char *name, float *x, size_t n) {
    size_t size;
    const char *bytes = oh_model_bytes(m, &size, &e), *at;
    uint64_t header;
    fine();
    memcpy(&header, bytes, sizeof header);
    at = strstr(strstr(bytes + 8, name), "\"data_offsets\"");
    memcpy(x, bytes + 8 + header + strtoul(strchr(at, '[') + 1, NULL, 10), n * sizeof *x);
}

/* The bits of sums differ from those of the library's kernels only where they are rounded, so that
 * one row with a single 1 shows the weights. */
START_TEST(a_layer_draws_the_initial_weights_of_linear_from_the_same_stream) {
    static const float unit[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    float want[6], got[6];
    begin();
    oh_register_layer(c, &matrix, &e);
    oh_dataset *d = table();
    oh_model *m = model(2, SHORT "train.epochs=0 model.0.bias=false "), *own = oh_model_new(c, &e);
    oh_layer(own, "matrix");
    oh_set(own, "model.0.units=2");
    oh_set(own, "data.validation=0");
    oh_set(own, "train.epochs=0");
    ck_assert_msg(oh_train(m, d, &e) == 0 && oh_train(own, d, &e) == 0, "%s", e.text);
    oh_predict_rows(m, unit, 3, want, NULL, &e);
    oh_predict_rows(own, unit, 3, got, NULL, &e);
    ck_assert_mem_eq(got, want, sizeof got);
    ck_assert_msg(oh_gradcheck(own, 3, 2, NULL, &e) == 0, "%s", e.text);
    oh_model_free(own);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* Only an option named frozen keeps parameters as they are, wherever it is. */
START_TEST(a_layer_with_parameters_is_trained_whatever_its_options) {
    static const char *const layers[] = {"{\"type\": \"matrix\", \"units\": 4}",
                                         "{\"type\": \"square\"}",
                                         "{\"type\": \"freezer\", \"units\": 4}",
                                         "{\"type\": \"freezer\", \"units\": 4, \"frozen\": true}"};
    begin();
    oh_register_layer(c, &matrix, &e);
    oh_register_layer(c, &square, &e);
    oh_register_layer(c, &freezer, &e);
    oh_dataset *d = table();
    for (int i = 0; i < 4; i++) {
        float weights[2][16];
        for (int k = 0; k < 2; k++) {
            char set[100];
            oh_model *m = model(4, SHORT);
            oh_layer(m, "dropout");
            oh_linear(m, 2);
            snprintf(set, sizeof set, "model.1=%s", layers[i]);
            oh_set(m, set);
            oh_set(m, k == 0 ? "train.epochs=0" : "train.epochs=2");
            ck_assert_msg(oh_train(m, d, &e) == 0, "%s", e.text);
            read_parameters(m, "\"1.weight\"", weights[k], 16);
            oh_model_free(m);
        }
        ck_assert_msg((memcmp(weights[0], weights[1], sizeof *weights) == 0) == (i == 3), "%s",
                      layers[i]);
    }
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(random_numbers_are_a_stream_of_a_seed_in_0_to_1) {
    float a[100], b[100], other[100];
    oh_random(7, 3, 100, a);
    oh_random(7, 3, 40, b);
    ck_assert_mem_eq(a, b, 40 * sizeof *a); /* the first of the same stream */
    for (int i = 0; i < 2; i++) {
        oh_random(7 + (uint64_t)i, 3 + (uint32_t)!i, 100, other);
        ck_assert(memcmp(a, other, sizeof a) != 0);
    }
    for (int i = 0; i < 100; i++)
        ck_assert(a[i] >= 0 && a[i] < 1);
    oh_random(7, 3, 0, NULL);
}
END_TEST

/* IEEE 754's limits; tests/test_tensor.c measures the error in between. */
START_TEST(the_functions_for_kinds_have_the_limits_of_libms) {
    ck_assert(oh_expf(0) == 1 && oh_expf(-INFINITY) == 0 && isinf(oh_expf(1000)));
    ck_assert(oh_logf(1) == 0 && oh_logf(0) == -INFINITY && isnan(oh_logf(-1)));
    ck_assert(oh_tanhf(0) == 0 && oh_tanhf(INFINITY) == 1 && oh_tanhf(-INFINITY) == -1);
    ck_assert(isnan(oh_expf(NAN)) && isnan(oh_logf(NAN)) && isnan(oh_tanhf(NAN)));
    ck_assert_float_eq(oh_expf(1), (float)exp(1)); /* correctly rounded, where it matters */
    ck_assert_float_eq(oh_logf(2), (float)log(2));
    ck_assert_float_eq(oh_tanhf(1), (float)tanh(1));
}
END_TEST

START_TEST(the_sentences_of_a_kind_end_an_error_that_names_it) {
    begin();
    oh_register_layer(c, &matrix, &e);
    oh_register_optimizer(c, &descent, &e);
    oh_dataset *d = table();
    oh_model *m = model(13, "model.0.type=matrix ");
    REFUSED(-1, oh_train(m, d, &e), "layer 0, \"matrix\", has 13 units");
    oh_model_free(m);
    m = model(2, "optimizer.type=descent optimizer.learning_rate=5 ");
    REFUSED(-1, oh_train(m, d, &e), "too bold");
    oh_model_free(m);
    ck_assert_int_eq(oh_fail((struct oh_error *)&e, "first"), -1);
    ck_assert_int_eq(oh_fail((struct oh_error *)&e, "second"), -1);
    REFUSED(NULL, oh_model_new(c, &e), "first");
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

/* ---- export ---- */

/* Two layers of one type with other options, the first of them on the input. */
START_TEST(an_elementwise_layer_is_exported_with_the_options_of_each_use) {
    static const char source[] =
        "#include \"net.h\"\n#include <stdio.h>\nint main(void) {\n"
        "    float x[net_columns], z[net_outputs];\n    if (!net_check())\n        return 9;\n"
        "    while (fread(x, sizeof x, 1, stdin) == 1) {\n        net_predict_row(x, z);\n"
        "        fwrite(z, sizeof z, 1, stdout);\n    }\n    return 0;\n}\n";
    static const float attributes[] = {0.25f, -0.5f};
    float x[12], want[8];
    size_t size;
    begin();
    oh_register_layer(c, &leaky, &e);
    oh_dataset *d = table();
    oh_model *m = oh_model_new(c, &e);
    oh_layer(m, "leaky");
    oh_linear(m, 4);
    oh_layer(m, "leaky");
    oh_linear(m, 2);
    oh_set(m, "model.0.slope=0.75");
    oh_set(m, "model.2={\"type\": \"leaky\", \"slope\": 0.25, \"shift\": -0.5}");
    oh_set(m, "data.validation=0");
    ck_assert_msg(oh_train(m, d, &e) == 0, "%s", e.text);
    for (int i = 0; i < 12; i++)
        x[i] = rows[i] - 0.3f * (float)i;
    oh_predict_rows(m, x, 4, want, NULL, &e);
    char *header = oh_model_export(m, "c", "net", &size, &e);
    fine();
    ck_assert_ptr_null(strstr(strstr(header, "float net_leaky(") + 1, "float net_leaky("));
    test_write(test_path("net.h"), header, size);
    test_write(test_path("main.c"), source, strlen(source));
    test_write(test_path("x"), x, sizeof x);
    test_write(test_path("want"), want, sizeof want);
    struct test_outcome o = test_shell(
        "cd %s && gcc -std=c99 -Wall -Werror -o main main.c -lm && ./main <x | cmp - want",
        test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    char *onnx = oh_model_export(m, "onnx", NULL, &size, &e);
    fine();
    for (int k = 0; k < 2; k++) { /* name=1, f=2, type=20 FLOAT, as onnx.proto3 numbers them */
        char wanted[20];
        int n = snprintf(wanted, sizeof wanted, "\x0a%c%s\x15", k ? 4 : 5, k ? "beta" : "alpha");
        memcpy(wanted + n, &attributes[k], 4);
        memcpy(wanted + n + 4, "\xa0\x01\x01", 3);
        bool found = false;
        for (size_t i = 0; i + (size_t)n + 7 <= size; i++)
            found |= memcmp(onnx + i, wanted, (size_t)n + 7) == 0;
        ck_assert_msg(found, "attribute %d", k);
    }
    oh_free(onnx);
    oh_free(header);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

START_TEST(a_layer_without_an_exported_form_is_named) {
    size_t size;
    begin();
    oh_register_layer(c, &own_tanh, &e);
    oh_dataset *d = table();
    oh_model *m = model(2, SHORT);
    oh_layer(m, "own_tanh");
    ck_assert_msg(oh_train(m, d, &e) == 0, "%s", e.text);
    ck_assert_ptr_null(oh_model_export(m, "c", "net", &size, &e));
    ck_assert_int_eq(e.status, OH_FAILED);
    test_message(e.text);
    oh_model_free(m);
    oh_dataset_free(d);
    oh_context_free(c);
}
END_TEST

Suite *test_register(void) {
    return TEST_SUITE("register", a_kind_with_a_part_missing_is_not_registered,
                      a_name_is_taken_only_among_kinds_of_the_same_sort,
                      a_context_takes_32_kinds_of_each_sort_and_then_refuses_more,
                      kinds_that_compute_the_same_with_the_same_functions_give_the_same_bits,
                      a_layer_draws_the_initial_weights_of_linear_from_the_same_stream,
                      a_layer_with_parameters_is_trained_whatever_its_options,
                      random_numbers_are_a_stream_of_a_seed_in_0_to_1,
                      the_functions_for_kinds_have_the_limits_of_libms,
                      the_sentences_of_a_kind_end_an_error_that_names_it,
                      an_elementwise_layer_is_exported_with_the_options_of_each_use,
                      a_layer_without_an_exported_form_is_named);
}
