#include "report/ranked.h"
#include "report/sections.h"

enum { MAX = 24, BARS = 3, BARS_OF_LABELS = 8, SIDE = 160, MAX_VALUES = 5 };

/* Finds the misclassified samples with the highest loss, worst first; returns how many. */
static int find(const struct test_results *r, struct ranked worst[MAX]) {
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
static void values(const struct page *p, const float *values, struct text *t) {
    const struct string_list *columns = &p->data->columns;
    html_part(t, "values");
    for (int i = 0; i < columns->count && i < MAX_VALUES; i++)
        html_add(t, "value", "name=%s value=%.4g", columns->items[i], (double)values[i]);
    html_add(t, "values-end", "more=%d", columns->count > MAX_VALUES);
}

static void bar(const struct model *m, const struct string_list *names, int class, struct text *t) {
    double probability = (double)m->p.data[class];
    html_add(t, "card-bar", "class=%s name=%s width=%.1f percent=%s",
             model_labelled(m, 0, class)   ? "right"
             : model_predicts(m, 0, class) ? "wrong"
                                           : "other",
             names->items[class], 100 * probability, html_percent(probability).text);
}

static int card(const struct page *p, const struct test_results *r, int i, struct text *t,
                struct error *e) {
    const struct split *s = r->samples.split;
    struct model *m = p->model;
    int sample = r->samples.order[i], result = 0;
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
    text_printf(t, "<figure>");
    if (s->values)
        values(p, s->values + at, t);
    else
        result = html_picture(t, &picture, SIDE, right.data ? right.data : "", e);
    html_add(t, "card-bars", "right=%s wrong=%s", right.data, wrong.data);
    struct ranked bars[BARS_OF_LABELS];
    int n = (m->multi_label ? choose_labels : choose_classes)(m, bars);
    for (int k = 0; k < n; k++)
        bar(m, r->classes, bars[k].index, t);
    dataset_origin(p->data, s, sample, &where);
    html_add(t, "card-end", "where=%s loss=%.2f", where.data, (double)r->v.predictions[i].loss);
    text_done(&where, t);
    text_done(&right, t);
    text_done(&wrong, t);
    return result;
}

int mistakes_write(const struct page *p, const struct test_results *r, struct text *t,
                   struct error *e) {
    struct ranked worst[MAX];
    int n = find(r, worst);
    if (n == 0)
        return 0;
    html_add(t, "mistakes", "shown=%s errors=%s one=%d multi_label=%d",
             n < r->v.errors ? html_count(n).text : "", html_count(r->v.errors).text,
             r->v.errors == 1, p->model->multi_label);
    for (int k = 0; k < n; k++)
        if (card(p, r, worst[k].index, t, e) != 0)
            return -1;
    html_part(t, "cards-end");
    return 0;
}
