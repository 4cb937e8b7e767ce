/* JSON: for programs, and for the page. */
#include "base/embed.h"
#include "explain/output.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Adds a text, and frees it. */
static void add_text(struct json *j, const char *key, struct text *t) {
    json_string(j, key, t->data ? t->data : "");
    text_done(t, j->out);
}

/* Nine digits distinguish a float from every other one. */
static void values(struct json *j, struct tensor v) {
    char number[32];
    json_open(j, "values", '[');
    for (size_t i = 0; i < tensor_size(v); i++) {
        snprintf(number, sizeof number, "%.9g", (double)v.data[i]);
        json_raw(j, NULL, isfinite((double)v.data[i]) ? number : "null");
    }
    json_close(j, ']');
}

/* A large matrix on the page: a summary and, before the update, an image. For weights, it
 * shows those of the unit with the largest one. */
static void summary(const struct output *o, struct json *j, const struct quantity *q) {
    enum { SIDE = 280 };
    struct text t = {0};
    struct html_grid g;
    size_t largest = output_largest(q);
    bool picture = output_grid(o, q, &g);
    bool weights = picture && q->value.rows == g.width * g.height * g.channels;
    output_summary(o, q, &t);
    add_text(j, "summary", &t);
    if (strcmp(q->stage->part, "update") == 0 || (!picture && (g.height < 2 || g.width < 2)))
        return;
    if (weights) {
        g.data += largest % (size_t)g.stride;
        json_int(j, "unit", (long long)largest % g.stride);
    }
    json_bool(j, "grey", picture && !weights);
    html_grid(j, "image", &g, fabs((double)q->value.data[largest]), SIDE);
}

/* The elements as texts, with that many digits. */
static void texts(struct json *j, const char *key, const struct quantity *q, int digits) {
    json_open(j, key, '[');
    for (size_t i = 0; i < tensor_size(q->value); i++)
        json_string(j, NULL, formula_number((double)q->value.data[i], digits).text);
    json_close(j, ']');
}

/* What the page shows of a matrix: its elements if it is small, also in the few digits that fit
 * into the net's circles; and their formulas, or that of the largest. */
static void shown(const struct output *o, struct json *j, const struct quantity *q) {
    enum { SHORT = 3 };
    bool small = tensor_size(q->value) <= OUTPUT_ELEMENTS, full = output_complete(q);
    size_t count = full ? tensor_size(q->value) : q->formula ? 1 : 0;
    int digits = o->style.digits;
    if (small) {
        texts(j, "values", q, digits);
        texts(j, "short", q, digits < SHORT ? digits : SHORT);
    }
    json_open(j, "formulas", '[');
    for (size_t i = 0; i < count; i++) {
        struct text t = {0};
        output_formula(o, q, full ? i : output_largest(q), &t);
        add_text(j, NULL, &t);
    }
    json_close(j, ']');
    if (!small)
        summary(o, j, q);
}

static void quantity(const struct output *o, struct json *j, const struct quantity *q) {
    struct text formula = {0};
    json_add(j, "{ name=%s shape=[ %d %d ]", q->name, q->value.rows, q->value.cols);
    if (q->formula) {
        (void)formula_write(q, 0, false, &o->style, &formula);
        add_text(j, "formula", &formula);
    } else {
        json_string(j, "words", q->words);
    }
    if (o->style.links)
        shown(o, j, q);
    else
        values(j, q->value);
    json_add(j, "}");
}

static void samples(struct json *j, const struct trace *s) {
    const struct training *t = s->training;
    const struct string_list *classes = &t->data->classes;
    bool many = dataset_multi_label(t->data);
    json_add(j, "samples=[");
    for (int i = 0; i < s->n; i++) {
        json_add(j, many ? "{ sample=%d labels=[" : "{ sample=%d", t->order[i]);
        for (int c = 0; c < classes->count; c++)
            if (model_labelled(s->m, i, c))
                json_string(j, many ? NULL : "class", classes->items[c]);
        json_add(j, many ? "] }" : "}");
    }
    json_add(j, "]");
}

static void write(const struct output *o) {
    const struct trace *s = o->trace;
    struct json j = {.out = o->out, .lines = 4};
    json_add(&j, "{ name=%s", s->training->config.name);
    samples(&j, s);
    json_add(&j, "loss=%g learning_rate=%g stages=[", s->loss, s->update.learning_rate);
    for (const struct quantity *q = s->quantities; q;) {
        const struct stage *g = q->stage;
        json_add(&j, "{ part=%s title=%s source=%s quantities=[", g->part, g->title, g->source);
        for (; q && q->stage == g; q = q->next)
            quantity(o, &j, q);
        json_add(&j, "] }");
    }
    json_add(&j, "] }");
}

void output_json(const struct trace *s, struct text *t) {
    write(&(struct output){s, {.digits = 9}, .out = t});
}

void output_page(const struct trace *s, int digits, struct text *t) {
    struct text samples = {0}, step = {0};
    const struct output o = {
        s, {.digits = digits, .terms = OUTPUT_TERMS, .links = true}, .out = &step};
    write(&o);
    output_samples(&o, &samples);
    html_open(t, s->training->config.name, ": one step", embed_explain_page_css);
    template_html(t, embed_explain_page_html, "page", "name=%s samples=%s",
                  s->training->config.name, samples.data);
    html_close(t, &step, embed_explain_page_js);
    text_done(&samples, t);
}
