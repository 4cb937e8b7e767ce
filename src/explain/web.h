/* The parts of the page that output_page writes. */
#ifndef ONEHOT_EXPLAIN_WEB_H
#define ONEHOT_EXPLAIN_WEB_H

#include "explain/output.h"

struct web {
    const struct step_shown *s;
    struct formula_style style;
    struct text *out;
};

/* Whether the net is small enough to be drawn; and the drawing, an SVG element. In it and in the
 * rest of the page, data-q="NAME:INDEX" marks a number, data-at the stage that it appears in. */
bool net_fits(const struct step_shown *s);
void net_write(const struct web *p);

/* A stage, as an article. */
ERROR_CHECKED int stage_write(const struct web *p, int stage, struct error *e);

extern const char page_style[], page_script[];

#endif
