#include "report/html.h"

#include <nettle/base64.h>

void html_open(struct text *t, const char *name, const char *more, const char *css) {
    template_html(t, embed_report_report_html, "head", "name=%s more=%s", name, more);
    text_printf(t, "%s%s", embed_report_report_css, css);
    template_part(t, embed_report_report_html, "body");
}

/* In JSON, "<" is only in strings, where it may be escaped: no "</script>" or "<!--" remains. */
void html_close(struct text *t, struct text *json, const char *script) {
    text_printf(t, "<script type=\"application/json\" class=\"data\">");
    for (const char *s = json->data ? json->data : ""; *s; s++)
        text_add(t, *s == '<' ? "\\u003c" : s, *s == '<' ? 6 : 1);
    text_done(json, t);
    text_printf(t, "</script>\n<script>\n%s%s</script>\n</body>\n</html>\n", embed_report_chart_js,
                script);
}

void html_data(struct text *t, const struct picture *p) {
    enum { LINE = 48 }; /* bytes, a multiple of 3: only the last line is padded */
    char digits[BASE64_ENCODE_RAW_LENGTH(LINE)];
    SCOPED(text) png = {0};
    struct error memory = {0};
    t->failed |= picture_encode(p, "an image", &png, &memory) != 0;
    text_printf(t, "data:image/png;base64,");
    for (size_t i = 0; i < png.size; i += LINE) {
        size_t n = png.size - i < LINE ? png.size - i : LINE;
        base64_encode_raw(digits, n, (const uint8_t *)png.data + i);
        text_add(t, digits, BASE64_ENCODE_RAW_LENGTH(n));
    }
}

void html_picture(struct json *j, const char *key, const struct picture *p) {
    struct text url = {0};
    html_data(&url, p);
    json_string(j, key, url.failed ? "" : url.data);
    text_done(&url, j->out);
}

double html_grid_mean(const struct html_grid *g, int i) {
    double sum = 0;
    for (int c = 0; c < g->channels; c++)
        sum += (double)g->data[((size_t)i * (size_t)g->channels + (size_t)c) * (size_t)g->stride];
    return sum / g->channels;
}

void html_grid(struct json *j, const char *key, const struct html_grid *g, double max, int side) {
    SCOPED(picture) grey = picture_alloc(g->width, g->height, 1);
    struct error memory = {0};
    double longer = fmax(side, fmax(g->width, g->height));
    j->out->failed |= !grey.pixels;
    for (int i = 0; i < g->width * g->height && grey.pixels; i++) {
        double x = max > 0 ? html_grid_mean(g, i) / max : 0;
        grey.pixels[i] = (uint8_t)(128.5 + 127 * fmin(fmax(x, -1), 1));
    }
    if (!j->out->failed &&
        preprocess_resize(&grey, (int)fmax(1, g->width * (double)side / longer),
                          (int)fmax(1, g->height * (double)side / longer), 1, &memory) == 0)
        html_picture(j, key, &grey);
    j->out->failed |= memory.status != ERROR_NONE;
}
