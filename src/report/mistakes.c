#include "report/ranked.h"
#include "report/sections.h"

enum { MAX = 24, BARS = 3, BARS_OF_LABELS = 8, SIDE = 160, MAX_VALUES = 5 };

/* Finds the misclassified samples with the highest loss, worst first; returns how many. */
static int find(struct report *r, struct ranked worst[MAX]) {
    int n = 0;
    for (int i = 0; i < r->samples.count; i++)
        if (r->v.predictions[i].wrong)
            n = ranked_add(worst, n, MAX, (struct ranked){i, (double)r->v.predictions[i].loss});
    return n;
}

/* Chooses the classes to show for a multi-label sample: its labels and the predicted ones, in class
 * order. Returns how many. */
static int choose_labels(const struct model *m, struct ranked bars[BARS_OF_LABELS]) {
    int n = 0;
    for (int c = 0; c < m->p.cols && n < BARS_OF_LABELS; c++)
        if (model_labelled(m, 0, c) || model_predicts(m, 0, c))
            bars[n++].index = c;
    return n;
}

/* Chooses the most probable classes, in descending order; if the label is not among them, it
 * replaces the last one. */
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

/* Instead of a picture: the row of a table, as far as there is room. */
static void values(struct report *r, const float *values) {
    const struct string_list *columns = &r->page->data->columns;
    html_part(&r->text, "values");
    for (int i = 0; i < columns->count && i < MAX_VALUES; i++)
        html_add(&r->text, "value", "name=%s value=%.4g", columns->items[i], (double)values[i]);
    html_add(&r->text, "values-end", "more=%d", columns->count > MAX_VALUES);
}

static void bar(struct report *r, int class) {
    const struct model *m = r->page->model;
    double probability = (double)m->p.data[class];
    html_add(&r->text, "card-bar", "class=%s name=%s width=%.1f percent=%s",
             model_labelled(m, 0, class)   ? "right"
             : model_predicts(m, 0, class) ? "wrong"
                                           : "other",
             r->classes->items[class], 100 * probability, html_percent(probability).text);
}

static void card(struct report *r, int i) {
    const struct page *p = r->page;
    const struct split *s = r->samples.split;
    struct model *m = p->model;
    int sample = r->samples.order[i];
    struct sample_set one = {s, p->scaling, 1, &sample};
    struct evaluation again = {0}; /* run again for the probabilities, which stay in the model */
    evaluation_run(&again, m, &one, NULL);
    struct text where = {0}, right = {0}, wrong = {0};
    evaluation_names(m, r->classes, false, &right);
    evaluation_names(m, r->classes, true, &wrong);
    size_t at = (size_t)sample * (size_t)m->act[0].cols;
    const struct picture picture = {.width = p->data->width,
                                    .height = p->data->height,
                                    .channels = p->data->channels,
                                    .pixels = s->pixels ? s->pixels + at : NULL};
    text_printf(&r->text, "<figure>");
    if (s->values)
        values(r, s->values + at);
    else
        html_picture(&r->text, &picture, SIDE, right.data ? right.data : "");
    html_add(&r->text, "card-bars", "right=%s wrong=%s", right.data, wrong.data);
    struct ranked bars[BARS_OF_LABELS];
    int n = (m->multi_label ? choose_labels : choose_classes)(m, bars);
    for (int k = 0; k < n; k++)
        bar(r, bars[k].index);
    dataset_origin(p->data, s, sample, &where);
    html_add(&r->text, "card-end", "where=%s loss=%.2f", where.data,
             (double)r->v.predictions[i].loss);
    text_done(&where, &r->text);
    text_done(&right, &r->text);
    text_done(&wrong, &r->text);
}

void mistakes_write(struct report *r) {
    struct ranked worst[MAX];
    int n = find(r, worst);
    if (n == 0)
        return;
    html_add(&r->text, "mistakes", "shown=%s errors=%s one=%d multi_label=%d",
             n < r->v.errors ? html_count(n).text : "", html_count(r->v.errors).text,
             r->v.errors == 1, r->page->model->multi_label);
    for (int k = 0; k < n; k++)
        card(r, worst[k].index);
    html_part(&r->text, "cards-end");
}
