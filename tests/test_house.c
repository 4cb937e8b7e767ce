/* The rules of the source tree that a test can check: the direction of includes, which files use
 * which library, and the length of the reading order. */
#include "base/file.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_house(void);

/* The folders that each folder of src may include from, besides itself and the system: only ones
 * above it in this list. */
static const struct {
    const char *folder, *sees;
} rules[] = {
    {"base", ""},
    {"json", "base"},
    {"tensor", "base"},
    {"keys", "base"},
    {"config", "base json keys"},
    {"layers", "base tensor keys"},
    {"losses", "base tensor keys"},
    {"optim", "base tensor keys"},
    {"model", "base tensor keys layers losses"},
    {"picture", "base"},
    {"data", "base json tensor keys config picture"},
    {"plain", "base tensor data"},
    {"train", "base json tensor keys config layers losses optim model data"},
    {"runs", "base json tensor keys config layers losses optim model picture data train"},
    {"ui", "base"},
    {"report", "base json tensor keys config layers losses model picture data train runs ui"},
    {"export", "base json tensor keys config layers losses model picture data train runs"},
    {"library",
     "base json tensor keys config layers losses optim model picture data train runs export"},
    {"gradcheck", "base json tensor keys config layers losses optim model data train runs ui"},
    {"explain",
     "base json tensor keys config layers losses optim model picture data train runs report ui"},
    {"programs",
     "base json tensor keys config layers losses optim model picture data train runs ui report "
     "export explain gradcheck"},
};

/* Whether the include "folder/file.h" is in this folder or in one of the folders in `sees`. */
static bool allowed(const char *sees, const char *folder, const char *include) {
    size_t length = strcspn(include, "/");
    if (strlen(folder) == length && strncmp(include, folder, length) == 0)
        return true;
    for (const char *w = sees; *w; w += strspn(w, " ")) {
        size_t n = strcspn(w, " ");
        if (n == length && strncmp(w, include, n) == 0)
            return true;
        w += n;
    }
    return false;
}

/* All `#include "..."` of a folder, one per line. */
static struct test_outcome includes(const char *folder) {
    return test_shell("grep -rho '^#include \"[^\"]*' src/%s | cut -d'\"' -f2", folder);
}

START_TEST(includes_point_one_way) {
    int seen = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct test_outcome o = includes(rules[i].folder);
        for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n"), seen++)
            ck_assert_msg(allowed(rules[i].sees, rules[i].folder, line), "src/%s includes %s",
                          rules[i].folder, line);
    }
    ck_assert_int_gt(seen, 100);
    struct test_outcome folders = test_shell("ls src");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        ck_assert_ptr_nonnull(strstr(folders.out, rules[i].folder));
    ck_assert_uint_eq(sizeof rules / sizeof *rules, (size_t)atoi(test_shell("ls src | wc -l").out));
}
END_TEST

START_TEST(the_source_map_names_every_folder_and_only_existing_files) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        ck_assert_msg(
            test_shell("grep -qw '^|.*src/%s' docs/architecture.md", rules[i].folder).status == 0,
            "docs/architecture.md has no row for src/%s", rules[i].folder);
    struct test_outcome named =
        test_shell("grep -oE 'src/[a-z0-9_/]+[.][ch]' docs/*.md README.md | cut -d: -f2 | sort -u");
    int seen = 0;
    for (char *file = strtok(named.out, "\n"); file; file = strtok(NULL, "\n"), seen++)
        ck_assert_msg(test_exists(file), "the documents name %s, which does not exist", file);
    ck_assert_int_gt(seen, 10);
}
END_TEST

START_TEST(each_library_is_included_in_one_place_only) {
    static const struct {
        const char *header, *files;
    } libraries[] = {
        {"png.h", "src/picture/decode_png.c\nsrc/picture/picture_encode.c\n"},
        {"jpeglib.h", "src/picture/decode_jpeg.c\n"},
        {"zlib.h", "src/data/gzip.c\n"},
        {"nettle/", "src/base/sha256.c\nsrc/report/html.c\n"},
        {"cjson/", "src/json/json_parse.h\n"},
        {"mpi.h", "mpi/ranks.c\n"},
    };
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        ck_assert_str_eq(
            test_shell("grep -rl '#include <%s' mpi src | LC_ALL=C sort", libraries[i].header).out,
            libraries[i].files);
}
END_TEST

