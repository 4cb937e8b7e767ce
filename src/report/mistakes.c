#include "report/page.h"
#include "report/ranked.h"

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

/* The picture, or the first values of a row of a table. */
static void write_input(const struct figures *f, int sample, struct json *j) {
    const struct dataset *d = f->data;
    const struct split *s = f->samples.split;
    size_t at = (size_t)sample * (size_t)f->model->act[0].cols;
    if (!s->values) {
        html_picture(j, "image",
                     &(struct picture){d->width, d->height, d->channels, s->pixels + at, 0});
        return;
    }
    json_add(j, "values=[");
    for (int i = 0; i < d->columns.count && i < MAX_VALUES; i++)
        json_add(j, "{ name=%s value=%g }", d->columns.items[i], (double)s->values[at + (size_t)i]);
    json_add(j, "] more=%i", d->columns.count > MAX_VALUES);
}

static void write_mistake(const struct figures *f, int i, struct json *j) {
    const struct model *m = f->model;
    struct ranked bars[MAX_BARS];
    figures_look(f, i);
    figures_write_sample(f, i, j);
    write_input(f, f->samples.order[i], j);
    json_add(j, "bars=[");
    int n = choose(m, bars);
    for (int k = 0; k < n; k++) {
        int class = bars[k].index;
        json_add(j, "{ class=%s probability=%g actual=%i predicted=%i }",
                 f->data->classes.items[class], (double)m->p.data[class],
                 model_labelled(m, 0, class), model_predicts(m, 0, class));
    }
    json_add(j, "] }");
}

void mistakes_write(struct page *p, struct json *j) {
    const struct figures *f = &p->figures;
    struct ranked worst[MAX];
    int n = 0;
    for (int i = 0; i < f->v.count; i++)
        if (f->v.predictions[i].wrong)
            n = ranked_add(worst, n, MAX, (struct ranked){i, (double)f->v.predictions[i].loss});
    json_add(j, "mistakes=[");
    for (int k = 0; k < n; k++)
        write_mistake(f, worst[k].index, j);
    json_add(j, "]");
}
