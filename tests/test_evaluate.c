/* evaluate: thresholds, means over the classes, and the list of the misclassified. What it counts
 * is counted again here, from probabilities or from the confusion matrix. */
#include "fixtures.h"
#include "messages.h"
#include "runs/model_file.h"
#include "test.h"
#include "train/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_evaluate(void);

static double number(const cJSON *object, const char *name) {
    return test_member(object, name)->valuedouble;
}

static const char *string(const cJSON *object, const char *name) {
    return test_member(object, name)->valuestring;
}

static cJSON *evaluate(const char *arguments) {
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json %s", test_dir, arguments);
    ck_assert_msg(o.status == 0, "%s", o.err);
    return test_json(&o);
}

static const char *const forms[] = {
    "model.2.units=2",
    "model.2.units=1 loss.type=sigmoid_cross_entropy",
};

/* Trains a model of two classes, of the plane unless `more` has other data. */
static void train(const char *form, const char *more) {
    struct test_outcome o = test_shell(
        "rm -rf %s/run; $ONEHOT train tests/small.json data.path=toy:moons:noise=0.4 "
        "data.validation=100 "
        "train.epochs=2 'model=[{\"type\":\"linear\",\"units\":8},{\"type\":\"relu\"},"
        "{\"type\":\"linear\",\"units\":2}]' %s optimizer.learning_rate=0.2 output=%s/run --quiet "
        "%s",
        test_dir, form, test_dir, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* ---- thresholds ---- */

/* The area under the curve and its points for these samples, by comparing all pairs. */
static void check_roc(int n, real *probabilities, int *labels) {
    struct roc r;
    struct arena a = {0};
    struct error e = {0};
    struct split split = {.count = n, .labels = labels};
    struct sample_set samples = sample_set_all(&split, NULL, &a);
    struct evaluation v = {.count = n, .probabilities = probabilities};
    ck_assert_int_eq(roc_measure(&r, &v, &samples, &a, &e), 0);
    double right = 0, pairs = 0, best = -1;
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++)
            if (labels[i] == 1 && labels[k] == 0) {
                real x = probabilities[2 * i + 1], y = probabilities[2 * k + 1];
                right += x > y ? 1 : x == y ? 0.5 : 0;
                pairs++;
            }
    if (pairs > 0)
        ck_assert_double_eq(r.auc, right / pairs);
    else
        ck_assert(isnan(r.auc));
    for (int i = 0, at; i < n; i++) {
        double least = (double)probabilities[2 * i + 1];
        int predicted = 0, true_positives = 0, positives = 0;
        for (int k = 0; k < n; k++) {
            bool reaches = (double)probabilities[2 * k + 1] >= least;
            predicted += reaches;
            positives += labels[k];
            true_positives += reaches && labels[k] == 1;
        }
        for (at = 0; r.points[at].threshold != least; at++)
            ck_assert(at + 1 < r.count && r.points[at].threshold > r.points[at + 1].threshold);
        struct class_counts c = r.points[at].counts;
        ck_assert_int_eq((int)c.samples, positives);
        ck_assert_int_eq((int)c.predicted, predicted);
        ck_assert_int_eq((int)c.true_positives, true_positives);
        best = fmax(best, 2.0 * true_positives / (predicted + positives));
    }
    ck_assert_double_eq(class_counts_figures(&r.points[r.best].counts).f1, best);
    arena_free(&a);
}

START_TEST(the_roc_auc_is_the_fraction_of_pairs_in_order_a_tie_counting_as_half) {
    enum { N = 60 };
    real p[2 * N];
    int labels[N];
    for (int levels = 1; levels < 100; levels += 7) {
        for (int i = 0; i < N; i++) {
            p[2 * i + 1] = (real)(i * 37 % 101 * levels / 101) / (real)levels;
            p[2 * i] = 1 - p[2 * i + 1];
            labels[i] = i * 53 % 97 * levels / 97 % 3 == 0;
        }
        check_roc(N, p, labels);
        check_roc(1, p, labels);
    }
    memset(labels, 0, sizeof labels);
    check_roc(N, p, labels);
}
END_TEST

/* The counts follow from the probabilities of the test set, without roc.c and evaluation.c. */
START_TEST(a_threshold_decides_between_two_classes_in_both_forms) {
    static const double thresholds[] = {0, 0.2, 0.5, 0.9, 1};
    for (int form = 0; form < 2; form++) {
        train(forms[form], "");
        struct error e = {0};
        struct model_file *s = model_file_read(test_path("run"), 64, &e);
        struct dataset *d = fixture_read("toy:moons:noise=0.4");
        ck_assert_msg(s != NULL, "%s", e.text);
        struct sample_set test = sample_set_all(&d->split[TEST], &s->scaling, &d->arena);
        size_t n = (size_t)test.count;
        struct evaluation v = {.probabilities = arena_alloc(&d->arena, n, 2 * sizeof(real))};
        evaluation_run(&v, s->model, &test, NULL);
        for (int k = 0; k < 5; k++) {
            int confusion[2][2] = {{0}};
            for (size_t i = 0; i < n; i++)
                confusion[test.split->labels[i]]
                         [v.probabilities[2 * i + 1] >= (real)thresholds[k]]++;
            cJSON *root = evaluate(fixture_text("--threshold %g", thresholds[k]));
            for (int i = 0; i < 4; i++)
                ck_assert_int_eq(
                    cJSON_GetArrayItem(cJSON_GetArrayItem(test_member(root, "confusion"), i / 2),
                                       i % 2)
                        ->valueint,
                    confusion[i / 2][i % 2]);
            ck_assert_int_eq((int)number(root, "errors"), confusion[0][1] + confusion[1][0]);
            ck_assert_double_eq_tol(number(root, "threshold"), thresholds[k], 1e-7);
            ck_assert_str_eq(string(root, "positive"), "1");
            cJSON_Delete(root);
        }
        model_file_free(s);
        dataset_free(d);
    }
}
END_TEST

START_TEST(the_best_f1_is_that_of_its_threshold) {
    for (int form = 0; form < 2; form++) {
        train(forms[form], "");
        cJSON *root = evaluate("");
        double best = number(root, "best_f1");
        cJSON *again =
            evaluate(fixture_text("--threshold %.9g", number(root, "best_f1_threshold")));
        const cJSON *positive = cJSON_GetArrayItem(test_member(again, "classes"), 1);
        ck_assert_double_eq(number(positive, "f1"), best);
        ck_assert_double_gt(best, 0.5);
        ck_assert_double_eq(number(again, "roc_auc"), number(root, "roc_auc"));
        cJSON_Delete(root);
        cJSON_Delete(again);
        test_message(
            test_shell("$ONEHOT evaluate %s/run --threshold 0.25 | sed 's|^model .*||'", test_dir)
                .out);
    }
}
END_TEST

START_TEST(predict_takes_the_threshold_too) {
    train(forms[0], "");
    for (int k = 0; k < 2; k++) {
        struct test_outcome o =
            test_shell("$ONEHOT predict %s/run 0 1 --json --threshold %d", test_dir, 1 - k);
        cJSON *root = test_json(&o);
        ck_assert_str_eq(string(cJSON_GetArrayItem(root, 0), "class"), k ? "1" : "0");
        cJSON_Delete(root);
        int class;
        float probability, p[2];
        o = test_shell("$ONEHOT predict %s/run 0 1 --csv --threshold %d | sed 1d", test_dir, 1 - k);
        ck_assert_int_eq(sscanf(o.out, "1,%d,%g,%g,%g", &class, &probability, &p[0], &p[1]), 4);
        ck_assert(class == k && probability == p[k]);
    }
}
END_TEST

START_TEST(a_threshold_needs_two_classes_or_several_labels) {
    test_small_run("run", "");
    test_failed(test_shell("$ONEHOT evaluate %s/run --threshold 0.3", test_dir), 2, "--threshold");
    test_failed(test_shell("$ONEHOT evaluate %s/run --threshold 1.5", test_dir), 2, "--threshold");
}
END_TEST

/* ---- means ---- */

/* scikit-learn's definition, from the confusion matrix. */
static void check_means(const cJSON *root) {
    static const char *const figures[] = {"precision", "recall", "f1"};
    const cJSON *matrix = test_member(root, "confusion");
    int n = cJSON_GetArraySize(matrix);
    double macro[3] = {0}, weighted[3] = {0}, samples = number(root, "samples");
    for (int c = 0; c < n; c++) {
        double of_class = 0, predicted = 0;
        double hits = cJSON_GetArrayItem(cJSON_GetArrayItem(matrix, c), c)->valuedouble;
        for (int k = 0; k < n; k++) {
            of_class += cJSON_GetArrayItem(cJSON_GetArrayItem(matrix, c), k)->valuedouble;
            predicted += cJSON_GetArrayItem(cJSON_GetArrayItem(matrix, k), c)->valuedouble;
        }
        double values[] = {predicted > 0 ? hits / predicted : 0, of_class > 0 ? hits / of_class : 0,
                           2 * hits / (of_class + predicted)};
        for (int i = 0; i < 3 && of_class + predicted > 0; i++) {
            macro[i] += values[i] / n;
            weighted[i] += values[i] * of_class / samples;
        }
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(number(test_member(root, "macro"), figures[i]), macro[i], 1e-14);
        ck_assert_double_eq_tol(number(test_member(root, "weighted"), figures[i]), weighted[i],
                                1e-14);
    }
}

static void write_table(const char *name, const char *rows) {
    test_write(test_path("%s", name), rows, strlen(rows));
}

START_TEST(macro_and_weighted_means_count_0_for_classes_without_samples_or_predictions) {
    char rows[2000] = "x,label\n";
    for (int i = 0; i < 60; i++) /* c is never predicted: it has few samples, all over the place */
        snprintf(rows + strlen(rows), 30, "%d.5,%c\n", i, i % 10 == 5 ? 'c' : "ab"[i > 28]);
    write_table("t.csv", rows);
    write_table("new.csv", "x,label\n1,a\n2,c\n50,c\n3,a\n40,a\n");
    train(fixture_text("data.path=%s/t.csv model.2.units=3", test_dir),
          "data.validation=0 data.scaling=standardize train.epochs=30");
    cJSON *root = evaluate("");
    check_means(root);
    cJSON_Delete(root);
    root = evaluate(fixture_text("--data %s/new.csv", test_dir));
    check_means(root);
    ck_assert_int_eq((int)number(cJSON_GetArrayItem(test_member(root, "classes"), 1), "count"), 0);
    cJSON_Delete(root);
    struct test_outcome o =
        test_shell("$ONEHOT evaluate %s/run --data %s/new.csv | tail -n +3", test_dir, test_dir);
    test_message(o.out);
}
END_TEST

/* ---- the misclassified ---- */

/* With threshold 0, all samples of the first class are misclassified. */
static cJSON *all_wrong(const char *data) {
    cJSON *root = evaluate(fixture_text("--wrong --threshold 0 --data %s/%s", test_dir, data));
    ck_assert_int_eq(cJSON_GetArraySize(test_member(root, "wrong")), (int)number(root, "errors"));
    return root;
}

START_TEST(wrong_rows_are_listed_with_the_line_where_they_begin) {
    write_table("t.csv", "x,label\n1,no\n2,yes\n3,no\n4,yes\n5,no\n6,yes\n7,no\n8,yes\n");
    train(fixture_text("data.path=%s/t.csv", test_dir), "data.validation=0 train.batch_size=2");
    write_table("new.csv",
                "note,x,label\na,1,no\n\n# left out\n\"two\nlines\",2,no\nb,3,yes\nc,4,no\n");
    cJSON *root = all_wrong("new.csv");
    static const int lines[] = {2, 5, 8};
    const cJSON *item, *wrong = test_member(root, "wrong");
    int n = 0;
    ck_assert_int_eq(cJSON_GetArraySize(wrong), 3);
    cJSON_ArrayForEach(item, wrong) {
        ck_assert_int_eq((int)number(item, "line"), lines[n]);
        ck_assert_int_eq((int)number(item, "index"), n == 2 ? 3 : n);
        ck_assert_str_eq(string(item, "file"), test_path("new.csv"));
        ck_assert_str_eq(string(item, "actual"), "no");
        ck_assert_str_eq(string(item, "predicted"), "yes");
        ck_assert_double_eq_tol(number(item, "probability") + exp(-number(item, "loss")), 1, 1e-6);
        n++;
    }
    cJSON_Delete(root);
    struct test_outcome o = test_shell(
        "$ONEHOT evaluate %s/run --wrong --threshold 0 --data %s/new.csv | sed '1,/^mis/d'",
        test_dir, test_dir);
    test_message_but("[0-9.]+ %", o.out);
    /* A row of the training file is still found after the test set was drawn from it. */
    o = test_shell(
        "for s in train test; do $ONEHOT evaluate %s/run --wrong --threshold 0 --split $s "
        "| grep -o 'csv:.*'; done | sort",
        test_dir);
    ck_assert_str_eq(o.out, "csv:2\ncsv:4\ncsv:6\ncsv:8\n");
}
END_TEST

START_TEST(wrong_images_are_listed_with_their_files) {
    static const int counts[SPLITS] = {0, 8};
    struct dataset *d = fixture_dataset(3, 3, 1, 2, counts);
    fixture_write_folders(d, test_path("d"));
    dataset_free(d);
    test_shell("mv %s/d/test %s/d/train", test_dir, test_dir);
    train(fixture_text("data.path=%s/d", test_dir), "data.validation=0 train.batch_size=2");
    cJSON *root = all_wrong("d");
    const cJSON *item, *wrong = test_member(root, "wrong");
    ck_assert_int_ge(cJSON_GetArraySize(wrong), 1);
    cJSON_ArrayForEach(item, wrong) {
        test_names(string(item, "file"), test_path("d/train/0/0000"));
        ck_assert_int_eq(test_shell("test -f '%s'", string(item, "file")).status, 0);
        ck_assert_ptr_null(cJSON_GetObjectItemCaseSensitive(item, "line"));
    }
    cJSON_Delete(root);
}
END_TEST

START_TEST(wrong_samples_of_sheets_are_listed_with_their_index) {
    test_small_run("run", "");
    cJSON *root = evaluate("--wrong --split validation");
    const cJSON *item, *wrong = test_member(root, "wrong");
    int last = -1;
    ck_assert_int_eq(cJSON_GetArraySize(wrong), (int)number(root, "errors"));
    struct dataset *d = fixture_read("tests/data/mnist-small");
    cJSON_ArrayForEach(item, wrong) {
        int index = (int)number(item, "index");
        ck_assert_int_gt(index, last);
        last = index;
        ck_assert_int_eq(atoi(string(item, "actual")), d->split[TRAIN].labels[index]);
        ck_assert_str_ne(string(item, "predicted"), string(item, "actual"));
        ck_assert_ptr_null(cJSON_GetObjectItemCaseSensitive(item, "file"));
    }
    dataset_free(d);
    cJSON_Delete(root);
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --wrong --split validation | "
                                       "grep -c ' train sample '",
                                       test_dir);
    ck_assert_int_gt(atoi(o.out), 0);
}
END_TEST

