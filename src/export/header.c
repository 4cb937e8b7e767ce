#include "base/embed.h"
#include "base/template.h"
#include "data/tables/features.h"
#include "export/export.h"

#include <ctype.h>

/* The texts that the template inserts, with @ for the model's name. */
enum { LAYERS, NAMES, COLUMNS, TEXTS, FEATURES, FUNCTIONS, ARRAYS, CALLS, LOGITS, COUNT };

struct writer {
    struct model_file *file;
    const struct quantized *q; /* NULL for the float form */
    char last[16];             /* the array with the last layer's output, initially x */
    size_t stack;              /* in bytes, for the float form */
    struct text texts[COUNT];
};

static bool mentions(const struct text *t, const char *s) {
    return t->data && s && strstr(t->data, s);
}

/* Adds a layer's elementwise function, with its options as arguments, unless it is there. */
static void add_function(struct text *t, const struct layer_type *type) {
    char start[100];
    snprintf(start, sizeof start, "static inline float @_%.60s(float x", type->kind.name);
    if (!type->element.c || mentions(t, start))
        return;
    text_printf(t, "%s", start);
    for (const struct key *k = type->kind.keys; k && k->type != KEY_END; k++)
        text_printf(t, ", float %s", k->name);
    text_printf(t, ") {\n%s}\n\n", type->element.c);
}

/* An array of numbers of any type; the format is for a double. */
#define ADD_ARRAY(w, type, format, name, layer, x, rows, cols)                                     \
    do {                                                                                           \
        struct text *t_ = &(w)->texts[ARRAYS];                                                     \
        text_printf(t_, "/* %d x %d */\nstatic const %s @_%s_%d[]%s = {", rows, cols, type, name,  \
                    layer, (w)->q ? " @_FLASH" : "");                                              \
        for (int i_ = 0; i_ < (rows) * (cols); i_++)                                               \
            text_printf(t_, "%s" format ",", i_ % 8 == 0 ? "\n    " : " ", (double)(x)[i_]);       \
        text_printf(t_, "\n};\n\n");                                                               \
    } while (0)

static void add_int8(struct writer *w, int i) {
    const struct integer_layer *l = &w->q->layers[i];
    if (l->map) {
        ADD_ARRAY(w, "uint8_t", "%.0f", "map", i, l->map, 1, 256);
        text_printf(&w->texts[CALLS], "    {%d, %d, 0, 0, @_map_%d},\n", l->in, l->out, i);
    } else {
        ADD_ARRAY(w, "int8_t", "%.0f", "weight", i, l->weight, l->out, l->in);
        ADD_ARRAY(w, "int32_t", "%.0f", "scale", i, l->scale, l->out, 3);
        text_printf(&w->texts[CALLS], "    {%d, %d, @_weight_%d, @_scale_%d, 0},\n", l->in, l->out,
                    i, i);
    }
}

/* Elementwise functions work in place, except on x. */
static void add_float(struct writer *w, const struct layer *l) {
    const struct layer_type *t = l->type;
    struct text options = {0};
    char from[16];
    float option;
    bool copied = t->affine || strcmp(w->last, "x") == 0;
    for (int k = 0; k < l->nparams; k++)
        ADD_ARRAY(w, "float", HEADER_FLOAT, l->params[k].name, l->index, l->params[k].value.data,
                  l->params[k].value.rows, l->params[k].value.cols);
    for (int k = 0; exportable_option(l, k, &option); k++)
        text_printf(&options, ", " HEADER_FLOAT, (double)option);
    strcpy(from, w->last);
    if (copied)
        snprintf(w->last, sizeof w->last, "y%d", l->index);
    template_add(&w->texts[CALLS], embed_export_header_h_in, t->affine ? "linear" : "element",
                 "in=%d out=%d layer=%d bias=%d from=%s to=%s type=%s options=%s copied=%d", l->in,
                 l->out, l->index, l->nparams > 1, from, w->last, t->kind.name, options.data,
                 copied);
    text_done(&options, &w->texts[CALLS]);
    w->stack += copied ? (size_t)l->out * sizeof(float) : 0;
    add_function(&w->texts[FUNCTIONS], t);
}

