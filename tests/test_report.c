/* report: HTML and SVG separately, and the pages of small runs. */
#include "base/file.h"
#include "fixtures.h"
#include "messages.h"
#include "report/page.h"
#include "report/sections.h"
#include "runs/metrics.h"
#include "runs/model_file.h"
#include "test.h"
#include "train/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_report(void);

/* ---- HTML ---- */

START_TEST(text_is_escaped) {
    struct text t = {0};
    text_html(&t, "a<b> & \"c\" é");
    ck_assert_str_eq(t.data, "a&lt;b&gt; &amp; &quot;c&quot; é");
    text_free(&t);
}
END_TEST

START_TEST(a_template_inserts_values_and_escapes_them_for_html) {
    static const char file[] =
        "@part a\nA\n@part both\n@# no line\n<@{x}> @{n?some}@{n!none} @{n,} @\\\n"
        "@{y}\n@if x\nyes\n@else\nno\n@end\n@part end\nE\n";
    const char *volatile none = NULL;
    struct text t = {0};
    template_html(&t, file, "both", "x=%s n=%d y=%.2f", "@{y}&\"\n", 0, 0.5);
    ck_assert_str_eq(t.data, "<@{y}&amp;&quot;\n> none 0 0.50\nyes\n");
    text_free(&t);
    template_add(&t, file, "both", "n=%zu x=%s y=%lld", (size_t)7777, none, -5LL);
    ck_assert_str_eq(t.data, "<> some 7,777 -5\nno\n");
    template_part(&t, file, "end");
    ck_assert_str_eq(t.data, "<> some 7,777 -5\nno\nE\n");
    text_free(&t);
}
END_TEST

START_TEST(a_fraction_is_shown_as_0_or_100_percent_only_if_it_is_exact) {
    static const struct {
        double fraction;
        const char *text;
    } cases[] = {{0, "0.00 %\n"},    {1e-6, "&lt; 0.01 %\n"}, {0.00006, "0.01 %\n"},
                 {0.5, "50.00 %\n"}, {0.9999, "99.99 %\n"},   {0.999999, "&gt; 99.99 %\n"},
                 {1, "100.00 %\n"},  {(double)NAN, "–\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text t = {0};
        template_html(&t, "@part p\n@{x%}\n", "p", "x=%.9g", cases[i].fraction);
        ck_assert_str_eq(t.data, cases[i].text);
        text_free(&t);
    }
}
END_TEST

/* Decodes the base64 text up to the quote. */
static struct text decode(const char *s) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct text bytes = {0};
    for (; *s != '"'; s += 4) {
        unsigned bits = 0;
        int n = 0;
        for (int k = 0; k < 4; k++) {
            const char *at = s[k] == '=' ? NULL : strchr(digits, s[k]);
            bits = bits << 6 | (at ? (unsigned)(at - digits) : 0);
            n += at != NULL;
        }
        for (int k = 0; k < n - 1; k++)
            text_add(&bytes, (const char[]){(char)(bits >> (16 - 8 * k))}, 1);
    }
    return bytes;
}

static void check_picture(int width, int height) {
    struct picture p = {.width = width,
                        .height = height,
                        .channels = 3,
                        .pixels = malloc((size_t)(3 * width * height))},
                   back;
    struct error e = {0};
    struct text t = {0};
    for (size_t i = 0; i < picture_size(&p); i++)
        p.pixels[i] = (uint8_t)(i * 7);
    html_picture(&t, &p, "a \"b\"");
    ck_assert_ptr_nonnull(strstr(t.data, "<img alt=\"a &quot;b&quot;\" width=\""));
    fixture_write(test_path("back.png"), decode(strstr(t.data, "base64,") + 7));
    ck_assert_msg(picture_read(&back, test_path("back.png"), PICTURE_BLACK, &e) == 0, "%s", e.text);
    ck_assert_int_eq(back.width, width);
    ck_assert_uint_eq(picture_size(&back), picture_size(&p));
    ck_assert_mem_eq(back.pixels, p.pixels, picture_size(&p));
    text_free(&t);
    picture_free(&p);
    picture_free(&back);
}

