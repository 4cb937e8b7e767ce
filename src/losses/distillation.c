/* distillation: a model, the student, learns from the probabilities of another model, its teacher
 * (Hinton, Vinyals and Dean 2015, https://arxiv.org/abs/1503.02531). For an image of a 7, these
 * also say how much it looks like a 1. A temperature T makes such small probabilities visible. With
 * logits z of the student and t of the teacher, let
 *
 *   q = softmax(t / T)      s = softmax(z / T)      p = softmax(z)
 *   loss = α T² KL(q || s) + (1 - α) H(y, p)
 *        = α T² sum_j q_j (log q_j - log s_j) - (1 - α) sum_j y_j log p_j
 *
 * α weighs the teacher against the target y. The gradient of the soft part shrinks like 1/T², which
 * the factor T² compensates. T and α apply in training only: the probabilities are p, and the loss
 * in validation and test is the cross-entropy H(y, p). */
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
    PATH_KEY(struct distillation, teacher, NULL,
             "the model to learn from: a run directory or a .safetensors file that onehot wrote"),
    POSITIVE_KEY(struct distillation, temperature, "4", 1000,
                 "T, at which student and teacher are compared; used only in training"),
    REAL_KEY(struct distillation, alpha, "0.9", 0, 1,
             "a in the training loss, a T^2 KL(teacher || student) + (1 - a) cross-entropy"),
    END_KEY};

/* e_j = e^((x_j - m) / T) for a row of k logits. m is the largest, so no exponent is positive and
 * nothing overflows. Returns their sum, which is at least 1. */
static real exponentials(int k, const real *x, real m, real T, real *e) {
    real sum = 0;
    for (int j = 0; j < k; j++)
        e[j] = (x[j] - m) / T;
    vmath_exp((size_t)k, e, e);
    for (int j = 0; j < k; j++)
        sum += e[j];
    return sum;
}

/* As in softmax_cross_entropy.c, the logarithm of a softmax is log s_j = (z_j - m) / T - log sum,
 * which never takes the log of a rounded 0. A class with q_j = 0 contributes nothing. Each row of p
 * is scratch space until it gets its final values. */
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

/* For one row. The terms q_j log q_j do not depend on z, so KL(q || s) has the same gradient as the
 * cross-entropy of q against s, which softmax_cross_entropy.c derives:
 *
 *   ∂/∂z_j (-sum_k q_k log s_k) = (s_j - q_j) / T        ∂H/∂z_j = S p_j - y_j
 *
 * where S = sum_k y_k. With the factors α T² and 1 - α,
 *
 *   ∂loss/∂z_j = α T (s_j - q_j) + (1 - α) (S p_j - y_j)
 *
 * and the mean over the batch contributes 1/batch. Each row of dz is scratch space for the
 * exponentials: first the teacher's, for their sum, then the student's. */
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

const struct loss_type distillation_loss = {
    .kind = {.name = "distillation",
             .help = "divergence from a teacher's probabilities, plus cross-entropy of the label; "
                     "mean over the batch, in nats",
             .size = sizeof(struct distillation),
             .keys = keys},
    .teacher = offsetof(struct distillation, teacher),
    .formula = {.teacher = "q[n,j] = exp(t[n,j] / temperature) / sum_k exp(t[n,k] / temperature)",
                .student = "s[n,j] = exp(z[n,j] / temperature) / sum_k exp(z[n,k] / temperature)",
                .p = "p[n,j] = exp(z[n,j]) / sum_k exp(z[n,k])",
                .loss =
                    "loss[n] = alpha * temperature^2 * (sum_j q[n,j] * (log(q[n,j]) - log(s[n,j])))"
                    " - (1 - alpha) * (sum_j y[n,j] * log(p[n,j]))",
                .gradient = "dz[n,j] = (alpha * temperature * (s[n,j] - q[n,j])"
                            " + (1 - alpha) * (S[n] * p[n,j] - y[n,j])) / N"},
    .forward = forward,
    .backward = backward,
};
