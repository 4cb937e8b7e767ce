#include "explain/formula.h"
#include "explain/node.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* How tightly operations bind; what is bound less tightly than its place asks stands in
 * parentheses. */
enum { LOOSE, ADDED, MULTIPLIED, RAISED, TIGHT };

struct writer {
    struct text *out;
    const struct formula_style *style;
    bool numbers; /* put in, instead of names */
    bool first;   /* nothing, or an open parenthesis, stands before: "-1" needs none */
    bool complete;
    int at[26]; /* the values of the letters */
};

static void put(struct writer *w, const char *s) {
    for (; *s; s++)
        if (w->style->html && *s == '>')
            text_printf(w->out, "&gt;");
        else
            text_add(w->out, s, 1);
    w->first = false;
}

static void begin(struct writer *w) {
    put(w, "(");
    w->first = true;
}

void formula_number(double x, int digits, struct text *t) {
    if (isnan(x))
        text_printf(t, "nan"); /* never -nan */
    else
        text_printf(t, "%.*g", digits, x + 0);
}

void formula_value(const struct quantity *q, size_t i, const struct formula_style *s,
                   struct text *t) {
    if (s->html)
        text_printf(t, "<span data-q=\"%s:%zu\">", q->name, i);
    formula_number((double)q->value.data[i], s->digits, t);
    if (s->html)
        text_printf(t, "</span>");
}

/* ---- elements ---- */

/* How many values a letter has, in the first matrix of the node that it is an index of; 0: none. */
static int extent(const struct node *n, char letter) {
    int found = 0;
    if (n->kind == NODE_MATRIX && n->index[0] == letter)
        return n->index[1] ? n->quantity->value.rows : (int)tensor_size(n->quantity->value);
    if (n->kind == NODE_MATRIX && n->index[1] == letter)
        return n->quantity->value.cols;
    for (int i = 0; i < 4 && n->of[i] && !found; i++)
        found = extent(n->of[i], letter);
    return found;
}

static size_t element(const struct writer *w, const struct node *n) {
    size_t at[2] = {0};
    for (int i = 0; i < 2 && n->index[i]; i++)
        at[i] = (size_t)(isdigit(n->index[i]) ? n->index[i] - '0' : w->at[n->index[i] - 'a']);
    return n->index[1] ? at[0] * (size_t)n->quantity->value.cols + at[1] : at[0];
}

/* Writes a matrix's name with indices, as texts, of which those that have only one value are left
 * out. */
static void indexed(const struct quantity *q, const char *row, const char *col, struct text *t) {
    bool rows = q->value.rows > 1, cols = q->value.cols > 1;
    text_printf(t, "%s", q->name);
    if (rows || cols)
        text_printf(t, "[%s%s%s]", rows ? row : "", rows && cols ? "," : "", cols ? col : "");
}

void formula_element(const struct quantity *q, size_t i, struct text *t) {
    char row[24], col[24];
    snprintf(row, sizeof row, "%zu", i / (size_t)q->value.cols);
    snprintf(col, sizeof col, "%zu", i % (size_t)q->value.cols);
    indexed(q, row, col, t);
}

/* The letters of a matrix; a single one is that of the longer side. */
static void symbol(const struct quantity *q, const char index[3], struct text *t) {
    char row[2] = {index[0]}, col[2] = {index[1] ? index[1] : index[0]};
    indexed(q, row, col, t);
}

static void matrix(struct writer *w, const struct node *n) {
    if (!w->numbers) {
        symbol(n->quantity, n->index, w->out);
        w->first = false;
        return;
    }
    size_t i = element(w, n);
    bool negative = (double)n->quantity->value.data[i] < 0 && !w->first;
    put(w, negative ? "(" : "");
    formula_value(n->quantity, i, w->style, w->out);
    if (w->style->seen)
        w->style->seen(w->style->context, n->quantity, i);
    put(w, negative ? ")" : "");
}

/* ---- operations ---- */

static void write(struct writer *w, const struct node *n, int place);

static int tightness(const struct node *n) {
    switch (n->kind) {
    case NODE_CHOICE:
        return LOOSE;
    case NODE_BINARY:
        return n->op == '+' || n->op == '-' ? ADDED : n->op == '^' ? RAISED : MULTIPLIED;
    case NODE_NEGATIVE:
        return ADDED;
    case NODE_SUM:
        return MULTIPLIED;
    default:
        return TIGHT;
    }
}

static void letter(struct writer *w, char c) {
    char text[16];
    snprintf(text, sizeof text, w->numbers ? "%d" : "%c", w->numbers ? w->at[c - 'a'] : c);
    put(w, text);
}

static void constant(struct writer *w, const struct node *n) {
    if (n->name[0] && !w->numbers)
        put(w, n->name);
    else
        formula_number(n->number, w->style->digits > 6 ? w->style->digits : 6, w->out);
    w->first = false;
}

static void binary(struct writer *w, const struct node *n) {
    char op[4] = {' ', n->op, ' '};
    int here = tightness(n);
    write(w, n->of[0], here);
    put(w, n->op == '^' ? "^" : op);
    write(w, n->of[1], n->op == '+' || n->op == '*' ? here : here + 1);
}

