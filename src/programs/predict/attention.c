#include "programs/predict/attention.h"
#include "programs/show_picture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The attention weights of one head. */
struct map {
    const struct layer *layer;
    int head, heads;
    struct tensor a; /* T x T */
};

/* Finds head i of the model, counted across all layers. */
static bool find(const struct model *m, int i, struct map *map) {
    for (int k = 0; k < m->nlayers; k++) {
        const struct layer *l = &m->layers[k];
        if (!l->type->attention_weights)
            continue;
        struct tensor all = l->type->attention_weights(l, 0);
        int heads = all.rows / all.cols;
        if (i < heads) {
            *map = (struct map){l, i, heads, tensor_rows(all, i * all.cols, all.cols)};
            return true;
        }
        i -= heads;
    }
    return false;
}

int attention_check(const struct model *m, const char *where, struct error *e) {
    struct map map;
    return find(m, 0, &map) ? 0
                            : error_input(e,
                                          "%s: has no attention weights to show: none of its "
                                          "layers is an attention layer",
                                          where);
}

/* 0 .. 255: each value is relative to the largest of its map, which may be anywhere from 1 / T to
 * 1. */
static void shade(struct tensor a, uint8_t *pixels) {
    real max = a.data[0];
    for (size_t i = 0; i < tensor_size(a); i++)
        max = a.data[i] > max ? a.data[i] : max;
    for (size_t i = 0; i < tensor_size(a); i++)
        pixels[i] = (uint8_t)(255 * a.data[i] / max + (real)0.5);
}

/* A picture filled with that grey. */
static int make(struct picture *p, int width, int height, int grey, struct error *e) {
    *p = (struct picture){.width = width, .height = height, .channels = 1};
    p->pixels = malloc(picture_size(p));
    if (!p->pixels)
        return error_memory(e, "the attention");
    memset(p->pixels, grey, picture_size(p));
    return 0;
}

static int map_picture(const struct map *map, struct picture *p, struct error *e) {
    if (make(p, map->a.cols, map->a.rows, 0, e) != 0)
        return -1;
    shade(map->a, p->pixels);
    return 0;
}

int attention_print(const struct model *m, struct error *e) {
    struct map map;
    for (int i = 0; find(m, i, &map); i++) {
        struct picture p;
        if (map_picture(&map, &p, e) != 0)
            return -1;
        printf("\n"
               "layer %d (%s), head %d of %d: attention weights of %d tokens\n",
               map.layer->index, map.layer->type->kind.name, map.head + 1, map.heads, map.a.rows);
        show_picture(&p);
        picture_free(&p);
    }
    return 0;
}

void attention_json(const struct model *m, struct json *j) {
    struct map map;
    json_open(j, "attention", '[');
    for (int i = 0; find(m, i, &map); i++) {
        json_open(j, NULL, '{');
        json_int(j, "layer", map.layer->index);
        json_int(j, "head", map.head);
        json_open(j, "map", '[');
        for (int r = 0; r < map.a.rows; r++) {
            json_open(j, NULL, '[');
            for (int c = 0; c < map.a.cols; c++)
                json_number(j, NULL, (double)tensor_row(map.a, r)[c]);
            json_close(j, ']');
        }
        json_close(j, ']');
        json_close(j, '}');
    }
    json_close(j, ']');
}

/* ---- the PNG file ---- */

/* The side of a square and the gap between two, in pixels, and the grey of the gap. */
enum { SIDE = 224, GAP = 8, BETWEEN = 96 };

static int at(int square) {
    return GAP + square * (SIDE + GAP);
}

/* Draws `from` into the square in that column and row, scaled by repeating or leaving out pixels,
 * with rows and columns swapped if `turned`. A picture in colour shows its green. */
static void draw(const struct picture *from, bool turned, int column, int row, struct picture *to) {
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int fx = (turned ? y : x) * from->width / SIDE,
                fy = (turned ? x : y) * from->height / SIDE;
            to->pixels[(size_t)(at(row) + y) * (size_t)to->width + (size_t)(at(column) + x)] =
                from->pixels[((size_t)fy * (size_t)from->width + (size_t)fx) *
                                 (size_t)from->channels +
                             (size_t)from->channels / 2];
        }
}

/* The numbers of squares. */
static void extent(const struct model *m, int *columns, int *rows) {
    struct map map;
    *columns = *rows = 1;
    for (int i = 0; find(m, i, &map); i++) {
        *rows += map.head == 0;
        *columns = map.heads + 1 > *columns ? map.heads + 1 : *columns;
    }
}

int attention_write(const struct model *m, const struct picture *p, const char *path,
                    struct error *e) {
    struct picture all, one;
    struct map map;
    int columns, rows, row = 0, result = -1;
    extent(m, &columns, &rows);
    if (make(&all, at(columns), at(rows), BETWEEN, e) != 0)
        return -1;
    for (int c = 1; c < columns; c++)
        draw(p, true, c, 0, &all);
    for (int i = 0; find(m, i, &map); i++) {
        if (map.head == 0)
            draw(p, false, 0, ++row, &all);
        if (map_picture(&map, &one, e) != 0)
            goto done;
        draw(&one, false, map.head + 1, row, &all);
        picture_free(&one);
    }
    result = picture_write(&all, path, e);
done:
    picture_free(&all);
    return result;
}
