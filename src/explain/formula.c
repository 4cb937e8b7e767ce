/* A recursive-descent parser that prints as it reads. Each function returns its operand as text,
 * with what its caller has to know to put it in parentheses, or to leave it out if the options
 * cancel it. The term of a sum is parsed again for each value of the index.
 *
 * The formulas are constants of this program: an error in one fails an assertion. */
#include "explain/formula.h"
#include "base/arena.h"

#include <assert.h>
#include <ctype.h>

struct formula_text formula_number(double x, int digits) {
    struct formula_text t = {"nan"}; /* never -nan */
    if (!isnan(x))
        snprintf(t.text, sizeof t.text, "%.*g", digits, x + 0);
    return t;
}

/* Indices that have only one value are omitted. */
static struct formula_text indexed(const struct quantity *q, const char *row, const char *col) {
    struct formula_text t;
    bool rows = q->value.rows > 1, cols = q->value.cols > 1;
    snprintf(t.text, sizeof t.text, "%s%s%s%s%s%s", q->name, rows || cols ? "[" : "",
             rows ? row : "", rows && cols ? "," : "", cols ? col : "", rows || cols ? "]" : "");
    return t;
}

struct formula_text formula_element(const struct quantity *q, size_t i) {
    char row[24], col[24];
    snprintf(row, sizeof row, "%zu", i / (size_t)q->value.cols);
    snprintf(col, sizeof col, "%zu", i % (size_t)q->value.cols);
    return indexed(q, row, col);
}

/* The name with the letters of row and column, "z0[n,j]"; for a vector, a single letter. */
static struct formula_text symbol(const struct quantity *q, const char index[3]) {
    return indexed(q, (char[2]){index[0]}, (char[2]){index[1] ? index[1] : index[0]});
}

struct formula_text formula_link(const struct quantity *q, size_t i, bool name,
                                 const struct style *s) {
    struct formula_text link,
        t = name ? formula_element(q, i) : formula_number((double)q->value.data[i], s->digits);
    if (!s->links)
        return t;
    snprintf(link.text, sizeof link.text, "{%.32s:%zu %.64s}", q->name, i, t.text);
    return link;
}

struct printer {
    const char *at; /* what is left to read */
    const struct binding *scope;
    const struct style *style;
    bool numbers;     /* print numbers instead of names */
    bool in_sum, cut; /* in a term of a sum; in one of a long sum */
    bool abridged;
    int letter[26], extent[26]; /* the value of each letter, and how many values it has */
    struct arena arena;         /* owns the operands' texts */
};

/* How tightly operations bind. */
enum { LOOSE, ADDED, MULTIPLIED, RAISED, TIGHT };

struct operand {
    const char *text;
    int tight;                      /* how tightly its outermost operation binds */
    size_t minus;                   /* the length of a negative number at its start, or 0 */
    const struct quantity *element; /* the element, if it is just that, or NULL */
    size_t index;
    double number; /* its value if it depends on no element, otherwise NaN */
};

/* "" if memory has run out. */
#define print(p, ...) (arena_printf(&(p)->arena, __VA_ARGS__) ?: "")

static struct operand operation(const char *text, int tight, size_t minus) {
    return (struct operand){.text = text, .tight = tight, .minus = minus, .number = NAN};
}

/* An operand after an operator that binds this tightly. */
static const char *after(struct printer *p, int tight, struct operand a) {
    if (a.tight < tight)
        return print(p, "(%s)", a.text);
    if (a.minus)
        return print(p, "(%.*s)%s", (int)a.minus, a.text, a.text + a.minus);
    return a.text;
}

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

static struct operand expression(struct printer *p, int tight);

/* A number, by its name if it has one. */
static struct operand number(struct printer *p, const char *name, double x) {
    int digits = p->style->digits > 6 ? p->style->digits : 6;
    const char *text = name && !p->numbers ? name : print(p, "%s", formula_number(x, digits).text);
    return (struct operand){.text = text, .tight = TIGHT, .number = x};
}

/* An element, by its symbol or its value. In a sum, a target's 0 and 1 count as constants, so that
 * they select terms; in a long sum, so does every 0. */
static struct operand element(struct printer *p, const struct quantity *q, const char index[3]) {
    struct operand e = {.tight = TIGHT, .element = q};
    int size[2] = {index[1] ? q->value.rows : (int)tensor_size(q->value), q->value.cols};
    for (int i = 0; i < 2 && index[i]; i++) {
        int letter = index[i] - 'a';
        e.index = e.index * (size_t)size[i] +
                  (size_t)(islower(index[i]) ? p->letter[letter] : index[i] - '0');
        if (islower(index[i]) && p->extent[letter] == 0)
            p->extent[letter] = size[i];
    }
    double x = p->numbers ? (double)q->value.data[e.index] : NAN;
    e.number = p->in_sum && (q->target ? x == 0 || x == 1 : p->cut && x == 0) ? x : NAN;
    e.text =
        print(p, "%s",
              p->numbers ? formula_link(q, e.index, false, p->style).text : symbol(q, index).text);
    if (x < 0) {
        e.tight = MULTIPLIED; /* -2^2 is not (-2)^2 */
        e.minus = strlen(e.text);
    }
    return e;
}

/* The product after "sum_i". A letter with only one value needs no sum. A long sum omits terms of 0
 * and, if that is not enough, all but the first few. */
