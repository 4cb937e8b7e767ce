/* How a table's columns become features: numbers, texts, true and false, row numbers, missing
 * cells. */
#include "data/dataset.h"
#include "data/formats.h"
#include "data/tables/features.h"
#include "fixtures.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_columns(void);

static struct data_options options(int missing, double share) {
    return (struct data_options){
        .path = test_path("d.csv"), .label = "label", .missing = missing, .test_fraction = share};
}

static struct dataset *read_as(const char *text, struct data_options from) {
    struct error e = {0};
    test_write(test_path("d.csv"), text, strlen(text));
    struct dataset *d = formats_read(&from, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    return d;
}

static struct dataset *read_text(const char *text) {
    return read_as(text, options(MISSING_REFUSE, 0));
}

static void refused_as(const char *text, struct data_options from, const char *names) {
    struct error e = {0};
    test_write(test_path("d.csv"), text, strlen(text));
    struct dataset *d = formats_read(&from, NULL, &e);
    ck_assert_msg(d == NULL, "read, not refused: %s", text);
    test_names(e.text, test_path("d.csv"));
    test_refused(&e, names);
}

static void refused(const char *text, const char *names) {
    refused_as(text, options(MISSING_REFUSE, 0), names);
}

/* Checks the features' names, joined by "|", and the training samples' values. */
static void has(const struct dataset *d, const char *names, const float *values, int rows) {
    struct text t = {0};
    for (int i = 0; i < d->columns.count; i++)
        text_printf(&t, "%s%s", i > 0 ? "|" : "", d->columns.items[i]);
    ck_assert_str_eq(t.data, names);
    text_free(&t);
    ck_assert_int_eq(d->split[TRAIN].count, rows);
    ck_assert_mem_eq(d->split[TRAIN].values, values,
                     (size_t)(rows * d->columns.count) * sizeof *values);
}

static void notes(const struct dataset *d, const char *text, bool expected) {
    bool found = false;
    for (int i = 0; i < d->notes.count; i++)
        found = found || strstr(d->notes.items[i], text);
    ck_assert_msg(found == expected, "\"%s\" is %s", text, found ? "noted" : "not noted");
}

/* ---- texts ---- */

START_TEST(each_text_of_a_column_becomes_a_feature) {
    struct dataset *d = read_text("x,sex,label\n1,male,a\n2,female,b\n3,male,a\n");
    has(d, "x|sex=female|sex=male", (const float[]){1, 0, 1, 2, 1, 0, 3, 0, 1}, 3);
    notes(d, "texts become columns of 0 and 1: \"sex\" (2)", true);
    ck_assert_int_eq(d->features.count, 3);
    ck_assert_str_eq(d->features.items[0].type->name, "number");
    ck_assert_str_eq(d->features.items[2].type->name, "category");
    dataset_free(d);
    d = read_text(
        "code,label\n7,a\nA1,b\n10,a\n7,a\n"); /* mixed codes are texts, sorted by bytes */
    has(d, "code=10|code=7|code=A1", (const float[]){0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0}, 4);
    dataset_free(d);
}
END_TEST

START_TEST(true_false_yes_and_no_become_1_and_0) {
    struct dataset *d = read_text("a,b,t,label\ntrue,No,t,x\nFALSE,yes,f,y\n");
    has(d, "a|b|t=f|t=t", (const float[]){1, 0, 0, 1, 0, 1, 1, 0}, 2);
    ck_assert_str_eq(d->features.items[0].type->name, "boolean");
    dataset_free(d);
}
END_TEST

START_TEST(a_table_of_numbers_needs_no_features) {
    struct dataset *d = read_text("x,y,label\n1,-2.5,a\n2,3e1,b\n");
    has(d, "x|y", (const float[]){1, -2.5f, 2, 30}, 2);
    ck_assert_int_eq(d->features.count, 0);
    ck_assert_int_eq(d->notes.count, 0);
    dataset_free(d);
}
END_TEST

START_TEST(a_column_with_more_than_100_texts_is_refused) {
    for (int n = 100; n <= 101; n++) {
        struct text t = {0};
        text_printf(&t, "x,name,my note,label\n");
        for (int i = 0; i < 202; i++)
            text_printf(&t, "%d,n%d,m%d,%s\n", i % 7, i % n, i % n, i % 2 ? "b" : "a");
        if (n == 100)
            dataset_free(read_text(t.data));
        else {
            refused(t.data, "'data.ignore=[\"name\", \"my note\"]'");
            struct data_options from = options(MISSING_REFUSE, 0);
            from.ignore = (struct string_list){1, (const char *[]){"my note"}};
            refused_as(t.data, from, "'data.ignore=[\"my note\", \"name\"]'");
            from.ignore = (struct string_list){2, (const char *[]){"my note", "name"}};
            struct dataset *d = read_as(t.data, from);
            ck_assert_int_eq(d->columns.count, 1);
            dataset_free(d);
        }
        text_free(&t);
    }
}
END_TEST

START_TEST(a_column_with_a_different_text_in_nearly_every_row_is_refused) {
    for (int n = 8; n <= 10; n++) {
        struct text t = {0};
        text_printf(&t, "x,file,label\n");
        for (int i = 0; i < 10; i++)
            text_printf(&t, "%d,%d.png,%s\n", i % 7, i % n, i % 2 ? "b" : "a");
        if (n < 9)
            dataset_free(read_text(t.data));
        else
            refused(t.data, "\"file\"; to leave out such columns, add 'data.ignore=[\"file\"]'");
        text_free(&t);
    }
}
END_TEST

START_TEST(labels_that_are_measurements_are_refused) {
    refused("x,label\n1,0.5\n2,1.5\n3,-2\n4,0.5\n",
            "column \"label\" has 3 different numbers, which are no classes");
    dataset_free(read_text("x,label\n1,5\n2,6\n3,7\n"));
    dataset_free(read_text("x,label\n1,0.0\n2,1.0\n3,1.0\n"));
}
END_TEST

/* Two rows of each class, of which half is drawn for the test set. */
START_TEST(a_text_that_occurs_only_in_test_rows_gets_no_feature) {
    struct dataset *d =
        read_as("x,c,label\n1,p,a\n2,q,a\n3,r,b\n4,s,b\n", options(MISSING_REFUSE, 0.5));
    ck_assert_int_eq(d->columns.count, 3); /* x and the two texts of the two training rows */
    for (int i = 0; i < 2; i++) {
        ck_assert_float_eq(d->split[TEST].values[3 * i + 1], 0);
        ck_assert_float_eq(d->split[TEST].values[3 * i + 2], 0);
        ck_assert_float_eq(d->split[TRAIN].values[3 * i + 1] + d->split[TRAIN].values[3 * i + 2],
                           1);
    }
    notes(d, "not occur in training are 0 in all their columns: \"c\" (2)", true);
    dataset_free(d);
}
END_TEST

/* ---- numbers ---- */

/* A table of `count` rows with the column x, which contains `cell` in the last row. */
static const char *with_cell(int count, const char *cell) {
    static char text[4000];
    int n = sprintf(text, "x,y,label\n");
    for (int i = 0; i < count; i++)
        n += sprintf(text + n, "%d,%d,%s\n", i * i, i % 3, i % 2 ? "b" : "a");
    sprintf(text + n, "%s,0,a\n", cell);
    return text;
}

START_TEST(a_few_texts_among_numbers_are_mistakes) {
    refused(with_cell(9, "one"), "line 11, column 1 (\"x\")");
    refused(with_cell(9, "true"), "line 11, column 1 (\"x\")");
    refused(with_cell(30, "1x"), "data.ignore");
    struct dataset *d = read_text(with_cell(8, "one")); /* one of nine: texts */
    notes(d, "\"x\" (9)", true);
    dataset_free(d);
}
END_TEST

START_TEST(numbers_with_other_decimal_marks_are_refused_with_line_and_column) {
    refused(with_cell(1, "\"1,234\""), "line 3, column 1 (\"x\"): \"1,234\" is not a number here");
    refused(with_cell(1, "\"1,5\""), "line 3, column 1 (\"x\"): \"1,5\"");
    refused(with_cell(1, "$5.50"), "\"$5.50\" is not a number here");
    refused(with_cell(1, "25 %"), "\"25 %\" is not a number here");
    refused("x;label\n1,5;a\n1.234,5;b\n",
            "line 3, column 1 (\"x\"): \"1.234,5\" is not a number here");
    refused("x;label\n1.5;a\n1,5;b\n", "line 3, column 1 (\"x\"): \"1,5\"");
}
END_TEST

/* ---- columns that are left out ---- */

START_TEST(columns_that_number_the_rows_are_left_out) {
    struct dataset *d = read_text("Id,x,label\n3,1,a\n7,5,b\n");
    has(d, "x", (const float[]){1, 5}, 2);
    notes(d, "\"Id\"", true);
    dataset_free(d);
    d = read_text(",x,label\n0,1,a\n1,5,b\n"); /* pandas */
    has(d, "x", (const float[]){1, 5}, 2);
    dataset_free(d);
    d = read_text("\"x\",\"label\"\n\"r1\",1,\"a\"\n\"r2\",5,\"b\"\n"); /* R */
    has(d, "x", (const float[]){1, 5}, 2);
    notes(d, "\"Unnamed: 0\"", true);
    dataset_free(d);
    d = read_text("\"x\";\"label\"\n\"r1\";1,0;\"a\"\n\"r2\";5;\"b\"\n");
    has(d, "x", (const float[]){1, 5}, 2);
    dataset_free(d);
    d = read_text("x,label,\n1,a,\n5,b,\n"); /* a comma at the end of each line */
    has(d, "x", (const float[]){1, 5}, 2);
    dataset_free(d);
    d = read_text("x,label,\n1,a\n5,b\n");
    has(d, "x", (const float[]){1, 5}, 2);
    dataset_free(d);
    d = read_text("user_id,x,label\n30,1,a\n7,5,b\n12,4,a\n"); /* in any order, and with gaps */
    has(d, "x", (const float[]){1, 5, 4}, 3);
    notes(d, "left out: row numbers, or nameless (data.columns lists them): \"user_id\"", true);
    dataset_free(d);
    d = read_text("Index,x,label\n1,1,a\n0,5,b\n");
    has(d, "x", (const float[]){1, 5}, 2);
    dataset_free(d);
}
END_TEST

START_TEST(a_column_with_another_name_that_counts_the_rows_is_used_and_noted) {
    struct text t = {0};
    text_printf(&t, "day,x,label\n");
    for (int i = 1; i <= 12; i++)
        text_printf(&t, "%d,%d,%s\n", i, i % 3, i % 2 ? "b" : "a");
    struct dataset *d = read_text(t.data);
    ck_assert_int_eq(d->columns.count, 2);
    notes(d, "count the rows (see data.ignore): \"day\"", true);
    dataset_free(d);
    text_free(&t);
}
END_TEST

START_TEST(columns_that_only_look_like_row_numbers_are_used) {
    static const char *const texts[] = {
        "humid,label\n1,a\n2,b\n",   /* no id */
        "user_id,label\n1,a\n1,b\n", /* not different */
        "user_id,label\n2,a\n1,b\n2,a\n",
        "Id,label\n1.5,a\n2.5,b\n", /* not whole */
        "Id,label\n-1,a\n2,b\n",
        "x,label\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n",
        "x,label\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n7,a\n8,a\n9,a\n11,b\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct dataset *d = read_text(texts[i]);
        ck_assert_int_eq(d->columns.count, 1);
        notes(d, "left out", false);
        dataset_free(d);
    }
}
END_TEST

START_TEST(data_columns_and_data_ignore_select_the_columns) {
    static const char text[] = "Id,x,y,label\n1,2,3,a\n2,3,4,b\n";
    struct data_options from = options(MISSING_REFUSE, 0);
    from.columns = (struct string_list){2, (const char *[]){"Id", "y"}};
    struct dataset *d = read_as(text, from);
    has(d, "Id|y", (const float[]){1, 3, 2, 4}, 2);
    dataset_free(d);
    from.columns = (struct string_list){1, (const char *[]){"z"}};
    refused_as(text, from, "\"z\", which data.columns lists");
    from.columns = (struct string_list){0, NULL};
    from.ignore = (struct string_list){2, (const char *[]){"x", "y"}};
    refused_as(text, from, "\"Id\"");
    from.ignore = (struct string_list){1, (const char *[]){"x,y"}};
    refused_as(text, from, "\"x,y\", which data.ignore lists; write several as '[\"a\",\"b\"]'");
    from.ignore = (struct string_list){1, (const char *[]){"label"}};
    refused_as(text, from, "in data.ignore and in data.label");
    from.ignore = (struct string_list){1, (const char *[]){"labl"}};
    refused_as(text, from, "did you mean \"label\"?");
}
END_TEST

/* ---- missing cells ---- */

static const char holes[] = "age,port,ok,label\n"
                            "10,,yes,a\n"
                            "?,S,no,b\n"
                            "30,C,N/A,a\n"
                            "nan,S,no,b\n";

START_TEST(missing_cells_are_refused_and_counted) {
    refused(holes, "line 2, column 2 (\"port\")");
    refused("x,label\n1,a\n,b\n", "\"x\" (1)");
    refused("x,label\n1,a\n\"\",b\nn/a,c\n#n/a,d\nNULL,e\nNaN,f\nna,g\n?,h\n"
            "None,i\n\\N,j\n<NA>,k\n",
            "\"x\" (10)");
    dataset_free(read_text("x,t,label\n1,none,a\n2,None or so,b\n")); /* categories */
    refused("a,b,c,d,e,f,label\n?,?,?,?,?,?,x\n1,1,1,1,1,1,x\n", "and 1 more");
}
END_TEST

START_TEST(rows_with_missing_cells_can_be_left_out) {
    struct dataset *d =
        read_as("age,port,label\n10,,a\n?,S,b\n30,C,c\n5,S,\n40,D,b\n", options(MISSING_DROP, 0));
    has(d, "age|port=C|port=D", (const float[]){30, 1, 0, 40, 0, 1}, 2);
    ck_assert_int_eq(d->classes.count, 2); /* a occurs only in a row that is left out */
    ck_assert_str_eq(d->classes.items[0], "b");
    notes(d, "rows with missing cells or no label left out: 3 of 5", true);
    dataset_free(d);
    refused_as("x,label\n?,a\n", options(MISSING_DROP, 0), "");
    struct data_options from = options(MISSING_REFUSE, 0);
    from.ignore = (struct string_list){1, (const char *[]){"y"}};
    d = read_as("x,y,label\n1,?,a\n2,?,b\n", from); /* not in columns that are not used */
    has(d, "x", (const float[]){1, 2}, 2);
    dataset_free(d);
}
END_TEST

START_TEST(missing_cells_can_be_replaced_by_the_mean_and_marked_in_a_feature) {
    struct dataset *d = read_as(holes, options(MISSING_MEAN, 0));
    has(d, "age|age missing|port=C|port=S|port missing|ok|ok missing",
        (const float[]){10, 0, 0, 0, 1, 1,
                        0, /* */
                        20, 1, 0, 1, 0, 0,
                        0, /* */
                        30, 0, 1, 0, 0, (float)(1 / 3.0),
                        1, /* */
                        20, 1, 0, 1, 0, 0,
                        0},
        4);
    notes(d, "and 1 in a column of their own: \"age\" (2), \"port\" (1), \"ok\" (1)", true);
    notes(d, "true and yes become 1, false and no become 0: \"ok\" (3)", true);
    dataset_free(d);
    refused_as("x,y,label\n?,1,a\n?,2,b\n", options(MISSING_MEAN, 0), "data.ignore");
}
END_TEST

/* The rows drawn for the test set have other values, so only the training rows' mean fits both. */
START_TEST(missing_cells_get_the_mean_of_the_training_rows_only) {
    struct dataset *d = read_as("x,y,label\n1,1,a\n2,2,b\n4,4,a\n8,8,b\n?,16,a\n?,32,b\n",
                                options(MISSING_MEAN, 0.5));
    double sum = 0;
    int known = 0, width = d->columns.count;
    for (int i = 0; i < 3; i++) {
        float y = d->split[TRAIN].values[width * i + width - 1];
        sum += y < 16 ? (double)y : 0;
        known += y < 16;
    }
    for (int k = 0; k <= TEST; k++)
        for (int i = 0; i < 3; i++) {
            const float *row = d->split[k].values + width * i;
            ck_assert_float_eq(row[0], row[width - 1] < 16 ? row[width - 1] : (float)(sum / known));
        }
    dataset_free(d);
}
END_TEST

START_TEST(a_row_with_a_missing_label_is_refused_or_left_out) {
    refused("x,label\n1,a\n2,\n3,\n", "line 3, column 2 (\"label\")");
    struct dataset *d = read_as("x,label\n1,a\n2,\n?,b\n", options(MISSING_MEAN, 0));
    ck_assert_int_eq(d->split[TRAIN].count, 2);
    notes(d, "rows without a label left out: 1 of 3", true);
    dataset_free(d);
    d = read_text("x,label\n1,NA\n2,?\n"); /* names of classes */
    ck_assert_int_eq(d->classes.count, 2);
    notes(d, "named like missing cells: \"?\", \"NA\"", true);
    dataset_free(d);
}
END_TEST

START_TEST(line_breaks_in_names_and_texts_are_data_and_shown_escaped) {
    struct dataset *d = read_text("\"a\nb\",t,label\n1,\"x\r\ny\",u\n2,z,\"v\nw\"\n3,z,\"v\nw\"\n");
    has(d, "a\\nb|t=x\\x0d\\ny|t=z", (const float[]){1, 1, 0, 2, 0, 1, 3, 0, 1}, 3);
    ck_assert_str_eq(d->classes.items[1], "v\\nw");
    ck_assert_str_eq(((const struct feature *)d->features.items[1].options)->value, "x\r\ny");
    struct dataset *obeyed = read_text("x,label\n1,a\xe2\x80\xae"
                                       "b\n2,c\n3,a\xe2\x80\xae"
                                       "b\n4,c\n");
    ck_assert_str_eq(obeyed->classes.items[0], "a\\xe2\\x80\\xaeb");
    dataset_free(obeyed);
    struct data_options from = options(MISSING_REFUSE, 0);
    from.expected = d;
    struct dataset *again =
        read_as("\"a\nb\",t,label\n1,\"x\r\ny\",u\n2,z,\"v\nw\"\n3,z,\"v\nw\"\n", from);
    ck_assert_str_eq(again->digest, d->digest);
    dataset_free(again);
    dataset_free(d);
}
END_TEST

START_TEST(a_divider_at_the_end_of_each_row_but_not_of_the_header_is_no_column) {
    struct dataset *d = read_text("x,label\n1,a,\n2,b\n3,b,\n");
    has(d, "x", (const float[]){1, 2, 3}, 3);
    dataset_free(d);
    refused("x,label\n1,a,\n2,b,c\n", "line 3");
}
END_TEST

/* ---- notes on the values ---- */

START_TEST(constant_columns_and_columns_of_very_different_scale_are_noted) {
    struct dataset *d = read_text("a,b,c,label\n0.5,7,50,x\n-1,7,-101,y\n");
    notes(d, "the same in all training rows: \"b\"", true);
    notes(d, "\"c\" has values up to 101, but \"a\" up to 1", true);
    dataset_free(d);
    d = read_text("a,c,label\n0.5,50,x\n-1,100,y\n");
    ck_assert_int_eq(d->notes.count, 0);
    dataset_free(d);
    struct data_options from = options(MISSING_REFUSE, 0);
    from.scaling = SCALING_STANDARDIZE;
    d = read_as("a,c,label\n0.5,50,x\n-1,1000,y\n", from);
    ck_assert_int_eq(d->notes.count, 0);
    dataset_free(d);
}
END_TEST

Suite *test_columns(void) {
    return TEST_SUITE(
        "columns", each_text_of_a_column_becomes_a_feature, true_false_yes_and_no_become_1_and_0,
        a_table_of_numbers_needs_no_features, a_column_with_more_than_100_texts_is_refused,
        a_column_with_a_different_text_in_nearly_every_row_is_refused,
        labels_that_are_measurements_are_refused,
        a_text_that_occurs_only_in_test_rows_gets_no_feature,
        a_few_texts_among_numbers_are_mistakes,
        numbers_with_other_decimal_marks_are_refused_with_line_and_column,
        columns_that_number_the_rows_are_left_out,
        a_column_with_another_name_that_counts_the_rows_is_used_and_noted,
        columns_that_only_look_like_row_numbers_are_used,
        data_columns_and_data_ignore_select_the_columns, missing_cells_are_refused_and_counted,
        rows_with_missing_cells_can_be_left_out,
        missing_cells_can_be_replaced_by_the_mean_and_marked_in_a_feature,
        missing_cells_get_the_mean_of_the_training_rows_only,
        a_row_with_a_missing_label_is_refused_or_left_out,
        line_breaks_in_names_and_texts_are_data_and_shown_escaped,
        a_divider_at_the_end_of_each_row_but_not_of_the_header_is_no_column,
        constant_columns_and_columns_of_very_different_scale_are_noted);
}
