#include "report/sections.h"

#include <stdlib.h>
#include <string.h>

enum { MOST = 24, BARS = 3, BARS_OF_SEVERAL = 8, SIDE = 160, MOST_VALUES = 5 };

/* The wrong samples of the highest loss into `worst`, the worst first, equals in their order;
 * returns how many. */
static int find(const struct test_results *f, int worst[MOST]) {
    const struct prediction *o = f->v.predictions;
    int n = 0;
    for (int i = 0; i < f->samples.count; i++) {
        if (!o[i].wrong)
            continue;
        int at = n < MOST ? n++ : MOST;
        for (; at > 0 && o[worst[at - 1]].loss < o[i].loss; at--)
            if (at < MOST)
                worst[at] = worst[at - 1];
        if (at < MOST)
            worst[at] = i;
    }
    return n;
}

/* The most probable classes, the best first; the label is among them, at the end if need be. */
static int rank(const real *p, int classes, int label, int order[BARS]) {
    int n = 0;
    for (int c = 0; c < classes; c++) {
        int at = n < BARS ? n++ : BARS;
        for (; at > 0 && p[order[at - 1]] < p[c]; at--)
            if (at < BARS)
                order[at] = order[at - 1];
        if (at < BARS)
            order[at] = c;
    }
    for (int i = 0; i < n; i++)
        if (order[i] == label)
            return n;
    order[n - 1] = label;
    return n;
}

/* Whether the sample in row 0 of the model is of this class. */
static bool has(const struct model *m, int class) {
    return m->multi_label ? tensor_row(m->target.y, 0)[class] > 0 : m->target.labels[0] == class;
}

/* Of several labels those that it has or that are named, in the classes' order. */
static int choose(const struct model *m, int order[BARS_OF_SEVERAL]) {
    int n = 0;
    for (int c = 0; c < m->p.cols && n < BARS_OF_SEVERAL; c++)
        if (has(m, c) || model_predicts(m, 0, c))
            order[n++] = c;
    return n;
}

/* "3, 7": the labels that it has, or those that are named. */
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
        text_printf(t, "<dt>");
        html_text(t, columns->items[i]);
        text_printf(t, "</dt><dd>%.4g</dd>", (double)values[i]);
    }
    text_printf(t, columns->count > MOST_VALUES ? "<dt>…</dt></dl>" : "</dl>");
}

static void bar(const char *name, double probability, const char *kind, struct text *t) {
    text_printf(t, "<tr class=\"%s\"><th scope=\"row\">", kind);
    html_text(t, name);
    text_printf(t, "</th><td class=\"bar\"><i style=\"width:%.1f%%\"></i></td><td>",
                100 * probability);
    html_percent(t, probability);
    text_printf(t, "</td></tr>");
}

static int card(const struct page *p, const struct test_results *f, int i, struct text *t,
                struct error *e) {
    const struct split *s = f->samples.split;
    const struct string_list *names = &p->data->classes;
    struct model *m = p->model;
    int sample = f->samples.order[i], order[BARS_OF_SEVERAL];
    struct sample_set one = {s, p->scaling, 1, &sample, NULL};
    struct evaluation again = {0}; /* for the probabilities, which the model then holds */
    struct text alt = {0}, right = {0}, wrong = {0};
    evaluation_run(&again, m, &one, NULL);
    list(m, names, false, &right);
    list(m, names, true, &wrong);

    text_printf(&alt, "a %s", right.data ? right.data : "");
    text_printf(t, "<figure>");
    size_t at = (size_t)sample * (size_t)p->model->act[0].cols;
    int result = alt.failed || right.failed || wrong.failed ? error_memory(e, "the report") : 0;
    if (result == 0 && s->values)
        row(p, s->values + at, t);
    else if (result == 0)
        result = picture(p, s->pixels + at, alt.data, t, e);
    text_free(&alt);
    text_printf(t, "<figcaption><b class=\"right\">");
    html_text(t, right.data ? right.data : "");
    text_printf(t, "</b> taken for <b class=\"wrong\">");
    html_text(t, wrong.data ? wrong.data : "");
    text_printf(t, "</b>\n<table>");
    text_free(&right);
    text_free(&wrong);
    const real *probability = m->p.data;
    int n = m->multi_label ? choose(m, order)
                           : rank(probability, names->count, m->target.labels[0], order);
    for (int k = 0; k < n; k++)
        bar(names->items[order[k]], (double)probability[order[k]],
            has(m, order[k])                 ? "right"
            : model_predicts(m, 0, order[k]) ? "wrong"
                                             : "other",
            t);
    text_printf(t, "</table><small>%s sample ", f->split);
    html_count(t, sample);
    text_printf(t, ", loss %.2f</small></figcaption></figure>\n", (double)f->v.predictions[i].loss);
    return result;
}

int mistakes_write(const struct page *p, const struct test_results *f, struct text *t,
                   struct error *e) {
    int worst[MOST], n = find(f, worst);
    if (n == 0)
        return 0;
    bool multi_label = p->model->multi_label;
    text_printf(t, "<section>\n<h2>The worst mistakes</h2>\n<p class=\"lead\">Where the model "
                   "thinks least of the right answer: ");
    if (n < f->v.errors)
        text_printf(t, "%d of ", n);
    text_printf(t, "its ");
    html_count(t, f->v.errors);
    text_printf(t,
                " mistake%s, by loss. The bars are its probabilities, <b class=\"right\">blue</b>"
                " %s.</p>\n<div class=\"cards\">\n",
                f->v.errors == 1 ? "" : "s",
                multi_label ? "those of labels that the picture has" : "that of the right class");
    for (int k = 0; k < n; k++)
        if (card(p, f, worst[k], t, e) != 0)
            return -1;
    text_printf(t, "</div>\n</section>\n");
    return 0;
}
