#include "report/animation.h"
#include "base/embed.h"
#include "report/html.h"

#include <string.h>

/* The time that a frame is shown, in seconds, and how many times as long the last one is. */
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
    text_printf(t, "<text class=\"unit\" x=\"46\" y=\"385\">");
    html_text(t, caption);
    text_printf(t, "</text>\n");
    return plane_svg_cells(&m->plane, t, e);
}

/* All frames repeat one animation in which they are visible for their part of the time; delays set
 * them apart. These are negative, so that all frames are in it from the start. */
static void style(int frames, struct text *t) {
    double whole = frames - 1 + LAST;
    text_printf(t,
                "<style>\n%s.plane{margin:0 auto;max-width:none;max-height:100vh;padding:1rem;"
                "background:var(--page);font:13px system-ui,sans-serif}\n"
                ".f{visibility:hidden;animation:f %.2fs step-end infinite}\n"
                "@keyframes f{0%%{visibility:visible}%.4f%%,100%%{visibility:hidden}}\n"
                ".last{animation-name:l}\n"
                "@keyframes l{0%%{visibility:visible}%.4f%%,100%%{visibility:hidden}}\n"
                "@media(prefers-reduced-motion:reduce){.f{animation:none}"
                ".last{visibility:visible}}\n</style>\n",
                embed_report_report_css, whole * FRAME, 100 / whole, 100 * LAST / whole);
}

int animation_write(const struct animation *m, struct text *out, struct error *e) {
    double whole = (m->frames - 1 + LAST) * FRAME;
    plane_svg_open(&m->plane, &m->data->columns, "the predicted classes, over the epochs", out);
    style(m->frames, out);
    for (int i = 0; i < m->frames; i++) {
        text_printf(out, "<g class=\"f%s\" style=\"animation-delay:%.2fs\">\n",
                    i == m->frames - 1 ? " last" : "", i * FRAME - whole);
        text_add(out, m->scenes[i].data, m->scenes[i].size);
        text_printf(out, "</g>\n");
        out->failed = out->failed || m->scenes[i].failed;
    }
    plane_svg_close(&m->plane, &m->data->split[TRAIN], &m->data->classes, out);
    return out->failed ? error_memory(e, "the animation") : 0;
}
