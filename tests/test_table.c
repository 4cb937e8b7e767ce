/* Datasets whose samples are rows of real numbers: synthetic data, and how the programs handle such
 * rows. */
#include "data/dataset.h"
#include "data/formats.h"
#include "fixtures.h"
#include "messages.h"
#include "runs/model_file.h"
#include "runs/run.h"
#include "runs/training.h"
#include "test.h"
#include "train/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_table(void);

/* ---- synthetic data ---- */

/* Hashes the bits of the values, so a different sine or rounding would show. */
START_TEST(synthetic_data_is_the_same_bit_for_bit_everywhere) {
    static const struct {
        const char *path, *digest;
    } toys[] = {
        {"toy:spiral", "0af03de057ea17282ee949368af55902f50fe053d190719bc299ed5287095c4e"},
        {"toy:moons", "0db30f901e72e7ce637bca8a92f5d605ba68a0e3b1cedfd6ecc2d3f3c1a8d424"},
        {"toy:blobs", "77beb397e4c602612d636e693d6ab050141663a8d74a3e50d59efead6eea2155"},
        {"toy:xor", "b5c492e4cb28f37b41fac0a8a37b89f25f5243d8bc84a996345f953e150c1b8d"},
        {"toy:circles", "f384eb94a6839089e3ab99022d20aaf837ba0168f398e4ce049b2322dd45264d"},
        {"toy:spiral:classes=5:noise=0.1:seed=7:train=11:test=3",
         "b4bba1208abd869e8b04d6812187543b43c7ca4f84d2701cd1f1bc7df0eb1b40"},
    };
    for (size_t i = 0; i < sizeof toys / sizeof *toys; i++) {
        struct dataset *d = fixture_read(toys[i].path);
        ck_assert_str_eq(d->digest, toys[i].digest);
        dataset_free(d);
    }
}
END_TEST

static double radius(const float *p) {
    return sqrt((double)p[0] * (double)p[0] + (double)p[1] * (double)p[1]);
}

/* The angle of p as a fraction of a turn, 0 .. 1, measured from `from`. */
static double turn(const float *p, double from) {
    double t = atan2((double)p[1], (double)p[0]) / 6.283185307179586 - from;
    return t - floor(t);
}

START_TEST(without_noise_synthetic_points_lie_on_their_shapes) {
    struct dataset *d = fixture_read("toy:circles:classes=4:noise=0");
    const struct split *s = &d->split[TEST];
    for (int i = 0; i < s->count; i++)
        ck_assert_double_eq_tol(radius(s->values + 2 * i), (s->labels[i] + 1) / 4.0, 1e-6);
    dataset_free(d);

    d = fixture_read("toy:spiral:classes=3:noise=0");
    s = &d->split[TRAIN];
    for (int i = 0; i < s->count; i++) { /* the radius grows along the arm */
        double along = turn(s->values + 2 * i, s->labels[i] / 3.0) / 0.75;
        ck_assert_double_eq_tol(radius(s->values + 2 * i), 0.1 + 0.9 * along, 1e-5);
    }
    dataset_free(d);

    d = fixture_read("toy:blobs:classes=6:noise=0");
    s = &d->split[TRAIN];
    for (int i = 0; i < s->count; i++) {
        double angle = 6.283185307179586 * s->labels[i] / 6;
        ck_assert_double_eq_tol((double)s->values[2 * i], cos(angle), 1e-7);
        ck_assert_double_eq_tol((double)s->values[2 * i + 1], sin(angle), 1e-7);
    }
    dataset_free(d);

    d = fixture_read("toy:moons:noise=0");
    s = &d->split[TRAIN];
    for (int i = 0; i < s->count; i++) { /* semicircles of radius 1 around these centres */
        float sign = s->labels[i] == 0 ? 1 : -1;
        float p[] = {s->values[2 * i] + sign * 0.5f, s->values[2 * i + 1] + sign * 0.25f};
        ck_assert_double_eq_tol(radius(p), 1, 1e-6);
        ck_assert(sign * p[1] >= -1e-6f);
    }
    dataset_free(d);

    d = fixture_read("toy:xor:noise=0:train=4:test=0");
    ck_assert_mem_eq(d->split[TRAIN].values, ((const float[]){0, 0, 1, 0, 0, 1, 1, 1}),
                     8 * sizeof(float));
    ck_assert_mem_eq(d->split[TRAIN].labels, ((const int[]){0, 1, 1, 0}), 4 * sizeof(int));
    dataset_free(d);
}
END_TEST

