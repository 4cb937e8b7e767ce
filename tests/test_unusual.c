/* Unusual datasets and options that are read as they are meant, or refused with the reason. */
#include "data/dataset.h"
#include "data/formats.h"
#include "data/pictures/image_sheet.h"
#include "fixtures.h"
#include "messages.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_unusual(void);

static void write_text(const char *name, const char *text) {
    test_write(test_path("%s", name), text, strlen(text));
}

static struct dataset *read_at(const char *name, struct error *e) {
    struct data_options from = *DATA_AT(test_path("%s", name));
    from.test_fraction = 0;
    return formats_read(&from, NULL, e);
}

static struct dataset *read_well(const char *name) {
    struct error e = {0};
    struct dataset *d = read_at(name, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    return d;
}

/* The names of the columns and classes of this table, as "x y: a b". */
static const char *names_in(const char *table) {
    static char names[400];
    write_text("d.csv", table);
    struct dataset *d = read_well("d.csv");
    int size = 0;
    for (int i = 0; i < d->columns.count; i++)
        size += sprintf(names + size, "%s%s", i > 0 ? " " : "", d->columns.items[i]);
    for (int i = 0; i < d->classes.count; i++)
        size += sprintf(names + size, "%s%s", i > 0 ? " " : ": ", d->classes.items[i]);
    dataset_free(d);
    return names;
}

static void refused(const char *name, const char *names) {
    struct error e = {0};
    ck_assert_ptr_null(read_at(name, &e));
    test_refused(&e, names);
}

/* ---- tables ---- */

START_TEST(fractional_labels_are_classes_if_they_are_two_or_repeat) {
    ck_assert_str_eq(names_in("x,label\n1,0.5\n3,1.5\n"), "x: 0.5 1.5");
    ck_assert_str_eq(names_in("x,label\n1,0.5\n3,1.5\n1,2\n2,0.5\n4,1.5\n6,2\n"), "x: 0.5 1.5 2");
    ck_assert_str_eq(names_in("x,label\n1,1\n3,2\n1,3\n"), "x: 1 2 3");
    write_text("d.csv", "x,label\n1,0.5\n3,1.5\n1,2\n2,0.5\n4,1.5\n");
    refused("d.csv", "3 different numbers");
}
END_TEST

START_TEST(only_a_separator_alone_makes_a_line_excels) {
    ck_assert_str_eq(names_in("sep=a,label\n1,x\n2,y\n"), "sep=a: x y");
    ck_assert_str_eq(names_in("sep=,label\n1,x\n2,y\n"), "sep=: x y");
    ck_assert_str_eq(names_in("sep=;b;label\n1;3;x\n2;3;y\n"), "sep= b: x y");
    ck_assert_str_eq(names_in("sep=;\nsep=;label\n1;x\n2;y\n"), "sep=: x y");
}
END_TEST

START_TEST(utf16_of_either_byte_order_is_refused_but_not_other_bytes_like_its_mark) {
    test_write(test_path("d.csv"), "\xff\xfex\0,\0", 6);
    refused("d.csv", "UTF-16");
    test_write(test_path("d.csv"), "\xfe\xff\0x\0,", 6);
    refused("d.csv", "UTF-16");
    write_text("d.csv", "\xff,label\n1,a\n2,b\n");
    refused("d.csv", "is not UTF-8");
    write_text("d.csv", "\xfe,label\n1,a\n2,b\n");
    refused("d.csv", "is not UTF-8");
}
END_TEST

START_TEST(control_characters_in_a_class_are_escaped_whole) {
    write_text("d.csv", "x,label\n1,\"a\nb\"\n2,\"c\xc2\x85"
                        "d\"\n3,\"\xe2\x80\xae"
                        "e\"\n");
    struct dataset *d = read_well("d.csv");
    ck_assert_str_eq(d->classes.items[0], "\\xe2\\x80\\xaee");
    ck_assert_str_eq(d->classes.items[1], "a\\nb");
    ck_assert_str_eq(d->classes.items[2], "c\\xc2\\x85d");
    dataset_free(d);
}
END_TEST

START_TEST(a_folder_of_images_may_contain_lists_of_its_splits) {
    static const char *const lists[] = {"train.txt", "test.txt", "train.txt"};
    for (int i = 0; i < 3; i++) {
        struct error e = {0};
        char folder[100];
        snprintf(folder, sizeof folder, "%s/d%d", test_dir, i);
        struct dataset *d =
            fixture_dataset(2, 2, 1, 2, i == 1 ? (const int[]){0, 4} : (const int[]){4, 0});
        if (i < 2)
            fixture_write_folders(d, folder);
        else
            ck_assert_int_eq(image_sheet_write(d, folder, &e), 0);
        write_text(fixture_text("d%d/%s", i, lists[i]), "x y label\n1 2 a\n3 4 b\n");
        struct dataset *got = read_well(fixture_text("d%d", i));
        fixture_same(got, d);
        dataset_free(got);
        dataset_free(d);
    }
}
END_TEST

START_TEST(a_folder_named_like_a_table_is_not_one) {
    fixture_directory(test_path("t"));
    fixture_directory(test_path("t/train.csv"));
    write_text("t/train.tsv", "x\tlabel\n1\ta\n2\tb\n");
    struct dataset *d = read_well("t");
    ck_assert_int_eq(d->split[TRAIN].count, 2);
    dataset_free(d);
    refused("t/train.csv", "t/train.csv");
    refused("t/none.csv", "t/none.csv");
}
END_TEST

/* ---- labels.csv ---- */

START_TEST(a_row_of_labels_csv_without_its_split_or_label_is_refused) {
    static const char *const rows[][2] = {{"b.png,y", "line 3: its split is \"\""},
                                          {"b.png", "line 3: has no label"},
                                          {"b.png,,train", "line 3: has no label"}};
    fixture_directory(test_path("d"));
    fixture_write(test_path("d/a.png"), fixture_png(1, 1, (const uint8_t[]){1}));
    fixture_write(test_path("d/b.png"), fixture_png(1, 1, (const uint8_t[]){2}));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_text("d/labels.csv",
                   fixture_text("file,label,split\na.png,x,train\n%s\n", rows[i][0]));
        refused("d", rows[i][1]);
    }
    write_text("d/labels.csv", "file,label,split\na.png,x,train\nb.png,y,training\n");
    dataset_free(read_well("d"));
}
END_TEST

