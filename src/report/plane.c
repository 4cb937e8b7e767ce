#include "report/plane.h"
#include "report/sections.h"
#include "ui/plot.h"

#include <math.h>

/* Append a part of plane.html (base/template.h), with or without values. */
#define svg_add(t, ...)   template_html(t, embed_report_plane_html, __VA_ARGS__)
#define svg_part(t, part) template_part(t, embed_report_plane_html, part)

/* Colours that colour-blind people can tell apart (Okabe and Ito 2008); they repeat if there are
 * more classes. The style sheet has the same colours as .k0 to .k9. */
static const uint8_t inks[][3] = {{0, 114, 178},   {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
                                  {230, 159, 0},   {86, 180, 233}, {110, 84, 60}, {120, 94, 200},
                                  {100, 110, 120}, {160, 170, 30}};
enum { INKS = sizeof inks / sizeof *inks };

const uint8_t *plane_ink(int class) {
    return inks[class % INKS];
}

/* The range of column c among the points, plus a margin of 8 % on each side. */
static void find_range(struct plane *p, int c) {
    const struct split *points = &p->data->split[TRAIN];
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < points->count; i++) {
        low = fmin(low, (double)points->values[2 * i + c]);
        high = fmax(high, (double)points->values[2 * i + c]);
    }
    double margin = high > low ? 0.08 * (high - low) : fmax(fabs(low), 1);
    p->low[c] = low - margin;
    p->high[c] = high + margin;
}

int plane_make(struct plane *p, const struct dataset *d, int width, int height, struct arena *a,
               struct error *e) {
    size_t n = (size_t)width * (size_t)height;
    *p = (struct plane){.data = d,
                        .grid = {.count = width * height,
                                 .values = arena_alloc(a, n, 2 * sizeof *p->grid.values),
                                 /* for evaluation_run; otherwise unused */
                                 .labels = arena_alloc(a, n, sizeof *p->grid.labels)},
                        .order = arena_alloc(a, n, sizeof *p->order),
                        .cells = arena_alloc(a, n, sizeof *p->cells),
                        .picture = {width, height, 3, arena_alloc(a, n, 3), 0}};
    if (!p->grid.values || !p->grid.labels || !p->order || !p->cells || !p->picture.pixels)
        return error_memory(e, "the image of the plane");
    find_range(p, 0);
    find_range(p, 1);
    for (int i = 0; i < p->grid.count; i++) {
        double x = (i % width + 0.5) / width, y = 1 - (i / width + 0.5) / height;
        p->grid.values[2 * i] = (float)(p->low[0] + x * (p->high[0] - p->low[0]));
        p->grid.values[2 * i + 1] = (float)(p->low[1] + y * (p->high[1] - p->low[1]));
        p->order[i] = i;
    }
    return 0;
}

/* From almost white, where the model is no more confident than chance, to 58 % of the ink. */
static void colour(const struct prediction *cell, int classes, uint8_t *rgb) {
    double chance = 1.0 / classes;
    double sure = classes > 1 ? ((double)cell->confidence - chance) / (1 - chance) : 1;
    double ink = 0.08 + 0.5 * fmin(fmax(sure, 0), 1);
    for (int c = 0; c < 3; c++)
        rgb[c] = (uint8_t)(255 - ink * (255 - plane_ink(cell->predicted)[c]) + 0.5);
}

void plane_look(struct plane *p, struct model *m, const struct scaling *scaling,
                struct thread_pool *pool) {
    struct sample_set cells = {&p->grid, scaling, p->grid.count, p->order, NULL};
    struct evaluation v = {.predictions = p->cells};
    evaluation_run(&v, m, &cells, pool);
    for (int i = 0; i < p->grid.count; i++)
        colour(&p->cells[i], p->data->classes.count, p->picture.pixels + 3 * (size_t)i);
}

/* ---- as SVG ---- */

/* In SVG units, as in the template: the box of the cells. The legend is to its right. */
enum { LEFT = 46, RIGHT = 350, TOP = 26, BOTTOM = 330 };
enum { MAX_POINTS = 1500, MAX_NAMES = 15, KINDS = 10 };

