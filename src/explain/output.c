#include "base/embed.h"
#include "explain/trace.h"
#include "json/json.h"

bool output_complete(const struct quantity *q) {
    static const struct style style = {.digits = 1, .terms = OUTPUT_TERMS};
    SCOPED(text) ignored = {0};
    return tensor_size(q->value) <= OUTPUT_ELEMENTS && q->formula &&
           formula_write(q, 0, true, &style, &ignored);
}

size_t output_largest(const struct quantity *q) {
    size_t largest = 0;
    for (size_t i = 1; i < tensor_size(q->value); i++)
        if (fabs((double)q->value.data[i]) > fabs((double)q->value.data[largest]))
            largest = i;
    return largest;
}

void output_summary(const struct output *o, const struct quantity *q, struct text *t) {
    double squares = 0, min = INFINITY, max = -INFINITY;
    long long zero = 0;
    int digits = o->style.digits;
    for (size_t i = 0; i < tensor_size(q->value); i++) {
        double x = (double)q->value.data[i];
        squares += x * x;
        min = fmin(min, x);
        max = fmax(max, x);
        zero += x == 0;
    }
    text_printf(t, "norm %s, from %s to %s, %s of %s are 0",
                formula_number(sqrt(squares), digits).text, formula_number(min, digits).text,
                formula_number(max, digits).text, text_count(zero),
                text_count((long long)tensor_size(q->value)));
}

bool output_grid(const struct output *o, const struct quantity *q, struct html_grid *g) {
    const struct dataset *d = o->trace->training->data;
    struct tensor t = q->value;
    int pixels = d->height > 1 && d->width > 1 ? d->height * d->width * d->channels : 0;
    bool weights = t.rows == pixels, picture = weights || t.cols == pixels;
    *g = picture
             ? (struct html_grid){d->width, d->height, d->channels, weights ? t.cols : 1, t.data}
             : (struct html_grid){t.cols, t.rows, 1, 1, t.data};
    return picture;
}

void output_formula(const struct output *o, const struct quantity *q, size_t i, struct text *t) {
    text_printf(t, "%s = ", formula_element(q, i).text);
    (void)formula_write(q, i, true, &o->style, t);
    text_printf(t, " = %s", formula_link(q, i, false, &o->style).text);
}

/* ---- JSON: for programs, and for the page ---- */

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

/* What the page shows besides: the formulas of a small matrix, or that of its largest element; and
 * the summary of a large one. */
static void shown(const struct output *o, struct json *j, const struct quantity *q) {
    bool full = output_complete(q);
    size_t count = full ? tensor_size(q->value) : q->formula ? 1 : 0;
    json_open(j, "formulas", '[');
    for (size_t i = 0; i < count; i++) {
        struct text t = {0};
        output_formula(o, q, full ? i : output_largest(q), &t);
        add_text(j, NULL, &t);
    }
    json_close(j, ']');
    if (tensor_size(q->value) > OUTPUT_ELEMENTS)
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
    if (!o->style.links || tensor_size(q->value) <= OUTPUT_ELEMENTS)
        values(j, q->value);
    if (o->style.links)
        shown(o, j, q);
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
    json_add(&j, "{ name=%s digits=%d", s->training->config.name, o->style.digits);
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
    const char *name = s->training->config.name;
    struct text step = {0};
    write(&(struct output){
        s, {.digits = digits, .terms = OUTPUT_TERMS, .links = true}, .out = &step});
    html_open(t, name, ": one step", embed_explain_page_css);
    template_html(t, embed_explain_page_html, "page", "name=%s", name);
    html_close(t, &step, embed_explain_page_js);
}
