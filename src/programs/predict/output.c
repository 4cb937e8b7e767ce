/* What predict prints, as text, JSON or CSV: everything about a single sample, or a line per sample
 * if there are several. */
#include "programs/predict/predict.h"
#include "programs/show_image.h"
#include "report/figures.h"
#include "ui/terminal.h"

enum { MAX_BARS = 10 };

static const char *class_name(const struct predict *p, int c) {
    return p->model->dataset.classes.items[c];
}

static double probability(const struct predict *p, int i, int c) {
    return (double)tensor_row(p->model->model->p, i)[c];
}

/* Sets order[0 .. k - 1] to the predicted class, which is the most probable one unless --threshold
 * decides, and to the most probable of the others. Ties are in the order of the classes. */
static void rank(struct predict *p, int i, int k) {
    int first = model_predicted(p->model->model, i);
    int n = ranked_add(p->order, 0, k, (struct ranked){first, INFINITY});
    for (int c = 0; c < p->model->dataset.classes.count; c++)
        if (c != first)
            n = ranked_add(p->order, n, k, (struct ranked){c, probability(p, i, c)});
}

/* ---- text ---- */

/* "x.png: 3 (98.20 %), 7 (71.06 %)": the predicted classes, or all of the first k. */
static void print_line(const struct predict *p, int i, int k, bool all) {
    const struct model *m = p->model->model;
    int n = 0;
    printf("%s:", p->sample[i].name);
    for (int r = 0; r < k; r++) {
        int c = p->order[r].index;
        bool yes = model_predicts(m, i, c);
        const char *says = !m->multi_label || !all ? "" : yes ? ", yes" : ", no";
        if (yes || all)
            printf("%s %s (%.2f %%%s)", n++ > 0 ? "," : "", class_name(p, c),
                   100 * probability(p, i, c), says);
    }
    printf("%s\n", n == 0 ? " none of them" : "");
}

static int print_whole(const struct predict *p, int i, int k, struct error *e) {
    const struct model *m = p->model->model;
    if (!p->table) {
        struct picture x = batch_image(p, i);
        show_image(&x);
    }
    for (int r = 0; r < k; r++) {
        int c = p->order[r].index;
        const char *says = !m->multi_label ? "" : model_predicts(m, i, c) ? "  yes" : "  no";
        terminal_text(class_name(p, c), 12);
        putchar(' ');
        terminal_bar(probability(p, i, c), 30);
        printf(" %6.2f %%%s\n", 100 * probability(p, i, c), says);
    }
    return p->o->attention ? attention_print(m, i, e) : 0;
}

/* ---- JSON ---- */

static void write_numbers(const char *key, const struct string_list *names, const float *values,
                          struct json *j) {
    json_open(j, key, '{');
    for (int i = 0; i < names->count; i++)
        json_number(j, names->items[i], (double)values[i]);
    json_close(j, '}');
}

static int write(struct predict *p, int i, int top, struct error *e) {
    const struct string_list *names = &p->model->dataset.classes, *columns = &p->batch.columns;
    const struct model *m = p->model->model;
    struct json *j = &p->json;
    json_add(j, "{");
    if (p->table) {
        json_raw(j, "number", p->sample[i].id);
        write_numbers("row", columns, p->batch.split[TEST].values + i * columns->count, j);
    } else {
        json_string(j, "picture", p->sample[i].name);
    }
    figures_write_classes(m, i, names, m->multi_label ? "classes" : "class", j);
    if (top > 0) {
        json_add(j, "top=[");
        for (int k = 0; k < top; k++)
            json_string(j, NULL, names->items[p->order[k].index]);
        json_add(j, "]");
    }
    write_numbers("probabilities", names, tensor_row(m->p, i), j);
    if (p->o->attention)
        attention_json(m, i, j);
    json_add(j, "}");
    if (p->text.failed)
        return error_memory(e, "the output");
    printf("%s", p->text.data);
    p->text.size = 0;
    return 0;
}

/* ---- CSV ---- */

/* Nine digits distinguish all float32 numbers. */
static void add_probability(struct table *t, const char *title, double p) {
    table_format(t, title, "%.9g", p);
}

static int print_row(struct predict *p, int i, int k, struct error *e) {
    struct table csv = {.form = TABLE_CSV, .untitled = p->titled}, *t = &csv;
    const struct model *m = p->model->model;
    const char *predicted = "";
    int first = !m->multi_label; /* listed already */
    for (int c = 0; c < m->p.cols && predicted; c++)
        if (model_predicts(m, i, c))
            predicted = arena_printf(&t->arena, "%s%s%s", predicted, *predicted ? " " : "",
                                     class_name(p, c));
    table_add(t, p->table ? "row" : "file", p->sample[i].id);
    table_add(t, m->multi_label ? "classes" : "class", predicted);
    if (first && !p->o->columns)
        add_probability(t, "probability", probability(p, i, p->order[0].index));
    for (int n = first; n < k && p->o->top > 0; n++) {
        int c = p->order[n].index;
        table_add(t, arena_printf(&t->arena, "class_%d", n + 1), class_name(p, c));
        add_probability(t, arena_printf(&t->arena, "probability_%d", n + 1), probability(p, i, c));
    }
    for (int c = 0; c < m->p.cols && !p->o->top && !p->o->columns; c++)
        add_probability(t, arena_printf(&t->arena, "p_%s", class_name(p, c)), probability(p, i, c));
    table_end_row(t);
    p->titled = true;
    return table_print(t, e);
}

/* ---- all forms ---- */

int output_open(struct predict *p, struct error *e) {
    int classes = p->model->dataset.classes.count;
    p->order = arena_alloc(&p->batch.arena, (size_t)classes, sizeof *p->order);
    p->json = (struct json){.out = &p->text, .lines = 1};
    p->titled = p->o->columns != NULL;
    if (p->o->json)
        json_open(&p->json, NULL, '[');
    if (p->o->columns)
        printf("%s\n", p->o->columns);
    return p->order ? 0 : error_memory(e, "the ranking");
}

int output_add(struct predict *p, int i, struct error *e) {
    int classes = p->model->dataset.classes.count, bars = classes < MAX_BARS ? classes : MAX_BARS;
    int top = p->o->top < classes ? p->o->top : classes;
    bool whole = p->single || p->o->attention;
    int k = top > 0 ? top : p->model->model->multi_label ? classes : whole ? bars : 1;
    rank(p, i, k);
    if (p->o->json)
        return write(p, i, top, e);
    if (p->o->csv || p->o->columns)
        return print_row(p, i, k, e);
    print_line(p, i, k, top > 0 && !whole);
    return whole ? print_whole(p, i, top > 0 ? top : bars, e) : 0;
}

int output_close(struct predict *p, struct error *e) {
    if (p->o->json)
        json_close(&p->json, ']');
    return command_print(&p->text, e);
}
