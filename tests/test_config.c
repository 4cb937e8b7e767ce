/* config: errors and their messages, overrides, defaults, the resolved form, the schema. */
#include "base/file.h"
#include "config/keys.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "messages.h"
#include "optim/optim.h"
#include "optim/schedule.h"
#include "test.h"
#include "train/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_config(void);

static const char SMALL[] = "{\"data\": {\"path\": \"d\"}, \"model\": [{\"type\": \"linear\", "
                            "\"units\": 10}, {\"type\": \"relu\"}]}";

static int parse(struct config *c, const char *const *overrides, struct error *e) {
    static struct arena a;
    arena_free(&a);
    *e = (struct error){0};
    return config_parse(c, config_keys, SMALL, strlen(SMALL), "small.json", overrides, &a, e);
}

START_TEST(every_bad_config_is_refused_with_its_own_message) {
    struct error listing = {0};
    int count, bad = 0;
    char **names = file_list("tests/bad_config", &count, &listing);
    ck_assert_msg(names != NULL, "%s", listing.text);
    for (int i = 0; i < count; i++) {
        char path[256];
        char *dot = strrchr(names[i], '.');
        if (!dot || strcmp(dot, ".json") != 0)
            continue;
        snprintf(path, sizeof path, "tests/bad_config/%s", names[i]);
        struct config c;
        struct arena a = {0};
        struct error e = {0};
        ck_assert_msg(config_read(&c, path, NULL, &a, &e) == -1, "%s is taken", path);
        test_names(e.text, path);
        ck_assert_int_eq(e.status, ERROR_INPUT);
        test_message_as(names[i], e.text);
        arena_free(&a);
        bad++;
    }
    ck_assert_int_ge(bad, 50);
    free(names);
}
END_TEST

START_TEST(a_missing_config_and_a_directory_are_refused) {
    struct config c;
    struct arena a = {0};
    struct error e[2] = {{0}, {0}};
    ck_assert_int_eq(config_read(&c, "configs/none.json", NULL, &a, &e[0]), -1);
    test_refused(&e[0], "configs/none.json");
    ck_assert_int_eq(config_read(&c, "configs", NULL, &a, &e[1]), -1);
    test_refused(&e[1], "configs");
}
END_TEST

START_TEST(defaults_are_those_of_the_key_tables) {
    struct config c;
    struct error e;
    struct text t = {0};
    ck_assert_msg(parse(&c, NULL, &e) == 0, "%s", e.text);
    config_write(&c, 0, &t);
    ck_assert_str_eq(
        t.data,
        "{\"name\": \"run\", \"seed\": 0, \"data\": {\"path\": \"d\", \"size\": \"as it is\", "
        "\"channels\": 0, \"background\": \"black\", \"transpose\": false, "
        "\"label\": \"label\", \"header\": \"auto\", \"ignore\": [], \"columns\": [], "
        "\"missing\": \"refuse\", \"test_share\": 0.2, \"validation\": 0, "
        "\"limit\": 0, \"scaling\": \"unit\"}, "
        "\"model\": [{\"type\": \"linear\", \"units\": 10, \"bias\": true, \"init\": \"torch\", "
        "\"frozen\": false}, {\"type\": \"relu\"}], \"loss\": {\"type\": "
        "\"softmax_cross_entropy\", "
        "\"class_weights\": \"none\", \"label_smoothing\": 0, \"temperature\": 1}, "
        "\"optimizer\": {\"type\": \"sgd\", \"learning_rate\": 0.1, \"momentum\": 0, "
        "\"nesterov\": false, \"weight_decay\": 0}, \"schedule\": {\"type\": \"constant\", "
        "\"warmup\": 0}, \"train\": {\"epochs\": 10, "
        "\"batch_size\": 32, \"shuffle\": true, \"clip_norm\": 0}, \"early_stopping\": "
        "{\"monitor\": \"none\", \"patience\": 5}, \"start_from\": \"\"}");
    text_free(&t);
}
END_TEST

/* Keys that a later version adds do not change hashes, because values at their defaults are
 * omitted. */