static struct operand sum_over(struct printer *p, char name) {
    enum { FEW = 3 };
    const char *term = p->at;
    int letter = name - 'a', count = 0;
    p->letter[letter] = p->extent[letter] = 0;
    struct operand sum = expression(p, MULTIPLIED), few = {0};
    if (!p->numbers && p->extent[letter] == 1)
        return sum;
    if (!p->numbers)
        return operation(print(p, "sum_%c %s", name, after(p, MULTIPLIED, sum)), MULTIPLIED, 0);
    p->in_sum = true;
    p->cut = p->extent[letter] > p->style->terms;
    for (int i = 0; i < p->extent[letter]; i++) {
        p->at = term;
        p->letter[letter] = i;
        struct operand t = expression(p, MULTIPLIED);
        if (t.number == 0)
            continue;
        if (++count == 1)
            sum = t;
        else if (count <= p->style->terms)
            sum = operation(print(p, "%s + %s", sum.text, after(p, ADDED, t)), ADDED, sum.minus);
        if (count == FEW)
            few = sum;
    }
    p->in_sum = p->cut = false;
    if (count <= p->style->terms)
        return count > 0 ? sum : number(p, NULL, 0);
    p->abridged = true;
    return operation(print(p, "%s + ... (%d more)", few.text, count - FEW), ADDED, few.minus);
}

/* A name and what may follow it: a sum, a function, an element, or a number or letter. */
static struct operand name(struct printer *p) {
    const char *s = p->at;
    char index[3] = {0};
    int size = 0;
    while (isalnum(s[size]) || s[size] == '_' || s[size] == '\'')
        size++;
    p->at += size;
    if (strncmp(s, "sum_", 4) == 0)
        return sum_over(p, s[4]);
    if (take(p, "(")) {
        const char *list = expression(p, LOOSE).text;
        while (take(p, ","))
            list = print(p, "%s, %s", list, expression(p, LOOSE).text);
        expect(p, ")");
        return operation(print(p, "%.*s(%s)", size, s, list), TIGHT, 0);
    }
    indices(p, index);
    for (const struct binding *b = p->scope; b; b = b->older)
        if (strncmp(b->name, s, (size_t)size) == 0 && b->name[size] == '\0')
            return b->quantity ? element(p, b->quantity, index) : number(p, b->name, b->number);
    assert(islower(*s) && size == 1); /* otherwise a name is not bound */
    const char *text = p->numbers ? print(p, "%d", p->letter[*s - 'a']) : print(p, "%c", *s);
    return operation(text, TIGHT, 0);
}

static struct operand primary(struct printer *p) {
    if (take(p, "-")) /* of a product */
        return operation(print(p, "-%s", after(p, MULTIPLIED, expression(p, MULTIPLIED))), ADDED,
                         0);
    if (take(p, "(")) {
        struct operand inner = expression(p, LOOSE);
        expect(p, ")");
        return inner;
    }
    if (!isdigit(*p->at))
        return name(p);
    char *end;
    double x = strtod(p->at, &end);
    p->at = end;
    return number(p, NULL, x);
}

/* Combines a with the operand after the operator, which has been read. */
static struct operand binary(struct printer *p, struct operand a, char op, int tight) {
    struct operand b = expression(p, tight + 1);
    if ((tight == ADDED && b.number == 0) ||
        (tight == MULTIPLIED && (b.number == 1 || a.number == 0)))
        return a;
    if ((op == '+' && a.number == 0) || (op == '*' && (a.number == 1 || b.number == 0)))
        return b;
    if (a.tight < tight) {
        a.text = print(p, "(%s)", a.text);
        a.minus = 0;
    }
    const char *right = after(p, op == '+' || op == '*' ? tight : tight + 1, b);
    return (struct operand){.text = print(p, op == '^' ? "%s%c%s" : "%s %c %s", a.text, op, right),
                            .tight = tight,
                            .minus = a.minus,
                            .number = op == '-' ? a.number - b.number : NAN};
}

/* The rest of "a if ...", after "if". */
static struct operand choice(struct printer *p, struct operand a) {
    struct operand left = expression(p, ADDED);
    bool equal = take(p, "==");
    if (!equal)
        expect(p, ">");
    struct operand right = expression(p, ADDED);
    expect(p, "else");
    struct operand other = expression(p, ADDED);
    if (!isnan(left.number) && !isnan(right.number))
        return (equal ? left.number == right.number : left.number > right.number) ? a : other;
    const char *text = print(p, "%s if %s %s %s else %s", a.text, left.text, equal ? "==" : ">",
                             right.text, other.text);
    return operation(text, LOOSE, a.minus);
}

/* Parses operations that bind at least this tightly. */
static struct operand expression(struct printer *p, int tight) {
    static const char *const operators[] = {"", "+-", "*/", "^", ""};
    if (tight == TIGHT)
        return primary(p);
    struct operand a = expression(p, tight + 1);
    while (p->at += strspn(p->at, " "), *p->at && strchr(operators[tight], *p->at))
        a = binary(p, a, *p->at++, tight);
    return tight == LOOSE && take(p, "if") ? choice(p, a) : a;
}

bool formula_write(const struct quantity *q, size_t i, bool numbers, const struct style *s,
                   struct text *t) {
    struct printer p = {.at = q->formula + strcspn(q->formula, "[ "),
                        .scope = q->scope,
                        .style = s,
                        .numbers = numbers};
    char index[3] = {0};
    size_t cols = (size_t)q->value.cols;
    indices(&p, index);
    expect(&p, "=");
    if (index[0])
        p.letter[index[0] - 'a'] = (int)(index[1] ? i / cols : i);
    if (index[1])
        p.letter[index[1] - 'a'] = (int)(i % cols);
    struct operand all = expression(&p, LOOSE);
    assert(*p.at == '\0');
    if (!numbers)
        text_printf(t, "%s = ", symbol(q, index).text);
    bool name = numbers && all.element;
    text_printf(t, "%s", name ? formula_link(all.element, all.index, true, s).text : all.text);
    t->failed = t->failed || p.arena.failed;
    arena_free(&p.arena);
    return !p.abridged;
}
