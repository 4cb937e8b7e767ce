#include "report/plane.h"
#include "report/page.h"

/* Colours that colour-blind people can tell apart (Okabe and Ito 2008); they repeat if there are
 * more classes. The style sheet has the same colours as .k0 to .k9. */
static const uint8_t inks[][3] = {{0, 114, 178},   {213, 94, 0},   {0, 158, 115}, {204, 121, 167},
                                  {230, 159, 0},   {86, 180, 233}, {110, 84, 60}, {120, 94, 200},
                                  {100, 110, 120}, {160, 170, 30}};
enum { INKS = sizeof inks / sizeof *inks };

const uint8_t *plane_ink(int class) { return inks[class % INKS]; }

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

int plane_point_step(const struct split *points) {
    enum { MAX = 1500 };
    return (points->count + MAX - 1) / MAX;
}

void plane_write(struct page *p, struct json *j) {
    enum { SIDE = 200 };
    const struct split *train = &p->data->split[TRAIN];
    struct plane plane;
    struct error memory = {0};
    if (p->data->columns.count != 2 || train->count == 0 || train->multi_label)
        return;
    j->out->failed |= plane_make(&plane, p->data, SIDE, SIDE, p->arena, &memory) != 0;
    if (j->out->failed)
        return;
    plane_look(&plane, p->model, p->samples[TRAIN].scaling, p->pool);
    json_add(j, "plane={ columns=[ %s %s ] low=[ %g %g ] high=[ %g %g ]", p->data->columns.items[0],
             p->data->columns.items[1], plane.low[0], plane.low[1], plane.high[0], plane.high[1]);
    html_picture(j, "image", &plane.picture);
    json_add(j, "points=[");
    for (int i = 0; i < train->count; i += plane_point_step(train))
        json_add(j, "[ %g %g %d ]", (double)train->values[2 * i], (double)train->values[2 * i + 1],
                 train->labels[i]);
    json_add(j, "] }");
}
