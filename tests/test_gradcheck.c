/* onehot gradcheck: real configs pass, each mutation (--sabotage) fails the check that its row
 * names, and the output suits narrow terminals and programs. */
#include "fixtures.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "messages.h"
#include "test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_gradcheck(void);

#define LINEAR(units) "{\"type\": \"linear\", \"units\": " #units "}"

/* Runs gradcheck --json on a small model and real images, with `more` arguments. */
static cJSON *gradcheck(const char *more, int status) {
    struct test_outcome o =
        test_shell("$ONEHOT gradcheck tests/small.json data.limit=300 %s --json", more);
    ck_assert_msg(o.status == status, "%s: %d, %s", more, o.status, o.err);
    return test_json(&o);
}

static const char *text(const cJSON *object, const char *name) {
    return test_member(object, name)->valuestring;
}

static bool is_wrong(const cJSON *row) {
    return strcmp(text(row, "verdict"), "wrong") == 0;
}

/* ---- right models pass ---- */

START_TEST(every_layer_passes_on_a_real_config) {
    int rows = 0;
    for (; layers_kinds[rows]; rows++) {
        char layer[400], more[800];
        test_required(layers_kinds[rows], 4, "", layer, sizeof layer);
        snprintf(more, sizeof more,
                 "'model=[" LINEAR(12) ", %s, " LINEAR(10) "]' train.clip_norm=1", layer);
        cJSON *root = gradcheck(more, 0);
        ck_assert(cJSON_IsTrue(test_member(root, "passed")));
        ck_assert_int_eq(cJSON_GetArraySize(test_member(root, "gradients")), 2);
        cJSON_Delete(root);
    }
    ck_assert_int_ge(rows, 9);
}
END_TEST

START_TEST(every_loss_passes_on_a_real_config) {
    int rows = 0;
    test_small_run("teacher", "");
    for (; losses_kinds[rows]; rows++) {
        char loss[400], more[800];
        bool of_log_p = strcmp(losses_kinds[rows]->name, "negative_log_likelihood") == 0;
        test_required(losses_kinds[rows], 4, test_path("teacher"), loss, sizeof loss);
        snprintf(more, sizeof more, "'loss=%s' 'model=[" LINEAR(10) "%s]'", loss,
                 of_log_p ? ", {\"type\": \"log_softmax\"}" : "");
        cJSON_Delete(gradcheck(more, 0));
    }
    ck_assert_int_ge(rows, 2);
}
END_TEST

START_TEST(the_json_has_every_tensor_twice_and_every_check) {
    static const char *const names[] = {"input",    "0.weight", "0.bias",   "2.weight", "2.bias",
                                        "4.weight", "4.bias",   "6.weight", "6.bias"};
    cJSON *root = gradcheck("", 0);
    const cJSON *stage, *row;
    int stages = 0, checks = 0;
    cJSON_ArrayForEach(stage, test_member(root, "gradients")) {
        int k = 0;
        ck_assert_int_eq(test_member(stage, "steps")->valueint, stages++ ? 50 : 0);
        ck_assert_int_eq(test_member(stage, "samples")->valueint, 16);
        cJSON_ArrayForEach(row, test_member(stage, "tensors")) {
            int rows = test_member(row, "rows")->valueint,
                cols = test_member(row, "cols")->valueint;
            int tested = test_member(row, "tested")->valueint;
            int kinks = test_member(row, "kinks")->valueint;
            ck_assert_str_eq(text(row, "tensor"), names[k++]);
            ck_assert_int_eq(tested + kinks, rows * cols < 200 ? rows * cols : 200);
            ck_assert_int_gt(test_member(row, "not_zero")->valueint, rows * cols / 100);
            ck_assert_double_lt(test_member(row, "largest")->valuedouble, 1e-4);
            ck_assert_double_lt(test_member(row, "median")->valuedouble, 1e-6);
            ck_assert_int_lt(cJSON_GetArrayItem(test_member(row, "at"), 0)->valueint, rows);
            ck_assert_int_lt(cJSON_GetArrayItem(test_member(row, "at"), 1)->valueint, cols);
            checks++;
        }
        ck_assert_int_eq(k, 9);
    }
    ck_assert_int_eq(stages, 2);
    cJSON_ArrayForEach(row, test_member(root, "sanity")) {
        ck_assert_msg(!is_wrong(row) && strcmp(text(row, "verdict"), "-") != 0, "%s",
                      text(row, "check"));
        checks++;
    }
    ck_assert_int_eq(test_member(root, "checks")->valueint, checks);
    ck_assert_int_eq(test_member(root, "wrong")->valueint, 0);
    cJSON_Delete(root);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bytes_with_any_number_of_threads) {
    static const char *const command = "$ONEHOT gradcheck tests/small.json data.limit=300 --json";
    struct test_outcome one = test_shell("%s --threads 1", command);
    struct test_outcome three = test_shell("%s --threads 3", command);
    ck_assert_int_eq(one.status, 0);
    ck_assert_str_eq(one.out, three.out);
    ck_assert_str_ne(one.out, test_shell("%s seed=8", command).out);
}
END_TEST