START_TEST(an_image_embedded_in_the_page_keeps_its_bytes) {
    for (int width = 1; width < 8; width++) /* PNGs of every length modulo 3 */
        check_picture(width, 5);
}
END_TEST

START_TEST(a_large_matrix_becomes_a_small_picture) {
    static const int sizes[][4] = {
        {200, 10, 64, 3}, {1000, 1, 64, 1}, {3, 77, 2, 64}, {64, 5, 64, 5}};
    static const real zeros[2000] = {0};
    for (int i = 0; i < 4; i++) {
        struct text t = {0};
        const struct html_grid g = {sizes[i][0], sizes[i][1], 1, 1, zeros};
        html_grid(&t, &g, 1, false, 64, "zeros");
        ck_assert_ptr_nonnull(
            strstr(t.data, fixture_text("width=\"%d\" height=\"%d\"", sizes[i][2], sizes[i][3])));
        text_free(&t);
    }
}
END_TEST

/* ---- metrics.csv ---- */

static struct metrics metrics(struct train_epoch *rows, int count) {
    for (int i = 0; i < count; i++)
        rows[i] = (struct train_epoch){.epoch = i + 1,
                                       .step = 10LL * (i + 1),
                                       .learning_rate = 0.1,
                                       .train_loss = 2.0 / (i + 1),
                                       .train_accuracy = 1 - 0.5 / (i + 1),
                                       .validation_loss = (double)NAN,
                                       .validation_accuracy = (double)NAN};
    return (struct metrics){count, rows};
}

START_TEST(metrics_read_back_exactly_as_written) {
    struct train_epoch rows[3];
    struct metrics m = metrics(rows, 3), back;
    struct text t = {0};
    struct arena a = {0};
    struct error e = {0};
    rows[2].validation_loss = 1e-7;
    rows[2].validation_accuracy = 1;
    text_printf(&t, "%s", metrics_header);
    for (int i = 0; i < m.count; i++)
        metrics_write(&rows[i], &t);
    fixture_write(test_path("metrics.csv"), t);
    ck_assert_msg(metrics_read(&back, test_dir, true, &a, &e) == 0, "%s", e.text);
    ck_assert_int_eq(back.count, 3);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq((int)back.rows[i].step, (int)rows[i].step);
        ck_assert_double_eq(back.rows[i].train_loss, rows[i].train_loss);
        ck_assert_double_eq(back.rows[i].train_accuracy, rows[i].train_accuracy);
        ck_assert_int_eq(isnan(back.rows[i].validation_loss), i < 2);
    }
    ck_assert_double_eq(back.rows[2].validation_loss, 1e-7);
    arena_free(&a);
}
END_TEST

START_TEST(damaged_metrics_are_refused_with_the_line_number) {
    static const char *const lines[] = {
        "1,10,0.1,2,0.5,,",     /* no line break */
        "2,10,0.1,2,0.5,,\n",   /* not the first epoch */
        "1,10,0.1,2,0.5,\n",    /* a number too few */
        "1,10,0.1,2,0.5,,,\n",  /* one number too many */
        "1,10,0.1,inf,0.5,,\n", /* no digits */
        "1,10,0.1,1e39,0.5,,\n",
        "1,10,0.1,1e999,0.5,,\n", /* too large */
        "1,10,0.1,0x1p3,0.5,,\n", /* hex */
        "1,10,0.1, 2,0.5,,\n",    /* a space */
        "1,10,0.1,2-2,0.5,,\n",   /* not one number */
        "1,0,0.1,2,0.5,,\n",      /* no step */
        "1,1e30,0.1,2,0.5,,\n",   /* too many */
        ",10,0.1,2,0.5,,\n",      /* no epoch */
        "\n",
    };
    struct arena a = {0};
    struct metrics m;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct error e = {0};
        struct text t = {0};
        text_printf(&t, "%s%s", metrics_header, lines[i]);
        fixture_write(test_path("metrics.csv"), t);
        ck_assert_int_eq(metrics_read(&m, test_dir, true, &a, &e), -1);
        ck_assert_int_eq(e.status, ERROR_INPUT);
        test_names(e.text, test_path("metrics.csv: line 2"));
        test_message_as("line", e.text); /* the same for each of them */
    }
    struct error e = {0};
    test_write(test_path("metrics.csv"), "epoch,loss\n", 11);
    ck_assert_int_eq(metrics_read(&m, test_dir, true, &a, &e), -1);
    test_refused(&e, test_path("metrics.csv"));
    arena_free(&a);
}
END_TEST

