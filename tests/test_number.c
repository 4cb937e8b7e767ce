/* The numbers in a table's cells. */
#include "base/rng.h"
#include "data/tables/reader.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_number(void);

static bool reads(const char *text, char mark, float *x) {
    char copy[400];
    snprintf(copy, sizeof copy, "%s", text);
    struct cell cell = cell_read(copy, &mark);
    if (cell.kind != CELL_NUMBER)
        return false;
    *x = cell.value;
    return true;
}

static void same_as_strtof(const char *text) {
    float x, y = strtof(text, NULL);
    ck_assert_msg(reads(text, '.', &x), "%s", text);
    ck_assert_msg(memcmp(&x, &y, sizeof x) == 0, "%s: %a, not %a", text, (double)x, (double)y);
}

/* Decimals of 1 to 24 digits with the point anywhere, half of them with an exponent. */
static void random_decimal(struct rng *r, char *text) {
    int digits = 1 + (int)rng_below(r, rng_below(r, 4) ? 9 : 24);
    int point = (int)rng_below(r, (uint32_t)digits + 2), n = 0;
    text[n++] = "+-"[rng_below(r, 2)];
    for (int i = 0; i < digits; i++) {
        if (i == point)
            text[n++] = '.';
        text[n++] = (char)('0' + rng_below(r, 10));
    }
    text[n] = '\0';
    if (rng_below(r, 2))
        sprintf(text + n, "e%d", (int)rng_below(r, 101) - 55);
}

START_TEST(random_decimals_have_the_bits_of_strtof) {
    struct rng r = rng_stream(1, RNG_SPLIT, 0);
    int count = test_tier("quick") ? 300000 : test_tier("nightly") ? 50000000 : 2000000;
    for (int i = 0; i < count; i++) {
        char text[64];
        random_decimal(&r, text);
        same_as_strtof(text);
    }
}
END_TEST

START_TEST(decimals_at_the_limits_of_a_float_have_the_bits_of_strtof) {
    static const char *const texts[] = {"0",
                                        "-0",
                                        "-0.0",
                                        "00000000000000000000001",
                                        "16777215",
                                        "16777216",
                                        "16777217",
                                        "1.6777215",
                                        "1.6777217",
                                        "16777215e10",
                                        "16777215e11",
                                        "1e10",
                                        "1e11",
                                        "1e-10",
                                        "1e-11",
                                        "16777215e-10",
                                        "9999999999999999999999",
                                        "0.00000000000000000000000000000000000000000001",
                                        "1e-45",
                                        "7e-46",
                                        "1.17549435e-38",
                                        "3.4028235e38",
                                        "3.4028236e38",
                                        "1e39",
                                        "1e99999999999",
                                        "1e-99999999999",
                                        "0e5",
                                        "5.",
                                        ".5",
                                        "0.1",
                                        "8388609.5",
                                        "123456789012345678",
                                        "1234567890123456789",
                                        "100000000000000000000e-20"};
    char longest[300] = "0.";
    memset(longest + 2, '0', 200);
    strcpy(longest + 202, "17e210");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        same_as_strtof(texts[i]);
    same_as_strtof(longest);
}
END_TEST

START_TEST(only_complete_decimal_numbers_are_numbers) {
    static const char *const texts[] = {"",    "-",   "+",     ".",   "e5",  "1e",
                                        "1e+", "--1", "1.2.3", "1x",  "x1",  "0x10",
                                        "nan", "inf", "1 2",   "1_0", "1,5", "½"};
    float x;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_msg(!reads(texts[i], '.', &x), "%s", texts[i]);
}
END_TEST

START_TEST(the_first_decimal_mark_in_a_file_applies_to_all_its_numbers) {
    char mark = '\0';
    ck_assert_int_eq(cell_read("15", &mark).kind, CELL_NUMBER);
    ck_assert_int_eq(mark, '\0');
    ck_assert_int_eq(cell_read("1,5", &mark).kind, CELL_NUMBER);
    ck_assert_int_eq(mark, ',');
    ck_assert_int_eq(cell_read("1.5", &mark).kind, CELL_TEXT);
    mark = '\0';
    ck_assert_int_eq(cell_read("1.5", &mark).kind, CELL_NUMBER);
    ck_assert_int_eq(cell_read("1,5", &mark).kind, CELL_TEXT);
    float x;
    ck_assert(reads("-0,1", ',', &x) && x == -0.1f);
    ck_assert(reads("1,6777217e3", ',', &x) && x == 1677.7217f);
}
END_TEST

START_TEST(numbers_written_for_people_are_recognized) {
    static const char *const dressed[] = {"1,234", "12,345.67", "-1.234,5", "1 234 567",
                                          "1'234", "0,5",       "$5.50",    "25 %",
                                          "25%",   "€ 1.234,50"};
    static const char *const others[] = {"1,234,56,", "a,234", "1,234x", "1-234",      ",234",
                                         "$",         "%",     "5 km",   "12.02.2020", "1 2"};
    for (size_t i = 0; i < sizeof dressed / sizeof *dressed; i++)
        ck_assert_msg(cell_is_dressed(dressed[i]), "%s", dressed[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert_msg(!cell_is_dressed(others[i]), "%s", others[i]);
}
END_TEST

Suite *test_number(void) {
    return TEST_SUITE("number", random_decimals_have_the_bits_of_strtof,
                      decimals_at_the_limits_of_a_float_have_the_bits_of_strtof,
                      only_complete_decimal_numbers_are_numbers,
                      the_first_decimal_mark_in_a_file_applies_to_all_its_numbers,
                      numbers_written_for_people_are_recognized);
}