/* ---- wrong ones fail ---- */

static const cJSON *find(const cJSON *list, const char *key, const char *value) {
    const cJSON *item;
    cJSON_ArrayForEach(item, list) {
        if (strcmp(text(item, key), value) == 0)
            return item;
    }
    ck_abort_msg("no %s", value);
    return NULL;
}

/* The number of wrong rows in a stage, among the tensors with this name (NULL: all). */
static int wrong_gradients(const cJSON *root, int stage, const char *name) {
    const cJSON *row;
    int count = 0;
    const cJSON *g = cJSON_GetArrayItem(test_member(root, "gradients"), stage);
    if (!g) /* training diverged before it */
        return 0;
    cJSON_ArrayForEach(row, test_member(g, "tensors")) {
        const char *dot = strchr(text(row, "tensor"), '.');
        count += is_wrong(row) && (!name || (dot && strcmp(dot + 1, name) == 0));
    }
    return count;
}

/* Fails unless the check that --sabotage list --json names found the mutation. */
static void assert_caught(const cJSON *s, const cJSON *root) {
    const char *name = text(s, "name"), *check = text(s, "check");
    const cJSON *t = cJSON_GetObjectItem(s, "tensor");
    const char *tensor = t ? t->valuestring : NULL;
    ck_assert(cJSON_IsFalse(test_member(root, "passed")));
    if (strncmp(check, "gradients", 9) != 0) {
        ck_assert_msg(is_wrong(find(test_member(root, "sanity"), "check", check)),
                      "%s: \"%s\" does not catch it", name, check);
        ck_assert_msg(wrong_gradients(root, 0, NULL) == 0, "%s: gradients are wrong, too", name);
    } else if (strcmp(check, "gradients") == 0) {
        ck_assert_msg(wrong_gradients(root, 0, tensor) > 0, "%s: no gradient is wrong", name);
    } else {
        ck_assert_str_eq(check, "gradients later");
        ck_assert_msg(wrong_gradients(root, 0, NULL) == 0, "%s: it is wrong at once", name);
        ck_assert_msg(wrong_gradients(root, 1, tensor) > 0, "%s: it is never wrong", name);
    }
}

