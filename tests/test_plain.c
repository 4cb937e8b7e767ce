/* The plain trainer, ./plain, is the specification of the fast program: both must end with the same
 * parameters. This suite uses 1,000 images; make repro compares them on all of MNIST. */
#include "base/sha256.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_plain(void);

#define PLAIN "${ONEHOT%%/*}/plain "

/* The SHA-256 of a model file without its header; the first 8 bytes are the header's length. */
static void hash_parameters(const char *path, char hex[SHA256_HEX]) {
    size_t size, header = 0;
    char *file = test_read(path, &size);
    for (int i = 0; i < 8; i++)
        header |= (size_t)(unsigned char)file[i] << 8 * i;
    ck_assert_uint_lt(8 + header, size);
    sha256_hex(file + 8 + header, size - 8 - header, hex);
    free(file);
}

/* Trains a recipe with plain and these arguments, and the config with these overrides. */
static void compare(const char *recipe, const char *arguments, const char *overrides) {
    struct test_outcome fast = test_shell(
        "$ONEHOT train configs/%s.json data.path=tests/data/mnist-small data.validation=83 "
        "output=%s %s",
        recipe, test_path("run"), overrides);
    ck_assert_msg(fast.status == 0, "%s", fast.err);
    struct test_outcome plain = test_shell(PLAIN "%s tests/data/mnist-small %s", recipe, arguments);
    ck_assert_msg(plain.status == 0 && plain.err[0] == '\0', "%s", plain.err);

    char hex[SHA256_HEX], want[SHA256_HEX + 16];
    hash_parameters(test_path("run/model.safetensors"), hex);
    snprintf(want, sizeof want, "\nsha256 %s\n", hex);
    const char *last = strstr(plain.out, "\nsha256 ");
    ck_assert_msg(last && strcmp(last, want) == 0, "%s: wanted%sbut got\n%s", recipe, want,
                  plain.out);

    int epochs = 0;
    for (char *line = strtok(plain.out, "\n"); line; line = strtok(NULL, "\n"))
        if (line[strspn(line, " ")] >= '0' && line[strspn(line, " ")] <= '9') {
            ck_assert_msg(strstr(fast.out, line) != NULL, "%s: no\n%s\nin\n%s", recipe, line,
                          fast.out);
            epochs++;
        }
    ck_assert_int_eq(epochs, 3);
}

START_TEST(plain_softmax_regression_ends_with_the_same_parameters) {
    compare("softmax", "3", "train.epochs=3");
}
END_TEST

START_TEST(a_plain_relu_hidden_layer_ends_with_the_same_parameters) {
    compare("mnist", "3", "train.epochs=3");
}
END_TEST

START_TEST(plain_sigmoid_and_momentum_end_with_the_same_parameters) {
    compare("sigmoid", "3 0.9", "train.epochs=3 optimizer.momentum=0.9");
}
END_TEST

/* Data that cannot be trained on, and training that fails. */
START_TEST(plain_reports_each_error_in_one_sentence) {
    static const char usage[] = "usage: plain [mnist|softmax|sigmoid [DATA [EPOCHS [MOMENTUM]]]]";
    static const char pictures[] =
        "plain: needs images with one label each, to train and to test on";
    static const struct {
        const char *arguments;
        int status;
        const char *sentence;
    } runs[] = {
        {"perceptron", 2, usage},
        {"--help", 2, usage},
        {"mnist tests/data/mnist-small 1x", 2, usage},
        {"mnist tests/data/mnist-small 12345", 2, usage},
        {"mnist tests/data/mnist-small 1 ''", 2, usage},
        {"mnist tests/data/mnist-small 1 0 0", 2, usage},
        {"mnist nowhere", 2, "nowhere"},
        {"mnist toy:moons", 2, pictures},
        {"mnist tests/data/several-small", 2, pictures},
        {"mnist tests/data/mnist-small 2 99", 1,
         "plain: the loss is not finite; try a smaller learning rate"},
    };
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        test_failed(test_shell(PLAIN "%s", runs[i].arguments), runs[i].status, runs[i].sentence);
}
END_TEST

/* It must be short enough to read in one sitting; test_house.c checks what it may include. */
START_TEST(plain_c_is_at_most_450_lines_of_standard_c) {
    struct test_outcome o = test_shell("ls src/plain; wc -l <src/plain/plain.c");
    ck_assert_msg(strncmp(o.out, "plain.c\n", 8) == 0, "%s", o.out);
    ck_assert_int_gt(atoi(o.out + 8), 100);
    ck_assert_int_le(atoi(o.out + 8), 450);
    o = test_shell("grep -nE '#pragma|__|_mm|#include <' src/plain/plain.c | "
                   "grep -vE '<(limits|math|stdio|stdlib|string)\\.h>'");
    ck_assert_msg(o.status == 1 && o.out[0] == '\0', "%s", o.out);
}
END_TEST

Suite *test_plain(void) {
    return TEST_SUITE("plain", plain_softmax_regression_ends_with_the_same_parameters,
                      a_plain_relu_hidden_layer_ends_with_the_same_parameters,
                      plain_sigmoid_and_momentum_end_with_the_same_parameters,
                      plain_reports_each_error_in_one_sentence,
                      plain_c_is_at_most_450_lines_of_standard_c);
}
