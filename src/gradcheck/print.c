#include "gradcheck/print.h"
#include "ui/command.h"
#include "ui/table.h"
#include "ui/terminal.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>

/* ---- for a person ---- */

static void add_error(struct table *t, double x) {
    char text[16];
    snprintf(text, sizeof text, x == 0 ? "0" : "%.0e", x);
    table_add(t, isnan(x) ? "-" : text);
}

static void add_count(struct table *t, size_t n) {
    table_add(t, terminal_count((long long)n));
}

/* Where in the tensor: "[3]" of a vector, "[3][412]" of a matrix. */
static void place(const struct gradients_row *row, char text[32]) {
    size_t cols = (size_t)row->cols;
    if (row->result.tested == 0)
        snprintf(text, 32, "-");
    else if (row->rows == 1)
        snprintf(text, 32, "[%zu]", row->result.at);
    else
        snprintf(text, 32, "[%zu][%zu]", row->result.at / cols, row->result.at % cols);
}

static int finish(struct table *t, struct error *e) {
    int result = t->failed ? error_memory(e, "the table") : 0;
    if (result == 0)
        table_print(t, terminal_width());
    table_free(t);
    return result;
}

static int print_gradients(const struct gradients *g, struct error *e) {
    static const char *const titles[] = {"tensor", "tested", "worst",  "median",
                                         "kinks",  "at",     "verdict"};
    enum { COLS = sizeof titles / sizeof *titles };
    struct table t;
    if (g->step == 0)
        printf("gradients at initialisation, loss %.4g\n", g->loss);
    else
        printf("gradients after %lld steps, loss %.4g\n", g->step, g->loss);
    table_begin(&t, g->count + 1, COLS);
    for (int i = 0; i < COLS; i++)
        table_add(&t, titles[i]);
    for (int i = 0; i < g->count; i++) {
        const struct gradients_row *row = &g->rows[i];
        char at[32];
        place(row, at);
        table_add(&t, row->name);
        add_count(&t, row->result.tested);
        add_error(&t, row->result.largest);
        add_error(&t, row->result.median);
        add_count(&t, row->result.kinks);
        table_add(&t, at);
        table_add(&t, verdict_name(row->verdict));
    }
    return finish(&t, e);
}

/* What is wrong with a gradient, in numbers. */
static void explain(const struct gradients_row *row) {
    char text[200], at[32], name[GRADIENTS_NAME + 2];
    place(row, at);
    snprintf(name, sizeof name, "%s  ", row->name);
    if (row->result.alive == 0)
        snprintf(text, sizeof text, "backward's gradient is 0 throughout");
    else if (row->result.tested == 0)
        snprintf(text, sizeof text, "nothing could be compared");
    else
        snprintf(text, sizeof text, "at %s: %.6g by backward, %.6g by differences", at,
                 row->result.backward, row->result.numerical);
    terminal_paragraph(name, text);
}

static int print_sanity(const struct gradcheck *g, struct error *e) {
    static const char *const titles[] = {"check", "measured", "wanted", "verdict"};
    struct table t;
    table_begin(&t, GRADCHECK_SANITY + 1, 4);
    for (int i = 0; i < 4; i++)
        table_add(&t, titles[i]);
    for (int i = 0; i < GRADCHECK_SANITY; i++) {
        const struct sanity *s = &g->sanity[i];
        table_add(&t, s->name);
        table_add(&t, s->measured);
        table_add(&t, s->wanted);
        table_add(&t, verdict_name(s->verdict));
    }
    return finish(&t, e);
}

int print_table(const struct gradcheck *g, struct error *e) {
    for (int k = 0; k < g->stages; k++) {
        const struct gradients *s = &g->gradients[k];
        if (print_gradients(s, e) != 0)
            return -1;
        for (int i = 0; i < s->count; i++)
            if (s->rows[i].verdict == VERDICT_DOUBTFUL || s->rows[i].verdict == VERDICT_WRONG)
                explain(&s->rows[i]);
        putchar('\n');
    }
    return print_sanity(g, e);
}

/* ---- for programs ---- */

static void write_row(const struct gradients_row *row, struct json *j) {
    const struct difference_result *r = &row->result;
    json_open(j, NULL, '{');
    json_string(j, "tensor", row->name);
    json_int(j, "rows", row->rows);
    json_int(j, "cols", row->cols);
    json_int(j, "tested", (long long)r->tested);
    json_int(j, "kinks", (long long)r->kinks);
    json_int(j, "not_zero", (long long)r->alive);
    json_number(j, "largest", r->largest);
    json_number(j, "median", r->median);
    if (r->tested > 0) {
        json_open(j, "at", '[');
        json_int(j, NULL, (long long)(r->at / (size_t)row->cols));
        json_int(j, NULL, (long long)(r->at % (size_t)row->cols));
        json_close(j, ']');
        json_number(j, "backward", r->backward);
        json_number(j, "differences", r->numerical);
    }
    json_string(j, "verdict", verdict_name(row->verdict));
    json_close(j, '}');
}

int print_json(const struct gradcheck *g, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 4};
    json_open(&j, NULL, '{');
    json_bool(&j, "passed", g->wrong == 0);
    json_int(&j, "checks", g->checks);
    json_int(&j, "wrong", g->wrong);
    json_open(&j, "gradients", '[');
    for (int k = 0; k < g->stages; k++) {
        const struct gradients *s = &g->gradients[k];
        json_open(&j, NULL, '{');
        json_int(&j, "steps", s->step);
        json_int(&j, "samples", s->samples);
        json_number(&j, "loss", s->loss);
        json_open(&j, "tensors", '[');
        for (int i = 0; i < s->count; i++)
            write_row(&s->rows[i], &j);
        json_close(&j, ']');
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_open(&j, "sanity", '[');
    for (int i = 0; i < GRADCHECK_SANITY; i++) {
        const struct sanity *s = &g->sanity[i];
        json_open(&j, NULL, '{');
        json_string(&j, "check", s->name);
        json_number(&j, "value", s->value);
        json_string(&j, "measured", s->measured);
        json_string(&j, "wanted", s->wanted);
        json_string(&j, "verdict", verdict_name(s->verdict));
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    return command_print(&t, e);
}

int print_sabotages(bool as_json, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 2};
    const struct sabotage *s;
    if (!as_json) {
        for (int i = 0; (s = sabotage_row(i)) != NULL; i++) {
            char name[32];
            snprintf(name, sizeof name, "%-19s", s->name);
            terminal_paragraph(name, s->line);
        }
        return 0;
    }
    json_open(&j, NULL, '[');
    for (int i = 0; (s = sabotage_row(i)) != NULL; i++) {
        json_open(&j, NULL, '{');
        json_string(&j, "name", s->name);
        json_string(&j, "line", s->line);
        json_string(&j, "check", s->check);
        if (s->tensor)
            json_string(&j, "tensor", s->tensor);
        json_close(&j, '}');
    }
    json_close(&j, ']');
    return command_print(&t, e);
}
