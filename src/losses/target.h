/* The targets of a batch. Usually a target is a class: y is one-hot, 1 at the label and 0
 * elsewhere. A dataset may instead have several labels or soft labels per sample, and a teacher,
 * another model, may add its logits. */
#pragma once

#include "tensor/tensor.h"

struct target {
    int *labels;           /* N of 0 .. K-1: the class with the largest y, the first one in a tie */
    struct tensor y;       /* N x K of 0 .. 1 */
    struct tensor teacher; /* N x K: the teacher's logits; data is NULL if there is none */
};

/* A view of rows first .. first + rows - 1. */
static inline struct target target_rows(const struct target *t, int first, int rows) {
    struct target part = {t->labels + first, tensor_rows(t->y, first, rows), t->teacher};
    if (part.teacher.data)
        part.teacher = tensor_rows(part.teacher, first, rows);
    return part;
}
