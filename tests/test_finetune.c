/* finetune: frozen layers, and models that begin with layers of another. */
#include "messages.h"
#include "optim/optim.h"
#include "pass.h"
#include "runs/model_file.h"
#include "runs/training.h"
#include "test.h"
#include "train/train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_finetune(void);

/* tests/small.json: linear 0, tanh, linear 2, relu, linear 4, sigmoid, linear 6. */
static struct training *set_up(const char *const *more, int threads, struct error *e) {
    const char *overrides[8] = {"train.epochs=2"};
    for (int i = 0; more[i]; i++)
        overrides[1 + i] = more[i];
    *e = (struct error){0};
    return training_new("tests/small.json", overrides, threads, e);
}

static struct training *ready(const char *const *more, int threads) {
    struct error e;
    struct training *t = set_up(more, threads, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

static void train(struct training *t) {
    struct error e = {0};
    ck_assert_msg(train_run(t, &(struct train_observer){0}, &e) == 0, "%s", e.text);
}

static void refused(const char *const *more, const char *names) {
    struct error e;
    ck_assert_ptr_null(set_up(more, 1, &e));
    test_refused(&e, names);
}

/* ---- frozen layers ---- */

/* layer.h: the model reads `frozen` there. */
START_TEST(frozen_is_the_first_option_of_every_layer_with_parameters) {
    int found = 0;
    for (int i = 0; layers_kinds[i]; i++) {
        const struct key *k = layers_kinds[i]->keys;
        while (k && k->name && strcmp(k->name, "frozen") != 0)
            k++;
        bool known = k && k->name;
        ck_assert_msg(known == (KIND_ROW(layer_type, layers_kinds[i])->init != NULL), "%s",
                      layers_kinds[i]->name);
        ck_assert(!known || (k->type == KEY_BOOL && k->offset == 0));
        found += known;
    }
    ck_assert_int_ge(found, 3);
}
END_TEST

/* The bytes of a parameter before and after training: the same if and only if it is frozen. */
static void moved_unless_frozen(const struct model *m, const real *before, const char *what) {
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            const struct tensor v = m->layers[i].params[k].value;
            bool same =
                memcmp(v.data, before + (v.data - m->theta), tensor_size(v) * sizeof(real)) == 0;
            ck_assert_msg(same == (i == 0 || i == 4), "%s: layer %d, parameter %d", what, i, k);
        }
}

START_TEST(a_frozen_layer_keeps_its_bytes_with_every_optimizer_and_any_threads) {
    static const char *const optimizers[] = {
        "optimizer={\"type\": \"sgd\", \"weight_decay\": 0.1}",
        "optimizer={\"type\": \"sgd\", \"weight_decay\": 0.1, \"momentum\": 0.9}",
        "optimizer={\"type\": \"sgd\", \"momentum\": 0.9, \"nesterov\": true}",
        "optimizer={\"type\": \"adamw\", \"weight_decay\": 0.1}"};
    static const int threads[] = {1, 2, 7};
    for (int i = 0; i < 8; i++) {
        const char *const more[] = {"model.0.frozen=true", "model.4.frozen=true", optimizers[i / 2],
                                    i % 2 ? "train.clip_norm=0.5" : NULL, NULL};
        struct training *t[3];
        for (int k = 0; k < 3; k++) {
            t[k] = ready(more, threads[k]);
            size_t size = t[k]->model->nparams * sizeof(real);
            real *before = malloc(size);
            memcpy(before, t[k]->model->theta, size);
            train(t[k]);
            moved_unless_frozen(t[k]->model, before, optimizers[i / 2]);
            ck_assert_mem_eq(t[0]->model->theta, t[k]->model->theta, size);
            free(before);
        }
        for (int k = 0; k < 3; k++)
            training_free(t[k]);
    }
}
END_TEST

/* Gradients and deltas that training does not need keep what they held. */
START_TEST(no_gradient_is_computed_for_or_below_frozen_layers) {
    const char *const more[] = {"model.0.frozen=true", "model.2.frozen=true", NULL};
    struct training *t = ready(more, 1);
    struct model *m = t->model;
    double sum = 0;
    for (size_t i = 0; i < m->nparams; i++)
        m->grad[i] = 7;
    for (int i = 0; i < m->nlayers; i++)
        m->delta[i].data[0] = 7;
    train_step(t, (struct update){0.1, 1}, 0, m->rows, &sum);
    model_gradients(m, m->rows);
    for (int i = 0; i < m->nlayers; i++) {
        ck_assert_int_eq(m->delta[i].data[0] == 7, i <= 4); /* layer 4's gradients need delta[5] */
        for (int k = 0; k < m->layers[i].nparams; k++)
            ck_assert_int_eq(m->layers[i].params[k].grad.data[0] == 7, i < 4);
    }
    double norm = clip_norm(m); /* of the others alone */
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < m->layers[i].nparams; k++)
            memset(m->layers[i].params[k].grad.data, 0,
                   tensor_size(m->layers[i].params[k].grad) * sizeof(real));
    ck_assert_double_eq(norm, clip_norm(m));
    ck_assert_double_gt(norm, 0);
    training_free(t);
}
END_TEST

