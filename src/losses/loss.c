#include "losses/loss.h"

const char *const loss_class_weights[] = {"none", "balanced", NULL};
const struct key loss_keys[] = {CLASS_WEIGHTS_KEY(struct loss_options), END_KEY};

double *loss_temperature(const struct spec *loss) {
    size_t offset = KIND_ROW(loss_type, loss->type)->temperature;
    return offset ? (double *)((char *)loss->options + offset) : NULL;
}

const char *loss_teacher(const struct spec *loss) {
    size_t offset = KIND_ROW(loss_type, loss->type)->teacher;
    return offset ? *(const char *const *)((const char *)loss->options + offset) : NULL;
}

const char *loss_objective(const struct spec *loss) {
    static const char *const extras[2][3] = {
        {"", "label smoothing", "a teacher"},
        {"class weights", "class weights and label smoothing", "class weights and a teacher"}};
    const struct loss_options *o = loss->options;
    size_t offset = KIND_ROW(loss_type, loss->type)->smoothing;
    bool smooth = offset && *(const double *)((const char *)loss->options + offset) > 0;
    return extras[o->class_weights.word != CLASS_WEIGHTS_NONE][loss_teacher(loss) ? 2 : smooth];
}

int loss_weigh(struct loss *l, const int *counts, int classes, struct arena *a, struct error *e) {
    const struct number_list *weights = l->options;
    if (weights->word == CLASS_WEIGHTS_NONE)
        return 0;
    l->weights = arena_alloc(a, (size_t)classes, sizeof *l->weights);
    if (!l->weights)
        return error_memory(e, "the class weights");
    double samples = 0, present = 0;
    for (int c = 0; c < classes; c++) {
        samples += counts[c];
        present += counts[c] > 0;
    }
    for (int c = 0; c < classes; c++)
        l->weights[c] = (real)(weights->word != CLASS_WEIGHTS_BALANCED ? weights->items[c]
                               : counts[c] > 0 ? samples / (present * counts[c])
                                               : 0);
    return 0;
}

void loss_forward(const struct loss *l, bool training, struct tensor z, const struct target *t,
                  struct tensor p, real *losses) {
    l->type->forward(l->options, training, z, t, p, losses);
    for (int n = 0; n < z.rows && l->weights && training; n++)
        losses[n] *= l->weights[t->labels[n]];
}

void loss_backward(const struct loss *l, struct tensor z, struct tensor p, const struct target *t,
                   int batch, struct tensor dz) {
    l->type->backward(l->options, z, p, t, batch, dz);
    for (int n = 0; n < dz.rows && l->weights; n++)
        for (int j = 0; j < dz.cols; j++)
            tensor_row(dz, n)[j] *= l->weights[t->labels[n]];
}
