/* report: the parts of pages, and the pages of small runs: the JSON that they hold and, where
 * Chromium is installed, what their script draws. */
#include "base/file.h"
#include "fixtures.h"
#include "messages.h"
#include "report/html.h"
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

START_TEST(no_text_in_the_data_of_a_page_ends_it) {
    struct text json = {0}, page = {0};
    struct json j = {.out = &json};
    static const char hostile[] = "</script><!--<script>&\"\\ \xe2\x80\xa8\xe2\x80\xa9";
    html_open(&page, "a", "<b>", "");
    json_add(&j, "{ x=%s }", hostile);
    html_close(&page, &json, "");
    fixture_write(test_path("page.html"), page);
    cJSON *root = test_page(test_path("page.html"));
    ck_assert_str_eq(test_member(root, "x")->valuestring, hostile);
    cJSON_Delete(root);
}
END_TEST

/* axes.js is the script of a page, and writes its findings into it. */
START_TEST(charts_axes_hold_all_values_and_have_few_ticks) {
    struct text json = {0}, page = {0};
    size_t size;
    char *script = test_read("tests/report/axes.js", &size);
    html_open(&page, "axes", "", "");
    text_printf(&json, "{}");
    html_close(&page, &json, script);
    fixture_write(test_path("page.html"), page);
    char *drawn = test_drawn(test_path("page.html"), "");
    if (drawn)
        ck_assert_msg(strstr(drawn, "<p>nothing is wrong</p>"), "%s", strstr(drawn, "</svg>"));
    free(drawn);
    free(script);
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

/* The picture in a data: URL in this text, which is freed. */
static struct picture picture_in(struct text *t) {
    struct picture p;
    struct error e = {0};
    char *url = strstr(t->data, "\"data:image/png;base64,");
    ck_assert_ptr_nonnull(url);
    fixture_write(test_path("back.png"), decode(url + 23));
    ck_assert_msg(picture_read(&p, test_path("back.png"), PICTURE_BLACK, &e) == 0, "%s", e.text);
    text_free(t);
    return p;
}

static void check_picture(int width, int height) {
    struct picture p = {.width = width,
                        .height = height,
                        .channels = 3,
                        .pixels = malloc((size_t)(3 * width * height))};
    struct text t = {0};
    for (size_t i = 0; i < picture_size(&p); i++)
        p.pixels[i] = (uint8_t)(i * 7);
    html_picture(&(struct json){.out = &t}, NULL, &p);
    struct picture back = picture_in(&t);
    ck_assert_int_eq(back.width, width);
    ck_assert_uint_eq(picture_size(&back), picture_size(&p));
    ck_assert_mem_eq(back.pixels, p.pixels, picture_size(&p));
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
        html_grid(&(struct json){.out = &t}, NULL, &g, 1, 64);
        struct picture p = picture_in(&t);
        ck_assert(p.width == sizes[i][2] && p.height == sizes[i][3] && p.channels == 1);
        ck_assert_int_eq(p.pixels[0], 128);
        picture_free(&p);
    }
}
END_TEST

