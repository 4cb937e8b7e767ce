#include "export/header.h"
#include "base/embed.h"
#include "base/sha256.h"
#include "base/template.h"
#include "export/exportable.h"
#include "export/literal.h"
#include "export/row.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct writer {
    struct model_file *file;
    const struct model *model;
    const struct quantized *q; /* NULL for the float form */
    int16_t *logits;           /* of q */
    struct text out;           /* with @ in place of the model's name */
};

#define ADD(w, ...)       template_add(&(w)->out, embed_export_header_h_in, __VA_ARGS__)
#define ADD_PART(w, part) template_part(&(w)->out, embed_export_header_h_in, part)

static bool is_table(const struct writer *w) {
    return w->file->dataset.columns.count > 0;
}

static const struct layer_type *type(const struct writer *w, int layer) {
    return w->model->layers[layer].type;
}

/* ---- the parts of the template, in its order ---- */

/* `sha256` is that of the model file. */
static void add_top(struct writer *w, const char *sha256) {
    const struct model *m = w->model;
    const struct model_file_dataset *d = &w->file->dataset;
    struct text layers = {0};
    size_t values = (size_t)m->act[0].cols;
    for (int i = 0; i < m->nlayers; i++) {
        text_printf(&layers, "%s %s", i > 0 ? "," : "", type(w, i)->kind.name);
        if (type(w, i)->affine) {
            text_printf(&layers, " %d", m->layers[i].out);
            values += (size_t)m->layers[i].out;
        }
    }
    ADD(w, "top",
        "int8=%d table=%d width=%d height=%d colour=%d layers=%s bytes=%zu stack=%zu sha256=%s",
        w->q != NULL, is_table(w), d->width, d->height, d->channels == 3, layers.data,
        w->q ? w->q->bytes : m->nparams * sizeof(float), values * (w->q ? 1 : sizeof(float)),
        sha256);
    text_done(&layers, &w->out);
    if (w->q)
        ADD(w, "int8", "bytes=%zu step=%s", w->q->bytes, literal_float(w->q->logit_step).text);
    else
        ADD_PART(w, "float");
    ADD(w, "sizes", "features=%d classes=%d", m->act[0].cols, d->classes.count);
}

static void add_names(struct writer *w) {
    const struct string_list *list = &w->file->dataset.classes;
    for (int i = 0; i < list->count; i++) {
        struct text name = {0};
        literal_string(&name, list->items[i]);
        ADD(w, "name", "name=%s", name.data);
        text_done(&name, &w->out);
    }
    ADD_PART(w, "names-end");
}

/* Whether a layer's C function calls this one. */
static bool calls(const struct writer *w, const char *function) {
    for (int i = 0; i < w->model->nlayers; i++)
        if (type(w, i)->element.c && strstr(type(w, i)->element.c, function))
            return true;
    return false;
}

/* The element functions, each once, with the layer's options as arguments. */
static void add_functions(struct writer *w) {
    bool affine = false, tanh = calls(w, "@_tanh_double(");
    for (int i = 0; i < w->model->nlayers; i++)
        affine = affine || type(w, i)->affine;
    ADD(w, "arithmetic", "affine=%d exp=%d tanh=%d", affine, tanh || calls(w, "@_exp("), tanh);
    for (int i = 0; i < w->model->nlayers; i++) {
        const struct layer_type *t = type(w, i);
        struct text options = {0};
        int first = 0;
        while (type(w, first) != t)
            first++;
        if (first < i || !t->element.c)
            continue;
        for (const struct key *k = t->kind.keys; k && k->type != KEY_END; k++)
            text_printf(&options, ", float %s", k->name);
        ADD(w, "function", "type=%s options=%s body=%s", t->kind.name, options.data, t->element.c);
        text_done(&options, &w->out);
    }
}

static void add_floats(struct writer *w, const real *x, size_t n) {
    enum { IN_A_LINE = 6 };
    for (size_t i = 0; i < n; i++)
        text_printf(&w->out, "%s%s,", i % IN_A_LINE == 0 ? "\n    " : " ",
                    literal_float(x[i]).text);
}

