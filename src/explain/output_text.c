#include "explain/output.h"

#include <ctype.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct page {
    const struct step_shown *s;
    int width;
    struct formula_style style;
    struct text *out;
};

/* ---- lines ---- */

/* How many characters a UTF-8 text of so many bytes has. */
static int cells(const char *s, size_t size) {
    int n = 0;
    for (size_t i = 0; i < size; i++)
        n += ((unsigned char)s[i] & 0xc0) != 0x80;
    return n;
}

/* Whether a line of a formula may end before the blank at s: what follows is an operator that binds
 * loosely. */
static bool loose(const char *s) {
    static const char *const before[] = {" = ", " + ", " - ", " / ", " if ", " else "};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (strncmp(s, before[i], strlen(before[i])) == 0)
            return true;
    return false;
}

/* Where a line of at most `room` columns ends: words anywhere; a formula before an operator, in the
 * second half of the line, if it can be, before one that is in as few parentheses as possible. */
static size_t line(const char *text, int room, bool formula) {
    size_t size = strlen(text), best = 0, last = 0, any = 0;
    int depth = 0, least = INT_MAX;
    for (size_t i = 1; i <= size && (any == 0 || cells(text, i) <= room); i++) {
        depth += (text[i - 1] == '(') - (text[i - 1] == ')');
        if (text[i] == '\0')
            return i;
        if (text[i] != ' ')
            continue;
        any = i;
        if (formula && !loose(text + i))
            continue;
        last = i;
        if (2 * i > (size_t)room && (!formula || depth <= least)) {
            best = i;
            least = depth;
        }
    }
    return best ? best : last ? last : any ? any : size;
}

/* A paragraph that begins at column `indent`, and goes on two columns further in. */
static void paragraph(struct page *p, int indent, const char *text, bool formula) {
    for (int first = indent; *text; first = indent + 2) {
        size_t n = line(text, p->width - first, formula);
        text_printf(p->out, "%*s%.*s\n", first, "", (int)n, text);
        text += n + strspn(text + n, " ");
    }
}

/* ---- numbers ---- */

static void shape(const struct quantity *q, struct text *t) {
    if (q->value.rows > 1 && q->value.cols > 1)
        text_printf(t, " (%d x %d)", q->value.rows, q->value.cols);
    else if (tensor_size(q->value) > 1)
        text_printf(t, " (%zu)", tensor_size(q->value));
}

/* A small matrix, a line a row, longer rows in parts. */
static void matrix(struct page *p, const struct quantity *q) {
    int cell = p->style.digits + 8, most = (p->width - 2) / cell > 0 ? (p->width - 2) / cell : 1;
    for (int r = 0; r < q->value.rows; r++)
        for (int c = 0; c < q->value.cols; c++) {
            struct text number = {0};
            formula_number((double)tensor_row(q->value, r)[c], p->style.digits, &number);
            bool last = c + 1 == q->value.cols || (c + 1) % most == 0;
            text_printf(p->out, "%s%*s%s", c % most == 0 ? "  " : "", cell,
                        number.data ? number.data : "", last ? "\n" : "");
            text_free(&number);
        }
}

static void summary(struct page *p, const struct quantity *q) {
    struct output_summary o = output_summary(q);
    struct text t = {0};
    text_printf(&t, "norm ");
    formula_number(o.norm, p->style.digits, &t);
    text_printf(&t, ", from ");
    formula_number(o.least, p->style.digits, &t);
    text_printf(&t, " to ");
    formula_number(o.most, p->style.digits, &t);
    text_printf(&t, ", %zu of %zu are 0", o.zeros, tensor_size(q->value));
    paragraph(p, 4, t.data ? t.data : "", false);
    text_free(&t);
}

/* ---- pictures ---- */

enum { PICTURE_LINES = 14, PICTURE_CELLS = 56 };

/* How the numbers lie, in characters: darker is larger in size, "@" the largest. */
struct picture_of {
    const struct quantity *q;
    int rows, cols; /* of the picture ... */
    int each;       /* ... of which each point is the mean of so many neighbouring elements */
};

static double point(const struct picture_of *v, int row, int col) {
    const real *at =
        v->q->value.data + ((size_t)row * (size_t)v->cols + (size_t)col) * (size_t)v->each;
    double sum = 0;
    for (int i = 0; i < v->each; i++)
        sum += fabs((double)at[i]);
    return sum / v->each;
}

/* The picture, scaled down to `lines` x `columns` cells: the mean of the points of each. */
static double cell(const struct picture_of *v, int lines, int columns, int line, int column) {
    int r0 = (int)((long long)v->rows * line / lines);
    int r1 = (int)((long long)v->rows * (line + 1) / lines);
    int c0 = (int)((long long)v->cols * column / columns);
    int c1 = (int)((long long)v->cols * (column + 1) / columns);
    double sum = 0;
    for (int r = r0; r < r1; r++)
        for (int c = c0; c < c1; c++)
            sum += point(v, r, c);
    return sum / ((r1 - r0) * (c1 - c0));
}

