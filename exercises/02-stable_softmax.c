/* 2. stable_softmax: the same, for logits that are large
 *
 * e^100 does not fit into a float, and e^1000 into no number of this machine: it overflows to
 * infinity, and infinity / infinity is NaN, not a number. e^-1000 is rounded to 0, and a row of
 * such gives 0 / 0, NaN again. But above and below the fraction's bar a factor may be cut, and e^-m
 * is one:
 *
 *   p_j = e^z_j / sum_k e^z_k = e^(z_j - m) / sum_k e^(z_k - m)      for any m
 *
 * With m the largest logit of the row, no exponent is above 0, so nothing overflows; and one of
 * them is 0, so that the sum is at least 1.
 *
 * Given: z (N x K), any finite logits. Wanted: p (N x K).
 *
 * By hand: z = (1000, 1001, 1002), m = 1002. e^(z - m) = (0.1353, 0.3679, 1), their sum is 1.5032,
 * and p = (0.0900, 0.2447, 0.6652): as for (1, 2, 3).
 *
 * Hint: each row has an m of its own. Where should the search for it start, if all are negative?
 *
 * When it is right: ./onehot softmax 1000 1001 1002 shows it; read src/tensor/softmax.c. */
#include "exercise.h"

void stable_softmax(struct tensor z, struct tensor p) {
    YOUR_CODE_HERE;
}
