/* distillation: a model, the student, learns from the probabilities of another one, its teacher
 * (Hinton, Vinyals and Dean 2015, https://arxiv.org/abs/1503.02531): for a picture of a 7, also how
 * much like a 1 it is. A temperature T brings out such small probabilities. For logits z of the
 * student and t of the teacher, let
 *
 *   q = softmax(t / T)      s = softmax(z / T)      p = softmax(z)
 *   loss = α T² KL(q || s) + (1 - α) H(y, p)
 *        = α T² sum_j q_j (log q_j - log s_j) - (1 - α) sum_j y_j log p_j
 *
 * α weighs the teacher against the target y. The soft part's gradient shrinks as 1/T², which T²
 * makes up for. T and α are training's alone: the probabilities are p, and the loss of validation
 * and test is H(y, p), the cross-entropy. */
#include "losses/loss.h"
#include "tensor/clones.h"
#include "tensor/vmath.h"

#include <assert.h>

struct distillation {
    struct number_list class_weights; /* loss.c applies them */
    const char *teacher;
    double temperature, alpha;
};

static const struct key keys[] = {
    CLASS_WEIGHTS_KEY(struct distillation),
    STRING_KEY(struct distillation, teacher, NULL,
               "the model to learn from: a run directory or a .safetensors file of onehot's"),
    POSITIVE_KEY(struct distillation, temperature, "4", 1000,
                 "T, at which student and teacher are compared, in training alone"),
    REAL_KEY(struct distillation, alpha, "0.9", 0, 1,
             "a, where training's loss is a T^2 KL(teacher || student) + (1 - a) cross-entropy"),
    END_KEY};

/* e_j = e^((x_j - m) / T) for a row of k logits, of which m is the largest: so no exponent is above
 * 0, and nothing overflows. Returns their sum, which is at least 1. */
static real exponentials(int k, const real *x, real m, real T, real *e) {
    real sum = 0;
    for (int j = 0; j < k; j++)
        e[j] = (x[j] - m) / T;
    vmath_exp((size_t)k, e, e);
    for (int j = 0; j < k; j++)
        sum += e[j];
    return sum;
}

/* A logarithm of a softmax is that of its exponential less that of the sum, as in
 * softmax_cross_entropy.c: log s_j = (z_j - m) / T - log sum, in which nothing rounds to log 0. Of
 * a class of q_j = 0 nothing is asked. The row of p is scratch until the end. */
CLONED static void forward(const void *options, bool training, struct tensor z,
                           const struct target *t, struct tensor p, real *losses) {
    const struct distillation *o = options;
    real T = (real)o->temperature, alpha = (real)o->alpha;
    assert(!training || t->teacher.data);
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n), *yn = tensor_row(t->y, n);
        real *pn = tensor_row(p, n), m = vmath_max((size_t)z.cols, zn);

        real soft = 0; /* KL(q || s) */
        if (training) {
            const real *tn = tensor_row(t->teacher, n);
            real m_t = vmath_max((size_t)z.cols, tn);
            real log_s = vmath_log(exponentials(z.cols, zn, m, T, pn));
            real sum = exponentials(z.cols, tn, m_t, T, pn), log_q = vmath_log(sum);
            for (int j = 0; j < z.cols; j++)
                if (pn[j] > 0)
                    soft += pn[j] / sum * (((tn[j] - m_t) / T - log_q) - ((zn[j] - m) / T - log_s));
        }

        real hard = 0; /* H(y, p) */
        real sum = exponentials(z.cols, zn, m, 1, pn), log_sum = vmath_log(sum);
        for (int j = 0; j < z.cols; j++) {
            pn[j] /= sum;
            if (yn[j] > 0)
                hard -= yn[j] * (zn[j] - m - log_sum);
        }
        losses[n] = training ? alpha * (T * T) * soft + (1 - alpha) * hard : hard;
    }
}

/* For one row. The q_j log q_j do not depend on z, so that KL(q || s) has the gradient of the
 * cross-entropy of q against s, for which softmax_cross_entropy.c has
 *
 *   ∂/∂z_j (-sum_k q_k log s_k) = (s_j - q_j) / T        ∂H/∂z_j = S p_j - y_j
 *
 * where S = sum_k y_k. With the factors α T² and 1 - α,
 *
 *   ∂loss/∂z_j = α T (s_j - q_j) + (1 - α) (S p_j - y_j)
 *
 * and the mean over the batch brings 1/batch. The row of dz is scratch for the exponentials: of the
 * teacher, for their sum, then of the student. */
CLONED static void backward(const void *options, struct tensor z, struct tensor p,
                            const struct target *t, int batch, struct tensor dz) {
    const struct distillation *o = options;
    real T = (real)o->temperature, alpha = (real)o->alpha;
    for (int n = 0; n < z.rows; n++) {
        const real *zn = tensor_row(z, n), *yn = tensor_row(t->y, n), *pn = tensor_row(p, n);
        const real *tn = tensor_row(t->teacher, n);
        real *dzn = tensor_row(dz, n), m_t = vmath_max((size_t)z.cols, tn), S = 0;
        for (int j = 0; j < z.cols; j++)
            S += yn[j];
        real sum_q = exponentials(z.cols, tn, m_t, T, dzn);
        real sum_s = exponentials(z.cols, zn, vmath_max((size_t)z.cols, zn), T, dzn);
        for (int j = 0; j < z.cols; j++) {
            real q, s = dzn[j] / sum_s;
            (void)exponentials(1, tn + j, m_t, T, &q);
            q /= sum_q;
            dzn[j] = (alpha * T * (s - q) + (1 - alpha) * (S * pn[j] - yn[j])) / (real)batch;
        }
    }
}

extern const struct loss_type distillation_loss;
const struct loss_type distillation_loss = {
    .kind = {.name = "distillation",
             .help =
                 "the probabilities of another model, a teacher, and the label's cross-entropy, "
                 "mean over the batch, in nats",
             .size = sizeof(struct distillation),
             .keys = keys},
    .teacher = offsetof(struct distillation, teacher),
    .forward = forward,
    .backward = backward,
};