/* Around the corners of xor, whose positions are known. */
START_TEST(noise_has_mean_0_and_the_requested_stddev) {
    struct dataset *d = fixture_read("toy:xor:noise=0.25:train=100000");
    const struct split *s = &d->split[TRAIN];
    double sum = 0, squares = 0, most = 0;
    for (int i = 0; i < 2 * s->count; i++) {
        double x = (double)s->values[i] - (i % 2 == 0 ? i / 2 & 1 : i / 4 & 1);
        sum += x;
        squares += x * x;
        most = fmax(most, fabs(x));
    }
    ck_assert_double_eq_tol(sum / 200000, 0, 0.003); /* five standard errors */
    ck_assert_double_eq_tol(sqrt(squares / 200000), 0.25, 0.003);
    ck_assert_double_gt(most, 3.5 * 0.25); /* one of 200,000 normal samples is beyond 4.4 */
    dataset_free(d);
}
END_TEST

START_TEST(synthetic_classes_are_equally_large) {
    static const char *const paths[] = {"toy:spiral:classes=7:train=700", "toy:moons:train=700",
                                        "toy:blobs:classes=5:train=700", "toy:xor:train=700",
                                        "toy:circles:classes=100:train=700"};
    static const int classes[] = {7, 2, 5, 2, 100};
    for (int k = 0; k < 5; k++) {
        struct dataset *d = fixture_read(paths[k]);
        int counts[100] = {0};
        ck_assert_int_eq(d->classes.count, classes[k]);
        ck_assert_int_eq(d->split[TRAIN].count, 700);
        for (int i = 0; i < 700; i++)
            counts[d->split[TRAIN].labels[i]]++;
        for (int c = 0; c < classes[k]; c++)
            ck_assert_int_eq(counts[c], 700 / classes[k]);
        dataset_free(d);
    }
}
END_TEST

START_TEST(each_seed_and_split_of_synthetic_data_has_different_points) {
    struct dataset *a = fixture_read("toy:moons"), *b = fixture_read("toy:moons:seed=1");
    const float *points[] = {a->split[TRAIN].values, a->split[TEST].values, b->split[TRAIN].values,
                             b->split[TEST].values};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++)
            ck_assert_mem_ne(points[i], points[k], 8 * sizeof(float));
    dataset_free(a);
    dataset_free(b);
}
END_TEST

/* Checks that reading it fails with a message that names the path and contains `names`. */
static void refused(const char *path, const char *names) {
    struct error e = {0};
    struct dataset *d = formats_read(DATA_AT(path), NULL, &e);
    ck_assert_msg(d == NULL, "read, not refused: %s", path);
    test_names(e.text, path);
    test_refused(&e, names);
}

START_TEST(unknown_synthetic_datasets_are_refused) {
    refused("toy:spirl", "toy:spiral,");
    refused("toy:", "");
    refused("toy:spiralspiralspiralspiralspiralspiralspiral", "");
    refused("toy:xor:nose=1", "\"nose\"");
    refused("toy:xor:classes=2", "\"classes\"");
    refused("toy:spiral:classes=101", "\"classes\"");
    refused("toy:spiral:classes=0", "\"classes\"");
    refused("toy:moons:noise=-0.1", "\"noise\"");
    refused("toy:moons:noise=0.1:noise=0.2", "\"noise\"");
    refused("toy:moons:train=0", "\"train\"");
    refused("toy:moons:", "\"\"");
    refused("toy:moons:noise", "\"noise\"");
    refused("toy:moons:noise=", "\"noise=\"");
    refused("toy:moons:noise=loud", "\"noise=loud\"");
    refused("toy:moons:noise=1,\"seed\":2", "\"noise=1,\"seed\"\"");
    refused("toy:moons:=1", "\"=1\"");
    refused("toy:blobs:classes=3:train=2", "\"2\"");
}
END_TEST

/* ---- from a table to the model ---- */

