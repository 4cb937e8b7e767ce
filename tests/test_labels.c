/* Multi-label samples: the data, the metrics, and what the programs print; and two classes on
 * one output. */
#include "base/file.h"
#include "data/formats.h"
#include "data/pictures/image_sheet.h"
#include "fixtures.h"
#include "messages.h"
#include "model/model.h"
#include "runs/model_file.h"
#include "test.h"
#include "train/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_labels(void);

/* ---- the data ---- */

static const char json[] =
    "{\"height\": 1, \"width\": 1, \"channels\": 1, \"classes\": [\"x\", \"y\", \"z\"],\n"
    " \"several\": true,\n"
    " \"train\": {\"samples\": 3, \"sheets\": [\"a.png\"], \"targets\": \"t\"}}\n";

static void write_data(const char *dataset, const char *targets) {
    test_write(test_path("dataset.json"), dataset, strlen(dataset));
    test_write(test_path("t"), targets, strlen(targets));
    fixture_write(test_path("a.png"), fixture_png(3, 1, (const uint8_t[]){1, 2, 3}));
}

static void data_refused(const char *dataset, const char *targets, const char *names) {
    struct error e = {0};
    write_data(dataset, targets);
    ck_assert_ptr_null(formats_read(DATA_AT(test_dir), NULL, &e));
    test_names(e.text, test_dir);
    test_refused(&e, names);
}

START_TEST(a_sample_may_have_all_labels_or_none) {
    write_data(json, "0 0 0\n0 1 1\n1 1 1\n");
    struct dataset *d = fixture_read(test_dir);
    static const float want[] = {0, 0, 0, 0, 1, 1, 1, 1, 1};
    ck_assert(dataset_multi_label(d));
    ck_assert_mem_eq(d->split[TRAIN].targets, want, sizeof want);
    ck_assert_mem_eq(d->split[TRAIN].labels, ((const int[]){0, 1, 0}), 3 * sizeof(int));
    dataset_free(d);
}
END_TEST

START_TEST(invalid_multi_label_targets_are_refused) {
    data_refused(json, "0 0 0\n0 0.5 1\n1 1 1\n", "/t: line 2: \"0.5\"");
    data_refused(json, "0 0 0\n0 1 2\n1 1 1\n", "/t: line 2: \"2\"");
    data_refused(json, "0 0 0\n0 1\n1 1 1\n", "/t");
    data_refused(json, "0 0 0\n1 1 0\n1 0 0\n", "\"z\"");
    data_refused(json, "0 0 0\n0 1 0\n0 0 1\n", "\"x\"");
    data_refused(fixture_replace(json, "targets", "labels"), "0\n1\n2\n",
                 "/dataset.json: \"train\"");
}
END_TEST

START_TEST(the_digest_distinguishes_multi_label_from_soft_labels) {
    char digest[SHA256_HEX];
    write_data(json, "1 0 0\n0 1 0\n0 0 1\n");
    struct dataset *d = fixture_read(test_dir);
    strcpy(digest, d->digest);
    dataset_free(d);
    write_data(fixture_replace(json, " \"several\": true,\n", ""), "1 0 0\n0 1 0\n0 0 1\n");
    d = fixture_read(test_dir);
    ck_assert(!dataset_multi_label(d));
    ck_assert_str_ne(d->digest, digest);
    dataset_free(d);
}
END_TEST

