#include "export/header.h"
#include "base/sha256.h"
#include "export/rules.h"
#include "export/snippets.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writer {
    struct model_file *saved;
    const struct model *model;
    const char *name;
    struct text *out;
};

/* The text, with the model's name for each @. */
static void add(struct writer *w, const char *text) {
    for (size_t n; *text; text += n) {
        n = strcspn(text, "@");
        text_add(w->out, text, n);
        if (text[n]) {
            text_add(w->out, w->name, strlen(w->name));
            n++;
        }
    }
}

static const struct rule *rule(const struct writer *w, int layer) {
    return rules_find(w->model->layers[layer].type->kind.name);
}

static void write_comment(struct writer *w, const char *sha256) {
    const struct model_file_dataset *d = &w->saved->dataset;
    const struct model *m = w->model;
    size_t values = 0;
    add(w, snippets_usage);
    text_printf(w->out, " * input    %d x %d pixels, %s\n * layers  ", d->width, d->height,
                d->channels == 1 ? "grey" : "RGB");
    for (int i = 0; i < m->nlayers; i++) {
        text_printf(w->out, "%s %s", i > 0 ? "," : "", m->layers[i].type->kind.name);
        if (rule(w, i)->kind == RULE_LINEAR)
            text_printf(w->out, " %d", m->layers[i].out);
        values += rule(w, i)->kind == RULE_LINEAR ? (size_t)m->layers[i].out : 0;
    }
    text_printf(w->out,
                "\n * size     %zu bytes of weights, about %zu bytes of stack\n"
                " * model    SHA-256 %s */\n",
                m->nparams * sizeof(float), (values + (size_t)m->act[0].cols) * sizeof(float),
                sha256);
}

static void write_guard(struct writer *w) {
    char guard[64];
    size_t n = 0;
    for (; w->name[n] && n < sizeof guard - 1; n++)
        guard[n] = (char)toupper((unsigned char)w->name[n]);
    guard[n] = '\0';
    text_printf(w->out, "#ifndef ONEHOT_%s_H\n#define ONEHOT_%s_H\n\n", guard, guard);
}

/* Any bytes as a C string: what is not plain ASCII by its number. */
static void write_string(struct writer *w, const char *s) {
    text_add(w->out, "\"", 1);
    for (; *s; s++)
        if (isalnum((unsigned char)*s) || (*s && strchr(" _-+.,:;()", *s)))
            text_add(w->out, s, 1);
        else
            text_printf(w->out, "\\%03o", (unsigned char)*s);
    text_add(w->out, "\"", 1);
}

static void write_classes(struct writer *w) {
    const struct string_list *classes = &w->saved->dataset.classes;
    text_printf(w->out, "enum { %s_features = %d, %s_classes = %d };\n\n", w->name,
                w->model->act[0].cols, w->name, classes->count);
    text_printf(w->out,
                "/* The name of class i, in UTF-8. */\n"
                "static inline const char *%s_class(int i) {\n"
                "    static const char *const names[] = {\n",
                w->name);
    for (int i = 0; i < classes->count; i++) {
        add(w, "        ");
        write_string(w, classes->items[i]);
        add(w, ",\n");
    }
    add(w, "    };\n    return names[i];\n}\n\n");
}

/* Hexadecimal floats: no digit is rounded, whoever reads them. */
static void write_floats(struct writer *w, const real *x, size_t n) {
    enum { IN_A_LINE = 6 };
    for (size_t i = 0; i < n; i++)
        text_printf(w->out, "%s%af,", i % IN_A_LINE == 0 ? "\n    " : " ", (double)x[i]);
}

static void write_parameters(struct writer *w) {
    for (int i = 0; i < w->model->nlayers; i++)
        for (int k = 0; k < w->model->layers[i].nparams; k++) {
            const struct param *p = &w->model->layers[i].params[k];
            text_printf(w->out, "/* %d x %d */\nstatic const float %s_%s_%d[] = {", p->value.rows,
                        p->value.cols, w->name, p->name, i);
            write_floats(w, p->value.data, tensor_size(p->value));
            add(w, "\n};\n\n");
        }
}

/* The functions that the layers need, each once. */
static void write_functions(struct writer *w) {
    bool need_exp = false, need_linear = false;
    for (int i = 0; i < w->model->nlayers; i++) {
        const struct rule *r = rule(w, i);
        need_linear = need_linear || r->kind == RULE_LINEAR;
        need_exp = need_exp || (r->c && strstr(r->c, "@_exp"));
    }
    if (need_linear) {
        add(w, snippets_fma);
        add(w, snippets_linear);
    }
    if (need_exp)
        add(w, snippets_exp);
    for (int i = 0; i < w->model->nlayers; i++) {
        int first = 0;
        while (rule(w, first) != rule(w, i))
            first++;
        if (first == i && rule(w, i)->kind == RULE_ELEMENT) {
            add(w, rule(w, i)->c);
            add(w, "\n");
        }
    }
}

/* Layer by layer: `from` is the array that holds the values, at first the argument x. The last
 * linear layer fills `logits`; functions of elements work in place, except on x. */
