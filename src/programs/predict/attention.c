#include "programs/predict/predict.h"
#include "programs/show_image.h"
#include "tensor/vmath.h"

/* The attention weights of one head. */
struct map {
    const struct layer *layer;
    int head, heads;
    struct tensor a; /* T x T */
};

/* Finds head i of the model, counted across all layers, for the sample in this row. */
static bool find(const struct model *m, int row, int i, struct map *map) {
    for (int k = 0; k < m->nlayers; k++) {
        const struct layer *l = &m->layers[k];
        if (!l->type->attention_weights)
            continue;
        struct tensor all = l->type->attention_weights(l, row);
        int heads = all.rows / all.cols;
        if (i < heads) {
            *map = (struct map){l, i, heads, tensor_rows(all, i * all.cols, all.cols)};
            return true;
        }
        i -= heads;
    }
    return false;
}

int attention_check(const struct model_file *f, struct error *e) {
    struct map map;
    if (!find(f->model, 0, 0, &map))
        return error_input(
            e, "%s: has no attention weights to show: none of its layers is an attention layer",
            f->path);
    return 0;
}

/* A map as an image. Each value is relative to the largest of the map, which may be anywhere from
 * 1 / T to 1. The pixels are NULL if memory ran out. */
static struct picture shade(struct tensor a) {
    struct picture p = picture_alloc(a.cols, a.rows, 1);
    real max = vmath_max(tensor_size(a), a.data);
    for (size_t i = 0; i < tensor_size(a) && p.pixels; i++)
        p.pixels[i] = (uint8_t)(255 * a.data[i] / max + (real)0.5);
    return p;
}

int attention_print(const struct model *m, int row, struct error *e) {
    struct map map;
    for (int i = 0; find(m, row, i, &map); i++) {
        SCOPED(picture) p = shade(map.a);
        if (!p.pixels)
            return error_memory(e, "the attention");
        printf("\nlayer %d (%s), head %d of %d: attention weights of %d tokens\n", map.layer->index,
               map.layer->type->kind.name, map.head + 1, map.heads, map.a.rows);
        show_image(&p);
    }
    return 0;
}

void attention_json(const struct model *m, int row, struct json *j) {
    struct map map;
    json_add(j, "attention=[");
    for (int i = 0; find(m, row, i, &map); i++) {
        json_add(j, "{ layer=%d head=%d map=[", map.layer->index, map.head);
        for (int r = 0; r < map.a.rows; r++) {
            json_add(j, "[");
            for (int c = 0; c < map.a.cols; c++)
                json_number(j, NULL, (double)tensor_row(map.a, r)[c]);
            json_add(j, "]");
        }
        json_add(j, "] }");
    }
    json_add(j, "]");
}

/* ---- the PNG file ---- */

/* The side of a square and the gap between two, in pixels, and the grey of the gap. */
enum { SIDE = 224, GAP = 8, BETWEEN = 96 };

/* Where a row or column of squares begins. */
static int at(int square) { return GAP + square * (SIDE + GAP); }

/* Draws `from` into the square in that column and row, scaled by repeating or leaving out pixels,
 * with rows and columns swapped if `turned`. Of an image in colour, only the green is drawn. */
static void draw(const struct picture *from, bool turned, int column, int row, struct picture *to) {
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            *picture_pixel(to, at(column) + x, at(row) + y) =
                picture_pixel(from, (turned ? y : x) * from->width / SIDE,
                              (turned ? x : y) * from->height / SIDE)[from->channels / 2];
}

int attention_write(const struct model *m, const struct picture *p, const char *path,
                    struct error *e) {
    struct map map;
    int columns = 1, rows = 1, row = 0; /* columns and rows of squares */
    for (int i = 0; find(m, 0, i, &map); i++) {
        rows += map.head == 0;
        columns = map.heads + 1 > columns ? map.heads + 1 : columns;
    }
    SCOPED(picture) all = picture_alloc(at(columns), at(rows), 1);
    if (!all.pixels)
        return error_memory(e, "the attention");
    memset(all.pixels, BETWEEN, picture_size(&all));
    for (int c = 1; c < columns; c++)
        draw(p, true, c, 0, &all);
    for (int i = 0; find(m, 0, i, &map); i++) {
        SCOPED(picture) one = shade(map.a);
        if (!one.pixels)
            return error_memory(e, "the attention");
        if (map.head == 0)
            draw(p, false, 0, ++row, &all);
        draw(&one, false, map.head + 1, row, &all);
    }
    return picture_write(&all, path, e);
}
