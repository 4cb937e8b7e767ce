/* make install, and programs that are built with the installed files alone. */
#include "base/file.h"
#include "base/sha256.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_install(void);

/* Programs that use a library with sanitizers need them, too. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZE " -fsanitize=address,undefined "
#else
#define SANITIZE " "
#endif

/* bootstrap installs clang, but not g++. */
#define CXX "$(command -v g++ || echo clang++)"

/* Runs make without the options of a make that runs the tests, and without building anything. */
static struct test_outcome make(const char *target) {
    return test_shell("env -u MAKEFLAGS -u MFLAGS make -s INSTALLED= DESTDIR=%s/root "
                      "PREFIX=/opt/onehot BUILD=$(dirname $ONEHOT) %s",
                      test_dir, target);
}

/* Installs into test_dir/root/opt/onehot, which test_dir/usr is a link to. */
static void install(void) {
    struct test_outcome o = make("install");
    ck_assert_msg(o.status == 0 && !o.err[0], "%s", o.err);
    ck_assert_int_eq(
        test_shell("cd %s && ln -s root/opt/onehot usr && ln -s $OLDPWD/tests .", test_dir).status,
        0);
}

/* A command in test_dir that must succeed without a warning. $OLDPWD is the repository. */
#define SUCCEEDS(...) succeeds(test_shell("cd " __VA_ARGS__))
static struct test_outcome succeeds(struct test_outcome o) {
    ck_assert_msg(o.status == 0 && !o.err[0], "status %d: %s%s", o.status, o.out, o.err);
    return o;
}

/* The names of the header's functions and variables, sorted, one per line. */
static const char functions[] = "sed -n 's/^OH_API .*\\(oh_[a-z0-9_]*\\)[([].*/\\1/p' "
                                "include/onehot.h | LC_ALL=C sort";

/* ---- the files ---- */

START_TEST(every_file_is_installed_in_its_place_and_uninstalled_again) {
    static const char *const files[] = {"bin/onehot",
                                        "bin/onehot-f64",
                                        "include/onehot.h",
                                        "lib/libonehot.a",
                                        "lib/libonehot.so",
                                        "lib/libonehot.so.0",
                                        "lib/pkgconfig/onehot.pc",
                                        "share/man/man1/onehot.1",
                                        "share/man/man3/onehot.3",
                                        "share/man/man3/oh_train.3",
                                        "share/onehot/configs/mnist.json",
                                        "share/onehot/configs/tiny/xor.json",
                                        "share/onehot/configs/papers/data/mnist/dataset.json",
                                        "share/onehot/data/mnist/README.md",
                                        "share/onehot/data/mnist/train-23.png"};
    install();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        ck_assert_msg(test_exists(test_path("usr/%s", files[i])), "%s is missing", files[i]);
    ck_assert_str_eq(SUCCEEDS("%s/usr/lib && { readlink libonehot.so libonehot.so.0; "
                              "objdump -p libonehot.so | sed -n 's/ *SONAME *//p'; } | "
                              "sed s/$(cat $OLDPWD/VERSION)/VERSION/",
                              test_dir)
                         .out,
                     "libonehot.so.0\nlibonehot.so.VERSION\nlibonehot.so.0\n");
    test_write(test_path("usr/lib/mine"), "", 0);
    test_write(test_path("usr/share/onehot/mine"), "", 0);
    succeeds(make("uninstall"));
    ck_assert_str_eq(
        SUCCEEDS("%s/root && find . ! -type d | LC_ALL=C sort | head -n 20", test_dir).out,
        "./opt/onehot/lib/mine\n./opt/onehot/share/onehot/mine\n");
}
END_TEST