#define ARRAY "rows=%d cols=%d type=%s name=%s layer=%d flash=%d"

static void add_arrays(struct writer *w) {
    for (int i = 0; i < w->model->nlayers; i++)
        for (int k = 0; k < w->model->layers[i].nparams; k++) {
            const struct param *p = &w->model->layers[i].params[k];
            ADD(w, "array", ARRAY, p->value.rows, p->value.cols, "float", p->name, i, false);
            add_floats(w, p->value.data, tensor_size(p->value));
            ADD_PART(w, "array-end");
        }
}

/* The arithmetic of the int8 form, as onehot compiles it. */
static void add_integer(struct writer *w) {
    static const char name[] = "integer_", start[] = "/* ---- */\n";
    const char *s = strstr(embed_export_integer_h_in, start) + strlen(start);
    for (const char *at; (at = strstr(s, name)); s = at + strlen(name)) {
        text_add(&w->out, s, (size_t)(at - s));
        text_printf(&w->out, "@_");
    }
    text_printf(&w->out, "%s\n", s);
}

/* An array of integers of any type. */
#define ADD_INTEGERS(w, of, is, layer, x, rows, cols)                                              \
    do {                                                                                           \
        ADD(w, "array", ARRAY, rows, cols, of, is, layer, true);                                   \
        for (int i_ = 0; i_ < (rows) * (cols); i_++)                                               \
            text_printf(&(w)->out, "%s%ld,", i_ % 16 == 0 ? "\n    " : " ", (long)(x)[i_]);        \
        ADD_PART(w, "array-end");                                                                  \
    } while (0)

/* The arrays of the int8 form, and the function that calls its steps. */
static void add_steps(struct writer *w) {
    struct text calls = {0};
    char from[16] = "x";
    for (int i = 0; i < w->q->count; i++) {
        const struct quantized_step *s = &w->q->steps[i];
        const struct layer *l = s->layer;
        if (s->map) {
            ADD_INTEGERS(w, "uint8_t", "map", l->index, s->map, 1, 256);
        } else {
            ADD_INTEGERS(w, "int8_t", "weight", l->index, s->weight, l->out, l->in);
            ADD_INTEGERS(w, "int32_t", "scale", l->index, s->scale, l->out, 3);
        }
        template_add(&calls, embed_export_header_h_in, s->map ? "map" : "affine",
                     "in=%d out=%d layer=%d from=%s last=%d", l->in, l->out, l->index, from,
                     i == w->q->count - 1);
        if (!s->map)
            snprintf(from, sizeof from, "y%d", l->index);
    }
    ADD(w, "predict", "int8=%d multi_label=%d", true, w->model->multi_label);
    text_add(&w->out, calls.data, calls.size);
    text_done(&calls, &w->out);
}

/* The model's input for a pixel. */
static void add_pixel(struct writer *w) {
    const struct scaling *s = &w->file->scaling;
    if (!scaling_is_unit(s)) {
        ADD_PART(w, "values");
        add_floats(w, s->value, 256);
        ADD_PART(w, "array-end");
    }
    ADD(w, "pixel", "values=%d", !scaling_is_unit(s));
}

static void add_layer(struct writer *w, const struct layer *l, const char *from, const char *to) {
    float option;
    struct text options = {0};
    for (int k = 0; l->type->element.c && exportable_option(l, k, &option); k++)
        text_printf(&options, ", %s", literal_float(option).text);
    if (l->type->affine)
        ADD(w, "linear", "in=%d out=%d from=%s layer=%d bias=%d to=%s", l->in, l->out, from,
            l->index, l->nparams > 1, to);
    else
        ADD(w, "element", "out=%d to=%s type=%s from=%s options=%s", l->out, to, l->type->kind.name,
            from, options.data);
    text_done(&options, &w->out);
}

/* Writes one layer at a time; `from` is the array that holds its input, initially x. The last
 * affine layer fills `logits`; element functions work in place, except on x. */