START_TEST(the_short_form_omits_values_at_their_defaults) {
    struct config c;
    struct error e;
    struct text all = {0}, t = {0}, again = {0};
    struct arena a = {0};
    ck_assert_msg(parse(&c, NULL, &e) == 0, "%s", e.text);
    config_write_short(&c, &t);
    ck_assert_str_eq(t.data, "{\"data\": {\"path\": \"\"}, \"model\": [{\"type\": \"linear\", "
                             "\"units\": 10}, {\"type\": \"relu\"}]}");
    config_write(&c, 0, &all);
    ck_assert_int_eq(config_parse(&c, config_keys, all.data, all.size, "all", NULL, &a, &e), 0);
    config_write_short(&c, &again);
    ck_assert_str_eq(again.data, t.data);
    text_free(&all);
    text_free(&t);
    text_free(&again);
    arena_free(&a);
}
END_TEST

START_TEST(keys_that_do_not_affect_results_are_in_neither_form) {
    struct config c;
    struct error e;
    const char *const overrides[] = {"$schema=s", "train.checkpoint_seconds=1", "output=o", NULL};
    struct text plain[2] = {{0}}, t[2] = {{0}};
    ck_assert_int_eq(parse(&c, NULL, &e), 0);
    config_write(&c, 0, &plain[0]);
    config_write_short(&c, &plain[1]);
    ck_assert_msg(parse(&c, overrides, &e) == 0, "%s", e.text);
    ck_assert_double_eq(c.train.checkpoint_seconds, 1);
    config_write(&c, 0, &t[0]);
    config_write_short(&c, &t[1]);
    for (int i = 0; i < 2; i++) {
        ck_assert_str_eq(t[i].data, plain[i].data);
        text_free(&t[i]);
        text_free(&plain[i]);
    }
}
END_TEST

/* The hashed form must not depend on where the data is, or on the run's name. */
START_TEST(names_and_paths_are_only_in_the_long_form) {
    struct config c;
    struct error e;
    const char *const overrides[] = {"name=other", "data.path=./d", "start_from=m.safetensors",
                                     NULL};
    struct text plain[2] = {{0}}, t[2] = {{0}};
    ck_assert_int_eq(parse(&c, NULL, &e), 0);
    config_write(&c, 0, &plain[0]);
    config_write_short(&c, &plain[1]);
    ck_assert_msg(parse(&c, overrides, &e) == 0, "%s", e.text);
    config_write(&c, 0, &t[0]);
    config_write_short(&c, &t[1]);
    ck_assert_str_ne(t[0].data, plain[0].data);
    ck_assert_str_eq(t[1].data, plain[1].data);
    for (int i = 0; overrides[i]; i++)
        ck_assert_ptr_nonnull(strstr(t[0].data, strchr(overrides[i], '=') + 1));
    for (int i = 0; i < 2; i++) {
        text_free(&t[i]);
        text_free(&plain[i]);
    }
}
END_TEST

START_TEST(the_short_form_resolves_to_the_same_config) {
    struct config c;
    struct error e = {0};
    struct arena a = {0};
    struct text all = {0}, t = {0}, again = {0};
    const char *const overrides[] = {"optimizer.momentum=0.5", "schedule.type=\"linear\"", "seed=0",
                                     "model.0.bias=false", NULL};
    ck_assert_int_eq(config_read(&c, "configs/mnist.json", overrides, &a, &e), 0);
    config_write(&c, 0, &all);
    config_write_short(&c, &t);
    ck_assert_ptr_nonnull(strstr(t.data, "\"momentum\": 0.5"));
    ck_assert_ptr_nonnull(strstr(t.data, "\"schedule\": {\"type\": \"linear\"}"));
    ck_assert_ptr_null(strstr(t.data, "seed"));
    const char *const names[] = {"name=mnist", "data.path=data/mnist", NULL};
    ck_assert_int_eq(config_parse(&c, config_keys, t.data, t.size, "short", names, &a, &e), 0);
    config_write(&c, 0, &again);
    ck_assert_str_eq(again.data, all.data);
    text_free(&all);
    text_free(&t);
    text_free(&again);
    arena_free(&a);
}
END_TEST

