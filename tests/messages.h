/* All messages of the programs are in one file, tests/messages.txt, word for word. To reword
 * messages takes one command, `make messages`, and one diff to review. A test checks the exit
 * status, and the place or key that a message names; the functions below compare the words.
 *
 * An entry of the file is "[TEST KEY]" followed by the text, each line indented. In the text,
 * the test's directory is replaced by TMP, and a newline at the end is ignored. */
#ifndef ONEHOT_TESTS_MESSAGES_H
#define ONEHOT_TESTS_MESSAGES_H

#include <check.h>
#include <stdbool.h>

/* Compares the running test's next text: its key is 01, then 02, ... */
void test_message(const char *text);

/* The same, with an explicit key, for a text that not every build prints, or that has no fixed
 * order. */
void test_message_as(const char *key, const char *text);

/* The next text, with "*" for anything that matches the extended regular expression, such as times,
 * speeds and threads. */
void test_message_but(const char *pattern, const char *text);

/* The parts of train's output that vary: kernel, threads, samples per second, seconds, hashes. */
#define MESSAGES_VARY                                                                              \
    "(scalar|sse2|neon|avx2|avx512)|[0-9]+ threads?|[0-9.]+ s(,|$)|[0-9a-f]{64}|(%|-) "            \
    "+[0-9,]{3,}$"

/* Called when a test ends; fails it if the file has more numbered texts for it than it compared. */
void messages_end(void);

/* Called before and after a run of all suites. If UPDATE_MESSAGES is set in the environment and all
 * tests passed, messages_end_run rewrites the file with what they printed; entries of tests that
 * did not run are kept. Returns -1 if the file could not be written. */
void messages_begin_run(void);
int messages_end_run(bool passed);

#endif
