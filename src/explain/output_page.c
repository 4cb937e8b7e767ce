#include "base/embed.h"
#include "explain/page.h"
#include "report/html.h"

#include <string.h>

static void heading(const struct output *o) {
    text_printf(o->out, "<header>\n<h1>");
    html_text(o->out, o->trace->training->config.name);
    text_printf(o->out, ": one step of training</h1>\n<p class=\"lead\">On ");
    output_samples(o, o->out);
    text_printf(
        o->out,
        ". Every number is the trainer’s own. Point at a number to see what it is made of<span "
        "class=\"keys\">, click it to go there, and step with ← and →</span>.</p>\n</header>\n");
}

/* The first quantity that the stage computes, which stands for it. */
static const char *label(const struct stage *g) {
    const struct quantity *q = g->quantities;
    while (q->next && !q->formula)
        q = q->next;
    return q->formula ? q->name : g->quantities->name;
}

/* One button per stage, and one to each side. */
static void stepper(const struct output *o) {
    struct text *t = o->out;
    text_printf(t, "<nav class=\"stepper\" aria-label=\"the steps\" hidden>\n"
                   "<button class=\"turn\" data-turn=\"-1\" aria-label=\"back\">←</button>\n<ol>");
    for (const struct stage *g = o->trace->stages; g; g = g->next) {
        const char *part = stage_parts[g->part];
        if (g->opens)
            text_printf(t, "%s<li class=\"%s\"><span>%s</span>", g->index > 0 ? "</li>\n" : "",
                        part, part);
        text_printf(t, "<button data-go=\"%d\" aria-label=\"%s: %s\">%s</button>", g->index, part,
                    g->title, label(g));
    }
    text_printf(t, "</li></ol>\n"
                   "<button class=\"turn\" data-turn=\"1\" aria-label=\"next\">→</button>\n"
                   "</nav>\n");
}

int output_page(const struct trace *s, int digits, struct text *t, struct error *e) {
    struct output o = {s, {.digits = digits, .terms = OUTPUT_TERMS, .html = true}, 0, t};
    bool net = page_net_fits(s);
    text_printf(t, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_text(t, s->training->config.name);
    text_printf(t, ": one step</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n");
    text_add(t, embed_report_report_css, strlen(embed_report_report_css));
    text_add(t, embed_explain_page_css, strlen(embed_explain_page_css));
    text_printf(t, "</style>\n</head>\n<body>\n");
    heading(&o);
    stepper(&o);
    text_printf(t, "<main class=\"walk%s\">\n", net ? " drawn" : "");
    if (net) {
        text_printf(t, "<div class=\"drawing\">\n");
        page_net(&o);
        text_printf(t, "</div>\n");
    }
    text_printf(t, "<div class=\"stages\">\n");
    for (const struct stage *g = s->stages; g; g = g->next)
        if (page_stage(&o, g, e) != 0)
            return -1;
    text_printf(t, "</div>\n</main>\n<aside class=\"origin\" aria-live=\"polite\" hidden></aside>\n"
                   "<script>\n");
    text_add(t, embed_explain_page_js, strlen(embed_explain_page_js));
    text_printf(t, "</script>\n</body>\n</html>\n");
    return 0;
}
