#include "explain/web.h"
#include "base/embed.h"
#include "report/html.h"

#include <stdio.h>
#include <string.h>

enum { HEADING_SAMPLES = 8 };

static void quoted(struct text *t, const char *class) {
    text_printf(t, "“");
    html_text(t, class);
    text_printf(t, "”");
}

static void heading(const struct web *p) {
    const struct step_shown *s = p->s;
    const struct training *c = s->training;
    struct text *t = p->out;
    text_printf(t, "<header>\n<h1>");
    html_text(t, c->config.name);
    text_printf(t, ": one step of training</h1>\n<p class=\"lead\">On ");
    if (s->n > 1)
        text_printf(t, "%d samples:", s->n);
    for (int i = 0; i < s->n && i < HEADING_SAMPLES; i++) {
        text_printf(t, "%s %d, ", i > 0 ? ";" : s->n > 1 ? "" : "sample", s->samples[i]);
        output_labels(s, i, quoted, t);
    }
    text_printf(t,
                "%s. Every number is the trainer’s own; point at one to see what it is made "
                "of<span class=\"keys\">, click it to go there, step with ← and →</span>.</p>\n"
                "</header>\n",
                s->n > HEADING_SAMPLES ? "; …" : "");
}

/* The first quantity that the stage computes, which stands for it. */
static const char *label(const struct step_shown *s, const struct stage *g) {
    const struct quantity *q = &s->quantities[g->first];
    for (int k = 0; k < g->count; k++)
        if (q[k].by)
            return q[k].name;
    return q->name;
}

/* A button a stage, and one to each side. */
static void stepper(const struct web *p) {
    struct text *t = p->out;
    text_printf(t, "<nav class=\"stepper\" aria-label=\"the steps\" hidden>\n"
                   "<button class=\"turn\" data-turn=\"-1\" aria-label=\"back\">←</button>\n<ol>");
    for (int i = 0; i < p->s->nstages; i++) {
        const struct stage *g = &p->s->stages[i];
        if (i == 0 || g->part != g[-1].part)
            text_printf(t, "%s<li class=\"%s\"><span>%s</span>", i > 0 ? "</li>\n" : "",
                        stage_parts[g->part], stage_parts[g->part]);
        text_printf(t, "<button data-go=\"%d\" aria-label=\"%s: %s\">%s</button>", i,
                    stage_parts[g->part], g->title, label(p->s, g));
    }
    text_printf(t, "</li></ol>\n"
                   "<button class=\"turn\" data-turn=\"1\" aria-label=\"next\">→</button>\n"
                   "</nav>\n");
}

int output_page(const struct step_shown *s, int digits, struct text *t, struct error *e) {
    struct web p = {s, {.digits = digits, .terms = OUTPUT_TERMS, .html = true}, t};
    bool net = net_fits(s);
    text_printf(t, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_text(t, s->training->config.name);
    text_printf(t, ": one step</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n");
    text_add(t, embed_report_report_css, strlen(embed_report_report_css));
    text_add(t, page_style, strlen(page_style));
    text_printf(t, "</style>\n</head>\n<body>\n");
    heading(&p);
    stepper(&p);
    text_printf(t, "<main class=\"walk%s\">\n", net ? " drawn" : "");
    if (net) {
        text_printf(t, "<div class=\"drawing\">\n");
        net_write(&p);
        text_printf(t, "</div>\n");
    }
    text_printf(t, "<div class=\"stages\">\n");
    for (int i = 0; i < s->nstages; i++)
        if (stage_write(&p, i, e) != 0)
            return -1;
    text_printf(t, "</div>\n</main>\n<aside class=\"origin\" aria-live=\"polite\" hidden></aside>\n"
                   "<script>\n");
    text_add(t, page_script, strlen(page_script));
    text_printf(t, "</script>\n</body>\n</html>\n");
    return 0;
}
