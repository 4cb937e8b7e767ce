/* Shows a sequence of planes (plane.h) as an animated SVG file that uses CSS and no script. */
#pragma once

#include "data/dataset.h"
#include "report/plane.h"

struct animation {
    const struct dataset *data;
    const struct scaling *scaling;
    struct plane plane;
    int frames;
    struct text svg;
    struct arena arena;
};

/* Begins an animation of the plane of a table with two columns, in side x side cells. The dataset
 * and the scaling must outlive it. Free with animation_free, even after a failure. */
ERROR_CHECKED int animation_open(struct animation *m, const struct dataset *d,
                                 const struct scaling *scaling, int side, struct error *e);
void animation_free(struct animation *m);

/* Adds a frame: what this model predicts, with a line of text. Overwrites its activations. */
ERROR_CHECKED int animation_frame(struct animation *m, struct model *model, const char *caption,
                                  struct thread_pool *pool, struct error *e);

/* Completes the file in `svg`. There is at least one frame. The last one is shown longer; readers
 * who prefer reduced motion see only that one. */
ERROR_CHECKED int animation_close(struct animation *m, struct error *e);