START_TEST(the_common_headers_of_libc_are_included_by_one_file) {
    ck_assert_str_eq(
        test_shell("grep -rlE '#include <(math|std(arg|bool|def|int|io|lib)|string)\\.h>' src "
                   "--include=*.[ch] | LC_ALL=C sort")
            .out,
        "src/base/libc.h\nsrc/plain/plain.c\n");
}
END_TEST

START_TEST(linux_specific_code_is_in_one_file) {
    ck_assert_str_eq(
        test_shell("grep -rlE '\"/(proc|sys|dev/shm)/|__linux__|<linux/|<sys/(prctl|epoll|"
                   "inotify|sysinfo|auxv)|sched_|madvise|prctl|renameat2|memfd_create' src "
                   "| LC_ALL=C sort")
            .out,
        "src/base/platform.c\nsrc/base/platform.h\n");
}
END_TEST

START_TEST(the_nine_files_of_the_reading_order_are_under_1000_lines) {
    struct test_outcome o = test_shell(
        "cat src/tensor/tensor.h src/tensor/gemm.c src/layers/layer.h src/layers/linear.c "
        "src/layers/relu.c src/losses/softmax_cross_entropy.c src/model/model.c src/optim/sgd.c "
        "src/train/train.c | wc -l");
    ck_assert_int_eq(o.status, 0);
    ck_assert_int_gt(atoi(o.out), 300);
    ck_assert_int_lt(atoi(o.out), 1000);
}
END_TEST

START_TEST(the_library_neither_prints_nor_exits) {
    struct test_outcome o =
        test_shell("grep -nE '\\b(printf|fprintf|vprintf|puts|putchar|_?exit|abort|perror) "
                   "*\\(|std(out|err)' -r src "
                   "--include=*.c | "
                   "grep -vE '^src/(plain/|programs/|ui/|mpi/|gradcheck/(main|print)\\.c)'");
    ck_assert_msg(o.status == 1, "%s", o.out);
}
END_TEST

/* Where the CPU has an fma instruction, no code may call libm for it; nor may it call functions
 * whose results differ between libms. */
START_TEST(the_program_does_not_depend_on_bits_from_libm) {
    struct test_outcome o = test_shell(
        "nm -u $ONEHOT | grep -cE ' (fmaf?|expf?|exp2f?|logf?|tanhf?|powf?|sinf?|cosf?)(@|$)'");
    ck_assert_msg(o.status == 1 && strcmp(o.out, "0\n") == 0, "%s%s", o.out, o.err);
}
END_TEST

/* Each test itself checks that it compared all of its numbered messages (tests/messages.h). */
START_TEST(every_message_belongs_to_a_test) {
    struct test_outcome o = test_shell(
        "cat tests/test_*.c | sed -n 's/^START_TEST(\\(.*\\)) {$/\\1/p' | sort >%s/tests; "
        "uniq -d %s/tests; sed -n 's/^\\[\\([a-z0-9_]*\\) .*/\\1/p' tests/messages.txt | sort -u | "
        "comm -13 %s/tests -",
        test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0 && !o.out[0], "tests of one name, or messages of none:\n%s%s",
                  o.out, o.err);
}
END_TEST

/* If the Makefile excludes a test from a tier by a name that no longer exists, the test is not
 * excluded. */
START_TEST(the_tiers_omit_only_tests_that_exist) {
    struct test_outcome o = test_shell(
        "awk '/^NOT_/ { sub(/.*=/, \"\"); on = 1 } on { print } !/\\\\$/ { on = 0 }' Makefile | "
        "tr -s ' \\\\' '\\n' | grep . | while read -r name; do "
        "grep -q \"ROW($name)\\|START_TEST($name)\" tests/*.c && echo found || echo \"$name\"; "
        "done | "
        "sort | uniq -c | sort -n | tail -2");
    ck_assert_str_eq(o.err, "");
    ck_assert_msg(strstr(o.out, " found\n") && strchr(o.out, '\n')[1] == '\0', "%s", o.out);
}
END_TEST

Suite *test_house(void) {
    return TEST_SUITE(
        "house", includes_point_one_way, the_source_map_names_every_folder_and_only_existing_files,
        each_library_is_included_in_one_place_only,
        the_common_headers_of_libc_are_included_by_one_file, linux_specific_code_is_in_one_file,
        the_nine_files_of_the_reading_order_are_under_1000_lines,
        the_library_neither_prints_nor_exits, the_program_does_not_depend_on_bits_from_libm,
        every_message_belongs_to_a_test, the_tiers_omit_only_tests_that_exist);
}
