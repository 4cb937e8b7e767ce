#include "export/row.h"
#include "base/embed.h"
#include "base/template.h"
#include "data/tables/features.h"
#include "export/literal.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

static const char *column(const struct model_file *f, int i) {
    return features_column(&f->dataset.columns, &f->dataset.features, i);
}

/* Whether feature i is the first of its column. */
static bool starts(const struct model_file *f, int i) {
    return i == 0 || strcmp(column(f, i), column(f, i - 1)) != 0;
}

static enum feature_kind kind(const struct model_file *f, int i) {
    const struct specs *s = &f->dataset.features;
    return s->count > 0 ? (enum feature_kind)(s->items[i].type - features_kinds[0])
                        : FEATURE_NUMBER;
}

float row_zero(const struct model_file *f, int i) {
    return kind(f, i) == FEATURE_CATEGORY && starts(f, i); /* its text is number 0 */
}

/* Sets `name` to one for this column that the list does not have yet, and adds it there. */
static void add_column(struct text *columns, struct text *name, const char *s) {
    text_free(name);
    text_printf(name, "@_col_");
    for (const char *c = s; *c; c++)
        text_add(name, isalnum((unsigned char)*c) ? c : "_", 1);
    text_add(name, ",", 1);
    while (columns->data && name->data && strstr(columns->data, name->data)) {
        name->size--;
        text_add(name, "_,", 2);
    }
    text_printf(columns, "    ");
    text_add(columns, name->data, name->size);
    text_printf(columns, " /* ");
    literal_string(columns, s);
    text_printf(columns, " */\n");
}

void row_add(const struct model_file *f, const struct quantized *q, struct text *out) {
    const struct scaling *s = &f->scaling;
    struct text columns = {0}, name = {0}, texts = {0}, features = {0};
    bool filled = f->config.data.missing == MISSING_MEAN;
    int last = -1, ntexts = 0, text = 0;
    for (int i = 0; i < f->dataset.columns.count; i++) {
        const struct feature *options =
            f->dataset.features.count > 0 ? f->dataset.features.items[i].options : NULL;
        if (starts(f, i)) {
            add_column(&columns, &name, column(f, i));
            last++, text = 0;
        }
        int what = kind(f, i) == FEATURE_CATEGORY  ? text++
                   : kind(f, i) == FEATURE_MISSING ? -2
                                                   : -1;
        if (what >= 0 && options) {
            text_printf(&texts, "        {");
            text_add(&texts, name.data, name.size);
            text_printf(&texts, " %d, \"", what);
            literal_string(&texts, options->value);
            text_printf(&texts, "\"},\n");
            ntexts++;
        }
        text_printf(&features, "    {%d, %d, %s", last, what,
                    literal_float(filled && options ? (float)options->fill : NAN).text);
        if (q)
            text_printf(&features, ", %s, %s", literal_float(q->low[i]).text,
                        literal_float(q->step[i]).text);
        else if (s->means)
            text_printf(&features, ", %s, %s", literal_double(s->means[i]).text,
                        literal_double(s->stddevs[i]).text);
        text_printf(&features, "},\n");
    }
    template_add(out, embed_export_header_h_in, "columns", "columns=%s missing=%d",
                 columns.failed ? "" : columns.data, filled);
    if (ntexts > 0)
        template_add(out, embed_export_header_h_in, "texts", "texts=%s n=%d", texts.data, ntexts);
    template_add(out, embed_export_header_h_in, "features", "features=%s int8=%d scaled=%d",
                 features.data, q != NULL, !q && s->means);
    text_done(&columns, out);
    text_done(&name, out);
    text_done(&texts, out);
    text_done(&features, out);
}