static void add_layers(struct writer *w) {
    const struct model *m = w->model;
    char from[16] = "x", to[16];
    int last = -1;
    ADD(w, "predict", "int8=%d multi_label=%d", false, m->multi_label);
    for (int i = 0; i < m->nlayers; i++)
        last = type(w, i)->affine ? i : last;
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        if (l->type->identity)
            continue;
        if (l->type->affine || strcmp(from, "x") == 0) {
            snprintf(to, sizeof to, i < last ? "y%d" : "logits", i);
            if (i < last)
                ADD(w, "local", "to=%s out=%d", to, l->out);
        }
        add_layer(w, l, from, to);
        strcpy(from, to);
    }
    if (strcmp(from, "x") == 0)
        ADD_PART(w, "copy");
}

/* The functions to call, and a check by the logits that make_logits found. */
static void add_calls(struct writer *w) {
    const struct model *m = w->model;
    ADD(w, is_table(w) ? "row" : "pixels", "int8=%d colour=%d scaled=%d", w->q != NULL,
        w->file->dataset.channels == 3, !w->q && w->file->scaling.means);
    ADD(w, "check", "int8=%d", w->q != NULL);
    for (int i = 0; i < m->p.cols; i++) {
        uint32_t bits;
        memcpy(&bits, &m->act[m->nlayers].data[i], sizeof bits);
        const char *space = i % 8 == 0 ? "\n        " : " ";
        if (w->q)
            text_printf(&w->out, "%s%d,", space, w->logits[i]);
        else
            text_printf(&w->out, "%s0x%08xu,", space, bits);
    }
    ADD(w, "end", "int8=%d table=%d", w->q != NULL, is_table(w));
}

/* ---- the whole ---- */

/* The logits of the picture whose pixel i is i * 31 modulo 256, or of a row of zeros. */
static int make_logits(struct writer *w, struct arena *a, struct error *e) {
    struct model *m = w->file->model;
    int features = m->act[0].cols, zero = 0, label = 0;
    uint8_t *pixels = arena_alloc(a, (size_t)features, 1);
    float *values = arena_alloc(a, (size_t)features, sizeof *values);
    w->logits = arena_alloc(a, (size_t)m->p.cols, sizeof *w->logits);
    if (!pixels || !values || !w->logits)
        return error_memory(e, "the self-test");
    for (int i = 0; i < features; i++) {
        pixels[i] = (uint8_t)((unsigned)i * 31);
        values[i] = is_table(w) ? row_zero(w->file, i) : 0;
    }
    struct split split = {.count = 1, .labels = &label};
    split.pixels = is_table(w) ? NULL : pixels;
    split.values = is_table(w) ? values : NULL;
    struct sample_set one = {&split, &w->file->scaling, 1, &zero};
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &(struct pass){.rows = 1});
    if (w->q)
        quantized_run(w->q, split.pixels, split.values, w->logits);
    return 0;
}

int header_write(struct model_file *file, const struct quantized *q, const char *name,
                 struct text *out, struct error *e) {
    struct writer w = {.file = file, .model = file->model, .q = q};
    char sha256[SHA256_HEX];
    if (exportable_check(file->model, file->path, e) != 0 ||
        make_logits(&w, &file->arena, e) != 0 || sha256_file(file->path, sha256, e) != 0)
        return -1;
    add_top(&w, sha256);
    add_names(&w);
    if (is_table(&w))
        row_add(file, q, &w.out);
    if (q) {
        add_integer(&w);
        add_steps(&w);
    } else {
        add_functions(&w);
        add_arrays(&w);
        if (!is_table(&w))
            add_pixel(&w);
        add_layers(&w);
    }
    ADD_PART(&w, "best");
    add_calls(&w);
    for (const char *s = w.out.data, *at; s; s = at ? at + 1 : NULL) {
        at = strchr(s, '@');
        text_add(out, s, at ? (size_t)(at - s) : strlen(s));
        text_add(out, name, at ? strlen(name) : 0);
    }
    text_done(&w.out, out);
    return out->failed ? error_memory(e, "the header") : 0;
}
