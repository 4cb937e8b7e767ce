/* python/onehot.py, with the Python that $PYTHON names (default: python3); tests/python.py has the
 * tests. Without Python or a package, they are left out with a note. */
#include "test.h"

#include <stdio.h>

Suite *test_python(void);

#ifdef __SANITIZE_ADDRESS__ /* which Python must load first; it does not free everything at exit   \
                             */
#define PRELOAD                                                                                    \
    "export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0; LD_PRELOAD=\"$(gcc "                        \
    "-print-file-name=libasan.so) $(gcc -print-file-name=libubsan.so)\" "
#define SLOW(group) (void)printf("not tested: tests/python.py %s, under the sanitizers\n", group)
#else
#define PRELOAD
#define SLOW(group) run(group)
#endif

static void run(const char *group) {
    struct test_outcome o = test_shell(PRELOAD "${PYTHON:-python3} tests/python.py %s", group);
    const char *missing = o.status == 77 ? o.out : "Python 3 is not installed\n";
    bool absent = o.status == 77 || o.status == 126 || o.status == 127;
    ck_assert_msg(o.status == 0 || absent, "%s%s", o.out, o.err);
    if (absent)
        printf("not tested: tests/python.py %s: %s", group, missing);
    fflush(stdout);
}

START_TEST(python_trains_and_predicts_without_numpy) {
    run("Lists");
}
END_TEST

START_TEST(python_takes_and_gives_numpys_arrays) {
    run("Arrays");
}
END_TEST

START_TEST(python_trains_the_golden_models_from_arrays) {
    SLOW("Digits");
}
END_TEST

START_TEST(python_follows_scikit_learns_conventions) {
    SLOW("ScikitLearn");
}
END_TEST

START_TEST(the_python_document_shows_what_its_lines_give) {
    SLOW("Document");
}
END_TEST

Suite *test_python(void) {
    return TEST_SUITE(
        "python", python_trains_and_predicts_without_numpy, python_takes_and_gives_numpys_arrays,
        python_trains_the_golden_models_from_arrays, python_follows_scikit_learns_conventions,
        the_python_document_shows_what_its_lines_give);
}
