#include "tensor/vmath.h"
#include "train/evaluation.h"

/* A confidence may exceed 1, and even be infinite, if a model does not give negative_log_likelihood
 * the log-probabilities that it expects: then e^z may be anything. */
static struct calibration_bin *bin_of(struct calibration *c, double confidence) {
    double b = ceil(confidence * CALIBRATION_BINS) - 1;
    return &c->bins[b >= CALIBRATION_BINS ? CALIBRATION_BINS - 1 : b > 0 ? (int)b : 0];
}

void calibration_measure(struct calibration *c, const struct prediction *predictions, int count) {
    *c = (struct calibration){0};
    for (int i = 0; i < count; i++) {
        double confidence = (double)predictions[i].confidence;
        struct calibration_bin *bin = bin_of(c, confidence);
        bin->count++;
        bin->right += !predictions[i].wrong;
        bin->confidence += confidence;
        c->confidence += confidence;
    }
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        struct calibration_bin *bin = &c->bins[b]; /* whose confidence is still a sum */
        c->error += fabs(bin->right - bin->confidence) / count;
        if (bin->count > 0)
            bin->confidence /= bin->count;
    }
    c->confidence /= count;
}

/* The derivative of the loss with respect to b = 1/T, summed over the rows. A row's loss is
 *
 *   -sum_j y_j log p_j = S log sum_j e^(b z_j) - b sum_j y_j z_j,  S = sum_j y_j
 *
 * and its derivative is S times the mean of z under p, minus sum_j y_j z_j. The second derivative
 * is S times the variance of z under p, so it is positive: the loss is convex, with one minimum,
 * where this sum is 0. e is scratch space for one row. */
static double slope(double b, struct tensor z, const struct sample_set *samples, real *e) {
    double sum = 0;
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n);
        real m = vmath_max((size_t)z.cols, zn);
        double all = 0, mean = 0, sum_y = 0, sum_yz = 0;
        for (int j = 0; j < z.cols; j++)
            e[j] = (real)(b * ((double)zn[j] - (double)m));
        vmath_exp((size_t)z.cols, e, e);
        for (int j = 0; j < z.cols; j++) {
            all += (double)e[j];
            mean += (double)e[j] * ((double)zn[j] - (double)m);
            double y = (double)dataset_target(samples->split, samples->order[n], j, z.cols);
            sum_y += y;
            if (y > 0)
                sum_yz += y * ((double)zn[j] - (double)m);
        }
        sum += sum_y * (mean / all) - sum_yz;
    }
    return sum;
}

/* Bisects log b: 36 halvings of log 4096 leave 1e-10, less than the rounding error of exp. */
int calibration_fit(double *temperature, struct tensor logits, const struct sample_set *samples,
                    const char *where, struct error *e) {
    double low = 1.0 / 64, high = 64;
    SCOPED_MEMORY real *scratch = malloc((size_t)logits.cols * sizeof *scratch);
    if (!scratch)
        return error_memory(e, "the calibration");
    if (slope(low, logits, samples, scratch) >= 0 || slope(high, logits, samples, scratch) <= 0)
        return error_run(
            e, "%s: no temperature from 1/64 to 64 minimises the loss on its validation samples",
            where);
    for (int i = 0; i < 36; i++) {
        double middle = sqrt(low * high);
        if (slope(middle, logits, samples, scratch) < 0)
            low = middle;
        else
            high = middle;
    }
    *temperature = 1 / sqrt(low * high);
    return 0;
}
