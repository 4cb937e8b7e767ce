#include "gradcheck/gradients.h"

#include <stdio.h>

enum verdict gradients_verdict(const struct finite_difference_result *r) {
    double x = r->max_error;
    if (r->tested == 0 || r->nonzero == 0 || !(x <= 1e-2))
        return VERDICT_WRONG;
    return x > 1e-4 ? VERDICT_DOUBTFUL : x > 1e-7 ? VERDICT_FINE : VERDICT_GOOD;
}

struct evaluation_point {
    struct model *model;
    const struct pass *pass;
    int first; /* the first layer that the tested tensor affects; act[first] need not be computed */
};

static double mean_loss(void *context) {
    const struct evaluation_point *p = context;
    struct model *m = p->model;
    int n = p->pass->rows;
    for (int i = p->first; i < m->nlayers; i++)
        m->layers[i].type->forward(&m->layers[i], p->pass, tensor_rows(m->act[i], 0, n),
                                   tensor_rows(m->act[i + 1], 0, n));
    model_loss(m, p->pass);
    return model_add_losses(m, n, 0) / n;
}

/* A hash (FNV-1a) of the signs of all x in layers with a kink at 0. */
static uint64_t signs(void *context) {
    const struct evaluation_point *p = context;
    uint64_t hash = 0xcbf29ce484222325;
    for (int i = 0; i < p->model->nlayers; i++) {
        struct tensor x = tensor_rows(p->model->act[i], 0, p->pass->rows);
        for (size_t k = 0; p->model->layers[i].type->nondifferentiable && k < tensor_size(x); k++)
            hash = (hash ^ (x.data[k] > 0 ? 1 : x.data[k] < 0 ? 2 : 0)) * 0x100000001b3;
    }
    return hash;
}

/* All of grad, and delta[0], the gradient of the input. Training does not need that, so
 * model_backward stops above it; here it calls backward of every layer. */
static void backward(struct model *m, const struct pass *pass) {
    int lowest = m->lowest;
    m->lowest = 0;
    model_backward(m, pass, pass->rows);
    m->lowest = lowest;
    model_gradients(m, pass->rows);
}

static int check(struct gradients *g, const struct finite_difference *d, const char *name,
                 struct tensor value, const real *grad, struct error *e) {
    struct gradients_row *row = &g->rows[g->count++];
    snprintf(row->name, sizeof row->name, "%s", name);
    row->rows = value.rows;
    row->cols = value.cols;
    if (finite_difference_check(d, value, grad, &row->result, e) != 0)
        return -1;
    row->verdict = gradients_verdict(&row->result);
    return 0;
}

int gradients_check(struct gradients *g, struct model *m, const struct pass *pass, int max_tested,
                    struct arena *a, struct error *e) {
    struct evaluation_point point = {m, pass, 0};
    struct finite_difference d = {mean_loss, signs, &point, max_tested, pass->seed};
    struct tensor x = tensor_rows(m->act[0], 0, pass->rows);
    *g = (struct gradients){.step = pass->step - 1, .samples = pass->rows};
    g->rows = arena_alloc(a, 1 + (size_t)m->nlayers * LAYER_PARAMS, sizeof *g->rows);
    if (!g->rows)
        return error_memory(e, "the gradient check");

    g->loss = mean_loss(&point);
    backward(m, pass);
    if (check(g, &d, "input", x, m->delta[0].data, e) != 0)
        return -1;
    for (int i = 0; i < m->nlayers; i++) {
        mean_loss(&point); /* recomputes act for the unchanged value */
        point.first = i;
        for (int k = 0; k < m->layers[i].ntrained; k++) {
            const struct param *p = &m->layers[i].params[k];
            char name[MODEL_PARAM_NAME];
            model_param_name(m, i, k, name);
            if (check(g, &d, name, p->value, p->grad.data, e) != 0)
                return -1;
        }
    }
    return 0;
}
