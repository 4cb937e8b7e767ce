/* Shows how a model divides the plane of a table with two columns among its classes: an image of
 * what it predicts at the points of a grid, and how confidently.
 *
 * Read after: train/evaluation.h. */
#pragma once

#include "picture/picture.h"
#include "train/evaluation.h"

struct plane {
    const struct dataset *data;
    double low[2], high[2]; /* the visible part, by column: the training points plus a margin */
    struct split grid;      /* the centres of the cells, row by row from the top */
    int *order;             /* of the cells: 0, 1, 2, ... */

    /* After plane_look: the prediction for each cell, and its pixel, in the colour of the class,
     * paler where the model is less confident. */
    struct prediction *cells;
    struct picture picture;
};

/* Divides the part of the plane around this table's training points, at least one, into cells. The
 * arena owns what *p points to. */
ERROR_CHECKED int plane_make(struct plane *p, const struct dataset *d, int width, int height,
                             struct arena *a, struct error *e);

/* Runs the model on every cell. Overwrites its activations. */
void plane_look(struct plane *p, struct model *m, const struct scaling *scaling,
                struct thread_pool *pool);

/* The full colour of a class: red, green, blue. */
const uint8_t *plane_ink(int class);

/* Every how many-th point is drawn: at most 1,500, which browsers can handle. */
int plane_point_step(const struct split *points);
