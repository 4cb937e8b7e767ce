#include "export/header.h"
#include "base/embed.h"
#include "base/sha256.h"
#include "export/exportable.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    struct model_file *file;
    const struct model *model;
    const char *name;
    char sha256[SHA256_HEX]; /* of the model file */
    struct text *out;
};

/* Text with the model's name for each @. */
static void add(struct writer *w, const char *text) {
    for (; *text; text++)
        if (*text == '@')
            text_printf(w->out, "%s", w->name);
        else
            text_add(w->out, text, 1);
}

static const struct layer_type *type(const struct writer *w, int layer) {
    return w->model->layers[layer].type;
}

/* ---- what the template asks for: the parts, in its order ---- */

static void input(struct writer *w) {
    const struct model_file_dataset *d = &w->file->dataset;
    text_printf(w->out, "%d x %d pixels, %s", d->width, d->height,
                d->channels == 1 ? "grey" : "RGB");
}

static void layers(struct writer *w) {
    for (int i = 0; i < w->model->nlayers; i++) {
        text_printf(w->out, "%s %s", i > 0 ? "," : "", type(w, i)->kind.name);
        if (type(w, i)->affine)
            text_printf(w->out, " %d", w->model->layers[i].out);
    }
}

static void size(struct writer *w) {
    const struct model *m = w->model;
    size_t values = (size_t)m->act[0].cols;
    for (int i = 0; i < m->nlayers; i++)
        values += type(w, i)->affine ? (size_t)m->layers[i].out : 0;
    text_printf(w->out, "%zu bytes of weights, about %zu bytes of stack",
                m->nparams * sizeof(float), values * sizeof(float));
}

static void sha256(struct writer *w) {
    text_printf(w->out, "%s", w->sha256);
}

static void guard(struct writer *w) {
    for (const char *s = w->name; *s; s++)
        text_add(w->out, (const char[]){(char)toupper((unsigned char)*s)}, 1);
}

static void features(struct writer *w) {
    text_printf(w->out, "%d", w->model->act[0].cols);
}

static void classes(struct writer *w) {
    text_printf(w->out, "%d", w->file->dataset.classes.count);
}

/* Any bytes as C strings: what is not plain ASCII by its number. */
static void names(struct writer *w) {
    const struct string_list *list = &w->file->dataset.classes;
    for (int i = 0; i < list->count; i++) {
        text_printf(w->out, "        \"");
        for (const char *s = list->items[i]; *s; s++)
            if (isalnum((unsigned char)*s) || strchr(" _-+.,:;()", *s))
                text_add(w->out, s, 1);
            else
                text_printf(w->out, "\\%03o", (unsigned char)*s);
        text_printf(w->out, "\",\n");
    }
}

/* The functions of single elements, each once, with the layer's options as arguments. */
static void functions(struct writer *w) {
    for (int i = 0; i < w->model->nlayers; i++) {
        const struct layer_type *t = type(w, i);
        int first = 0;
        while (type(w, first) != t)
            first++;
        if (first < i || !t->element.c)
            continue;
        text_printf(w->out, "static inline float %s_%s(float x", w->name, t->kind.name);
        for (const struct key *k = t->kind.keys; k && k->type != KEY_END; k++)
            text_printf(w->out, ", float %s", k->name);
        add(w, ") {\n");
        add(w, t->element.c);
        add(w, "}\n\n");
    }
}

/* Hexadecimal floats: no digit is rounded, whoever reads them. */
static void add_floats(struct writer *w, const real *x, size_t n) {
    enum { IN_A_LINE = 6 };
    for (size_t i = 0; i < n; i++)
        text_printf(w->out, "%s%af,", i % IN_A_LINE == 0 ? "\n    " : " ", (double)x[i]);
}

static void parameters(struct writer *w) {
    for (int i = 0; i < w->model->nlayers; i++)
        for (int k = 0; k < w->model->layers[i].nparams; k++) {
            const struct param *p = &w->model->layers[i].params[k];
            text_printf(w->out, "/* %d x %d */\nstatic const float %s_%s_%d[] = {", p->value.rows,
                        p->value.cols, w->name, p->name, i);
            add_floats(w, p->value.data, tensor_size(p->value));
            text_printf(w->out, "\n};\n\n");
        }
}

static void values(struct writer *w) {
    add_floats(w, w->file->scaling.value, 256);
}

static void add_affine(struct writer *w, const struct layer *l, const char *from, const char *to) {
    text_printf(w->out, "    %s_linear(%d, %d, %s, %s_weight_%d, ", w->name, l->in, l->out, from,
                w->name, l->index);
    if (l->nparams > 1)
        text_printf(w->out, "%s_bias_%d, %s);\n", w->name, l->index, to);
    else
        text_printf(w->out, "(const float *)0, %s);\n", to);
}

static void add_element(struct writer *w, const struct layer *l, const char *from, const char *to) {
    float option;
    text_printf(w->out, "    for (int i = 0; i < %d; i++)\n        %s[i] = %s_%s(%s[i]", l->out, to,
                w->name, l->type->kind.name, from);
    for (int k = 0; exportable_option(l, k, &option); k++)
        text_printf(w->out, ", %af", (double)option);
    text_printf(w->out, ");\n");
}

/* Layer by layer: `from` is the array that holds the values, at first the argument x. The last
 * affine layer fills `logits`; functions of elements work in place, except on x. */