START_TEST(every_mutation_is_caught_by_the_check_that_its_row_names) {
    static const char *const configs[] = {"configs/tiny/three.json",
                                          "tests/small-loss.json data.limit=300"};
#ifdef __SANITIZE_ADDRESS__ /* the second config would take a minute */
    enum { CONFIGS = 1 };
#else
    enum { CONFIGS = 2 };
#endif
    struct test_outcome o = test_shell("$ONEHOT gradcheck --sabotage list --json");
    cJSON *list = test_json(&o);
    const cJSON *s;
    int fit[CONFIGS] = {0};
    cJSON_ArrayForEach(s, list) {
        char more[800];
        const char *name = text(s, "name");
        snprintf(more, sizeof more,
                 "--sabotage %s 'model=[" LINEAR(16) ", {\"type\": \"%s\"}, " LINEAR(10) "]'", name,
                 strcmp(name, "sigmoid-of-x") == 0   ? "sigmoid"
                 : strcmp(name, "another-mask") == 0 ? "dropout"
                                                     : "relu");
        cJSON *root = gradcheck(more, 1);
        assert_caught(s, root);
        cJSON_Delete(root);
        for (int i = 0; i < CONFIGS; i++) {
            o = test_shell("$ONEHOT gradcheck %s --sabotage %s --json", configs[i], name);
            if (o.status == 2) { /* it does not apply to this config */
                test_names(o.err, name);
                continue;
            }
            root = test_json(&o);
            assert_caught(s, root);
            cJSON_Delete(root);
            fit[i]++;
        }
    }
    ck_assert_int_ge(cJSON_GetArraySize(list), 10);
    ck_assert_int_ge(fit[0], 13);
    ck_assert_int_ge(fit[CONFIGS - 1], CONFIGS == 1 ? 13 : 16);
    cJSON_Delete(list);
}
END_TEST

/* A mutation of the bias leaves the weight gradients right, one of the data leaves every gradient
 * right, and so on: the tables tell them apart. */
START_TEST(a_mutation_fails_only_the_checks_that_it_affects) {
    static const struct {
        const char *name, *only;
    } alone[] = {{"no-max", "large logits"},
                 {"shuffled-labels", "labels and data"},
                 {"unshuffled", "order of samples"}};
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
        char more[100];
        snprintf(more, sizeof more, "--sabotage %s", alone[i].name);
        cJSON *root = gradcheck(more, 1);
        ck_assert_int_eq(test_member(root, "wrong")->valueint, 1);
        ck_assert(is_wrong(find(test_member(root, "sanity"), "check", alone[i].only)));
        cJSON_Delete(root);
    }
    cJSON *root = gradcheck("--sabotage bias-not-summed", 1);
    ck_assert_int_eq(wrong_gradients(root, 0, "weight"), 0);
    ck_assert_int_eq(wrong_gradients(root, 0, "bias"), 4);
    cJSON_Delete(root);
    /* With one layer, what is saved is the first batch: right for that batch, wrong for others. */
    root = gradcheck("--sabotage stale-activations 'model=[" LINEAR(10) "]'", 1);
    ck_assert_int_eq(wrong_gradients(root, 0, NULL), 0);
    ck_assert_int_eq(wrong_gradients(root, 1, NULL), 1);
    cJSON_Delete(root);
}
END_TEST

/* The ratio tells by which factor a gradient is wrong. */
START_TEST(the_ratio_tells_mutations_apart) {
    static const struct {
        const char *name;
        double ratio; /* of 2.bias */
    } known[] = {{"not-divided", 6}, {"sign", -1}, {"no-mask", 1}, {"wrong-mask", 1}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct test_outcome o = test_shell("$ONEHOT gradcheck configs/tiny/three.json --json "
                                           "--sabotage %s",
                                           known[i].name);
        cJSON *root = test_json(&o);
        const cJSON *rows =
            test_member(cJSON_GetArrayItem(test_member(root, "gradients"), 0), "tensors");
        ck_assert_double_eq_tol(test_member(find(rows, "tensor", "2.bias"), "ratio")->valuedouble,
                                known[i].ratio, 1e-4);
        cJSON_Delete(root);
    }
}
END_TEST

/* A mask by the sign of dy leaves no gradient of a bias before relu negative; a missing mask does.
 * Of three biases, all may have the same sign, but not of the thirty that docs/gradcheck.md asks
 * for. */
START_TEST(the_signs_tell_a_wrong_mask_from_a_missing_one) {
    for (int seed = 1; seed <= 12; seed++)
        for (int wrong = 0; wrong < 2; wrong++) {
            struct test_outcome o = test_shell(
                "$ONEHOT gradcheck configs/tiny/three.json model.0.units=30 seed=%d --sabotage %s",
                seed, wrong ? "wrong-mask" : "no-mask");
            ck_assert_msg((strstr(o.out, "never negative") != NULL) == wrong, "%d %d %s", seed,
                          wrong, o.out);
        }
}
END_TEST