static void call(struct writer *w, const struct node *n) {
    put(w, n->name);
    begin(w);
    write(w, n->of[0], LOOSE);
    if (n->of[1]) {
        put(w, ", ");
        w->first = true;
        write(w, n->of[1], LOOSE);
    }
    put(w, ")");
}

static void alternatives(struct writer *w, const struct node *n) {
    write(w, n->of[0], ADDED);
    put(w, " if ");
    w->first = true;
    write(w, n->of[1], ADDED);
    put(w, n->op == '=' ? " == " : " > ");
    w->first = true;
    write(w, n->of[2], ADDED);
    put(w, " else ");
    w->first = true;
    write(w, n->of[3], ADDED);
}

/* The left factor of a product, where it is an element: is it 0? */
static bool vanishes(const struct writer *w, const struct node *n, bool target) {
    const struct node *left = n->kind == NODE_BINARY && n->op == '*' ? n->of[0] : NULL;
    return left && left->kind == NODE_MATRIX && (!target || left->quantity->target) &&
           left->quantity->value.data[element(w, left)] == 0;
}

/* A target of 1 only chooses its term. */
static const struct node *chosen(const struct writer *w, const struct node *n) {
    bool product = n->kind == NODE_BINARY && n->op == '*';
    const struct node *left = n->of[0];
    return product && left->kind == NODE_MATRIX && left->quantity->target &&
                   left->quantity->value.data[element(w, left)] == 1
               ? n->of[1]
               : n;
}

enum { FEW = 3 }; /* terms of a sum that is cut */

static void terms(struct writer *w, const struct node *n, int place) {
    const struct node *term = n->of[0];
    int *letter = &w->at[n->index[0] - 'a'], count = extent(term, n->index[0]), shown = 0, left = 0;
    for (*letter = 0; *letter < count; ++*letter)
        shown += !vanishes(w, term, true);
    bool cut = shown > w->style->terms, open = shown > 1 && place > ADDED;
    if (open)
        begin(w);
    int most = cut ? FEW : shown, written = 0;
    for (*letter = 0; *letter < count; ++*letter) {
        if (vanishes(w, term, !cut))
            left += !vanishes(w, term, true);
        else if (written == most)
            left++;
        else {
            if (written++ > 0)
                put(w, " + ");
            write(w, chosen(w, term), shown > 1 ? ADDED : place);
        }
    }
    if (written == 0)
        put(w, "0");
    if (cut) {
        char text[40];
        snprintf(text, sizeof text, " + ... (%d more)", left);
        put(w, text);
        w->complete = false;
    }
    if (open)
        put(w, ")");
}

static void sum(struct writer *w, const struct node *n, int place) {
    char text[8];
    if (w->numbers) {
        terms(w, n, place);
    } else if (extent(n->of[0], n->index[0]) == 1) {
        write(w, n->of[0], place);
    } else {
        snprintf(text, sizeof text, "sum_%c ", n->index[0]);
        put(w, text);
        write(w, n->of[0], MULTIPLIED);
    }
}

static void write(struct writer *w, const struct node *n, int place) {
    if (n->kind == NODE_SUM) {
        bool open = !w->numbers && place > MULTIPLIED && extent(n->of[0], n->index[0]) > 1;
        if (open)
            begin(w);
        sum(w, n, open ? LOOSE : place);
        if (open)
            put(w, ")");
        return;
    }
    bool open = tightness(n) < place;
    if (open)
        begin(w);
    switch (n->kind) {
    case NODE_NUMBER:
        constant(w, n);
        break;
    case NODE_LETTER:
        letter(w, n->index[0]);
        break;
    case NODE_MATRIX:
        matrix(w, n);
        break;
    case NODE_CALL:
        call(w, n);
        break;
    case NODE_NEGATIVE:
        put(w, "-");
        write(w, n->of[0], MULTIPLIED);
        break;
    case NODE_BINARY:
        binary(w, n);
        break;
    default:
        alternatives(w, n);
    }
    if (open)
        put(w, ")");
}

void formula_symbols(const struct quantity *q, const struct formula_style *s, struct text *t) {
    struct writer w = {.out = t, .style = s, .first = true};
    symbol(q, q->by->index, t);
    put(&w, " = ");
    w.first = true;
    write(&w, q->by->right, LOOSE);
}

/* Gives the letters left of "=" their values for element i. */
static void place(struct writer *w, const struct quantity *q, size_t i) {
    const char *index = q->by->index;
    size_t cols = (size_t)q->value.cols;
    if (index[0])
        w->at[index[0] - 'a'] = (int)(index[1] ? i / cols : i);
    if (index[1])
        w->at[index[1] - 'a'] = (int)(i % cols);
}

const struct quantity *formula_copied(const struct quantity *q, size_t i, size_t *j) {
    struct writer w = {0};
    const struct node *right = q->by->right;
    if (right->kind == NODE_SUM && extent(right->of[0], right->index[0]) == 1)
        right = right->of[0];
    if (right->kind != NODE_MATRIX)
        return NULL;
    place(&w, q, i);
    *j = element(&w, right);
    return right->quantity;
}

bool formula_numbers(const struct quantity *q, size_t i, const struct formula_style *s,
                     struct text *t) {
    struct writer w = {.out = t, .style = s, .numbers = true, .first = true, .complete = true};
    place(&w, q, i);
    write(&w, q->by->right, LOOSE);
    return w.complete;
}
