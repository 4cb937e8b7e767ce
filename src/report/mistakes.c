#include "report/ranked.h"
#include "report/sections.h"

enum { MAX = 24, BARS = 3, MAX_BARS = 8, MAX_VALUES = 5 };

/* Chooses the classes to show for the sample in row 0: its labels and the predicted classes, by
 * probability, then the most probable others, if there is room. Returns how many. */
static int choose(const struct model *m, struct ranked bars[MAX_BARS]) {
    enum { FIRST = 2 }; /* more than any probability */
    int n = 0;
    for (int c = 0; c < m->p.cols; c++) {
        bool shown = model_labelled(m, 0, c) || model_predicts(m, 0, c);
        n = ranked_add(bars, n, MAX_BARS,
                       (struct ranked){c, (shown ? FIRST : 0) + (double)m->p.data[c]});
    }
    while (n > BARS && bars[n - 1].value < FIRST)
        n--;
    return n;
}

/* The first values of a row of a table. */
static void values(struct report *r, const float *values) {
    const struct string_list *columns = &r->page->data->columns;
    html_part(&r->text, "values");
    for (int i = 0; i < columns->count && i < MAX_VALUES; i++)
        html_add(&r->text, "value", "name=%s value=%.4g", columns->items[i], (double)values[i]);
    html_add(&r->text, "values-end", "more=%d", columns->count > MAX_VALUES);
}

static void card(struct report *r, int i) {
    const struct page *page = r->page;
    const struct split *s = r->samples.split;
    struct model *m = page->model;
    int sample = r->samples.order[i];
    struct sample_set one = {s, page->scaling, 1, &sample};
    struct evaluation again = {0}; /* for the probabilities, which stay in the model */
    evaluation_run(&again, m, &one, NULL);
    struct text where = {0}, right = {0}, wrong = {0};
    evaluation_names(m, r->classes, false, &right);
    evaluation_names(m, r->classes, true, &wrong);
    size_t at = (size_t)sample * (size_t)m->act[0].cols;
    text_printf(&r->text, "<figure>");
    if (s->values)
        values(r, s->values + at);
    else
        html_picture(&r->text,
                     &(struct picture){.width = page->data->width,
                                       .height = page->data->height,
                                       .channels = page->data->channels,
                                       .pixels = s->pixels + at},
                     right.data);
    html_add(&r->text, "card-bars", "right=%s wrong=%s", right.data, wrong.data);
    struct ranked bars[MAX_BARS];
    int n = choose(m, bars);
    for (int k = 0; k < n; k++) {
        int class = bars[k].index;
        bool labelled = model_labelled(m, 0, class);
        double p = (double)m->p.data[class];
        html_add(&r->text, "card-bar", "right=%d wrong=%d name=%s width=%.1f percent=%.9g",
                 labelled, !labelled && model_predicts(m, 0, class), r->classes->items[class],
                 100 * p, p);
    }
    dataset_origin(page->data, s, sample, &where);
    html_add(&r->text, "card-end", "where=%s loss=%.2f", where.data,
             (double)r->v.predictions[i].loss);
    text_done(&where, &r->text);
    text_done(&right, &r->text);
    text_done(&wrong, &r->text);
}

void mistakes_write(struct report *r) {
    struct ranked worst[MAX];
    int n = 0;
    for (int i = 0; i < r->samples.count; i++)
        if (r->v.predictions[i].wrong)
            n = ranked_add(worst, n, MAX, (struct ranked){i, (double)r->v.predictions[i].loss});
    if (n == 0)
        return;
    html_add(&r->text, "mistakes", "shown=%d errors=%d multi_label=%d", n, r->v.errors,
             r->page->model->multi_label);
    for (int k = 0; k < n; k++)
        card(r, worst[k].index);
    html_part(&r->text, "cards-end");
}
