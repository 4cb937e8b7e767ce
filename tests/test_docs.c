/* The documents: the output, code and links in them must be correct (see tests/docs.sh), and the
 * checker must find errors in a wrong document. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_docs(void);

START_TEST(the_documents_show_what_their_commands_print) {
    struct test_outcome o = test_shell("tests/docs.sh *.md docs/*.md */*/README.md");
    ck_assert_msg(o.status == 0 && o.out[0] == '\0',
                  "%s%s(make docs writes into the documents what their commands print now)\n",
                  o.out, o.err);
}
END_TEST

static struct test_outcome hold(const char *document, const char *how) {
    const char *path = test_path("document.md");
    test_write(path, document, strlen(document));
    return test_shell("%s %s", how, path);
}

START_TEST(a_correct_document_passes) {
    static const char document[] =
        "# A heading, of `its` own\n"
        "[this](document.md) and [that](#a-heading-of-its-own)\n"
        "```console\n"
        "$ echo yes; echo no >&2\nyes\nno\n"
        "$ ./onehot softmax \\\n  2 1 | cut -c1-5 | head -2\nclass\n0\n"
        "$ seq 9\n1\n...\n8\n9\n"
        "$ true\n"
        "$ test -d runs || ls configs/mnist.json && mkdir runs\n"
        "configs/mnist.json\n"
        "$ ls -d runs\nruns\n"
        "```\n"
        "```c\n/* src/layers/relu.c */\n#include \"layers/layer.h\"\n```\n"
        "```\n$ of no kind\n[no link](nowhere)\n```\n"
        "In 1,200 steps (F32, SHA-256, `--seed 777`, [x](document.md)) to 0.5 and 3e-05, 12 of "
        "99.\n"
        "<!-- given: 3e-05: a bound -->\n"
        "<!-- console\n$ echo 1200 0.50 0.5\n1200 0.50 0.5\n-->\n";
    struct test_outcome o = hold(document, "tests/docs.sh");
    ck_assert_msg(o.status == 0 && o.out[0] == '\0', "%s%s", o.out, o.err);
}
END_TEST

START_TEST(errors_in_a_document_are_reported_with_the_line_number) {
    static const struct {
        const char *document, *complaint;
    } untrue[] = {
        {"one\n```console\n$ echo yes\nno\n```\n", "@@ -1,5 +1,5 @@\n one\n ```console\n"
                                                   " $ echo yes\n-no\n+yes\n ```\n"},
        {"```console\n$ echo yes\n```\n", "\n+yes\n"},
        {"```console\n$ true\nyes\n```\n", "\n-yes\n"},
        {"```console\n$ seq 3\n1\n...\n2\n```\n", "\n-2\n+3\n"},
        {"```console\n$ seq 2\n1\n...\n2\n```\n", "\n-...\n"},
        {"```console\n$ ./onehot nothing\n```\n", "\n+onehot: there is no command \"nothing\""},
        {"```console\n$ exit 3\n```\n", "\n+exit status 3\n"},
        {"```console\nno command\n```\n", "document.md:1: a console block without a command\n"},
        {"```console quick\n```\n", "document.md:1: a block is console, or console slow, not "},
        {"```console\n$ true\n", "document.md:1: a block without an end\n"},
        {"\n```c\n/* src/layers/relu.c */\nno such line\n```\n",
         "document.md:2: these lines are not in src/layers/relu.c\n"},
        {"```c\n/* src/layers/relu.c */\n#include \"layers/layer\n```\n", "these lines are not in"},
        {"```c\n/* src/layers/none.c */\nx\n```\n", "these lines are not in src/layers/none.c"},
        {"```c\n/* src/layers/relu.c */\n```\n", "these lines are not in src/layers/relu.c"},
        {"```c\nint x;\n```\n", "document.md:1: a c block whose first line is not /* src/... */\n"},
        {"one\n0.25 is half of 0.5\n<!-- given: 0.5: known -->\n",
         "document.md:2: no command prints 0.25\n"},
        {"1,200 steps, 12 epochs\n```console\n$ echo 1300 12\n1300 12\n```\n",
         "document.md:1: no command prints 1200\n"},
        {"is 2.5e-07\n```console\n$ echo 2.5 07\n2.5 07\n```\n", "no command prints 2.5e-07\n"},
        {"one\n| 8 | 12 % of 99 |\n", "document.md:2: no command prints 12\n"},
        {"    loss 0.7029\n", "document.md:1: no command prints 0.7029\n"},
        {"is 1.5\n<!-- given: 1.5 2.5: known -->\n", "2: 2.5 is given, but not in the text\n"},
        {"is 1.5\n<!-- given: 1.5: known -->\n```console\n$ echo 1.5\n1.5\n```\n",
         "document.md:2: 1.5 is given, but printed, too\n"},
        {"is 1.5\n<!-- given: 1.5 -->\n", "document.md:2: given: without a reason\n"},
        {"# a\n<!-- given: all: known -->\nis 1.5\n# b\nis 2.5\n", "5: no command prints 2.5\n"},
        {"is 1.5\n<!-- console\n$ echo 1.6\n1.6\n-->\n", "1: no command prints 1.5\n"},
        {"<!-- console\n$ echo yes\nno\n-->\n", "\n-no\n+yes\n"},
        {"| a |\n|---|\n| b |\n c\n", "document.md:4: this line is taken for a row"},
        {"a\n[b](c.md), [d](document.md)\n", "document.md:2: there is no c.md\n"},
        {"# a b\n[b](#ab)\n", "document.md:2: there is no heading #ab\n"},
    };
    for (size_t i = 0; i < sizeof untrue / sizeof *untrue; i++) {
        struct test_outcome o = hold(untrue[i].document, "tests/docs.sh");
        ck_assert_msg(strstr(o.out, untrue[i].complaint) != NULL, "no %s in %s%s",
                      untrue[i].complaint, o.out, o.err);
        ck_assert_int_eq(o.status, 1);
    }
}
END_TEST

START_TEST(slow_blocks_run_only_on_request) {
    static const char document[] = "```console slow\n$ echo yes\nno\n```\n";
    ck_assert_int_eq(hold(document, "TIER= tests/docs.sh").status, 0);
    ck_assert_int_eq(hold(document, "TIER=check tests/docs.sh").status, 1);
}
END_TEST

START_TEST(make_docs_writes_what_the_commands_print) {
    static const char document[] = "```console slow\n$ seq 5\n0\n...\n5\nx\n```\n"
                                   "```console\n$ echo yes\n```\n";
    hold(document, "tests/docs.sh --write");
    size_t size;
    char *written = test_read(test_path("document.md"), &size);
    ck_assert_str_eq(written, "```console slow\n$ seq 5\n1\n...\n4\n5\n```\n"
                              "```console\n$ echo yes\nyes\n```\n");
    ck_assert_int_eq(hold(written, "tests/docs.sh").status, 0);
    free(written);
}
END_TEST

Suite *test_docs(void) {
    return TEST_SUITE("docs", the_documents_show_what_their_commands_print,
                      a_correct_document_passes,
                      errors_in_a_document_are_reported_with_the_line_number,
                      slow_blocks_run_only_on_request, make_docs_writes_what_the_commands_print);
}