START_TEST(wrong_samples_of_several_labels_are_listed_with_all_of_them) {
    struct test_outcome o = test_shell(
        "$ONEHOT train tests/small-several.json train.epochs=2 output=%s/run --quiet", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    cJSON *root = evaluate("--wrong --threshold 0.4");
    const cJSON *item, *label, *wrong = test_member(root, "wrong");
    struct dataset *d = fixture_read("tests/data/several-small");
    ck_assert_int_eq(cJSON_GetArraySize(wrong), (int)number(root, "errors"));
    long long predicted = 0, missed = 0;
    cJSON_ArrayForEach(item, wrong) {
        bool is[10] = {false}, says[10] = {false};
        cJSON_ArrayForEach(label, test_member(item, "actual")) is[atoi(label->valuestring)] = true;
        cJSON_ArrayForEach(label, test_member(item, "predicted")) says[atoi(label->valuestring)] =
            true;
        for (int c = 0; c < 10; c++) {
            ck_assert_int_eq(is[c],
                             d->split[TEST].targets[10 * (int)number(item, "index") + c] > 0);
            missed += is[c] && !says[c];
            predicted += says[c] && !is[c];
        }
        ck_assert_ptr_null(cJSON_GetObjectItemCaseSensitive(item, "probability"));
    }
    const cJSON *micro = test_member(root, "micro");
    double hits = 0, of_all = 0;
    cJSON_ArrayForEach(item, test_member(root, "classes")) {
        hits += number(item, "recall") * number(item, "count");
        of_all += number(item, "count");
    }
    ck_assert_double_eq_tol(hits + (double)missed, of_all, 1e-6);
    ck_assert_double_eq_tol(hits / (hits + (double)predicted), number(micro, "precision"), 1e-9);
    dataset_free(d);
    cJSON_Delete(root);
    o = test_shell("$ONEHOT evaluate %s/run --wrong | sed '1,/^mis/d' | head -n 4", test_dir);
    test_message(o.out);
}
END_TEST

START_TEST(data_without_labels_is_left_to_predict) {
    write_table("t.csv", "x,kind\n1,no\n2,yes\n3,no\n4,yes\n5,no\n6,yes\n7,no\n8,yes\n");
    train(fixture_text("data.path=%s/t.csv data.label=kind", test_dir),
          "data.validation=0 train.batch_size=2");
    write_table("new.csv", "x,y\n1,1\n");
    test_failed(test_shell("$ONEHOT evaluate %s/run --data %s/new.csv", test_dir, test_dir), 2,
                test_path("new.csv"));
    write_table("new.csv", "x,Kind\n1,yes\n");
    test_failed(test_shell("$ONEHOT evaluate %s/run --data %s/new.csv", test_dir, test_dir), 2,
                "\"Kind\"");
}
END_TEST

Suite *test_evaluate(void) {
    return TEST_SUITE(
        "evaluate", the_roc_auc_is_the_fraction_of_pairs_in_order_a_tie_counting_as_half,
        a_threshold_decides_between_two_classes_in_both_forms, the_best_f1_is_that_of_its_threshold,
        predict_takes_the_threshold_too, a_threshold_needs_two_classes_or_several_labels,
        macro_and_weighted_means_count_0_for_classes_without_samples_or_predictions,
        wrong_rows_are_listed_with_the_line_where_they_begin,
        wrong_images_are_listed_with_their_files,
        wrong_samples_of_sheets_are_listed_with_their_index,
        wrong_samples_of_several_labels_are_listed_with_all_of_them,
        data_without_labels_is_left_to_predict);
}
