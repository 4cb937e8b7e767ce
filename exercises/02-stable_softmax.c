/* 2. stable_softmax: the same, for large logits
 *
 * e^100 does not fit in a float, and e^1000 does not even fit in a double: it overflows to
 * infinity, and infinity / infinity is NaN, not a number. e^-1000 is rounded to 0, and a row of
 * such logits gives 0 / 0, which is also NaN. But you may multiply numerator and denominator by
 * the same factor, e^-m:
 *
 *   p_j = e^z_j / sum_k e^z_k = e^(z_j - m) / sum_k e^(z_k - m)      for any m
 *
 * If m is the largest logit of the row, no exponent is positive, so nothing overflows. One exponent
 * is 0, so the sum is at least 1.
 *
 * Given: z (N x K), any finite logits. Compute: p (N x K).
 *
 * Example: z = (1000, 1001, 1002), m = 1002. e^(z - m) = (0.1353, 0.3679, 1), which sums to 1.5032,
 * so p = (0.0900, 0.2447, 0.6652), as for (1, 2, 3).
 *
 * Hint: each row has its own m. Where should the search for it start if all logits are negative?
 *
 * Once it passes: ./onehot softmax 1000 1001 1002 shows it; read src/tensor/softmax.c. */
#include "exercise.h"

void stable_softmax(struct tensor z, struct tensor p) {
    YOUR_CODE_HERE;
}