static void predict(struct writer *w) {
    const struct model *m = w->model;
    char from[16] = "x", to[16];
    int last = -1;
    for (int i = 0; i < m->nlayers; i++)
        last = type(w, i)->affine ? i : last;
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        if (l->type->identity)
            continue;
        if (l->type->affine || strcmp(from, "x") == 0) {
            snprintf(to, sizeof to, i < last ? "y%d" : "logits", i);
            if (i < last)
                text_printf(w->out, "    float %s[%d];\n", to, l->out);
        }
        (l->type->affine ? add_affine : add_element)(w, l, from, to);
        strcpy(from, to);
    }
    if (strcmp(from, "x") == 0)
        add(w, "    memcpy(logits, x, sizeof(float) * @_classes);\n");
}

/* The bits of the logits that make_logits left in the model. */
static void expected(struct writer *w) {
    const struct model *m = w->model;
    for (int i = 0; i < m->p.cols; i++) {
        uint32_t bits;
        memcpy(&bits, &m->act[m->nlayers].data[i], sizeof bits);
        text_printf(w->out, "%s0x%08xu,", i % 8 == 0 ? "\n        " : " ", bits);
    }
}

static const struct part {
    const char *name;
    void (*write)(struct writer *w);
} parts[] = {{"input", input},           {"layers", layers}, {"size", size},
             {"sha256", sha256},         {"guard", guard},   {"features", features},
             {"classes", classes},       {"names", names},   {"functions", functions},
             {"parameters", parameters}, {"values", values}, {"predict", predict},
             {"expected", expected}};

/* ---- the template ---- */

/* Whether a layer's function calls this one. */
static bool calls(const struct writer *w, const char *function) {
    for (int i = 0; i < w->model->nlayers; i++)
        if (type(w, i)->element.c && strstr(type(w, i)->element.c, function))
            return true;
    return false;
}

static bool has_affine(const struct writer *w) {
    for (int i = 0; i < w->model->nlayers; i++)
        if (type(w, i)->affine)
            return true;
    return false;
}

/* Whether a fact holds that the template names with "@if". */
static bool holds(const struct writer *w, const char *fact) {
    const struct {
        const char *name;
        bool holds;
    } facts[] = {{"affine\n", has_affine(w)},
                 {"exp\n", calls(w, "@_exp(") || calls(w, "@_tanh_double(")},
                 {"tanh\n", calls(w, "@_tanh_double(")},
                 {"values\n", !scaling_is_unit(&w->file->scaling)},
                 {"multi_label\n", w->model->multi_label},
                 {"colour\n", w->file->dataset.channels == 3}};
    size_t i = 0;
    while (strncmp(fact, facts[i].name, strlen(facts[i].name)) != 0) {
        i++;
        assert(i < sizeof facts / sizeof *facts);
    }
    return facts[i].holds;
}
/* Writes the part that is named up to the "}"; returns what follows that. */
static const char *add_part(struct writer *w, const char *name) {
    size_t n = strcspn(name, "}"), i = 0;
    while (strncmp(name, parts[i].name, n) != 0 || parts[i].name[n]) {
        i++;
        assert(i < sizeof parts / sizeof *parts);
    }
    parts[i].write(w);
    return name + n + 1;
}

/* A part that is a whole line of the template brings its own line breaks. */
static void add_line(struct writer *w, const char *s) {
    bool only_part = strncmp(s, "@{", 2) == 0;
    while (*s != '\n')
        if (strncmp(s, "@{", 2) == 0) {
            s = add_part(w, s + 2);
        } else {
            add(w, (const char[]){*s++, '\0'});
            only_part = false;
        }
    if (!only_part)
        add(w, "\n");
}

static void add_template(struct writer *w) {
    bool on = true;
    for (const char *s = embed_export_header_h_in; *s; s += strcspn(s, "\n") + 1)
        if (strncmp(s, "@if ", 4) == 0)
            on = holds(w, s + 4);
        else if (strncmp(s, "@else", 5) == 0)
            on = !on;
        else if (strncmp(s, "@end", 4) == 0)
            on = true;
        else if (on && strncmp(s, "@#", 2) != 0)
            add_line(w, s);
}

/* ---- the whole ---- */

/* The logits of a picture that needs no file: pixel i is i * 31 modulo 256. */
static int make_logits(struct writer *w, struct error *e) {
    struct model *m = w->file->model;
    int features = m->act[0].cols, zero = 0, label = 0;
    uint8_t *pixels = malloc((size_t)features);
    if (!pixels)
        return error_memory(e, "the self-test");
    for (int i = 0; i < features; i++)
        pixels[i] = (uint8_t)((unsigned)i * 31);
    struct split split = {.count = 1, .pixels = pixels, .labels = &label};
    struct sample_set one = {&split, &w->file->scaling, 1, &zero};
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &(struct pass){.rows = 1});
    free(pixels);
    return 0;
}

int header_write(struct model_file *file, const char *name, struct text *out, struct error *e) {
    struct writer w = {.file = file, .model = file->model, .name = name, .out = out};
    size_t size;
    if (exportable_check(file->model, file->path, e) != 0 || make_logits(&w, e) != 0)
        return -1;
    char *bytes = file_read(file->path, (size_t)-1 >> 1, &size, e);
    if (!bytes)
        return -1;
    sha256_hex(bytes, size, w.sha256);
    free(bytes);
    add_template(&w);
    return out->failed ? error_memory(e, "the header") : 0;
}