/* Attention's gradients need what its own backward saves; it is the first trained layer here. */
START_TEST(the_first_trained_layer_has_the_gradient_that_it_has_with_all_layers_trained) {
    static const char layers[] =
        "model=[{\"type\": \"linear\", \"units\": 12, \"frozen\": %s}, {\"type\": \"attention\", "
        "\"tokens\": 4, \"head_size\": 2}, {\"type\": \"linear\", \"units\": 10}]";
    real *grad = NULL;
    for (int frozen = 0; frozen < 2; frozen++) {
        char model[256];
        snprintf(model, sizeof model, layers, frozen ? "true" : "false");
        const char *const more[] = {model, NULL};
        struct training *t = ready(more, 1);
        struct model *m = t->model;
        size_t above = tensor_size(m->layers[0].params[0].value) + 12, n = m->nparams - above;
        double sum = 0;
        train_step(t, (struct update){0.1, 1}, 0, m->rows, &sum);
        if (frozen)
            ck_assert_mem_eq(grad, m->grad + above, n * sizeof(real));
        else
            memcpy(grad = malloc(n * sizeof(real)), m->grad + above, n * sizeof(real));
        training_free(t);
    }
    free(grad);
}
END_TEST

/* Layers 2 to 6 as a model of their own, fed with what the frozen part computes. */
START_TEST(training_above_frozen_layers_equals_training_the_rest_on_their_output) {
    enum { STEPS = 5, BELOW = 2 };
    const char *const more[] = {"model.0.frozen=true", NULL};
    struct training *t = ready(more, 1);
    struct model *m = t->model;
    struct error e = {0};
    struct specs rest = {t->config.model.count - BELOW, t->config.model.items + BELOW};
    struct model *upper =
        model_new(&rest, &t->config.loss, m->act[BELOW].cols, 10, m->rows, "rest", &e);
    ck_assert_msg(upper != NULL, "%s", e.text);
    struct optim optim;
    struct arena a = {0};
    size_t below = m->nparams - upper->nparams;
    ck_assert_int_eq(optim_new(&optim, t->config.optimizer, upper->nparams, &a, &e), 0);
    memcpy(upper->theta, m->theta + below, upper->nparams * sizeof(real));
    train_order(t, 1);
    for (int step = 1; step <= STEPS; step++) {
        struct update update = {0.05, step};
        double sum = 0;
        train_step(t, update, (step - 1) * m->rows, m->rows, &sum);
        memcpy(upper->act[0].data, m->act[BELOW].data, tensor_size(upper->act[0]) * sizeof(real));
        memcpy(upper->target.labels, m->target.labels, (size_t)m->rows * sizeof(int));
        memcpy(upper->target.y.data, m->target.y.data, tensor_size(m->p) * sizeof(real));
        ck_assert_double_eq(pass_forward(upper, m->rows), sum);
        pass_backward(upper, m->rows);
        optim_step(&optim, update, 0, upper->nparams, upper->grad, upper->theta);
        ck_assert_mem_eq(upper->theta, m->theta + below, upper->nparams * sizeof(real));
    }
    arena_free(&a);
    model_free(upper);
    training_free(t);
}
END_TEST