static void write_layers(struct writer *w) {
    const struct model *m = w->model;
    char from[16] = "x", to[16];
    int last = -1;
    for (int i = 0; i < m->nlayers; i++)
        last = rule(w, i)->kind == RULE_LINEAR ? i : last;
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        const struct rule *r = rule(w, i);
        if (r->kind == RULE_NOTHING)
            continue;
        if (r->kind == RULE_LINEAR || strcmp(from, "x") == 0) {
            snprintf(to, sizeof to, i < last ? "y%d" : "logits", i);
            if (i < last)
                text_printf(w->out, "    float %s[%d];\n", to, l->out);
        }
        if (r->kind == RULE_ELEMENT) {
            text_printf(w->out, "    for (int i = 0; i < %d; i++)\n        %s[i] = %s_%s(%s[i]);\n",
                        l->out, to, w->name, r->layer, from);
        } else {
            text_printf(w->out, "    %s_linear(%d, %d, %s, %s_weight_%d, ", w->name, l->in, l->out,
                        from, w->name, i);
            if (l->nparams > 1)
                text_printf(w->out, "%s_bias_%d, %s);\n", w->name, i, to);
            else
                text_printf(w->out, "(const float *)0, %s);\n", to);
        }
        strcpy(from, to);
    }
    if (strcmp(from, "x") == 0)
        add(w, "    memcpy(logits, x, sizeof(float) * @_classes);\n");
}

static void write_scale(struct writer *w) {
    const struct scaling *s = &w->saved->scaling;
    if (!scaling_is_unit(s)) {
        add(w, "/* (pixel / 255 - mean) / deviation */\nstatic const float @_values[256] = {");
        write_floats(w, s->value, 256);
        add(w, "\n};\n\n");
    }
    add(w, "/* The number that the model takes for a pixel, 0 .. 255. */\n"
           "static inline float @_scale(uint8_t pixel) {\n");
    add(w, scaling_is_unit(s) ? "    return (float)pixel / 255;\n}\n\n"
                              : "    return @_values[pixel];\n}\n\n");
}

static void write_predict(struct writer *w) {
    add(w, "/* From such numbers, row by row. Returns the class with the largest logit, the first\n"
           " * of equals.");
    if (w->model->multi_label)
        add(w,
            " A sample may be of several classes: those whose p = 1 / (1 + e^-logit) is\n"
            " * at least 1/2, if the loss was sigmoid_cross_entropy, have a logit of 0 or more.");
    add(w, " */\n"
           "static inline int @_predict(const float x[@_features], float logits[@_classes]) {\n");
    write_layers(w);
    add(w, "    int best = 0;\n"
           "    for (int i = 1; i < @_classes; i++)\n"
           "        if (logits[i] > logits[best])\n"
           "            best = i;\n"
           "    return best;\n"
           "}\n\n");
    add(w, "/* From pixels, row by row");
    add(w, w->saved->dataset.channels == 3 ? ", each as red, green, blue. */\n" : ". */\n");
    add(w, "static inline int @_predict_pixels(const uint8_t pixels[@_features],\n"
           "                                   float logits[@_classes]) {\n"
           "    float x[@_features];\n"
           "    for (int i = 0; i < @_features; i++)\n"
           "        x[i] = @_scale(pixels[i]);\n"
           "    return @_predict(x, logits);\n"
           "}\n\n");
}

/* The bits of the logits of a picture that needs no file: pixel i is i * 31 modulo 256. */
static int write_check(struct writer *w, struct error *e) {
    struct model *m = w->saved->model;
    int features = m->act[0].cols, zero = 0, label = 0;
    uint8_t *pixels = malloc((size_t)features);
    if (!pixels)
        return error_memory(e, "the self-test");
    for (int i = 0; i < features; i++)
        pixels[i] = (uint8_t)((unsigned)i * 31);
    struct split split = {.count = 1, .pixels = pixels, .labels = &label};
    struct sample_set one = {&split, &w->saved->scaling, 1, &zero, NULL};
    struct pass pass = {.rows = 1};
    batch_gather(&one, &zero, NULL, 1, m->act[0], &m->target);
    model_forward(m, &pass);
    free(pixels);

    add(w, "/* 1 where this build computes what onehot computed, to the bit, else 0. */\n"
           "static inline int @_check(void) {\n"
           "    static const uint32_t expected[@_classes] = {");
    for (int i = 0; i < m->p.cols; i++) {
        uint32_t bits;
        memcpy(&bits, &m->act[m->nlayers].data[i], sizeof bits);
        text_printf(w->out, "%s0x%08xu,", i % 8 == 0 ? "\n        " : " ", bits);
    }
    add(w, "\n    };\n"
           "    uint8_t pixels[@_features];\n"
           "    float logits[@_classes];\n"
           "    for (int i = 0; i < @_features; i++)\n"
           "        pixels[i] = (uint8_t)((unsigned)i * 31);\n"
           "    @_predict_pixels(pixels, logits);\n"
           "    return memcmp(logits, expected, sizeof logits) == 0;\n"
           "}\n\n#endif\n");
    return 0;
}

int header_write(struct model_file *s, const char *name, struct text *out, struct error *e) {
    struct writer w = {s, s->model, name, out};
    char sha256[SHA256_HEX];
    size_t size;
    if (rules_check(s->model, s->path, e) != 0)
        return -1;
    char *bytes = file_read(s->path, (size_t)-1 >> 1, &size, e);
    if (!bytes)
        return -1;
    sha256_hex(bytes, size, sha256);
    free(bytes);

    write_comment(&w, sha256);
    write_guard(&w);
    add(&w, snippets_platform);
    write_classes(&w);
    write_functions(&w);
    write_parameters(&w);
    write_scale(&w);
    write_predict(&w);
    if (write_check(&w, e) != 0)
        return -1;
    return out->failed ? error_memory(e, "the header") : 0;
}