/* ---- curves ---- */

static const struct chart loss = {
    .title = "Loss",
    .unit = "nats",
    .from_zero = true,
    .lines = {{"training", offsetof(struct train_epoch, train_loss)},
              {"validation", offsetof(struct train_epoch, validation_loss)}}};

static int occurrences(const char *text, const char *word) {
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)); at++)
        n++;
    return n;
}

/* Checks that every tag is closed, in order, except those that HTML never closes. */
static void check_tags(const char *html) {
    static const char *const empty[] = {"!doctype", "meta", "link", "img"};
    char open[64][16];
    int depth = 0;
    for (const char *at = html; (at = strchr(at, '<')); at++) {
        bool closes = at[1] == '/', known = false;
        char name[16];
        ck_assert_int_eq(sscanf(at + 1 + closes, "%15[!a-z0-9]", name), 1);
        const char *end = strchr(at, '>');
        ck_assert_ptr_nonnull(end);
        for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
            known = known || strcmp(name, empty[i]) == 0;
        if (closes) {
            ck_assert_int_gt(depth, 0);
            ck_assert_msg(strcmp(open[--depth], name) == 0, "<%s> is closed by </%s>", open[depth],
                          name);
        } else if (!known && end[-1] != '/') {
            ck_assert_int_lt(depth, 64);
            strcpy(open[depth++], name);
        }
    }
    ck_assert_int_eq(depth, 0);
}

START_TEST(a_chart_shows_the_value_under_the_pointer) {
    struct train_epoch rows[3];
    struct metrics m = metrics(rows, 3);
    struct text t = {0};
    rows[1].validation_loss = 0.25;
    chart_write(&loss, &m, 2, &t);
    check_tags(t.data);
    ck_assert_int_eq(occurrences(t.data, "<g class=\"at\">"), 3);
    ck_assert_ptr_nonnull(strstr(t.data,
                                 ">epoch 2<tspan class=\"n0\" dx=\"10\">training 1.0000</tspan>"
                                 "<tspan class=\"n1\" dx=\"10\">validation 0.2500</tspan>"));
    ck_assert_ptr_nonnull(strstr(t.data,
                                 ">epoch 3<tspan class=\"n0\" dx=\"10\">training 0.6667</tspan>"
                                 "</text>"));
    ck_assert_int_eq(occurrences(t.data, "class=\"ring"), 1);
    text_free(&t);
}
END_TEST

