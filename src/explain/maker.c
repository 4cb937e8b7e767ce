#include "explain/maker.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 400 };

/* ---- memory ---- */

void *maker_take(struct maker *k, size_t count, size_t size) {
    void *p = arena_alloc(&k->s->arena, count, size);
    k->failed = k->failed || !p;
    return p;
}

const char *maker_string(struct maker *k, const char *format, ...) {
    char text[TEXT];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    assert(size < TEXT), (void)size;
    char *copy = arena_string(&k->s->arena, text);
    k->failed = k->failed || !copy;
    return copy ? copy : "";
}

real *maker_copy(struct maker *k, const real *from, size_t n) {
    real *to = maker_take(k, n, sizeof *to);
    if (to)
        memcpy(to, from, n * sizeof *to);
    return to;
}

/* ---- names ---- */

void maker_bind(struct maker *k, const char *name, const struct quantity *q, double number) {
    assert(k->bound < MAKER_SCOPE);
    k->scope[k->bound++] = (struct binding){name, q, number};
}

/* Forgets all names, then binds the options, by their keys, and N. */
void maker_bind_options(struct maker *k, const struct kind *row, const void *options) {
    k->bound = 0;
    maker_bind(k, "N", NULL, k->s->n);
    for (const struct key *key = row->keys; key && key->type != KEY_END; key++) {
        const char *at = (const char *)options + key->offset;
        if (key->type == KEY_INT)
            maker_bind(k, key->name, NULL, *(const int *)(const void *)at);
        else if (key->type == KEY_REAL)
            maker_bind(k, key->name, NULL, *(const double *)(const void *)at);
        else if (key->type == KEY_BOOL)
            maker_bind(k, key->name, NULL, *(const bool *)(const void *)at);
    }
}

double maker_option(const struct maker *k, const char *name) {
    int i = k->bound - 1;
    while (i > 0 && strcmp(k->scope[i].name, name) != 0)
        i--;
    assert(strcmp(k->scope[i].name, name) == 0);
    return k->scope[i].number;
}

/* ---- stages and quantities ---- */

void maker_stage(struct maker *k, enum stage_part part, int layer, const char *title,
                 const char *source) {
    struct step_shown *s = k->s;
    s->stages[s->nstages++] = (struct stage){part, title, source, layer, s->nquantities, 0};
}

/* Adds a quantity to the newest stage; `by` is its formula, of the names that are bound, or words.
 */
struct quantity *maker_add(struct maker *k, const char *name, struct tensor value, const char *by) {
    struct quantity *q = &k->s->quantities[k->s->nquantities++];
    k->s->stages[k->s->nstages - 1].count++;
    *q = (struct quantity){.value = value};
    snprintf(q->name, sizeof q->name, "%s", name);
    if (strstr(by, " = ")) {
        q->by = formula_read(by, k->scope, k->bound, &k->s->arena);
        k->failed = k->failed || !q->by;
    } else {
        q->words = by;
    }
    return q;
}

struct tensor maker_rows(const struct maker *k, struct tensor t) {
    return tensor_rows(t, 0, k->s->n);
}

/* The part of a vector as long as theta that belongs to a parameter. */
struct tensor maker_view(const struct maker *k, const real *vector, const struct param *p) {
    size_t first = (size_t)(p->value.data - k->m->theta);
    return (struct tensor){(real *)vector + first, p->value.rows, p->value.cols};
}

const char *maker_source(struct maker *k, const char *folder, const char *name,
                         const char *function) {
    return maker_string(k, "src/%s/%s.c: %s", folder, name, function);
}
