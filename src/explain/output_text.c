#include "explain/trace.h"
#include "ui/terminal.h"

#include <ctype.h>
#include <limits.h>

/* Whether a line of a formula may end at the blank at s: an operator follows that binds loosely. */
static bool loose(const char *s) {
    static const char *const before[] = {" = ", " + ", " - ", " / ", " if ", " else "};
    for (size_t i = 0; i < sizeof before / sizeof *before; i++)
        if (strncmp(s, before[i], strlen(before[i])) == 0)
            return true;
    return false;
}

/* The size of the first line of a text, which must not be empty, in `room` columns: up to its last
 * blank or, in a formula, before a loose operator, preferably in the second half of the line and
 * inside as few parentheses as possible. */
static size_t line(const char *text, int room, bool formula) {
    size_t best = 0, i = 0;
    int min_cost = INT_MAX, depth = 0, width = 0;
    do {
        width += ((unsigned char)text[i] & 0xc0) != 0x80; /* a UTF-8 character begins */
        depth += (text[i] == '(') - (text[i] == ')');
        if (best > 0 && width > room)
            return best;
        i++;
        int cost = !formula || !loose(text + i) ? 1001 : 2 * width <= room ? 1000 : depth;
        if (text[i] == ' ' && cost <= min_cost) {
            best = i;
            min_cost = cost;
        }
    } while (text[i]);
    return i;
}

/* Writes a text as a paragraph, and frees it. Its first line is indented by `indent` columns, the
 * others by two more. */
static void paragraph(const struct output *o, int indent, struct text *t, bool formula) {
    const char *rest = t->data ? t->data : "";
    for (int first = indent; *rest; first = indent + 2) {
        size_t n = line(rest, o->width - first, formula);
        text_printf(o->out, "%*s%.*s\n", first, "", (int)n, rest);
        rest += n + strspn(rest + n, " ");
    }
    text_done(t, o->out);
}

/* A small matrix, one line per row; longer rows are broken. */
static void matrix(const struct output *o, const struct quantity *q) {
    int cell = o->style.digits + 8, fit = (o->width - 2) / cell > 0 ? (o->width - 2) / cell : 1;
    for (size_t i = 0; i < tensor_size(q->value); i++) {
        int c = (int)(i % (size_t)q->value.cols);
        bool last = c + 1 == q->value.cols || (c + 1) % fit == 0;
        text_printf(o->out, "%s%*s%s", c % fit == 0 ? "  " : "", cell,
                    formula_link(q, i, false, &o->style).text, last ? "\n" : "");
    }
}

/* The mean absolute value of what one of `lines` x `columns` characters stands for. */
static double cell(const struct html_grid *g, int lines, int columns, int line, int column) {
    long long height = g->height, width = g->width, count = 0;
    double sum = 0;
    for (long long r = height * line / lines; r < height * (line + 1) / lines; r++)
        for (long long c = width * column / columns; c < width * (column + 1) / columns;
             c++, count++)
            sum += fabs(html_grid_mean(g, (int)(r * width + c)));
    return sum / (double)count;
}

/* The matrix in characters: the darker, the larger the absolute value; "@" is the largest. */
static void image(const struct output *o, const struct quantity *q) {
    enum { LINES = 14, COLUMNS = 56 };
    static const char ramp[] = " .:-=+*#%@";
    struct html_grid g;
    (void)output_grid(o, q, &g);
    int room = o->width - 6 < COLUMNS ? o->width - 6 : COLUMNS;
    int lines = g.height < LINES ? g.height : LINES;
    int columns = g.width < room ? g.width : room;
    double cells[LINES * COLUMNS], max = 0;
    for (int i = 0; i < lines * columns; i++) {
        cells[i] = cell(&g, lines, columns, i / columns, i % columns);
        max = fmax(max, cells[i]);
    }
    for (int i = 0; i < lines * columns; i++) {
        double x = max > 0 ? cells[i] / max : 0;
        text_printf(o->out, "%s%c%s", i % columns == 0 ? "    |" : "", ramp[(int)(x * 9)],
                    (i + 1) % columns == 0 ? "|\n" : "");
    }
}

