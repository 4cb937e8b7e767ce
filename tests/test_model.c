/* model: the chain of layers, its parameter vector, and its form in safetensors files. */
#include "base/file.h"
#include "base/rng.h"
#include "messages.h"
#include "model/model.h"
#include "pass.h"
#include "runs/state_dict.h"
#include "test.h"
#include "train/config.h"
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_model(void);

static struct config config;

/* 6 inputs, linear 5, relu, linear 4 without bias, sigmoid, linear 3. */
static struct model *build(int classes, struct error *e) {
    static const char text[] =
        "{\"data\": {\"path\": \"d\"}, \"model\": [{\"type\": \"linear\", \"units\": 5},"
        "{\"type\": \"relu\"}, {\"type\": \"linear\", \"units\": 4, \"bias\": false},"
        "{\"type\": \"sigmoid\"}, {\"type\": \"linear\", \"units\": 3}]}";
    static struct arena a;
    arena_free(&a);
    ck_assert_int_eq(config_parse(&config, config_keys, text, strlen(text), "text", NULL, &a, e),
                     0);
    return model_new(&config.model, &config.loss, 6, classes, 8, "text", e);
}

static struct model *initialised(void) {
    struct error e = {0};
    struct model *m = build(3, &e);
    ck_assert_msg(m != NULL, "%s", e.text);
    model_init(m, 42);
    return m;
}

START_TEST(parameters_are_one_vector_without_gaps) {
    struct model *m = initialised();
    ck_assert_uint_eq(m->nparams, 6 * 5 + 5 + 5 * 4 + 4 * 3 + 3);
    size_t at = 0;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            struct param *p = &m->layers[i].params[k];
            ck_assert_ptr_eq(p->value.data, m->theta + at);
            ck_assert_ptr_eq(p->grad.data, m->grad + at);
            at += tensor_size(p->value);
        }
    ck_assert_uint_eq(at, m->nparams);
    model_free(m);
}
END_TEST

START_TEST(a_last_layer_that_does_not_fit_the_classes_is_refused) {
    struct error e = {0};
    ck_assert_ptr_null(build(10, &e));
    test_refused(&e, "text");
}
END_TEST

START_TEST(a_model_has_at_most_a_thousand_layers) {
    static struct spec layers[MODEL_MAX_LAYERS + 1];
    struct error e = {0};
    struct model *m = build(3, &e);
    model_free(m);
    for (int i = 0; i <= MODEL_MAX_LAYERS; i++) /* relu; the last but one maps to the classes */
        layers[i] = config.model.items[i == MODEL_MAX_LAYERS - 1 ? 4 : 1];
    struct specs many = {.items = layers, .count = MODEL_MAX_LAYERS};
    m = model_new(&many, &config.loss, 6, 3, 8, "text", &e);
    ck_assert_msg(m != NULL, "%s", e.text);
    model_free(m);
    many.count++;
    ck_assert_ptr_null(model_new(&many, &config.loss, 6, 3, 8, "text", &e));
    test_refused(&e, "1001 layers");
}
END_TEST

START_TEST(a_model_larger_than_memory_fails_the_run) {
    struct error e = {0};
    struct model *m = build(3, &e);
    model_free(m);
    struct arena a = {0};
    struct spec *first = &config.model.items[0];
    first->options = test_options(first->type, "{\"units\": 1000000}", &a);
    m = model_new(&config.model, &config.loss, 1000000000, 3, 8, "text", &e);
    ck_assert_ptr_null(m);
    ck_assert_int_eq(e.status, ERROR_RUN);
    test_message(e.text);
    arena_free(&a);
}
END_TEST

START_TEST(a_pass_over_fewer_rows_gives_the_same_bits) {
    struct model *m = initialised();
    real first[3];
    struct rng r = rng_stream(1, RNG_INIT, 0);
    for (size_t i = 0; i < tensor_size(m->act[0]); i++)
        m->act[0].data[i] = (real)rng_uniform(&r);
    pass_forward(m, 8);
    memcpy(first, m->p.data, sizeof first);
    pass_forward(m, 1);
    ck_assert_mem_eq(first, m->p.data, sizeof first);
    model_free(m);
}
END_TEST

START_TEST(the_first_non_finite_layer_is_found) {
    struct model *m = initialised();
    pass_forward(m, 2);
    ck_assert_int_eq(model_not_finite(m, 2), -1);
    m->layers[2].params[0].value.data[0] = INFINITY;
    for (int i = 0; i < 12; i++)
        m->act[0].data[i] = 1;
    for (int j = 0; j < 5; j++)
        m->layers[0].params[1].value.data[j] = 10; /* so that all relu units are positive */
    pass_forward(m, 2);
    ck_assert_int_eq(model_not_finite(m, 2), 3); /* act[3] is the output of layer 2 */
    model_free(m);
}
END_TEST

static void save(const struct model *m, const char *path) {
    struct safetensors_pair metadata[] = {{"zeta", "last"}, {"alpha", "fi\"rst"}};
    struct safetensors s = {.pairs = 2, .metadata = metadata};
    struct arena a = {0};
    struct text t = {0};
    struct error e = {0};
    ck_assert_int_eq(state_dict_export(m, &s, &a, &e), 0);
    safetensors_write(&s, &t);
    test_write(path, t.data, t.size);
    text_free(&t);
    arena_free(&a);
}