START_TEST(a_path_in_labels_csv_matches_names_of_folders_as_a_whole) {
    static const char *const listed[][2] = {{"s/b.png", NULL},
                                            {"/home/me/d/s/b.png", NULL},
                                            {"b", NULL},
                                            {"xs/b.png", "names 1 file not in"},
                                            {"t/b.png", "names 1 file not in"},
                                            {"s/xb.png", "names 1 file not in"}};
    fixture_directory(test_path("d"));
    fixture_directory(test_path("d/s"));
    fixture_write(test_path("d/a.png"), fixture_png(1, 1, (const uint8_t[]){1}));
    fixture_write(test_path("d/s/b.png"), fixture_png(1, 1, (const uint8_t[]){2}));
    for (size_t i = 0; i < sizeof listed / sizeof *listed; i++) {
        write_text("d/labels.csv", fixture_text("file,label\na.png,x\n%s,y\n", listed[i][0]));
        if (listed[i][1])
            refused("d", listed[i][1]);
        else
            dataset_free(read_well("d"));
    }
}
END_TEST

/* ---- options ---- */

START_TEST(without_a_home_a_tilde_is_the_name_of_a_folder) {
    test_failed(test_shell("env -u HOME $ONEHOT train tests/small.json data.path='~/none' "
                           "output=%s/run",
                           test_dir),
                2, "~/none");
}
END_TEST

