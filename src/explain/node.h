/* A formula in memory, between formula_read.c and formula.c. */
#ifndef ONEHOT_EXPLAIN_NODE_H
#define ONEHOT_EXPLAIN_NODE_H

#include "explain/formula.h"

enum node_kind {
    NODE_NUMBER,   /* a literal, or a name that stands for one */
    NODE_LETTER,   /* index[0], as a number */
    NODE_MATRIX,   /* an element of a quantity */
    NODE_CALL,     /* a function of one or two arguments */
    NODE_NEGATIVE, /* -of[0] */
    NODE_BINARY,   /* of[0] op of[1] */
    NODE_SUM,      /* of of[0] over index[0] */
    NODE_CHOICE,   /* of[0] if of[1] op of[2] else of[3]; op is > or = */
};

struct node {
    enum node_kind kind;
    char op;
    char index[3]; /* letters or digits: of a matrix none, one or two */
    char name[24]; /* of a number, where it has one, or a function */
    double number;
    const struct quantity *quantity;
    struct node *of[4];
};

struct formula {
    char index[3]; /* left of "=" */
    struct node *right;
};

/* Whether the node has a value that no element decides. */
bool node_constant(const struct node *n, double *value);

#endif
