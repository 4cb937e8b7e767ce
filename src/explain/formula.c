/* A recursive-descent parser, one function per level of precedence, that prints as it reads. Each
 * function appends its operand to the text and reports what it printed, so that the caller can
 * still put it in parentheses, or remove it if the options cancel it. For a sum, its term is parsed
 * again for each value of its letter.
 *
 * The texts are constants of this program: an error in one fails an assertion. */
#include "explain/formula.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct printer {
    const char *at; /* what is left to read */
    const struct binding *scope;
    const struct style *style;
    struct text *out;
    bool numbers;     /* print numbers instead of names */
    bool in_sum, cut; /* in a term of a sum; in one that is too long */
    bool complete;
    int letter[26], extent[26]; /* the value of each, and how many values it has */
};

/* How tightly operations bind. */
enum { LOOSE, ADDED, MULTIPLIED, RAISED, TIGHT };

/* An operand as printed, from `start` to the end of the text. */
struct part {
    size_t start;
    int tight;                      /* its outermost operation */
    size_t minus;                   /* the size of the negative number that it begins with, or 0 */
    const struct quantity *element; /* the element, if it is nothing else, or NULL */
    size_t index;
    bool constant; /* it depends on no element: it is this number */
    double number;
};

static bool is(struct part part, double x) {
    return part.constant && part.number == x;
}

/* ---- the text ---- */

static void wrap(struct text *t, size_t from, size_t to) {
    text_insert(t, to, ")");
    text_insert(t, from, "(");
}

/* Removes what was printed from `start` on, except for the part, which ends at `end`. */
static struct part only(struct printer *p, size_t start, struct part part, size_t end) {
    text_erase(p->out, end, p->out->size);
    text_erase(p->out, start, part.start);
    part.start = start;
    return part;
}

/* An operation that begins with the part. */
static struct part from(struct part part, int tight) {
    return (struct part){.start = part.start, .tight = tight, .minus = part.minus};
}

/* The part follows an operator that binds this tightly. */
static void follow(struct printer *p, struct part part, int tight) {
    if (part.tight < tight)
        wrap(p->out, part.start, p->out->size);
    else if (part.minus)
        wrap(p->out, part.start, part.start + part.minus);
}

/* ---- operands ---- */

/* Skips blanks, then the word; returns whether it was there. */
static bool take(struct printer *p, const char *word) {
    p->at += strspn(p->at, " ");
    size_t n = strlen(word);
    if (strncmp(p->at, word, n) != 0)
        return false;
    p->at += n;
    return true;
}

static void expect(struct printer *p, const char *word) {
    bool found = take(p, word);
    assert(found), (void)found;
}

/* Letters or digits between brackets, if there are any. */
static void indices(struct printer *p, char index[3]) {
    for (int n = 0; *p->at == (n == 0 ? '[' : ','); p->at += 2) {
        assert(n < 2 && isalnum(p->at[1]));
        index[n++] = p->at[1];
    }
    p->at += index[0] != '\0'; /* the bracket */
}

static struct part expression(struct printer *p, int tight);

static struct part begin(const struct printer *p, int tight) {
    return (struct part){.start = p->out->size, .tight = tight};
}

/* A number, by its name if it has one. */
static struct part number(struct printer *p, const char *name, double x) {
    struct part n = begin(p, TIGHT);
    n.constant = true;
    n.number = x;
    if (name && !p->numbers)
        text_printf(p->out, "%s", name);
    else
        text_printf(p->out, "%s",
                    quantity_number(x, p->style->digits > 6 ? p->style->digits : 6).text);
    return n;
}

/* An element, by its symbol or its value. In a sum, a target's 0 and 1 are constants, so that they
 * select terms; in a sum that is cut, so is every 0. */
