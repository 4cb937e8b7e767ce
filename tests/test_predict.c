/* onehot predict: many samples, from folders, tables and standard input, as text, JSON and CSV. */
#include "fixtures.h"
#include "messages.h"
#include "test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_predict(void);

/* Runs a command that must end with this status; then $O is onehot, $R the repository. */
#define AT "cd %s && O=$OLDPWD/$ONEHOT R=$OLDPWD && export COLUMNS=80 && "
static struct test_outcome shell(int status, const char *command) {
    struct test_outcome o = test_shell(AT "%s", test_dir, command);
    ck_assert_msg(o.status == status, "status %d: %s%s", o.status, o.out, o.err);
    return o;
}

/* Trains on pictures, in `m`; seven.png is one of them. */
static void train_pictures(void) {
    test_small_run("m", "");
    shell(0, "cp $R/tests/data/seven.png .");
}

/* Trains on a table, in `t`. Its classes are "a,b" and say "x". */
static void train_table(const char *more) {
    static const char rows[] = "x,y,label\n1,0,\"a,b\"\n2,0,\"a,b\"\n0,1,\"say \"\"x\"\"\"\n"
                               "0,2,\"say \"\"x\"\"\"\n";
    test_write(test_path("d.csv"), rows, strlen(rows));
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json data.path=%s/d.csv data.test_share=0 "
                   "train.batch_size=2 model.2.units=2 output=%s/t --quiet %s",
                   test_dir, test_dir, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* ---- pictures ---- */

START_TEST(a_folder_is_searched_for_images_by_names_and_content) {
    train_pictures();
    shell(0, "mkdir -p f/a/.h f/b && cp seven.png f/z.PNG && cp seven.png f/a/no_ending && "
             "cp seven.png f/b/7.jpeg && cp seven.png f/.x.png && cp seven.png f/a/.h/7.png && "
             "echo hi >f/Thumbs.db && echo hi >f/b/README.md && ln -s .. f/b/loop");
    struct test_outcome o = shell(0, "$O predict m f --csv | cut -d, -f1");
    ck_assert_str_eq(o.out, "file\nf/a/no_ending\nf/b/7.jpeg\nf/z.PNG\n");
    test_message(o.err);
    ck_assert_str_eq(shell(0, "$O predict m f/ --csv | cut -d, -f1").out, o.out);
}
END_TEST

START_TEST(only_fit_converts_between_grey_and_colour) {
    train_pictures();
    struct dataset *d = fixture_dataset(28, 28, 3, 2, (const int[]){4, 2});
    fixture_write_folders(d, test_path("colour"));
    dataset_free(d);
    shell(0, "$O train $R/tests/small.json data.path=colour data.validation=0 train.batch_size=2 "
             "train.epochs=1 output=c 'model=[{\"type\":\"linear\",\"units\":2}]'");
    test_failed(shell(2, "$O predict m colour/test/0/00000.png"), 2, "colour/test/0/00000.png");
    test_failed(shell(2, "$O predict c seven.png"), 2, "seven.png");
    shell(0, "$O predict --fit m colour/test/0/00000.png && $O predict --fit c seven.png");
}
END_TEST

START_TEST(a_folder_without_images_is_refused) {
    train_pictures();
    shell(0, "mkdir -p f/a && echo hi >f/a/x.txt");
    test_failed(shell(2, "$O predict m f"), 2, "f: ");
    train_table("");
    shell(0, "mkdir g");
    test_failed(shell(2, "$O predict t g"), 2, "g: ");
}
END_TEST

START_TEST(a_bad_image_among_many_is_reported_and_the_others_are_predicted) {
    train_pictures();
    shell(0, "mkdir f && cp seven.png f/a.png && echo hi >f/b.png && cp seven.png f/c.png && "
             "head -c 100 seven.png >f/d.png && printf 'GIF89a' >f/e && cp $R/tests/data/blank.png "
             "f/g.png");
    struct test_outcome o = shell(2, "$O predict m f none.png seven.png --csv");
    test_message(o.err);
    int lines = 0;
    for (const char *c = o.out; *c; c++)
        lines += *c == '\n';
    ck_assert_int_eq(lines, 1 + 4);
    ck_assert_ptr_nonnull(strstr(o.out, shell(0, "$O predict m f/g.png --csv | sed 1d").out));
    o = shell(2, "$O predict m f none.png seven.png --json");
    cJSON *root = test_json(&o);
    ck_assert_int_eq(cJSON_GetArraySize(root), 4);
    ck_assert_str_eq(test_member(cJSON_GetArrayItem(root, 1), "picture")->valuestring, "f/c.png");
    cJSON_Delete(root);
    o = shell(2, "$O predict m f/b.png --json");
    ck_assert_str_eq(o.out, "[]\n");
    test_failed(o, 2, "f/b.png");
}
END_TEST

START_TEST(every_batch_gives_the_probabilities_of_an_image_alone) {
    train_pictures();
    shell(0, "mkdir f && for i in $(seq 100 619); do cp seven.png f/$i.png; done && "
             "cp $R/tests/data/blank.png f/355.png && cp $R/tests/data/blank.png f/619.png");
    shell(
        0,
        "$O predict m seven.png --csv | sed 1d | cut -d, -f2- >one && "
        "$O predict m $R/tests/data/blank.png --csv | sed 1d | cut -d, -f2- >blank && "
        "$O predict m f --csv --threads 1 >all && $O predict m f --csv --threads 3 | cmp - all && "
        "test $(wc -l <all) = 521 && sed 1d all | cut -d, -f2- | sort -u >both && "
        "sort one blank | cmp - both && grep -F -n \"$(cat blank)\" all | cut -d, -f1 >where && "
        "printf '257:f/355.png\\n521:f/619.png\\n' | cmp - where");
}
END_TEST

START_TEST(names_that_are_not_utf8_leave_json_valid) {
    train_pictures();
    shell(0, "cp seven.png \"$(printf 'a\\377b.png')\" && cp seven.png 'a,\"b.png'");
    struct test_outcome o = shell(0, "$O predict m a*.png --json");
    cJSON *root = test_json(&o);
    ck_assert_str_eq(test_member(cJSON_GetArrayItem(root, 1), "picture")->valuestring, "a?b.png");
    cJSON_Delete(root);
    o = shell(0, "$O predict m 'a,\"b.png' --columns id,label");
    ck_assert_ptr_eq(strstr(o.out, "id,label\n\"a,\"\"b.png\","), o.out);
}
END_TEST

/* ---- tables ---- */

START_TEST(a_bad_row_is_reported_and_the_others_are_predicted) {
    train_table("");
    shell(0, "printf 'y,more,x\\n1,z,0\\n0,z,b\\n0,z,2\\n' >new.csv");
    struct test_outcome o = shell(2, "$O predict t new.csv none.csv --columns row,class");
    ck_assert_str_eq(o.out, "row,class\n1,\"say \"\"x\"\"\"\n3,\"a,b\"\n");
    test_message(o.err);
    o = shell(2, "$O predict t new.csv --json");
    cJSON *root = test_json(&o);
    ck_assert_int_eq(cJSON_GetArraySize(root), 2);
    ck_assert_int_eq(test_member(cJSON_GetArrayItem(root, 1), "number")->valueint, 3);
    cJSON_Delete(root);
}
END_TEST

START_TEST(csv_has_the_class_and_all_probabilities_in_quoted_cells) {
    train_table("");
    struct test_outcome o = shell(0, "$O predict t d.csv --csv");
    const char *row = strstr(o.out, "\n3,\"say \"\"x\"\"\",");
    ck_assert_ptr_eq(
        strstr(o.out, "row,class,probability,\"p_a,b\",\"p_say \"\"x\"\"\"\n1,\"a,b\","), o.out);
    ck_assert_msg(row != NULL, "%s", o.out);
    float best, p[2];
    ck_assert_int_eq(sscanf(row, "\n3,\"say \"\"x\"\"\",%g,%g,%g\n", &best, &p[0], &p[1]), 3);
    ck_assert(best == p[1] && p[1] > p[0] && p[0] + p[1] > 0.999999f);
    o = shell(0, "$O predict t 0 1 --csv --top 9 | sed 's/0[.0-9e-]*/P/g'");
    ck_assert_str_eq(o.out, "row,class,probability,class_2,probability_2\n"
                            "1,\"say \"\"x\"\"\",P,\"a,b\",P\n");
}
END_TEST

START_TEST(kaggles_two_columns_number_the_rows_or_copy_their_ids) {
    train_table("");
    shell(0, "printf 'PassengerId,y,x\\n892,1,0\\n893,0,2\\n' >test.csv");
    struct test_outcome o = shell(0, "$O predict t test.csv --columns PassengerId,Survived");
    ck_assert_str_eq(o.out, "PassengerId,Survived\n892,\"say \"\"x\"\"\"\n893,\"a,b\"\n");
    ck_assert_str_eq(o.err, "");
    o = shell(0, "$O predict t test.csv --columns ImageId,Label");
    ck_assert_str_eq(o.out, "ImageId,Label\n1,\"say \"\"x\"\"\"\n2,\"a,b\"\n");
    test_message(o.err);
    train_pictures();
    o = shell(0, "mkdir f && cp seven.png f && $O predict m f --columns id,label | cut -d, -f1");
    ck_assert_str_eq(o.out, "id\nseven.png\n");
}
END_TEST

START_TEST(a_file_without_a_header_is_noted) {
    train_table("");
    shell(0, "printf '1,0\\n0,2\\n' >new.csv");
    struct test_outcome o = shell(0, "$O predict t new.csv");
    test_message(o.err);
}
END_TEST

/* Values near the largest float32: the sum of two products is infinite. */
START_TEST(rows_before_one_whose_output_is_not_finite_are_predicted) {
    train_table("");
    shell(0, "printf 'x,y\n1,0\n3e38,-3e38\n2,0\n' >huge.csv");
    struct test_outcome o = shell(1, "$O predict t huge.csv --columns row,class");
    ck_assert_str_eq(o.out, "row,class\n1,\"a,b\"\n");
    test_names(o.err, "t/model.safetensors: the model's output is not finite for huge.csv, line 3");
    o = shell(1, "$O predict t 3e38 -3e38");
    test_names(o.err, " is not finite for 3e38 -3e38\n");
}
END_TEST

/* ---- standard input ---- */

START_TEST(standard_input_is_an_image_or_a_table) {
    train_pictures();
    train_table("");
    shell(0, "$O predict m seven.png | sed s/seven.png// >file && "
             "cat seven.png | $O predict m - | sed 's/standard input//' | cmp - file && "
             "$O predict t d.csv --csv >file && cat d.csv | $O predict t - --csv | cmp - file && "
             "gzip -c d.csv | $O predict t - --csv | cmp - file && "
             "$O predict t - --csv <d.csv | cmp - file");
    test_failed(shell(2, "$O predict m - </dev/null"), 2, "standard input");
    test_failed(shell(2, "printf 'x,y\\n1\\n' | $O predict t -"), 2, "standard input: line 2");
}
END_TEST

/* ---- what is printed ---- */

START_TEST(top_lists_the_most_probable_classes) {
    train_pictures();
    struct test_outcome o = shell(0, "$O predict m seven.png --top 3 | tail -n 4 | grep -c %");
    ck_assert_str_eq(o.out, "3\n"); /* and the picture's last line */
    o = shell(0, "$O predict m seven.png seven.png --top 3 | sed 1d | tr -cd ,");
    ck_assert_str_eq(o.out, ",,");
    o = shell(0, "$O predict m seven.png --top 99 --json");
    cJSON *root = test_json(&o);
    const cJSON *item = root->child, *top = test_member(item, "top"), *c;
    double before = 1;
    ck_assert_int_eq(cJSON_GetArraySize(top), 10);
    ck_assert_str_eq(top->child->valuestring, test_member(item, "class")->valuestring);
    cJSON_ArrayForEach(c, top) {
        double p = test_member(test_member(item, "probabilities"), c->valuestring)->valuedouble;
        ck_assert(p <= before);
        before = p;
    }
    cJSON_Delete(root);
}
END_TEST

START_TEST(csv_of_a_multi_label_model_lists_the_labels_and_of_one_output_both_classes) {
    struct test_outcome o = test_shell("$ONEHOT train tests/small-several.json output=%s/m --quiet "
                                       "&& $ONEHOT train configs/tiny/moons.json train.epochs=5 "
                                       "output=%s/one --quiet",
                                       test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    shell(0, "cp $R/tests/data/seven.png .");
    o = shell(0, "$O predict m seven.png --csv --threshold 0 | cut -d, -f1-3 | sed 's/0[.].*/P/'");
    ck_assert_str_eq(o.out, "file,classes,p_0\nseven.png,0 1 2 3 4 5 6 7 8 9,P\n");
    o = shell(0, "$O predict m seven.png --columns id,tags --threshold 1");
    ck_assert_str_eq(o.out, "id,tags\nseven.png,\n");
    o = shell(0, "$O predict m seven.png seven.png --threshold 1 | uniq");
    ck_assert_str_eq(o.out, "seven.png: none of them\n");
    o = shell(0, "$O predict m seven.png seven.png --top 1 --threshold 1 | uniq");
    ck_assert_ptr_nonnull(strstr(o.out, " %, no)\n"));
    float best, p[2];
    o = shell(0, "$O predict one 0 3 --csv | sed 's/^1,[^,]*,//'");
    ck_assert_int_eq(sscanf(strchr(o.out, '\n') + 1, "%g,%g,%g\n", &best, &p[0], &p[1]), 3);
    ck_assert(best == (p[0] > p[1] ? p[0] : p[1]) && p[0] + p[1] > 0.999999f);
}
END_TEST

START_TEST(a_full_disk_is_an_error) {
    train_pictures();
    for (const char *const *f = (const char *const[]){"", "--csv", "--json", NULL}; *f; f++)
        test_failed(test_shell(AT "$O predict m seven.png seven.png %s >/dev/full", test_dir, *f),
                    1, "standard output");
    shell(1, "$O predict m none.png seven.png --csv >/dev/full");
}
END_TEST

START_TEST(samples_and_options_that_do_not_fit_are_refused) {
    train_pictures();
    train_table("");
    test_failed(shell(2, "$O predict m d.csv"), 2, "m/model.safetensors");
    test_failed(shell(2, "$O predict t 3,1 2"), 2, "\"3,1\"");
    test_failed(shell(2, "$O predict t 3"), 2, "\"y\"");
    test_failed(shell(2, "$O predict m seven.png --csv --json"), 2, "--csv");
    test_failed(shell(2, "$O predict m seven.png --columns id"), 2, "--columns");
    test_failed(shell(2, "$O predict m seven.png --columns a,b,c"), 2, "--columns");
    test_failed(shell(2, "$O predict m seven.png --columns a,b --top 2"), 2, "--top");
}
END_TEST

Suite *test_predict(void) {
    return TEST_SUITE("predict", a_folder_is_searched_for_images_by_names_and_content,
                      only_fit_converts_between_grey_and_colour, a_folder_without_images_is_refused,
                      a_bad_image_among_many_is_reported_and_the_others_are_predicted,
                      every_batch_gives_the_probabilities_of_an_image_alone,
                      names_that_are_not_utf8_leave_json_valid,
                      a_bad_row_is_reported_and_the_others_are_predicted,
                      csv_has_the_class_and_all_probabilities_in_quoted_cells,
                      kaggles_two_columns_number_the_rows_or_copy_their_ids,
                      a_file_without_a_header_is_noted, standard_input_is_an_image_or_a_table,
                      top_lists_the_most_probable_classes,
                      csv_of_a_multi_label_model_lists_the_labels_and_of_one_output_both_classes,
                      a_full_disk_is_an_error, samples_and_options_that_do_not_fit_are_refused,
                      rows_before_one_whose_output_is_not_finite_are_predicted);
}
