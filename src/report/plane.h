/* The plane of a table with two columns, as a model divides it among its classes: at the points of
 * a grid, what it predicts there and how sure it is; as a picture under the training points, as
 * SVG.
 *
 * Read after: train/evaluation.h. */
#ifndef ONEHOT_REPORT_PLANE_H
#define ONEHOT_REPORT_PLANE_H

#include "data/picture.h"
#include "train/evaluation.h"

struct plane {
    double low[2], high[2]; /* the part that is shown, by column: the points and a margin */
    struct split grid;      /* height x width cells, row by row from the top, their centres */
    int width, height;
    int *order;               /* of the cells */
    struct prediction *cells; /* what the model makes of each; plane_look */
    int classes;
};

/* The part of the plane around these points (count x 2, at least one), in cells. The arena owns
 * what it points to. */
ERROR_CHECKED int plane_make(struct plane *p, const struct split *points, int classes, int width,
                             int height, struct arena *a, struct error *e);

/* Asks the model about every cell. Its activations are overwritten. */
void plane_look(struct plane *p, struct model *m, const struct scaling *scaling,
                struct thread_pool *pool);

/* The cells as pixels: each class has its colour, the paler the less sure the model is. The caller
 * frees. */
ERROR_CHECKED int plane_picture(const struct plane *p, struct picture *out, struct error *e);

/* The full colour of a class: red, green, blue. */
const uint8_t *plane_ink(int class);

/* ---- as SVG, in this order; the colours are the style sheet's ---- */

/* Opens the element and draws the frame and its scales. `describe` is for who cannot see it. */
void plane_svg_open(const struct plane *p, const struct string_list *columns, const char *describe,
                    struct text *t);

/* The picture of the cells. */
ERROR_CHECKED int plane_svg_cells(const struct plane *p, struct text *t, struct error *e);

/* The points, each with the mark of its class, and a legend of the marks; closes the element. */
void plane_svg_close(const struct plane *p, const struct split *points,
                     const struct string_list *classes, struct text *t);

#endif
