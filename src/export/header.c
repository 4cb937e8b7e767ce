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
    struct row row;  /* of a table */
    struct text out; /* with @ in place of the model's name */
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
        "table=%d width=%d columns=%d height=%d colour=%d layers=%s bytes=%zu stack=%zu sha256=%s "
        "features=%d classes=%d",
        is_table(w), d->width, w->row.columns.count, d->height, d->channels == 3, layers.data,
        m->nparams * sizeof(float), values * sizeof(float), sha256, m->act[0].cols,
        d->classes.count);
    text_done(&layers, &w->out);
}

static void add_names(struct writer *w) {
    const struct string_list *list = &w->file->dataset.classes;
    for (int i = 0; i < list->count; i++) {
        struct text name = {0};
        literal_string(&name, list->items[i]);
        ADD(w, "name", "name=%s", name.data);
        text_done(&name, &w->out);
    }
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
    ADD_PART(w, "functions");
    if (is_table(w))
        row_add_columns(&w->row, w->file, &w->out);
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
    for (size_t i = 0; i < n; i++) {
        text_printf(&w->out, i % IN_A_LINE == 0 ? "\n    " : " ");
        literal_float(&w->out, x[i]);
        text_add(&w->out, ",", 1);
    }
}

static void add_arrays(struct writer *w) {
    for (int i = 0; i < w->model->nlayers; i++)
        for (int k = 0; k < w->model->layers[i].nparams; k++) {
            const struct param *p = &w->model->layers[i].params[k];
            ADD(w, "parameter", "rows=%d cols=%d name=%s layer=%d", p->value.rows, p->value.cols,
                p->name, i);
            add_floats(w, p->value.data, tensor_size(p->value));
            ADD_PART(w, "array-end");
        }
}

/* The model's inputs: a function of a pixel, or of a row and a feature. */
static void add_scale(struct writer *w) {
    const struct scaling *s = &w->file->scaling;
    if (is_table(w)) {
        row_add_features(&w->row, w->file, &w->out);
        ADD(w, "scale-row", "scaled=%d", s->means != NULL);
        return;
    }
    if (!scaling_is_unit(s)) {
        ADD_PART(w, "values");
        add_floats(w, s->value, 256);
        ADD_PART(w, "array-end");
    }
    ADD(w, "scale-pixel", "values=%d", !scaling_is_unit(s));
}

static void add_layer(struct writer *w, const struct layer *l, const char *from, const char *to) {
    float option;
    struct text options = {0};
    for (int k = 0; l->type->element.c && exportable_option(l, k, &option); k++) {
        text_printf(&options, ", ");
        literal_float(&options, option);
    }
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
static void add_predict(struct writer *w) {
    const struct model *m = w->model;
    char from[16] = "x", to[16];
    int last = -1;
    ADD(w, "predict", "multi_label=%d", m->multi_label);
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
    ADD_PART(w, "best");
}

/* The rest, with the bits of the logits that make_logits left in the model. */
static void add_rest(struct writer *w) {
    const struct model *m = w->model;
    if (is_table(w))
        ADD_PART(w, "row");
    else
        ADD(w, "pixels", "colour=%d", w->file->dataset.channels == 3);
    ADD_PART(w, "check");
    for (int i = 0; i < m->p.cols; i++) {
        uint32_t bits;
        memcpy(&bits, &m->act[m->nlayers].data[i], sizeof bits);
        text_printf(&w->out, "%s0x%08xu,", i % 8 == 0 ? "\n        " : " ", bits);
    }
    if (is_table(w)) {
        ADD_PART(w, "check-row");
        add_floats(w, w->row.example, (size_t)w->row.columns.count);
        ADD_PART(w, "check-row-end");
    } else {
        ADD_PART(w, "check-pixels");
    }
    ADD_PART(w, "end");
}

/* ---- the whole ---- */

/* The logits of an example: of the picture whose pixel i is i * 31 modulo 256, or of a row. */
static int make_logits(struct writer *w, struct arena *a, struct error *e) {
    struct model *m = w->file->model;
    int features = m->act[0].cols, zero = 0, label = 0;
    uint8_t *pixels = arena_alloc(a, (size_t)features, 1);
    float *values = arena_alloc(a, (size_t)features, sizeof *values);
    if (!pixels || !values)
        return error_memory(e, "the self-test");
    for (int i = 0; i < features; i++)
        pixels[i] = (uint8_t)((unsigned)i * 31);
    struct split split = {.count = 1, .pixels = pixels, .labels = &label};
    if (is_table(w)) {
        row_encode(&w->row, features, values);
        split.values = values;
    }
    struct sample_set one = {&split, &w->file->scaling, 1, &zero};
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &(struct pass){.rows = 1});
    return 0;
}

int header_write(struct model_file *file, const char *name, struct text *out, struct error *e) {
    struct writer w = {.file = file, .model = file->model};
    struct arena *a = &file->arena;
    char sha256[SHA256_HEX];
    if (exportable_check(file->model, file->path, e) != 0 ||
        (is_table(&w) && row_make(&w.row, file, a, e) != 0) || make_logits(&w, a, e) != 0 ||
        sha256_file(file->path, sha256, e) != 0)
        return -1;
    add_top(&w, sha256);
    add_names(&w);
    add_functions(&w);
    add_arrays(&w);
    add_scale(&w);
    add_predict(&w);
    add_rest(&w);
    for (const char *s = w.out.data, *at; s; s = at ? at + 1 : NULL) {
        at = strchr(s, '@');
        text_add(out, s, at ? (size_t)(at - s) : strlen(s));
        text_add(out, name, at ? strlen(name) : 0);
    }
    text_done(&w.out, out);
    return out->failed ? error_memory(e, "the header") : 0;
}