START_TEST(every_config_shipped_with_onehot_can_be_read) {
    struct test_outcome o = test_shell("ls configs/*.json configs/*/*.json | grep -v schema");
    int count = 0;
    for (char *path = strtok(o.out, "\n"); path; path = strtok(NULL, "\n"), count++) {
        struct config c;
        struct error e = {0};
        struct arena a = {0};
        ck_assert_msg(config_read(&c, path, NULL, &a, &e) == 0, "%s", e.text);
        arena_free(&a);
    }
    ck_assert_int_ge(count, 11);
}
END_TEST

START_TEST(a_resolved_config_resolves_to_itself) {
    struct config c;
    struct error e = {0};
    struct arena a = {0};
    struct text once = {0}, twice = {0};
    ck_assert_int_eq(config_read(&c, "configs/mnist.json", NULL, &a, &e), 0);
    config_write(&c, 3, &once);
    ck_assert_int_eq(config_parse(&c, config_keys, once.data, once.size, "once", NULL, &a, &e), 0);
    config_write(&c, 3, &twice);
    ck_assert_str_eq(once.data, twice.data);
    text_free(&once);
    text_free(&twice);
    arena_free(&a);
}
END_TEST

START_TEST(overrides_set_nested_and_new_values) {
    struct config c;
    struct error e;
    const char *const overrides[] = {"seed=7",   "optimizer.learning_rate=0.5", "model.0.units=300",
                                     "name=a=b", "train={\"epochs\": 3}",       "output=",
                                     NULL};
    struct text t = {0};
    ck_assert_msg(parse(&c, overrides, &e) == 0, "%s", e.text);
    ck_assert_int_eq(c.seed, 7);
    ck_assert_double_eq(*(double *)c.optimizer.options, 0.5);
    config_write(&c, 0, &t);
    ck_assert_ptr_nonnull(strstr(t.data, "\"units\": 300"));
    text_free(&t);
    ck_assert_str_eq(c.name, "a=b");
    ck_assert_int_eq(c.train.epochs, 3);
    ck_assert_int_eq(c.train.batch_size, 32);
}
END_TEST

START_TEST(a_number_list_or_its_keyword_is_kept_by_resolving) {
    static const char *const values[] = {"\"none\"", "\"balanced\"", "[1, 0.5, 0]"};
    for (int i = 0; i < 3; i++) {
        struct config c;
        struct error e;
        struct arena a = {0};
        struct text once = {0}, twice = {0};
        char override[64], want[64];
        snprintf(override, sizeof override, "loss.class_weights=%s", values[i]);
        snprintf(want, sizeof want, "\"class_weights\": %s, ", values[i]);
        ck_assert_msg(parse(&c, (const char *const[]){override, NULL}, &e) == 0, "%s", e.text);
        config_write(&c, 0, &once);
        ck_assert_msg(strstr(once.data, want) != NULL, "%s", once.data);
        ck_assert_int_eq(config_parse(&c, config_keys, once.data, once.size, "once", NULL, &a, &e),
                         0);
        config_write(&c, 0, &twice);
        ck_assert_str_eq(once.data, twice.data);
        text_free(&once);
        text_free(&twice);
        arena_free(&a);
    }
}
END_TEST

START_TEST(a_key_of_256_characters_is_an_unknown_key) {
    char override[300];
    struct config c;
    struct error e;
    memset(override, 'k', sizeof override);
    strcpy(override + 256, "=3");
    const char *const overrides[] = {override, NULL};
    ck_assert_int_eq(parse(&c, overrides, &e), -1);
    test_refused(&e, "is not a known key");
}
END_TEST

static int before; /* how many allocations of the JSON library succeed before one fails */

static void *fail_once(size_t size) {
    bool fails = before-- == 0;
    errno = fails ? ENOMEM : errno;
    return fails ? NULL : malloc(size);
}

/* The config with many overrides; empty if memory ran out, which must be reported as such. */
static struct text overridden(int failing) {
    const char *const overrides[] = {"optimizer={\"type\": \"adamw\", \"learning_rate\": 0.5}",
                                     "optimizer.beta1=0.5",
                                     "loss.class_weights=[1, 2]",
                                     "train.epochs=3",
                                     "name=abc",
                                     "data.missing=mean",
                                     NULL};
    cJSON_Hooks hooks = {fail_once, free};
    struct text t = {0};
    struct config c;
    struct error e;
    before = failing;
    cJSON_InitHooks(&hooks);
    int result = parse(&c, overrides, &e);
    cJSON_InitHooks(NULL);
    ck_assert_msg(result == 0 || e.status == ERROR_RUN, "allocation %d: %s", failing, e.text);
    if (result == 0)
        config_write(&c, 0, &t);
    return t;
}