/* JSON reads them as numbers and booleans, but they name columns. */
START_TEST(a_label_and_a_header_may_be_given_without_quotes) {
    static const char *const options[][2] = {
        {"data.label=-1 data.header=false", "no header: the columns are c0 to c2"},
        {"data.label=2 data.header=false", "no header: the columns are c0 to c2"},
        {"data.label=1.5 data.header=true", "1 column, 2 classes"},
        {"data.label=true data.header=true 'data.ignore=[\"7\"]'", "1 column, 2 classes"}};
    write_text("d.csv", "1,2,a\n3,4,b\n5,2,a\n7,4,b\n");
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (i == 2)
            write_text("d.csv", "true,1.5\n1,a\n3,b\n1,a\n3,b\n");
        if (i == 3)
            write_text("d.csv", "true,1.5,7\na,1,1\nb,3,1\na,5,1\nb,7,1\n");
        struct test_outcome o = test_shell(
            "$ONEHOT train configs/tiny/three.json data.path=%s/d.csv %s data.test_share=0 "
            "train.epochs=1 train.batch_size=2 'model=[{\"type\":\"linear\",\"units\":2}]' "
            "output=%s/run%zu",
            test_dir, options[i][0], test_dir, i);
        ck_assert_msg(o.status == 0, "%s", o.err);
        test_names(o.out, options[i][1]);
    }
}
END_TEST

START_TEST(an_item_of_a_list_that_does_not_exist_is_not_overridden) {
    static const char *const keys[] = {"model.7.units",  "model.-1.units", "model.x.units",
                                       "model.1x.units", "model..units",   "name.x"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        test_failed(
            test_shell("$ONEHOT train tests/small.json %s=3 output=%s/run", keys[i], test_dir), 2,
            fixture_text("command line: \"%s\"", keys[i]));
}
END_TEST

/* A quarter of an image has whole pixels. */
START_TEST(images_of_an_odd_width_or_height_are_not_composed) {
    for (int odd = 0; odd < 2; odd++) {
        struct dataset *d = fixture_dataset(4 + odd, 5 - odd, 1, 2, (const int[]){4, 2});
        fixture_write_folders(d, test_path("odd%d", odd));
        dataset_free(d);
        test_failed(test_shell("$ONEHOT pack --compose --train 4 --test 2 %s/odd%d %s/new",
                               test_dir, odd, test_dir),
                    2, fixture_text("/odd%d", odd));
    }
}
END_TEST

START_TEST(each_kind_of_distortion_alone_changes_the_training) {
    static const char *const kinds[] = {"shift=1",      "flip=0.5",  "rotate=9",
                                        "scale=0.2",    "shear=0.2", "brightness=0.3",
                                        "contrast=0.3", "noise=0.1", "erase=0.5"};
    char hashes[10][65] = {""};
    for (int i = 0; i <= 9; i++) {
        struct test_outcome o = test_shell(
            "$ONEHOT train tests/small.json data.limit=64 train.epochs=1 data.validation=0 "
            "'model=[{\"type\":\"linear\",\"units\":10}]' output=%s/run%d --quiet %s%s && "
            "sed -n 's/.*\"weights_sha256\": \"\\([0-9a-f]*\\).*/\\1/p' %s/run%d/result.json",
            test_dir, i, i > 0 ? "data.augment." : "", i > 0 ? kinds[i - 1] : "", test_dir, i);
        ck_assert_msg(o.status == 0 && strlen(o.out) == 65, "%s%s", o.out, o.err);
        snprintf(hashes[i], sizeof hashes[i], "%.64s", o.out);
        for (int k = 0; k < i; k++)
            ck_assert_msg(strcmp(hashes[i], hashes[k]) != 0, "%d and %d are the same", i, k);
    }
}
END_TEST

Suite *test_unusual(void) {
    return TEST_SUITE("unusual", fractional_labels_are_classes_if_they_are_two_or_repeat,
                      only_a_separator_alone_makes_a_line_excels,
                      utf16_of_either_byte_order_is_refused_but_not_other_bytes_like_its_mark,
                      control_characters_in_a_class_are_escaped_whole,
                      a_folder_of_images_may_contain_lists_of_its_splits,
                      a_folder_named_like_a_table_is_not_one,
                      a_row_of_labels_csv_without_its_split_or_label_is_refused,
                      a_path_in_labels_csv_matches_names_of_folders_as_a_whole,
                      without_a_home_a_tilde_is_the_name_of_a_folder,
                      a_label_and_a_header_may_be_given_without_quotes,
                      an_item_of_a_list_that_does_not_exist_is_not_overridden,
                      images_of_an_odd_width_or_height_are_not_composed,
                      each_kind_of_distortion_alone_changes_the_training);
}
