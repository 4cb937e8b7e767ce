/* Helpers shared by all suites. Tests run from the repository's root. */
#ifndef ONEHOT_TESTS_TEST_H
#define ONEHOT_TESTS_TEST_H

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"
#include "losses/target.h"
#include "json/json_parse.h"

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes a suite whose tests each start in a new, empty test_dir, which is removed afterwards.
 * Each test is its own case: CK_RUN_CASE=NAME runs one, and tcase_name() is its name. */
Suite *test_suite(const char *name, const TTest *const *tests, size_t count);
#define TEST_SUITE(name, ...)                                                                      \
    test_suite(name, (const TTest *const[]){__VA_ARGS__},                                          \
               sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

/* Behind transparent pixels, unless a test chooses another background. */
#define PICTURE_BLACK ((const uint8_t[3]){0, 0, 0})

extern char test_dir[64];

/* Moves test_dir, which is still empty, into memory if it can: for a test that runs thousands of
 * commands, each of which waits for the disk. */
void test_in_memory(void);

/* Whether $TIER is this one: quick, check or nightly (see the Makefile). If $TIER is
 * none of these, the tests do their normal amount of work. */
bool test_tier(const char *name);

/* test_dir/NAME, formatted; the text lives until the eighth call after this one. */
const char *test_path(const char *format, ...) ERROR_PRINTF(1, 2);

/* Write a file, or read one (the caller frees the result), or fail the test. */
void test_write(const char *path, const void *data, size_t size);
char *test_read(const char *path, size_t *size);
bool test_exists(const char *path);

/* Runs a shell command and captures its output. In it, $ONEHOT is the program under test. */
struct test_outcome {
    int status; /* exit status, 128 + n for signal n */
    char out[60000], err[4000];
};
struct test_outcome test_shell(const char *format, ...) ERROR_PRINTF(1, 2);

/* Checks that the command exited with this status and printed one line on stderr: the next text
 * of messages.txt, which contains `names`, a place or key ("": none). */
void test_failed(struct test_outcome o, int status, const char *names);

/* Parses its output as JSON (the caller deletes it); finds a member that must exist. */
cJSON *test_json(const struct test_outcome *o);
const cJSON *test_member(const cJSON *object, const char *name);

/* Trains tests/small.json for two epochs into test_dir/NAME, with `more` arguments. */
void test_small_run(const char *name, const char *more);

/* A number in test_dir/NAME/result.json. */
double test_result(const char *name, const char *key);

/* The JSON in a page, as its script reads it (the caller deletes it). */
cJSON *test_page(const char *path);

/* The page of that whole path after Chromium, which gets these options, has run its script without
 * a console message, up to the scripts (the caller frees it). NULL in the tier quick, and if there
 * is no Chromium, which a line on stdout says. */
char *test_drawn(const char *path, const char *options);

/* The one-hot target for these labels, in the arena; the labels are not copied. */
struct target test_target(int *labels, int rows, int classes, struct arena *a);

/* The JSON object that a config must give for a row of a table: its type and every key without a
 * default, with this value for a number and this one for a string. */
void test_required(const struct kind *row, int number, const char *string, char *json, size_t size);

/* Reads the options of a row of a table from the config {JSON} into the arena, or fails the
 * test. */
void *test_options(const struct kind *row, const char *json, struct arena *a);

/* Checks that a call failed with ERROR_INPUT and the next text of messages.txt, which contains
 * `names`, a place or key ("": none). */
void test_refused(const struct error *e, const char *names);

/* Checks that the text contains `names`. */
void test_names(const char *text, const char *names);

#endif
