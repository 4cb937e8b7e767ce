/* distillation: the loss in its limiting cases, and the teacher. Its gradient and values are
 * compared in test_gradients.c and test_reference.c. */
#include "base/file.h"
#include "base/sha256.h"
#include "data/formats.h"
#include "data/pictures/image_sheet.h"
#include "fixtures.h"
#include "losses/loss.h"
#include "messages.h"
#include "runs/model_file.h"
#include "runs/training.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_distillation(void);

#define TEACHER "tests/data/teacher.safetensors"

static const struct loss_type *loss_named(const char *name) {
    int i = 0;
    while (KIND_ROW(loss_type, losses_kinds[i]) && strcmp(losses_kinds[i]->name, name) != 0)
        i++;
    ck_assert_msg(KIND_ROW(loss_type, losses_kinds[i]) != NULL, "there is no loss %s", name);
    return KIND_ROW(loss_type, losses_kinds[i]);
}

/* ---- the loss ---- */

/* Computes the loss and gradient of a row of three logits with label 0, with these options. */
struct example {
    real z[3], teacher[3];
    real p[3], loss, dz[3];
};

static void compute(struct example *x, const char *type, const char *options, bool training) {
    struct arena a = {0};
    const struct loss_type *l = loss_named(type);
    const void *o = test_options(&l->kind, options, &a);
    int label = 0;
    struct target t = test_target(&label, 1, 3, &a);
    struct tensor z = {x->z, 1, 3}, p = {x->p, 1, 3}, dz = {x->dz, 1, 3};
    if (training)
        t.teacher = (struct tensor){x->teacher, 1, 3};
    l->forward(o, training, z, &t, p, &x->loss);
    if (training)
        l->backward(o, z, p, &t, 1, dz);
    arena_free(&a);
}

#define OPTIONS(T, alpha) "{\"teacher\": \"t\", \"temperature\": " #T ", \"alpha\": " #alpha "}"

START_TEST(distillation_with_alpha_0_is_the_cross_entropy) {
    struct example x = {.z = {1, -2, 0.5f}, .teacher = {3, 4, 5}}, y = x;
    compute(&x, "distillation", OPTIONS(4, 0), true);
    compute(&y, "softmax_cross_entropy", "{}", true);
    ck_assert_mem_eq(&x, &y, sizeof x);
}
END_TEST

START_TEST(distillation_in_evaluation_is_the_cross_entropy_at_temperature_1) {
    struct example x = {.z = {1, -2, 0.5f}}, y = x;
    compute(&x, "distillation", OPTIONS(4, 0.9), false);
    compute(&y, "softmax_cross_entropy", "{}", false);
    ck_assert_mem_eq(&x, &y, sizeof x);
}
END_TEST

START_TEST(a_student_that_agrees_with_its_teacher_has_no_loss_and_no_gradient) {
    struct example x = {.z = {1, -2, 3},
                        .teacher = {101, 98, 103}}; /* its softmax is the same as the student's */
    compute(&x, "distillation", OPTIONS(4, 1), true);
    ck_assert(x.loss == 0 && x.dz[0] == 0 && x.dz[1] == 0 && x.dz[2] == 0);
}
END_TEST

/* q is (1, 0, 0) up to less than e^-20; s is the same for class 1. The KL divergence is the
 * distance of log s_0 from 0, which is 2000 / T, although s_0 itself is 0 in floats. */
START_TEST(huge_logits_neither_overflow_nor_take_the_logarithm_of_0) {
    struct example x = {.z = {-1000, 1000, 0}, .teacher = {1000, 0, -1000}};
    compute(&x, "distillation", OPTIONS(2, 1), true);
    ck_assert_double_eq_tol((double)x.loss, 4 * 1000, 1e-3);
    ck_assert_double_eq_tol((double)x.dz[0], -2, 1e-6);
    ck_assert_double_eq_tol((double)x.dz[1], 2, 1e-6);
    for (int i = 0; i < 3; i++) {
        struct example huge = {.z = {0, 1e30f, -1e30f}, .teacher = {-3e38f, -3e38f, -3e38f}};
        huge.teacher[i] = 3e38f; /* the others are infinitely far below and contribute nothing */
        compute(&huge, "distillation", OPTIONS(0.5, 0.5), true);
        ck_assert(isfinite(huge.loss));
        for (int j = 0; j < 3; j++)
            ck_assert(isfinite(huge.dz[j]) && isfinite(huge.p[j]));
    }
}
END_TEST

