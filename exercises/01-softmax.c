/* 1. softmax: from scores to probabilities
 *
 * A classifier's last layer gives a score for each class, a logit: any number, above or below 0.
 * softmax makes probabilities of them, which are positive and sum to 1. The larger a logit, the
 * more it gets; one more is a factor of e = 2.718...
 *
 *   p_j = e^z_j / sum_k e^z_k       for each row: k runs over the classes of one sample
 *
 * Given: z (N x K), a row of K logits for each of N samples.
 * Wanted: p (N x K).
 *
 * By hand: z = (1, 2, 3). e^z = (2.7183, 7.3891, 20.0855), their sum is 30.1929, and
 * p = (0.0900, 0.2447, 0.6652).
 *
 * Hint: the sum must be complete before the first division, so a row takes two loops.
 *
 * When it is right: ./onehot softmax 1 2 3 shows every step; src/programs/softmax.c prints them. */
#include "exercise.h"

void softmax(struct tensor z, struct tensor p) {
    YOUR_CODE_HERE;
}