START_TEST(a_lack_of_memory_is_not_taken_for_a_mistake_in_the_config) {
    struct text want = overridden(-1);
    int allocations = -1 - before, failed = 0;
    for (int i = 0; i < allocations; i++) {
        struct text got = overridden(i);
        failed += !got.data;
        ck_assert_str_eq(got.data ? got.data : want.data, want.data);
        text_free(&got);
    }
    ck_assert_int_gt(failed, 10);
    text_free(&want);
}
END_TEST

START_TEST(bad_overrides_are_refused_and_their_key_is_named) {
    static const struct {
        const char *override, *message;
    } bad[] = {
        {"seed", "\"seed\""},
        {"=3", "\"=3\""},
        {"sed=3", "\"sed\""},
        {"seed=x", "\"seed\""},
        {"seed=1e999", "\"seed\""},
        {"model.7.units=3", "\"model.7.units\""},
        {"model.x.units=3", "\"model.x.units\""},
        {"data.path.x=3", "\"data.path.x\""},
        {"optimizer.learning_rate=-1", "\"optimizer.learning_rate\""},
        {"loss.class_weights=-3", "\"loss.class_weights\""},
        {"loss.class_weights=[]", "\"loss.class_weights\""},
        {"loss.class_weights=even", "\"loss.class_weights\""},
        {"loss.class_weights=[1, \"x\"]", "\"loss.class_weights.1\""},
        {"loss.class_weights=[1, -1]", "\"loss.class_weights.1\""},
        {"train.epochs=-1", "\"train.epochs\""},
        {"train={\"epochs\": -1}", "\"train.epochs\""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct config c;
        struct error e;
        const char *const overrides[] = {bad[i].override, NULL};
        ck_assert_msg(parse(&c, overrides, &e) == -1, "%s is taken", bad[i].override);
        test_refused(&e, bad[i].message);
    }
}
END_TEST

START_TEST(the_schema_in_configs_matches_the_key_tables) {
    struct text t = {0};
    size_t size;
    char *file = test_read("configs/schema.json", &size);
    keys_schema(config_keys, "a onehot training config", &t);
    ck_assert_msg(strcmp(t.data, file) == 0, "configs/schema.json is stale: make schema");
    text_free(&t);
    free(file);
}
END_TEST

START_TEST(every_key_has_help_and_every_row_a_name) {
    for (const struct key *k = config_keys; k->name; k++) {
        ck_assert_msg(k->help && *k->help, "%s has no help", k->name);
        for (const struct key *sub = k->keys; sub && sub->name; sub++)
            ck_assert_msg(sub->help && *sub->help, "%s.%s has no help", k->name, sub->name);
        for (int i = 0; k->rows && k->rows[i]; i++) {
            ck_assert(*k->rows[i]->name && *k->rows[i]->help);
            for (const struct key *sub = k->rows[i]->keys; sub && sub->name; sub++)
                ck_assert_msg(sub->help && *sub->help, "%s has no help", sub->name);
        }
    }
}
END_TEST

Suite *test_config(void) {
    return TEST_SUITE(
        "config", every_bad_config_is_refused_with_its_own_message,
        a_missing_config_and_a_directory_are_refused, defaults_are_those_of_the_key_tables,
        the_short_form_omits_values_at_their_defaults,
        keys_that_do_not_affect_results_are_in_neither_form,
        names_and_paths_are_only_in_the_long_form, the_short_form_resolves_to_the_same_config,
        every_config_shipped_with_onehot_can_be_read, a_resolved_config_resolves_to_itself,
        overrides_set_nested_and_new_values, a_number_list_or_its_keyword_is_kept_by_resolving,
        bad_overrides_are_refused_and_their_key_is_named, a_key_of_256_characters_is_an_unknown_key,
        a_lack_of_memory_is_not_taken_for_a_mistake_in_the_config,
        the_schema_in_configs_matches_the_key_tables, every_key_has_help_and_every_row_a_name);
}
