/* onehot explain: its numbers are the trainer's, and its formulas, with the numbers put in, give
 * them. */
#include "explain/formula.h"
#include "explain/output.h"
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

/* ---- arithmetic as it is printed, by libm in double ---- */

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

/* The training of a config with up to four overrides. */
static struct training *training(const char *config, const char *const *overrides) {
    struct error e = {0};
    struct training *t = training_new(config, overrides, 1, &e);
    ck_assert_msg(t != NULL, "%s", e.text);
    train_order(t, 1);
    return t;
}

/* The element of that name. */
static double predicted(const struct trace *s, const char *name) {
    for (const struct quantity *q = trace_next(s, NULL); q; q = trace_next(s, q))
        for (size_t i = 0;
             strncmp(q->name, name, strlen(q->name)) == 0 && i < tensor_size(q->value); i++) {
            struct text t = {0};
            quantity_element(q, i, &t);
            bool found = strcmp(t.data, name) == 0;
            text_free(&t);
            if (found)
                return (double)q->value.data[i];
        }
    ck_abort_msg("no element %s", name);
}

/* Whether a formula with its numbers put in is but the name of another element. */
static bool is_name(const char *numbers) {
    return isalpha((unsigned char)*numbers) && !strchr(numbers, '(');
}

/* Every formula of the step of n samples with the numbers put in gives the number beside it, up to
 * some roundings to float32; returns how many there were. */
static int check_step(const char *config, const char *const *overrides, int n) {
    static const struct style style = {.digits = 9, .terms = 1000};
    struct error e = {0};
    struct trace s;
    struct training *t = training(config, overrides);
    ck_assert_int_eq(trace_step(&s, t, n, &e), 0);
    int checked = 0;
    for (const struct quantity *q = trace_next(&s, NULL); q; q = trace_next(&s, q))
        for (size_t i = 0; q->formula && i < tensor_size(q->value); i++, checked++) {
            struct text numbers = {0};
            ck_assert(formula_numbers(q, i, &style, &numbers));
            double want = (double)q->value.data[i];
            double got =
                is_name(numbers.data) ? predicted(&s, numbers.data) : evaluate(numbers.data);
            ck_assert_msg(fabs(got - want) <= 3e-6 * fmax(1, fabs(want)),
                          "%s: %s[%zu] = %s is %.9g, not %.9g", overrides[0] ? overrides[0] : "",
                          q->name, i, numbers.data, got, want);
            text_free(&numbers);
        }
    trace_free(&s);
    training_free(t);
    return checked;
}

/* Formulas that a step of this config has beside words. */
static void checked(const char *override, const char *second, int n) {
    const char *const overrides[] = {override, second, NULL};
    ck_assert_int_gt(check_step("configs/tiny/three.json", overrides, n), 50);
}