/* Of what has a row a pixel, a picture of the pixels; else of rows and columns. */
static struct picture_of view(const struct step_shown *s, const struct quantity *q) {
    const struct dataset *d = s->training->data;
    struct tensor v = q->value;
    bool picture = d->height > 1 && d->width > 1;
    if (picture && v.rows == d->height * d->width * d->channels)
        return (struct picture_of){q, d->height, d->width, v.cols * d->channels};
    if (picture && v.cols == d->height * d->width * d->channels)
        return (struct picture_of){q, d->height, d->width, d->channels}; /* of the first row */
    return (struct picture_of){q, v.rows, v.cols, 1};
}

static void picture(struct page *p, const struct quantity *q) {
    static const char ramp[] = " .:-=+*#%@";
    struct picture_of v = view(p->s, q);
    int room = p->width - 6 < PICTURE_CELLS ? p->width - 6 : PICTURE_CELLS;
    int lines = v.rows < PICTURE_LINES ? v.rows : PICTURE_LINES;
    int columns = v.cols < room ? v.cols : room;
    double most = 0;
    for (int i = 0; i < lines * columns; i++)
        most = fmax(most, cell(&v, lines, columns, i / columns, i % columns));
    for (int line = 0; line < lines; line++) {
        text_printf(p->out, "    |");
        for (int column = 0; column < columns; column++) {
            double x = cell(&v, lines, columns, line, column);
            text_add(p->out, &ramp[most > 0 ? (int)(x / most * 9) : 0], 1);
        }
        text_printf(p->out, "|\n");
    }
}

/* ---- quantities ---- */

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7" */
static void element(struct page *p, const struct quantity *q, size_t i, const char *before) {
    struct text t = {0};
    size_t j;
    const struct quantity *same = formula_copied(q, i, &j);
    text_printf(&t, "%s", before);
    formula_element(q, i, &t);
    text_printf(&t, " = ");
    if (same)
        formula_element(same, j, &t);
    else
        formula_numbers(q, i, &p->style, &t);
    text_printf(&t, " = ");
    formula_value(q, i, &p->style, &t);
    paragraph(p, 4, t.data ? t.data : "", true);
    p->out->failed = p->out->failed || t.failed;
    text_free(&t);
}

static void title_of(struct page *p, const struct quantity *q) {
    struct text t = {0};
    if (q->by) {
        formula_symbols(q, &p->style, &t);
    } else {
        text_printf(&t, "%s", q->name);
        shape(q, &t);
        text_printf(&t, ": %s", q->words);
    }
    paragraph(p, 2, t.data ? t.data : "", q->by);
    p->out->failed = p->out->failed || t.failed;
    text_free(&t);
}

static void quantity(struct page *p, const struct quantity *q) {
    bool full = output_complete(q);
    title_of(p, q);
    if (!output_small(q)) {
        summary(p, q);
        if (step_stage(p->s, q)->part != STAGE_UPDATE && (q->by || q == p->s->quantities))
            picture(p, q);
    } else if (!full) {
        matrix(p, q);
    }
    if (q->by && !full)
        element(p, q, output_summary(q).largest, "the largest: ");
    for (size_t i = 0; full && i < tensor_size(q->value); i++)
        element(p, q, i, "");
}

/* ---- the whole ---- */

enum { HEADING_SAMPLES = 8 };

static void quoted(struct text *t, const char *class) {
    text_printf(t, "\"%s\"", class);
}

static void heading(struct page *p) {
    const struct step_shown *s = p->s;
    const struct training *c = s->training;
    struct text t = {0};
    text_printf(&t, "%s: one step of training on ", c->config.name);
    if (s->n > 1)
        text_printf(&t, "%d samples:", s->n);
    for (int i = 0; i < s->n && i < HEADING_SAMPLES; i++) {
        text_printf(&t, "%s %d, ", i > 0 ? ";" : s->n > 1 ? "" : "sample", s->samples[i]);
        output_labels(s, i, quoted, &t);
    }
    if (s->n > HEADING_SAMPLES)
        text_printf(&t, "; ...");
    paragraph(p, 0, t.data ? t.data : "", false);
    text_free(&t);
}

/* The title, and behind it, or below it, the source. */
static void title(struct page *p, const struct stage *g) {
    int used = cells(g->title, strlen(g->title)), size = (int)strlen(g->source);
    if (used + 2 + size <= p->width)
        text_printf(p->out, "\n%s%*s\n", g->title,
                    p->width - used < 76 - used ? p->width - used : 76 - used, g->source);
    else
        text_printf(p->out, "\n%s\n%*s\n", g->title, p->width, g->source);
}

void output_text(const struct step_shown *s, int width, int digits, struct text *t) {
    struct page p = {s, width < 40 ? 40 : width, {.digits = digits, .terms = OUTPUT_TERMS}, t};
    heading(&p);
    for (int i = 0; i < s->nstages; i++) {
        const struct stage *g = &s->stages[i];
        if (i == 0 || g->part != g[-1].part) {
            text_printf(t, "\n");
            for (const char *c = stage_parts[g->part]; *c; c++)
                text_printf(t, "%c", toupper(*c));
            text_printf(t, "\n");
        }
        title(&p, g);
        for (int k = 0; k < g->count; k++)
            quantity(&p, &s->quantities[g->first + k]);
    }
}
