/* A recursive-descent parser, a function a level of precedence, each of which folds what the
 * options decide. The texts are constants of this program: a mistake in one asserts. */
#include "explain/node.h"
#include "tensor/vmath.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    const char *at;
    const struct binding *scope;
    int count;
    struct arena *arena;
    struct node spare; /* 0: every node where memory is out, so that none holds itself */
    bool failed;
};

static struct node *choice(struct reader *r);

static struct node *add(struct reader *r, struct node n) {
    struct node *copy = arena_alloc(r->arena, 1, sizeof *copy);
    if (!copy) {
        r->failed = true;
        return &r->spare;
    }
    *copy = n;
    return copy;
}

static struct node *number(struct reader *r, double x) {
    return add(r, (struct node){.kind = NODE_NUMBER, .number = x});
}

/* Skips blanks, then the word, if it is there. */
static bool take(struct reader *r, const char *word) {
    r->at += strspn(r->at, " ");
    size_t n = strlen(word);
    if (strncmp(r->at, word, n) != 0 || (isalnum(word[n - 1]) && isalnum(r->at[n])))
        return false;
    r->at += n;
    return true;
}

/* Letters or digits between brackets, if there are any. */
static void indices(struct reader *r, char index[3]) {
    int n = 0;
    if (*r->at != '[')
        return;
    do {
        assert(n < 2 && isalnum(r->at[1]));
        index[n++] = r->at[1];
        r->at += 2;
    } while (*r->at == ',');
    assert(*r->at == ']');
    r->at++;
}

bool node_constant(const struct node *n, double *value) {
    double a, b;
    switch (n->kind) {
    case NODE_NUMBER:
        *value = n->number;
        return true;
    case NODE_BINARY:
        if (!node_constant(n->of[0], &a) || !node_constant(n->of[1], &b) || n->op == '^')
            return false;
        *value = n->op == '+' ? a + b : n->op == '-' ? a - b : n->op == '*' ? a * b : a / b;
        return true;
    default:
        return false;
    }
}

static bool is(const struct node *n, double x) {
    double value;
    return node_constant(n, &value) && value == x;
}

static struct node *binary(struct reader *r, char op, struct node *a, struct node *b) {
    if (((op == '+' || op == '-') && is(b, 0)) || ((op == '*' || op == '/') && is(b, 1)) ||
        (op == '/' && is(a, 0)))
        return a;
    if ((op == '+' && is(a, 0)) || (op == '*' && is(a, 1)))
        return b;
    if (op == '*' && (is(a, 0) || is(b, 0)))
        return number(r, 0);
    return add(r, (struct node){.kind = NODE_BINARY, .op = op, .of = {a, b}});
}

static struct node *product(struct reader *r);

/* A name with all that may follow it. */
static struct node *name(struct reader *r) {
    struct node n = {0};
    size_t size = 0;
    for (; isalnum(*r->at) || *r->at == '_' || *r->at == '\''; r->at++) {
        assert(size + 1 < sizeof n.name);
        n.name[size++] = *r->at;
    }
    assert(size > 0);
    if (strncmp(n.name, "sum_", 4) == 0) {
        n.kind = NODE_SUM;
        n.index[0] = n.name[4];
        n.of[0] = product(r);
        return is(n.of[0], 0) ? n.of[0] : add(r, n);
    }
    if (*r->at == '(') {
        r->at++;
        n.kind = NODE_CALL;
        n.of[0] = choice(r);
        n.of[1] = take(r, ",") ? choice(r) : NULL;
        bool closed = take(r, ")");
        assert(closed), (void)closed;
        return add(r, n);
    }
    indices(r, n.index);
    for (int i = r->count - 1; i >= 0; i--) /* the newest */
        if (strcmp(r->scope[i].name, n.name) == 0) {
            n.quantity = r->scope[i].quantity;
            n.kind = n.quantity ? NODE_MATRIX : NODE_NUMBER;
            n.number = r->scope[i].number;
            return add(r, n);
        }
    assert(islower(n.name[0]) && !n.name[1]); /* else a name is not bound */
    return add(r, (struct node){.kind = NODE_LETTER, .index = {n.name[0]}});
}

static struct node *primary(struct reader *r) {
    char *end;
    if (take(r, "(")) {
        struct node *n = choice(r);
        bool closed = take(r, ")");
        assert(closed), (void)closed;
        return n;
    }
    if (!isdigit(*r->at))
        return name(r);
    double x = strtod(r->at, &end);
    r->at = end;
    return number(r, x);
}

static struct node *power(struct reader *r) {
    if (take(r, "-")) {
        struct node *n = product(r);
        return is(n, 0) ? n : add(r, (struct node){.kind = NODE_NEGATIVE, .of = {n}});
    }
    struct node *n = primary(r);
    return take(r, "^") ? binary(r, '^', n, primary(r)) : n;
}

static struct node *product(struct reader *r) {
    struct node *n = power(r);
    for (;;) {
        if (take(r, "*"))
            n = binary(r, '*', n, power(r));
        else if (take(r, "/"))
            n = binary(r, '/', n, power(r));
        else
            return n;
    }
}

static struct node *sum(struct reader *r) {
    struct node *n = product(r);
    for (;;) {
        if (take(r, "+"))
            n = binary(r, '+', n, product(r));
        else if (take(r, "-"))
            n = binary(r, '-', n, product(r));
        else
            return n;
    }
}

static struct node *choice(struct reader *r) {
    struct node *n = sum(r);
    if (!take(r, "if"))
        return n;
    struct node c = {.kind = NODE_CHOICE, .of = {n, sum(r)}};
    double a, b;
    bool equal = take(r, "=="), found = equal || take(r, ">");
    c.op = equal ? '=' : '>';
    c.of[2] = sum(r);
    found = found && take(r, "else");
    assert(found), (void)found;
    c.of[3] = sum(r);
    if (!node_constant(c.of[1], &a) || !node_constant(c.of[2], &b))
        return add(r, c);
    return (equal ? a == b : a > b) ? c.of[0] : c.of[3];
}

const struct formula *formula_read(const char *text, const struct binding *scope, int count,
                                   struct arena *a) {
    struct reader r = {.at = text, .scope = scope, .count = count, .arena = a};
    struct formula *f = arena_alloc(a, 1, sizeof *f);
    if (!f)
        return NULL;
    r.at += strcspn(r.at, "[ ");
    indices(&r, f->index);
    bool equals = take(&r, "=");
    assert(equals), (void)equals;
    f->right = choice(&r);
    assert(r.failed || *r.at == '\0');
    return r.failed ? NULL : f;
}
