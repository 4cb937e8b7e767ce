#include "report/animation.h"
#include "report/html.h"

/* How long a frame is shown, in seconds, and how many times longer the last one is. */
#define FRAME 0.15
enum { LAST = 14 };

int animation_open(struct animation *m, const struct dataset *d, const struct scaling *scaling,
                   int side, struct error *e) {
    *m = (struct animation){.data = d, .scaling = scaling};
    m->scenes = arena_alloc(&m->arena, ANIMATION_FRAMES, sizeof *m->scenes);
    if (!m->scenes)
        return error_memory(e, "the frames");
    return plane_make(&m->plane, &d->split[TRAIN], d->classes.count, side, side, &m->arena, e);
}

void animation_free(struct animation *m) {
    for (int i = 0; i < m->frames; i++)
        text_free(&m->scenes[i]);
    arena_free(&m->arena);
    *m = (struct animation){0};
}

int animation_frame(struct animation *m, struct model *model, const char *caption,
                    struct thread_pool *pool, struct error *e) {
    struct text *t = &m->scenes[m->frames++];
    plane_look(&m->plane, model, m->scaling, pool);
    html_add(t, "caption", "text=%s", caption);
    return plane_svg_cells(&m->plane, t, e);
}

/* All frames use the same repeating animation, in which a frame is visible for a fraction of the
 * time; each frame has its own delay. The delays are negative, so that all frames take part from
 * the start. */
int animation_write(const struct animation *m, struct text *out, struct error *e) {
    double whole = m->frames - 1 + LAST;
    plane_svg_open(&m->plane, &m->data->columns, "the predicted classes, over the epochs", out);
    template_add(out, embed_report_report_html, "animation-style",
                 "css=%s seconds=%.2f one=%.4f last=%.4f", embed_report_report_css, whole * FRAME,
                 100 / whole, 100 * LAST / whole);
    for (int i = 0; i < m->frames; i++) {
        html_add(out, "frame", "last=%d delay=%.2f", i == m->frames - 1, (i - whole) * FRAME);
        text_add(out, m->scenes[i].data, m->scenes[i].size);
        text_printf(out, "</g>\n");
        out->failed = out->failed || m->scenes[i].failed;
    }
    plane_svg_close(&m->plane, &m->data->split[TRAIN], &m->data->classes, out);
    return out->failed ? error_memory(e, "the animation") : 0;
}