START_TEST(libdir_and_the_version_are_in_onehot_pc) {
    static const char pc[] = "PKG_CONFIG_PATH=lib64/pkgconfig pkg-config";
    succeeds(make("install PREFIX=/usr LIBDIR=/usr/lib64"));
    ck_assert_str_eq(SUCCEEDS("%s/root/usr && %s --variable=libdir onehot && %s --modversion "
                              "onehot | cmp - $OLDPWD/VERSION && %s --print-requires-private "
                              "onehot | head -n 1 && grep libdir= lib64/pkgconfig/onehot.pc",
                              test_dir, pc, pc, pc)
                         .out,
                     "/usr/lib64\nlibpng\nlibdir=${prefix}/lib64\n");
}
END_TEST

START_TEST(the_installed_program_trains_with_an_installed_config_in_any_folder) {
    install();
    struct test_outcome o = SUCCEEDS("%s && find root >files && mkdir user && cd user && "
                                     "../usr/bin/onehot train "
                                     "../usr/share/onehot/configs/softmax.json train.epochs=1 "
                                     "data.limit=500 && ls && cd .. && find root | cmp - files",
                                     test_dir);
    test_names(o.out, "../usr/share/onehot/configs/data/mnist: 28 x 28 grey, 10 classes");
    test_names(o.out, "\nruns\n");
    SUCCEEDS("%s && usr/bin/onehot gradcheck usr/share/onehot/configs/tiny/xor.json", test_dir);
}
END_TEST

START_TEST(every_function_has_a_man_page_without_warnings) {
    struct test_outcome o = test_shell("%s", functions);
    int count = 0;
    install();
    for (char *name = strtok(o.out, "\n"); name; name = strtok(NULL, "\n"), count++)
        SUCCEEDS("%s/usr/share/man && page=man3/%s.3 && "
                 "page=$(sed -n 's/^\\.so //p' $page | grep . || echo $page) && "
                 "grep -qw %s $page",
                 test_dir, name, name);
    ck_assert_int_gt(count, 60);
    /* Like onehot(1), they have no date. */
    o = test_shell("cd %s/usr/share/man && command -v mandoc >/dev/null || exit 0; "
                   "mandoc -Tlint $(grep -L '^\\.so' man3/*) | grep -v 'missing date'",
                   test_dir);
    ck_assert_msg(!o.out[0] && !o.err[0], "%s%s", o.out, o.err);
    o = test_shell("cd %s/usr/share/man && command -v man >/dev/null || exit 0; "
                   "for page in $(grep -L '^\\.so' man3/*); do man --warnings -l $page; done "
                   ">/dev/null",
                   test_dir);
    ck_assert_msg(!o.err[0], "%s", o.err);
}
END_TEST

/* ---- the library ---- */

START_TEST(the_libraries_export_the_functions_of_the_header_alone) {
    struct test_outcome want = test_shell("%s", functions);
    install();
    ck_assert_str_eq(SUCCEEDS("%s/usr/lib && nm -D --defined-only libonehot.so.0 | cut -d' ' -f3 | "
                              "grep -v '^OH_0$' | sed 's/@@OH_0$//' | LC_ALL=C sort",
                              test_dir)
                         .out,
                     want.out);
    ck_assert_str_eq(SUCCEEDS("%s/usr/lib && nm -g --defined-only libonehot.a | "
                              "sed -n 's/^[0-9a-f]* [A-Z] //p' | LC_ALL=C sort",
                              test_dir)
                         .out,
                     want.out);
}
END_TEST

/* Compiles a source file as C and C++, links it with the shared and the static library, runs the
 * four programs and returns what all of them print. */
