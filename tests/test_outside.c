/* outside: a new layer takes one file and one row. The program under test is onehot plus the
 * layer of tests/outside/leaky_relu.c, which no other source mentions (the Makefile adds the
 * row). */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_outside(void);

#define OUTSIDE "$(dirname $ONEHOT)/outside/onehot "

static void check_parts(const char *text, const char *const *parts) {
    for (; *parts; parts++)
        ck_assert_msg(strstr(text, *parts) != NULL, "\"%s\" is not in %s", *parts, text);
}

#define HAS(text, ...) check_parts(text, (const char *const[]){__VA_ARGS__, NULL})

/* Trains the config into test_dir/run. */
static struct test_outcome train(const char *more) {
    struct test_outcome o =
        test_shell(OUTSIDE "train tests/outside/leaky.json output=%s/run %s", test_dir, more);
    ck_assert_msg(o.status == 0, "%s", o.err);
    return o;
}

START_TEST(an_outside_layers_keys_are_read_and_in_the_schema) {
    struct test_outcome o = test_shell(OUTSIDE "schema >%s/schema.json", test_dir);
    size_t size;
    ck_assert_int_eq(o.status, 0);
    char *schema = test_read(test_path("schema.json"), &size);
    HAS(schema, "\"leaky_relu\"", "\"slope\"", "dy/dx where x is below 0");
    free(schema);
    test_failed(test_shell(OUTSIDE "train tests/outside/leaky.json model.1.slope=2"), 2,
                "command line: \"model.1.slope\" must be at most 1, got 2");
}
END_TEST

START_TEST(an_outside_layers_gradient_is_checked) {
    struct test_outcome o = test_shell(OUTSIDE "gradcheck tests/outside/leaky.json");
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
    HAS(o.out, "input ", "0.weight ", "2.weight ");
    ck_assert_msg(!strstr(o.out, "wrong\n") && !strstr(o.out, "doubtful\n"), "%s", o.out);
}
END_TEST

/* With slope 0 it computes the same as relu, but its row says that its units cannot die. */
START_TEST(an_outside_layers_row_determines_whether_units_can_be_dead) {
    static const char rate[] = "train.epochs=1 optimizer.learning_rate=5 ";
    char more[200];
    snprintf(more, sizeof more, "%s model.1.slope=0", rate);
    struct test_outcome o = train(more);
    HAS(o.out, "no better than chance");
    ck_assert_ptr_null(strstr(o.out, "dead"));
    ck_assert_int_eq(test_shell("rm -r %s/run", test_dir).status, 0);
    snprintf(more, sizeof more, "%s 'model.1={\"type\": \"relu\"}'", rate);
    HAS(train(more).out, "no better than chance", "units of layer 1 (relu) are dead");
}
END_TEST

/* The header checks itself against what onehot computed; the logits of other images are
 * compared with those of the ONNX model if it can be run. */
START_TEST(an_outside_layer_is_exported_with_its_option) {
    static const char program[] = "#include \"m.h\"\n#include <stdio.h>\n"
                                  "int main(void) {\n"
                                  "    uint8_t pixels[m_features];\n"
                                  "    float logits[m_classes];\n"
                                  "    while (fread(pixels, m_features, 1, stdin) == 1) {\n"
                                  "        int k = m_predict_pixels(pixels, logits);\n"
                                  "        fwrite(logits, sizeof logits, 1, stdout);\n"
                                  "        fwrite(&k, sizeof k, 1, stdout);\n    }\n"
                                  "    return m_check() ? 0 : 9;\n}\n";
    static const char int8[] = "#include \"m8.h\"\nint main(void) { return !m8_check(); }\n";
    size_t size;
    train("--quiet");
    test_write(test_path("main.c"), program, strlen(program));
    struct test_outcome o = test_shell(
        OUTSIDE
        "export %s/run --c %s/m.h --onnx %s/m.onnx && cd %s && gcc -std=c99 -pedantic -Wall "
        "-Wextra -Wconversion -Werror -O2 -o main main.c -lm && "
        "head -c 31360 run/model.safetensors >pixels && ./main <pixels >logits && "
        "grep -c 'LeakyRelu' m.onnx && grep -c 'alpha' m.onnx",
        test_dir, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%d %s%s", o.status, o.out, o.err);
    char *header = test_read(test_path("m.h"), &size);
    HAS(header, "layers   linear 40, leaky_relu, linear 10",
        "float m_leaky_relu(float x, float slope) {\n    return x > 0 ? x : x * slope;\n}",
        "y0[i] = m_leaky_relu(y0[i], 0.100000001f);");
    free(header);
    test_write(test_path("int8.c"), int8, strlen(int8));
    o = test_shell(OUTSIDE "export %s/run --c %s/m8.h --int8 && cd %s && gcc -o int8 int8.c -lm && "
                           "./int8 && grep -c m8_map_1 m8.h",
                   test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%d %s%s", o.status, o.out, o.err);
    o = test_shell("tests/onnx/run.py %s/m.onnx %s/pixels %s/logits", test_dir, test_dir, test_dir);
    bool absent = o.status == 77 || o.status == 126 || o.status == 127;
    ck_assert_msg(o.status == 0 || absent, "%s%s", o.out, o.err);
}
END_TEST

START_TEST(an_outside_layer_is_explained_by_the_formula_in_its_row) {
    struct test_outcome o = test_shell(OUTSIDE "explain tests/outside/leaky.json");
    ck_assert_msg(o.status == 0, "%s", o.err);
    HAS(o.out, "leaky_relu", "if z0[j] > 0 else");
}
END_TEST

Suite *test_outside(void) {
    return TEST_SUITE("outside", an_outside_layers_keys_are_read_and_in_the_schema,
                      an_outside_layers_gradient_is_checked,
                      an_outside_layers_row_determines_whether_units_can_be_dead,
                      an_outside_layer_is_exported_with_its_option,
                      an_outside_layer_is_explained_by_the_formula_in_its_row);
}