START_TEST(distillations_temperature_does_not_apply_to_predictions) {
    struct arena a = {0};
    const struct kind *row = &loss_named("distillation")->kind;
    struct spec o = {row, test_options(row, OPTIONS(4, 0.9), &a)};
    ck_assert_ptr_null(loss_temperature(&o));
    ck_assert_str_eq(loss_teacher(&o), "t");
    row = &loss_named("softmax_cross_entropy")->kind;
    o = (struct spec){row, test_options(row, "{\"temperature\": 3}", &a)};
    ck_assert(*loss_temperature(&o) == 3);
    ck_assert_ptr_null(loss_teacher(&o));
    arena_free(&a);
}
END_TEST

/* ---- the teacher ---- */

static struct training *student(const char *more, const char *again) {
    struct error e = {0};
    struct training *t =
        training_new("tests/small-distill.json", (const char *const[]){more, again, NULL}, 2, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    return t;
}

START_TEST(the_tests_teacher_is_the_model_that_its_config_trains) {
    size_t size;
    char hex[SHA256_HEX], *bytes = test_read(TEACHER, &size);
    sha256_hex(bytes, size, hex);
    free(bytes);
    char *golden = test_read("tests/golden.json", &size);
    ck_assert_ptr_nonnull(
        strstr(golden, fixture_text("\"tests/small-teacher.json\": \"%s\"", hex)));
    free(golden);
}
END_TEST

/* The teacher is one linear layer, so its logits take one line: z = W x + b, with the pixels
 * scaled as in the teacher's training: (pixel - mean) / standard deviation. */
START_TEST(teacher_logits_are_computed_with_the_teachers_own_scaling) {
    struct error e = {0};
    struct training *t = student(NULL, NULL);
    struct model_file *teacher = model_file_read(TEACHER, 1, &e);
    ck_assert_msg(teacher != NULL, "%s", e.text);
    const struct layer *l = &teacher->model->layers[0];
    const struct split *s = t->train.split;
    char *seen = calloc((size_t)s->count, 1);
    ck_assert(teacher->scaling.mean > 0.1);
    for (int k = 0; k < t->train.count; k++) {
        int n = t->train.order[k];
        seen[n] = 1;
        for (int j = 0; j < 10; j++) {
            double z = (double)l->params[1].value.data[j];
            for (int i = 0; i < 784; i++)
                z += (s->pixels[n * 784 + i] / 255.0 - teacher->scaling.mean) /
                     teacher->scaling.stddev * (double)tensor_row(l->params[0].value, i)[j];
            ck_assert_double_eq_tol((double)t->train.split->teacher[n * 10 + j], z, 1e-4);
        }
    }
    for (int n = 0; n < s->count; n++) /* the other samples need no logits */
        ck_assert(seen[n] || t->train.split->teacher[n * 10] == 0);
    free(seen);
    model_file_free(teacher);
    training_free(t);
}
END_TEST

START_TEST(a_calibrated_teachers_logits_are_divided_by_its_temperature) {
    struct error e = {0};
    struct text calibrated = {0};
    char teacher[128];
    ck_assert_int_eq(model_file_calibrate(TEACHER, 2, &calibrated, &e), 0);
    fixture_write(test_path("calibrated"), calibrated);
    snprintf(teacher, sizeof teacher, "loss.teacher=%s", test_path("calibrated"));
    struct training *t = student(NULL, NULL), *u = student(teacher, NULL);
    for (int i = 0; i < 1000 * 10; i++)
        ck_assert(u->train.split->teacher[i] == t->train.split->teacher[i] / 2);
    training_free(t);
    training_free(u);
}
END_TEST

START_TEST(a_run_directory_or_its_model_file_can_be_the_teacher) {
    char teacher[128];
    struct test_outcome o =
        test_shell("mkdir %s/run && cp " TEACHER " %s/run/model.safetensors", test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    snprintf(teacher, sizeof teacher, "loss.teacher=%s", test_path("run"));
    struct training *t = student(NULL, NULL), *u = student(teacher, NULL);
    ck_assert_mem_eq(t->train.split->teacher, u->train.split->teacher, 1000 * 10 * sizeof(real));
    training_free(t);
    training_free(u);
}
END_TEST

START_TEST(train_prints_a_teachers_path_as_it_is) {
    struct test_outcome o =
        test_shell("mkdir '%s/a:\"{b' && cp " TEACHER
                   " '%s/a:\"{b/t' && $ONEHOT train tests/small-distill.json "
                   "train.epochs=0 output=%s/run loss.teacher='%s/a:\"{b/t' | tr -d '\\n '",
                   test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(strstr(o.out, "/a:\"{b/t,") != NULL, "%s%s", o.out, o.err);
}
END_TEST

static void refused(const char *teacher) {
    struct error e = {0};
    const char *overrides[] = {fixture_text("loss.teacher=%s", teacher), NULL};
    ck_assert_ptr_null(training_new("tests/small-distill.json", overrides, 1, &e));
    test_refused(&e, "\"loss.teacher\"");
}

START_TEST(a_teacher_that_is_missing_or_not_a_model_is_refused) {
    refused("runs/none");
    refused("");
    refused("tests/small.json");
    refused("tests");
}
END_TEST

START_TEST(a_teacher_for_other_images_or_other_classes_is_refused) {
    struct error e = {0};
    char data[128];
    struct dataset *d = fixture_dataset(7, 112, 1, 10, (const int[]){20, 0});
    for (int i = 0; i < 2; i++) {
        const char *path = test_path("%d", i);
        ck_assert_int_eq(image_sheet_write(d, path, &e), 0);
        snprintf(data, sizeof data, "data.path=%s", path);
        const char *overrides[] = {data, "data.validation=0", "train.batch_size=1", NULL};
        ck_assert_ptr_null(training_new("tests/small-distill.json", overrides, 1, &e));
        test_names(e.text, path);
        test_refused(&e, "\"loss.teacher\"");
        e = (struct error){0};
        d->height = d->width = 28;
        d->classes.items[3] = "three";
    }
    dataset_free(d);
}
END_TEST

/* Trains a student on this data with a teacher that was trained on two columns. */
static struct test_outcome of_two_columns(const char *teachers_units, const char *data) {
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json data.path=toy:moons:train=60 "
                   "train.epochs=1 loss.type=sigmoid_cross_entropy output=%s/teacher "
                   "'model=[{\"type\":\"linear\",\"units\":%s}]'",
                   test_dir, teachers_units);
    ck_assert_msg(o.status == 0, "%s", o.err);
    return test_shell("$ONEHOT train configs/tiny/three.json data.path=%s train.epochs=1 "
                      "data.test_share=0 train.batch_size=4 output=%s/student "
                      "'model=[{\"type\":\"linear\",\"units\":2}]' "
                      "loss.type=distillation loss.teacher=%s/teacher",
                      data, test_dir, test_dir);
}

START_TEST(a_teacher_with_one_output_for_two_classes_is_refused) {
    test_failed(of_two_columns("1", "toy:moons:train=60"), 2, "/teacher/model.safetensors");
}
END_TEST

START_TEST(a_teacher_for_fewer_columns_is_refused) {
    static const char rows[] = "x,y,z,label\n1,2,3,0\n4,3,9,1\n2,3,3,0\n7,7,5,1\n";
    test_write(test_path("d.csv"), rows, strlen(rows));
    ck_assert_int_eq(of_two_columns("2", "toy:moons:train=60").status, 0);
    test_shell("rm -r %s/teacher %s/student", test_dir, test_dir);
    test_failed(of_two_columns("2", test_path("d.csv")), 2, "has 3 columns");
}
END_TEST

START_TEST(the_teachers_file_is_part_of_the_run_id) {
    struct error e = {0};
    struct text calibrated = {0};
    char teacher[128], ids[3][SHA256_HEX], directory[FILE_PATH];
    snprintf(teacher, sizeof teacher, "loss.teacher=%s", test_path("teacher"));
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(model_file_calibrate(TEACHER, i < 2 ? 2 : 3, &calibrated, &e), 0);
        fixture_write(test_path("teacher"), calibrated);
        calibrated = (struct text){0};
        struct training *t = student(teacher, NULL);
        ck_assert_int_eq(run_id_make(&t->config, t->data->digest, ids[i], directory, &e), 0);
        training_free(t);
    }
    ck_assert_str_eq(ids[0], ids[1]);
    ck_assert_str_ne(ids[0], ids[2]);
}
END_TEST

/* ---- the commands ---- */

START_TEST(a_distilled_run_evaluates_without_its_teacher_and_is_verified_with_it) {
    struct test_outcome o = test_shell(
        "o=$(realpath $ONEHOT) d=$PWD; cd %s && cp $d/" TEACHER " t && "
        "$o train $d/tests/small-distill.json data.path=$d/tests/data/mnist-small loss.teacher=t "
        "train.epochs=2 output=run --quiet && $o verify run && rm t && $o evaluate run >e && "
        "$o predict run $d/tests/data/seven.png >p && ! $o verify run",
        test_dir);
    ck_assert_int_eq(o.status, 0);
    test_message_but(MESSAGES_VARY, o.out);
    test_message(o.err);
}
END_TEST

START_TEST(a_sweep_refuses_a_missing_teacher_before_any_job_starts) {
    struct test_outcome o =
        test_shell("$ONEHOT sweep tests/small-distill.json loss.temperature=2,4 loss.teacher=none");
    test_failed(o, 2, "\"loss.teacher\"");
    ck_assert_str_eq(o.out, "");
}
END_TEST

START_TEST(calibrate_refuses_a_distilled_model) {
    struct test_outcome o = test_shell("$ONEHOT train tests/small-distill.json train.epochs=1 "
                                       "output=%s/run --quiet && $ONEHOT calibrate %s/run",
                                       test_dir, test_dir);
    test_failed(o, 2, test_path("run/model.safetensors"));
}
END_TEST

Suite *test_distillation(void) {
    return TEST_SUITE(
        "distillation", distillation_with_alpha_0_is_the_cross_entropy,
        distillation_in_evaluation_is_the_cross_entropy_at_temperature_1,
        a_student_that_agrees_with_its_teacher_has_no_loss_and_no_gradient,
        huge_logits_neither_overflow_nor_take_the_logarithm_of_0,
        distillations_temperature_does_not_apply_to_predictions,
        the_tests_teacher_is_the_model_that_its_config_trains,
        teacher_logits_are_computed_with_the_teachers_own_scaling,
        a_calibrated_teachers_logits_are_divided_by_its_temperature,
        a_run_directory_or_its_model_file_can_be_the_teacher, train_prints_a_teachers_path_as_it_is,
        a_teacher_that_is_missing_or_not_a_model_is_refused,
        a_teacher_for_other_images_or_other_classes_is_refused,
        a_teacher_with_one_output_for_two_classes_is_refused,
        a_teacher_for_fewer_columns_is_refused, the_teachers_file_is_part_of_the_run_id,
        a_distilled_run_evaluates_without_its_teacher_and_is_verified_with_it,
        a_sweep_refuses_a_missing_teacher_before_any_job_starts,
        calibrate_refuses_a_distilled_model);
}