static struct test_outcome run_example(const char *name, const char *arguments) {
    static const char *const compilers[] = {"cc -std=c99 -pedantic -Wall -Wextra -Werror",
                                            CXX " -x c++ -std=c++98 -pedantic -Wall"};
    struct test_outcome o = {0}, first = {0};
    for (int i = 0; i < 4; i++) {
        if (i % 2 == 0)
            SUCCEEDS("%s && %s" SANITIZE "-Iusr/include -c -o %s.o $OLDPWD/examples/%s.c", test_dir,
                     compilers[i / 2], name, name);
        SUCCEEDS("%s && export PKG_CONFIG_PATH=usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=root && "
                 "%s" SANITIZE "-o %s %s.o %s",
                 test_dir, i < 2 ? "cc" : CXX, name, name,
                 i % 2 == 0 ? "-Lusr/lib -lonehot -lm -lpthread"
                            : "$(pkg-config --static --libs onehot | sed "
                              "s/-lonehot/-l:libonehot.a/)");
        o = SUCCEEDS("%s && LD_LIBRARY_PATH=usr/lib ./%s %s", test_dir, name, arguments);
        if (i == 0)
            first = o;
        ck_assert_str_eq(o.out, first.out);
    }
    ck_assert_int_ne(test_shell("cd %s && ldd %s | grep onehot", test_dir, name).status, 0);
    return o;
}

