#include "export/row.h"
#include "base/embed.h"
#include "base/template.h"
#include "data/tables/features.h"
#include "export/literal.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#define ADD(...) template_add(out, embed_export_header_h_in, __VA_ARGS__)

static const struct feature *feature(const struct model_file *f, int i) {
    return f->dataset.features.items[i].options;
}

int row_make(struct row *r, const struct model_file *f, struct arena *a, struct error *e) {
    const struct model_file_dataset *d = &f->dataset;
    int n = d->columns.count, column = -1, text = 0;
    if (features_columns(&r->columns, &d->columns, &d->features, f->path, a, e) != 0)
        return -1;
    r->features = arena_alloc(a, (size_t)n, sizeof *r->features);
    r->example = arena_alloc(a, (size_t)n, sizeof *r->example);
    if (!r->features || !r->example)
        return error_memory(e, "the header");
    for (int i = 0; i < n; i++) {
        const char *name = features_column(&d->columns, &d->features, i);
        int kind = d->features.count > 0 ? (int)(d->features.items[i].type - features_kinds[0])
                                         : FEATURE_NUMBER;
        bool filled = kind != FEATURE_CATEGORY && f->config.data.missing == MISSING_MEAN;
        if (column < 0 || strcmp(r->columns.items[column], name) != 0)
            column++, text = 0;
        r->features[i] = (struct row_feature){column,
                                              kind == FEATURE_CATEGORY  ? text++
                                              : kind == FEATURE_MISSING ? ROW_MISSING
                                                                        : ROW_NUMBER,
                                              NAN};
        if (filled && d->features.count > 0)
            r->features[i].fill = (float)feature(f, i)->fill;
        if (kind == FEATURE_MISSING && column % 2 == 1)
            r->example[column] = NAN;
        else if (kind != FEATURE_MISSING)
            r->example[column] = text > 0 ? (float)(column % text)
                                 : f->scaling.means
                                     ? (float)(f->scaling.means[i] + f->scaling.stddevs[i])
                                     : (float)(column % 3);
    }
    return 0;
}

void row_encode(const struct row *r, int features, float *values) {
    for (int i = 0; i < features; i++) {
        const struct row_feature *k = &r->features[i];
        float v = r->example[k->column];
        values[i] = k->text == ROW_MISSING  ? (float)(v != v)
                    : k->text == ROW_NUMBER ? v != v ? k->fill : v
                                            : (float)(v == (float)k->text);
    }
}

/* Whether the string at `start` is also before it, in strings that follow each other. */
static bool is_taken(const struct text *all, size_t start) {
    size_t at = 0;
    while (at < start && strcmp(all->data + at, all->data + start) != 0)
        at += strlen(all->data + at) + 1;
    return at < start;
}

/* The names of the columns as C identifiers that follow each other; one that is taken gets "_". */
static struct text identifiers(const struct string_list *columns) {
    struct text all = {0};
    for (int i = 0; i < columns->count; i++) {
        size_t start = all.size;
        for (const char *s = columns->items[i]; *s; s++)
            text_add(&all, isalnum((unsigned char)*s) ? s : "_", 1);
        text_add(&all, "", 1);
        while (!all.failed && is_taken(&all, start)) {
            all.size--;
            text_add(&all, "_", 2);
        }
    }
    return all;
}

void row_add_columns(const struct row *r, const struct model_file *f, struct text *out) {
    const struct model_file_dataset *d = &f->dataset;
    struct text names = identifiers(&r->columns);
    int n = d->columns.count, texts = 0;
    const char *identifier = names.data;
    ADD("columns", "missing=%d", f->config.data.missing == MISSING_MEAN);
    for (int c = 0, i = 0; c < r->columns.count && !names.failed; c++) {
        struct text name = {0}, what = {0};
        int before = texts;
        literal_string(&name, r->columns.items[c]);
        if (d->features.count > 0 && d->features.items[i].type == features_kinds[FEATURE_BOOLEAN])
            text_printf(&what, ": 1 true or yes, 0 false or no");
        for (int first = i; i < n && r->features[i].column == c; i++)
            if (r->features[i].text >= 0) {
                text_printf(&what, "%s %d ", i == first ? ":" : ",", r->features[i].text);
                literal_string(&what, feature(f, i)->value);
                texts++;
            }
        ADD("column", "identifier=%s name=%s what=%s other=%d", identifier, name.data, what.data,
            texts > before);
        identifier += strlen(identifier) + 1;
        text_done(&name, out);
        text_done(&what, out);
    }
    text_done(&names, out);
    ADD("columns-end", "texts=%d", texts);
    for (int i = 0; i < n && texts > 0; i++)
        if (r->features[i].text >= 0) {
            struct text text = {0};
            literal_string(&text, feature(f, i)->value);
            ADD("text", "column=%d number=%d text=%s", r->features[i].column, r->features[i].text,
                text.data);
            text_done(&text, out);
        }
    if (texts > 0)
        ADD("texts-end", "texts=%d", texts);
}

void row_add_features(const struct row *r, const struct model_file *f, struct text *out) {
    const struct scaling *s = &f->scaling;
    ADD("features", "scaled=%d", s->means != NULL);
    for (int i = 0; i < f->dataset.columns.count; i++) {
        text_printf(out, "    {%d, %d, ", r->features[i].column, r->features[i].text);
        literal_float(out, r->features[i].fill);
        for (int k = 0; s->means && k < 2; k++) {
            text_printf(out, ", ");
            literal_double(out, k == 0 ? s->means[i] : s->stddevs[i]);
        }
        text_printf(out, "},\n");
    }
    template_part(out, embed_export_header_h_in, "features-end");
}