static void add_layers(struct writer *w) {
    for (int i = 0, n = 0; i < w->file->model->nlayers; i++) {
        const struct layer *l = &w->file->model->layers[i];
        text_printf(&w->texts[LAYERS], "%s %s", i > 0 ? "," : "", l->type->kind.name);
        if (l->type->affine)
            text_printf(&w->texts[LAYERS], " %d", l->out);
        if (l->type->identity)
            continue;
        if (w->q)
            add_int8(w, n++);
        else
            add_float(w, l);
    }
}

/* Adds the inside of a string or a comment: letters, digits and a few marks, all else as \ooo. */
static void add_string(struct text *t, const char *before, const char *s, const char *after) {
    text_printf(t, "%s", before);
    for (; *s; s++)
        text_printf(t, isalnum((unsigned char)*s) || strchr(" _-+.,:;()", *s) ? "%c" : "\\%03o",
                    (unsigned char)*s);
    text_printf(t, "%s", after);
}

/* Adds a column, under the first free name of a, a_, a__, ... */
static void add_column(struct text *columns, const char *s) {
    struct text name = {0};
    text_printf(&name, "@_col_");
    for (const char *c = s; *c; c++)
        text_add(&name, isalnum((unsigned char)*c) ? c : "_", 1);
    text_printf(&name, ",");
    while (!name.failed && mentions(columns, name.data)) {
        name.size--;
        text_printf(&name, "_,");
    }
    text_printf(columns, "    %s", name.data ? name.data : "");
    add_string(columns, " /* ", s, " */\n");
    text_done(&name, columns);
}

/* Sets `zeros` to the features of a row of zeros. */
static void add_columns(struct writer *w, float *zeros) {
    const struct model_file *f = w->file;
    const struct specs *specs = &f->dataset.features;
    const struct scaling *s = &f->scaling;
    struct text *features = &w->texts[FEATURES];
    const char *last = "";
    int column = -1, category = 0;
    for (int i = 0; i < f->dataset.columns.count; i++) {
        const struct spec *spec = specs->count > 0 ? &specs->items[i] : NULL;
        const struct feature *options = spec ? spec->options : NULL;
        const char *name = features_column(&f->dataset, i);
        if (i == 0 || strcmp(name, last) != 0) {
            add_column(&w->texts[COLUMNS], name);
            column++, category = 0;
        }
        last = name;
        int text = spec && spec->type == features_kinds[FEATURE_MISSING] ? -2 : -1;
        if (spec && spec->type == features_kinds[FEATURE_CATEGORY]) {
            text = category++;
            text_printf(&w->texts[TEXTS], "        {%d, %d, \"", column, text);
            add_string(&w->texts[TEXTS], "", options->value, "\"},\n");
        }
        zeros[i] = text == 0;
        text_printf(features, "    {%d, %d, ", column, text);
        if (options && f->config.data.missing == MISSING_MEAN)
            text_printf(features, HEADER_FLOAT, options->fill);
        else
            text_printf(features, "NAN");
        if (w->q)
            text_printf(features, ", " HEADER_FLOAT ", " HEADER_FLOAT "},\n", (double)w->q->low[i],
                        (double)w->q->step[i]);
        else
            text_printf(features, ", %.17g, %.17g},\n", s->means ? s->means[i] : 0,
                        s->means ? s->stddevs[i] : 1);
    }
}

/* The logits of this one sample. */
static void add_logits(struct writer *w, struct split *split) {
    struct model *m = w->file->model;
    int zero = 0;
    split->labels = &zero;
    struct sample_set one = {split, &w->file->scaling, 1, &zero, NULL};
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &(struct pass){.rows = 1});
    if (w->q)
        quantized_run(w->q, split, 0);
    for (int i = 0; i < model_outputs(m); i++) {
        int32_t bits;
        memcpy(&bits, &m->act[m->nlayers].data[i], sizeof bits);
        text_printf(&w->texts[LOGITS], "%s%d", i > 0 ? ", " : "", w->q ? w->q->logits[i] : bits);
    }
}

