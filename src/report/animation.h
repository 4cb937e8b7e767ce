/* Planes (plane.h) one after another, as one animated SVG file: by CSS, without a script. */
#ifndef ONEHOT_REPORT_ANIMATION_H
#define ONEHOT_REPORT_ANIMATION_H

#include "data/dataset.h"
#include "report/plane.h"

struct animation {
    const struct dataset *data;
    const struct scaling *scaling;
    struct plane plane;
    int frames;
    struct text *scenes; /* of each, what is shown */
    struct arena arena;
};

enum { MOVIE_FRAMES = 300 }; /* at most */

/* Of a table of two columns, in side x side cells. What it points to must outlive it. Free by
 * movie_free, after a failure too. */
ERROR_CHECKED int animation_open(struct animation *m, const struct dataset *d,
                                 const struct scaling *scaling, int side, struct error *e);
void animation_free(struct animation *m);

/* The next frame: what this model says, whose activations are overwritten, with a line of text. */
ERROR_CHECKED int animation_frame(struct animation *m, struct model *model, const char *caption,
                                  struct thread_pool *pool, struct error *e);

/* The whole file. There is at least one frame; the last one is shown longer. Where motion is not
 * wanted (prefers-reduced-motion), it is all that is shown. */
ERROR_CHECKED int animation_write(const struct animation *m, struct text *out, struct error *e);

#endif
