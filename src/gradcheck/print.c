#include "gradcheck/gradcheck.h"
#include "ui/command.h"
#include "ui/table.h"
#include "ui/terminal.h"
#include "json/json.h"

/* By enum verdict. */
static const char *const verdicts[] = {"good", "fine", "doubtful", "wrong", "-"};

/* The index of the worst element: "[3]" in a vector, "[3][412]" in a matrix. */
static void worst_index(const struct gradients_row *row, char text[32]) {
    size_t cols = (size_t)row->cols, i = row->worst;
    if (row->tested == 0)
        snprintf(text, 32, "-");
    else if (row->rows == 1)
        snprintf(text, 32, "[%zu]", i);
    else
        snprintf(text, 32, "[%zu][%zu]", i / cols, i % cols);
}

/* Explains a wrong gradient, with numbers. */
static void explain(const struct gradients_row *row) {
    char text[200], at[32], name[GRADIENTS_NAME + 2];
    worst_index(row, at);
    snprintf(name, sizeof name, "%s  ", row->name);
    int used = snprintf(text, sizeof text, "at %s: backward gives %.6g, finite differences %.6g",
                        at, row->backward, row->numerical);
    if (row->negative == 0 && row->below > 0 && row->above > 0)
        snprintf(text + used, sizeof text - (size_t)used,
                 "; backward is never negative, %zu of the %zu differences are", row->below,
                 row->tested);
    terminal_paragraph(name, row->nonzero == 0  ? "backward's gradient is 0 throughout"
                             : row->tested == 0 ? "nothing could be compared"
                                                : text);
}

static int print_gradients(const struct gradients *g, struct error *e) {
    struct table t = {0};
    printf(g->step == 0 ? "gradients at initialisation" : "gradients after %lld steps", g->step);
    printf(", loss %.4g\n", g->loss);
    for (int i = 0; i < g->count; i++) {
        const struct gradients_row *row = &g->rows[i];
        char at[32];
        worst_index(row, at);
        table_add(&t, "tensor", row->name);
        table_add(&t, "tested", text_count((long long)row->tested));
        table_number(&t, "worst", row->max_error == 0 ? "%.0f" : "%.0e", 1, row->max_error);
        table_number(&t, "median", row->median_error == 0 ? "%.0f" : "%.0e", 1, row->median_error);
        table_number(&t, "ratio", "%.2g", 1, row->ratio + 0); /* never -0 */
        table_add(&t, "kinks", text_count((long long)row->kinks));
        table_add(&t, "at", at);
        table_add(&t, "verdict", verdicts[gradients_verdict(row)]);
        table_end_row(&t);
    }
    if (table_print(&t, e) != 0)
        return -1;
    for (int i = 0; i < g->count; i++)
        if (gradients_verdict(&g->rows[i]) >= VERDICT_DOUBTFUL)
            explain(&g->rows[i]);
    putchar('\n');
    return 0;
}

int print_tables(const struct gradcheck *g, struct error *e) {
    struct table t = {0};
    for (int k = 0; k < g->stages; k++)
        if (print_gradients(&g->gradients[k], e) != 0)
            return -1;
    for (const struct sanity *s = g->sanity; s < g->sanity + GRADCHECK_SANITY; s++) {
        table_add(&t, "check", s->name);
        table_add(&t, "measured", s->measured);
        table_add(&t, "wanted", s->wanted);
        table_add(&t, "verdict", verdicts[s->verdict]);
        table_end_row(&t);
    }
    return table_print(&t, e);
}

static void write_row(const struct gradients_row *r, struct json *j) {
    size_t cols = (size_t)r->cols;
    json_add(
        j, "{ tensor=%s rows=%d cols=%d tested=%zu kinks=%zu not_zero=%zu largest=%g median=%g",
        r->name, r->rows, r->cols, r->tested, r->kinks, r->nonzero, r->max_error, r->median_error);
    json_add(j, "ratio=%g negative=[ %zu %zu ]", r->ratio, r->negative, r->below);
    if (r->tested > 0)
        json_add(j, "at=[ %zu %zu ] backward=%g differences=%g", r->worst / cols, r->worst % cols,
                 r->backward, r->numerical);
    json_add(j, "verdict=%s }", verdicts[gradients_verdict(r)]);
}

int print_json(const struct gradcheck *g, bool reveal, struct error *e) {
    struct text t = {0};
    struct json j = {.out = &t, .lines = 4};
    json_add(&j, "{ passed=%i checks=%d wrong=%d", g->wrong == 0, g->checks, g->wrong);
    if (reveal && g->mutation)
        json_string(&j, "sabotage", g->mutation->name);
    json_add(&j, "gradients=[");
    for (int k = 0; k < g->stages; k++) {
        const struct gradients *s = &g->gradients[k];
        json_add(&j, "{ steps=%lld samples=%d loss=%g tensors=[", s->step, g->samples, s->loss);
        for (int i = 0; i < s->count; i++)
            write_row(&s->rows[i], &j);
        json_add(&j, "] }");
    }
    json_add(&j, "] sanity=[");
    for (const struct sanity *s = g->sanity; s < g->sanity + GRADCHECK_SANITY; s++)
        json_add(&j, "{ check=%s value=%g measured=%s wanted=%s verdict=%s }", s->name, s->value,
                 s->measured, s->wanted, verdicts[s->verdict]);
    json_add(&j, "] }");
    return command_print(&t, e);
}

int print_mutations(bool as_json, struct error *e) {
    SCOPED(text) t = {0};
    struct json j = {.out = &t, .lines = 2};
    json_add(&j, "[");
    for (const struct mutation *m = mutations_table; m->name; m++) {
        char name[32];
        snprintf(name, sizeof name, "%-19s", m->name);
        if (!as_json)
            terminal_paragraph(name, m->line);
        json_add(&j, "{ name=%s line=%s check=%s", m->name, m->line, m->check);
        if (m->tensor)
            json_add(&j, "tensor=%s", m->tensor);
        json_add(&j, "}");
    }
    json_add(&j, "]");
    return as_json ? command_print(&t, e) : 0;
}