/* The points of all paths are within the axes, and the highest value is at or below the top. */
START_TEST(a_chart_shows_every_value) {
    static const double scales[] = {1e-6, 0.02, 1, 37, 1e5, 1e30};
    struct train_epoch rows[40];
    for (size_t s = 0; s < sizeof scales / sizeof *scales; s++) {
        struct metrics m = metrics(rows, 40);
        struct text t = {0};
        for (int i = 0; i < m.count; i++) {
            rows[i].train_loss = scales[s] * (1 + i % 7);
            rows[i].validation_loss = scales[s] * (3 - i % 5);
        }
        chart_write(&loss, &m, 2, &t);
        int points = 0;
        for (const char *path = t.data; (path = strstr(path, " d=\"")); path++)
            for (const char *at = path + 4; *at != '"'; at++) {
                double x, y;
                if (*at != 'M' && *at != 'L')
                    continue;
                ck_assert_int_eq(sscanf(at + 1, "%lf %lf", &x, &y), 2);
                ck_assert(x >= 56 && x <= 372 && y >= 44 && y <= 226);
                points++;
            }
        ck_assert_int_eq(points, 80);
        int grid = occurrences(t.data, "class=\"grid\"");
        ck_assert_msg(grid >= 3 && grid <= 9, "%d lines for %g", grid, scales[s]);
        text_free(&t);
    }
}
END_TEST

START_TEST(a_chart_of_one_epoch_or_of_equal_values_can_be_drawn) {
    struct train_epoch rows[5];
    for (int count = 1; count <= 5; count += 4)
        for (int value = 0; value < 2; value++) {
            struct metrics m = metrics(rows, count);
            struct text t = {0};
            struct chart c = loss;
            c.percent = value == 1; /* 100 % in every epoch */
            c.from_zero = value == 0;
            for (int i = 0; i < count; i++)
                rows[i].train_loss = value;
            chart_write(&c, &m, 2, &t);
            check_tags(t.data);
            ck_assert_int_eq(occurrences(t.data, "class=\"dot"), count == 1);
            ck_assert_msg(!strstr(t.data, "nan") && !strstr(t.data, "inf"), "%s", t.data);
            ck_assert_msg(!strstr(t.data, ">100.02 %"), "an axis beyond all");
            text_free(&t);
        }
}
END_TEST

START_TEST(a_chart_of_a_million_epochs_stays_small) {
    struct train_epoch *rows = calloc(1000000, sizeof *rows);
    struct metrics m = metrics(rows, 1000000);
    struct text t = {0};
    chart_write(&loss, &m, 2, &t);
    ck_assert_uint_lt(t.size, 100000);
    ck_assert_ptr_nonnull(strstr(t.data, ">epoch 1000000<"));
    text_free(&t);
    free(rows);
}
END_TEST

/* ---- the page ---- */

/* Trains into test_dir/run and reads the page. */
static char *page(const char *arguments) {
    size_t size;
    struct test_outcome o =
        test_shell("$ONEHOT train %s output=%s/run --quiet", arguments, test_dir);
    ck_assert_msg(o.status == 0 && !*o.err, "%d: %s", o.status, o.err);
    char *html = test_read(test_path("run/report.html"), &size);
    ck_assert_uint_eq(strlen(html), size);
    return html;
}

static void check_parts(const char *html, const char *const *parts) {
    for (; *parts; parts++)
        ck_assert_msg(strstr(html, *parts) != NULL, "\"%s\" is not in the page", *parts);
}

START_TEST(a_report_answers_the_usual_questions_about_a_run) {
    char *html = page("tests/small.json train.epochs=2");
    check_tags(html);
    check_parts(html, (const char *const[]){"<!doctype html>", "<title>small: ",
                                            "&quot;learning_rate&quot;: 0.05", NULL});
    test_page("run");
    ck_assert_int_eq(occurrences(html, "<img "), 24 + 33);
    free(html);
}
END_TEST

START_TEST(a_report_works_offline_and_without_scripts) {
    static const char *const forbidden[] = {"http",    "<script",  "url(",      "@import",
                                            "<iframe", " onload=", " onclick=", " onmouseover="};
    char *html = page("tests/small.json train.epochs=1");
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        ck_assert_msg(strstr(html, forbidden[i]) == NULL, "%s", forbidden[i]);
    for (const char *at = html; (at = strstr(at, "src=\"")); at++)
        ck_assert_int_eq(strncmp(at, "src=\"data:image/png;base64,", 27), 0);
    free(html);
}
END_TEST

