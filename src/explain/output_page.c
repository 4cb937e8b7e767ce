#include "explain/page.h"
#include "report/html.h"

/* The first quantity that the stage computes, which is its label. */
static const char *label(const struct stage *g) {
    const struct quantity *q = g->quantities;
    while (q->next && !q->formula)
        q = q->next;
    return q->formula ? q->name : g->quantities->name;
}

/* The title, and a button per stage. */
static void heading(const struct output *o) {
    struct text samples = {0};
    output_samples(o, &samples);
    page_add(o, "heading", "name=%s samples=%s", o->trace->training->config.name, samples.data);
    for (const struct stage *g = o->trace->stages; g; g = g->next)
        page_add(o, "step", "opens=%d index=%d part=%s title=%s label=%s", g->opens, g->index,
                 stage_parts[g->part], g->title, label(g));
    text_done(&samples, o->out);
}

int output_page(const struct trace *s, int digits, struct text *t, struct error *e) {
    struct output o = {s, {.digits = digits, .terms = OUTPUT_TERMS, .html = true}, 0, t};
    bool net = page_net_fits(s);
    html_head(t, s->training->config.name, ": one step", embed_explain_page_css);
    heading(&o);
    page_add(&o, "main", "drawn=%d", net);
    if (net)
        page_net(&o);
    page_part(&o, "stages");
    for (const struct stage *g = s->stages; g; g = g->next)
        if (page_stage(&o, g, e) != 0)
            return -1;
    page_part(&o, "end");
    text_printf(t, "%s", embed_explain_page_js);
    page_part(&o, "foot");
    return 0;
}
