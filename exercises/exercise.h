/* All that you need to know for an exercise.
 *
 * A tensor is a matrix. t.data holds its t.rows times t.cols numbers row by row; their type,
 * `real`, is float. In a batch, every row is a sample.
 *
 *   element (r, c)      t.data[r * t.cols + c]       or  tensor_row(t, r)[c]
 *   the start of row r  tensor_row(t, r)
 *   all elements        for (size_t i = 0; i < tensor_size(t); i++) ... t.data[i] ...
 *
 *   for (int n = 0; n < x.rows; n++)
 *       for (int i = 0; i < x.cols; i++)
 *           ... tensor_row(x, n)[i] ...
 *
 * A function may only read its inputs, unless the text says otherwise. Its outputs already have
 * the right shape but contain garbage: overwrite them. exp and log come from math.h. Use printf to
 * look at numbers. */
#ifndef ONEHOT_EXERCISE_H
#define ONEHOT_EXERCISE_H

#include "tensor/tensor.h" /* struct tensor, tensor_row, tensor_size */

#include <math.h>
#include <stdio.h>

/* Marks where your code belongs: replace the line. If the grader reaches one, it reports the
 * exercise as not begun. */
#define YOUR_CODE_HERE exercise_unwritten()
void exercise_unwritten(void);

/* The grader calls these; everything else is private to your file. */
#pragma GCC visibility push(default)

void softmax(struct tensor z, struct tensor p);
void stable_softmax(struct tensor z, struct tensor p);
void cross_entropy(struct tensor z, struct tensor y, struct tensor loss);
void p_minus_y(struct tensor p, struct tensor y, int batch, struct tensor dz);
void linear_forward(struct tensor x, struct tensor w, struct tensor b, struct tensor y);
void linear_backward(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,
                     struct tensor dw, struct tensor db);
void relu_backward(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx);
void sigmoid_backward(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx);
void sgd_step(real learning_rate, struct tensor grad, struct tensor theta);
void momentum_step(real learning_rate, real momentum, struct tensor grad, struct tensor v,
                   struct tensor theta);
void batch_gradient(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                    struct tensor dw, struct tensor db);

#pragma GCC visibility pop

#endif
