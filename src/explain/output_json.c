#include "explain/formula.h"
#include "explain/output.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>

/* Nine digits distinguish a float32 from every other one. */
static void values(struct json *j, struct tensor v) {
    char number[32];
    json_open(j, "values", '[');
    for (size_t i = 0; i < tensor_size(v); i++) {
        snprintf(number, sizeof number, "%.9g", (double)v.data[i]);
        json_raw(j, NULL, isfinite((double)v.data[i]) ? number : "null");
    }
    json_close(j, ']');
}

static void quantity(struct json *j, const struct quantity *q, struct text *formula) {
    static const struct style style = {.digits = 9};
    json_open(j, NULL, '{');
    json_string(j, "name", q->name);
    json_open(j, "shape", '[');
    json_int(j, NULL, q->value.rows);
    json_int(j, NULL, q->value.cols);
    json_close(j, ']');
    if (q->formula) {
        formula->size = 0;
        formula_symbols(q, &style, formula);
        json_string(j, "formula", formula->data ? formula->data : "");
    } else {
        json_string(j, "words", q->words);
    }
    values(j, q->value);
    json_close(j, '}');
}

static void samples(struct json *j, const struct trace *s) {
    const struct training *t = s->training;
    const struct string_list *classes = &t->data->classes;
    json_open(j, "samples", '[');
    for (int i = 0; i < s->n; i++) {
        json_open(j, NULL, '{');
        json_int(j, "sample", s->samples[i]);
        if (dataset_multi_label(t->data))
            json_open(j, "labels", '[');
        for (int c = 0; c < classes->count; c++)
            if (output_is_label(s, i, c))
                json_string(j, dataset_multi_label(t->data) ? NULL : "class", classes->items[c]);
        if (dataset_multi_label(t->data))
            json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

void output_json(const struct trace *s, struct text *t) {
    struct json j = {.out = t, .lines = 4};
    struct text formula = {0};
    json_open(&j, NULL, '{');
    json_string(&j, "name", s->training->config.name);
    samples(&j, s);
    json_number(&j, "loss", s->loss);
    json_number(&j, "learning_rate", s->update.learning_rate);
    json_open(&j, "stages", '[');
    for (const struct stage *g = s->stages; g; g = g->next) {
        json_open(&j, NULL, '{');
        json_string(&j, "part", stage_parts[g->part]);
        json_string(&j, "title", g->title);
        json_string(&j, "source", g->source);
        json_open(&j, "quantities", '[');
        for (const struct quantity *q = g->quantities; q; q = q->next)
            quantity(&j, q, &formula);
        json_close(&j, ']');
        json_close(&j, '}');
    }
    json_close(&j, ']');
    json_close(&j, '}');
    text_done(&formula, t);
}