/* Checks that the text has the SHA-256 of the model that the command line trains. */
static void check_hash(const char *text, const char *program, const char *config) {
    char hash[SHA256_HEX];
    struct error e = {0};
    struct test_outcome o =
        test_shell("%s train %s output=%s/run --quiet", program, config, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_msg(sha256_file(test_path("run/model.safetensors"), hash, &e) == 0, "%s", e.text);
    test_names(text, hash);
}

START_TEST(xor_is_learned) {
    install();
    struct test_outcome o = run_example("xor", "");
    float p[4];
    ck_assert_int_eq(sscanf(o.out, "0 xor 0: %f\n0 xor 1: %f\n1 xor 0: %f\n1 xor 1: %f\n", &p[0],
                            &p[1], &p[2], &p[3]),
                     4);
    ck_assert_msg(p[0] < 0.05F && p[1] > 0.95F && p[2] > 0.95F && p[3] < 0.05F, "%s", o.out);
}
END_TEST

START_TEST(digits_trains_the_command_lines_model) {
    install();
    struct test_outcome o = run_example("digits", "tests/small.json tests/data/seven.png");
    check_hash(o.out, "$ONEHOT", "tests/small.json");
    SUCCEEDS("%s && cmp digits.safetensors run/model.safetensors", test_dir);
    test_names(o.out, "epoch 12: ");
    test_names(o.out, "\n9: 0.");
}
END_TEST

START_TEST(live_trains_the_command_lines_model) {
    static const char config[] =
        "{\"data\": {\"path\": \"toy:spiral\"}, \"model\": [{\"type\": \"linear\", \"units\": 64}, "
        "{\"type\": \"tanh\"}, {\"type\": \"linear\", \"units\": 3}], \"train\": {\"epochs\": "
        "100}}";
    install();
    test_write(test_path("config.json"), config, strlen(config));
    /* Which epochs it prints depends on the machine's speed. */
    struct test_outcome o = run_example("live", "| grep SHA-256");
    check_hash(o.out, "$ONEHOT", test_path("config.json"));
}
END_TEST

/* tests/outside has the same layer, in a command line of its own. */
START_TEST(own_layer_trains_the_model_of_a_command_line_with_that_layer) {
    static const char config[] =
        "{\"data\": {\"path\": \"toy:spiral\"}, \"model\": [{\"type\": \"linear\", \"units\": 64}, "
        "{\"type\": \"leaky_relu\", \"slope\": 0.1}, {\"type\": \"linear\", \"units\": 3}], "
        "\"optimizer\": {\"type\": \"sgd\", \"momentum\": 0.9}, \"train\": {\"epochs\": 60}}";
    install();
    test_write(test_path("config.json"), config, strlen(config));
    struct test_outcome o = run_example("own_layer", "");
    test_names(o.out, "gradients agree to 1e-3\ntest accuracy 0.9");
    check_hash(o.out, "$(dirname $ONEHOT)/outside/onehot", test_path("config.json"));
}
END_TEST

START_TEST(embed_predicts_what_the_command_line_predicts) {
    install();
    SUCCEEDS("%s && usr/bin/onehot train usr/share/onehot/configs/tiny/xor.json output=run --quiet",
             test_dir);
    struct test_outcome o = run_example("embed", "run/model.safetensors 0 1");
    struct test_outcome want = SUCCEEDS("%s && usr/bin/onehot predict run 0 1 --json", test_dir);
    char name[16], wanted[32];
    float percent;
    ck_assert_int_eq(sscanf(o.out, "%15s (%f %%)", name, &percent), 2);
    snprintf(wanted, sizeof wanted, "\"class\": \"%s\"", name);
    test_names(want.out, wanted);
}
END_TEST

/* ---- in one process (tests/install/many.c) ---- */

static void build_many(void) {
    install();
    SUCCEEDS("%s && cc -std=gnu99 -Wall -Wextra -Werror" SANITIZE "-Iusr/include -o many "
             "tests/install/many.c -Lusr/lib -lonehot -lm -lpthread -ldl",
             test_dir);
}

START_TEST(eight_threads_that_train_at_once_give_the_bytes_of_one) {
    build_many();
    SUCCEEDS("%s && LD_LIBRARY_PATH=usr/lib ./many threads", test_dir);
}
END_TEST

START_TEST(copies_of_the_library_in_one_process_train_at_once) {
    build_many();
    SUCCEEDS("%s && cp usr/lib/libonehot.so.0 one.so && cp one.so two.so && "
             "LD_LIBRARY_PATH=usr/lib ./many copies ./one.so ./two.so",
             test_dir);
}
END_TEST

START_TEST(a_locale_with_a_decimal_comma_changes_no_byte) {
    build_many();
    /* A locale that localedef can make, or else one that is there. */
    struct test_outcome o = test_shell(
        "cd %s && mkdir locales && export LD_LIBRARY_PATH=usr/lib && "
        "if localedef -i de_DE -f UTF-8 locales/de_DE.UTF-8 2>/dev/null; then "
        "LOCPATH=locales ./many locale de_DE.UTF-8; else status=77; "
        "for name in $(locale -a | grep -iE '^(de|fr|es|it|nl|pt|pl|ru)_'); do "
        "./many locale $name && exit; status=$?; [ $status = 77 ] || exit $status; done; "
        "exit $status; fi",
        test_dir);
    if (o.status == 77)
        puts("a_locale_with_a_decimal_comma_changes_no_byte: skipped, since this machine has "
             "neither "
             "localedef's sources nor such a locale");
    else
        ck_assert_msg(o.status == 0, "status %d: %s", o.status, o.err);
}
END_TEST

/* ---- debian/ ---- */

START_TEST(the_debian_packages_have_this_version_and_list_every_symbol) {
    struct test_outcome want = test_shell("%s", functions);
    ck_assert_str_eq(test_shell("sed -n 's/^ \\(oh_[a-z0-9_]*\\)@OH_0 .*/\\1/p' "
                                "debian/libonehot0.symbols")
                         .out,
                     want.out);
    ck_assert_str_eq(test_shell("sed -n '1s/onehot (\\([0-9.]*\\)-.*/\\1/p' debian/changelog").out,
                     test_shell("cat VERSION").out);
}
END_TEST

Suite *test_install(void) {
    return TEST_SUITE("install", every_file_is_installed_in_its_place_and_uninstalled_again,
                      libdir_and_the_version_are_in_onehot_pc,
                      the_installed_program_trains_with_an_installed_config_in_any_folder,
                      every_function_has_a_man_page_without_warnings,
                      the_libraries_export_the_functions_of_the_header_alone, xor_is_learned,
                      digits_trains_the_command_lines_model, live_trains_the_command_lines_model,
                      own_layer_trains_the_model_of_a_command_line_with_that_layer,
                      embed_predicts_what_the_command_line_predicts,
                      eight_threads_that_train_at_once_give_the_bytes_of_one,
                      copies_of_the_library_in_one_process_train_at_once,
                      a_locale_with_a_decimal_comma_changes_no_byte,
                      the_debian_packages_have_this_version_and_list_every_symbol);
}
