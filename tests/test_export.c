/* onehot export: a model in other programs. The headers are compiled by gcc and clang, and their
 * results are compared with the model's, bit for bit. */
#include "base/file.h"
#include "data/dataset.h"
#include "data/formats.h"
#include "export/export.h"
#include "layers/layer.h"
#include "messages.h"
#include "runs/model_file.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_export(void);

/* Compiler flags, from those that forbid fusing to those that fuse wherever possible. */
static const char *const compilers[] = {
    "gcc -std=c99 -pedantic -O1",          "gcc -O3 -march=native -ffp-contract=fast",
    "clang -std=c99 -pedantic -O1",        "clang -O3 -march=native",
    "g++ -x c++ -std=c++11 -pedantic -O1", "clang++ -x c++ -std=c++14 -pedantic -O1"};
enum { COMPILERS = sizeof compilers / sizeof *compilers };

/* Reads images and writes their logits. */
static const char program[] =
    "#include \"m.h\"\n"
    "#include <stdio.h>\n"
    "int main(void) {\n"
    "    static uint8_t pixels[m_features];\n"
    "    static NUMBER logits[m_outputs];\n"
    "    if (!m_check())\n"
    "        return 9;\n"
    "    while (fread(pixels, 1, sizeof pixels, stdin) == sizeof pixels) {\n"
    "        int k = m_predict_pixels(pixels, logits);\n"
    "        fwrite(logits, 1, sizeof logits, stdout);\n"
    "        fwrite(&k, 1, sizeof k, stdout);\n"
    "    }\n"
    "    return m_class(0) == NULL;\n"
    "}\n";

/* The types of logits, without and with --int8. */
static const char *const numbers[] = {"float", "int16_t"};

