/* Names, tables, classes and paths at their limits and one beyond, and datasets that lack a part.
 */
#include "base/file.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "data/tables/reader.h"
#include "fixtures.h"
#include "messages.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_limits(void);

/* ---- names ---- */

enum { LONGEST = DICTIONARY_MAX_TEXT };

/* A name of this many bytes, in static memory. */
static const char *name_of(int bytes) {
    static char name[LONGEST + 2];
    memset(name, 'y', sizeof name);
    name[bytes] = '\0';
    return name;
}

static struct dataset *read_at(const char *path, struct error *e) {
    struct data_options from = *DATA_AT(path);
    from.test_fraction = 0;
    return formats_read(&from, NULL, e);
}

static void refused(const char *path, const char *names) {
    struct error e = {0};
    ck_assert_ptr_null(read_at(path, &e));
    test_refused(&e, names);
}

static void read_well(const char *path, int classes, int columns) {
    struct error e = {0};
    struct dataset *d = read_at(path, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    ck_assert_int_eq(d->classes.count, classes);
    ck_assert_int_eq(d->columns.count, columns);
    dataset_free(d);
}

static void write_text(const char *name, struct text t) {
    fixture_write(test_path("%s", name), t);
}

/* Unless it exists. */
static void directory(const char *path) {
    struct error e = {0};
    ck_assert_msg(file_make_directory(path, &e) == 0, "%s", e.text);
}

static void write_table(const char *column, const char *class) {
    struct text t = {0};
    text_printf(&t, "%s,label\n1,a\n2,%s\n", column, class);
    write_text("d.csv", t);
}

/* labels.csv beside two images, the second of this class. */
static void write_listed(const char *class) {
    struct text t = {0};
    const uint8_t pixels[] = {1, 2, 3};
    text_printf(&t, "a.png,x\nb.png,%s\n", class);
    directory(test_path("listed"));
    write_text("listed/labels.csv", t);
    write_text("listed/a.png", fixture_png(1, 1, pixels));
    write_text("listed/b.png", fixture_png(1, 1, pixels + 1));
}

/* dataset.json with these classes, in JSON, and one sample of each of the first two. */
static void write_sheet(const char *classes) {
    struct text t = {0}, labels = {0};
    text_printf(&t,
                "{\"height\": 1, \"width\": 1, \"channels\": 1, \"classes\": [%s],\n"
                " \"train\": {\"samples\": 2, \"sheets\": [\"a.png\"], \"labels\": \"t\"}}\n",
                classes);
    text_printf(&labels, "0\n1\n");
    directory(test_path("sheet"));
    write_text("sheet/dataset.json", t);
    write_text("sheet/t", labels);
    write_text("sheet/a.png", fixture_png(2, 1, (const uint8_t[]){1, 2}));
}

START_TEST(the_name_of_a_class_may_have_1000_bytes_and_no_more) {
    struct text t = {0}, long_name = {0};
    text_printf(&t, "\"x\", \"%s\"", name_of(LONGEST));
    write_table("x", name_of(LONGEST));
    write_listed(name_of(LONGEST));
    write_sheet(t.data);
    read_well(test_path("d.csv"), 2, 1);
    read_well(test_path("listed"), 2, 0);
    read_well(test_path("sheet"), 2, 0);

    text_printf(&long_name, "\"x\", \"%s\"", name_of(LONGEST + 1));
    write_table("x", name_of(LONGEST + 1));
    write_listed(name_of(LONGEST + 1));
    write_sheet(long_name.data);
    refused(test_path("d.csv"), "line 3, column 2");
    refused(test_path("listed"), "yyy...");
    refused(test_path("sheet"), "class 1");
    text_free(&t);
    text_free(&long_name);
}
END_TEST

START_TEST(the_name_of_a_column_may_have_1000_bytes_and_no_more) {
    write_table(name_of(LONGEST), "b");
    read_well(test_path("d.csv"), 2, 1);
    write_table(name_of(LONGEST + 1), "b");
    refused(test_path("d.csv"), "line 1, column 1");
}
END_TEST

START_TEST(more_than_10000_classes_are_refused) {
    struct text t = {0};
    for (int i = 0; i <= DATASET_MAX_CLASSES; i++)
        text_printf(&t, "%s\"%d\"", i > 0 ? ", " : "", i);
    write_sheet(t.data);
    refused(test_path("sheet"), "10001 classes");
    text_free(&t);
}
END_TEST

/* ---- tables ---- */

/* Each of the columns has 100 texts, which become 100 features. */
static void write_texts(int columns) {
    struct text t = {0};
    for (int i = 0; i < columns; i++)
        text_printf(&t, "c%d,", i);
    text_printf(&t, "label\n");
    for (int row = 0; row < 200; row++) {
        for (int i = 0; i < columns; i++)
            text_printf(&t, "t%d,", (row + i) % 100);
        text_printf(&t, "%d\n", row % 2);
    }
    write_text("d.csv", t);
}

START_TEST(the_texts_of_a_table_may_become_10000_features_and_no_more) {
    write_texts(READER_MAX_COLUMNS / 100);
    read_well(test_path("d.csv"), 2, READER_MAX_COLUMNS);
    write_texts(READER_MAX_COLUMNS / 100 + 1);
    refused(test_path("d.csv"), "10000 features");
}
END_TEST

START_TEST(a_record_of_more_than_a_megabyte_is_refused_however_short_its_fields_are) {
    struct text t = {0};
    int columns = READER_MAX_RECORD / 150;
    for (int i = 0; i < columns; i++)
        text_printf(&t, "c%d,", i);
    text_printf(&t, "label\n");
    for (int i = 0; i < columns; i++)
        text_printf(&t, "%0160d,", i);
    text_printf(&t, "b\n");
    write_text("d.csv", t);
    refused(test_path("d.csv"), "line 2");
}
END_TEST

START_TEST(a_comment_of_more_than_a_megabyte_is_refused_too) {
    for (int more = 0; more < 2; more++) {
        struct text t = {0};
        text_printf(&t, "#%*s\nx,label\n1,a\n2,b\n", READER_MAX_RECORD - 1 + more, "");
        write_text("d.csv", t);
        if (more == 0)
            read_well(test_path("d.csv"), 2, 1);
        else
            refused(test_path("d.csv"), "line 1");
    }
}
END_TEST

/* ---- paths ---- */

START_TEST(a_path_that_is_too_long_is_refused_before_a_part_of_it_is_made) {
    test_failed(
        test_shell("cd %s && $OLDPWD/$ONEHOT evaluate $(printf 'x%%.0s' $(seq 4096))", test_dir), 2,
        "xxx...");
    test_failed(test_shell("cd %s && $OLDPWD/$ONEHOT pack $OLDPWD/tests/data/mnist-small "
                           "$(printf 'x/%%.0s' $(seq 2048))",
                           test_dir),
                2, "x/x/...: ");
    ck_assert(!test_exists(test_path("x")));
}
END_TEST

START_TEST(an_override_that_is_not_utf8_is_refused) {
    test_failed(test_shell("$ONEHOT train tests/small.json \"name=$(printf '\\377')\""), 2,
                "command line: \"name=");
    test_failed(test_shell("$ONEHOT train tests/small.json \"$(printf 'na\\303me')=a\""), 2,
                "command line: \"na");
}
END_TEST

/* ---- what is missing, or too much ---- */

/* Folders of a split's classes x and y, with an image in each. */
static void write_split(const char *split) {
    for (int i = 0; i < 2; i++) {
        directory(test_path("d/%s/%c", split, 'x' + i));
        fixture_write(test_path("d/%s/%c/1.png", split, 'x' + i),
                      fixture_png(1, 1, (const uint8_t[]){(uint8_t)i}));
    }
}

START_TEST(labels_csv_without_images_is_refused) {
    struct text t = {0};
    text_printf(&t, "a.png,x\nb.png,y\n");
    directory(test_path("d"));
    write_text("d/labels.csv", t);
    refused(test_path("d"), "labels.csv");
}
END_TEST

START_TEST(a_file_beside_the_folders_of_the_splits_is_skipped_and_counted) {
    struct error e = {0};
    write_split("train");
    write_split("test");
    test_write(test_path("d/notes.bin"), "?", 1);
    struct dataset *d = formats_read(DATA_AT(test_path("d")), NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    ck_assert_int_eq(d->split[TRAIN].count, 2);
    ck_assert_int_eq(d->notes.count, 1);
    test_message(d->notes.items[0]);
    dataset_free(d);
}
END_TEST

START_TEST(a_config_has_at_most_a_million_bytes) {
    static char config[1000 * 1000 + 2];
    memset(config, ' ', sizeof config - 1);
    memcpy(config, "{", 1);
    test_write(test_path("c.json"), config, 1000 * 1000 + 1);
    struct test_outcome o = test_shell("$ONEHOT train %s/c.json", test_dir);
    test_failed(o, 2, "c.json: has 1000001 bytes");
    test_write(test_path("c.json"), config, 1000 * 1000);
    test_failed(test_shell("$ONEHOT train %s/c.json", test_dir), 2, "the JSON ends too early");
}
END_TEST

START_TEST(a_name_too_long_for_a_list_ends_in_dots) {
    struct error e = {0};
    char name[256];
    memset(name, 'n', sizeof name);
    name[250] = '\0';
    write_listed("y");
    struct text t = {0};
    text_printf(&t, "filename,label,%s%s\na.png,x,1\nb.png,y,2\n", name, name);
    write_text("listed/labels.csv", t);
    struct dataset *d = formats_read(DATA_AT(test_path("listed")), NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    test_message(d->notes.items[d->notes.count - 1]);
    ck_assert_ptr_nonnull(strstr(d->notes.items[d->notes.count - 1], "nnn..."));
    dataset_free(d);
}
END_TEST

START_TEST(a_dataset_without_training_samples_is_not_trained_on) {
    write_split("test");
    test_failed(
        test_shell("$ONEHOT train tests/small.json data.path=%s data.validation=0", test_path("d")),
        2, "/d: has no training samples");
}
END_TEST

/* FOLDER/SPLIT.csv, with so many rows of two classes. */
static void write_rows(const char *folder, const char *split, int rows) {
    struct text t = {0};
    text_printf(&t, "x,label\n");
    for (int i = 0; i < rows; i++)
        text_printf(&t, "%d.5,%c\n", i, 'a' + i % 2);
    directory(test_path("%s", folder));
    fixture_write(test_path("%s/%s.csv", folder, split), t);
}

static struct test_outcome evaluate_on(const char *folder, const char *split) {
    return test_shell("$ONEHOT evaluate %s/run --data %s/%s --split %s", test_dir, test_dir, folder,
                      split);
}

START_TEST(other_data_must_have_the_split_that_is_evaluated_and_enough_of_it) {
    write_rows("whole", "train", 30);
    write_rows("whole", "test", 4);
    write_rows("tests", "test", 4);
    write_rows("few", "train", 8);
    write_rows("few", "test", 4);
    struct test_outcome o =
        test_shell("$ONEHOT train tests/small.json data.path=%s/whole data.validation=10 "
                   "data.test_share=0 train.epochs=1 output=%s/run "
                   "model='[{\"type\":\"linear\",\"units\":2}]'",
                   test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_failed(evaluate_on("tests", "train"), 2, "/tests: has no training");
    test_failed(evaluate_on("few", "validation"), 2, "too few");
}
END_TEST

START_TEST(a_run_without_test_samples_is_not_evaluated_on_them) {
    struct test_outcome o = test_shell("$ONEHOT train configs/tiny/three.json output=%s/run "
                                       "data.path=toy:spiral:train=21:test=0 train.epochs=1",
                                       test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_failed(test_shell("$ONEHOT evaluate %s/run", test_dir), 2, "has no test samples");
    test_failed(test_shell("$ONEHOT evaluate %s/run --split validation", test_dir), 2,
                "has no validation samples");
    ck_assert_int_eq(test_shell("$ONEHOT evaluate %s/run --split train", test_dir).status, 0);
}
END_TEST

START_TEST(pack_says_whether_a_folder_holds_a_dataset_or_what_is_left_of_one) {
    directory(test_path("p"));
    test_write(test_path("p/test-0.png"), "", 0);
    const char *pack = fixture_text("$ONEHOT pack tests/data/mnist-small %s", test_path("p"));
    test_failed(test_shell("%s", pack), 2, "interrupted");
    test_write(test_path("p/dataset.json"), "{}", 2);
    test_failed(test_shell("%s", pack), 2, "is not empty");
}
END_TEST

/* Converting x.png replaces it, so no command that removes it may follow. */
START_TEST(a_wrong_image_named_png_is_converted_in_place) {
    write_split("train");
    test_write(test_path("d/train/x/2.png"), "GIF89a.............", 19);
    test_write(test_path("d/train/y/2.gif"), "GIF89a.............", 19);
    struct error e = {0};
    ck_assert_ptr_null(read_at(test_path("d"), &e));
    ck_assert_ptr_null(strstr(e.text, "x/2.png' && rm"));
    ck_assert_ptr_nonnull(strstr(e.text, "y/2.png' && rm"));
    test_refused(&e, "2 of its 4 files");
}
END_TEST

Suite *test_limits(void) {
    return TEST_SUITE("limits", the_name_of_a_class_may_have_1000_bytes_and_no_more,
                      the_name_of_a_column_may_have_1000_bytes_and_no_more,
                      more_than_10000_classes_are_refused,
                      the_texts_of_a_table_may_become_10000_features_and_no_more,
                      a_record_of_more_than_a_megabyte_is_refused_however_short_its_fields_are,
                      a_comment_of_more_than_a_megabyte_is_refused_too,
                      a_path_that_is_too_long_is_refused_before_a_part_of_it_is_made,
                      an_override_that_is_not_utf8_is_refused, labels_csv_without_images_is_refused,
                      a_file_beside_the_folders_of_the_splits_is_skipped_and_counted,
                      a_config_has_at_most_a_million_bytes, a_name_too_long_for_a_list_ends_in_dots,
                      a_dataset_without_training_samples_is_not_trained_on,
                      other_data_must_have_the_split_that_is_evaluated_and_enough_of_it,
                      a_run_without_test_samples_is_not_evaluated_on_them,
                      pack_says_whether_a_folder_holds_a_dataset_or_what_is_left_of_one,
                      a_wrong_image_named_png_is_converted_in_place);
}
