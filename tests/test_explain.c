/* onehot explain: its numbers equal the trainer's, and so do the values of its formulas once
 * numbers are substituted. */
#include "explain/formula.h"
#include "explain/trace.h"
#include "losses/loss.h"
#include "messages.h"
#include "runs/training.h"
#include "test.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_explain(void);

/* ---- evaluating printed arithmetic, by libm in double ---- */

static double choice(const char **s);

static bool take(const char **s, const char *word) {
    *s += strspn(*s, " ");
    size_t n = strlen(word);
    if (strncmp(*s, word, n) != 0)
        return false;
    *s += n;
    return true;
}

static double argument(const char **s) {
    double x = choice(s);
    ck_assert_msg(take(s, ")"), "no ) at %s", *s);
    return x;
}

static double primary(const char **s) {
    char *end;
    if (take(s, "exp("))
        return exp(argument(s));
    if (take(s, "log("))
        return log(argument(s));
    if (take(s, "sqrt("))
        return sqrt(argument(s));
    if (take(s, "tanh("))
        return tanh(argument(s));
    if (take(s, "max(")) {
        double a = choice(s);
        ck_assert(take(s, ","));
        return fmax(a, argument(s));
    }
    if (take(s, "("))
        return argument(s);
    *s += strspn(*s, " ");
    ck_assert_msg(isdigit((unsigned char)**s), "no number at %s", *s);
    double x = strtod(*s, &end);
    *s = end;
    return x;
}

static double product(const char **s);

static double power(const char **s) {
    if (take(s, "-"))
        return -product(s);
    double x = primary(s);
    return take(s, "^") ? pow(x, primary(s)) : x;
}

static double product(const char **s) {
    double x = power(s);
    for (;;)
        if (take(s, "*"))
            x *= power(s);
        else if (take(s, "/"))
            x /= power(s);
        else
            return x;
}

static double sum(const char **s) {
    double x = product(s);
    for (;;)
        if (take(s, "+"))
            x += product(s);
        else if (take(s, "-"))
            x -= product(s);
        else
            return x;
}

static double choice(const char **s) {
    double x = sum(s);
    if (!take(s, "if"))
        return x;
    double a = sum(s);
    bool equal = take(s, "==");
    ck_assert(equal || take(s, ">"));
    double b = sum(s);
    ck_assert(take(s, "else"));
    double other = sum(s);
    return (equal ? a == b : a > b) ? x : other;
}

static double evaluate(const char *s) {
    double x = choice(&s);
    ck_assert_msg(*s == '\0', "left over: %s", s);
    return x;
}

/* ---- steps ---- */

