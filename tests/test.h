/* What the suites share. Tests run from the repository's root. */
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

/* A suite whose tests each start in a new, empty test_dir, which is removed afterwards. Each is a
 * case of its own: CK_RUN_CASE=NAME runs one, and tcase_name() is its name. */
Suite *test_suite(const char *name, const TTest *const *tests, size_t count);
#define TEST_SUITE(name, ...)                                                                      \
    test_suite(name, (const TTest *const[]){__VA_ARGS__},                                          \
               sizeof((const TTest *const[]){__VA_ARGS__}) / sizeof(const TTest *))

extern char test_dir[64];

/* test_dir/NAME, formatted; the text lives until the eighth call after this one. */
const char *test_path(const char *format, ...) ERROR_PRINTF(1, 2);

/* Writes a file / reads one (the caller frees), or fails the test. */
void test_write(const char *path, const void *data, size_t size);
char *test_read(const char *path, size_t *size);

/* Runs a shell command and takes what it prints. In it, $ONEHOT is the program under test. */
struct test_outcome {
    int status; /* exit status, 128 + n for signal n */
    char out[40000], err[4000];
};
struct test_outcome test_shell(const char *format, ...) ERROR_PRINTF(1, 2);

/* It exited with that status, and printed one line on stderr, the next of messages.txt, which names
 * a place or key; "" if there is none. */
void test_failed(struct test_outcome o, int status, const char *names);

/* What it printed, as JSON (the caller deletes); and a member that must be there. */
cJSON *test_json(const struct test_outcome *o);
const cJSON *test_member(const cJSON *object, const char *name);

/* Trains tests/small.json for two epochs into test_dir/NAME, with `more` arguments. */
void test_small_run(const char *name, const char *more);

/* A number of test_dir/NAME/result.json. */
double test_result(const char *name, const char *key);

/* The headings and words of test_dir/NAME/report.html are the next of messages.txt. */
void test_page(const char *name);

/* The one-hot target of these labels, which are not copied, in the arena. */
struct target test_target(int *labels, int rows, int classes, struct arena *a);

/* What a config must say of a row of a table, as a JSON object: its type, and every key without a
 * default, a number as this one, a string as that. */
void test_required(const struct kind *row, int number, const char *string, char *json, size_t size);

/* The options of a row of a table, as the config {JSON} gives them, in the arena; or the test
 * fails. */
void *test_options(const struct kind *row, const char *json, struct arena *a);

/* The call failed with ERROR_INPUT and with the next text of messages.txt, which names a place or
 * key; "" if there is none. */
void test_refused(const struct error *e, const char *names);

/* The text holds this. */
void test_names(const char *text, const char *names);

#endif