START_TEST(pack_keeps_multi_label_targets) {
    struct test_outcome o = test_shell("$ONEHOT pack tests/data/several-small %s/again", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct dataset *a = fixture_read("tests/data/several-small");
    struct dataset *b = fixture_read(test_path("again"));
    fixture_same(a, b);
    ck_assert(dataset_multi_label(b));
    ck_assert_str_eq(a->digest, b->digest);
    dataset_free(a);
    dataset_free(b);
}
END_TEST

/* ---- composing ---- */

/* tests/data/several-small is in the repository, and this test must reproduce it. */
START_TEST(pack_composes_the_same_images_on_any_machine) {
    struct test_outcome o =
        test_shell("cd %s && $OLDPWD/$ONEHOT pack --compose --train 1000 --test "
                   "500 --seed 1 $OLDPWD/tests/data/mnist-small x && "
                   "cmp x/dataset.json $OLDPWD/tests/data/several-small/"
                   "dataset.json",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    struct dataset *a = fixture_read("tests/data/several-small");
    struct dataset *b = fixture_read(test_path("x"));
    fixture_same(a, b);
    ck_assert_str_eq(b->digest, "708ead3d134c3e15ec9b811833af8898c67fdf7ea618cd6edbc7cb4eb2020407");
    ck_assert_ptr_nonnull(strstr(o.out, b->digest));
    dataset_free(a);
    dataset_free(b);
}
END_TEST

/* Images of one colour, 10 (class + 1), so that each quarter shows which class it contains. */
static struct dataset *colours(void) {
    struct dataset *d = fixture_dataset(4, 6, 3, 5, (const int[]){50, 20});
    for (int k = 0; k <= TEST; k++)
        for (int i = 0; i < d->split[k].count; i++)
            memset(d->split[k].pixels + 72 * i, 10 * (d->split[k].labels[i] + 1), 72);
    return d;
}

static struct dataset *composed(const struct dataset *source, int train, int test, uint64_t seed) {
    struct error e = {0};
    struct dataset *d = compose_new(source, (const int[]){train, test}, seed, "source", &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    return d;
}

START_TEST(a_composed_image_shows_what_its_labels_say) {
    struct dataset *source = colours(), *d = composed(source, 400, 200, 3);
    for (int k = 0; k <= TEST; k++) {
        int shown[5] = {0}; /* images that show 0 .. 4 digits */
        for (int i = 0; i < d->split[k].count; i++) {
            const uint8_t *p = d->split[k].pixels + 72 * i;
            float want[5] = {0};
            int count = 0;
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 18; x++) /* a whole quarter has the colour of its corner */
                    ck_assert_int_eq(p[18 * y + x], p[18 * (y / 2 * 2) + x / 9 * 9]);
            for (int quarter = 0; quarter < 4; quarter++) {
                int colour = p[36 * (quarter / 2) + 9 * (quarter % 2)];
                if (colour > 0)
                    want[colour / 10 - 1] = 1;
                count += colour > 0;
            }
            shown[count]++;
            ck_assert_mem_eq(d->split[k].targets + 5 * i, want, sizeof want);
        }
        for (int n = 0; n < 5; n++) /* a fifth each, within 5 standard deviations */
            ck_assert_double_eq_tol(shown[n], d->split[k].count / 5.0,
                                    5 * sqrt(d->split[k].count * 0.16));
    }
    dataset_free(source);
    dataset_free(d);
}
END_TEST

START_TEST(a_composed_pixel_is_the_mean_of_four) {
    struct dataset *source = fixture_dataset(2, 2, 1, 1, (const int[]){1, 0});
    memcpy(source->split[TRAIN].pixels, (const uint8_t[]){255, 254, 0, 1}, 4);
    struct dataset *d = composed(source, 20, 0, 0);
    int seen = 0;
    for (int i = 0; i < 4 * 20; i++) {
        ck_assert(d->split[TRAIN].pixels[i] == 0 || d->split[TRAIN].pixels[i] == 128); /* 127.5 */
        seen += d->split[TRAIN].pixels[i] > 0;
    }
    ck_assert(seen > 20 && seen < 60);
    dataset_free(source);
    dataset_free(d);
}
END_TEST

START_TEST(a_larger_composed_set_extends_a_smaller_one_and_a_seed_changes_all) {
    struct dataset *source = colours();
    struct dataset *few = composed(source, 30, 10, 3), *many = composed(source, 60, 20, 3);
    struct dataset *others = composed(source, 30, 10, 4);
    for (int k = 0; k <= TEST; k++) {
        size_t n = (size_t)few->split[k].count;
        ck_assert_mem_eq(few->split[k].pixels, many->split[k].pixels, n * 72);
        ck_assert_mem_eq(few->split[k].targets, many->split[k].targets, n * 5 * sizeof(float));
        ck_assert_mem_ne(few->split[k].pixels, others->split[k].pixels, n * 72);
    }
    dataset_free(source);
    dataset_free(few);
    dataset_free(many);
    dataset_free(others);
}
END_TEST

START_TEST(bad_compose_arguments_are_refused) {
    static const struct {
        const char *arguments, *names;
    } cases[] = {
        {"--seed 1 tests/data/mnist-small", "--train"},
        {"--compose --seed -1 tests/data/mnist-small", "--seed"},
        {"--compose --train 1e3 tests/data/mnist-small", "--train"},
        {"--compose --train 0 --test 0 tests/data/mnist-small", "tests/data/mnist-small"},
        {"--compose tests/data/several-small", "tests/data/several-small"},
        {"--compose toy:moons", "toy:moons"},
        {"--compose --train 1 tests/data/mnist-small", "tests/data/mnist-small"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_failed(test_shell("$ONEHOT pack %s %s/new", cases[i].arguments, test_dir), 2,
                    cases[i].names);
        ck_assert(!test_exists(test_path("new")));
    }
    struct dataset *odd = fixture_dataset(2, 3, 1, 2, (const int[]){4, 0});
    struct error e = {0};
    ck_assert_ptr_null(compose_new(odd, (const int[]){4, 0}, 0, "odd", &e));
    test_refused(&e, "odd");
    dataset_free(odd);
    struct dataset *source = colours();
    source->split[TEST].count = 0;
    e = (struct error){0};
    ck_assert_ptr_null(compose_new(source, (const int[]){4, 1}, 0, "half", &e));
    test_refused(&e, "half");
    dataset_free(source);
}
END_TEST

/* ---- metrics ---- */

START_TEST(one_label_too_many_or_too_few_makes_a_row_wrong) {
    real p[] = {0.5f, 0.2f, 0.9f}, y[] = {1, 0, 1};
    struct model m = {
        .multi_label = true, .threshold = 0.5f, .p = {p, 1, 3}, .target.y = {y, 1, 3}};
    ck_assert(model_predicts(&m, 0, 0) && !model_predicts(&m, 0, 1) && model_predicts(&m, 0, 2));
    ck_assert(!model_misclassified(&m, 0));
    m.threshold = 0.6f; /* the first is no longer predicted */
    ck_assert(model_misclassified(&m, 0));
    m.threshold = 0.2f; /* the second is predicted */
    ck_assert(model_misclassified(&m, 0));
    y[1] = 1;
    ck_assert(!model_misclassified(&m, 0));
}
END_TEST

START_TEST(precision_recall_and_f1_are_ratios_of_counts) {
    const struct class_counts t = {.samples = 8, .predicted = 5, .true_positives = 4}, none = {0};
    ck_assert_double_eq(class_counts_figures(&t).precision, 0.8);
    ck_assert_double_eq(class_counts_figures(&t).recall, 0.5);
    ck_assert_double_eq_tol(class_counts_figures(&t).f1, 2 / (1 / 0.8 + 1 / 0.5), 1e-15);
    ck_assert(isnan(class_counts_figures(&none).precision) &&
              isnan(class_counts_figures(&none).recall));
    ck_assert(isnan(class_counts_figures(&none).f1));
}
END_TEST

static void train(const char *arguments) {
    struct test_outcome o =
        test_shell("$ONEHOT train %s output=%s/run --quiet", arguments, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static double number(const cJSON *object, const char *name) {
    return test_member(object, name)->valuedouble;
}

/* Computed from the logits of the whole test set, independently of evaluation.c and evaluate.c:
 * p reaches the threshold t where z reaches log(t / (1 - t)). */
START_TEST(evaluates_metrics_follow_from_the_logits) {
    train("tests/small-several.json");
    struct error e = {0};
    struct model_file *s = model_file_read(test_path("run"), 64, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    struct dataset *d = fixture_read("tests/data/several-small");
    struct sample_set test = sample_set_all(&d->split[TEST], &s->scaling, &d->arena);
    real *z = arena_alloc(&d->arena, 5000, sizeof *z);
    evaluation_run(&(struct evaluation){.logits = z}, s->model, &test, NULL);
    static const double thresholds[] = {0.5, 0.3};
    for (int k = 0; k < 2; k++) {
        struct test_outcome o =
            test_shell("$ONEHOT evaluate %s/run --json --threshold %g", test_dir, thresholds[k]);
        cJSON *root = test_json(&o);
        double least = log(thresholds[k] / (1 - thresholds[k]));
        double sum[3] = {0}, samples[11] = {0}, predicted[11] = {0}, true_positives[11] = {0};
        int errors = 0;
        for (int i = 0; i < 500; i++) {
            int wrong = 0;
            for (int c = 0; c < 10; c++) {
                bool is = d->split[TEST].targets[10 * i + c] > 0;
                bool says = (double)z[10 * i + c] >= least;
                samples[c] += is;
                predicted[c] += says;
                true_positives[c] += is && says;
                wrong += is != says;
            }
            errors += wrong > 0;
        }
        ck_assert_int_eq((int)number(root, "errors"), errors);
        ck_assert(errors > 100 && errors < 450);
        ck_assert_double_eq(number(root, "accuracy"), 1 - errors / 500.0);
        ck_assert_double_eq_tol(number(root, "threshold"), thresholds[k], 1e-7);
        ck_assert_ptr_null(cJSON_GetObjectItemCaseSensitive(root, "confusion"));
        ck_assert_ptr_null(cJSON_GetObjectItemCaseSensitive(root, "expected_calibration_error"));
        const cJSON *classes = test_member(root, "classes");
        for (int c = 0; c < 10; c++) {
            const cJSON *class = cJSON_GetArrayItem(classes, c);
            const double want[] = {true_positives[c] / predicted[c], true_positives[c] / samples[c],
                                   2 * true_positives[c] / (predicted[c] + samples[c])};
            ck_assert_double_eq_tol(number(class, "precision"), want[0], 1e-15);
            ck_assert_double_eq_tol(number(class, "recall"), want[1], 1e-15);
            ck_assert_double_eq_tol(number(class, "f1"), want[2], 1e-15);
            ck_assert_double_eq(number(class, "count"), samples[c]);
            for (int m = 0; m < 3; m++)
                sum[m] += want[m];
            samples[10] += samples[c];
            predicted[10] += predicted[c];
            true_positives[10] += true_positives[c];
        }
        const cJSON *micro = test_member(root, "micro"), *macro = test_member(root, "macro");
        ck_assert_double_eq_tol(number(micro, "precision"), true_positives[10] / predicted[10],
                                1e-15);
        ck_assert_double_eq_tol(number(micro, "recall"), true_positives[10] / samples[10], 1e-15);
        ck_assert_double_eq_tol(number(micro, "f1"),
                                2 * true_positives[10] / (predicted[10] + samples[10]), 1e-15);
        ck_assert_double_eq_tol(number(macro, "precision"), sum[0] / 10, 1e-14);
        ck_assert_double_eq_tol(number(macro, "recall"), sum[1] / 10, 1e-14);
        ck_assert_double_eq_tol(number(macro, "f1"), sum[2] / 10, 1e-14);
        cJSON_Delete(root);
    }
    model_file_free(s);
    dataset_free(d);
}
END_TEST

START_TEST(evaluate_shows_each_label_instead_of_a_confusion_matrix) {
    train("tests/small-several.json train.epochs=2");
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
    for (const char *line = o.out + strcspn(o.out, "\n"); *line; line += strcspn(line, "\n"))
        ck_assert_uint_le(strcspn(++line, "\n"), 66);
}
END_TEST

/* The validation accuracy in the last row of metrics.csv must be the one that evaluate reports. */
START_TEST(training_accuracy_counts_samples_with_all_labels_right) {
    train("tests/small-several.json");
    size_t size;
    char *metrics = test_read(test_path("run/metrics.csv"), &size);
    metrics[size - 1] = '\0';
    struct test_outcome o =
        test_shell("$ONEHOT evaluate %s/run --split validation --json", test_dir);
    cJSON *root = test_json(&o);
    ck_assert_double_eq(strtod(strrchr(metrics, ',') + 1, NULL), number(root, "accuracy"));
    ck_assert_double_gt(number(root, "accuracy"), 0.3);
    cJSON_Delete(root);
    free(metrics);
}
END_TEST

START_TEST(predict_prints_yes_or_no_for_each_label) {
    train("tests/small-several.json");
    struct test_outcome o = test_shell("COLUMNS=80 $ONEHOT predict %s/run tests/data/seven.png "
                                       "--threshold 0.6 | tail -n 10",
                                       test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
    struct test_outcome as_json =
        test_shell("$ONEHOT predict %s/run tests/data/seven.png --threshold 0.6 --json", test_dir);
    cJSON *root = test_json(&as_json);
    const cJSON *item = cJSON_GetArrayItem(root, 0), *p;
    const cJSON *predicted = test_member(item, "classes");
    int count = 0;
    cJSON_ArrayForEach(p, test_member(item, "probabilities")) {
        if (p->valuedouble < 0.6)
            continue;
        ck_assert_str_eq(cJSON_GetArrayItem(predicted, count)->valuestring, p->string);
        count++;
    }
    ck_assert_int_ge(count, 1);
    ck_assert_int_eq(cJSON_GetArraySize(predicted), count);
    cJSON_Delete(root);

    o = test_shell("$ONEHOT predict %s/run tests/data/seven.png --threshold 1 | sed 1q", test_dir);
    test_message(o.out);
    o = test_shell("$ONEHOT predict %s/run tests/data/seven.png --threshold 0 --json", test_dir);
    ck_assert_ptr_nonnull(strstr(
        o.out,
        "\"classes\": [\"0\", \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\"]"));
}
END_TEST

START_TEST(the_report_is_per_label) {
    train("tests/small-several.json");
    cJSON *page = test_page(test_path("run/report.html"));
    const cJSON *mistakes = test_member(page, "mistakes"), *mistake;
    bool pair = false; /* at least two labels in one of them */
    cJSON_ArrayForEach(mistake, mistakes) {
        int labels = cJSON_GetArraySize(test_member(mistake, "actual"));
        pair |= labels > 1;
        ck_assert_int_ge(cJSON_GetArraySize(test_member(mistake, "bars")), labels);
    }
    ck_assert_int_eq(cJSON_GetArraySize(mistakes), 24);
    ck_assert(pair);
    ck_assert_ptr_null(cJSON_GetObjectItem(test_member(page, "evaluation"), "confusion"));
    cJSON_Delete(page);
    char *drawn = test_drawn(test_path("run/report.html"), "");
    if (drawn)
        ck_assert(strstr(drawn, ">Per label<") && !strstr(drawn, "Confusion matrix") &&
                  strstr(drawn, "A label is predicted if its probability is at least 0.5."));
    free(drawn);
}
END_TEST

START_TEST(an_exported_header_explains_its_logits) {
    train("tests/small-several.json train.epochs=1");
    struct test_outcome o = test_shell(
        "cd %s && $OLDPWD/$ONEHOT export run --c m.h && "
        "printf '#include \"m.h\"\nint main(void) { return m_check() == 1 ? 0 : 9; }' >m.c && "
        "${CC:-cc} -o m m.c -lm && ./m",
        test_dir);
    ck_assert_msg(o.status == 0, "%d: %s%s", o.status, o.out, o.err);
    o = test_shell("awk '/^\\/\\*/ { c = 1 } c; /\\*\\/$/ { c = 0 }' %s/m.h", test_dir);
    test_message_but(MESSAGES_VARY, o.out); /* the header's comments */
}
END_TEST

/* It is the wrong loss for such data, but the user should see that for themselves; the program
 * does not forbid it. */
START_TEST(softmax_can_be_tried_on_multi_label_data) {
    train("tests/small-several.json loss.type=softmax_cross_entropy");
    test_failed(test_shell("$ONEHOT calibrate %s/run", test_dir), 2,
                test_path("run/model.safetensors"));
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json", test_dir);
    cJSON *root = test_json(&o);
    ck_assert_double_lt(number(test_member(root, "micro"), "recall"), 0.5);
    cJSON_Delete(root);
}
END_TEST

START_TEST(options_that_make_no_sense_for_multi_label_data_are_refused) {
    test_failed(test_shell("$ONEHOT train tests/small-several.json output=%s/x "
                           "loss.class_weights=balanced",
                           test_dir),
                2, "\"loss.class_weights\"");
    train("tests/small-several.json train.epochs=1");
    test_failed(test_shell("$ONEHOT calibrate %s/run", test_dir), 2,
                test_path("run/model.safetensors"));
    test_failed(test_shell("$ONEHOT evaluate %s/run --data tests/data/mnist-small", test_dir), 2,
                "tests/data/mnist-small");
    static const char *const bad[] = {"1.5", "-0.1", "nan", "half", ""};
    for (int i = 0; i < 5; i++)
        test_failed(test_shell("$ONEHOT evaluate %s/run --threshold='%s'", test_dir, bad[i]), 2,
                    "--threshold");
    test_small_run("one", "");
    test_failed(test_shell("$ONEHOT predict %s/one tests/data/seven.png --threshold 0.3", test_dir),
                2, "--threshold");
    test_failed(test_shell("$ONEHOT evaluate %s/one --data tests/data/several-small", test_dir), 2,
                "tests/data/several-small");
}
END_TEST

/* ---- two classes, one output ---- */

static const char one_output[] =
    "tests/small.json data.path=toy:moons data.validation=100 train.epochs=20 "
    "'model=[{\"type\":\"linear\",\"units\":16},{\"type\":\"relu\"},"
    "{\"type\":\"linear\",\"units\":1}]' optimizer.learning_rate=0.2 ";

START_TEST(one_output_above_0_is_the_second_class) {
    real z[] = {-0.5f, 0, 0.001f};
    struct tensor act[] = {{z, 3, 1}};
    struct model m = {.act = act, .p = {NULL, 3, 2}};
    ck_assert_int_eq(model_predicted(&m, 0), 0);
    ck_assert_int_eq(model_predicted(&m, 1), 0); /* ties go to the first */
    ck_assert_int_eq(model_predicted(&m, 2), 1);
}
END_TEST

START_TEST(one_output_decides_between_two_classes) {
    train(fixture_text("%s loss.type=sigmoid_cross_entropy", one_output));
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json", test_dir);
    cJSON *root = test_json(&o);
    ck_assert_double_gt(number(root, "accuracy"), 0.9);
    ck_assert_int_eq(cJSON_GetArraySize(test_member(root, "confusion")), 2);
    const cJSON *c = test_member(root, "confusion");
    double diagonal = cJSON_GetArrayItem(cJSON_GetArrayItem(c, 0), 0)->valuedouble +
                      cJSON_GetArrayItem(cJSON_GetArrayItem(c, 1), 1)->valuedouble;
    ck_assert_double_eq(diagonal, number(root, "samples") - number(root, "errors"));
    cJSON_Delete(root);
}
END_TEST

START_TEST(one_output_gives_the_probabilities_of_both_classes) {
    struct error e = {0};
    struct dataset *d = fixture_dataset(2, 2, 1, 2, (const int[]){8, 0});
    ck_assert_int_eq(image_sheet_write(d, test_path("d"), &e), 0);
    dataset_free(d);
    train(fixture_text("%s data.path=%s/d data.validation=0 train.batch_size=4 train.epochs=3 "
                       "loss.type=sigmoid_cross_entropy",
                       one_output, test_dir));
    fixture_write(test_path("p.png"), fixture_png(2, 2, (const uint8_t[]){200, 0, 70, 255}));
    struct test_outcome o =
        test_shell("$ONEHOT predict %s/run %s/p.png --json", test_dir, test_dir);
    cJSON *root = test_json(&o);
    const cJSON *item = cJSON_GetArrayItem(root, 0);
    const cJSON *p = test_member(item, "probabilities");
    double p0 = number(p, "0"), p1 = number(p, "1");
    ck_assert_double_eq_tol(p0 + p1, 1, 1e-7);
    ck_assert_double_ne(p0, p1);
    ck_assert_str_eq(test_member(item, "class")->valuestring, p1 > p0 ? "1" : "0");
    cJSON_Delete(root);
}
END_TEST

START_TEST(one_output_needs_its_loss_and_one_label_per_sample) {
    test_failed(test_shell("$ONEHOT train %s output=%s/x", one_output, test_dir), 2, "\"linear\"");
    struct test_outcome o = test_shell("$ONEHOT train %s output=%s/x data.path=toy:blobs:classes=3 "
                                       "loss.type=sigmoid_cross_entropy",
                                       one_output, test_dir);
    test_failed(o, 2, "");
    write_data(fixture_replace(json, ", \"z\"", ""), "0 1\n1 0\n1 1\n");
    test_failed(test_shell("$ONEHOT train %s output=%s/x data.path=%s data.validation=0 "
                           "train.batch_size=1 loss.type=sigmoid_cross_entropy",
                           one_output, test_dir, test_dir),
                2, "");
}
END_TEST

/* With one label per sample, each output separates one class from all others, and the largest wins.
 */
START_TEST(single_label_samples_can_be_trained_one_class_against_the_rest) {
    train("tests/small.json loss.type=sigmoid_cross_entropy optimizer.learning_rate=0.5");
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json", test_dir);
    cJSON *root = test_json(&o);
    ck_assert_double_gt(number(root, "accuracy"), 0.7);
    ck_assert_int_eq(cJSON_GetArraySize(test_member(root, "confusion")), 10);
    cJSON_Delete(root);
}
END_TEST

Suite *test_labels(void) {
    return TEST_SUITE(
        "labels", a_sample_may_have_all_labels_or_none, invalid_multi_label_targets_are_refused,
        the_digest_distinguishes_multi_label_from_soft_labels, pack_keeps_multi_label_targets,
        pack_composes_the_same_images_on_any_machine, a_composed_image_shows_what_its_labels_say,
        a_composed_pixel_is_the_mean_of_four,
        a_larger_composed_set_extends_a_smaller_one_and_a_seed_changes_all,
        bad_compose_arguments_are_refused, one_label_too_many_or_too_few_makes_a_row_wrong,
        precision_recall_and_f1_are_ratios_of_counts, evaluates_metrics_follow_from_the_logits,
        evaluate_shows_each_label_instead_of_a_confusion_matrix,
        training_accuracy_counts_samples_with_all_labels_right,
        predict_prints_yes_or_no_for_each_label, the_report_is_per_label,
        an_exported_header_explains_its_logits, softmax_can_be_tried_on_multi_label_data,
        options_that_make_no_sense_for_multi_label_data_are_refused,
        one_output_above_0_is_the_second_class, one_output_decides_between_two_classes,
        one_output_gives_the_probabilities_of_both_classes,
        one_output_needs_its_loss_and_one_label_per_sample,
        single_label_samples_can_be_trained_one_class_against_the_rest);
}