/* Sets up training of a config with up to four overrides. */
static struct training *training(const char *config, const char *const *overrides) {
    struct error e = {0};
    struct training *t = training_new(config, overrides, 1, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    train_order(t, 1);
    return t;
}

/* The value of the element with this name. */
static double predicted(const struct trace *s, const char *name) {
    for (const struct quantity *q = s->quantities; q; q = q->next)
        for (size_t i = 0;
             strncmp(q->name, name, strlen(q->name)) == 0 && i < tensor_size(q->value); i++)
            if (strcmp(formula_element(q, i).text, name) == 0)
                return (double)q->value.data[i];
    ck_abort_msg("no element %s", name);
}

/* Whether a formula with numbers substituted is only the name of another element. */
static bool is_name(const char *numbers) {
    return isalpha((unsigned char)*numbers) && !strchr(numbers, '(');
}

/* Checks that every formula of a step on n samples, with numbers substituted, gives the number
 * next to it up to a few float32 roundings; returns how many formulas there were. */
static int check_step(const char *config, const char *const *overrides, int n) {
    static const struct style style = {.digits = 9, .terms = 1000};
    struct error e = {0};
    struct trace s;
    struct training *t = training(config, overrides);
    ck_assert_int_eq(trace_step(&s, t, n, &e), 0);
    int checked = 0;
    for (const struct quantity *q = s.quantities; q; q = q->next)
        for (size_t i = 0; q->formula && i < tensor_size(q->value); i++, checked++) {
            struct text numbers = {0};
            ck_assert(formula_write(q, i, true, &style, &numbers));
            double want = (double)q->value.data[i];
            double got =
                is_name(numbers.data) ? predicted(&s, numbers.data) : evaluate(numbers.data);
            ck_assert_msg(fabs(got - want) <= 3e-6 * fmax(1, fabs(want)),
                          "%s: %s[%zu] = %s is %.9g, not %.9g", overrides[0] ? overrides[0] : "",
                          q->name, i, numbers.data, got, want);
            text_free(&numbers);
        }
    training_free(t);
    return checked;
}

/* Checks a step of this config: over 50 elements must have formulas, not just words. */
static void checked(const char *override, const char *second, int n) {
    const char *const overrides[] = {override, second, NULL};
    ck_assert_int_gt(check_step("configs/tiny/three.json", overrides, n), 50);
}

START_TEST(formulas_with_numbers_substituted_give_the_trainers_numbers) {
    checked(NULL, NULL, 1);
    checked(NULL, NULL, 6);
    checked("model.0.bias=false", NULL, 2);
    checked("loss.temperature=2.5", "loss.label_smoothing=0.1", 3);
    checked("loss.class_weights=[1, 2, 0.5]", NULL, 3);
    checked("loss.class_weights=balanced", NULL, 1);
    checked("optimizer.momentum=0.9", "optimizer.weight_decay=0.1", 2);
    checked("optimizer={\"type\": \"sgd\", \"momentum\": 0.9, \"nesterov\": true}", NULL, 2);
    checked("train.clip_norm=0.01", NULL, 2);
    checked("train.clip_norm=1000", NULL, 2);
    checked("schedule={\"type\": \"cosine\", \"warmup\": 0.5}", NULL, 1);
    checked("train.epochs=0", NULL, 1);
}
END_TEST

START_TEST(every_layers_formulas_are_right) {
    char model[300], layer[200];
    for (int i = 0; layers_kinds[i]; i++) {
        const char *name = layers_kinds[i]->name;
        ck_assert_msg(KIND_ROW(layer_type, layers_kinds[i])->formula.forward &&
                          KIND_ROW(layer_type, layers_kinds[i])->formula.backward,
                      "layers/%s.c has no formula", name);
        test_required(layers_kinds[i], 2, "", layer, sizeof layer);
        snprintf(model, sizeof model,
                 "model=[{\"type\":\"linear\",\"units\":4},%s,{\"type\":\"linear\",\"units\":3}]",
                 layer);
        checked(model, NULL, 1);
        checked(model, NULL, 5);
    }
    static const char *const options[] = {"\"softmax\",\"temperature\":0.3",
                                          "\"log_softmax\",\"temperature\":7",
                                          "\"dropout\",\"rate\":0.7"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        snprintf(model, sizeof model,
                 "model=[{\"type\":\"linear\",\"units\":4},{\"type\":%s},{\"type\":\"linear\","
                 "\"units\":3}]",
                 options[i]);
        checked(model, NULL, 4);
    }
}
END_TEST

START_TEST(every_losss_formulas_are_right) {
    char loss[300];
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json train.epochs=1 seed=3 "
                   "output=%s --quiet",
                   test_path("teacher"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    for (int i = 0; losses_kinds[i]; i++) {
        const char *name = losses_kinds[i]->name;
        ck_assert_msg(KIND_ROW(loss_type, losses_kinds[i])->formula.loss != NULL,
                      "losses/%s.c has no formula", name);
        if (KIND_ROW(loss_type, losses_kinds[i])->teacher)
            snprintf(loss, sizeof loss, "loss={\"type\": \"%s\", \"teacher\": \"%s\"}", name,
                     test_path("teacher"));
        else
            snprintf(loss, sizeof loss, "loss={\"type\": \"%s\"}", name);
        checked(loss, NULL, 1);
        checked(loss, NULL, 6);
        if (KIND_ROW(loss_type, losses_kinds[i])->one_output) {
            const char *const overrides[] = {loss, "model.2.units=1", NULL};
            ck_assert_ptr_nonnull(KIND_ROW(loss_type, losses_kinds[i])->formula_one.loss);
            ck_assert_int_gt(check_step("configs/tiny/xor.json", overrides, 1), 30);
            ck_assert_int_gt(check_step("configs/tiny/xor.json", overrides, 4), 30);
        }
    }
}
END_TEST

START_TEST(every_optimizers_formulas_are_right) {
    char optimizer[100];
    for (int i = 0; optims_kinds[i]; i++) {
        const char *name = optims_kinds[i]->name;
        ck_assert_msg(KIND_ROW(optim_type, optims_kinds[i])->formula.theta != NULL,
                      "optim/%s.c has no formula", name);
        snprintf(optimizer, sizeof optimizer, "optimizer={\"type\": \"%s\"}", name);
        checked(optimizer, NULL, 3);
    }
}
END_TEST

/* One formula too many must not crash it either: this model has the maximum number of quantities.
 */
START_TEST(the_formulas_are_right_with_every_option_at_once) {
    const char *const overrides[] = {
        "model=[{\"type\": \"linear\", \"units\": 10}]",
        "loss={\"type\": \"distillation\", \"teacher\": \"tests/data/teacher.safetensors\", "
        "\"class_weights\": \"balanced\"}",
        "optimizer={\"type\": \"adamw\"}", "train.clip_norm=0.001", NULL};
    ck_assert_int_gt(check_step("tests/small.json", overrides, 2), 100);
}
END_TEST

/* A layer, a loss and an optimizer that have no formulas for explain. */
START_TEST(types_without_formulas_still_show_their_numbers) {
    const char *const overrides[] = {NULL};
    struct training *t = training("configs/tiny/three.json", overrides);
    struct layer_type layer = *t->model->layers[0].type;
    struct loss_type loss = *t->model->loss.type;
    struct optim_type optim = *t->optim.type;
    layer.formula = (struct layer_formula){0};
    loss.formula = (struct loss_formula){0};
    optim.formula = (struct optim_formula){0};
    t->model->layers[0].type = &layer;
    t->model->loss.type = &loss;
    t->optim.type = &optim;
    struct error e = {0};
    struct trace s;
    struct text text = {0}, html = {0};
    ck_assert_int_eq(trace_step(&s, t, 2, &e), 0);
    output_text(&s, 76, 4, &text);
    output_page(&s, 4, &html);
    static const char *const lines[] = {
        "  weight0 (2 x 3): initial values, drawn with the seed\n",
        "  z0 (2 x 3): the layer's output\n         0.428     -0.1853      0.4828\n",
        "  p (2 x 3): the probabilities\n",
        "  dbias0 (3): its gradient\n",
        "  loss (2): the loss of each sample\n",
        "  weight0' (2 x 3): after the step\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        ck_assert_msg(strstr(text.data, lines[i]), "no %s", lines[i]);
    text_free(&text);
    text_free(&html);
    training_free(t);
}
END_TEST

/* Finds the matrix with this name in the output of `explain --json`, where it must occur once. */
static const cJSON *find(const cJSON *root, const char *name) {
    const cJSON *stage, *q, *found = NULL;
    cJSON_ArrayForEach(stage, test_member(root, "stages")) {
        cJSON_ArrayForEach(q, test_member(stage, "quantities")) {
            if (strcmp(test_member(q, "name")->valuestring, name) == 0) {
                ck_assert_msg(!found, "%s is there twice", name);
                found = q;
            }
        }
    }
    ck_assert_msg(found != NULL, "no %s", name);
    return found;
}

/* Checks that its values equal the tensor's, bit for bit. */
static void same(const cJSON *root, const char *name, struct tensor want) {
    const cJSON *q = find(root, name), *x;
    size_t i = 0;
    ck_assert_int_eq(cJSON_GetArrayItem(test_member(q, "shape"), 0)->valueint, want.rows);
    ck_assert_int_eq(cJSON_GetArrayItem(test_member(q, "shape"), 1)->valueint, want.cols);
    cJSON_ArrayForEach(x, test_member(q, "values")) {
        ck_assert_uint_lt(i, tensor_size(want));
        ck_assert_msg((real)x->valuedouble == want.data[i], "%s[%zu] is %.9g, not %.9g", name, i,
                      x->valuedouble, (double)want.data[i]);
        i++;
    }
    ck_assert_uint_eq(i, tensor_size(want));
}

/* Checks that explain prints the values that a separate training has after that step. */
static void agrees(const char *config, const char *override, int batch) {
    const char *const overrides[] = {override, NULL};
    struct training *t = training(config, overrides);
    struct model *m = t->model;
    struct test_outcome o = test_shell("$ONEHOT explain %s %s --batch %d --json >%s/json", config,
                                       override, batch, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
    struct error e = {0};
    size_t size;
    char *text = test_read(test_path("json"), &size);
    cJSON *root = json_parse(text, size, "stdout", &e);
    free(text);
    ck_assert_msg(root != NULL, "%s", e.text);
    double sum = 0, rate = test_member(root, "learning_rate")->valuedouble;
    ck_assert_double_eq(rate, 0.1);
    for (int i = 0; i < m->nlayers; i += 2) {
        same(root, i == 0 ? "W0" : "W2", m->layers[i].params[0].value);
        same(root, i == 0 ? "b0" : "b2", m->layers[i].params[1].value);
    }
    t->pairs = NULL; /* lists would leave act[0] empty */
    train_step(t, (struct update){rate, 1}, 0, batch, &sum);
    if (t->config.train.clip_norm == 0) /* a step keeps only what it clips */
        model_gradients(m, batch);
    ck_assert_double_eq(test_member(root, "loss")->valuedouble, sum / batch);
    const char *const act[] = {"x", "z0", "a1", "z2"}, *const delta[] = {"", "dz0", "da1", "dz2"};
    for (int i = 0; i <= m->nlayers; i++) {
        same(root, act[i], tensor_rows(m->act[i], 0, batch));
        if (i > 0)
            same(root, delta[i], tensor_rows(m->delta[i], 0, batch));
    }
    same(root, "p", tensor_rows(m->p, 0, batch));
    same(root, "y", tensor_rows(m->target.y, 0, batch));
    same(root, "loss", (struct tensor){m->losses, batch, 1});
    bool clipped = strstr(override, "clip_norm");
    for (int i = 0; i < m->nlayers; i += 2)
        for (int k = 0; k < 2; k++) {
            char name[16];
            snprintf(name, sizeof name, "%c%d'", "Wb"[k], i);
            same(root, name, m->layers[i].params[k].value);
            snprintf(name, sizeof name, "d%c%d%s", "Wb"[k], i, clipped ? "'" : "");
            same(root, name, m->layers[i].params[k].grad);
        }
    cJSON_Delete(root);
    training_free(t);
}

START_TEST(explains_numbers_are_those_of_train_step) {
    agrees("configs/tiny/three.json", "seed=42", 1);
    agrees("configs/tiny/three.json", "seed=5", 6);
    agrees("configs/tiny/three.json", "train.clip_norm=0.01", 4);
    agrees("tests/small-softmax.json", "train.clip_norm=0.01",
           3); /* trained from lists of pixels */
}
END_TEST

/* Lines of the text output, "NAME = FORMULA = NUMBER", with four digits per number. */
START_TEST(the_printed_arithmetic_is_right) {
    static const char *const configs[] = {"configs/tiny/xor.json", "configs/tiny/three.json"};
    for (int c = 0; c < 2; c++) {
        struct test_outcome o =
            test_shell("COLUMNS=1000 $ONEHOT explain %s --sample 1", configs[c]);
        int found = 0;
        ck_assert_msg(o.status == 0, "%s", o.err);
        for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n")) {
            char *first = strstr(line, " = "), *last = first;
            if (strncmp(line, "    ", 4) != 0 || !first)
                continue;
            for (char *next = first; next; next = strstr(next + 1, " = "))
                last = next;
            *last = '\0';
            double want = strtod(last + 3, NULL);
            if (is_name(first + 3))
                continue; /* db0[1] = dz0[1] = ... */
            double got = evaluate(first + 3);
            /* each number is rounded to four digits */
            ck_assert_msg(fabs(got - want) < 2e-3 * fmax(0.1, fabs(want)), "%s is %g, not %g", line,
                          got, want);
            found++;
        }
        ck_assert_int_gt(found, 30);
    }
}
END_TEST

START_TEST(the_named_source_files_contain_the_named_functions) {
    struct error e = {0};
    struct trace s;
    const char *const overrides[] = {"train.clip_norm=0.01", NULL};
    struct training *t = training("configs/tiny/three.json", overrides);
    ck_assert_int_eq(trace_step(&s, t, 2, &e), 0);
    for (const struct quantity *q = s.quantities; q; q = q->next) {
        char source[200], *function;
        if (q->next && q->next->stage == q->stage)
            continue;
        snprintf(source, sizeof source, "%s", q->stage->source);
        function = strstr(source, ": ");
        *function = '\0';
        for (char *name = strtok(function + 2, ", "); name; name = strtok(NULL, ", "))
            ck_assert_msg(test_shell("grep -q '\\b%s(' %s", name, source).status == 0,
                          "%s has no %s", source, name);
    }
    training_free(t);
}
END_TEST

START_TEST(the_text_is_the_same_with_any_kernel_and_locale) {
    static const char command[] = "$ONEHOT explain configs/tiny/three.json --batch 6 "
                                  "optimizer.momentum=0.9";
    struct test_outcome o = test_shell("COLUMNS=60 %s", command);
    ck_assert_int_eq(o.status, 0);
    ck_assert_uint_gt(strlen(o.out), 5000);
    ck_assert_str_eq(test_shell("COLUMNS=60 ONEHOT_KERNEL=scalar LC_ALL=C %s", command).out, o.out);
    ck_assert_str_eq(test_shell("COLUMNS=60 LC_ALL=C.UTF-8 NO_COLOR=1 %s", command).out, o.out);
}
END_TEST

START_TEST(every_line_fits_the_width) {
    static const char *const arguments[] = {
        "configs/tiny/xor.json", "configs/tiny/three.json --batch 6",
        "configs/tiny/three.json loss.label_smoothing=0.1 'optimizer={\"type\": \"adamw\"}'",
        "tests/small.json"};
    for (int width = 50; width <= 80; width += 10)
        for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
            struct test_outcome o =
                test_shell("COLUMNS=%d $ONEHOT explain %s", width, arguments[i]);
            ck_assert_msg(o.status == 0, "%s", o.err);
            for (char *line = strtok(o.out, "\n"); line; line = strtok(NULL, "\n"))
                ck_assert_msg(strlen(line) <= (size_t)width, "at %d columns: %s", width, line);
        }
}
END_TEST

START_TEST(large_tensors_are_summarised) {
    struct test_outcome o = test_shell("COLUMNS=60 $ONEHOT explain tests/small.json");
    ck_assert_int_eq(o.status, 0);
    ck_assert_ptr_nonnull(strstr(o.out, "\n  x (784)"));
    ck_assert_ptr_nonnull(strstr(o.out, "@"));
    ck_assert_ptr_nonnull(strstr(o.out, "dW0["));
    int lines = 0;
    for (const char *c = o.out; *c; c++)
        lines += *c == '\n';
    ck_assert_int_lt(lines, 800);
}
END_TEST

/* Returns the HTML page of a step; the caller frees it. */
static char *page(const char *arguments) {
    size_t size;
    struct test_outcome o =
        test_shell("$ONEHOT explain %s --html %s", arguments, test_path("step.html"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "");
    return test_read(test_path("step.html"), &size);
}

/* The step as JSON, from the page. */
static cJSON *step(const char *arguments) {
    free(page(arguments));
    return test_page(test_path("step.html"));
}

/* Item i of a list of this quantity. */
static const char *item(const cJSON *root, const char *name, const char *list, int i) {
    return cJSON_GetArrayItem(test_member(find(root, name), list), i)->valuestring;
}

/* tests/report/walk.js checks what the page's script shows. */
START_TEST(the_page_has_every_number) {
    cJSON *root = step("configs/tiny/three.json --sample 13");
    ck_assert_str_eq(item(root, "dz2", "formulas", 1),
                     "dz2[1] = {p:1 0.2909} - {y:1 1} = {dz2:1 -0.7091}");
    const cJSON *values = test_member(find(root, "dz2"), "values");
    ck_assert_double_eq_tol(cJSON_GetArrayItem(values, 1)->valuedouble, -0.7091, 5e-5);
    ck_assert_ptr_null(cJSON_GetObjectItem(find(root, "x"), "summary"));
    ck_assert_ptr_nonnull(item(root, "W2'", "formulas", 8));
    ck_assert_ptr_null(cJSON_GetObjectItem(find(root, "x"), "image"));
    cJSON_Delete(root);
    root = step("tests/small.json --batch 4");
    ck_assert_int_eq(
        strncmp(test_member(find(root, "x"), "image")->valuestring, "data:image/png;base64,", 22),
        0);
    ck_assert_ptr_nonnull(test_member(find(root, "dW0"), "image"));
    ck_assert_int_eq(cJSON_GetArraySize(test_member(find(root, "dW0"), "formulas")), 1);
    cJSON_Delete(root);
}
END_TEST

START_TEST(the_page_works_offline) {
    char *html = page("configs/tiny/xor.json");
    static const char *const outside[] = {"https:", "src=\"", "@import", "<link rel=\"s"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        ck_assert_msg(!strstr(html, outside[i]), "the page has %s", outside[i]);
    for (const char *at = html; (at = strstr(at, "url(")); at++)
        ck_assert_int_eq(at[4], '#'); /* in the page itself */
    free(html);
}
END_TEST

START_TEST(names_may_be_any_text) {
    struct test_outcome o = test_shell("cd %s && mkdir -p 'd/train/<b>\"&' d/train/c && cp "
                                       "$OLDPWD/tests/data/seven.png d/train/c && cp d/train/c/* "
                                       "d/train/'<b>\"&'",
                                       test_dir);
    ck_assert_int_eq(o.status, 0);
    char arguments[400];
    snprintf(arguments, sizeof arguments,
             "configs/tiny/three.json 'name=<script>alert' data.path=%s model.2.units=2 "
             "train.batch_size=2 --batch 2",
             test_path("d"));
    char *html = page(arguments);
    char *drawn = test_drawn(test_path("step.html"), "");
    if (drawn)
        ck_assert_ptr_nonnull(strstr(drawn, "“&lt;b&gt;\"&amp;”"));
    free(drawn);
    ck_assert_ptr_nonnull(strstr(html, "<title>&lt;script&gt;alert"));
    ck_assert_ptr_null(strstr(html, "<b>\"&"));
    ck_assert_ptr_null(strstr(html, "<script>alert"));
    free(html);
    size_t size;
    struct error e = {0};
    o = test_shell("$ONEHOT explain %s --json >%s", arguments, test_path("step.json"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    char *json = test_read(test_path("step.json"), &size);
    cJSON *root = json_parse(json, size, "step.json", &e);
    ck_assert_msg(root != NULL, "%s", e.text);
    free(json);
    const cJSON *samples = test_member(root, "samples");
    int hostile = 0;
    for (int i = 0; i < 2; i++)
        hostile += strcmp(test_member(cJSON_GetArrayItem(samples, i), "class")->valuestring,
                          "<b>\"&") == 0;
    ck_assert_int_eq(hostile, 1);
    cJSON_Delete(root);
}
END_TEST

START_TEST(multi_label_samples_show_all_their_labels_or_none) {
    const char *arguments = "configs/several.json data.path=tests/data/several-small "
                            "data.validation=0 train.batch_size=3 --batch 3";
    struct test_outcome o = test_shell("$ONEHOT explain %s | sed 2q", arguments);
    test_message(o.out);
    o = test_shell("$ONEHOT explain %s --json | sed 22q | tr -d ' \\n'", arguments);
    ck_assert_ptr_nonnull(
        strstr(o.out, "[{\"sample\":454,\"labels\":[\"0\"]},{\"sample\":684,\"labels\":[\"1\","
                      "\"6\"]},{\"sample\":792,\"labels\":[]}]"));
    free(page(arguments));
    char *drawn = test_drawn(test_path("step.html"), "");
    if (drawn)
        ck_assert_ptr_nonnull(strstr(drawn, ">3 samples: 454, label “0”; 684, labels “1”, “6”; "
                                            "792, no label</span>. Every number"));
    free(drawn);
}
END_TEST

START_TEST(bad_explain_arguments_are_refused) {
    static const struct {
        const char *arguments, *message;
    } bad[] = {
        {"", "onehot explain"},
        {"configs/tiny/xor.json --sample 4", "--sample"},
        {"configs/tiny/xor.json --sample 1 --batch 4", "onehot explain"},
        {"configs/tiny/three.json data.validation=59 train.batch_size=1 --sample 1",
         "data.validation"},
        {"configs/tiny/xor.json --sample -1", "--sample"},
        {"configs/tiny/xor.json --batch 5", "--batch"},
        {"configs/tiny/xor.json --digits 0", "--digits"},
        {"configs/tiny/xor.json --json --html x.html", "--json"},
        {"configs/tiny/xor.json --digits 4x", "--digits"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct test_outcome o = test_shell("$ONEHOT explain %s", bad[i].arguments);
        test_failed(o, 2, bad[i].message);
        ck_assert_str_eq(o.out, "");
    }
    test_failed(test_shell("$ONEHOT explain configs/tiny/xor.json --html /nowhere/x.html"), 1,
                "/nowhere/x.html");
}
END_TEST

START_TEST(a_page_shows_a_model_of_a_hundred_layers) {
    SCOPED(text) config = {0};
    text_printf(&config, "{\"name\": \"c\", \"seed\": 1, \"data\": {\"path\": "
                         "\"toy:xor:train=8:test=8\"}, \"optimizer\": {\"type\": \"sgd\", "
                         "\"learning_rate\": 0.1}, \"train\": {\"epochs\": 1, \"batch_size\": 4}, "
                         "\"model\": [");
    for (int i = 0; i < 99; i++)
        text_printf(&config, "{\"type\": \"tanh\"}, ");
    text_printf(&config, "{\"type\": \"linear\", \"units\": 2}]}");
    test_write(test_path("c.json"), config.data, config.size);
    struct test_outcome o =
        test_shell("$ONEHOT explain %s/c.json --html %s/page.html && grep -q 'W99' %s/page.html",
                   test_dir, test_dir, test_dir);
    ck_assert_msg(o.status == 0, "%s", o.err);
}
END_TEST

Suite *test_explain(void) {
    return TEST_SUITE(
        "explain", a_page_shows_a_model_of_a_hundred_layers,
        formulas_with_numbers_substituted_give_the_trainers_numbers,
        every_layers_formulas_are_right, every_losss_formulas_are_right,
        every_optimizers_formulas_are_right, the_formulas_are_right_with_every_option_at_once,
        types_without_formulas_still_show_their_numbers, explains_numbers_are_those_of_train_step,
        the_printed_arithmetic_is_right, the_named_source_files_contain_the_named_functions,
        the_text_is_the_same_with_any_kernel_and_locale, every_line_fits_the_width,
        large_tensors_are_summarised, the_page_has_every_number, the_page_works_offline,
        names_may_be_any_text, multi_label_samples_show_all_their_labels_or_none,
        bad_explain_arguments_are_refused);
}
