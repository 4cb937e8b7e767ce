/* onehot softmax: prints every step from logits to probabilities, next to the unmodified textbook
 * formula in the same float32. */
#include "tensor/softmax.h"
#include "base/embed.h"
#include "base/template.h"
#include "programs/commands.h"
#include "tensor/vmath.h"
#include "ui/table.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <limits.h>

static const struct option options[] = {
    OPTION(temperature, REAL, "T", "divide the logits by T > 0 first (default: 1)", .min = 1e-300,
           .max = 1e300, .initial = 1),
    OPTION(label, TEXT, "K", "the correct class, from 0: also show the loss and p - y"),
    JSON_OPTION,
};

/* The steps, each with a value per class: their names in the table and in JSON. */
enum { Z, SCALED, SHIFTED, EXP, P, LOG_P, P_MINUS_Y, NAIVE_EXP, NAIVE_P, STEPS };
static const char *const titles[STEPS] = {"z",     "z/T",   "z/T - max", "exp",    "p",
                                          "log p", "p - y", "naive exp", "naive p"};
static const char *const keys[STEPS] = {"z",     "scaled",    "shifted",   "exp",    "p",
                                        "log_p", "p_minus_y", "naive_exp", "naive_p"};

struct steps {
    int classes, label; /* the label is -1 if there is none */
    double temperature;
    struct tensor step[STEPS];
    real sum, naive_sum; /* of exp */
};

static double value(const struct steps *s, int step, int j) {
    return (double)s->step[step].data[j];
}

static bool shown(const struct steps *s, int step) {
    return (step != SCALED || s->temperature != 1) && (step != P_MINUS_Y || s->label >= 0);
}

/* Reads the logits: float32 numbers, and -inf, which masks its class. */
static int read_logits(struct steps *s, char **texts, struct arena *a, struct error *e) {
    size_t n = (size_t)s->classes;
    real *values = arena_alloc(a, STEPS * n, sizeof *values);
    if (!values)
        return error_memory(e, "the logits");
    for (size_t i = 0; i < STEPS; i++)
        s->step[i] = (struct tensor){values + i * n, 1, s->classes};
    for (int j = 0; j < s->classes; j++) {
        char *end;
        double x = strtod(texts[j], &end);
        if (end == texts[j] || *end || isnan(x))
            return error_input(e, "onehot softmax: a logit must be a number, got \"%s\"", texts[j]);
        values[j] = (real)x;
        if (isinf(value(s, Z, j)) && x != -INFINITY)
            return error_input(e,
                               "onehot softmax: a logit must be -inf or have a magnitude below "
                               "3.4e38, the largest float32; got \"%s\"",
                               texts[j]);
    }
    if (isinf(vmath_max(n, values)))
        return error_input(
            e, "onehot softmax: all logits are -inf, so no class can have a probability");
    return 0;
}

/* Computes the steps as the library does, and e^(z/T) / sum e^(z/T) without any shift. */
static int compute(struct steps *s, struct error *e) {
    struct tensor *step = s->step;
    double t = s->temperature;
    softmax_shift(step[Z], t, step[SHIFTED]);
    if (softmax_exp(step[Z], t, step[EXP], &s->sum) != 0 ||
        softmax_rows(step[Z], t, step[P]) != 0 || softmax_log_rows(step[Z], t, step[LOG_P]) != 0)
        return error_input(e, "onehot softmax: the softmax of these logits is undefined");
    for (int j = 0; j < s->classes; j++) {
        step[SCALED].data[j] = (real)(value(s, Z, j) / t);
        step[P_MINUS_Y].data[j] = step[P].data[j] - (j == s->label ? 1 : 0);
    }
    vmath_exp((size_t)s->classes, step[SCALED].data, step[NAIVE_EXP].data);
    vmath_row_sums(step[NAIVE_EXP], &s->naive_sum);
    for (int j = 0; j < s->classes; j++)
        step[NAIVE_P].data[j] = step[NAIVE_EXP].data[j] / s->naive_sum;
    return 0;
}

/* ---- for people ---- */

