/* Tables in text files: what is accepted, and what is refused with its file, line and column. */
#include "base/file.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "data/tables/reader.h"
#include "fixtures.h"
#include "messages.h"
#include "test.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

Suite *test_csv(void);

static struct dataset *read_as(const char *path, const char *label, double share) {
    struct error e = {0};
    struct data_options from = {.path = path, .label = label, .test_fraction = share};
    struct dataset *d = formats_read(&from, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    return d;
}

static void write_text(const char *name, const char *text) {
    test_write(test_path("%s", name), text, strlen(text));
}

/* Reads the rows of this text, all for training. */
static struct dataset *read_text(const char *text) {
    write_text("d.csv", text);
    return read_as(test_path("d.csv"), "label", 0);
}

static void refused_as(const char *name, const char *label, const char *file, const char *names);
static void refused(const char *content, const char *names);

/* ---- good files ---- */

START_TEST(quotes_line_endings_spaces_and_empty_lines_are_read_correctly) {
    struct dataset *d = read_text("\xef\xbb\xbf\"a, \"\"b\"\"\", label ,c\r\n"
                                  "1, two words\t,\"3\"\r\n"
                                  "\n"
                                  " 4,\" kept, as it is \"\"\",6\n"
                                  "7,two words,8");
    const struct split *s = &d->split[TRAIN];
    ck_assert_int_eq(d->columns.count, 2);
    ck_assert_str_eq(d->columns.items[0], "a, \"b\"");
    ck_assert_str_eq(d->columns.items[1], "c");
    ck_assert_int_eq(s->count, 3);
    ck_assert_mem_eq(s->values, ((const float[]){1, 3, 4, 6, 7, 8}), 6 * sizeof(float));
    ck_assert_int_eq(d->classes.count, 2);
    ck_assert_str_eq(d->classes.items[0], " kept, as it is \"");
    ck_assert_str_eq(d->classes.items[1], "two words");
    ck_assert_mem_eq(s->labels, ((const int[]){1, 0, 1}), 3 * sizeof(int));
    dataset_free(d);
}
END_TEST

START_TEST(numbers_are_rounded_to_the_nearest_float) {
    struct dataset *d = read_text("x,label\n0.1,a\n+16777217,a\n-.5,a\n5.,a\n3.4028235e38,a\n"
                                  "1E-45,b\n1e-60,a\n0.100000001490116119384765625,a\n");
    ck_assert_mem_eq(
        d->split[TRAIN].values,
        ((const float[]){0.1f, 16777216, -0.5f, 5, 0x1.fffffep127f, 0x1p-149f, 0, 0.1f}),
        8 * sizeof(float));
    dataset_free(d);
}
END_TEST

START_TEST(numeric_labels_are_sorted_as_numbers) {
    struct dataset *d = read_text("label,x\n10,0\n9,0\n100,0\n9,0\n");
    ck_assert_int_eq(d->classes.count, 3);
    ck_assert_str_eq(d->classes.items[0], "9");
    ck_assert_str_eq(d->classes.items[2], "100");
    ck_assert_mem_eq(d->split[TRAIN].labels, ((const int[]){1, 0, 2, 0}), 4 * sizeof(int));
    dataset_free(d);
}
END_TEST

/* ---- dialects ---- */

static struct dataset *read_named(const char *name, const char *text, const char *label) {
    write_text(name, text);
    return read_as(test_path("%s", name), label, 0);
}

/* Checks that it has the columns x and y, with the rows 1.5, 2 of class a and -3, 4 of class b. */
static void is_xy(struct dataset *d) {
    const struct split *s = &d->split[TRAIN];
    ck_assert_int_eq(d->columns.count, 2);
    ck_assert_int_eq(s->count, 2);
    ck_assert_mem_eq(s->values, ((const float[]){1.5f, 2, -3, 4}), 4 * sizeof(float));
    ck_assert_mem_eq(s->labels, ((const int[]){0, 1}), 2 * sizeof(int));
    ck_assert_str_eq(d->classes.items[0], "a");
    dataset_free(d);
}

START_TEST(commas_semicolons_tabs_and_spaces_separate_columns) {
    is_xy(read_named("d.csv", "x;y;label\n1.5;2;a\n-3;4;b\n", "label"));
    is_xy(read_named("d.csv", "\xef\xbb\xbfx;\"y,;\";label\r\n\"1.5\";2;a\r\n-3;4;b", "label"));
    is_xy(read_named("d.tsv", "x\ty\tlabel\n1.5\t2\ta\n-3\t4\tb\n", "label"));
    is_xy(read_named("d.txt", "x,y,label\n1.5,2,a\n-3,4,b\n", "label"));
    is_xy(read_named("d.txt", " x  y label\n1.5\t2   a\t\n\n   \n -3 4 \"b\"", "label"));
    is_xy(read_named("d.data", "1.5  2 a\n -3  4  b\n", "-1"));
    is_xy(read_named("d.DATA", "1.5 \t2 a\n-3\t\t4\tb\n",
                     "-1")); /* would be ragged if tabs were separators */
    /* names and texts may contain other separators */
    is_xy(read_named("d.csv", "x;1,y,label\n1.5,2,a\n-3,4,b\n", "label"));
    dataset_free(read_named("d.csv", "a b,label\n1,x y\n2,x z\n", "label"));
}
END_TEST

START_TEST(a_comma_between_other_separators_is_a_decimal_mark) {
    is_xy(read_named("d.csv", "x;y;label\n1,5;2;a\n-3;4,0;b\n", "label"));
    is_xy(read_named("d.tsv", "x\ty\tlabel\n1,5\t2\ta\n-3\t4\tb\n", "label"));
    is_xy(read_named("d.csv", "1,5;2;a\n-3,0;4,0;b\n", "-1"));
}
END_TEST

START_TEST(lines_may_end_in_lf_cr_lf_or_cr) {
    is_xy(read_text("x,y,label\r1.5,2,a\r\r-3,4,b\r"));
    is_xy(read_text("x,y,label\r\n1.5,2,a\n-3,4,b\r"));
    refused("x,y,label\r1.5,2,a\r\n\r-3,4\r", "line 4");
}
END_TEST

START_TEST(comments_are_skipped_but_not_a_column_named_by_a_hash) {
    struct dataset *d = read_text("# 7,7,7\n#\n\n#\nx,y,label\n1.5,2,a\n-3,4,b\n");
    is_xy(d);
    d = read_text("#,x,label\n1.5,2,a\n-3,4,b\n");
    ck_assert_str_eq(d->columns.items[0], "#");
    is_xy(d);
}
END_TEST

START_TEST(a_row_whose_first_cell_begins_with_a_hash_is_not_a_comment) {
    struct dataset *d = read_text("c,x,label\n#ff0,1,a\n#00f,2,b\n\"#, \",3,b\n");
    ck_assert_int_eq(d->split[TRAIN].count, 3);
    ck_assert_str_eq(d->columns.items[1], "c=#00f");
    dataset_free(d);
    dataset_free(read_named("d.txt", "c x label\n#ff0  1 a \n#00f\t2 b\n", "label"));
    d = read_text("a,label\n1,u\n# so\n2,v\n"); /* but this is */
    ck_assert_int_eq(d->split[TRAIN].count, 2);
    dataset_free(d);
    refused("a,label\n1,u\n# so, so, so\n2,v\n", "line 3: has 3 fields");
    refused("a,label\n1,u\n#N/A,v\n", "line 3, column 1 (\"a\"): the cell is missing");
}
END_TEST

START_TEST(excels_separator_line_is_not_a_row) {
    is_xy(read_text("\xef\xbb\xbfsep=;\r\nx;y;label\r\n1,5;2;a\r\n-3;4;b\r\n"));
    is_xy(read_text("sep=,\nx,y,label\n1.5,2,a\n-3,4,b\n"));
    refused("sep=;\nx;y;label\n1,5;2;a\n-3;4\n", "line 4");
}
END_TEST

START_TEST(a_table_with_one_column_is_refused_with_a_hint_about_separators) {
    refused("x|y|label\n1|2|a\n3|4|b\n",
            "has only one column, \"x|y|label\"; separate columns with");
}
END_TEST

START_TEST(a_gzipped_table_is_the_same_dataset) {
    struct text t = {0};
    text_printf(&t, "x;label\n1,5;a\n-3;b\n");
    fixture_write(test_path("z.csv.gz"), fixture_gzip(t));
    struct dataset *d = read_as(test_path("z.csv.gz"), "label", 0),
                   *plain = read_text("x;label\n1,5;a\n-3;b\n");
    ck_assert_str_eq(d->digest, plain->digest);
    dataset_free(d);
    dataset_free(plain);
    size_t size;
    char *bytes = test_read(test_path("z.csv.gz"), &size);
    for (size_t cut = 1; cut < 30; cut += 9) {
        test_write(test_path("z.csv.gz"), bytes, size - cut);
        refused_as("z.csv.gz", "label", "z.csv.gz", "");
    }
    free(bytes);
}
END_TEST

/* The end of the reader's first buffer falls on each byte of a record in turn. */
START_TEST(records_may_begin_and_end_anywhere_in_the_buffer) {
    static const char record[] = "\"a\"\"b\", 1.25 \r\n\"c\",\"-2\"\r\r\n";
    for (int before = 0; before < (int)sizeof record + 2; before++) {
        struct text t = {0};
        int length = (1 << 18) - (int)strlen("label,x\n") - before;
        text_printf(&t, "#%*s\nlabel,x\n%s%s", length - 2, "", record, record);
        fixture_write(test_path("d.csv"), t);
        struct dataset *d = read_as(test_path("d.csv"), "label", 0);
        const struct split *s = &d->split[TRAIN];
        ck_assert_int_eq(s->count, 4);
        ck_assert_mem_eq(s->values, ((const float[]){1.25f, -2, 1.25f, -2}), 4 * sizeof(float));
        ck_assert_mem_eq(s->labels, ((const int[]){0, 1, 0, 1}), 4 * sizeof(int));
        ck_assert_str_eq(d->classes.items[0], "a\"b");
        dataset_free(d);
    }
}
END_TEST

START_TEST(records_may_be_longer_than_the_buffer) {
    struct text t = {0};
    text_printf(&t, "x,label,note\n");
    for (int i = 0; i < 20; i++) {
        text_printf(&t, "%d,%d,\"", i % 7, i % 2);
        for (int k = 0; k < 100000; k++)
            text_add(&t, "\"\"12\n", 5);
        text_printf(&t, "\"\n");
    }
    fixture_write(test_path("d.csv"), t);
    struct error e = {0};
    struct data_options from = {.path = test_path("d.csv"), .label = "label"};
    from.ignore = (struct string_list){1, (const char *[]){"note"}};
    struct dataset *d = formats_read(&from, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    for (int i = 0; i < 20; i++)
        ck_assert_float_eq(d->split[TRAIN].values[i], (float)(i % 7));
    dataset_free(d);
}
END_TEST

/* ---- headers and labels ---- */

START_TEST(a_first_line_that_looks_like_the_others_is_data) {
    static const char *const headless[] = {"5.1,3.5,a\n4.9,3,b\n", "1,2,3\n4,5,6\n",
                                           "a,b\nb,a\na,a\n", "?,x,1\n2,y,2\n", "1,?,a\n2,2,b\n"};
    static const char *const headed[] = {"x,y,c\n1,2,a\n3,4,b\n", "x,0,1,c\n5,5,5,a\n6,6,6,b\n",
                                         "c,d\na,b\nb,a\n", "?,y,c\n1,2,a\n3,2,b\n",
                                         "1,2,label\n1,2,a\n3,4,b\n"};
    for (int i = 0; i < 10; i++) {
        struct error e = {0};
        struct data_options from = {
            .path = test_path("d.csv"), .label = "-1", .missing = MISSING_MEAN};
        write_text("d.csv", i < 5 ? headless[i] : headed[i - 5]);
        from.label = i == 9 ? "label" : "-1";
        struct dataset *d = formats_read(&from, NULL, &e);
        ck_assert_msg(d != NULL, "%s", e.text);
        ck_assert_msg(d->split[TRAIN].count == 2 + (i == 2), "case %d", i);
        dataset_free(d);
    }
}
END_TEST

START_TEST(data_header_decides_whether_there_is_a_header) {
    write_text("d.csv", "7,8,b\n1,2,a\n3,4,c\n");
    struct data_options from = {.path = test_path("d.csv"), .label = "b", .header = HEADER_YES};
    struct error e = {0};
    struct dataset *d = formats_read(&from, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    ck_assert_str_eq(d->columns.items[0], "7");
    dataset_free(d);
    write_text("d.csv", "x,y,label\nz,x,a\n");
    from = (struct data_options){.path = from.path, .label = "c2", .header = HEADER_NO};
    d = formats_read(&from, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    ck_assert_str_eq(d->columns.items[0], "c0=x");
    ck_assert_int_eq(d->classes.count, 2);
    dataset_free(d);
}
END_TEST

START_TEST(the_label_column_may_be_given_by_its_number) {
    is_xy(read_named("d.csv", "a,1.5,2\nb,-3,4\n", "0"));
    is_xy(read_named("d.csv", "1.5,a,2\n-3,b,4\n", "-2"));
    is_xy(read_named("d.csv", "x,species,y\n1.5,a,2\n-3,b,4\n", "1"));
    is_xy(read_named("d.csv", "x,y,0\n1.5,2,a\n-3,4,b\n", "0")); /* first by its name */
    refused("1,2,a\n3,4,b\n", "data.label=-1");
    write_text("d.csv", "x,label,\n1,a\n2,b\n");
    refused_as("d.csv", "-1", "d.csv", "line 2");
    write_text("d.csv", "x,y,z\n1,2,a\n");
    refused_as("d.csv", "3", "d.csv", "\"3\"");
    refused_as("d.csv", "-4", "d.csv", "\"-4\"");
}
END_TEST

/* Writes its rows as decimals with 9 digits, which identify a float exactly. */
static void write_split(const struct dataset *d, int k, const char *name) {
    struct text t = {0};
    const struct split *s = &d->split[k];
    text_printf(&t, "class,x,y\n");
    for (int i = 0; i < s->count; i++)
        text_printf(&t, "%d,%.9g,%.9g\n", s->labels[i], (double)s->values[2 * i],
                    (double)s->values[2 * i + 1]);
    fixture_write(test_path("%s", name), t);
}

START_TEST(a_folder_with_train_and_test_files_reads_back_as_written) {
    struct dataset *toy = fixture_read("toy:spiral:classes=11");
    write_split(toy, TRAIN, "train.csv");
    write_split(toy, TEST, "test.csv");
    struct dataset *d = read_as(test_dir, "class", 0.2);
    ck_assert_str_eq(d->digest, toy->digest);
    dataset_free(d);
    ck_assert_int_eq(remove(test_path("train.csv")), 0);
    d = read_as(test_dir, "class", 0.2);
    ck_assert_int_eq(d->split[TRAIN].count, 0);
    ck_assert_mem_eq(d->split[TEST].values, toy->split[TEST].values, 1200 * sizeof(float));
    dataset_free(d);
    dataset_free(toy);
}
END_TEST

START_TEST(a_folders_files_may_be_named_in_upper_or_lower_case) {
    struct error e = {0};
    const char *folder = test_path("cased");
    ck_assert_int_eq(file_make_directory(folder, &e), 0);
    write_text("cased/Train.csv", "x,label\n1,a\n3,b\n2,a\n5,b\n");
    write_text("cased/TEST.CSV", "x,label\n4,a\n");
    struct dataset *d = read_as(folder, "label", 0.5);
    ck_assert_int_eq(d->split[TRAIN].count, 4);
    ck_assert_int_eq(d->split[TEST].count, 1);
    dataset_free(d);
    ck_assert_int_eq(remove(test_path("cased/TEST.CSV")), 0);
    d = read_as(folder, "label", 0.5);
    ck_assert_str_eq(d->notes.items[0], "rows drawn as a test set (data.test_share): 2 of 4");
    dataset_free(d);
}
END_TEST

START_TEST(a_folder_may_have_a_validation_file_and_files_with_any_extension) {
    write_text("train.tsv", "x\ty\tlabel\n1.5\t2\ta\n-3\t4\tb\n");
    write_text("val.txt", "y label x extra\n5 b 6 7\n");
    fixture_write(test_path("test.csv.gz"),
                  fixture_gzip((struct text){.data = strdup("label,x,y\nb,8,9\n"), .size = 16}));
    struct dataset *d = read_as(test_dir, "label", 0.5);
    ck_assert_int_eq(d->split[VALIDATION].count, 1);
    ck_assert_int_eq(d->split[TEST].count, 1);
    ck_assert_mem_eq(d->split[VALIDATION].values, ((const float[]){6, 5}), 2 * sizeof(float));
    ck_assert_mem_eq(d->split[TEST].values, ((const float[]){8, 9}), 2 * sizeof(float));
    ck_assert_int_eq(d->split[VALIDATION].labels[0], 1);
    is_xy(d);
}
END_TEST

START_TEST(a_test_file_without_labels_is_for_predict) {
    static const char *const train[] = {"x,y,label\n1,2,a\n3,4,a\n5,6,b\n7,8,b\n",
                                        "a,1,2\na,3,4\nb,5,6\nb,7,8\n"};
    static const char *const test[] = {"x,y\n5,6\n", "5,6\n"};
    for (int i = 0; i < 2; i++) {
        write_text("train.csv", train[i]);
        write_text("test.csv", test[i]);
        struct dataset *d = read_as(test_dir, i == 0 ? "label" : "0", 0.5);
        ck_assert_int_eq(d->split[TRAIN].count, 2);
        ck_assert_int_eq(d->split[TEST].count, 2);
        ck_assert_ptr_nonnull(strstr(d->notes.items[0], "has no labels"));
        dataset_free(d);
    }
}
END_TEST

START_TEST(label_columns_of_0_and_1_make_multi_label_samples) {
    static const char rows[] = "b,x,\"a,c\",a,y\n0,1,7,1,2\n1,3,8,1,4\n0,5,9,0,6\n1,7,8,0,8\n";
    static const float train[] = {1, 0, 1, 1, 0, 0, 0, 1};
    test_write(test_path("d.csv"), rows, strlen(rows));
    struct dataset *d = read_as(test_path("d.csv"), "a,b", 0);
    const struct split *s = &d->split[TRAIN];
    ck_assert(dataset_multi_label(d));
    ck_assert_int_eq(d->classes.count, 2);
    ck_assert_str_eq(d->classes.items[0], "a");
    ck_assert_int_eq(d->columns.count, 3);
    ck_assert_str_eq(d->columns.items[1], "a,c");
    ck_assert_mem_eq(s->values, ((const float[]){1, 7, 2, 3, 8, 4, 5, 9, 6, 7, 8, 8}),
                     12 * sizeof(float));
    ck_assert_mem_eq(s->targets, train, sizeof train);
    ck_assert_mem_eq(s->labels, ((const int[]){0, 0, 0, 1}), 4 * sizeof(int));
    dataset_free(d);
    d = read_as(test_path("d.csv"), "a,c", 0); /* the comma is part of the column's name */
    ck_assert(!dataset_multi_label(d));
    ck_assert_int_eq(d->classes.count, 3);
    dataset_free(d);
    d = read_as(test_path("d.csv"), "b,a", 0.5); /* rows keep their targets */
    for (int k = 0; k <= TEST; k++)
        for (int i = 0; i < 2; i++) {
            int row = ((int)d->split[k].values[3 * i] - 1) / 2;
            ck_assert_float_eq(d->split[k].targets[2 * i], train[2 * row + 1]);
            ck_assert_float_eq(d->split[k].targets[2 * i + 1], train[2 * row]);
        }
    dataset_free(d);
}
END_TEST

START_TEST(a_drawn_test_set_leaves_a_training_sample_of_each_class) {
    struct text t = {0};
    text_printf(&t, "x,label\n");
    for (int i = 0; i < 22; i++)
        text_printf(&t, "%d,%s\n", 3 * i, i < 20 ? "a" : i < 21 ? "b" : "c");
    fixture_write(test_path("d.csv"), t);
    for (int share = 1; share < 100; share += 7) {
        struct dataset *d = read_as(test_path("d.csv"), "label", share / 100.0);
        int expected = (int)floor(22 * share / 100.0 + 0.5);
        ck_assert_int_eq(d->split[TRAIN].count + d->split[TEST].count, 22);
        ck_assert(d->split[TEST].count <= expected && d->split[TEST].count >= expected - 3);
        dataset_free(d);
    }
    dataset_free(read_as(test_path("d.csv"), "label", 1));
}
END_TEST

START_TEST(a_stratified_fraction_of_a_single_file_becomes_the_test_set) {
    struct text t = {0};
    bool seen[200] = {false};
    int counts[2][2] = {{0}};
    text_printf(&t, "x,label\n");
    for (int i = 0; i < 200; i++)
        text_printf(&t, "%d,%s\n", 3 * i, i < 40 ? "rare" : "common");
    fixture_write(test_path("d.csv"), t);
    struct dataset *d = read_as(test_path("d.csv"), "label", 0.2);
    struct dataset *again = read_as(test_path("d.csv"), "label", 0.2);
    for (int k = 0; k <= TEST; k++)
        for (int i = 0; i < d->split[k].count; i++) {
            int row = (int)d->split[k].values[i] / 3;
            ck_assert(!seen[row]);
            seen[row] = true;
            ck_assert_int_eq(d->split[k].labels[i], row < 40);
            counts[k][d->split[k].labels[i]]++;
        }
    ck_assert_mem_eq(counts, ((const int[2][2]){{128, 32}, {32, 8}}), sizeof counts);
    ck_assert_str_eq(d->digest, again->digest);
    dataset_free(again);
    again = read_as(test_path("d.csv"), "label", 0.5);
    ck_assert_int_eq(again->split[TEST].count, 100);
    ck_assert_str_ne(d->digest, again->digest);
    dataset_free(again);
    dataset_free(d);
}
END_TEST

/* ---- bad files ---- */

/* Checks that reading NAME in test_dir ("": test_dir itself) fails with a message that names
 * FILE and contains `names`. */
static void refused_as(const char *name, const char *label, const char *file, const char *names) {
    struct error e = {0};
    char path[512];
    snprintf(path, sizeof path, "%s%s%s", test_dir, *name ? "/" : "", name);
    struct data_options from = {.path = path, .label = label, .test_fraction = 0};
    struct dataset *d = formats_read(&from, NULL, &e);
    ck_assert_msg(d == NULL, "read, not refused: %s", path);
    test_names(e.text, test_path("%s", file));
    test_refused(&e, names);
}

static void refused(const char *content, const char *names) {
    write_text("d.csv", content);
    refused_as("d.csv", "label", "d.csv", names);
}

START_TEST(headers_without_column_names_are_refused) {
    refused("", "");
    refused("\n\r\n", "");
    refused("x,label\n", "");
    refused("label\na\n", "");
    refused("x,Label\n1,a\n", "\"label\"");
    refused("width,height,species\n1,2,a\n", "\"label\"");
    refused("a,b,c,d,e,f,g,h,i\n", "\"label\"");
    refused("x,label,x\n1,a,2\n", "\"x\"");
    refused("label,x,label\na,1,b\n", "\"label\"");
    refused("x,,label\n1,2,a\n", "line 1, column 2");
    refused("\nx\xd6,label\n1,a\n", "line 2, column 1");
}
END_TEST

/* A cell in a column whose other nine cells are numbers. */
START_TEST(cells_that_are_not_numbers_are_refused_with_line_and_column) {
    static const char *const words[] = {
        "one",     "nan",      "inf",   "0x10",
        "1,5",     "1e",       "-",     "1 2",
        "1_0",     "NA",       "1.2.3", "",
        "\033[2J", "\"1\n2\"", "1e39",  "1234567890123456789012345678901234567890x"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct text t = {0};
        const char *quote = *words[i] == '"' ? "" : "\"";
        text_printf(&t, "x,y,label\r\n");
        for (int k = 0; k < 9; k++)
            text_printf(&t, "1,%d,a\r\n", k * k);
        text_printf(&t, "3,%s%s%s,b\r\n", quote, words[i], quote);
        refused(t.data, "line 11, column 2 (\"y\")");
        text_free(&t);
    }
    refused("x,label,y\n1,a,2\n\n\n3,b,\n", "line 5, column 3 (\"y\")");
    refused("x,label\n1,a\n2,\n", "line 3, column 2");
}
END_TEST

START_TEST(label_columns_with_values_other_than_0_and_1_are_refused) {
    write_text("d.csv", "x,a,b\n1,0,1\n2,1,2\n");
    refused_as("d.csv", "a,b", "d.csv", "line 3, column 3 (\"b\")");
    refused_as("d.csv", "a,a", "d.csv", "\"data.label\"");
    refused_as("d.csv", "a,", "d.csv", "\"\"");
    refused_as("d.csv", "x,a,b", "d.csv", "");
    write_text("d.csv", "x,a,b\n1,0,\n");
    refused_as("d.csv", "a,b", "d.csv", "line 2, column 3 (\"b\")");
}
END_TEST

START_TEST(ragged_rows_are_refused_with_the_line_number) {
    refused("x,y,label\n1,2,a\n1,a\n", "line 3");
    refused("x,y,label\n\n1,2,a\n1,2,a,b\n", "line 4");
    refused("x,label\n1,\"a\n\nb\"\n3\n", "line 5");
}
END_TEST

START_TEST(unmatched_quotes_are_refused) {
    refused("x,label\n1,\"a\n2,b\n", "line 2, column 2");
    refused("x,label\n1,\"a\" \n", "line 2, column 2");
    refused("x,label\n1,a\"b\"\n", "line 2, column 2");
    refused("\"", "line 1, column 1");
}
END_TEST

START_TEST(files_that_are_not_text_are_refused) {
    test_write(test_path("d.csv"), "x,label\n1,a\0\n", 13);
    refused_as("d.csv", "label", "d.csv", "");
    test_write(test_path("d.csv"), "\xff\xfex\0,\0", 6);
    refused_as("d.csv", "label", "d.csv", "");
    test_write(test_path("d.json"), "x,label\n1,a\n", 12);
    refused_as("d.json", "label", "d.json", "");
    refused("x,label\n1,\xff\n", "iconv -f WINDOWS-1252"); /* and the byte is not printed */
}
END_TEST

START_TEST(test_rows_that_do_not_fit_the_training_rows_are_refused) {
    write_text("train.csv", "x,y,label\n1,2,a\n3,4,b\n");
    write_text("test.csv", "x,y,label\n1,2,a\n\n3,4,c\n");
    refused_as("", "label", "test.csv", "line 4");
    write_text("test.csv", "x,z,label\n1,2,a\n");
    refused_as("", "label", "test.csv", "\"y\"");
    write_text("test.csv", "x,label\n1,a\n");
    refused_as("", "label", "test.csv", "\"y\"");
    write_text("test.csv", "x,y,label\n1,b,a\n");
    refused_as("", "label", "test.csv", "line 2, column 2 (\"y\")");
}
END_TEST

/* However a file is damaged, it is either read or refused by name; the sanitizers check for memory
 * errors. */
START_TEST(a_table_truncated_or_changed_at_any_byte_is_read_or_refused) {
    static const char good[] = "\"x\",label,y\r\n1.5,\"a\"\"b\",-2e3\r\n3,c,4\r\n";
    static const char others[] = "\",\n\r\0 a9";
    size_t size = sizeof good - 1;
    int predictions[2] = {0};
    for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k < sizeof others; k++) { /* the last case truncates the file here */
            char bytes[sizeof good];
            struct error e = {0};
            memcpy(bytes, good, sizeof good);
            bytes[i] = others[k];
            test_write(test_path("d.csv"), bytes, k == sizeof others - 1 ? i : size);
            struct dataset *d = formats_read(DATA_AT(test_path("d.csv")), NULL, &e);
            predictions[d != NULL]++;
            if (!d)
                ck_assert_msg(e.status == ERROR_INPUT &&
                                  strncmp(e.text, test_dir, strlen(test_dir)) == 0,
                              "%s", e.text);
            dataset_free(d);
        }
    ck_assert_int_gt(predictions[0], 100);
    ck_assert_int_gt(predictions[1], 20);
}
END_TEST

START_TEST(records_longer_than_the_limit_are_refused) {
    struct text t = {0};
    text_printf(&t, "x,label\n1,a\n2,\"");
    for (int i = 0; i < READER_MAX_RECORD / 8; i++)
        text_add(&t, "1234567\n", 8);
    text_printf(&t, "\"\n");
    fixture_write(test_path("d.csv"), t);
    refused_as("d.csv", "label", "d.csv", "line 3");
}
END_TEST

static long peak_memory(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss; /* kB */
}

START_TEST(many_columns_and_empty_lines_cost_no_more_memory_than_the_file) {
    struct text t = {0};
    long before = peak_memory();
    text_printf(&t, "label");
    for (int i = 1; i < READER_MAX_COLUMNS; i++)
        text_printf(&t, ",%d", i);
    for (int i = 0; i < 1000000; i++)
        text_add(&t, "\n", 1);
    fixture_write(test_path("d.csv"), t);
    refused_as("d.csv", "label", "d.csv", "");
    ck_assert_int_lt(peak_memory() - before, 50000);
    t = (struct text){0};
    for (int i = 0; i < READER_MAX_COLUMNS; i++) /* one comma too many */
        text_printf(&t, ",%d", i);
    fixture_write(test_path("d.csv"), t);
    refused_as("d.csv", "label", "d.csv", "line 1");
}
END_TEST

#ifndef __SANITIZE_ADDRESS__ /* which keeps freed memory */
/* A million rows of four floats, a label and a line number, which are 24 MB. */
START_TEST(reading_a_table_takes_at_most_half_as_much_extra_memory_as_its_samples) {
    ck_assert_int_eq(test_shell("awk 'BEGIN { print \"a,b,c,d,label\"; for (i = 0; i < 1000000; "
                                "i++) printf \"%%d,%%d.5,0.%%d,-7,%%s\\n\", i %% 17, i %% 100, i, "
                                "i %% 3 ? \"a\" : \"b\" }' >%s/d.csv",
                                test_dir)
                         .status,
                     0);
    long before = peak_memory();
    struct dataset *d = read_as(test_path("d.csv"), "label", 0.2);
    ck_assert_int_eq(d->split[TRAIN].count, 800000);
    ck_assert_int_lt(peak_memory() - before, 34000);
    dataset_free(d);
}
END_TEST
#endif

/* ---- from the command line ---- */

START_TEST(a_run_on_a_table_is_trained_evaluated_and_verified) {
    struct dataset *toy = fixture_read("toy:blobs:train=150:test=0");
    write_split(toy, TRAIN, "blobs.csv");
    dataset_free(toy);
    struct test_outcome o = test_shell(
        "$ONEHOT train configs/tiny/three.json data.path=%s/blobs.csv data.label=class "
        "train.epochs=2 data.scaling=standardize output=%s/run && $ONEHOT evaluate %s/run && "
        "$ONEHOT verify %s/run",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message_but(MESSAGES_VARY, o.out);
    ck_assert_str_eq(o.err, "");
    test_failed(test_shell("$ONEHOT train configs/tiny/three.json data.path=%s/blobs.csv "
                           "output=%s/other",
                           test_dir, test_dir),
                2, test_path("blobs.csv"));
}
END_TEST

START_TEST(a_sweep_over_label_columns_treats_each_as_its_own_dataset) {
    write_text("d.csv", "x,a,b\n1,0,0\n2,0,1\n3,1,0\n4,1,1\n");
    struct test_outcome o = test_shell(
        "cp -r configs %s && cd %s && $OLDPWD/$ONEHOT sweep configs/tiny/three.json "
        "data.path=d.csv data.label=a,b data.test_share=0 train.batch_size=2 "
        "model.2.units=2 train.epochs=1 && cat runs/three-*/result.json | grep -c "
        "dataset_sha256 && cat runs/three-*/result.json | grep dataset_sha256 | sort -u | wc "
        "-l",
        test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    ck_assert_ptr_nonnull(strstr(o.out, "\n2\n2\n"));
}
END_TEST

Suite *test_csv(void) {
    return TEST_SUITE(
        "csv", quotes_line_endings_spaces_and_empty_lines_are_read_correctly,
        numbers_are_rounded_to_the_nearest_float, numeric_labels_are_sorted_as_numbers,
        commas_semicolons_tabs_and_spaces_separate_columns,
        a_comma_between_other_separators_is_a_decimal_mark, lines_may_end_in_lf_cr_lf_or_cr,
        comments_are_skipped_but_not_a_column_named_by_a_hash,
        a_row_whose_first_cell_begins_with_a_hash_is_not_a_comment,
        excels_separator_line_is_not_a_row,
        a_table_with_one_column_is_refused_with_a_hint_about_separators,
        a_gzipped_table_is_the_same_dataset, records_may_begin_and_end_anywhere_in_the_buffer,
        records_may_be_longer_than_the_buffer, a_first_line_that_looks_like_the_others_is_data,
        data_header_decides_whether_there_is_a_header, the_label_column_may_be_given_by_its_number,
        a_folder_with_train_and_test_files_reads_back_as_written,
        a_folders_files_may_be_named_in_upper_or_lower_case,
        a_folder_may_have_a_validation_file_and_files_with_any_extension,
        a_test_file_without_labels_is_for_predict,
        a_drawn_test_set_leaves_a_training_sample_of_each_class,
        a_stratified_fraction_of_a_single_file_becomes_the_test_set,
        headers_without_column_names_are_refused,
        cells_that_are_not_numbers_are_refused_with_line_and_column,
        label_columns_with_values_other_than_0_and_1_are_refused,
        label_columns_of_0_and_1_make_multi_label_samples,
        ragged_rows_are_refused_with_the_line_number, unmatched_quotes_are_refused,
        files_that_are_not_text_are_refused,
        test_rows_that_do_not_fit_the_training_rows_are_refused,
        a_table_truncated_or_changed_at_any_byte_is_read_or_refused,
        records_longer_than_the_limit_are_refused,
        many_columns_and_empty_lines_cost_no_more_memory_than_the_file,
#ifndef __SANITIZE_ADDRESS__
        reading_a_table_takes_at_most_half_as_much_extra_memory_as_its_samples,
#endif
        a_run_on_a_table_is_trained_evaluated_and_verified,
        a_sweep_over_label_columns_treats_each_as_its_own_dataset);
}