static struct training *ready(const char *const *overrides) {
    struct error e = {0};
    struct training *t = training_new("configs/tiny/three.json", overrides, 2, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

START_TEST(unit_scaling_leaves_values_unchanged) {
    struct training *t = ready(NULL);
    int labels[60];
    real x[120], y[180];
    struct target target = {labels, {y, 60, 3}, {0}};
    batch_gather(&t->train, t->train.order, NULL, 60, (struct tensor){x, 60, 2}, &target);
    ck_assert_mem_eq(x, t->data->split[TRAIN].values, sizeof x);
    ck_assert_mem_eq(labels, t->data->split[TRAIN].labels, sizeof labels);
    training_free(t);
}
END_TEST

START_TEST(standardized_columns_each_have_mean_0_and_stddev_1) {
    struct training *t =
        ready((const char *[]){"data.scaling=standardize", "data.validation=20", NULL});
    int labels[40];
    real x[80], y[120];
    struct target target = {labels, {y, 40, 3}, {0}};
    ck_assert_int_eq(t->train.count, 40);
    ck_assert(t->scaling.means[0] != t->scaling.means[1]);
    batch_gather(&t->train, t->train.order, NULL, 40, (struct tensor){x, 40, 2}, &target);
    for (int c = 0; c < 2; c++) {
        double sum = 0, squares = 0;
        for (int i = 0; i < 40; i++) {
            sum += (double)x[2 * i + c];
            squares += (double)x[2 * i + c] * (double)x[2 * i + c];
        }
        ck_assert_double_eq_tol(sum / 40, 0, 1e-6);
        ck_assert_double_eq_tol(squares / 40, 1, 1e-6);
    }
    training_free(t);
}
END_TEST

START_TEST(a_constant_column_is_standardized_to_0) {
    int labels[2] = {0, 1}, order[2] = {0, 1}, got[2];
    float values[] = {7, 1, 7, 3};
    real x[4], y[4];
    struct target target = {got, {y, 2, 2}, {0}};
    struct arena a = {0};
    struct error e = {0};
    struct split split = {.count = 2, .labels = labels, .values = values};
    struct scaling scaling;
    struct sample_set s = {&split, &scaling, 2, order, NULL};
    ck_assert_int_eq(scaling_measure(&scaling, &split, order, s.count, 2, &a, &e), 0);
    batch_gather(&s, order, order, 2, (struct tensor){x, 2, 2}, &target);
    ck_assert_mem_eq(x, ((const real[]){0, -1, 0, 1}), sizeof x);
    arena_free(&a);
}
END_TEST

START_TEST(a_saved_model_reads_a_table_as_in_training) {
    struct error e = {0};
    char output[200];
    snprintf(output, sizeof output, "output=%s/run", test_dir);
    struct training *t = ready((const char *[]){"data.scaling=standardize", output, NULL});
    struct run r;
    ck_assert_int_eq(train_run(t, &(struct train_observer){0}, &e), 0);
    ck_assert_msg(run_open(&r, t, &e) == 0, "%s", e.text);
    ck_assert_msg(run_finish(&r, t, &(struct run_result){0}, &e) == 0, "%s", e.text);
    run_close(&r);
    struct model_file *s = model_file_read(test_path("run"), 64, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    ck_assert_mem_eq(s->scaling.means, t->scaling.means, 2 * sizeof(double));
    ck_assert_mem_eq(s->scaling.stddevs, t->scaling.stddevs, 2 * sizeof(double));
    ck_assert_int_eq(model_file_dataset_check(&s->dataset, s->path, t->data, "d", &e), 0);
    struct evaluation v = {0}, w = {0};
    evaluation_run(&v, t->model, &t->test, NULL);
    t->test.scaling = &s->scaling;
    evaluation_run(&w, s->model, &t->test, NULL);
    ck_assert_mem_eq(&v, &w, sizeof v);
    model_file_free(s);
    training_free(t);
}
END_TEST

/* Writes the model file `from` to `to`, with `old` in its header replaced by `new`. */
static void edit(const char *from, const char *to, const char *old, const char *new) {
    size_t size, length = 0;
    struct text t = {0};
    char *bytes = test_read(from, &size), *at = strstr(bytes + 8, old);
    ck_assert_msg(at != NULL, "%s is not in %s", old, from);
    for (int i = 0; i < 8; i++)
        length |= (size_t)(uint8_t)bytes[i] << 8 * i;
    length += strlen(new) - strlen(old);
    for (int i = 0; i < 8; i++)
        text_add(&t, &(char){(char)(length >> 8 * i)}, 1);
    text_add(&t, bytes + 8, (size_t)(at - bytes) - 8);
    text_add(&t, new, strlen(new));
    text_add(&t, at + strlen(old), size - (size_t)(at - bytes) - strlen(old));
    free(bytes);
    fixture_write(to, t);
}

struct edit {
    const char *old, *new, *names; /* names: a word that the refusal mentions */
};

/* Each of these edits makes the run's model unreadable by itself. */
static void edits_are_refused(const struct edit *edits, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct error e = {0};
        const char *path = test_path("m.safetensors");
        edit(test_path("run/model.safetensors"), path, edits[i].old, edits[i].new);
        ck_assert_ptr_null(model_file_read(path, 1, &e));
        test_names(e.text, path);
        test_refused(&e, edits[i].names);
    }
}

START_TEST(a_model_file_whose_columns_do_not_fit_is_refused) {
    static const struct edit edits[] = {
        {"\\\"x\\\", \\\"y\\\"", "\\\"x\\\"", ""},
        {"\\\"x\\\", \\\"y\\\"", "\\\"x\\\", \\\"x\\\"", "\"x\""},
        {"\\\"scaling_means\\\": [", "\\\"scaling_means\\\": [1, ", ""},
        {"\\\"scaling_deviations\\\": [", "\\\"scaling_deviations\\\": [1, ", "2 columns"},
        {"\\\"height\\\": 1,", "\\\"height\\\": 2,", "samples of 2 x 2 x 1"},
        {"\\\"scaling_deviations\\\": [", "\\\"scaling_deviations\\\": [0, ",
         "\"scaling_deviations.0\""},
    };
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json data.scaling=standardize output=%s/run "
                   "--quiet",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    edits_are_refused(edits, sizeof edits / sizeof *edits);
}
END_TEST

/* ---- features for images only ---- */

START_TEST(tables_and_images_are_not_mistaken_for_each_other) {
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json output=%s/table --quiet", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_small_run("pictures", "");
    const char *table = fixture_text("%s/table/model.safetensors", test_dir);
    test_failed(test_shell("$ONEHOT evaluate %s/table --data tests/data/mnist-small", test_dir), 2,
                "tests/data/mnist-small");
    test_failed(test_shell("$ONEHOT evaluate %s/pictures --data toy:blobs", test_dir), 2,
                "toy:blobs");
    test_failed(test_shell("$ONEHOT predict %s/table tests/data/seven.png", test_dir), 2, table);
    test_failed(test_shell("$ONEHOT predict %s/table 1 2 --fit", test_dir), 2, "--invert");
    test_failed(test_shell("$ONEHOT pack toy:xor %s/sheets", test_dir), 2, test_path("sheets"));
}
END_TEST

START_TEST(a_report_on_a_table_shows_rows_instead_of_images_and_no_weights) {
    struct test_outcome o = test_shell(
        "$ONEHOT train configs/tiny/three.json data.path=toy:blobs:noise=0.5 output=%s/run --quiet",
        test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    cJSON *page = test_page(test_path("run/report.html")), *mistake;
    const cJSON *mistakes = test_member(page, "mistakes");
    ck_assert_int_eq(cJSON_GetArraySize(mistakes), 24);
    cJSON_ArrayForEach(mistake, mistakes) {
        const cJSON *first = test_member(mistake, "values")->child;
        ck_assert_str_eq(test_member(first, "name")->valuestring, "x");
        ck_assert(cJSON_IsNumber(test_member(first, "value")));
        ck_assert_ptr_null(cJSON_GetObjectItem(mistake, "image"));
    }
    ck_assert_ptr_null(cJSON_GetObjectItem(page, "weights"));
    cJSON_Delete(page);
}
END_TEST

/* ---- predict ---- */

/* Writes a table of two columns, x for class 0 and y for class 1, and trains a model on it. */
static void train_xy(void) {
    static const char rows[] = "x,y,label\n1,0,0\n2,0,0\n0,1,1\n0,2,1\n";
    test_write(test_path("d.csv"), rows, strlen(rows));
    struct test_outcome o = test_shell(
        "$ONEHOT train configs/tiny/three.json data.path=%s/d.csv data.test_share=0 "
        "train.batch_size=2 data.scaling=standardize model.2.units=2 output=%s/run --quiet",
        test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

START_TEST(rows_are_predicted_from_the_command_line_and_from_files) {
    train_xy();
    struct test_outcome o = test_shell("$ONEHOT predict %s/run 2 -0.5 -1e-1 2", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_eq(strstr(o.out, "2 -0.5: 0 ("), o.out);
    ck_assert_ptr_nonnull(strstr(o.out, "\n-1e-1 2: 1 ("));
    static const char rows[] = "name,y,x\r\na,-0.5,2\r\n\"b,c\",2,-0.1\r\n";
    test_write(test_path("new.CSV"), rows, strlen(rows));
    struct test_outcome lines = test_shell("$ONEHOT predict %s/run %s/new.CSV", test_dir, test_dir);
    ck_assert_ptr_nonnull(strstr(lines.out, "/new.CSV, line 2: 0 ("));
    ck_assert_ptr_nonnull(strstr(lines.out, "/new.CSV, line 3: 1 ("));
    o = test_shell("$ONEHOT predict %s/run 2 -0.5 -0.1 2 --json", test_dir);
    struct test_outcome file =
        test_shell("$ONEHOT predict %s/run %s/new.CSV --json", test_dir, test_dir);
    ck_assert_str_eq(o.out, file.out);
    cJSON *json = test_json(&o);
    const cJSON *first = cJSON_GetArrayItem(json, 0);
    ck_assert_double_eq(test_member(test_member(first, "row"), "y")->valuedouble, -0.5);
    ck_assert_str_eq(test_member(first, "class")->valuestring, "0");
    cJSON_Delete(json);
}
END_TEST

START_TEST(rows_that_do_not_fit_the_model_are_refused) {
    train_xy();
    const struct {
        const char *content, *names;
    } files[] = {{"x,z\n1,2\n", ""},
                 {"x,y,x\n1,2,3\n", ""},
                 {"x,y\n1\n", "line 2"},
                 {"y,x\n\n\n1,b\n", "line 4, column 2 (\"x\")"},
                 {"\n", ""}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        test_write(test_path("new.csv"), files[i].content, strlen(files[i].content));
        test_failed(test_shell("$ONEHOT predict %s/run %s/new.csv --json", test_dir, test_dir), 2,
                    fixture_text("%s/new.csv: %s", test_dir, files[i].names));
    }
    test_failed(test_shell("$ONEHOT predict %s/run 1 nan", test_dir), 2, "\"y\"");
    test_failed(test_shell("$ONEHOT predict %s/run 1 2 3 --json", test_dir), 2,
                test_path("run/model.safetensors"));
}
END_TEST

/* ---- new data for a model whose columns were converted ---- */

static const char mixed[] = "id,sex,age,alive,label\n"
                            "1,female,20,yes,a\n"
                            "2,male,30,no,b\n"
                            "4,female,?,yes,a\n"
                            "5,male,50,no,b\n"
                            "9,other,60,no,b\n";

static void train_mixed(const char *more) {
    test_write(test_path("d.csv"), mixed, strlen(mixed));
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json data.path=%s/d.csv data.missing=mean "
                   "model.2.units=2 output=%s/run --quiet %s",
                   test_dir, test_dir, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* Reads a file as a trained model does. */
static struct dataset *read_for(const struct model_file *m, const char *path, double share,
                                struct error *e) {
    struct data_options from = m->config.data;
    from.path = path;
    from.expected = &m->dataset;
    from.test_fraction = share;
    return formats_read(&from, NULL, e);
}

START_TEST(a_saved_model_converts_new_rows_as_in_training) {
    struct error e = {0};
    train_mixed("data.test_share=0");
    struct model_file *m = model_file_read(test_path("run"), 1, &e);
    ck_assert_msg(m != NULL, "%s", e.text);
    static const char rows[] = "label;more;alive;age;sex\nb;x;yes;0,5;male\na;y;?;NA;none\n";
    test_write(test_path("new.csv"), rows, strlen(rows));
    struct dataset *d = read_for(m, test_path("new.csv"), 1, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    ck_assert_int_eq(d->split[TRAIN].count, 0);
    /* sex=female, sex=male, sex=other, age, age missing, alive; of five rows, two are alive and the
     * mean of the four known ages is 40 */
    ck_assert_mem_eq(d->split[TEST].values,
                     ((const float[]){0, 1, 0, 0.5f, 0, 1, 0, 0, 0, 40, 1, 0.4f}),
                     12 * sizeof(float));
    ck_assert_mem_eq(d->split[TEST].labels, ((const int[]){1, 0}), 2 * sizeof(int));
    dataset_free(d);
    d = read_for(m, test_path("d.csv"), 0, &e);
    ck_assert_msg(d && strcmp(d->digest, m->dataset.digest) == 0, "%s", e.text);
    dataset_free(d);
    model_file_free(m);
}
END_TEST

START_TEST(features_of_a_model_file_that_do_not_fit_are_refused) {
    static const struct edit edits[] = {
        {"{\\\"type\\\": \\\"missing\\\", \\\"column\\\": \\\"age\\\"}, ", "", ""},
        {"\\\"missing\\\", \\\"column\\\"", "\\\"absent\\\", \\\"column\\\"",
         "\"features.4.type\""},
        {"\\\"missing\\\", \\\"column\\\"", "\\\"missing\\\", \\\"row\\\"", "\"features.4.row\""},
        {"\\\"fill\\\": 40", "\\\"fill\\\": 1e39", "\"features.3.fill\""},
    };
    train_mixed("data.test_share=0");
    edits_are_refused(edits, sizeof edits / sizeof *edits);
    edit(test_path("run/model.safetensors"), test_path("m.safetensors"),
         "\\\"value\\\": \\\"male\\\"", "\\\"value\\\": \\\"female\\\"");
    test_failed(test_shell("$ONEHOT predict %s/m.safetensors x 1 yes", test_dir), 2,
                test_path("m.safetensors"));
}
END_TEST

START_TEST(predict_converts_texts_and_missing_cells) {
    train_mixed("data.test_share=0");
    struct test_outcome o =
        test_shell("$ONEHOT predict %s/run male 20.5 TRUE x ? no x NA no --json", test_dir);
    cJSON *json = test_json(&o);
    static const double expected[3][6] = {
        {0, 1, 0, 20.5, 0, 1}, {0, 0, 0, 40, 1, 0}, {0, 0, 0, 40, 1, 0}};
    for (int i = 0; i < 3; i++) {
        const cJSON *row = test_member(cJSON_GetArrayItem(json, i), "row");
        for (int k = 0; k < 6; k++)
            ck_assert_double_eq(cJSON_GetArrayItem(row, k)->valuedouble, expected[i][k]);
    }
    cJSON_Delete(json);
    ck_assert_ptr_nonnull(strstr(o.err, "\"sex\" is \"x\""));
    ck_assert_ptr_eq(strchr(o.err, '\n') + 1, o.err + strlen(o.err)); /* one warning */
    test_failed(test_shell("$ONEHOT predict %s/run male x yes", test_dir), 2, "\"age\"");
    test_failed(test_shell("$ONEHOT predict %s/run male 1 2", test_dir), 2, "\"alive\"");
    static const char rows[] = "male 20.5 yes\nfemale 1.5 no\n";
    test_write(test_path("new.data"), rows, strlen(rows));
    o = test_shell("$ONEHOT predict %s/run %s/new.data", test_dir, test_dir);
    ck_assert_msg(strstr(o.out, "/new.data, line 2: "), "%s", o.err);
    test_write(test_path("new.data"), "male 20 yes b\n", 14);
    o = test_shell("$ONEHOT predict %s/run %s/new.data", test_dir, test_dir);
    ck_assert_msg(strstr(o.out, "/new.data, line 1: "), "%s", o.err);
    test_write(test_path("new.data"), "b male 20 yes\n", 14);
    struct test_outcome first =
        test_shell("$ONEHOT predict %s/run %s/new.data", test_dir, test_dir);
    ck_assert_str_eq(first.out, o.out);
    test_write(test_path("new.data"), "male 20 yes c\n", 14);
    test_failed(test_shell("$ONEHOT predict %s/run %s/new.data", test_dir, test_dir), 2,
                "/new.data");
    test_write(test_path("new.data"), "male 20 yes b 7 8\n", 18);
    test_failed(test_shell("$ONEHOT predict %s/run %s/new.data", test_dir, test_dir), 2,
                "/new.data");
}
END_TEST

START_TEST(a_missing_cell_is_refused_by_a_model_without_means) {
    train_xy();
    test_write(test_path("new.csv"), "x,y\n\n,3\n", 8);
    test_failed(test_shell("$ONEHOT predict %s/run %s/new.csv --json", test_dir, test_dir), 2,
                "line 3, column 1 (\"x\")");
    test_failed(test_shell("$ONEHOT predict %s/run 1 NA", test_dir), 2, "\"y\"");
}
END_TEST

/* Ten rows, of which four are drawn for the test set. */
START_TEST(all_of_another_file_is_evaluated_but_only_the_test_set_of_the_training_file) {
    struct text t = {0};
    text_printf(&t, "x,y,label\n");
    for (int i = 0; i < 10; i++)
        text_printf(&t, "%d,%d,%s\n", i * i, -i * i, i % 2 ? "odd" : "even");
    fixture_write(test_path("d.csv"), t);
    struct test_outcome o = test_shell(
        "cd %s && cp -r $OLDPWD/configs . && $OLDPWD/$ONEHOT train configs/tiny/three.json "
        "data.path=d.csv data.test_share=0.4 model.2.units=2 output=run --quiet && "
        "(echo '# mine'; cat d.csv) >same.txt && "
        "(echo 'z;y;label;x'; echo '1;2;odd;3'; echo '3;2;odd;5') >other.csv && "
        "for f in d.csv same.txt other.csv; do "
        "$OLDPWD/$ONEHOT evaluate run --data $f | grep ^data; done",
        test_dir);
    ck_assert_str_eq(o.out, "data      d.csv, test: 4 samples\n"
                            "data      same.txt, test: 4 samples\n"
                            "data      other.csv, test: 2 samples\n");
    test_message(o.err); /* notes on other.csv only */
    test_write(test_path("other.csv"), "x,y,label\n1,2,prime\n", 20);
    test_failed(test_shell("$ONEHOT evaluate %s/run --data %s/other.csv", test_dir, test_dir), 2,
                "line 2, column 3 (\"label\")");
    test_write(test_path("other.csv"), "x,y\n1,2\n", 8);
    test_failed(test_shell("$ONEHOT evaluate %s/run --data %s/other.csv", test_dir, test_dir), 2,
                "\"label\"");
    test_write(test_path("other.csv"), "1,2\n3,4\n", 8);
    test_failed(test_shell("$ONEHOT evaluate %s/run --data %s/other.csv", test_dir, test_dir), 2,
                "the model needs 2 and the label");
    test_write(test_path("other.csv"), "1,2,odd\n3,4,odd\n", 16);
    o = test_shell("$ONEHOT evaluate %s/run --data %s/other.csv", test_dir, test_dir);
    ck_assert_msg(strstr(o.out, "test: 2 samples"), "%s", o.err);
}
END_TEST

START_TEST(the_plan_distinguishes_a_table_from_images) {
    struct test_outcome o = test_shell("$ONEHOT train configs/tiny/three.json "
                                       "data.scaling=standardize train.epochs=2 output=%s/run",
                                       test_dir);
    test_message_but(MESSAGES_VARY, o.out);
}
END_TEST

Suite *test_table(void) {
    return TEST_SUITE(
        "table", synthetic_data_is_the_same_bit_for_bit_everywhere,
        without_noise_synthetic_points_lie_on_their_shapes,
        noise_has_mean_0_and_the_requested_stddev, synthetic_classes_are_equally_large,
        each_seed_and_split_of_synthetic_data_has_different_points,
        unknown_synthetic_datasets_are_refused, unit_scaling_leaves_values_unchanged,
        standardized_columns_each_have_mean_0_and_stddev_1, a_constant_column_is_standardized_to_0,
        a_saved_model_reads_a_table_as_in_training,
        a_model_file_whose_columns_do_not_fit_is_refused,
        tables_and_images_are_not_mistaken_for_each_other,
        a_report_on_a_table_shows_rows_instead_of_images_and_no_weights,
        rows_are_predicted_from_the_command_line_and_from_files,
        rows_that_do_not_fit_the_model_are_refused, a_saved_model_converts_new_rows_as_in_training,
        features_of_a_model_file_that_do_not_fit_are_refused,
        predict_converts_texts_and_missing_cells,
        a_missing_cell_is_refused_by_a_model_without_means,
        all_of_another_file_is_evaluated_but_only_the_test_set_of_the_training_file,
        the_plan_distinguishes_a_table_from_images);
}