START_TEST(formulas_with_the_numbers_put_in_give_the_trainers_numbers) {
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

START_TEST(every_layer_has_right_formulas) {
    char model[300], layer[200];
    for (int i = 0; layers_type(i); i++) {
        const char *name = layers_type(i)->kind.name;
        ck_assert_msg(layers_type(i)->formula.forward && layers_type(i)->formula.backward,
                      "layers/%s.c has no formula", name);
        test_required(&layers_type(i)->kind, 2, "", layer, sizeof layer);
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

START_TEST(every_loss_has_right_formulas) {
    char loss[300];
    struct test_outcome o =
        test_shell("$ONEHOT train configs/tiny/three.json train.epochs=1 seed=3 "
                   "output=%s --quiet",
                   test_path("teacher"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    for (int i = 0; losses_type(i); i++) {
        const char *name = losses_type(i)->kind.name;
        ck_assert_msg(losses_type(i)->formula.loss != NULL, "losses/%s.c has no formula", name);
        if (losses_type(i)->teacher)
            snprintf(loss, sizeof loss, "loss={\"type\": \"%s\", \"teacher\": \"%s\"}", name,
                     test_path("teacher"));
        else
            snprintf(loss, sizeof loss, "loss={\"type\": \"%s\"}", name);
        checked(loss, NULL, 1);
        checked(loss, NULL, 6);
        if (losses_type(i)->one_output) {
            const char *const overrides[] = {loss, "model.2.units=1", NULL};
            ck_assert_ptr_nonnull(losses_type(i)->formula_one.loss);
            ck_assert_int_gt(check_step("configs/tiny/xor.json", overrides, 1), 30);
            ck_assert_int_gt(check_step("configs/tiny/xor.json", overrides, 4), 30);
        }
    }
}
END_TEST

START_TEST(every_optimizer_has_right_formulas) {
    char optimizer[100];
    for (int i = 0; optims_type(i); i++) {
        const char *name = optims_type(i)->kind.name;
        ck_assert_msg(optims_type(i)->formula.theta != NULL, "optim/%s.c has no formula", name);
        snprintf(optimizer, sizeof optimizer, "optimizer={\"type\": \"%s\"}", name);
        checked(optimizer, NULL, 3);
    }
}
END_TEST

/* Nor does a formula too many crash it: this model has as many quantities as one layer can. */
START_TEST(every_option_at_once_has_right_formulas) {
    const char *const overrides[] = {
        "model=[{\"type\": \"linear\", \"units\": 10}]",
        "loss={\"type\": \"distillation\", \"teacher\": \"tests/data/teacher.safetensors\", "
        "\"class_weights\": \"balanced\"}",
        "optimizer={\"type\": \"adamw\"}", "train.clip_norm=0.001", NULL};
    ck_assert_int_gt(check_step("tests/small.json", overrides, 2), 100);
}
END_TEST

/* A layer, a loss and an optimizer from elsewhere, which know nothing of explain. */
START_TEST(what_has_no_formula_has_its_numbers) {
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
    ck_assert_int_eq(output_page(&s, 4, &html, &e), 0);
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
    trace_free(&s);
    training_free(t);
}
END_TEST

/* The matrix of that name in what `explain --json` printed, and how often it occurs. */
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

/* Its values are those of the tensor, to the bit. */
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

/* What explain prints is what a training of its own leaves after that step. */
static void agrees(const char *config, const char *override, int batch) {
    const char *const overrides[] = {override, NULL};
    struct training *t = training(config, overrides);
    struct model *m = t->model;
    struct test_outcome o =
        test_shell("$ONEHOT explain %s %s --batch %d --json", config, override, batch);
    ck_assert_msg(o.status == 0, "%s", o.err);
    cJSON *root = test_json(&o);
    double sum = 0, rate = test_member(root, "learning_rate")->valuedouble;
    ck_assert_double_eq(rate, 0.1);
    for (int i = 0; i < m->nlayers; i += 2) {
        same(root, i == 0 ? "W0" : "W2", m->layers[i].params[0].value);
        same(root, i == 0 ? "b0" : "b2", m->layers[i].params[1].value);
    }
    train_step(t, (struct update){rate, 1}, 0, batch, &sum);
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

START_TEST(its_numbers_are_those_of_train_step) {
    agrees("configs/tiny/three.json", "seed=42", 1);
    agrees("configs/tiny/three.json", "seed=5", 6);
    agrees("configs/tiny/three.json", "train.clip_norm=0.01", 4);
}
END_TEST

/* Lines of the text for people, "NAME = FORMULA = NUMBER", with four digits of each number. */
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
            /* each number is off by up to half a unit of its fourth digit */
            ck_assert_msg(fabs(got - want) < 2e-3 * fmax(0.1, fabs(want)), "%s is %g, not %g", line,
                          got, want);
            found++;
        }
        ck_assert_int_gt(found, 30);
    }
}
END_TEST

START_TEST(the_sources_it_names_have_the_functions_it_names) {
    struct error e = {0};
    struct trace s;
    const char *const overrides[] = {"train.clip_norm=0.01", NULL};
    struct training *t = training("configs/tiny/three.json", overrides);
    ck_assert_int_eq(trace_step(&s, t, 2, &e), 0);
    for (const struct stage *g = s.stages; g; g = g->next) {
        char source[200], *function;
        snprintf(source, sizeof source, "%s", g->source);
        function = strstr(source, ": ");
        *function = '\0';
        for (char *name = strtok(function + 2, ", "); name; name = strtok(NULL, ", "))
            ck_assert_msg(test_shell("grep -q '\\b%s(' %s", name, source).status == 0,
                          "%s has no %s", source, name);
    }
    trace_free(&s);
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

START_TEST(every_line_fits) {
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

START_TEST(what_is_large_is_summarised) {
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

/* The page of a step, which the caller frees. */
static char *page(const char *arguments) {
    size_t size;
    struct test_outcome o =
        test_shell("$ONEHOT explain %s --html %s", arguments, test_path("step.html"));
    ck_assert_msg(o.status == 0, "%s", o.err);
    ck_assert_str_eq(o.out, "");
    return test_read(test_path("step.html"), &size);
}

START_TEST(the_page_has_every_number_and_the_drawing_of_a_small_net) {
    char *html = page("configs/tiny/three.json --sample 13");
    ck_assert_ptr_nonnull(strstr(html, "<svg class=\"net\""));
    ck_assert_ptr_nonnull(
        strstr(html, "<p class=\"sum\" data-def=\"dz2:1\"><b>dz2[1]</b> = <span data-q=\"p:1\">"
                     "0.2909</span> - <span data-q=\"y:1\">1</span> = <span tabindex=\"0\" "
                     "data-q=\"dz2:1\" data-name=\"dz2[1]\">-0.7091</span></p>"));
    ck_assert_ptr_nonnull(strstr(html, "data-def=\"W2':8\""));
    ck_assert_ptr_null(strstr(html, "<img"));
    free(html);
    html = page("tests/small.json --batch 4");
    ck_assert_ptr_null(strstr(html, "<svg"));
    ck_assert_ptr_nonnull(strstr(html, "<img alt=\"x\""));
    ck_assert_ptr_nonnull(strstr(html, "<img alt=\"dW0\""));
    free(html);
}
END_TEST

START_TEST(the_page_draws_a_net_of_many_layers) {
    char model[4000] = "'model=[{\"type\":\"linear\",\"units\":3}";
    for (int i = 0; i < 70; i++)
        strcat(model, ",{\"type\":\"relu\"}");
    char arguments[4100];
    snprintf(arguments, sizeof arguments, "configs/tiny/three.json %s]'", model);
    char *html = page(arguments);
    ck_assert_ptr_nonnull(strstr(html, "viewBox=\"0 0 480 6609\""));
    free(html);
}
END_TEST

START_TEST(the_page_needs_no_network) {
    char *html = page("configs/tiny/xor.json");
    static const char *const outside[] = {
        "http:", "https:", "src=", "@import", "url(", "<link rel=\"s"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        ck_assert_msg(!strstr(html, outside[i]), "the page has %s", outside[i]);
    free(html);
}
END_TEST

START_TEST(names_are_any_text) {
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
    ck_assert_ptr_nonnull(strstr(html, "“&lt;b&gt;&quot;&amp;”"));
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

START_TEST(a_sample_of_several_labels_has_them_all_or_none) {
    const char *arguments = "configs/several.json data.path=tests/data/several-small "
                            "data.validation=0 train.batch_size=3 --batch 3";
    struct test_outcome o = test_shell("$ONEHOT explain %s | sed 2q", arguments);
    test_message(o.out);
    o = test_shell("$ONEHOT explain %s --json | sed 22q | tr -d ' \\n'", arguments);
    ck_assert_ptr_nonnull(
        strstr(o.out, "[{\"sample\":454,\"labels\":[\"0\"]},{\"sample\":684,\"labels\":[\"1\","
                      "\"6\"]},{\"sample\":792,\"labels\":[]}]"));
    char *html = page(arguments);
    o = test_shell("grep -o '454, [^<]*' %s", test_path("step.html"));
    test_message(o.out);
    free(html);
}
END_TEST

START_TEST(what_cannot_be_explained_is_refused) {
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

Suite *test_explain(void) {
    return TEST_SUITE(
        "explain", formulas_with_the_numbers_put_in_give_the_trainers_numbers,
        every_layer_has_right_formulas, every_loss_has_right_formulas,
        every_optimizer_has_right_formulas, every_option_at_once_has_right_formulas,
        what_has_no_formula_has_its_numbers, its_numbers_are_those_of_train_step,
        the_printed_arithmetic_is_right, the_sources_it_names_have_the_functions_it_names,
        the_text_is_the_same_with_any_kernel_and_locale, every_line_fits,
        what_is_large_is_summarised, the_page_has_every_number_and_the_drawing_of_a_small_net,
        the_page_draws_a_net_of_many_layers, the_page_needs_no_network, names_are_any_text,
        a_sample_of_several_labels_has_them_all_or_none, what_cannot_be_explained_is_refused);
}