/* Trains briefly into test_dir/run and exports it as m.h. */
static void export(const char *config, const char *more) {
    struct test_outcome o =
        test_shell("$ONEHOT train %s output=%s/run --quiet train.epochs=1 %s && "
                   "$ONEHOT export %s/run --c %s/m.h",
                   config, test_dir, more, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static void export_int8(void) {
    struct test_outcome o =
        test_shell("$ONEHOT export %s/run --c %s/m.h --int8", test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

static void compile(const char *compiler, const char *source) {
    test_write(test_path("main.c"), source, strlen(source));
    struct test_outcome o =
        test_shell("cd %s && %s -Wall -Wextra -Wshadow -Wconversion -Werror -o main main.c -lm",
                   test_dir, compiler);
    ck_assert_msg(o.status == 0, "%s: %s", compiler, o.err);
}

/* The logits and the predicted class of each test image or row, as the programs write them: of the
 * model or, if there is an int8 model, of that. */
static struct text expected(const struct dataset *d, struct model_file *s,
                            const struct quantized *q) {
    struct text out = {0};
    struct arena a = {0};
    struct sample_set all = sample_set_all(&d->split[TEST], &s->scaling, &a);
    struct model *m = s->model;
    struct pass pass = {.rows = 1};
    int outputs = m->act[m->nlayers].cols;
    for (int i = 0; i < all.count; i++) {
        batch_gather(&all, all.order + i, NULL, 1, m->act[0], &m->target);
        model_forward(m, &pass);
        int k = model_predicted(m, 0);
        if (q) {
            quantized_run(q, all.split, i);
            k = outputs == 1 && q->logits[0] > 0;
            for (int j = 1; j < outputs; j++)
                k = q->logits[j] > q->logits[k] ? j : k;
            text_add(&out, q->logits, (size_t)outputs * sizeof *q->logits);
        } else {
            text_add(&out, m->act[m->nlayers].data, (size_t)outputs * sizeof(float));
        }
        text_add(&out, &k, sizeof k);
    }
    arena_free(&a);
    return out;
}

/* Checks that the exported header m.h computes what the model in test_dir/run does, over the
 * dataset's test set, when `source`, compiled with these definitions, reads test_dir/INPUT. */
static void check_form(struct dataset *d, const char *source, const char *defines,
                       const char *input, bool int8) {
    struct error e = {0};
    struct quantized q;
    struct arena a = {0};
    struct sample_set training, test;
    struct model_file *s = model_file_read(test_path("run"), 64, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    ck_assert_int_eq(model_file_samples(s, d, "", TRAIN, &a, &training, &e), 0);
    ck_assert_int_eq(model_file_samples(s, d, "", TEST, &a, &test, &e), 0);
    if (int8)
        ck_assert_msg(quantized_make(&q, s, &training, &test, &a, &e) == 0, "%s", e.text);
    struct text want = expected(d, s, int8 ? &q : NULL);
    test_write(test_path("logits"), want.data, want.size);
    for (int i = 0; i < COMPILERS; i++) {
        char compiler[300];
        snprintf(compiler, sizeof compiler, "%s -DNUMBER=%s %s", compilers[i], numbers[int8],
                 defines);
        compile(compiler, source);
        struct test_outcome o = test_shell("cd %s && ./main <%s | cmp - logits", test_dir, input);
        ck_assert_msg(o.status == 0, "%s: %s%s", compiler, o.out, o.err);
    }
    text_free(&want);
    arena_free(&a);
    model_file_free(s);
}

static void check_header(const char *data, bool int8) {
    struct error e = {0};
    struct dataset *d = formats_read(DATA_AT(data), NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    test_write(test_path("pixels"), d->split[TEST].pixels,
               (size_t)d->split[TEST].count * (size_t)dataset_features(d));
    if (int8) {
        export_int8();
        check_form(d, program, "", "pixels", true);
    } else {
        check_form(d, program, "", "pixels", false);
    }
    dataset_free(d);
}

/* Runs the ONNX file with the evaluators that are installed, if any; tests/onnx/run.py lists them.
 */
static void check_onnx(void) {
    struct test_outcome o =
        test_shell("$ONEHOT export %s/run --onnx %s/m.onnx >%s/said && "
                   "$ONNX_PYTHON tests/onnx/run.py %s/m.onnx %s/pixels %s/logits",
                   test_dir, test_dir, test_dir, test_dir, test_dir, test_dir);
    bool absent =
        o.status == 77 || o.status == 126 || o.status == 127; /* onnx or Python is missing */
    ck_assert_msg(o.status == 0 || absent, "%s%s", o.out, o.err);
    if (absent)
        printf("not tested: running an ONNX file, which needs Debian's python3-onnx\n");
    fflush(stdout);
}

/* Reads lines of cells, as a program would that has a table, and writes their logits. */
static const char table_program[] =
    "#include \"m.h\"\n"
    "#include <stdio.h>\n#include <stdlib.h>\n"
    "static float value(int column, const char *cell) {\n"
    "    char *end;\n"
    "    float x = strtof(cell, &end);\n"
    "    return !*cell ? NAN : !*end ? x : !strcmp(cell, \"yes\") ? 1 : !strcmp(cell, \"no\") ? 0\n"
    "         : TEXT(column, cell);\n"
    "}\n"
    "int main(void) {\n"
    "    static char line[1000];\n"
    "    static float row[m_columns];\n"
    "    static NUMBER logits[m_outputs];\n"
    "    if (!m_check())\n"
    "        return 9;\n"
    "    while (fgets(line, sizeof line, stdin)) {\n"
    "        char *cell = line;\n"
    "        for (int i = 0; i < m_columns; i++) {\n"
    "            size_t n = strcspn(cell, \",\\n\");\n"
    "            cell[n] = 0;\n"
    "            row[i] = value(i, cell);\n"
    "            cell += n + 1;\n"
    "        }\n"
    "        int k = m_predict_row(row, logits);\n"
    "        fwrite(logits, 1, sizeof logits, stdout);\n"
    "        fwrite(&k, 1, sizeof k, stdout);\n"
    "    }\n"
    "    return m_class(0) == NULL;\n"
    "}\n";

/* Writes test_dir/t/train.csv and test.csv, whose label comes last, by an awk program that sets
 * `row` for i = 0 .. 299. */
static void make_table(const char *header, const char *awk) {
    struct test_outcome o =
        test_shell("mkdir -p %s/t && for i in 0 200; do seq $i $((i + 199)) | awk 'BEGIN { print "
                   "\"%s,kind\" } "
                   "{ i = $1; %s; print row \",\" (i %% 7 < 3 ? \"rose\" : \"tulip\") }' "
                   ">%s/t/$([ $i = 0 ] && echo train || echo test).csv; done && "
                   "tail -n +2 %s/t/test.csv | sed 's/,[^,]*$//' >%s/rows",
                   test_dir, header, awk, test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
}

/* Trains on that table, exports the model, and runs the header on the cells of test.csv. */
static void check_table(const char *more, bool texts) {
    char settings[500];
    struct error e = {0};
    snprintf(settings, sizeof settings,
             "data.path=%s/t data.label=kind train.epochs=4 train.batch_size=8 model.2.units=2 %s",
             test_dir, more);
    export("configs/tiny/three.json", settings);
    struct model_file *s = model_file_read(test_path("run"), 1, &e);
    ck_assert_msg(s != NULL, "%s", e.text);
    struct data_options from = s->config.data;
    from.path = test_path("t");
    from.expected = &s->dataset;
    struct dataset *d = formats_read(&from, NULL, &e);
    ck_assert_msg(d != NULL, "%s", e.text);
    model_file_free(s);
    test_write(test_path("pixels"), d->split[TEST].values,
               (size_t)d->split[TEST].count * (size_t)dataset_features(d) * sizeof(float));
    const char *defines =
        texts ? "-D'TEXT(c, t)=m_text(c, t)'" : "-D'TEXT(c, t)=((void)c, (void)t, NAN)'";
    check_form(d, table_program, defines, "rows", false);
    check_onnx();
    export_int8();
    check_form(d, table_program, defines, "rows", true);
    dataset_free(d);
    test_shell("rm -r %s/run", test_dir);
}

/* Texts, yes and no, missing cells of each kind, and in test.csv a text that training lacks. */
START_TEST(a_tables_header_takes_raw_rows_and_gives_the_models_logits) {
    make_table(
        "height,a \\\\b,a?\\\\b,wet,big mass,only",
        "row = (i % 9 ? i * 0.37 - 20 : \"\") \",\" (i % 11 ? substr(\"redblue*/@violet\", i % 4 "
        "* 4 + 1, 4) : \"\") (i > 390 ? \"!\" : \"\") \",\" (i % 5 ? \"x\" : \"y\") \",\" (i % 13 "
        "? (i % 3 ? \"yes\" : "
        "\"no\") : \"\") \",\" 1e6 + i * 0.1 \",\" i % 2");
    check_table("data.missing=mean data.scaling=standardize", true);
    check_table("data.missing=mean", true);
}
END_TEST

START_TEST(a_table_of_numbers_needs_no_texts) {
    make_table("class,int", "row = sin(i) \",\" cos(i)");
    check_table("", false);
    check_table("data.scaling=standardize", false);
}
END_TEST

START_TEST(one_output_for_two_classes_is_exported_as_it_is) {
    make_table("a,b", "row = (i % 7 < 3 ? -2 : 2) + sin(i) \",\" cos(i)");
    check_table("loss.type=sigmoid_cross_entropy model.2.units=1", false);
    struct test_outcome o = test_shell("grep 'outputs = 1, m_classes = 2' %s/m.h", test_dir);
    ck_assert_int_eq(o.status, 0);
}
END_TEST

START_TEST(the_headers_logits_equal_the_models_bit_for_bit_on_all_of_mnist) {
    export("configs/mnist.json", "");
    check_header("data/mnist", false);
    check_onnx();
}
END_TEST

START_TEST(an_int8_headers_integers_are_those_that_onehot_measured) {
    static const char *const models[][2] = {
        {"tests/small.json", ""},
        {"tests/small-options.json", ""},
        {"tests/small.json",
         "'model=[{\"type\":\"linear\",\"units\":9,\"bias\":false},{\"type\":\"relu\"},{\"type\":"
         "\"sigmoid\"},{\"type\":\"linear\",\"units\":10}]'"}};
    for (int i = 0; i < 3; i++) {
        export(models[i][0], models[i][1]);
        check_header("tests/data/mnist-small", true);
        test_shell("rm -r %s/run", test_dir);
    }
}
END_TEST

START_TEST(no_sum_of_the_int8_form_overflows) {
    enum { IN = 32767 };
    static uint8_t x[IN];
    static int8_t w[2 * IN];
    for (int i = 0; i < IN; i++) {
        x[i] = 255;
        w[i] = 127;
        w[IN + i] = -127;
    }
    int32_t scale[] = {1 << 29, 1 << 30, 30, -(1 << 29), 1 << 30, 62};
    int16_t logits[2];
    int32_t sum = (1 << 29) + IN * 255 * 127;
    ck_assert_int_eq(integer_output(0, IN, x, w, scale), sum);
    ck_assert_int_eq(integer_output(1, IN, x, w, scale), 0); /* -0.37, rounded */
    scale[5] = 61;
    ck_assert_int_eq(integer_output(1, IN, x, w, scale), -1); /* -0.74 */
    integer_logits(IN, 2, x, w, scale, logits);
    ck_assert_int_eq(logits[0], 32767);
    ck_assert_int_eq(integer_activation(NAN, 0, 1), 0);
    ck_assert_int_eq(integer_activation(-1, 0, 1), 0);
    ck_assert_int_eq(integer_activation(INFINITY, 0, 1), 255);
    ck_assert_int_eq(integer_activation(254.5f, 0, 1), 255);
    ck_assert_int_eq(integer_activation(254.49f, 0, 1), 254);
}
END_TEST

START_TEST(int8_reports_the_accuracy_of_both_forms) {
    export("tests/small.json", "");
    struct test_outcome o = test_shell("cd %s && ln -s $OLDPWD/tests && "
                                       "$OLDPWD/$ONEHOT export run --c m.h --int8",
                                       test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
}
END_TEST

START_TEST(what_has_no_int8_form_or_no_data_is_refused) {
    static const char *const ends[] = {
        "[{\"type\":\"tanh\"},{\"type\":\"linear\",\"units\":10}]",
        "[{\"type\":\"linear\",\"units\":10},{\"type\":\"dropout\"},{\"type\":\"tanh\"}]"};
    for (int i = 0; i < 2; i++) {
        char more[200];
        snprintf(more, sizeof more, "'model=%s'", ends[i]);
        export("tests/small.json", more);
        test_failed(test_shell("$ONEHOT export %s/run --c %s/x.h --int8", test_dir, test_dir), 1,
                    "\"tanh\"");
        test_shell("rm -r %s/run", test_dir);
    }
    export("tests/small.json", "");
    test_failed(
        test_shell("$ONEHOT export %s/run --c %s/x.h --int8 --data data/mnist", test_dir, test_dir),
        2, "data/mnist");
    test_failed(test_shell("$ONEHOT export %s/run --c %s/x.h --int8 --data %s/none", test_dir,
                           test_dir, test_dir),
                2, "none");
    test_failed(test_shell("$ONEHOT export %s/run --onnx %s/x.onnx --int8", test_dir, test_dir), 2,
                "--int8");
    ck_assert(!test_exists(test_path("x.h")) && !test_exists(test_path("x.onnx")));
}
END_TEST

START_TEST(logits_of_tanh_and_sigmoid_models_are_equal_too) {
    export("tests/small.json", "data.path=data/mnist");
    check_header("data/mnist", false);
    check_onnx();
}
END_TEST

START_TEST(dropout_is_omitted_and_standardized_pixels_are_a_table) {
    export("tests/small-options.json", "");
    check_header("tests/data/mnist-small", false);
    check_onnx();
}
END_TEST

/* Layers that are used only in training may come first and last. */
START_TEST(layers_may_be_in_any_order) {
    static const char *const models[] = {
        "[{\"type\":\"tanh\"},{\"type\":\"linear\",\"units\":10,\"bias\":false}]",
        ("[{\"type\":\"sigmoid\"},{\"type\":\"relu\"},{\"type\":\"linear\",\"units\":12},"
         "{\"type\":\"linear\",\"units\":10},{\"type\":\"sigmoid\"},{\"type\":\"tanh\"}]"),
        "[{\"type\":\"dropout\"},{\"type\":\"linear\",\"units\":10},{\"type\":\"dropout\"}]"};
    for (int i = 0; i < 3; i++) {
        char more[300];
        snprintf(more, sizeof more, "'model=%s'", models[i]);
        export("tests/small.json", more);
        check_header("tests/data/mnist-small", false);
        check_onnx();
        test_shell("rm -r %s/run", test_dir);
    }
}
END_TEST

/* Passes one in 39989 of all floats, and 2^20 successive ones below 1/4, where tanh changes its
 * method, through the layer and through the header's function. */
START_TEST(the_headers_functions_equal_the_layers_on_all_kinds_of_floats) {
    enum { STRIDE = 39989, FAR = 0xffffffffu / STRIDE, COUNT = FAR + (1 << 20), FUNCTIONS = 3 };
    static const char *const names[FUNCTIONS] = {"relu", "sigmoid", "tanh"};
    static const char source[] =
        "#include \"m.h\"\n#include <stdio.h>\nint main(void) {\n"
        "    float x;\n    while (fread(&x, 1, 4, stdin) == 4) {\n"
        "        float y[] = {m_relu(x), m_sigmoid(x), m_tanh(x)};\n"
        "        fwrite(y, 1, sizeof y, stdout);\n    }\n    return 0;\n}\n";
    float *x = malloc(COUNT * sizeof *x), *y[FUNCTIONS];
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t bits = i < FAR ? i * STRIDE : 0x3e700000 + (i - FAR);
        memcpy(&x[i], &bits, sizeof bits);
    }
    test_write(test_path("x"), x, COUNT * sizeof *x);
    for (int n = 0; n < FUNCTIONS; n++) {
        int i = 0;
        while (strcmp(layers_kinds[i]->name, names[n]) != 0)
            i++;
        y[n] = malloc(COUNT * sizeof *y[n]);
        KIND_ROW(layer_type, layers_kinds[i])
            ->forward(NULL, NULL, (struct tensor){x, 1, COUNT}, (struct tensor){y[n], 1, COUNT});
    }
    export("tests/small.json", "");
    for (int c = 0; c < COMPILERS; c++) {
        size_t size;
        compile(compilers[c], source);
        ck_assert_int_eq(test_shell("cd %s && ./main <x >y", test_dir).status, 0);
        float *got = (float *)(void *)test_read(test_path("y"), &size);
        ck_assert_uint_eq(size, FUNCTIONS * COUNT * sizeof *got);
        for (int k = 0; k < FUNCTIONS * COUNT; k++) {
            float want = y[k % FUNCTIONS][k / FUNCTIONS];
            if (memcmp(&got[k], &want, 4) != 0 &&
                (got[k] == got[k] || want == want)) /* any NaN will do */
                ck_abort_msg("%s: %s(%a) is %a, not %a", compilers[c], names[k % FUNCTIONS],
                             (double)x[k / FUNCTIONS], (double)got[k], (double)want);
        }
        free(got);
    }
    for (int n = 0; n < FUNCTIONS; n++)
        free(y[n]);
    free(x);
}
END_TEST

static void check_literal(uint32_t bits) {
    float x, read;
    memcpy(&x, &bits, sizeof x);
    if (!isfinite(x))
        return;
    char text[32], *end;
    snprintf(text, sizeof text, HEADER_FLOAT, (double)x);
    read = strtof(text, &end);
    ck_assert_msg(memcmp(&read, &x, sizeof x) == 0, "%s is not %a", text, (double)x);
    ck_assert_str_eq(end, "f");
    ck_assert_ptr_nonnull(strchr(text, '.')); /* 1f is no C */
}

/* Each power of 2 with what surrounds it, which includes 0, -0, 1, the largest float and the
 * smallest ones; and one of every 40009 floats. (Goldberg 1991, theorem 15: 9 digits suffice.) */
START_TEST(floats_in_decimals_are_read_back_bit_for_bit) {
    for (uint32_t i = 0; i < 512; i++)
        for (uint32_t k = 0; k < 64; k++)
            check_literal((i << 23) + k - 32);
    for (uint64_t i = 0; i <= 0xffffffffu; i += 40009)
        check_literal((uint32_t)i);
}
END_TEST

START_TEST(compilers_read_the_decimals_as_the_same_floats) {
    struct text source = {0};
    text_printf(&source, "#include <stdio.h>\nstatic const float x[] = {");
    enum { COUNT = 20000 };
    uint32_t bits[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        float x;
        bits[i] = i < 200 ? i : i * 203213; /* some subnormals, and all exponents but the last */
        if ((bits[i] >> 23 & 255) == 255)
            bits[i] ^= 1u << 30;
        memcpy(&x, &bits[i], sizeof x);
        text_printf(&source, "\n" HEADER_FLOAT ",", (double)x);
    }
    text_printf(&source, "};\nint main(void) { return fwrite(x, 1, sizeof x, stdout) == 0; }\n");
    test_write(test_path("bits"), bits, sizeof bits);
    for (int c = 0; c < COMPILERS; c++) {
        compile(compilers[c], source.data);
        struct test_outcome o = test_shell("cd %s && ./main | cmp - bits", test_dir);
        ck_assert_msg(o.status == 0, "%s: %s", compilers[c], o.out);
    }
    text_free(&source);
}
END_TEST

START_TEST(two_headers_serve_one_program_and_warn_nowhere_even_unused) {
    static const char unused[] = "#include \"m.h\"\nint main(void) { return 0; }\n",
                      both[] = "#include \"net_v1.h\"\n#include \"net_v2.h\"\n"
                               "int main(void) { return !net_v1_check() + !other_check(); }\n";
    export("tests/small.json", "");
    struct test_outcome o = test_shell("cd %s && $OLDPWD/$ONEHOT export run --c net_v1.h && "
                                       "$OLDPWD/$ONEHOT export run --c net_v2.h --name other",
                                       test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    for (int c = 0; c < COMPILERS; c++) {
        compile(compilers[c], unused);
        compile(compilers[c], both);
        ck_assert_int_eq(test_shell("%s/main", test_dir).status, 0);
    }
    static const char *const bad[] = {"7up", "a b", "", "größe", "_x"};
    for (int i = 0; i < 5; i++)
        test_failed(
            test_shell("$ONEHOT export %s/run --c %s/x.h --name '%s'", test_dir, test_dir, bad[i]),
            2, "--name");
    test_failed(test_shell("$ONEHOT export %s/run --onnx %s/x.onnx --name a", test_dir, test_dir),
                2, "--name");
    ck_assert(!test_exists(test_path("x.h")) && !test_exists(test_path("x.onnx")));
}
END_TEST

/* Fusing changes the last bits of a double, and hardly ever the float that it is rounded to. */
START_TEST(no_compiler_fuses_separate_operations_in_the_header) {
    static const char source[] = "#include \"m.h\"\n#include <stdio.h>\n"
                                 "int main(void) {\n"
                                 "    for (int i = 0; i < 100000; i++) {\n"
                                 "        double x = i * 0.0003, y[] = {m_exp(-x), "
                                 "m_tanh_double(x)};\n"
                                 "        fwrite(y, 1, sizeof y, stdout);\n    }\n"
                                 "    return 0;\n}\n";
    export("tests/small.json", "");
    for (int c = 0; c < COMPILERS; c++) {
        compile(compilers[c], source);
        struct test_outcome o = test_shell("cd %s && ./main >y%d && cmp y0 y%d", test_dir, c, c);
        ck_assert_msg(o.status == 0, "%s: %s", compilers[c], o.out);
    }
}
END_TEST

START_TEST(the_first_of_equal_logits_wins_and_zeros_are_positive) {
    static const char source[] = "#include \"m.h\"\nint main(void) {\n"
                                 "    static const float x[m_features] = {0};\n"
                                 "    float logits[m_outputs], w = 1, b = -0.0f, y;\n"
                                 "    m_linear(1, 1, x, &w, &b, &y);\n"
                                 "    return m_predict(x, logits) + (y != 0 || signbit(y));\n}\n";
    export("tests/small.json", "'model=[{\"type\": \"linear\", \"units\": 10, \"bias\": false}]'");
    for (int c = 0; c < COMPILERS; c++) {
        compile(compilers[c], source);
        ck_assert_int_eq(test_shell("%s/main", test_dir).status, 0);
    }
}
END_TEST

START_TEST(the_header_detects_other_numbers_and_refuses_fast_math) {
    export("tests/small.json", "");
    test_shell("cp %s/m.h %s/saved.h", test_dir, test_dir);
    compile("gcc -DNUMBER=float", program);
    ck_assert_int_eq(test_shell("%s/main </dev/null", test_dir).status, 0);
    test_shell("sed -i '/float m_weight_2/{n;s/0[.]/1./}' %s/m.h", test_dir);
    compile("gcc -DNUMBER=float", program);
    ck_assert_int_eq(test_shell("%s/main </dev/null", test_dir).status, 9);
    struct test_outcome o =
        test_shell("cd %s && cp saved.h m.h && gcc -Ofast -o main main.c", test_dir);
    ck_assert_int_ne(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.err, "-ffast-math"));
}
END_TEST

START_TEST(every_layer_has_an_export_or_names_an_alternative) {
    for (int i = 0; layers_kinds[i]; i++) {
        const struct layer_type *t = KIND_ROW(layer_type, layers_kinds[i]);
        int ways = t->affine + t->identity + (t->element.c != NULL) + (t->export_instead != NULL);
        ck_assert_msg(ways == 1, "%s has %d ways", t->kind.name, ways);
        const struct key *key = t->kind.keys;
        for (int k = 0; t->element.c && key && key[k].type != KEY_END; k++) {
            ck_assert(key[k].type == KEY_REAL && k < LAYER_ATTRIBUTES);
            ck_assert_ptr_nonnull(t->element.onnx_attributes[k]);
        }
        ck_assert((t->element.c == NULL) == (t->element.onnx == NULL));
    }
}
END_TEST

START_TEST(a_model_that_does_not_end_in_logits_is_not_exported) {
    static const char *const layers[] = {"softmax", "log_softmax"};
    for (int i = 0; i < 2; i++) {
        struct test_outcome o = test_shell(
            "cd %s && $OLDPWD/$ONEHOT train $OLDPWD/tests/small.json data.path=$OLDPWD/tests/data/"
            "mnist-small 'model=[{\"type\":\"linear\",\"units\":10},{\"type\":\"%s\"}]' "
            "train.epochs=0 output=%s --quiet && for to in '--c m.h' '--onnx m.onnx'; do "
            "$OLDPWD/$ONEHOT export %s $to && exit 9; done; ls m.* 2>/dev/null",
            test_dir, layers[i], layers[i], layers[i]);
        test_names(o.err, layers[i]);
        test_message(o.err);
        ck_assert_str_eq(o.out, "");
    }
}
END_TEST

START_TEST(names_come_from_the_file_and_class_names_may_be_any_text) {
    struct test_outcome o =
        test_shell("cd %s && mkdir -p d/train/0 'd/train/a\"\\*?ä' && cp "
                   "$OLDPWD/tests/data/seven.png d/train/0 "
                   "&& cp d/train/0/* d/train/a* && "
                   "$OLDPWD/$ONEHOT train $OLDPWD/tests/small.json data.path=d data.validation=0 "
                   "train.batch_size=2 model.6.units=2 output=run --quiet && "
                   "$OLDPWD/$ONEHOT export run --c 7-net.v2.h && "
                   "printf '#include \"7-net.v2.h\"\\n#include <stdio.h>\\n"
                   "int main(void) { return puts(model_7_net_v2_class(1)) < 0; }' >main.c && "
                   "gcc -Wall -Werror -o main main.c -lm && ./main",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    test_message(o.out);
}
END_TEST

START_TEST(the_same_model_gives_the_same_files) {
    export("tests/small.json", "");
    struct test_outcome o =
        test_shell("cd %s && $OLDPWD/$ONEHOT export run --onnx m.onnx && mkdir again && "
                   "$OLDPWD/$ONEHOT export run/model.safetensors --onnx again/m.onnx --c again/m.h "
                   "&& cmp m.onnx again/m.onnx && cmp m.h again/m.h",
                   test_dir);
    ck_assert_msg(o.status == 0, "%s%s", o.out, o.err);
}
END_TEST

START_TEST(a_failed_export_leaves_existing_files_alone) {
    export("tests/small.json", "");
    struct test_outcome o = test_shell("trap '' XFSZ; cd %s && sha256sum m.h >sum; ulimit -f 40; "
                                       "$OLDPWD/$ONEHOT export run --c m.h",
                                       test_dir);
    test_failed(o, 1, "m.h");
    ck_assert_int_eq(test_shell("cd %s && sha256sum -c sum", test_dir).status, 0);
    ck_assert_str_eq(test_shell("cd %s && ls | grep -v shell", test_dir).out, "m.h\nrun\nsum\n");
    o = test_shell("$ONEHOT export %s/run", test_dir);
    test_failed(o, 2, "--onnx");
    o = test_shell("$ONEHOT export %s --c %s/x.h", test_dir, test_dir);
    ck_assert_int_eq(o.status, 2);
    ck_assert(!test_exists(test_path("x.h")));
}
END_TEST

/* Replaces a number in the metadata of test_dir/run. */
static void set_number(const char *key, const char *value) {
    size_t size;
    char *bytes = test_read(test_path("run/model.safetensors"), &size);
    char *number = strstr(bytes + 8, key); /* past the header's length */
    ck_assert_ptr_nonnull(number);
    number += strlen(key) + strlen("\\\": ");
    memset(number, ' ', strspn(number, "0123456789."));
    memcpy(number, value, strlen(value));
    test_write(test_path("run/model.safetensors"), bytes, size);
    free(bytes);
}

/* First black is not finite; then it is 0 / 1e-60, and white is not finite. */
START_TEST(a_hostile_scaling_is_not_exported) {
    export("tests/small-options.json", "");
    set_number("scaling_deviation", "1e-60");
    for (int i = 0; i < 2; i++) {
        struct test_outcome o =
            test_shell("cd %s && $OLDPWD/$ONEHOT export run --c x.h --onnx x.onnx", test_dir);
        test_failed(o, 2, "run/model.safetensors: its input scaling");
        ck_assert(!test_exists(test_path("x.h")) && !test_exists(test_path("x.onnx")));
        set_number("scaling_mean", "0");
    }
}
END_TEST

/* The examples are those of https://protobuf.dev/programming-guides/encoding. */
START_TEST(protobuf_is_encoded_as_its_guide_says) {
    struct text t = {0}, inner = {0};
    protobuf_add(&inner, "a=1 %d", 150);
    protobuf_add(&t, "a=1 %d b=2 %s c=3 {a=1 %d} c=3 %p", 150, "testing", 150, &inner);
    protobuf_add(&t, "last=16 %d d=4 %g", -1, 0x1.020304p0);
    static const char want[] = "\x08\x96\x01\x12\x07testing\x1a\x03\x08\x96\x01\x1a\x03\x08\x96\x01"
                               "\x80\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
                               "\x25\x82\x01\x81\x3f";
    ck_assert_uint_eq(t.size, sizeof want - 1);
    ck_assert_mem_eq(t.data, want, t.size);
    text_free(&t);
}
END_TEST

Suite *test_export(void) {
    return TEST_SUITE(
        "export", the_headers_logits_equal_the_models_bit_for_bit_on_all_of_mnist,
        an_int8_headers_integers_are_those_that_onehot_measured, no_sum_of_the_int8_form_overflows,
        int8_reports_the_accuracy_of_both_forms, what_has_no_int8_form_or_no_data_is_refused,
        logits_of_tanh_and_sigmoid_models_are_equal_too,
        dropout_is_omitted_and_standardized_pixels_are_a_table,
        a_tables_header_takes_raw_rows_and_gives_the_models_logits,
        a_table_of_numbers_needs_no_texts, one_output_for_two_classes_is_exported_as_it_is,
        layers_may_be_in_any_order, the_headers_functions_equal_the_layers_on_all_kinds_of_floats,
        floats_in_decimals_are_read_back_bit_for_bit,
        compilers_read_the_decimals_as_the_same_floats,
        two_headers_serve_one_program_and_warn_nowhere_even_unused,
        no_compiler_fuses_separate_operations_in_the_header,
        the_first_of_equal_logits_wins_and_zeros_are_positive,
        the_header_detects_other_numbers_and_refuses_fast_math,
        every_layer_has_an_export_or_names_an_alternative,
        a_model_that_does_not_end_in_logits_is_not_exported,
        names_come_from_the_file_and_class_names_may_be_any_text,
        the_same_model_gives_the_same_files, a_failed_export_leaves_existing_files_alone,
        a_hostile_scaling_is_not_exported, protobuf_is_encoded_as_its_guide_says);
}