START_TEST(onehot_report_writes_the_same_page_as_training) {
    char *html = page("tests/small.json train.epochs=2");
    size_t size;
    remove(test_path("run/report.html"));
    struct test_outcome o = test_shell("$ONEHOT report %s/run", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "/run/report.html\n"));
    char *again = test_read(test_path("run/report.html"), &size);
    ck_assert_str_eq(html, again);
    free(html);
    free(again);
}
END_TEST

/* The numbers must be those of evaluate. */
START_TEST(the_pages_numbers_are_those_of_evaluate) {
    char *html = page("tests/small.json train.epochs=9"), wrong[64], row[128];
    struct error e = {0};
    struct model_file *s = model_file_read(test_path("run"), 64, &e);
    struct dataset *d = fixture_read("tests/data/mnist-small");
    struct sample_set test = sample_set_all(&d->split[TEST], &s->scaling, &d->arena);
    struct prediction predictions[500];
    int confusion[100] = {0};
    struct evaluation v = {.confusion = confusion, .predictions = predictions};
    evaluation_run(&v, s->model, &test, NULL);
    snprintf(wrong, sizeof wrong, "<p class=\"says\">%d of %d ", v.count - v.errors, v.count);
    ck_assert_msg(strstr(html, wrong) != NULL, "%s", wrong);
    int errors = 0;
    double sum = 0, worst = 0;
    for (int i = 0; i < v.count; i++) {
        bool mistake = predictions[i].predicted != test.split->labels[i];
        errors += mistake;
        sum += (double)predictions[i].loss;
        worst = mistake ? fmax(worst, (double)predictions[i].loss) : worst;
    }
    ck_assert_int_eq(errors, v.errors);
    ck_assert_double_eq_tol(sum / v.count, v.loss, 1e-12);
    for (int c = 0; c < 10; c++) {
        int true_positives = confusion[11 * c], of_class = 0, predicted = 0;
        for (int k = 0; k < 10; k++) {
            of_class += confusion[10 * c + k];
            predicted += confusion[10 * k + c];
        }
        double precision = (double)true_positives / predicted,
               recall = (double)true_positives / of_class;
        snprintf(row, sizeof row, "<td>%d</td><td>%.2f %%</td><td>%.2f %%</td><td>%.2f %%</td>",
                 of_class, 100 * precision, 100 * recall, 100 * 2 / (1 / precision + 1 / recall));
        ck_assert_msg(strstr(html, row) != NULL, "%s", row);
        snprintf(row, sizeof row, "\">%d</td>", true_positives);
        ck_assert_ptr_nonnull(strstr(html, row));
    }
    double loss_before = worst;
    const char *at = html;
    for (int k = 0; k < 24; k++) { /* the worst first, then the rest in order */
        double shown;
        at = strstr(at + 1, "<figcaption>");
        ck_assert_int_eq(sscanf(strstr(at, "loss "), "loss %lf", &shown), 1);
        ck_assert(shown <= loss_before + 0.005);
        ck_assert(k > 0 || fabs(shown - worst) < 0.0051);
        loss_before = shown;
    }
    free(html);
    model_file_free(s);
    dataset_free(d);
}
END_TEST

static double evaluated(const char *options, const char *key) {
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json %s", test_dir, options);
    cJSON *root = test_json(&o);
    double number = test_member(root, key)->valuedouble;
    cJSON_Delete(root);
    return number;
}

