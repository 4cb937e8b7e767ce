#include "report/ranked.h"
#include "report/sections.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 24, BARS = 3, BARS_OF_LABELS = 8, SIDE = 160, MOST_VALUES = 5 };

/* The wrong samples of the highest loss, the worst first; returns how many. */
static int find(const struct test_results *r, struct ranked worst[MOST]) {
    int n = 0;
    for (int i = 0; i < r->samples.count; i++)
        if (r->v.predictions[i].wrong)
            n = ranked_add(worst, n, MOST, (struct ranked){i, (double)r->v.predictions[i].loss});
    return n;
}

/* Whether the sample in row 0 of the model is of this class. */
static bool has(const struct model *m, int class) {
    return m->multi_label ? tensor_row(m->target.y, 0)[class] > 0 : m->target.labels[0] == class;
}

/* The classes that have a bar, of a multi-label sample: those that it has or that are predicted, in
 * their order. Returns how many. */
static int choose_labels(const struct model *m, struct ranked bars[BARS_OF_LABELS]) {
    int n = 0;
    for (int c = 0; c < m->p.cols && n < BARS_OF_LABELS; c++)
        if (has(m, c) || model_predicts(m, 0, c))
            bars[n++].index = c;
    return n;
}

/* The most probable classes, the best first; the label, if it is not among them, takes the place
 * of the last. */
static int choose_classes(const struct model *m, struct ranked bars[BARS_OF_LABELS]) {
    int n = 0, label = m->target.labels[0];
    for (int c = 0; c < m->p.cols; c++)
        n = ranked_add(bars, n, BARS, (struct ranked){c, (double)m->p.data[c]});
    for (int k = 0; k < n; k++)
        if (bars[k].index == label)
            return n;
    bars[n - 1].index = label;
    return n;
}

/* "3, 7": the labels that it has, or those that are predicted. */
static void list(const struct model *m, const struct string_list *names, bool predicted,
                 struct text *t) {
    int n = 0;
    for (int c = 0; c < names->count; c++)
        if (predicted ? model_predicts(m, 0, c) : has(m, c))
            text_printf(t, "%s%s", n++ > 0 ? ", " : "", names->items[c]);
    if (n == 0)
        text_printf(t, "nothing");
}

static int picture(const struct page *p, const uint8_t *pixels, const char *alt, struct text *t,
                   struct error *e) {
    struct picture copy = {p->data->width, p->data->height, p->data->channels, NULL};
    copy.pixels = malloc(picture_size(&copy));
    if (!copy.pixels)
        return error_memory(e, "the report");
    memcpy(copy.pixels, pixels, picture_size(&copy));
    int result = html_picture(t, &copy, SIDE, alt, e);
    picture_free(&copy);
    return result;
}

/* In a picture's place the row of a table, as far as there is room. */
static void row(const struct page *p, const float *values, struct text *t) {
    const struct string_list *columns = &p->data->columns;
    text_printf(t, "<dl>");
    for (int i = 0; i < columns->count && i < MOST_VALUES; i++) {
        html_element(t, "dt", columns->items[i]);
        text_printf(t, "<dd>%.4g</dd>", (double)values[i]);
    }
    text_printf(t, columns->count > MOST_VALUES ? "<dt>…</dt></dl>" : "</dl>");
}

static void bar(const struct model *m, const struct string_list *names, int class, struct text *t) {
    double probability = (double)m->p.data[class];
    text_printf(t, "<tr class=\"%s\">",
                has(m, class)                 ? "right"
                : model_predicts(m, 0, class) ? "wrong"
                                              : "other");
    html_element(t, "th scope=\"row\"", names->items[class]);
    text_printf(t, "<td class=\"bar\"><i style=\"width:%.1f%%\"></i></td><td>%s</td></tr>",
                100 * probability, html_percent(probability).text);
}

static int card(const struct page *p, const struct test_results *r, int i, struct text *t,
                struct error *e) {
    const struct split *s = r->samples.split;
    const struct string_list *names = &p->data->classes;
    struct model *m = p->model;
    int sample = r->samples.order[i];
    struct sample_set one = {s, p->scaling, 1, &sample};
    struct evaluation again = {0}; /* for the probabilities, which the model then holds */
    struct text alt = {0}, wrong = {0};
    evaluation_run(&again, m, &one, NULL);
    text_printf(&alt, "a ");
    list(m, names, false, &alt);
    list(m, names, true, &wrong);
    int result = alt.failed || wrong.failed ? error_memory(e, "the report") : 0;
    if (result != 0)
        goto out;

    size_t at = (size_t)sample * (size_t)m->act[0].cols;
    text_printf(t, "<figure>");
    if (s->values)
        row(p, s->values + at, t);
    else
        result = picture(p, s->pixels + at, alt.data, t, e);
    text_printf(t, "<figcaption>");
    html_element(t, "b class=\"right\"", alt.data + strlen("a "));
    text_printf(t, " taken for ");
    html_element(t, "b class=\"wrong\"", wrong.data);
    text_printf(t, "\n<table>");
    struct ranked bars[BARS_OF_LABELS];
    int n = (m->multi_label ? choose_labels : choose_classes)(m, bars);
    for (int k = 0; k < n; k++)
        bar(m, names, bars[k].index, t);
    text_printf(t, "</table><small>%s sample %s, loss %.2f</small></figcaption></figure>\n",
                r->split, html_count(sample).text, (double)r->v.predictions[i].loss);
out:
    text_free(&alt);
    text_free(&wrong);
    return result;
}

int mistakes_write(const struct page *p, const struct test_results *r, struct text *t,
                   struct error *e) {
    struct ranked worst[MOST];
    int n = find(r, worst);
    if (n == 0)
        return 0;
    text_printf(t, "<section>\n<h2>The worst mistakes</h2>\n<p class=\"lead\">Where the right "
                   "answer got the lowest probability: ");
    if (n < r->v.errors)
        text_printf(t, "%d of ", n);
    text_printf(t,
                "its %s mistake%s, by loss. The bars are its probabilities, <b class=\"right\">blue"
                "</b> %s.</p>\n<div class=\"cards\">\n",
                html_count(r->v.errors).text, r->v.errors == 1 ? "" : "s",
                p->model->multi_label ? "for labels that the picture has" : "for the right class");
    for (int k = 0; k < n; k++)
        if (card(p, r, worst[k].index, t, e) != 0)
            return -1;
    text_printf(t, "</div>\n</section>\n");
    return 0;
}