static struct part element(struct printer *p, const struct quantity *q, const char index[3]) {
    struct part e = begin(p, TIGHT);
    int size[2] = {index[1] ? q->value.rows : (int)tensor_size(q->value), q->value.cols};
    e.element = q;
    for (int i = 0; i < 2 && index[i]; i++) {
        int letter = index[i] - 'a';
        e.index = e.index * (size_t)size[i] +
                  (size_t)(islower(index[i]) ? p->letter[letter] : index[i] - '0');
        if (islower(index[i]) && p->extent[letter] == 0)
            p->extent[letter] = size[i];
    }
    if (!p->numbers) {
        text_printf(p->out, "%s", quantity_symbol(q, index).text);
        return e;
    }
    double x = e.number = (double)q->value.data[e.index];
    e.constant = p->in_sum && (q->target ? x == 0 || x == 1 : p->cut && x == 0);
    quantity_link(q, e.index, false, p->style, p->out);
    if (x < 0) {
        e.tight = MULTIPLIED; /* -2^2 is not (-2)^2 */
        e.minus = p->out->size - e.start;
    }
    return e;
}

/* ---- sums ---- */

enum { FEW = 3 }; /* terms of a sum that is cut */

/* The terms that are not 0, up to a maximum; *shown is their number. */
static struct part terms(struct printer *p, const char *term, int letter, int most, int *shown) {
    struct part sum = begin(p, ADDED);
    *shown = 0;
    for (int i = 0; i < p->extent[letter] && *shown < most; i++) {
        size_t before = p->out->size;
        text_printf(p->out, "%s", *shown > 0 ? " + " : "");
        p->at = term;
        p->letter[letter] = i;
        struct part t = expression(p, MULTIPLIED);
        if (is(t, 0)) {
            text_erase(p->out, before, p->out->size);
        } else if (++*shown == 1) {
            sum = t;
        } else {
            follow(p, t, ADDED);
            sum = from(sum, ADDED);
        }
    }
    return *shown > 0 ? sum : number(p, NULL, 0);
}

/* The product after "sum_i". A letter with only one value is not worth a sum. */
static struct part sum_over(struct printer *p, char name) {
    const char *term = p->at;
    int letter = name - 'a', all, few;
    p->letter[letter] = p->extent[letter] = 0;
    struct part sum = expression(p, MULTIPLIED);
    if (!p->numbers) {
        if (p->extent[letter] == 1)
            return sum;
        char text[] = {'s', 'u', 'm', '_', name, ' ', '\0'};
        follow(p, sum, MULTIPLIED);
        text_insert(p->out, sum.start, text);
        return from(sum, MULTIPLIED);
    }
    text_erase(p->out, sum.start, p->out->size);
    p->in_sum = true;
    sum = terms(p, term, letter, INT_MAX, &all);
    if (all > p->style->terms) {
        text_erase(p->out, sum.start, p->out->size);
        p->cut = true;
        sum = terms(p, term, letter, FEW, &few);
        text_printf(p->out, " + ... (%d more)", all - few);
        sum = from(sum, ADDED);
        p->cut = p->complete = false;
    }
    p->in_sum = false;
    return sum;
}

/* ---- operations ---- */

/* A name and everything that may follow it. */
static struct part name(struct printer *p) {
    const char *s = p->at;
    char index[3] = {0};
    size_t size = 0;
    struct part here = begin(p, TIGHT);
    while (isalnum(s[size]) || s[size] == '_' || s[size] == '\'')
        size++;
    p->at += size;
    if (strncmp(s, "sum_", 4) == 0)
        return sum_over(p, s[4]);
    if (take(p, "(")) {
        text_printf(p->out, "%.*s(", (int)size, s);
        while ((void)expression(p, LOOSE), take(p, ","))
            text_printf(p->out, ", ");
        expect(p, ")");
        text_printf(p->out, ")");
        return here;
    }
    indices(p, index);
    for (const struct binding *b = p->scope; b; b = b->older)
        if (strncmp(b->name, s, size) == 0 && b->name[size] == '\0')
            return b->quantity ? element(p, b->quantity, index) : number(p, b->name, b->number);
    assert(islower(*s) && size == 1); /* otherwise a name is not bound */
    if (p->numbers)
        text_printf(p->out, "%d", p->letter[*s - 'a']);
    else
        text_add(p->out, s, 1);
    return here;
}

