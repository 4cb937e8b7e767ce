/* What the rows of a batch should come to. As a rule that is a class: the target y is one-hot, 1 at
 * the label and 0 elsewhere. A dataset may know more of a sample than one label, and another model,
 * a teacher, may have an opinion of it, too. */
#ifndef ONEHOT_LOSSES_TARGET_H
#define ONEHOT_LOSSES_TARGET_H

#include "tensor/tensor.h"

struct target {
    int *labels;           /* N of 0 .. K-1: the class with the largest y, the first of equals */
    struct tensor y;       /* N x K of 0 .. 1 */
    struct tensor teacher; /* N x K: a teacher's logits; data NULL: there is none */
};

/* The same for rows first .. first + rows - 1. */
static inline struct target target_rows(const struct target *t, int first, int rows) {
    struct target part = {t->labels + first, tensor_rows(t->y, first, rows), t->teacher};
    if (part.teacher.data)
        part.teacher = tensor_rows(part.teacher, first, rows);
    return part;
}

#endif