/* The marks of the classes, in rotation: a disk, a square, a triangle and a diamond of the same
 * apparent size, each as a path from its centre. */
static const char *const marks[4] = {"m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z",
                                     "m-2.7-2.7h5.4v5.4h-5.4z", "m0-3.6l3.6 6.3h-7.2z",
                                     "m0-3.6l3.6 3.6l-3.6 3.6l-3.6-3.6z"};

/* Where the value x of column c is on its axis. */
static double at(const struct plane *p, int c, double x) {
    double fraction = (x - p->low[c]) / (p->high[c] - p->low[c]);
    return c == 0 ? LEFT + (RIGHT - LEFT) * fraction : BOTTOM - (BOTTOM - TOP) * fraction;
}

void plane_svg_open(const struct plane *p, const char *describe, struct text *t) {
    const char *const *columns = p->data->columns.items;
    svg_add(t, "open", "description=%s x=%s y=%s", describe, columns[0], columns[1]);
    for (int c = 0; c < 2; c++) {
        double step = axis_round((p->high[c] - p->low[c]) / 6);
        for (double i = ceil(p->low[c] / step); i * step <= p->high[c]; i++) {
            double x = i == 0 ? 0 : i * step; /* never -0 */
            if (c == 0)
                svg_add(t, "tick-x", "x=%.1f y=%d text=%.5g", at(p, c, x), BOTTOM + 17, x);
            else
                svg_add(t, "tick-y", "y=%.1f text=%.5g", at(p, c, x), x);
        }
    }
}

void plane_svg_cells(const struct plane *p, struct text *t) {
    struct text url = {0};
    html_data(&url, &p->picture);
    svg_add(t, "cells", "image=%s", url.data);
    text_done(&url, t);
}

/* Every how many-th point is drawn: at most MAX_POINTS of all classes together. */
static int point_step(const struct split *points) {
    return (points->count + MAX_POINTS - 1) / MAX_POINTS;
}

void plane_svg_close(const struct plane *p, struct text *t) {
    const struct string_list *classes = &p->data->classes;
    const struct split *points = &p->data->split[TRAIN];
    svg_part(t, "marks");
    for (int i = 0; i < points->count; i += point_step(points))
        svg_add(t, "mark", "ink=%d x=%.1f y=%.1f mark=%s", points->labels[i] % KINDS,
                at(p, 0, (double)points->values[2 * i]),
                at(p, 1, (double)points->values[2 * i + 1]), marks[points->labels[i] % 4]);
    svg_part(t, "marks-end");
    for (int c = 0; c < classes->count && c < MAX_NAMES; c++) {
        bool rest = c == MAX_NAMES - 1 && classes->count > MAX_NAMES;
        svg_add(t, "name", "ink=%d mark=%s x=%d y=%d name=%s", c % KINDS, rest ? "" : marks[c % 4],
                RIGHT + 14, TOP + 8 + 20 * c, rest ? "…" : classes->items[c]);
    }
    text_printf(t, "</svg>\n");
}

/* ---- in the report ---- */

void plane_write(struct report *r, struct json *j) {
    enum { SIDE = 200 };
    const struct page *p = r->page;
    const struct split *train = &p->data->split[TRAIN];
    struct plane plane;
    struct error memory = {0};
    if (p->data->columns.count != 2 || train->count == 0 || train->multi_label)
        return;
    j->out->failed |= plane_make(&plane, p->data, SIDE, SIDE, &r->arena, &memory) != 0;
    if (j->out->failed)
        return;
    plane_look(&plane, p->model, p->samples[TRAIN].scaling, p->pool);
    json_add(j, "plane={ columns=[ %s %s ] low=[ %g %g ] high=[ %g %g ]", p->data->columns.items[0],
             p->data->columns.items[1], plane.low[0], plane.low[1], plane.high[0], plane.high[1]);
    html_picture(j, "image", &plane.picture);
    json_add(j, "points=[");
    for (int i = 0; i < train->count; i += point_step(train))
        json_add(j, "[ %g %g %d ]", (double)train->values[2 * i], (double)train->values[2 * i + 1],
                 train->labels[i]);
    json_add(j, "] }");
}
