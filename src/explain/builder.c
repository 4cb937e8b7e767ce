#include "explain/builder.h"

#include <stdarg.h>
#include <string.h>

/* ---- memory ---- */

void *builder_alloc(struct builder *b, size_t count, size_t size) {
    void *p = b->failed ? NULL : arena_alloc(&b->trace->arena, count, size);
    b->failed = !p;
    return p;
}

const char *builder_text(struct builder *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    const char *text = b->failed ? NULL : arena_vprintf(&b->trace->arena, format, args);
    va_end(args);
    b->failed = !text;
    return text ? text : "";
}

struct tensor builder_rows(const struct builder *b, struct tensor t) {
    return tensor_rows(t, 0, b->trace->n);
}

struct tensor builder_tensor(struct builder *b, int rows, int cols) {
    return (struct tensor){builder_alloc(b, (size_t)rows * (size_t)cols, sizeof(real)), rows, cols};
}

struct tensor builder_view(const struct builder *b, const real *vector, const struct param *p) {
    size_t first = (size_t)(p->value.data - b->m->theta);
    return (struct tensor){(real *)vector + first, p->value.rows, p->value.cols};
}

/* ---- names ---- */

void builder_bind(struct builder *b, const char *name, const struct quantity *q, double number) {
    struct binding *new = builder_alloc(b, 1, sizeof *new);
    if (!new)
        return;
    *new = (struct binding){name, q, number, b->scope};
    b->scope = new;
}

void builder_bind_options(struct builder *b, const struct kind *row, const void *options) {
    b->scope = NULL;
    builder_bind(b, "N", NULL, b->trace->n);
    for (const struct key *key = row->keys; key && key->type != KEY_END; key++) {
        const void *at = (const char *)options + key->offset;
        if (key->type == KEY_INT)
            builder_bind(b, key->name, NULL, *(const int *)at);
        else if (key->type == KEY_REAL)
            builder_bind(b, key->name, NULL, *(const double *)at);
        else if (key->type == KEY_BOOL)
            builder_bind(b, key->name, NULL, *(const bool *)at);
    }
}

double builder_option(const struct builder *b, const char *name) {
    const struct binding *at = b->scope;
    while (at && strcmp(at->name, name) != 0)
        at = at->older;
    return at ? at->number : 0;
}

/* ---- stages and quantities ---- */

void builder_stage(struct builder *b, enum stage_part part, const char *title, const char *folder,
                   const char *file, const char *functions) {
    struct stage *new = builder_alloc(b, 1, sizeof *new);
    if (!new)
        return;
    *new = (struct stage){part, title, builder_text(b, "src/%s/%s.c: %s", folder, file, functions)};
    b->stage = new;
}

struct quantity *builder_add(struct builder *b, const char *name, struct tensor value,
                             const char *by, const char *words) {
    struct quantity *q = builder_alloc(b, 1, sizeof *q);
    if (!q)
        return &b->spare;
    *q = (struct quantity){
        .name = name, .value = value, .words = by ? by : words, .stage = b->stage};
    if (by && strstr(by, " = ")) {
        q->formula = by;
        q->scope = b->scope;
        q->words = NULL;
    }
    *(b->last ? &b->last->next : &b->trace->quantities) = q;
    b->last = q;
    builder_bind(b, name, q, 0);
    return q;
}
