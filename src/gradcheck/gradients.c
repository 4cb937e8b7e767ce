#include "gradcheck/gradients.h"
#include "base/rng.h"

static const double H = 3e-5;

/* The central difference for one element. Returns false if it crosses a kink. */
static bool differentiate(const struct gradients_function *d, real *t, double *numerical) {
    real before = *t;
    uint64_t piece[2] = {0};
    *t = before + (real)H;
    double above = d->f(d->context, &piece[0]), width = (double)*t;
    *t = before - (real)H;
    double below = d->f(d->context, &piece[1]);
    width -= (double)*t; /* the rounded 2h */
    *t = before;
    *numerical = (above - below) / width;
    return piece[0] == piece[1];
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

enum verdict gradients_verdict(const struct gradients_row *r) {
    double x = r->max_error;
    if (r->tested == 0 || r->nonzero == 0 || !(x <= 1e-2))
        return VERDICT_WRONG;
    return x > 1e-4 ? VERDICT_DOUBTFUL : x > 1e-7 ? VERDICT_FINE : VERDICT_GOOD;
}

int gradients_compare(const struct gradients_function *d, const char *name, struct tensor value,
                      const real *grad, struct gradients_row *r, struct error *e) {
    size_t size = tensor_size(value),
           n = (size_t)d->max_tested < size ? (size_t)d->max_tested : size;
    SCOPED_MEMORY double *errors = calloc(2 * n + 1, sizeof *errors);
    if (!errors)
        return error_memory(e, "the differences");
    double largest = 0, *ratios = errors + n;
    uint64_t piece;
    *r = (struct gradients_row){.rows = value.rows, .cols = value.cols, .max_error = NAN};
    snprintf(r->name, sizeof r->name, "%s", name);
    for (size_t i = 0; i < size; i++) {
        r->nonzero += grad[i] != 0;
        largest = fmax(largest, fabs((double)grad[i]));
    }
    double floor = fmax(largest / 100, 1e-6 * fabs(d->f(d->context, &piece)));

    /* One element is drawn from each of n ranges of about equal size. */
    size_t nerrors = 0, nratios = 0;
    struct rng rng = rng_stream(d->seed, RNG_CHECK, 0);
    for (size_t k = 0; k < n; k++) {
        size_t first = size / n * k + size % n * k / n;
        size_t end = size / n * (k + 1) + size % n * (k + 1) / n;
        size_t i = first + rng_below(&rng, (uint32_t)(end - first));
        double numerical, backward = (double)grad[i];
        if (!differentiate(d, &value.data[i], &numerical)) {
            r->kinks++;
            continue;
        }
        double scale = fmax(fmax(fabs(backward), fabs(numerical)), floor);
        double error = scale > 0 ? fabs(backward - numerical) / scale : 0;
        if (!isfinite(backward) || !isfinite(numerical))
            error = INFINITY;
        r->tested++;
        if (backward != 0 || numerical != 0)
            errors[nerrors++] = error;
        if (fabs(numerical) > floor)
            ratios[nratios++] = backward / numerical;
        r->negative += backward < -floor;
        r->below += numerical < -floor;
        r->above += numerical > floor;
        if (r->tested == 1 || error > (1 + 1e-6) * r->max_error) {
            r->max_error = error;
            r->worst = i;
            r->backward = isnan(backward) ? (double)NAN : backward; /* NaN without a sign */
            r->numerical = isnan(numerical) ? (double)NAN : numerical;
        }
    }
    qsort(errors, nerrors, sizeof *errors, compare);
    r->median_error = nerrors > 0 ? errors[nerrors / 2] : NAN;
    qsort(ratios, nratios, sizeof *ratios, compare);
    r->ratio = nratios > 0 ? ratios[nratios / 2] : NAN;
    return 0;
}

struct evaluation_point {
    struct model *model;
    const struct pass *pass;
    int first; /* the first layer that the tested tensor affects; act[first] is up to date */
};

double gradients_loss(struct model *m, const struct pass *pass, int first) {
    int n = pass->rows;
    for (int i = first; i < m->nlayers; i++)
        m->layers[i].type->forward(&m->layers[i], pass, tensor_rows(m->act[i], 0, n),
                                   tensor_rows(m->act[i + 1], 0, n));
    model_loss(m, pass);
    return model_add_losses(m, n, 0) / n;
}

/* The piece is a hash (FNV-1a) of the signs of all x in layers with a kink at 0. */
static double loss_at(void *context, uint64_t *piece) {
    const struct evaluation_point *p = context;
    double loss = gradients_loss(p->model, p->pass, p->first);
    *piece = 0xcbf29ce484222325;
    for (int i = 0; i < p->model->nlayers; i++) {
        struct tensor x = tensor_rows(p->model->act[i], 0, p->pass->rows);
        for (size_t k = 0; p->model->layers[i].type->nondifferentiable && k < tensor_size(x); k++)
            *piece = (*piece ^ (x.data[k] > 0 ? 1 : x.data[k] < 0 ? 2 : 0)) * 0x100000001b3;
    }
    return loss;
}

int gradients_check(struct gradients *g, struct model *m, const struct pass *pass, int max_tested,
                    struct arena *a, struct error *e) {
    struct evaluation_point point = {m, pass, 0};
    struct gradients_function d = {loss_at, &point, max_tested, pass->seed};
    struct tensor x = tensor_rows(m->act[0], 0, pass->rows);
    *g = (struct gradients){.step = pass->step - 1};
    g->rows = arena_alloc(a, 1 + (size_t)m->nlayers * LAYER_PARAMS, sizeof *g->rows);
    if (!g->rows)
        return error_memory(e, "the gradient check");

    double loss = gradients_loss(m, pass, 0);
    g->loss = isnan(loss) ? (double)NAN : loss;
    int lowest = m->lowest;
    m->lowest = 0; /* down to delta[0], the gradient of the input, which training does not need */
    model_backward(m, pass, pass->rows);
    m->lowest = lowest;
    model_gradients(m, pass->rows);
    if (gradients_compare(&d, "input", x, m->delta[0].data, &g->rows[g->count++], e) != 0)
        return -1;
    for (int i = 0; i < m->nlayers; i++) {
        (void)gradients_loss(m, pass, point.first); /* recomputes act for the unchanged value */
        point.first = i;
        for (int k = 0; k < m->layers[i].ntrained; k++) {
            const struct param *p = &m->layers[i].params[k];
            char name[MODEL_PARAM_NAME];
            model_param_name(m, i, k, name);
            if (gradients_compare(&d, name, p->value, p->grad.data, &g->rows[g->count++], e) != 0)
                return -1;
        }
    }
    return 0;
}