/* "z0[1] = 0.1 + 0.5 * 1.2 = 0.7" */
static void element(const struct output *o, const struct quantity *q, size_t i,
                    const char *before) {
    struct text t = {0};
    text_printf(&t, "%s", before);
    output_formula(o, q, i, &t);
    paragraph(o, 4, &t, true);
}

static void heading(const struct output *o, const struct quantity *q) {
    struct text t = {0};
    if (q->formula) {
        (void)formula_write(q, 0, false, &o->style, &t);
    } else {
        text_printf(&t, "%s", q->name);
        if (q->value.rows > 1 && q->value.cols > 1)
            text_printf(&t, " (%d x %d)", q->value.rows, q->value.cols);
        else if (tensor_size(q->value) > 1)
            text_printf(&t, " (%zu)", tensor_size(q->value));
        text_printf(&t, ": %s", q->words);
    }
    paragraph(o, 2, &t, q->formula);
}

static void quantity(const struct output *o, const struct quantity *q) {
    bool full = output_complete(q);
    struct text t = {0};
    heading(o, q);
    if (tensor_size(q->value) > OUTPUT_ELEMENTS) {
        output_summary(o, q, &t);
        paragraph(o, 4, &t, false);
        if (strcmp(q->stage->part, "update") != 0 && (q->formula || q == o->trace->quantities))
            image(o, q);
    } else if (!full) {
        matrix(o, q);
    }
    if (q->formula && !full)
        element(o, q, output_largest(q), "the largest: ");
    for (size_t i = 0; full && i < tensor_size(q->value); i++)
        element(o, q, i, "");
}

/* The title, with the source on the same line or below it. */
static void title(const struct output *o, const struct stage *g) {
    int used = terminal_length(g->title), width = o->width < 76 ? o->width : 76;
    bool fits = used + 2 + (int)strlen(g->source) <= width;
    text_printf(o->out, "\n%s%s%*s\n", g->title, fits ? "" : "\n", fits ? width - used : width,
                g->source);
}

/* class "7"; or for multi-label data, labels "1", "7", or no label. */
static void labels(const struct output *o, int i, struct text *t) {
    const struct dataset *d = o->trace->training->data;
    int count = 0, before = 0;
    for (int c = 0; c < d->classes.count; c++)
        count += model_labelled(o->trace->m, i, c);
    const char *what = !dataset_multi_label(d) ? "class " : count == 1 ? "label " : "labels ";
    text_printf(t, "%s", count == 0 ? "no label" : what);
    for (int c = 0; c < d->classes.count; c++)
        if (model_labelled(o->trace->m, i, c))
            text_printf(t, "%s\"%s\"", before++ > 0 ? ", " : "", d->classes.items[c]);
}

/* Which samples the step uses: 'sample 3, class "7"'; of many, the first few. */
static void samples(const struct output *o, struct text *t) {
    enum { SAMPLES = 8 };
    const struct trace *s = o->trace;
    if (s->n > 1)
        text_printf(t, "%d samples:", s->n);
    for (int i = 0; i < s->n && i < SAMPLES; i++) {
        text_printf(t, "%s %d, ", i > 0 ? ";" : s->n > 1 ? "" : "sample", s->training->order[i]);
        labels(o, i, t);
    }
    if (s->n > SAMPLES)
        text_printf(t, "; ...");
}

void output_text(const struct trace *s, int width, int digits, struct text *t) {
    struct output o = {s, {.digits = digits, .terms = OUTPUT_TERMS}, width < 40 ? 40 : width, t};
    struct text first = {0};
    text_printf(&first, "%s: one step of training on ", s->training->config.name);
    samples(&o, &first);
    paragraph(&o, 0, &first, false);
    const char *part = "";
    for (const struct quantity *q = s->quantities; q;) {
        const struct stage *g = q->stage;
        if (strcmp(part, g->part) != 0) {
            text_printf(t, "\n");
            for (const char *c = part = g->part; *c; c++)
                text_printf(t, "%c", toupper(*c));
            text_printf(t, "\n");
        }
        title(&o, g);
        for (; q && q->stage == g; q = q->next)
            quantity(&o, q);
    }
}