START_TEST(a_random_mutation_is_named_only_with_reveal) {
    static const char *const command = "$ONEHOT gradcheck tests/small.json data.limit=300 seed=%d "
                                       "--sabotage random";
    char first[64] = "";
    bool differ = false;
    for (int seed = 1; seed <= 4; seed++) {
        char secret[200], revealed[240], name[64];
        snprintf(secret, sizeof secret, command, seed);
        snprintf(revealed, sizeof revealed, "%s --reveal", secret);
        struct test_outcome o = test_shell("%s", revealed);
        ck_assert_int_eq(o.status, 1);
        const char *line = strstr(o.out, "\nsabotaged: ");
        ck_assert_ptr_nonnull(line);
        ck_assert_int_eq(sscanf(line, "\nsabotaged: %63[a-z-]:", name), 1);
        o = test_shell("%s", secret);
        ck_assert_int_eq(o.status, 1);
        ck_assert_ptr_null(strstr(o.out, name));
        o.out[strlen(o.out) - 1] = '\0';
        test_message_as("question", strrchr(o.out, '\n')); /* the last line */
        differ = differ || (first[0] && strcmp(first, name) != 0);
        strcpy(first, name);
        if (seed < 4)
            continue;
        o = test_shell("%s --json", secret);
        ck_assert(o.out[0] == '{' && !strstr(o.out, name));
        o = test_shell("%s --json", revealed);
        char field[100];
        snprintf(field, sizeof field, "\"sabotage\": \"%s\"", name);
        ck_assert_ptr_nonnull(strstr(o.out, field));
    }
    ck_assert(differ);
}
END_TEST

START_TEST(mistakes_in_the_config_are_found_without_a_mutation) {
    cJSON *root = gradcheck("optimizer.learning_rate=1e-9", 1);
    ck_assert(is_wrong(find(test_member(root, "sanity"), "check", "overfit 20")));
    ck_assert_str_eq(
        text(find(test_member(root, "sanity"), "check", "update / weights"), "verdict"),
        "doubtful");
    ck_assert_int_eq(test_member(root, "wrong")->valueint, 1);
    cJSON_Delete(root);

    root = gradcheck("optimizer.learning_rate=1e6", 1);
    ck_assert(is_wrong(find(test_member(root, "sanity"), "check", "update / weights")));
    cJSON_Delete(root);

    root = gradcheck("train.shuffle=false", 0); /* as the config requires */
    ck_assert_str_eq(
        text(find(test_member(root, "sanity"), "check", "order of samples"), "verdict"), "fine");
    cJSON_Delete(root);
}
END_TEST

/* Checks a linear model, after `first`, on a table of these values. */
static struct test_outcome on_table(double value, const char *first) {
    struct text t = {0};
    text_printf(&t, "x,y,label\n");
    for (int i = 0; i < 4; i++)
        text_printf(&t, "%g,%g,%c\n", i % 2 == 0 ? value : 0, i % 2 == 0 ? 0 : -value, 'a' + i % 2);
    fixture_write(test_path("d.csv"), t);
    return test_shell("$ONEHOT gradcheck configs/tiny/three.json data.path=%s data.test_share=0 "
                      "train.batch_size=4 'model=[%s" LINEAR(2) "]'",
                      test_path("d.csv"), first);
}

START_TEST(inputs_far_from_1_are_doubtful_or_wrong) {
    static const struct {
        double value;
        const char *verdict;
    } sizes[] = {{1, "good"}, {0.07, "fine"}, {20, "doubtful"}, {1000, "wrong"}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct test_outcome o = on_table(sizes[i].value, "");
        const char *line = strstr(o.out, "size of inputs");
        ck_assert_msg(line != NULL, "%s%s", o.out, o.err);
        test_names(fixture_text("%.*s", (int)strcspn(line, "\n"), line), sizes[i].verdict);
    }
}
END_TEST

