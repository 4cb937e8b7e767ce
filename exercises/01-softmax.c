/* 1. softmax: from scores to probabilities
 *
 * A classifier's last layer gives one score per class, a logit: any number, positive or negative.
 * Softmax turns the logits into probabilities, which are positive and sum to 1. A larger logit gets
 * a larger probability: adding 1 to it multiplies its weight by e = 2.718...
 *
 *   p_j = e^z_j / sum_k e^z_k       for each row: k runs over the classes of one sample
 *
 * Given: z (N x K), a row of K logits for each of N samples.
 * Compute: p (N x K).
 *
 * Example: z = (1, 2, 3). e^z = (2.7183, 7.3891, 20.0855), which sums to 30.1929, so
 * p = (0.0900, 0.2447, 0.6652).
 *
 * Hint: the sum must be complete before the first division, so each row needs two loops.
 *
 * Once it passes: ./onehot softmax 1 2 3 shows every step; read src/programs/softmax.c, which
 * prints them. */
#include "exercise.h"

void softmax(struct tensor z, struct tensor p) {
    YOUR_CODE_HERE;
}