START_TEST(numbers_become_grey_from_black_over_128_to_white) {
    static const real numbers[] = {-3, -1, 0, (real)0.5, 1, 3};
    static const uint8_t greys[] = {1, 1, 128, 192, 255, 255};
    struct text t = {0};
    const struct html_grid g = {6, 1, 1, 1, numbers};
    html_grid(&(struct json){.out = &t}, NULL, &g, 1, 64);
    struct picture p = picture_in(&t);
    ck_assert_mem_eq(p.pixels, greys, 6);
    picture_free(&p);
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

/* ---- the page ---- */

/* Trains into test_dir/run, anew, and reads the JSON in the page. */
static cJSON *page(const char *arguments) {
    struct test_outcome o = test_shell("rm -rf %s/run; $ONEHOT train %s output=%s/run --quiet",
                                       test_dir, arguments, test_dir);
    ck_assert_msg(o.status == 0 && !*o.err, "%d: %s", o.status, o.err);
    return test_page(test_path("run/report.html"));
}

static double number(const cJSON *object, const char *name) {
    const cJSON *item = test_member(object, name);
    ck_assert_msg(cJSON_IsNumber(item), "%s is no number", name);
    return item->valuedouble;
}

static int size(const cJSON *object, const char *name) {
    return cJSON_GetArraySize(test_member(object, name));
}

/* Checks what the script makes of the page, if there is Chromium: all these texts, and no number
 * that is none. */
static void check_drawn(const char *const *parts) {
    char *drawn = test_drawn(test_path("run/report.html"), "");
    char *body = drawn ? strstr(drawn, "<main>") : NULL;
    for (; body && *parts; parts++)
        ck_assert_msg(strstr(drawn, *parts) != NULL, "\"%s\" is not in the page", *parts);
    if (body) {
        *strstr(body, "</main>") = '\0';
        ck_assert(!strstr(body, "NaN") && !strstr(body, "undefined") && !strstr(body, "Infinity"));
    }
    free(drawn);
}

START_TEST(a_report_answers_the_usual_questions_about_a_run) {
    cJSON *root = page("tests/small.json train.epochs=2");
    ck_assert_int_eq(size(root, "mistakes"), 24);
    ck_assert_int_eq(size(test_member(root, "weights"), "images"), 33);
    ck_assert_int_eq(size(root, "epochs"), 2);
    ck_assert_int_eq(size(root, "classes"), 10);
    ck_assert_double_eq(
        number(test_member(test_member(root, "config"), "optimizer"), "learning_rate"), 0.05);
    cJSON_Delete(root);
    check_drawn((const char *const[]){
        "<title>small: ", "samples right, ", "95 % confidence interval", ">Training<", ">epoch<",
        ">Confusion matrix<", ">predicted class<", ">actual class<", ">Per class<",
        ">The worst mistakes<", ">How reliable the probabilities are<",
        ">What the first layer looks for<", ">Config<", "\"learning_rate\": 0.05", ">Provenance<",
        ">model_sha256<", "role=\"slider\"", NULL});
}
END_TEST

START_TEST(without_a_script_a_report_has_its_result_and_says_what_is_missing) {
    cJSON *root = page("tests/small.json train.epochs=2");
    const cJSON *test = test_member(root, "evaluation");
    size_t length;
    char *html = test_read(test_path("run/report.html"), &length);
    ck_assert_ptr_nonnull(
        strstr(html, fixture_text("<strong>%.2f %%</strong>", 100 * number(test, "accuracy"))));
    ck_assert_ptr_nonnull(
        strstr(html, fixture_text("<p class=\"says\">%g of %g test samples right",
                                  number(test, "samples") - number(test, "errors"),
                                  number(test, "samples"))));
    ck_assert_ptr_nonnull(strstr(html, "<noscript>"));
    free(html);
    cJSON_Delete(root);
}
END_TEST

START_TEST(a_report_works_offline) {
    static const char *const forbidden[] = {"https:",        "@import", "<iframe",
                                            "<link rel=\"s", "fetch(",  "import("};
    cJSON_Delete(page("tests/small.json train.epochs=1"));
    size_t length;
    char *html = test_read(test_path("run/report.html"), &length);
    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        ck_assert_msg(strstr(html, forbidden[i]) == NULL, "%s", forbidden[i]);
    for (const char *at = html; (at = strstr(at, "http:")); at++) /* a name, not an address */
        ck_assert_int_eq(strncmp(at, "http://www.w3.org/2000/svg'", 27), 0);
    for (const char *at = html; (at = strstr(at, "url(")); at++)
        ck_assert_int_eq(at[4], '#');
    free(html);
}
END_TEST

START_TEST(onehot_report_writes_the_same_page_as_training) {
    cJSON_Delete(page("tests/small.json train.epochs=2"));
    size_t size;
    char *html = test_read(test_path("run/report.html"), &size);
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

START_TEST(onehot_report_prints_the_json_of_the_page) {
    cJSON *root = page("tests/small.json train.epochs=1");
    struct test_outcome o = test_shell("cd %s && rm run/report.html && root=$OLDPWD && cd - >&2 && "
                                       "$ONEHOT report %s/run --json >%s/json && ls %s/run",
                                       test_dir, test_dir, test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_null(strstr(o.out, "report.html"));
    size_t length;
    struct error e = {0};
    char *text = test_read(test_path("json"), &length);
    cJSON *printed = json_parse(text, length, "json", &e);
    ck_assert(cJSON_Compare(root, printed, true));
    cJSON_Delete(printed);
    cJSON_Delete(root);
    free(text);
    test_failed(test_shell("$ONEHOT report %s/run --json --plot", test_dir), 2, "--plot");
}
END_TEST

START_TEST(the_pages_numbers_are_those_of_evaluate) {
    cJSON *root = page("tests/small.json train.epochs=9");
    struct test_outcome o =
        test_shell("$ONEHOT evaluate %s/run --json --wrong >%s/json", test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    size_t length;
    struct error e = {0};
    char *text = test_read(test_path("json"), &length);
    cJSON *evaluated = json_parse(text, length, "json", &e);
    const cJSON *item, *mistake;
    int members = 0, c = 0;
    cJSON_ArrayForEach(item, test_member(test_member(root, "evaluation"), "classes")) {
        const cJSON *row = cJSON_GetArrayItem(test_member(evaluated, "confusion"), c++), *n;
        const cJSON *times = cJSON_GetObjectItem(item, "times");
        int most = 0, k = 0;
        cJSON_ArrayForEach(n, row) most = ++k != c && n->valueint > most ? n->valueint : most;
        ck_assert_int_eq(times ? times->valueint : 0, most);
    }
    cJSON_ArrayForEach(item, test_member(root, "evaluation")) {
        ck_assert_msg(cJSON_Compare(item, test_member(evaluated, item->string), true), "%s",
                      item->string);
        members++;
    }
    ck_assert_int_gt(members, 10);
    double worst = 0, last = INFINITY;
    cJSON_ArrayForEach(item, test_member(evaluated, "wrong")) worst =
        fmax(worst, number(item, "loss"));
    ck_assert_double_eq(number(test_member(root, "mistakes")->child, "loss"), worst);
    cJSON_ArrayForEach(mistake, test_member(root, "mistakes")) { /* the worst first, in order */
        ck_assert(number(mistake, "loss") <= last);
        last = number(mistake, "loss");
        const cJSON *bar;
        double before = 2;
        int actual = 0, predicted = 0;
        cJSON_ArrayForEach(bar, test_member(mistake, "bars")) {
            actual += cJSON_IsTrue(test_member(bar, "actual"));
            predicted += cJSON_IsTrue(test_member(bar, "predicted"));
            if (cJSON_IsTrue(test_member(bar, "actual")))
                ck_assert_double_eq_tol(-log(number(bar, "probability")), last, 1e-4 * last);
            before = number(bar, "probability");
        }
        ck_assert(actual == 1 && predicted == 1 && before < 1);
    }
    cJSON_Delete(root);
    cJSON_Delete(evaluated);
    free(text);
}
END_TEST

static double evaluated(const char *options, const char *key) {
    struct test_outcome o = test_shell("$ONEHOT evaluate %s/run --json %s", test_dir, options);
    cJSON *root = test_json(&o);
    double x = number(root, key);
    cJSON_Delete(root);
    return x;
}

START_TEST(the_title_says_whose_epoch_the_model_is_and_that_training_stopped) {
    static const char *const monitors[] = {"loss", "accuracy", "none"};
    static const char *const words[] = {"with the lowest validation loss. Training stopped early, ",
                                        "with the highest validation accuracy. Training stopped ",
                                        "The model is that of the last epoch, 40; validation "};
    for (int i = 0; i < 3; i++) {
        cJSON *root =
            page(fixture_text("tests/small.json train.epochs=40 optimizer.learning_rate=0.3 "
                              "early_stopping.monitor=%s early_stopping.patience=%d",
                              monitors[i], i + 1));
        const cJSON *last =
            cJSON_GetArrayItem(test_member(root, "epochs"), size(root, "epochs") - 1);
        int epochs = (int)test_result("run", "epochs");
        ck_assert_int_eq((int)number(last, "epoch"), epochs);
        ck_assert_int_eq((int)number(root, "model_epoch"),
                         i < 2 ? (int)test_result("run", "best_epoch") : 40);
        ck_assert(i == 1 || number(root, "lowest_loss_epoch") <= number(root, "model_epoch"));
        check_drawn((const char *const[]){words[i], fixture_text("%d of 40", epochs), NULL});
        cJSON_Delete(root);
    }
}
END_TEST

/* Their loss in training is another function; the one to compare is that of evaluate. */
START_TEST(a_loss_that_only_training_has_is_called_the_objective_and_the_comparable_one_drawn) {
    static const char *const losses[] = {
        "loss.label_smoothing=0.2", "loss.class_weights=balanced loss.label_smoothing=0.1",
        "'loss={\"type\":\"distillation\",\"teacher\":\"tests/data/teacher.safetensors\"}'", ""};
    for (int i = 0; i < 4; i++) {
        cJSON *root =
            page(fixture_text("tests/small.json train.epochs=3 data.limit=300 %s", losses[i]));
        ck_assert_int_eq(cJSON_HasObjectItem(root, "objective"), i < 3);
        if (i < 3) {
            test_message(test_member(root, "objective")->valuestring);
            ck_assert_double_eq(number(root, "train_loss"), evaluated("--split train", "loss"));
        }
        if (i == 1)
            check_drawn((const char *const[]){
                ">objective<", "class=\"square",
                "is the loss with class weights and label smoothing: it cannot", NULL});
        cJSON_Delete(root);
    }
}
END_TEST

/* A long run is thinned out, but for the first, the last and the best epoch. */
START_TEST(a_page_of_a_million_epochs_stays_small) {
    cJSON_Delete(page("tests/small.json train.epochs=1"));
    struct test_outcome o = test_shell(
        "cd %s/run && head -1 metrics.csv >m && awk 'BEGIN { for (i = 1; i <= 1000000; i++) "
        "printf \"%%d,%%d,0.1,%%s,0.5,%%s,0.5\\n\", i, 10 * i, 2, i == 777777 ? 0.1 : 0.2 }' >>m "
        "&& "
        "mv m metrics.csv && cd - >/dev/null && $ONEHOT report %s/run",
        test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    size_t length;
    free(test_read(test_path("run/report.html"), &length));
    ck_assert_uint_lt(length, 250000);
    cJSON *root = test_page(test_path("run/report.html"));
    const cJSON *row, *epochs = test_member(root, "epochs");
    int found = 0, last = 0;
    cJSON_ArrayForEach(row, epochs) {
        int epoch = (int)number(row, "epoch");
        ck_assert_int_gt(epoch, last);
        found += epoch == 1 || epoch == 777777 || epoch == 1000000;
        last = epoch;
    }
    ck_assert_int_eq(found, 3);
    ck_assert_int_eq((int)number(root, "lowest_loss_epoch"), 777777);
    cJSON_Delete(root);
    check_drawn((const char *const[]){">1000000<", NULL});
}
END_TEST

START_TEST(a_page_of_many_classes_has_no_confusion_matrix_and_stays_small) {
    struct test_outcome o =
        test_shell("{ echo x,y,label; for i in 1 2 3 4; do seq 500; done | "
                   "awk '{ print $1 %% 30 \",\" $1 %% 17 \",c\" $1 }'; } >%s/t.csv;",
                   test_dir);
    ck_assert_int_eq(o.status, 0);
    cJSON *root = page(fixture_text("tests/small.json data.path=%s/t.csv data.validation=0 "
                                    "train.epochs=1 'model=[{\"type\":\"linear\",\"units\":500}]'",
                                    test_dir));
    const cJSON *test = test_member(root, "evaluation");
    ck_assert(size(test, "classes") == 500 && !cJSON_HasObjectItem(test, "confusion"));
    size_t length;
    free(test_read(test_path("run/report.html"), &length));
    ck_assert_uint_lt(length, 250000);
    check_drawn((const char *const[]){">Per class<", ">c500<", NULL});
    cJSON_Delete(root);
}
END_TEST

static const char two_classes[] =
    "tests/small.json data.path=toy:moons:noise=0.3 data.validation=100 train.epochs=3 "
    "'model=[{\"type\":\"linear\",\"units\":2}]'";

START_TEST(two_classes_get_a_curve_of_precision_and_recall) {
    cJSON *root = page(two_classes);
    const cJSON *point, *test = test_member(root, "evaluation");
    double best = number(test, "best_f1_threshold"), recall = 0, precision = 0, threshold = 2;
    bool passes = false; /* through the point of the best F1 */
    ck_assert_double_eq(number(test, "roc_auc"), evaluated("", "roc_auc"));
    /* Recall never falls, and the last point predicts all samples: half of them are right. */
    cJSON_ArrayForEach(point, test_member(root, "thresholds")) {
        ck_assert(number(point, "recall") >= recall && number(point, "threshold") < threshold);
        recall = number(point, "recall");
        precision = number(point, "precision");
        threshold = number(point, "threshold");
        passes |= threshold == best &&
                  fabs(2 / (1 / recall + 1 / precision) - number(test, "best_f1")) < 1e-12;
    }
    ck_assert(passes && recall == 1 && precision == 0.5);
    check_drawn((const char *const[]){fixture_text("ROC AUC: %.4f,", number(test, "roc_auc")),
                                      ">best F1: ", "<title>threshold 0.9: ",
                                      fixture_text("F1 is highest at %.3g: ", best), NULL});
    cJSON_Delete(root);
    root = page(fixture_text("%s data.path=toy:blobs:classes=3 model.0.units=3", two_classes));
    ck_assert(!cJSON_HasObjectItem(root, "thresholds"));
    cJSON_Delete(root);
}
END_TEST

START_TEST(a_mistake_is_shown_with_its_file_or_line) {
    static const int counts[SPLITS] = {30, 20};
    struct dataset *d = fixture_dataset(3, 3, 1, 2, counts);
    fixture_write_folders(d, test_path("d"));
    dataset_free(d);
    cJSON *root = page(fixture_text("tests/small.json data.path=%s/d model.6.units=2 "
                                    "data.validation=0 train.batch_size=4 train.epochs=1",
                                    test_dir)),
          *mistake;
    ck_assert_int_gt(size(root, "mistakes"), 0);
    cJSON_ArrayForEach(mistake, test_member(root, "mistakes")) {
        const char *file = test_member(mistake, "file")->valuestring;
        ck_assert_msg(strstr(file, "/d/test/") && strstr(file, "/000"), "%s", file);
    }
    cJSON_Delete(root);
    test_shell("printf 'x,label\n1,a\n2,b\n1,b\n2,a\n' >%s/t.csv", test_dir);
    root = page(fixture_text("%s data.path=%s/t.csv data.validation=0 data.test_share=0.5 "
                             "train.batch_size=2",
                             two_classes, test_dir));
    double line = number(test_member(root, "mistakes")->child, "line");
    check_drawn((const char *const[]){fixture_text("/t.csv:%g, loss ", line), NULL});
    cJSON_Delete(root);
}
END_TEST

START_TEST(names_cannot_inject_markup_into_a_page) {
    struct test_outcome o = test_shell(
        "for c in '<img src=x onerror=alert(1)>\"&' 'two'; do mkdir -p \"%s/d/train/$c\" "
        "\"%s/d/test/$c\" && "
        "cp tests/data/seven.png \"%s/d/train/$c\" && cp tests/data/seven.png \"%s/d/test/$c\"; "
        "done",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_int_eq(o.status, 0);
    char arguments[512];
    snprintf(arguments, sizeof arguments,
             "tests/small.json data.path=%s/d data.validation=0 train.batch_size=2 "
             "model.6.units=2 train.epochs=1 name='<!--<u>&'",
             test_dir);
    cJSON *root = page(arguments);
    ck_assert_str_eq(test_member(root, "classes")->child->valuestring,
                     "<img src=x onerror=alert(1)>\"&");
    size_t length;
    char *html = test_read(test_path("run/report.html"), &length);
    ck_assert_ptr_null(strstr(html, "<img src=x"));
    ck_assert_ptr_null(strstr(html, "<u>"));
    ck_assert_ptr_nonnull(strstr(html, "<title>&lt;!--&lt;u&gt;&amp;: 50.00 %"));
    char *drawn = test_drawn(test_path("run/report.html"), "");
    if (drawn) {
        ck_assert_ptr_nonnull(strstr(drawn, ">&lt;img src=x onerror=alert(1)&gt;\"&amp;<"));
        ck_assert(!strstr(drawn, "<img src=") && !strstr(drawn, "<u>"));
    }
    free(drawn);
    free(html);
    cJSON_Delete(root);
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
        ck_assert_msg(o.status == 0, "%s", o.err);
        cJSON *root = test_page(test_path("run/report.html"));
        ck_assert_int_eq(cJSON_HasObjectItem(root, "evaluation"), i % 2);
        ck_assert_int_eq(cJSON_HasObjectItem(root, "weights"), i < 3);
        check_drawn((const char *const[]){i % 2 ? "validation samples right"
                                                : "the quality of this model is unknown",
                                          i == 0 ? "0 of 0" : ">Training<", NULL});
        cJSON_Delete(root);
    }
}
END_TEST

START_TEST(the_curves_can_be_drawn_in_a_pipe) {
    cJSON_Delete(page("tests/small.json train.epochs=3"));
    struct test_outcome o =
        test_shell("COLUMNS=60 LC_ALL=C $ONEHOT report %s/run --plot", test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
    for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n"))
        ck_assert_msg(strlen(line) < 60, "%s", line);
}
END_TEST

START_TEST(no_curves_are_drawn_without_the_metrics_of_an_epoch) {
    cJSON_Delete(page("tests/small.json train.epochs=0"));
    struct test_outcome o = test_shell("$ONEHOT report %s/run --plot", test_dir);
    ck_assert(o.status == 2 && !*o.out);
    test_names(o.err, test_path("run/metrics.csv: has no completed epoch\n"));
    o = test_shell("$ONEHOT compare %s/run --plot", test_dir); /* axes, and a name */
    ck_assert_int_eq(o.status, 0);
    test_names(o.out, "training accuracy, %\n");
    test_names(o.out, " run\n");
    remove(test_path("run/metrics.csv"));
    static const char *const commands[] = {"report", "compare"};
    for (int i = 0; i < 2; i++) {
        o = test_shell("$ONEHOT %s %s/run --plot", commands[i], test_dir);
        ck_assert(o.status == 2 && !*o.out);
        test_names(o.err, test_path("run/metrics.csv: cannot be read"));
    }
}
END_TEST

static void refused(const char *names) {
    test_failed(test_shell("$ONEHOT report %s/run", test_dir), 2, names);
}

START_TEST(unfinished_runs_have_no_report) {
    cJSON_Delete(page("tests/small.json train.epochs=1"));
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
    ck_assert(test_exists(test_path("run/result.json")));
    ck_assert_ptr_null(strstr(o.out, "report"));
}
END_TEST

Suite *test_report(void) {
    return TEST_SUITE(
        "report", text_is_escaped, a_template_inserts_values_and_escapes_them_for_html,
        no_text_in_the_data_of_a_page_ends_it, charts_axes_hold_all_values_and_have_few_ticks,
        an_image_embedded_in_the_page_keeps_its_bytes, a_large_matrix_becomes_a_small_picture,
        numbers_become_grey_from_black_over_128_to_white, metrics_read_back_exactly_as_written,
        damaged_metrics_are_refused_with_the_line_number,
        a_report_answers_the_usual_questions_about_a_run,
        without_a_script_a_report_has_its_result_and_says_what_is_missing, a_report_works_offline,
        onehot_report_writes_the_same_page_as_training, onehot_report_prints_the_json_of_the_page,
        the_pages_numbers_are_those_of_evaluate,
        the_title_says_whose_epoch_the_model_is_and_that_training_stopped,
        a_loss_that_only_training_has_is_called_the_objective_and_the_comparable_one_drawn,
        a_page_of_a_million_epochs_stays_small,
        a_page_of_many_classes_has_no_confusion_matrix_and_stays_small,
        two_classes_get_a_curve_of_precision_and_recall, a_mistake_is_shown_with_its_file_or_line,
        names_cannot_inject_markup_into_a_page, runs_of_every_kind_have_a_page,
        the_curves_can_be_drawn_in_a_pipe, unfinished_runs_have_no_report,
        a_report_on_changed_data_is_refused,
        a_report_on_a_full_disk_fails_the_run_and_leaves_no_partial_file,
        no_curves_are_drawn_without_the_metrics_of_an_epoch);
}