static struct part primary(struct printer *p) {
    struct part here = begin(p, ADDED);
    if (take(p, "-")) { /* of a product */
        text_printf(p->out, "-");
        follow(p, expression(p, MULTIPLIED), MULTIPLIED);
        return here;
    }
    if (take(p, "(")) {
        here = expression(p, LOOSE);
        expect(p, ")");
        return here;
    }
    if (!isdigit(*p->at))
        return name(p);
    char *end;
    double x = strtod(p->at, &end);
    p->at = end;
    return number(p, NULL, x);
}

/* Combines a, whose operator was read, with the operand that follows. */
static struct part binary(struct printer *p, struct part a, char op, int tight) {
    size_t end = p->out->size;
    text_printf(p->out, op == '^' ? "%c" : " %c ", op);
    struct part b = expression(p, tight + 1);
    if ((tight == ADDED && is(b, 0)) || (tight == MULTIPLIED && (is(b, 1) || is(a, 0))))
        return only(p, a.start, a, end);
    if ((op == '+' && is(a, 0)) || (op == '*' && (is(a, 1) || is(b, 0))))
        return only(p, a.start, b, p->out->size);
    follow(p, b, op == '+' || op == '*' ? tight : tight + 1);
    if (a.tight < tight) {
        wrap(p->out, a.start, end);
        a.minus = 0;
    }
    struct part both = from(a, tight);
    both.constant = a.constant && b.constant && op == '-';
    both.number = a.number - b.number;
    return both;
}

/* a, after "if". */
static struct part choice(struct printer *p, struct part a) {
    size_t end = p->out->size;
    text_printf(p->out, " if ");
    struct part left = expression(p, ADDED);
    bool equal = take(p, "==");
    if (!equal)
        expect(p, ">");
    text_printf(p->out, equal ? " == " : " > ");
    struct part right = expression(p, ADDED);
    expect(p, "else");
    text_printf(p->out, " else ");
    struct part other = expression(p, ADDED);
    if (!left.constant || !right.constant)
        return from(a, LOOSE);
    if (equal ? left.number == right.number : left.number > right.number)
        return only(p, a.start, a, end);
    return only(p, a.start, other, p->out->size);
}

/* Operations that bind at least this tightly. */
static struct part expression(struct printer *p, int tight) {
    static const char *const operators[] = {"", "+-", "*/", "^", ""};
    if (tight == TIGHT)
        return primary(p);
    struct part a = expression(p, tight + 1);
    while (p->at += strspn(p->at, " "), *p->at && strchr(operators[tight], *p->at))
        a = binary(p, a, *p->at++, tight);
    return tight == LOOSE && take(p, "if") ? choice(p, a) : a;
}

/* ---- the whole ---- */

static bool print(const struct quantity *q, size_t i, bool numbers, const struct style *s,
                  struct text *t) {
    struct printer p = {.at = q->formula + strcspn(q->formula, "[ "),
                        .scope = q->scope,
                        .style = s,
                        .out = t,
                        .numbers = numbers,
                        .complete = true};
    char index[3] = {0};
    size_t cols = (size_t)q->value.cols;
    indices(&p, index);
    expect(&p, "=");
    if (index[0])
        p.letter[index[0] - 'a'] = (int)(index[1] ? i / cols : i);
    if (index[1])
        p.letter[index[1] - 'a'] = (int)(i % cols);
    if (!numbers)
        text_printf(t, "%s = ", quantity_symbol(q, index).text);
    struct part all = expression(&p, LOOSE);
    assert(*p.at == '\0');
    if (numbers && all.element) {
        text_erase(t, all.start, t->size);
        quantity_link(all.element, all.index, true, s, t);
    }
    return p.complete;
}

void formula_symbols(const struct quantity *q, const struct style *s, struct text *t) {
    (void)print(q, 0, false, s, t);
}

bool formula_numbers(const struct quantity *q, size_t i, const struct style *s, struct text *t) {
    return print(q, i, true, s, t);
}
