/* 3. cross_entropy: how wrong a prediction is
 *
 * The target y of a sample is one-hot: 1 for its label, 0 for the other classes. The loss is
 *
 *   loss = -sum_j y_j log p_j = -log p_label       with p = softmax(z)
 *
 * in nats, by the natural logarithm: 0 for a model that is sure and right, log K for one that
 * guesses among K classes, and more and more for one that is sure and wrong. Where p is rounded to
 * 0, its logarithm would be -infinity. So the logarithm is taken before anything is rounded:
 *
 *   log p_j = log(e^(z_j - m) / s) = z_j - m - log s       with s = sum_k e^(z_k - m)
 *
 * and m the row's largest logit.
 *
 * Given: z (N x K), any finite logits; y (N x K), one-hot.
 * Wanted: loss (N x 1): loss.data[n], of row n. No mean is taken yet.
 *
 * By hand: z = (1, 2, 3), so m = 3, s = 1.5032, log s = 0.4076. If the label is the class of the
 * 3, the loss is 0.4076; of the 2, 1.4076; of the 1, 2.4076.
 *
 * Hint: 0 times infinity is NaN. With log p_j from the line above it never comes to that.
 *
 * When it is right: read `forward` in src/losses/softmax_cross_entropy.c. */
#include "exercise.h"

void cross_entropy(struct tensor z, struct tensor y, struct tensor loss) {
    YOUR_CODE_HERE;
}