START_TEST(the_title_says_whose_epoch_the_model_is_and_that_training_stopped) {
    static const char *const monitors[] = {"loss", "accuracy", "none"};
    for (int i = 0; i < 3; i++) {
        free(page(fixture_text("tests/small.json train.epochs=40 optimizer.learning_rate=0.3 "
                               "early_stopping.monitor=%s early_stopping.patience=%d",
                               monitors[i], i + 1)));
        struct test_outcome o =
            test_shell("cd %s && grep -o '^<p class=\"says\">The model.*' run/report.html && "
                       "grep -o 'epochs</dt><dd>[^<]*' run/report.html && "
                       "grep -o 'The model\\|class=\"ring l1\"' run/report.html | sort | uniq -c",
                       test_dir);
        test_message(o.out);
        const char *title = strstr(o.out, "of epoch ");
        double best = test_result("run", "best_epoch");
        if (i < 2)
            ck_assert_int_eq(atoi(title + 9), (int)best);
        if (i < 2)
            ck_assert_int_eq(atoi(strstr(o.out, "after epoch ") + 12),
                             (int)test_result("run", "epochs"));
        test_shell("rm -r %s/run", test_dir);
    }
}
END_TEST

/* Their loss in training is another function; the one to compare is that of evaluate. */
START_TEST(a_loss_that_only_training_has_is_called_the_objective_and_the_comparable_one_drawn) {
    static const char *const losses[] = {
        "loss.label_smoothing=0.2", "loss.class_weights=balanced loss.label_smoothing=0.1",
        "'loss={\"type\":\"distillation\",\"teacher\":\"tests/data/teacher.safetensors\"}'", ""};
    for (int i = 0; i < 4; i++) {
        char *html =
            page(fixture_text("tests/small.json train.epochs=3 data.limit=300 %s", losses[i]));
        const char *square = strstr(html, "class=\"square"), *note = strstr(html, "The objective,");
        ck_assert_int_eq(square != NULL, i < 3);
        ck_assert_int_eq(strstr(html, ">objective<") != NULL, i < 3);
        ck_assert_int_eq(note != NULL, i < 3);
        if (i < 3) {
            double shown;
            test_message(fixture_text("%.200s", note));
            ck_assert_int_eq(sscanf(strstr(note, "training set, "), "training set, %lf", &shown),
                             1);
            ck_assert_double_eq_tol(shown, evaluated("--split train", "loss"), 5.1e-5);
            ck_assert_ptr_nonnull(strstr(square, fixture_text("validation: %.4f<", shown)));
        }
        free(html);
        test_shell("rm -r %s/run", test_dir);
    }
}
END_TEST

static const char two_classes[] =
    "tests/small.json data.path=toy:moons:noise=0.3 data.validation=100 train.epochs=3 "
    "'model=[{\"type\":\"linear\",\"units\":2}]'";

/* Reads "H" or "V" and a number. */
static double along(const char **at, char axis) {
    char *end;
    ck_assert_int_eq(**at, axis);
    double x = strtod(*at + 1, &end);
    *at = end;
    return x;
}

START_TEST(two_classes_get_a_curve_of_precision_and_recall) {
    char *html = page(two_classes);
    double auc = evaluated("", "roc_auc"), f1 = evaluated("", "best_f1");
    check_tags(html);
    ck_assert_ptr_nonnull(strstr(html, fixture_text("ROC AUC: %.4f,", auc)));
    ck_assert_ptr_nonnull(strstr(html, fixture_text("F1 is highest at %.3g: %.2f %%",
                                                    evaluated("", "best_f1_threshold"), 100 * f1)));
    /* Recall never falls, and the last point predicts all samples: half of them are right. */
    const char *at =
        strstr(strstr(html, "Precision against recall"), "<path class=\"line l0\" d=\"M");
    double x, y, last = strtod(at + 25, NULL), cx, cy;
    bool passes = false; /* through the ring, the point of the best F1 */
    ck_assert_int_eq(
        sscanf(strstr(at, "class=\"ring l1\""), "class=\"ring l1\" cx=\"%lf\" cy=\"%lf", &cx, &cy),
        2);
    at += strcspn(at, "V");
    while (*at == 'V') {
        y = along(&at, 'V');
        x = along(&at, 'H');
        ck_assert(x >= last && x <= 450 && y >= 36 && y <= 256);
        passes = passes || hypot(x - cx, y - cy) < 0.01;
        last = x;
    }
    ck_assert(passes);
    ck_assert_double_eq(x, 450);
    ck_assert_double_eq_tol(y, (36 + 256) / 2.0, 0.06);
    ck_assert_int_eq(occurrences(html, "best F1: "), 1);
    ck_assert_ptr_nonnull(strstr(html, "<title>threshold 0.9: "));
    free(html);
    test_shell("rm -r %s/run", test_dir);
    html = page(fixture_text("%s data.path=toy:blobs:classes=3 model.0.units=3", two_classes));
    ck_assert_ptr_null(strstr(html, "ROC"));
    free(html);
}
END_TEST