/* Adds s with one string replaced by another. */
static void add_replaced(struct text *t, const char *s, const char *old, const char *new) {
    for (const char *at; (at = strstr(s, old)); s = at + strlen(old)) {
        text_add(t, s, (size_t)(at - s));
        text_add(t, new, strlen(new));
    }
    text_add(t, s, strlen(s));
}

int header_write(struct model_file *file, const struct quantized *q, const char *name,
                 struct text *out, struct error *e) {
    static const char start[] = "/* ---- */\n";
    const struct dataset *d = &file->dataset;
    const struct scaling *s = &file->scaling;
    const struct model *m = file->model;
    size_t features = (size_t)m->act[0].cols;
    bool table = d->columns.count > 0, pixels = !q && !table;
    struct writer w = {.file = file, .q = q, .last = "x", .stack = features * sizeof(float)};
    struct text *t = w.texts, header = {0};
    float *values = arena_alloc(&file->arena, features, sizeof *values);
    uint8_t *bytes = arena_alloc(&file->arena, features, 1);
    if (!values || !bytes)
        return error_memory(e, "the header");
    if (q) /* the arithmetic, as onehot compiles it */
        add_replaced(&t[FUNCTIONS], strstr(embed_export_integer_h_in, start) + strlen(start),
                     "integer_", "@_");
    add_layers(&w);
    add_columns(&w, values);
    for (size_t i = 0; i < features; i++)
        bytes[i] = (uint8_t)(i * 31);
    add_logits(&w, &(struct split){.count = 1,
                                   .values = table ? values : NULL,
                                   .pixels = table ? NULL : bytes});
    for (int i = 0; i < d->classes.count; i++)
        add_string(&t[NAMES], "        \"", d->classes.items[i], "\",\n");
    bool tanh = mentions(&t[FUNCTIONS], "@_tanh_double(");
    template_add(
        &header, embed_export_header_h_in, "header",
        "int8=%d number=%s input=%s table=%d width=%d height=%d colour=%d layers=%s bytes=%zu "
        "stack=%zu sha256=%s step=%#.9g inputs=%d outputs=%d classes=%d names=%s missing=%d "
        "columns=%s texts=%s features=%s affine=%d exp=%d tanh=%d functions=%s multi_label=%d "
        "one_output=%d widest=%d last=%s pixels=%d unit=%d scaled=%d mean=%.17g stddev=%.17g x=%s "
        "logits=%s calls=%s arrays=%s",
        q != NULL, q ? "int16_t" : "float", q ? "uint8_t" : "float", table, d->width, d->height,
        d->channels == 3, t[LAYERS].data, q ? q->bytes : m->nparams * sizeof(float),
        q ? features + 2 * (size_t)q->widest : w.stack, file->sha256, q ? (double)q->logit_step : 0,
        m->act[0].cols, model_outputs(m), d->classes.count, t[NAMES].data,
        file->config.data.missing == MISSING_MEAN, t[COLUMNS].data, t[TEXTS].data, t[FEATURES].data,
        mentions(&t[CALLS], "@_linear("), tanh || mentions(&t[FUNCTIONS], "@_exp("), tanh,
        t[FUNCTIONS].data, m->multi_label, model_outputs(m) < m->p.cols, q ? q->widest : 0, w.last,
        pixels, pixels && scaling_is_unit(s), pixels && !scaling_is_unit(s), s->mean, s->stddev,
        q && !table ? "pixels" : "x", t[LOGITS].data, t[CALLS].data, t[ARRAYS].data);
    for (int i = 0; i < COUNT; i++)
        text_done(&t[i], &header);
    add_replaced(out, header.data ? header.data : "", "@", name);
    text_done(&header, out);
    return out->failed ? error_memory(e, "the header") : 0;
}
