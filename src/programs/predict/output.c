/* What predict prints: of one sample all there is to see, or of many a line each, as text, JSON or
 * CSV. */
#include "programs/predict/attention.h"
#include "programs/predict/predict.h"
#include "programs/show_picture.h"
#include "ui/command.h"
#include "ui/terminal.h"

#include <stdio.h>

enum { MAX_BARS = 10 };

static const char *class_name(const struct predict *p, int c) {
    return p->model->dataset.classes.items[c];
}

static double probability(const struct predict *p, int i, int c) {
    return (double)tensor_row(p->model->model->p, i)[c];
}

/* Sets order[0 .. k - 1] to the predicted class, which is the most probable one unless --threshold
 * decides, and to the most probable of the others. Equals are in the classes' order. */
static void rank(const struct predict *p, int i, int k) {
    int classes = p->model->dataset.classes.count, first = model_predicted(p->model->model, i);
    for (int n = 0; n < classes; n++) {
        int c = n == 0 ? first : n <= first ? n - 1 : n, at = n < k ? n : k;
        for (; at > 1 && probability(p, i, p->order[at - 1]) < probability(p, i, c); at--)
            if (at < k)
                p->order[at] = p->order[at - 1];
        if (at < k)
            p->order[at] = c;
    }
}

/* ---- text ---- */

/* "x.png: 3 (98.20 %), 7 (71.06 %)": the predicted classes, or all of the first k. */
static void print_line(const struct predict *p, int i, int k, bool all) {
    const struct model *m = p->model->model;
    int n = 0;
    printf("%s:", p->sample[i].name);
    for (const int *c = p->order; c < p->order + k; c++) {
        bool yes = model_predicts(m, i, *c);
        const char *says = !m->multi_label || !all ? "" : yes ? ", yes" : ", no";
        if (yes || all)
            printf("%s %s (%.2f %%%s)", n++ > 0 ? "," : "", class_name(p, *c),
                   100 * probability(p, i, *c), says);
    }
    printf("%s\n", n == 0 ? " none of them" : "");
}

static int print_whole(const struct predict *p, int i, int k, struct error *e) {
    const struct dataset *d = &p->batch;
    const struct model *m = p->model->model;
    if (!p->table)
        show_picture(&(struct picture){d->width, d->height, d->channels, d->split[TEST].pixels, 0});
    for (const int *c = p->order; c < p->order + k; c++) {
        terminal_text(class_name(p, *c), 12);
        putchar(' ');
        terminal_bar(probability(p, i, *c), 30);
        printf(" %6.2f %%", 100 * probability(p, i, *c));
        if (m->multi_label)
            printf(model_predicts(m, i, *c) ? "  yes" : "  no");
        putchar('\n');
    }
    return p->o->attention ? attention_print(m, e) : 0;
}

/* ---- JSON ---- */

/* Numbers by name. */
static void write_numbers(const char *key, const struct string_list *names, const float *values,
                          struct json *j) {
    json_open(j, key, '{');
    for (int i = 0; i < names->count; i++)
        json_number(j, names->items[i], (double)values[i]);
    json_close(j, '}');
}

static void write(struct predict *p, int i, int top) {
    const struct string_list *names = &p->model->dataset.classes, *columns = &p->batch.columns;
    const struct model *m = p->model->model;
    struct json *j = &p->json;
    json_open(j, NULL, '{');
    if (p->table) {
        json_raw(j, "number", p->sample[i].id);
        write_numbers("row", columns, p->batch.split[TEST].values + i * columns->count, j);
    } else {
        json_string(j, "picture", p->sample[i].name);
    }
    if (m->multi_label) {
        json_open(j, "classes", '[');
        for (int c = 0; c < names->count; c++)
            if (model_predicts(m, i, c))
                json_string(j, NULL, names->items[c]);
        json_close(j, ']');
    } else {
        json_string(j, "class", names->items[p->order[0]]);
    }
    if (top > 0) {
        json_open(j, "top", '[');
        for (int k = 0; k < top; k++)
            json_string(j, NULL, names->items[p->order[k]]);
        json_close(j, ']');
    }
    write_numbers("probabilities", names, tensor_row(m->p, i), j);
    if (p->o->attention)
        attention_json(m, j);
    json_close(j, '}');
}

/* ---- CSV ---- */

/* Nine digits distinguish all numbers of 32 bits. */
static void add_probability(struct table *t, const char *title, double x) {
    t->failed |= !title;
    table_format(t, title, "%.9g", x);
}

static void add_classes(struct predict *p, int i) {
    struct text t = {0};
    text_printf(&t, "%s", "");
    for (int c = 0; c < p->model->dataset.classes.count; c++)
        if (model_predicts(p->model->model, i, c))
            text_printf(&t, "%s%s", t.size > 0 ? " " : "", class_name(p, c));
    p->csv.failed |= t.failed;
    table_add(&p->csv, p->model->model->multi_label ? "classes" : "class", t.failed ? "" : t.data);
    text_free(&t);
}

static void add_row(struct predict *p, int i, int k) {
    struct table *t = &p->csv;
    int first = !p->model->model->multi_label; /* listed already */
    table_add(t, p->table ? "row" : "file", p->sample[i].id);
    add_classes(p, i);
    if (first && !p->o->columns)
        add_probability(t, "probability", probability(p, i, p->order[0]));
    for (int n = first; n < k && p->o->top > 0; n++) {
        table_add(t, arena_printf(&t->arena, "class_%d", n + 1), class_name(p, p->order[n]));
        add_probability(t, arena_printf(&t->arena, "probability_%d", n + 1),
                        probability(p, i, p->order[n]));
    }
    for (int c = 0; c < p->model->model->p.cols && !p->o->top && !p->o->columns; c++)
        add_probability(t, arena_printf(&t->arena, "p_%s", class_name(p, c)), probability(p, i, c));
    table_end_row(t);
}

/* ---- all forms ---- */

int output_open(struct predict *p, struct error *e) {
    int classes = p->model->dataset.classes.count;
    p->order = arena_alloc(&p->batch.arena, (size_t)classes, sizeof *p->order);
    p->json = (struct json){.out = &p->text, .lines = 1};
    p->csv = (struct table){.form = TABLE_CSV, .untitled = p->o->columns != NULL};
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
    if (p->o->json) {
        write(p, i, top);
    } else if (p->o->csv || p->o->columns) {
        add_row(p, i, k);
    } else {
        print_line(p, i, k, top > 0 && !whole);
        return whole ? print_whole(p, i, top > 0 ? top : bars, e) : 0;
    }
    return 0;
}

int output_flush(struct predict *p, bool end, struct error *e) {
    bool titled = p->csv.untitled || p->csv.filled > 0;
    if (p->text.failed || table_print(&p->csv, e) != 0)
        return error_memory(e, "the output");
    p->csv = (struct table){.form = TABLE_CSV, .untitled = titled};
    if (end && p->o->json) {
        json_close(&p->json, ']');
        text_add(&p->text, "\n", 1);
    }
    if (p->text.size > 0)
        fwrite(p->text.data, 1, p->text.size, stdout);
    p->text.size = 0;
    if (end)
        text_free(&p->text);
    return command_flush(e);
}