START_TEST(a_mistake_is_shown_with_its_file_or_line) {
    static const int counts[SPLITS] = {30, 20};
    struct dataset *d = fixture_dataset(3, 3, 1, 2, counts);
    fixture_write_folders(d, test_path("d"));
    dataset_free(d);
    char *html = page(fixture_text("tests/small.json data.path=%s/d model.6.units=2 "
                                   "data.validation=0 train.batch_size=4 train.epochs=1",
                                   test_dir));
    int found = 0;
    for (const char *at = html; (at = strstr(at, "/d/test/")); at++, found++)
        ck_assert_int_eq(strncmp(at + 9, "/000", 4), 0);
    ck_assert_int_gt(found, 0);
    free(html);
    test_shell("rm -r %s/run; printf 'x,label\n1,a\n2,b\n1,b\n2,a\n' >%s/t.csv", test_dir,
               test_dir);
    html = page(fixture_text("%s data.path=%s/t.csv data.validation=0 data.test_share=0.5 "
                             "train.batch_size=2",
                             two_classes, test_dir));
    check_parts(html, (const char *const[]){"/t.csv:", NULL});
    free(html);
}
END_TEST

START_TEST(names_cannot_inject_markup_into_a_page) {
    struct test_outcome o = test_shell(
        "for c in '<i>\"&' 'two'; do mkdir -p \"%s/d/train/$c\" \"%s/d/test/$c\" && "
        "cp tests/data/seven.png \"%s/d/train/$c\" && cp tests/data/seven.png \"%s/d/test/$c\"; "
        "done",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    char arguments[512];
    snprintf(arguments, sizeof arguments,
             "tests/small.json data.path=%s/d data.validation=0 train.batch_size=2 "
             "model.6.units=2 train.epochs=1 name='<u>&'",
             test_dir);
    char *html = page(arguments);
    check_tags(html);
    ck_assert_ptr_null(strstr(html, "<i>\""));
    ck_assert_ptr_null(strstr(html, "<u>"));
    check_parts(html, (const char *const[]){"<title>&lt;u&gt;&amp;: 50.00 %",
                                            "&lt;i&gt;&quot;&amp;", NULL});
    free(html);
}
END_TEST

/* Runs may lack many things: the page then says so, or omits the part. */
START_TEST(runs_of_every_kind_have_a_page) {
    static const int counts[SPLITS] = {40, 0};
    struct dataset *d = fixture_dataset(6, 5, 3, 4, counts);
    fixture_write_folders(d, test_path("d"));
    dataset_free(d);
    static const char *const kinds[4] = {
        "train.epochs=0",
        "train.epochs=1",
        "train.epochs=3 'model=[{\"type\": \"linear\", \"units\": 4}]'",
        "train.epochs=2 'model=[{\"type\":\"tanh\"},{\"type\":\"linear\",\"units\":4}]'",
    };
    for (int i = 0; i < 4; i++) {
        struct test_outcome o = test_shell(
            "rm -rf %s/run; $ONEHOT train tests/small.json %s data.path=%s/d "
            "train.batch_size=8 data.validation=%d data.test_share=0 %s output=%s/run --quiet",
            test_dir, i < 2 ? "model.6.units=4" : "", test_dir, i % 2 * 8, kinds[i], test_dir);
        size_t size;
        ck_assert_msg(o.status == 0, "%s", o.err);
        char *html = test_read(test_path("run/report.html"), &size);
        check_tags(html);
        test_page("run");
        free(html);
    }
}
END_TEST

START_TEST(the_curves_can_be_drawn_in_a_pipe) {
    free(page("tests/small.json train.epochs=3"));
    struct test_outcome o =
        test_shell("COLUMNS=60 LC_ALL=C $ONEHOT report %s/run --plot", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
    for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n"))
        ck_assert_msg(strlen(line) < 60, "%s", line);
}
END_TEST

static void refused(const char *names) {
    test_failed(test_shell("$ONEHOT report %s/run", test_dir), 2, names);
}

START_TEST(unfinished_runs_have_no_report) {
    free(page("tests/small.json train.epochs=1"));
    test_write(test_path("run/result.json"), "[]", 2);
    refused(test_path("run/result.json"));
    remove(test_path("run/result.json"));
    refused(test_path("run/result.json"));
    remove(test_path("run/model.safetensors"));
    refused(test_path("run/model.safetensors"));
}
END_TEST

START_TEST(a_report_on_changed_data_is_refused) {
    struct test_outcome o =
        test_shell("cp -r tests/data/mnist-small %s/d && $ONEHOT train "
                   "tests/small.json train.epochs=1 data.path=%s/d "
                   "output=%s/run --quiet && sed -i 1s/.*/3/ %s/d/test-labels.txt",
                   test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    refused(test_path("d"));
}
END_TEST

/* A limit on file sizes simulates a full disk: the model fits, the page does not. */
START_TEST(a_report_on_a_full_disk_fails_the_run_and_leaves_no_partial_file) {
    struct test_outcome o =
        test_shell("trap '' XFSZ; ulimit -f 80; $ONEHOT train tests/small.json train.epochs=1 "
                   "'model=[{\"type\": \"linear\", \"units\": 10}]' output=%s/run --no-state; "
                   "s=$?; ls %s/run; exit $s",
                   test_dir, test_dir);
    test_failed(o, 1, test_path("run/report.html"));
    ck_assert(file_exists(test_path("run/result.json")));
    ck_assert_ptr_null(strstr(o.out, "report"));
}
END_TEST

Suite *test_report(void) {
    return TEST_SUITE(
        "report", text_is_escaped, a_template_inserts_values_and_escapes_them_for_html,
        a_fraction_is_shown_as_0_or_100_percent_only_if_it_is_exact,
        an_image_embedded_in_the_page_keeps_its_bytes, a_large_matrix_becomes_a_small_picture,
        metrics_read_back_exactly_as_written, damaged_metrics_are_refused_with_the_line_number,
        a_chart_shows_the_value_under_the_pointer, a_chart_shows_every_value,
        a_chart_of_one_epoch_or_of_equal_values_can_be_drawn,
        a_chart_of_a_million_epochs_stays_small, a_report_answers_the_usual_questions_about_a_run,
        a_report_works_offline_and_without_scripts, onehot_report_writes_the_same_page_as_training,
        the_pages_numbers_are_those_of_evaluate,
        the_title_says_whose_epoch_the_model_is_and_that_training_stopped,
        a_loss_that_only_training_has_is_called_the_objective_and_the_comparable_one_drawn,
        two_classes_get_a_curve_of_precision_and_recall, a_mistake_is_shown_with_its_file_or_line,
        names_cannot_inject_markup_into_a_page, runs_of_every_kind_have_a_page,
        the_curves_can_be_drawn_in_a_pipe, unfinished_runs_have_no_report,
        a_report_on_changed_data_is_refused,
        a_report_on_a_full_disk_fails_the_run_and_leaves_no_partial_file);
}