static void add_cell(struct table *t, const char *title, double x, int digits) {
    if (isnan(x))
        table_add(t, title, "nan"); /* never -nan */
    else
        table_format(t, title, "%.*g", digits, x + 0); /* never -0 */
}

/* One row per class, then a row with the sums. */
static int print_table(const struct steps *s, struct error *e) {
    struct table t = {.form = TABLE_PLAIN};
    for (int j = 0; j <= s->classes; j++) {
        bool sums = j == s->classes;
        table_format(&t, "class", sums ? "sum" : "%d", j);
        for (int i = 0; i < STEPS; i++) {
            const char *title = i == SHIFTED && s->temperature == 1 ? "z - max" : titles[i];
            if (!shown(s, i))
                continue;
            if (!sums)
                add_cell(&t, title, value(s, i, j), i <= SCALED ? 7 : 4);
            else if (i == EXP || i == NAIVE_EXP)
                add_cell(&t, title, (double)(i == EXP ? s->sum : s->naive_sum), 4);
            else
                table_add(&t, title, "");
        }
        table_end_row(&t);
    }
    return table_print(&t, e);
}

/* Explains what the naive formula gives. */
static int print_naive(const struct steps *s, struct error *e) {
    SCOPED(text) t = {0};
    int over = 0;
    double off = 0;
    while (over < s->classes && !isinf(value(s, NAIVE_EXP, over)))
        over++;
    for (int j = 0; j < s->classes; j++)
        off = fmax(off, fabs(value(s, NAIVE_P, j) - value(s, P, j)));
    template_add(&t, embed_programs_softmax_in,
                 over < s->classes     ? "overflow"
                 : isinf(s->naive_sum) ? "sum_overflow"
                 : s->naive_sum == 0   ? "underflow"
                                       : "same",
                 "z=%.7g off=%.1g", over < s->classes ? value(s, SCALED, over) : 0, off);
    if (t.failed)
        return error_memory(e, "the output");
    terminal_paragraph("naive     ", t.data);
    return 0;
}

static int print(const struct steps *s, struct error *e) {
    enum { MARGIN = 17, MAX_CELLS = 40 }; /* the columns before and after a bar; of a bar */
    int room = terminal_width() - MARGIN;
    if (print_table(s, e) != 0)
        return -1;
    putchar('\n');
    for (int j = 0; j < s->classes; j++) {
        printf("%-5d  ", j);
        terminal_bar(value(s, P, j), room < 1 ? 1 : room < MAX_CELLS ? room : MAX_CELLS);
        printf(" %6.2f %%\n", 100 * value(s, P, j));
    }
    putchar('\n');
    if (s->label >= 0)
        printf("loss      %.6g nats: -log p of class %d; its gradient with respect to z is %s\n",
               -value(s, LOG_P, s->label) + 0, s->label,
               s->temperature == 1 ? "p - y" : "(p - y)/T");
    return print_naive(s, e);
}

/* ---- for programs ---- */

static int print_json(const struct steps *s, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    json_add(&j, "{ temperature=%g sum=%g naive_sum=%g", s->temperature, (double)s->sum,
             (double)s->naive_sum);
    if (s->label >= 0)
        json_add(&j, "label=%d loss=%g", s->label, -value(s, LOG_P, s->label) + 0);
    json_add(&j, "classes=[");
    for (int k = 0; k < s->classes; k++) {
        json_add(&j, "{");
        for (int i = 0; i < STEPS; i++)
            if (shown(s, i) || i == SCALED)
                json_number(&j, keys[i], value(s, i, k));
        json_add(&j, "}");
    }
    json_add(&j, "] }");
    return command_print(&t, e);
}

static int run(const struct options *o, char **arguments, struct error *e) {
    SCOPED(arena) a = {0};
    struct steps s = {
        .classes = command_count(arguments), .label = -1, .temperature = o->temperature};
    if (read_logits(&s, arguments, &a, e) != 0 ||
        command_whole(&softmax_command, "label", o->label, 0, s.classes - 1, &s.label, e) != 0 ||
        compute(&s, e) != 0)
        return -1;
    return o->json ? print_json(&s, e) : print(&s, e);
}

COMMAND(softmax, 1, INT_MAX);
