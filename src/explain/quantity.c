#include "explain/formula.h"

#include <math.h>
#include <stdio.h>

struct quantity_text quantity_number(double x, int digits) {
    struct quantity_text t = {"nan"}; /* never -nan */
    if (!isnan(x))
        snprintf(t.text, sizeof t.text, "%.*g", digits, x + 0);
    return t;
}

/* Indices that have only one value are omitted. */
static struct quantity_text indexed(const struct quantity *q, const char *row, const char *col) {
    struct quantity_text t;
    bool rows = q->value.rows > 1, cols = q->value.cols > 1;
    snprintf(t.text, sizeof t.text, "%s%s%s%s%s%s", q->name, rows || cols ? "[" : "",
             rows ? row : "", rows && cols ? "," : "", cols ? col : "", rows || cols ? "]" : "");
    return t;
}

struct quantity_text quantity_element(const struct quantity *q, size_t i) {
    char row[24], col[24];
    snprintf(row, sizeof row, "%zu", i / (size_t)q->value.cols);
    snprintf(col, sizeof col, "%zu", i % (size_t)q->value.cols);
    return indexed(q, row, col);
}

struct quantity_text quantity_symbol(const struct quantity *q, const char index[3]) {
    char row[2] = {index[0]}, col[2] = {index[1] ? index[1] : index[0]};
    return indexed(q, row, col);
}

struct quantity_text quantity_link(const struct quantity *q, size_t i, bool name,
                                   const struct style *s) {
    struct quantity_text link,
        t = name ? quantity_element(q, i) : quantity_number((double)q->value.data[i], s->digits);
    if (!s->links)
        return t;
    snprintf(link.text, sizeof link.text, "{%.32s:%zu %.64s}", q->name, i, t.text);
    return link;
}
