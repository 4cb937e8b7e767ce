/* Planes (plane.h) one after another, as one animated SVG file: by CSS, without a script. */
#ifndef ONEHOT_REPORT_MOVIE_H
#define ONEHOT_REPORT_MOVIE_H

#include "data/dataset.h"
#include "report/plane.h"

struct movie {
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
ERROR_CHECKED int movie_open(struct movie *m, const struct dataset *d,
                             const struct scaling *scaling, int side, struct error *e);
void movie_free(struct movie *m);

/* The next frame: what this model says, whose activations are overwritten, with a line of text. */
ERROR_CHECKED int movie_frame(struct movie *m, struct model *model, const char *caption,
                              struct team *team, struct error *e);

/* The whole file. There is at least one frame; the last one is shown longer. Where motion is not
 * wanted (prefers-reduced-motion), it is all that is shown. */
ERROR_CHECKED int movie_write(const struct movie *m, struct text *out, struct error *e);

#endif
