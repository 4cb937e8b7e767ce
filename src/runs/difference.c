#include "runs/difference.h"
#include "base/file.h"
#include "base/text.h"
#include "runs/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- models ---- */

static size_t elements(const struct safetensors_entry *t) {
    size_t n = 1;
    for (int d = 0; d < t->dims; d++)
        n *= t->shape[d];
    return n;
}

/* Element k as its indices: [5][17]. */
static void add_place(struct text *t, const struct safetensors_entry *x, size_t k) {
    size_t below = elements(x);
    for (int d = 0; d < x->dims; d++) {
        below /= x->shape[d];
        text_printf(t, "[%zu]", k / below);
        k %= below;
    }
}

/* Bits are compared: -0 is not 0, and a NaN equals itself. */
static bool same_bits(const float *a, const float *b) {
    return memcmp(a, b, sizeof *a) == 0;
}

/* Whether the tensors differ. */
static bool compare(const struct safetensors_entry *then, const struct safetensors_entry *now,
                    struct error *e) {
    if (then->dims != now->dims ||
        memcmp(then->shape, now->shape, (size_t)now->dims * sizeof *now->shape) != 0) {
        error_run(e, "tensor \"%s\" is of another shape", now->name);
        return true;
    }
    size_t n = elements(now), first = 0, count = 0;
    for (size_t k = n; k-- > 0;)
        if (!same_bits(&then->data[k], &now->data[k])) {
            first = k;
            count++;
        }
    if (count == 0)
        return false;
    struct text place = {0};
    add_place(&place, now, first);
    error_run(e, "tensor \"%s\" differs in %zu of %zu elements, first in %s: %.9g then, %.9g now",
              now->name, count, n, place.data ? place.data : "?", (double)then->data[first],
              (double)now->data[first]);
    text_free(&place);
    return true;
}

static void compare_all(const struct safetensors *then, const struct safetensors *now,
                        struct error *e) {
    for (int i = 0; i < now->count; i++) {
        const struct safetensors_entry *t = safetensors_find(then, now->tensors[i].name);
        if (!t) {
            error_run(e, "tensor \"%s\" was not there", now->tensors[i].name);
            return;
        }
        if (compare(t, &now->tensors[i], e))
            return;
    }
    if (then->count != now->count) {
        error_run(e, "%d tensors then, %d now", then->count, now->count);
        return;
    }
    for (int i = 0; i < now->pairs; i++) {
        const char *value = safetensors_get(then, now->metadata[i].key);
        if (!value || strcmp(value, now->metadata[i].value) != 0) {
            error_run(e, "all tensors are the same, but the metadata \"%s\" differs",
                      now->metadata[i].key);
            return;
        }
    }
    error_run(e, "all tensors are the same, but the file's header differs");
}

void difference_models(const char *then, const char *now, struct error *e) {
    struct safetensors a, b = {0};
    if (safetensors_read(&a, then, e) == 0 && safetensors_read(&b, now, e) == 0)
        compare_all(&a, &b, e);
    arena_free(&a.arena);
    arena_free(&b.arena);
}

/* ---- metrics ---- */

/* Field `column` of the line: its length; 0 where there is none. */
static int field(const char *line, int column, const char **start) {
    for (; column > 0 && *line && *line != '\n'; line++)
        column -= *line == ',';
    *start = line;
    return column > 0 ? 0 : (int)strcspn(line, ",\n");
}

static void compare_lines(const char *header, const char *a, const char *b, int row,
                          struct error *e) {
    const char *name, *x, *y;
    if (row == 0) {
        error_run(e, "its first line, the columns' names, differs");
        return;
    }
    if (!*a || !*b) {
        error_run(e, "row %d is %s", row, *a ? "gone" : "new");
        return;
    }
    for (int column = 0;; column++) {
        int n = field(header, column, &name), p = field(a, column, &x), q = field(b, column, &y);
        if (n == 0) {
            error_run(e, "row %d differs behind its last column", row);
            return;
        }
        if (p != q || memcmp(x, y, (size_t)p) != 0) {
            error_run(e, "row %d: %.*s was %.*s and is %.*s", row, n < 40 ? n : 40, name,
                      p < 40 ? p : 40, x, q < 40 ? q : 40, y);
            return;
        }
    }
}

void difference_metrics(const char *then, const char *now, struct error *e) {
    size_t size;
    char *a = file_read(then, (size_t)-1 >> 1, &size, e);
    char *b = a ? file_read(now, (size_t)-1 >> 1, &size, e) : NULL;
    if (b) {
        size_t i = 0, line = 0;
        int row = 0;
        for (; a[i] && a[i] == b[i]; i++)
            if (a[i] == '\n') {
                line = i + 1;
                row++;
            }
        compare_lines(b, a + line, b + line, row, e);
    }
    free(a);
    free(b);
}
