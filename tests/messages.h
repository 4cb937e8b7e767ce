/* What the programs say, word for word, is in one file, tests/messages.txt, so that rewording it
 * is one command, `make messages`, and one diff to review. A test checks the status, and the place
 * or key that a message names; here it compares the words.
 *
 * An entry of the file is "[TEST KEY]" and the text, its lines indented. In a text the test's own
 * directory is TMP, and a newline at the end does not count. */
#ifndef ONEHOT_TESTS_MESSAGES_H
#define ONEHOT_TESTS_MESSAGES_H

#include <check.h>

/* The running test's next text: its key is 01, then 02, ... */
void test_message(const char *text);

/* The same with a key of its own: for what is not said in every build, or not in a fixed order. */
void test_message_as(const char *key, const char *text);

/* The next text, "*" for what matches the extended regular expression: times, speeds, threads. */
void test_message_but(const char *pattern, const char *text);

/* What varies in the words of a training: kernel, threads, samples per second, seconds, hashes. */
#define MESSAGES_VARY                                                                              \
    "(scalar|sse2|neon|avx2|avx512)|[0-9]+ threads?|[0-9.]+ s$|[0-9a-f]{64}|(%|-) +[0-9,]{3,}$"

/* The test ends: fails it if the file has more numbered texts of it than it asked for. */
void messages_end(void);

/* Runs the suites. Where the environment has UPDATE_MESSAGES, the file is then written from what
 * was said, if all tests passed; of the tests that did not run it keeps what it had. Returns how
 * many failed. */
int messages_run(SRunner *runner);

#endif