/* Every input is 0, where relu has no derivative. */
START_TEST(a_tensor_whose_every_element_is_at_a_kink_is_not_compared) {
    struct test_outcome o = on_table(0, "{\"type\": \"relu\"}, ");
    test_failed(o, 1, "");
    const char *line = strstr(o.out, "\ninput ");
    ck_assert_msg(line != NULL, "%s", o.out);
    test_message(fixture_text("%.*s", (int)strcspn(line + 1, "\n"), line + 1));
    test_names(o.out, "\ninput  backward's gradient is 0 throughout\n");
}
END_TEST

START_TEST(samples_sorted_by_class_are_wrong_unless_they_are_shuffled) {
    struct dataset *d = fixture_dataset(4, 4, 1, 3, (const int[2]){60, 0});
    fixture_write_folders(d, test_path("sorted"));
    dataset_free(d);
    for (int shuffle = 0; shuffle < 2; shuffle++) {
        struct test_outcome o =
            test_shell("$ONEHOT gradcheck configs/softmax.json data.path=%s data.validation=0 "
                       "train.batch_size=10 train.shuffle=%s model.0.units=3 --json",
                       test_path("sorted"), shuffle ? "true" : "false");
        cJSON *root = test_json(&o);
        const cJSON *row = find(test_member(root, "sanity"), "check", "order of samples");
        ck_assert_str_eq(text(row, "verdict"), shuffle ? "good" : "wrong");
        ck_assert_int_eq(strcmp(text(row, "measured"), "sorted by class") == 0, !shuffle);
        cJSON_Delete(root);
    }
}
END_TEST

START_TEST(a_check_is_skipped_if_there_are_too_few_samples) {
    cJSON *root = gradcheck("data.limit=12 train.batch_size=1", 0);
    ck_assert_str_eq(
        text(find(test_member(root, "sanity"), "check", "order of samples"), "verdict"), "-");
    ck_assert_str_eq(text(find(test_member(root, "sanity"), "check", "labels and data"), "verdict"),
                     "-");
    ck_assert_int_eq(
        test_member(cJSON_GetArrayItem(test_member(root, "gradients"), 0), "samples")->valueint, 1);
    cJSON_Delete(root);
}
END_TEST

/* ---- the command ---- */

START_TEST(a_trained_model_need_not_begin_at_chance) {
    char more[200];
    test_small_run("run", "");
    snprintf(more, sizeof more, "start_from.path=%s", test_path("run/model.safetensors"));
    cJSON *root = gradcheck(more, 0);
    const cJSON *row;
    cJSON_ArrayForEach(row, test_member(root, "sanity")) {
        bool of_chance = strcmp(text(row, "check"), "loss at chance") == 0;
        ck_assert_int_eq(strcmp(text(row, "verdict"), "-") == 0, of_chance);
    }
    ck_assert_int_eq(test_member(root, "checks")->valueint, 24);
    cJSON_Delete(root);
}
END_TEST

START_TEST(onehot_f64_by_itself_names_the_command_that_runs_it) {
    test_failed(test_shell("$ONEHOT-f64"), 2, "onehot gradcheck CONFIG");
}
END_TEST

START_TEST(at_60_columns_every_line_fits_and_the_tables_are_complete) {
    static const char *const runs[] = {"", "--sabotage wrong-mask", "--sabotage list", "--help"};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        struct test_outcome o =
            test_shell("COLUMNS=60 $ONEHOT gradcheck %s data.limit=300 %s; true",
                       strstr(runs[i], "list") ? "" : "tests/small.json", runs[i]);
        if (i == 0)
            test_message(o.out);
        for (char *line = strtok(o.out, "\n"); line && i < 3; line = strtok(NULL, "\n"))
            ck_assert_msg(strlen(line) <= 60, "%s", line);
        ck_assert_ptr_null(strchr(o.out, '\033'));
    }
}
END_TEST

START_TEST(a_failed_check_exits_1_and_shows_the_numbers) {
    struct test_outcome o =
        test_shell("$ONEHOT gradcheck tests/small.json data.limit=300 --sabotage sign");
    test_failed(o, 1, "tests/small.json");
    const char *line = strstr(o.out, "\n6.bias  at [");
    int at;
    double backward, differences;
    ck_assert_ptr_nonnull(line);
    ck_assert_int_eq(
        sscanf(line, "\n6.bias at [%d]: %*[^-0-9]%lf%*[^-0-9]%lf", &at, &backward, &differences),
        3);
    ck_assert_double_eq_tol(backward / differences, -1, 1e-4);
}
END_TEST