START_TEST(a_model_with_nothing_to_train_is_refused_unless_it_is_not_trained) {
    const char *more[] = {"model=[{\"type\": \"linear\", \"units\": 10, \"frozen\": true}]", NULL,
                          NULL};
    refused(more, "frozen");
    more[1] = "train.epochs=0";
    struct training *t = ready(more, 1);
    train(t);
    training_free(t);
}
END_TEST

START_TEST(frozen_on_a_layer_without_parameters_is_not_a_key) {
    const char *const more[] = {"model.1.frozen=true", NULL};
    refused(more, "model.1.frozen");
}
END_TEST

START_TEST(the_plan_counts_what_is_trained) {
    struct test_outcome o =
        test_shell("$ONEHOT train tests/small.json train.epochs=1 model.0.frozen=true output=%s",
                   test_path("run"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_msg(strstr(o.out, "0 linear             33      25,905  frozen\n") &&
                      strstr(o.out, "total                        27,091\n") &&
                      strstr(o.out, "trained                       1,186\n") &&
                      !strstr(o.out, "vanishes"), /* the step of a frozen layer is no step of 0 */
                  "%s", o.out);
}
END_TEST

START_TEST(gradcheck_and_explain_show_the_gradients_that_are_computed) {
    struct test_outcome o =
        test_shell("$ONEHOT gradcheck tests/small.json model.0.frozen=true model.2.frozen=true");
    ck_assert_msg(o.status == 0 && strstr(o.out, "\ninput") && strstr(o.out, "\n4.weight") &&
                      !strstr(o.out, "\n0.") && !strstr(o.out, "\n2."),
                  "%s%s", o.out, o.err);
    o = test_shell("$ONEHOT explain tests/small.json model.0.frozen=true train.clip_norm=0.01");
    ck_assert_msg(o.status == 0 && strstr(o.out, "dW2'") && !strstr(o.out, "dW0") &&
                      !strstr(o.out, "da1") && !strstr(o.out, "layer 0, linear: sgd") &&
                      !strstr(o.out, "W0'") && strstr(o.out, "drawn with the seed; frozen"),
                  "%s%s", o.out, o.err);
}
END_TEST

START_TEST(a_frozen_run_goes_on_and_is_verified) {
    const char *run = test_path("run"), *whole = test_path("whole");
    struct test_outcome o = test_shell(
        "for n in 2 4; do $ONEHOT train tests/small.json train.epochs=$n model.2.frozen=true "
        "optimizer.momentum=0.9 output=%s; done >/dev/null && "
        "$ONEHOT train tests/small.json train.epochs=4 model.2.frozen=true "
        "optimizer.momentum=0.9 output=%s --threads 1 >/dev/null && "
        "cmp %s/model.safetensors %s/model.safetensors && $ONEHOT verify %s && "
        "grep -c true %s/config.json",
        run, whole, run, whole, run, run);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

/* ---- start_from ---- */

/* Two epochs of tests/small.json, to start from. */
static const char *base(void) {
    test_small_run("base", "");
    return test_path("base/model.safetensors");
}

/* Layer i's parameters in two models of the same layer. */
static bool same_layer(const struct model *a, const struct model *b, int i) {
    bool same = true;
    for (int k = 0; k < a->layers[i].nparams; k++) {
        struct tensor x = a->layers[i].params[k].value, y = b->layers[i].params[k].value;
        ck_assert_uint_eq(tensor_size(x), tensor_size(y));
        same = same && memcmp(x.data, y.data, tensor_size(x) * sizeof(real)) == 0;
    }
    return same;
}

START_TEST(layers_that_fit_are_taken_and_the_others_are_initialised_as_usual) {
    static const struct {
        const char *layers, *units; /* layer 4 has 16 in the file */
        const char taken[8];        /* of layers 0, 2, 4, 6 */
    } cases[] = {
        {"all", "16", "1111"},          {"fitting", "16", "1111"}, {"fitting", "12", "1100"},
        {"[0]", "16", "1000"},          {"[2]", "12", "0100"},     {"0", "12", "1000"},
        {"[4, 0, 4, 1]", "16", "1010"},
    };
    const char *file = base();
    struct model_file *from;
    struct error e = {0};
    from = model_file_read(file, 32, &e);
    ck_assert_msg(from != NULL, "%s", e.text);
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char path[128], layers[64], units[32];
        snprintf(path, sizeof path, "start_from=%s", file);
        snprintf(layers, sizeof layers, "start_from.layers=%s", cases[c].layers);
        snprintf(units, sizeof units, "model.4.units=%s", cases[c].units);
        const char *const started[] = {path, layers, units, NULL}, *const fresh[] = {units, NULL};
        struct training *t = ready(started, 1), *u = ready(fresh, 1);
        ck_assert_ptr_null(u->taken);
        for (int i = 0; i < t->model->nlayers; i++) {
            bool taken = i % 2 == 0 && cases[c].taken[i / 2] == '1';
            ck_assert_int_eq(t->taken[i], taken);
            if (i % 2 == 0)
                ck_assert_msg(same_layer(t->model, taken ? from->model : u->model, i),
                              "%s: layer %d", layers, i);
        }
        training_free(t);
        training_free(u);
    }
    model_file_free(from);
}
END_TEST

START_TEST(what_cannot_be_taken_is_refused_with_what_to_do) {
    char path[128];
    snprintf(path, sizeof path, "start_from=%s", base());
    const struct {
        const char *layers, *more, *names;
    } cases[] = {
        {NULL, "model.4.units=12", "[12, 20]; to take"},
        {NULL, "model.6.bias=false", "has 8 tensors"},
        {"[0, 4]", "model.4.units=12", "4.weight"},
        {"fitting", "model=[{\"type\": \"linear\", \"units\": 10}]", "no layer fits"},
        {"0",
         "model=[{\"type\": \"attention\", \"tokens\": 28, \"head_size\": 2}, "
         "{\"type\": \"linear\", \"units\": 10}]",
         "0.in_proj_weight"},
        {"[1, 3]", NULL, "no layer with parameters"},
        {"[0, 7]", NULL, "0 to 6, got 7"},
        {"[0.5]", NULL, "got 0.5"},
        {"[-1]", NULL, "start_from.layers.0"},
        {"[]", NULL, "start_from.layers"},
        {"some", NULL, "start_from.layers"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        char layers[64];
        snprintf(layers, sizeof layers, "start_from.layers=%s",
                 cases[c].layers ? cases[c].layers : "all");
        const char *const more[] = {path, layers, cases[c].more, NULL};
        refused(more, cases[c].names);
    }
    const char *const others[][2] = {{"start_from.layers=0", "start_from.path"},
                                     {"start_from=5", "a string or an object"},
                                     {"start_from={\"layer\": 0}", "start_from.layer"}};
    for (size_t c = 0; c < sizeof others / sizeof *others; c++) {
        const char *const more[] = {others[c][0], NULL};
        refused(more, others[c][1]);
    }
}
END_TEST

/* A path alone is written as before there were layers, and hashed as if there were no start. */
START_TEST(a_path_alone_stands_for_all_layers) {
    static const struct {
        const char *overrides[3], *all, *hashed;
    } cases[] = {
        {{"start_from=m"}, "\"start_from\": \"m\"}", NULL},
        {{"start_from={\"path\": \"m\"}"}, "\"start_from\": \"m\"}", NULL},
        {{"start_from.path=m"}, "\"start_from\": \"m\"}", NULL},
        {{"start_from.layers=0", "start_from=m"}, "\"start_from\": \"m\"}", NULL},
        {{"start_from=m", "start_from.layers=[0, 2]"},
         "\"start_from\": {\"path\": \"m\", \"layers\": [0, 2]}}",
         "\"start_from\": {\"layers\": [0, 2]}}"},
        {{"start_from={\"path\": \"m\", \"layers\": \"fitting\"}"},
         "\"start_from\": {\"path\": \"m\", \"layers\": \"fitting\"}}",
         "\"start_from\": {\"layers\": \"fitting\"}}"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        struct config config, again;
        struct arena a = {0};
        struct error e = {0};
        struct text all = {0}, hashed = {0};
        ck_assert_int_eq(config_read(&config, "tests/small.json", cases[c].overrides, &a, &e), 0);
        config_write(&config, 0, &all);
        config_write_short(&config, &hashed);
        ck_assert_msg(strstr(all.data, cases[c].all) != NULL, "%s", all.data);
        if (cases[c].hashed)
            ck_assert_msg(strstr(hashed.data, cases[c].hashed) != NULL, "%s", hashed.data);
        else
            ck_assert_ptr_null(strstr(hashed.data, "start_from"));
        ck_assert_int_eq(config_parse(&again, config_keys, all.data, all.size, "all", NULL, &a, &e),
                         0);
        ck_assert(config_same(&config, &again, &e));
        ck_assert_str_eq(again.start_from.path, "m");
        text_free(&all);
        text_free(&hashed);
        arena_free(&a);
    }
}
END_TEST

START_TEST(a_run_is_named_by_the_content_it_starts_from_and_by_the_layers) {
    const char *file = base(), *run = test_path("run");
    struct test_outcome o = test_shell(
        "cp %s %s.copy && train=\"$ONEHOT train tests/small.json train.epochs=1 output=%s\" && "
        "$train start_from=%s start_from.layers=[0] model.0.frozen=true >/dev/null && "
        "$train start_from=%s.copy start_from.layers=[0] model.0.frozen=true | tail -1 && "
        "$ONEHOT verify %s | tail -1 && $ONEHOT evaluate %s | head -1",
        file, file, run, file, file, run, run);
    ck_assert_msg(o.status == 0 && strstr(o.out, "identical, bit for bit, to the earlier") &&
                      strstr(o.out, "s, identical bit for bit"),
                  "%s%s", o.out, o.err);
    o = test_shell("$ONEHOT train tests/small.json train.epochs=1 output=%s start_from=%s "
                   "start_from.layers=[0,2] model.0.frozen=true",
                   run, file);
    ck_assert_int_eq(o.status, 2);
    ck_assert_ptr_nonnull(strstr(o.err, "contains a run with a different config"));
}
END_TEST

START_TEST(the_plan_and_explain_tell_loaded_layers_from_new_ones) {
    const char *file = base();
    struct test_outcome o = test_shell(
        "$ONEHOT train tests/small.json train.epochs=1 start_from=%s start_from.layers=fitting "
        "model.4.units=12 model.0.frozen=true output=%s",
        file, test_path("run"));
    ck_assert_msg(strstr(o.out, " 0 linear             33      25,905  loaded  frozen\n") &&
                      strstr(o.out, " 2 linear             20         680  loaded\n") &&
                      strstr(o.out, " 4 linear             12         252  new\n"),
                  "%s%s", o.out, o.err);
    ck_assert_msg(strstr(o.out, "\nloaded    ") && strstr(o.out, file), "%s", o.out);
    o = test_shell("$ONEHOT explain tests/small.json start_from=%s start_from.layers=[2] | "
                   "grep -c 'from the start_from file'",
                   file);
    ck_assert_str_eq(o.out, "2\n");
}
END_TEST

Suite *test_finetune(void) {
    return TEST_SUITE(
        "finetune", frozen_is_the_first_option_of_every_layer_with_parameters,
        a_frozen_layer_keeps_its_bytes_with_every_optimizer_and_any_threads,
        no_gradient_is_computed_for_or_below_frozen_layers,
        the_first_trained_layer_has_the_gradient_that_it_has_with_all_layers_trained,
        training_above_frozen_layers_equals_training_the_rest_on_their_output,
        a_model_with_nothing_to_train_is_refused_unless_it_is_not_trained,
        frozen_on_a_layer_without_parameters_is_not_a_key, the_plan_counts_what_is_trained,
        gradcheck_and_explain_show_the_gradients_that_are_computed,
        a_frozen_run_goes_on_and_is_verified,
        layers_that_fit_are_taken_and_the_others_are_initialised_as_usual,
        what_cannot_be_taken_is_refused_with_what_to_do, a_path_alone_stands_for_all_layers,
        a_run_is_named_by_the_content_it_starts_from_and_by_the_layers,
        the_plan_and_explain_tell_loaded_layers_from_new_ones);
}
