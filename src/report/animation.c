#include "report/animation.h"
#include "report/html.h"

/* How long a frame is shown, in seconds, and how many times longer the last one is. */
#define FRAME 0.15
enum { LAST = 14 };

int animation_open(struct animation *m, const struct dataset *d, const struct scaling *scaling,
                   int side, struct error *e) {
    *m = (struct animation){.data = d, .scaling = scaling};
    if (plane_make(&m->plane, &d->split[TRAIN], d->classes.count, side, side, &m->arena, e) != 0)
        return -1;
    plane_svg_open(&m->plane, &d->columns, "the predicted classes, over the epochs", &m->svg);
    html_part(&m->svg, "frames");
    return 0;
}

void animation_free(struct animation *m) {
    text_free(&m->svg);
    arena_free(&m->arena);
}

int animation_frame(struct animation *m, struct model *model, const char *caption,
                    struct thread_pool *pool, struct error *e) {
    plane_look(&m->plane, model, m->scaling, pool);
    html_add(&m->svg, "frame", "i=%d caption=%s", m->frames++, caption);
    int result = plane_svg_cells(&m->plane, &m->svg, e);
    text_printf(&m->svg, "</g>\n");
    return result;
}

/* All frames use the same repeating animation, in which a frame is visible for a fraction of the
 * time; each frame has its own delay. The delays are negative, so that all frames take part from
 * the start. */
int animation_close(struct animation *m, struct error *e) {
    double whole = m->frames - 1 + LAST;
    template_add(&m->svg, embed_report_report_html, "frames-end",
                 "css=%s frame=%g seconds=%.2f one=%.4f last=%.4f", embed_report_report_css, FRAME,
                 whole * FRAME, 100 / whole, 100 * LAST / whole);
    plane_svg_close(&m->plane, &m->data->split[TRAIN], &m->data->classes, &m->svg);
    return m->svg.failed ? error_memory(e, "the animation") : 0;
}
