/* The decision regions of a model in the plane: the cells, the image, the SVG, and the
 * animation of a training run. */
#include "fixtures.h"
#include "messages.h"
#include "report/plane.h"
#include "runs/training.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_plane(void);

/* An untrained model: the data are the corners of the unit square, and the two logits are 0 and x
 * x1 + y x2 + b. */
static struct training *split_along(double x, double y, double b) {
    struct error e = {0};
    struct training *t =
        training_new("configs/tiny/xor.json",
                     (const char *[]){"model=[{\"type\": \"linear\", \"units\": 2}]", NULL}, 1, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    memset(t->model->theta, 0, t->model->nparams * sizeof(real));
    tensor_row(t->model->layers[0].params[0].value, 0)[1] = (real)x;
    tensor_row(t->model->layers[0].params[0].value, 1)[1] = (real)y;
    t->model->layers[0].params[1].value.data[1] = (real)b;
    return t;
}

/* The plane around the corners as 10 x 8 cells, with the model's predictions. */
static struct plane look(struct training *t, struct arena *a) {
    struct error e = {0};
    struct plane p;
    ck_assert_int_eq(plane_make(&p, t->data, 10, 8, a, &e), 0);
    plane_look(&p, t->model, &t->scaling, NULL);
    return p;
}

START_TEST(the_plane_covers_the_points_and_a_margin) {
    struct arena a = {0};
    struct training *t = split_along(1, 0, 0);
    struct plane p = look(t, &a);
    for (int c = 0; c < 2; c++) {
        ck_assert_double_eq_tol(p.low[c], -0.08, 1e-12);
        ck_assert_double_eq_tol(p.high[c], 1.08, 1e-12);
    }
    /* the centres of the first cell, at the top left, and of the last */
    const float *first = p.grid.values, *last = p.grid.values + 2 * 79;
    ck_assert_double_eq_tol((double)first[0], -0.08 + 1.16 / 20, 1e-6);
    ck_assert_double_eq_tol((double)first[1], 1.08 - 1.16 / 16, 1e-6);
    ck_assert_double_eq_tol((double)last[0], 1.08 - 1.16 / 20, 1e-6);
    ck_assert_double_eq_tol((double)last[1], -0.08 + 1.16 / 16, 1e-6);
    training_free(t);
    arena_free(&a);
}
END_TEST

START_TEST(the_plane_around_equal_points_is_not_empty) {
    struct arena a = {0};
    struct error e = {0};
    float values[] = {5, 0, 5, 0};
    int labels[] = {0, 0};
    struct dataset d = {.split[TRAIN] = {.count = 2, .values = values, .labels = labels}};
    struct plane p;
    ck_assert_int_eq(plane_make(&p, &d, 2, 2, &a, &e), 0);
    ck_assert(p.low[0] == 0 && p.high[0] == 10 && p.low[1] == -1 && p.high[1] == 1);
    arena_free(&a);
}
END_TEST

/* Class 1 is right of x = 1/2, or above y = 1/2. */
START_TEST(cells_contain_the_models_predictions_at_their_centres) {
    for (int up = 0; up < 2; up++) {
        struct arena a = {0};
        struct training *t = split_along(up ? 0 : 8, up ? 8 : 0, -4);
        struct plane p = look(t, &a);
        for (int i = 0; i < 80; i++) {
            double z = 8 * (double)p.grid.values[2 * i + up] - 4;
            ck_assert_int_eq(p.cells[i].predicted, up ? i / 10 < 4 : i % 10 >= 5);
            ck_assert_double_eq_tol((double)p.cells[i].confidence, 1 / (1 + exp(-fabs(z))), 1e-5);
        }
        training_free(t);
        arena_free(&a);
    }
}
END_TEST

static int brightness(const uint8_t *rgb) {
    return rgb[0] + rgb[1] + rgb[2];
}

START_TEST(each_class_has_a_colour_that_is_paler_where_the_model_is_unsure) {
    struct arena a = {0};
    struct training *t = split_along(8, 0, -4);
    struct plane p = look(t, &a);
    struct picture q = p.picture;
    ck_assert(q.width == 10 && q.height == 8 && q.channels == 3);
    for (int i = 0; i < 10; i++) { /* blue, then orange */
        const uint8_t *rgb = q.pixels + 3 * i;
        ck_assert(i < 5 ? rgb[2] > rgb[0] : rgb[0] > rgb[2]);
        if (i > 0 && i != 5)
            ck_assert(i < 5 ? brightness(rgb) > brightness(rgb - 3)
                            : brightness(rgb) < brightness(rgb - 3));
    }
    ck_assert_int_gt(brightness(q.pixels + 3 * 4), 3 * 220); /* nearly white between them */
    training_free(t);
    arena_free(&a);
}
END_TEST

static int count(const char *text, const char *part) {
    int n = 0;
    for (const char *s = text; (s = strstr(s, part)); s += strlen(part))
        n++;
    return n;
}

/* The animation for `points` points in two classes of these names, in test_dir/d.csv; the caller
 * frees it. */
static char *svg(int points, const char *first, const char *second) {
    struct text t = {0};
    size_t size;
    text_printf(&t, "a<b,y,label\n");
    for (int i = 0; i < points; i++)
        text_printf(&t, "%d,%d,%s\n", i, i % 7, i & 1 ? second : first);
    fixture_write(test_path("d.csv"), t);
    struct test_outcome o = test_shell(
        "rm -rf %s/run && $ONEHOT train configs/tiny/three.json data.path=%s/d.csv "
        "data.test_share=0 data.validation=0 model.2.units=2 train.epochs=0 train.batch_size=1 "
        "output=%s/run --quiet && $ONEHOT boundary %s/run",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    return test_read(test_path("run/boundary.svg"), &size);
}

START_TEST(every_point_has_a_mark_up_to_a_number_that_browsers_can_handle) {
    static const int points[] = {2, 39, 1000, 1500, 4000}, marks[] = {2, 39, 1000, 1500, 1334};
    for (int i = 0; i < 5; i++) {
        char *t = svg(points[i], "a", "b");
        ck_assert_int_eq(count(t, "z\"/>") - 2, marks[i]); /* two for the legend */
        free(t);
    }
}
END_TEST

START_TEST(names_in_the_animation_are_escaped) {
    char *t = svg(2, "ä & ö", "<script>");
    ck_assert_ptr_nonnull(strstr(t, ">ä &amp; ö</text>"));
    ck_assert_ptr_nonnull(strstr(t, ">&lt;script&gt;</text>"));
    ck_assert_ptr_nonnull(strstr(t, ">a&lt;b</text>"));
    free(t);
}
END_TEST

/* ---- report.html ---- */

static void train(const char *name, const char *more) {
    struct test_outcome o = test_shell(
        "$ONEHOT train configs/tiny/three.json output=%s/%s %s --quiet", test_dir, name, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static bool has_plane(const char *name) {
    cJSON *page = test_page(test_path("%s/report.html", name));
    const cJSON *plane = cJSON_GetObjectItem(page, "plane");
    if (plane) {
        const cJSON *point = test_member(plane, "points")->child;
        double x = point->child->valuedouble, low = test_member(plane, "low")->child->valuedouble;
        ck_assert(x > low && x < test_member(plane, "high")->child->valuedouble);
        ck_assert_int_eq(cJSON_GetArraySize(point), 3);
    }
    bool has = plane != NULL;
    cJSON_Delete(page);
    return has;
}

START_TEST(a_report_shows_the_plane_only_for_data_with_two_columns) {
    static const char three[] = "x,y,z,label\n1,2,3,a\n3,2,1,b\n1,1,1,c\n";
    test_write(test_path("d.csv"), three, strlen(three));
    const char *more =
        fixture_text("data.path=%s/d.csv data.test_share=0 train.batch_size=3", test_dir);
    train("two", "train.epochs=1");
    train("three", fixture_text("train.epochs=1 %s", more));
    ck_assert(has_plane("two"));
    ck_assert(!has_plane("three"));
}
END_TEST

/* ---- the animation ---- */

/* The content of the first or last image in an SVG file; the caller frees it. */
static char *picture_in(const char *path, bool last) {
    size_t size;
    char *text = test_read(path, &size), *at = strstr(text, "base64,");
    for (char *next = at; last && next; next = strstr(next + 1, "base64,"))
        at = next;
    ck_assert_ptr_nonnull(at);
    at = strndup(at, strcspn(at, "\""));
    free(text);
    return at;
}

START_TEST(the_animation_begins_with_the_initial_model_and_ends_with_the_final_one) {
    train("run", "");
    train("start", "train.epochs=0");
    struct test_outcome o = test_shell(
        "$ONEHOT boundary %s/run && $ONEHOT boundary %s/start && $ONEHOT boundary %s/run --frames "
        "7 --out %s/seven.svg && grep -c 'style=.--i:' %s/seven.svg",
        test_dir, test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
    char *first = picture_in(test_path("seven.svg"), false);
    char *last = picture_in(test_path("seven.svg"), true);
    char *other = picture_in(test_path("run/boundary.svg"), true);
    char *initial = picture_in(test_path("start/boundary.svg"), false);
    ck_assert_str_eq(first, initial);
    ck_assert_str_eq(last, other);
    ck_assert_str_ne(first, last);
    free(first);
    free(last);
    free(other);
    free(initial);
}
END_TEST

START_TEST(each_frame_of_the_animation_is_shown_in_turn) {
    train("run", "train.epochs=3");
    struct test_outcome o = test_shell(
        "$ONEHOT boundary %s/run --frames 3 && grep -o -e '--i:[0-9]*' -e 'delay:calc(.*s)' "
        "%s/run/boundary.svg && "
        "grep -o 'after epoch [0-9]*' %s/run/boundary.svg && grep -o 'f [0-9.]*s step-end' "
        "%s/run/boundary.svg",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    /* two frames of 0.15 s and one of 2.1 s */
    ck_assert_ptr_nonnull(strstr(o.out, "--i:0\n--i:1\n--i:2\n"
                                        "delay:calc(var(--i)*0.15s - 2.40s)\n"
                                        "after epoch 1\nafter epoch 3\nf 2.40s step-end\n"));
}
END_TEST

START_TEST(the_animation_of_an_early_stopped_run_ends_with_the_best_model) {
    train("run", "data.validation=20 early_stopping.monitor=accuracy early_stopping.patience=2");
    struct test_outcome o = test_shell("$ONEHOT boundary %s/run", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
}
END_TEST

START_TEST(runs_that_have_no_plane_or_cannot_be_repeated_are_refused) {
    train("run", "");
    train("other", "seed=7");
    test_small_run("pictures", "");
    test_failed(test_shell("$ONEHOT boundary configs/tiny/xor.json"), 2, "configs/tiny/xor.json");
    test_failed(test_shell("$ONEHOT boundary %s/run --frames 1", test_dir), 2, "--frames");
    test_failed(test_shell("$ONEHOT boundary %s/run --frames 301", test_dir), 2, "--frames");
    test_failed(test_shell("$ONEHOT boundary %s/run --frames ''", test_dir), 2, "--frames");
    test_failed(test_shell("$ONEHOT boundary %s/pictures", test_dir), 2,
                test_path("pictures/model.safetensors"));
    static const char multi_label[] = "x,y,a,b\n1,2,0,1\n3,2,1,1\n";
    test_write(test_path("several.csv"), multi_label, strlen(multi_label));
    train("several", fixture_text("data.path=%s/several.csv data.test_share=0 data.label=a,b "
                                  "train.batch_size=1 model.2.units=2 "
                                  "'loss={\"type\": \"sigmoid_cross_entropy\"}'",
                                  test_dir));
    test_failed(test_shell("$ONEHOT boundary %s/several", test_dir), 2,
                test_path("several/model.safetensors"));
    ck_assert(!has_plane("several"));
    test_failed(test_shell("cp %s/other/model.safetensors %s/run && $ONEHOT boundary %s/run",
                           test_dir, test_dir, test_dir),
                1, test_path("run/model.safetensors"));
    ck_assert_int_ne(test_shell("ls %s/run/boundary.svg", test_dir).status, 0);
    test_write(test_path("d.csv"), "x,y,label\n1,2,0\n3,2,1\n1,1,2\n", 28);
    train("table",
          fixture_text("data.path=%s/d.csv data.test_share=0 train.batch_size=1", test_dir));
    test_failed(test_shell("echo 5,5,1 >>%s/d.csv; $ONEHOT boundary %s/table", test_dir, test_dir),
                2, test_path("d.csv"));
}
END_TEST

START_TEST(the_legend_of_the_animation_names_fourteen_classes_and_the_plot_all) {
    struct text rows = {0};
    size_t size;
    text_printf(&rows, "x,y,label\n");
    for (int c = 0; c < 37; c++)
        text_printf(&rows, "%d,%d,class %c%c\n", c % 6, c / 6, 'a' + c / 26, 'a' + c % 26);
    fixture_write(test_path("d.csv"), rows);
    train("run",
          fixture_text("data.path=%s/d.csv data.test_share=0 model.2.units=37 train.epochs=1",
                       test_dir));
    struct test_outcome o = test_shell("$ONEHOT boundary %s/run", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    char *svg = test_read(test_path("run/boundary.svg"), &size);
    ck_assert(strstr(svg, ">class an</text>") && !strstr(svg, ">class ao<") &&
              !strstr(svg, ">class ap<"));
    ck_assert_ptr_nonnull(strstr(svg, ">…</text>"));
    free(svg);
    o = test_shell("$ONEHOT boundary %s/run --plot", test_dir);
    test_names(o.out, "\n0 class aa\n1 class ab\n");
    test_names(o.out, "\nz class bj\n0 class bk\n");
}
END_TEST

START_TEST(a_boundary_of_data_that_moved_is_drawn_from_the_given_path) {
    test_write(test_path("d.csv"), "x,y,label\n1,2,0\n3,2,1\n1,1,2\n", 28);
    train("run", fixture_text("data.path=%s/d.csv data.test_share=0 train.epochs=2", test_dir));
    struct test_outcome o = test_shell(
        "$ONEHOT boundary %s/run --out %s/a.svg && $ONEHOT boundary %s/run --plot >%s/a && "
        "mv %s/d.csv %s/e.csv && $ONEHOT boundary %s/run --data %s/e.csv --out %s/b.svg && "
        "$ONEHOT boundary %s/run --data %s/e.csv --plot >%s/b",
        test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir, test_dir,
        test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    o = test_shell("cd %s && cmp a.svg b.svg && cmp a b && cat a", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.out);
    test_names(o.out, "\n\nx 0.");
    for (const char *const *plot = (const char *const[]){"", "--plot", NULL}; *plot; plot++) {
        o = test_shell("$ONEHOT boundary %s/run %s", test_dir, *plot);
        ck_assert(o.status == 2 && !*o.out);
        test_names(o.err, test_path("d.csv"));
    }
}
END_TEST

START_TEST(in_a_pipe_the_plane_is_drawn_with_digits) {
    train("run", "");
    struct test_outcome o = test_shell("COLUMNS=40 $ONEHOT boundary %s/run --plot", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    char *end = strstr(o.out, "\n\nx ");
    ck_assert_ptr_nonnull(end);
    ck_assert_int_eq(end - o.out, 20 * 41 - 1);
    ck_assert_uint_eq(strspn(o.out, "012.\n"), 20 * 41 + 1);
    /* the corners of the triangle: right; left, above and below */
    ck_assert_int_eq(o.out[41 * 10 + 38], '0');
    ck_assert_int_eq(o.out[41 * 2 + 4], '1');
    ck_assert_int_eq(o.out[41 * 17 + 4], '2');
    test_message(end);
}
END_TEST

Suite *test_plane(void) {
    return TEST_SUITE("plane", the_plane_covers_the_points_and_a_margin,
                      the_plane_around_equal_points_is_not_empty,
                      cells_contain_the_models_predictions_at_their_centres,
                      each_class_has_a_colour_that_is_paler_where_the_model_is_unsure,
                      every_point_has_a_mark_up_to_a_number_that_browsers_can_handle,
                      names_in_the_animation_are_escaped,
                      a_report_shows_the_plane_only_for_data_with_two_columns,
                      the_animation_begins_with_the_initial_model_and_ends_with_the_final_one,
                      each_frame_of_the_animation_is_shown_in_turn,
                      the_animation_of_an_early_stopped_run_ends_with_the_best_model,
                      runs_that_have_no_plane_or_cannot_be_repeated_are_refused,
                      in_a_pipe_the_plane_is_drawn_with_digits,
                      the_legend_of_the_animation_names_fourteen_classes_and_the_plot_all,
                      a_boundary_of_data_that_moved_is_drawn_from_the_given_path);
}