START_TEST(a_saved_model_loads_bit_for_bit) {
    struct model *m = initialised(), *n = initialised();
    struct safetensors s;
    struct error e = {0};
    const char *path = test_path("m.safetensors");
    save(m, path);
    model_init(n, 43);
    ck_assert_mem_ne(m->theta, n->theta, m->nparams * sizeof(real));
    ck_assert_msg(safetensors_read(&s, path, &e) == 0, "%s", e.text);
    ck_assert_str_eq(safetensors_get(&s, "alpha"), "fi\"rst");
    ck_assert_ptr_null(safetensors_get(&s, "beta"));
    ck_assert_msg(state_dict_import(n, &s, &e) == 0, "%s", e.text);
    ck_assert_mem_eq(m->theta, n->theta, m->nparams * sizeof(real));
    arena_free(&s.arena);
    model_free(m);
    model_free(n);
}
END_TEST

/* The file is compared byte by byte with the format's description, so that other readers can read
 * it. */
START_TEST(the_file_follows_the_safetensors_format) {
    struct model *m = initialised();
    size_t size;
    const char *path = test_path("m.safetensors");
    save(m, path);
    char *file = test_read(path, &size);
    static const char header[] =
        "{\"__metadata__\": {\"alpha\": \"fi\\\"rst\", \"zeta\": \"last\"}, "
        "\"0.bias\": {\"dtype\": \"F32\", \"shape\": [5], \"data_offsets\": [0, 20]}, "
        "\"0.weight\": {\"dtype\": \"F32\", \"shape\": [5, 6], \"data_offsets\": [20, 140]}, "
        "\"2.weight\": {\"dtype\": \"F32\", \"shape\": [4, 5], \"data_offsets\": [140, 220]}, "
        "\"4.bias\": {\"dtype\": \"F32\", \"shape\": [3], \"data_offsets\": [220, 232]}, "
        "\"4.weight\": {\"dtype\": \"F32\", \"shape\": [3, 4], \"data_offsets\": [232, 280]}}";
    size_t padded = (sizeof header - 1 + 7) / 8 * 8;
    ck_assert_uint_eq(size, 8 + padded + 280);
    ck_assert_uint_eq((unsigned char)file[0] + 256u * (unsigned char)file[1], padded);
    ck_assert_mem_eq(file + 2, "\0\0\0\0\0\0", 6);
    ck_assert_mem_eq(file + 8, header, sizeof header - 1);
    /* 0.weight[out 2][in 4] is W[4][2], little-endian */
    uint32_t bits;
    memcpy(&bits, &tensor_row(m->layers[0].params[0].value, 4)[2], 4);
    const unsigned char *at = (unsigned char *)file + 8 + padded + 20 + 4 * (2 * 6 + 4);
    ck_assert_uint_eq(bits,
                      at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24);
    free(file);
    model_free(m);
}
END_TEST

/* Changes a saved model's tensors, and checks that it can no longer be read. */
static void expect_refusal(void (*change)(struct safetensors *s), const char *names) {
    struct model *m = initialised();
    struct safetensors s;
    struct error e = {0};
    save(m, test_path("m.safetensors"));
    ck_assert_int_eq(safetensors_read(&s, test_path("m.safetensors"), &e), 0);
    change(&s);
    ck_assert_int_eq(state_dict_import(m, &s, &e), -1);
    test_refused(&e, names);
    arena_free(&s.arena);
    model_free(m);
}

static void rename_first(struct safetensors *s) {
    s->tensors[0].name = "encoder.bias";
}

static void drop_last(struct safetensors *s) {
    s->count--;
}

static void reshape(struct safetensors *s) {
    s->tensors[1].shape[0] = 6;
    s->tensors[1].shape[1] = 5;
}

static void flatten(struct safetensors *s) {
    s->tensors[1].dims = 1;
    s->tensors[1].shape[0] = 30;
}

static void poison(struct safetensors *s) {
    ((float *)(uintptr_t)s->tensors[0].data)[2] = NAN;
}

static void add(struct safetensors *s) {
    struct safetensors_entry *more = arena_alloc(&s->arena, (size_t)s->count + 1, sizeof *more);
    memcpy(more, s->tensors, (size_t)s->count * sizeof *more);
    more[s->count] = more[0];
    more[s->count++].name = "5.weight";
    s->tensors = more;
}

START_TEST(tensors_that_do_not_fit_the_model_are_refused_by_name) {
    expect_refusal(rename_first, "\"0.bias\"");
    expect_refusal(drop_last, "\"4.weight\"");
    expect_refusal(reshape, "\"0.weight\"");
    expect_refusal(flatten, "\"0.weight\"");
    expect_refusal(poison, "m");
    expect_refusal(add, "m");
}
END_TEST

Suite *test_model(void) {
    return TEST_SUITE(
        "model", parameters_are_one_vector_without_gaps,
        a_last_layer_that_does_not_fit_the_classes_is_refused,
        a_model_has_at_most_a_thousand_layers, a_model_larger_than_memory_fails_the_run,
        a_pass_over_fewer_rows_gives_the_same_bits, the_first_non_finite_layer_is_found,
        a_saved_model_loads_bit_for_bit, the_file_follows_the_safetensors_format,
        tensors_that_do_not_fit_the_model_are_refused_by_name);
}