START_TEST(bad_arguments_are_refused) {
    static const struct {
        const char *arguments, *message;
    } bad[] = {
        {"", "onehot gradcheck"},
        {"tests/small.json --sabotage nonsense", "\"nonsense\""},
        {"tests/small.json --sabotage another-mask", "another-mask"},
        {"tests/small.json train.shuffle=false --sabotage unshuffled", "unshuffled"},
        {"tests/small.json seed=-1", "\"seed\""},
        {"tests/small.json --nonsense", "--nonsense"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct test_outcome o = test_shell("$ONEHOT gradcheck %s", bad[i].arguments);
        test_failed(o, 2, bad[i].message);
        ck_assert_str_eq(o.out, "");
    }
    ck_assert_int_eq(test_shell("$ONEHOT help gradcheck").status, 0);
}
END_TEST

START_TEST(without_onehot_f64_next_to_it_onehot_reports_what_is_missing) {
    ck_assert_int_eq(test_shell("cp $ONEHOT %s/onehot", test_dir).status, 0);
    test_failed(test_shell("%s/onehot gradcheck tests/small.json", test_dir), 1,
                test_path("onehot-f64"));
}
END_TEST

/* Samples of 1e30 have no finite difference in float steps: the check says so without the sign that
 * some CPUs give a NaN. */
START_TEST(a_difference_that_is_not_a_number_is_shown_without_a_sign) {
    static const char rows[] =
        "x,y,label\n1e30,2,a\n-1e30,1,b\n3e30,-4,a\n-2e30,5,b\n1e30,1,b\n2e30,7,a\n";
    static const char config[] =
        "{\"name\": \"c\", \"seed\": 1, \"data\": {\"path\": \"t.csv\", \"label\": \"label\", "
        "\"test_share\": 0.2, \"validation\": 0}, \"model\": [{\"type\": \"linear\", \"units\": "
        "2}], "
        "\"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 0.1}, "
        "\"train\": {\"epochs\": 1, \"batch_size\": 4}}";
    test_write(test_path("t.csv"), rows, strlen(rows));
    test_write(test_path("c.json"), config, strlen(config));
    struct test_outcome o =
        test_shell("O=$(realpath $ONEHOT) && cd %s && $O gradcheck c.json", test_dir);
    ck_assert_int_eq(o.status, 1);
    ck_assert_ptr_nonnull(strstr(o.out, "finite differences nan"));
    ck_assert_ptr_null(strstr(o.out, "-nan"));
}
END_TEST

Suite *test_gradcheck(void) {
    return TEST_SUITE(
        "gradcheck", a_difference_that_is_not_a_number_is_shown_without_a_sign,
        every_layer_passes_on_a_real_config, every_loss_passes_on_a_real_config,
        the_json_has_every_tensor_twice_and_every_check,
        the_same_seed_gives_the_same_bytes_with_any_number_of_threads,
        every_mutation_is_caught_by_the_check_that_its_row_names,
        a_mutation_fails_only_the_checks_that_it_affects, the_ratio_tells_mutations_apart,
        the_signs_tell_a_wrong_mask_from_a_missing_one, a_random_mutation_is_named_only_with_reveal,
        mistakes_in_the_config_are_found_without_a_mutation,
        inputs_far_from_1_are_doubtful_or_wrong,
        a_tensor_whose_every_element_is_at_a_kink_is_not_compared,
        samples_sorted_by_class_are_wrong_unless_they_are_shuffled,
        a_check_is_skipped_if_there_are_too_few_samples, a_trained_model_need_not_begin_at_chance,
        onehot_f64_by_itself_names_the_command_that_runs_it,
        at_60_columns_every_line_fits_and_the_tables_are_complete,
        a_failed_check_exits_1_and_shows_the_numbers, bad_arguments_are_refused,
        without_onehot_f64_next_to_it_onehot_reports_what_is_missing);
}
