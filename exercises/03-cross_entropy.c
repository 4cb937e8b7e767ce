/* 3. cross_entropy: how wrong a prediction is
 *
 * The target y of a sample is one-hot: 1 for its label, 0 for the other classes. The loss is
 *
 *   loss = -sum_j y_j log p_j = -log p_label       with p = softmax(z)
 *
 * in nats (natural logarithm). It is 0 for a model that is certain and right, log K for one that
 * guesses among K classes, and grows without bound for one that is certain and wrong. If p were
 * rounded to 0, its logarithm would be -infinity, so take the logarithm before anything is rounded:
 *
 *   log p_j = log(e^(z_j - m) / s) = z_j - m - log s       with s = sum_k e^(z_k - m)
 *
 * where m is the row's largest logit.
 *
 * Given: z (N x K), any finite logits; y (N x K), one-hot.
 * Compute: loss (N x 1): loss.data[n] for row n. Do not take a mean.
 *
 * Example: z = (1, 2, 3), so m = 3, s = 1.5032, log s = 0.4076. The loss is 0.4076 if the label is
 * the third class, 1.4076 for the second, 2.4076 for the first.
 *
 * Hint: 0 times infinity is NaN. With log p_j from the formula above, this cannot happen.
 *
 * Once it passes: read `forward` in src/losses/softmax_cross_entropy.c. */
#include "exercise.h"

void cross_entropy(struct tensor z, struct tensor y, struct tensor loss) {
    YOUR_CODE_HERE;
}
