/* What the model predicts, after model_forward and model_loss. */
#include "model/model.h"
#include "tensor/vmath.h"

int model_predicted(const struct model *m, int n) {
    struct tensor z = m->act[m->nlayers];
    const real *zn = tensor_row(z, n);
    if (m->thresholded)
        return tensor_row(m->p, n)[1] >= m->threshold;
    if (z.cols < m->p.cols) /* one output for two classes: p of the second is above 1/2 */
        return zn[0] > 0;
    real most = vmath_max((size_t)z.cols, zn);
    int first = 0; /* stays 0 if a NaN is in the way */
    for (int j = z.cols - 1; j >= 0; j--)
        first = zn[j] == most ? j : first;
    return first;
}

bool model_labelled(const struct model *m, int n, int class) {
    return m->multi_label ? tensor_row(m->target.y, n)[class] > 0 : m->target.labels[n] == class;
}

bool model_predicts(const struct model *m, int n, int class) {
    return m->multi_label ? tensor_row(m->p, n)[class] >= m->threshold
                          : model_predicted(m, n) == class;
}

bool model_misclassified(const struct model *m, int n) {
    if (!m->multi_label)
        return model_predicted(m, n) != m->target.labels[n];
    for (int j = 0; j < m->p.cols; j++)
        if (model_predicts(m, n, j) != model_labelled(m, n, j))
            return true;
    return false;
}

int model_not_finite(const struct model *m, int n) {
    for (int i = 0; i <= m->nlayers; i++)
        if (!vmath_all_finite(tensor_rows(m->act[i], 0, n)))
            return i;
    return -1;
}
