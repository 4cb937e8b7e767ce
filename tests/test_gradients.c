/* Gradients against central differences, in the double build: for every layer and loss in the
 * tables, at random points, and for whole models. The code of onehot gradcheck compares them; tests
 * with wrong gradients show that it detects them. */
#include "base/rng.h"
#include "gradcheck/gradients.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "model/model.h"
#include "pass.h"
#include "test.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Suite *test_gradients(void);

/* The largest error of an element (gradients.h): several times what rounding causes, and a
 * hundredth of what any mistake does. */
static const double MAX_ERROR = 1e-5;

/* Fills t with numbers uniform in [-2, 2), but at least 0.01 away from 0, where relu has its kink.
 */
static void fill(struct tensor t, struct rng *r) {
    for (size_t i = 0; i < tensor_size(t); i++)
        do
            t.data[i] = 4 * (real)rng_uniform(r) - 2;
        while (fabs((double)t.data[i]) < 0.01);
}

static struct tensor filled(struct arena *a, int rows, int cols, struct rng *r) {
    struct tensor t = {arena_alloc(a, (size_t)rows * (size_t)cols, sizeof(real)), rows, cols};
    fill(t, r);
    return t;
}

/* Options for a kind: its defaults, and `whole` for each required integer. `flipped` inverts every
 * boolean and sets every number to 0.25. */
static void *options_for(const struct kind *row, bool flipped, int whole, struct arena *a) {
    struct text t = {0};
    struct json j = {.out = &t};
    json_open(&j, NULL, '{');
    for (const struct key *k = row->keys; k && k->name; k++)
        if (!k->initial && k->type == KEY_STRING) {
            json_string(&j, k->name, "4");
        } else if (!k->initial) {
            ck_assert_int_eq(k->type, KEY_INT);
            json_int(&j, k->name, whole);
        } else if (k->type == KEY_BOOL && flipped) {
            json_bool(&j, k->name, strcmp(k->initial, "false") == 0);
        } else if (k->type == KEY_REAL && flipped) {
            json_number(&j, k->name, 0.25);
        }
    json_close(&j, '}');
    void *options = test_options(row, t.data, a);
    text_free(&t);
    return options;
}

/* Compares a whole gradient with central differences of f. Returns the number of nonzero elements.
 */
static size_t check(const char *who, const char *what, struct tensor value, struct tensor grad,
                    double (*f)(void *, uint64_t *), void *context) {
    struct gradients_function d = {.f = f, .context = context, .max_tested = 100000};
    struct gradients_row r;
    struct error e = {0};
    ck_assert_int_eq(gradients_compare(&d, what, value, grad.data, &r, &e), 0);
    ck_assert_uint_eq(r.tested, tensor_size(value));
    ck_assert_msg(r.max_error <= MAX_ERROR, "%s: %s[%zu] is %.12g, differences say %.12g", who,
                  what, r.worst, r.backward, r.numerical);
    return r.nonzero;
}

/* ---- one layer: L = sum of dy * y, so that dL/dy = dy ---- */

struct layer_case {
    struct layer layer;
    struct tensor x, y, dy;
};

static double weighted_output(void *context, uint64_t *piece) {
    struct layer_case *c = context;
    double sum = 0;
    pass_layer_forward(&c->layer, c->x, c->y);
    for (size_t i = 0; i < tensor_size(c->y); i++)
        sum += (double)(c->y.data[i] * c->dy.data[i]);
    return sum;
}

/* Frees the arena that holds the options. */
static void check_layer(const struct layer_type *type, const void *options, int n, int in,
                        uint32_t stream, struct arena *arena) {
    struct arena a = *arena;
    struct rng r = rng_stream(1, RNG_INIT, stream);
    struct error e = {0};
    struct layer_case c = {.layer = {.type = type, .options = options, .in = in, .out = in}};
    struct layer *l = &c.layer;
    ck_assert_int_eq(type->infer ? type->infer(l, &e) : 0, 0);
    c.x = filled(&a, n, in, &r);
    c.y = filled(&a, n, l->out, &r);
    c.dy = filled(&a, n, l->out, &r);
    struct tensor dx = filled(&a, n, in, &r); /* garbage, which backward must overwrite */
    for (int k = 0; k < l->nparams; k++) {
        struct tensor *v = &l->params[k].value;
        *v = filled(&a, v->rows, v->cols, &r);
        l->params[k].grad = filled(&a, v->rows, v->cols, &r);
    }
    for (int k = 0; k < l->ncached; k++) /* garbage as well */
        l->cached[k] = filled(&a, n, l->cached[k].cols, &r);
    pass_layer_forward(l, c.x, c.y);
    pass_layer_backward(l, c.x, c.y, c.dy, dx);

    const char *name = type->kind.name;
    size_t alive = check(name, "dx", c.x, dx, weighted_output, &c);
    ck_assert_msg(alive > 0 || in == 1, "%s: dx is all zero", name); /* softmax of one is 1 */
    for (int k = 0; k < l->nparams; k++)
        ck_assert_msg(check(name, l->params[k].name, l->params[k].value, l->params[k].grad,
                            weighted_output, &c) > 0,
                      "%s: the gradient of %s is all zero", name, l->params[k].name);

    /* The gradients do not depend on how they are divided into blocks. */
    for (int k = 0; k < l->nparams; k++) {
        struct tensor g = l->params[k].grad, again = filled(&a, g.rows, g.cols, &r);
        for (int first = 0; first < g.rows; first += 3) {
            int rows = g.rows - first < 3 ? g.rows - first : 3;
            type->gradient(l, k, c.x, c.dy, first, tensor_rows(again, first, rows));
        }
        ck_assert_mem_eq(again.data, g.data, tensor_size(g) * sizeof(real));
    }
    arena_free(&a);
}

static void check_row(const struct layer_type *type, bool flipped, int n, int in, int whole) {
    struct arena a = {0};
    check_layer(type, options_for(&type->kind, flipped, whole, &a), n, in, (uint32_t)whole, &a);
}

START_TEST(every_layers_backward_is_the_derivative_of_its_forward) {
    int rows = 0;
    for (; layers_kinds[rows]; rows++) {
        check_row(KIND_ROW(layer_type, layers_kinds[rows]), false, 16, 1, 1);
        check_row(KIND_ROW(layer_type, layers_kinds[rows]), true, 5, 7, 7);
        check_row(KIND_ROW(layer_type, layers_kinds[rows]), false, 5, 7, 7);
        check_row(KIND_ROW(layer_type, layers_kinds[rows]), false, 3, 70, 5);
    }
    ck_assert_int_ge(rows, 9);
}
END_TEST

START_TEST(attentions_backward_is_the_derivative_of_its_forward_with_several_heads) {
    static const char *const options[] = {
        "{\"tokens\": 4, \"heads\": 2, \"head_size\": 3}",
        "{\"tokens\": 3, \"heads\": 5, \"head_size\": 1}",
        "{\"tokens\": 12, \"heads\": 3, \"head_size\": 2}",
    };
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        struct arena a = {0};
        const struct layer_type *type = pass_layer_type("attention");
        check_layer(type, test_options(&type->kind, options[i], &a), 3, 12, 4, &a);
    }
}
END_TEST

/* ---- one loss ---- */

struct loss_case {
    struct loss loss;
    struct tensor z, p;
    struct target target;
};

static double mean_loss(void *context, uint64_t *piece) {
    struct loss_case *c = context;
    double sum = 0;
    real losses[6];
    ck_assert_int_eq(c->z.rows, 6);
    loss_forward(&c->loss, true, c->z, &c->target, c->p, losses);
    for (int n = 0; n < 6; n++)
        sum += (double)losses[n];
    return sum / 6;
}

START_TEST(every_losss_backward_is_the_derivative_of_its_mean) {
    int rows = 0;
    for (; losses_kinds[rows]; rows++)
        for (int k = 2; k < 12;
             k++) { /* classes, with and without weights, options and soft targets */
            struct arena a = {0};
            struct rng r = rng_stream(2, RNG_INIT, (uint32_t)k);
            const struct loss_type *type = KIND_ROW(loss_type, losses_kinds[rows]);
            struct tensor weights = filled(&a, 1, k, &r);
            struct loss_case c = {.loss = {type, options_for(&type->kind, k % 4 < 2, 4, &a),
                                           k % 2 ? weights.data : NULL}};
            c.z = filled(&a, 6, k, &r);
            c.p = filled(&a, 6, k, &r);
            int labels[6];
            for (int i = 0; i < 6; i++)
                labels[i] = i % k;
            c.target = test_target(labels, 6, k, &a);
            for (int j = 0; j < k && k % 3 == 0; j++) { /* soft targets ... */
                tensor_row(c.target.y, 4)[j] = 1 / (real)k;
                tensor_row(c.target.y, 3)[j] = j % 2; /* ... whose sum is not 1 */
                tensor_row(c.target.y, 2)[j] = 0;
            }
            if (type->teacher)
                c.target.teacher = filled(&a, 6, k, &r);
            struct tensor dz = filled(&a, 6, k, &r);
            mean_loss(&c, NULL);
            loss_backward(&c.loss, c.z, c.p, &c.target, 6, dz);
            ck_assert_uint_gt(check(type->kind.name, "dz", c.z, dz, mean_loss, &c), 0);
            arena_free(&a);
        }
    ck_assert_int_ge(rows, 4);
}
END_TEST

START_TEST(softmax_cross_entropy_gradient_is_p_minus_y) {
    real z[] = {1, 2, 3, 0, 0, 0}, p[6], dz[6], losses[2];
    int labels[] = {2, 0};
    struct tensor Z = {z, 2, 3}, P = {p, 2, 3}, DZ = {dz, 2, 3};
    const struct loss_type *t = KIND_ROW(loss_type, losses_kinds[0]);
    struct arena a = {0};
    const void *options = test_options(&t->kind, "{}", &a);
    struct target target = test_target(labels, 2, 3, &a);
    t->forward(options, true, Z, &target, P, losses);
    t->backward(options, Z, P, &target, 2, DZ);
    double s = exp(-2) + exp(-1) + 1;
    ck_assert_double_eq_tol(losses[0], log(s), 1e-12);
    ck_assert_double_eq_tol(losses[1], log(3), 1e-12);
    const double want[] = {exp(-2) / s, exp(-1) / s, 1 / s - 1, 1.0 / 3 - 1, 1.0 / 3, 1.0 / 3};
    for (int i = 0; i < 6; i++)
        ck_assert_double_eq_tol(dz[i], want[i] / 2, 1e-12);
    arena_free(&a);
}
END_TEST

/* For each loss with one_output: z (6 x 1) for two classes. */
START_TEST(one_output_for_two_classes_has_the_gradient_of_its_loss) {
    int count = 0;
    for (int i = 0; losses_kinds[i]; i++) {
        if (!KIND_ROW(loss_type, losses_kinds[i])->one_output)
            continue;
        struct arena a = {0};
        struct rng r = rng_stream(2, RNG_INIT, 1);
        const struct loss_type *type = KIND_ROW(loss_type, losses_kinds[i]);
        struct tensor weights = filled(&a, 1, 2, &r);
        struct loss_case c = {.loss = {type, options_for(&type->kind, false, 4, &a), weights.data}};
        int labels[] = {0, 1, 1, 0, 1, 0};
        c.z = filled(&a, 6, 1, &r);
        c.p = filled(&a, 6, 2, &r);
        c.target = test_target(labels, 6, 2, &a);
        struct tensor dz = filled(&a, 6, 1, &r);
        mean_loss(&c, NULL);
        loss_backward(&c.loss, c.z, c.p, &c.target, 6, dz);
        for (int n = 0; n < 6; n++) {
            double p = 1 / (1 + exp(-(double)tensor_row(c.z, n)[0]));
            ck_assert_double_eq_tol(tensor_row(c.p, n)[1], p, 1e-15);
            ck_assert_double_eq_tol(tensor_row(c.p, n)[0], 1 - p, 1e-15);
        }
        ck_assert_uint_eq(check(type->kind.name, "dz", c.z, dz, mean_loss, &c), 6);
        arena_free(&a);
        count++;
    }
    ck_assert_int_ge(count, 1);
}
END_TEST

/* This includes logits for which log p or log(1 - p), computed from p, would be infinite. */
START_TEST(sigmoid_cross_entropy_is_finite_for_any_logits) {
    real z[] = {1000, -1000, 1000, -1000, 0, -30}, p[6], dz[6], losses[2];
    real y[] = {1, 0, 0, 1, 1, 0};
    struct tensor Z = {z, 2, 3}, P = {p, 2, 3}, DZ = {dz, 2, 3};
    struct target target = {.y = {y, 2, 3}};
    int i = 0;
    while (strcmp(losses_kinds[i]->name, "sigmoid_cross_entropy") != 0)
        i++;
    struct arena a = {0};
    const void *options = test_options(losses_kinds[i], "{}", &a);
    KIND_ROW(loss_type, losses_kinds[i])->forward(options, true, Z, &target, P, losses);
    KIND_ROW(loss_type, losses_kinds[i])->backward(options, Z, P, &target, 2, DZ);
    ck_assert_double_eq_tol(losses[0], 1000.0 / 3, 1e-12);
    ck_assert_double_eq_tol(losses[1], (1000 + log(2) + exp(-30)) / 3, 1e-12);
    const double want_p[] = {1, 0, 1, 0, 0.5, exp(-30)}, want_dz[] = {0, 0, 1, -1, -0.5, exp(-30)};
    for (int k = 0; k < 6; k++) {
        ck_assert_double_eq_tol(p[k], want_p[k], 1e-12);
        ck_assert_double_eq_tol(dz[k], want_dz[k] / 6, 1e-12);
    }
    arena_free(&a);
}
END_TEST

/* ---- whole models ---- */

/* These layers, each followed by linear 4, for 5 random samples with 6 features and 4 classes. */
static struct model *model_of(const struct kind *const *rows, int count, struct arena *a) {
    struct rng r = rng_stream(3, RNG_INIT, 0);
    struct error e = {0};
    struct spec items[32];
    struct specs layers = {0, items};
    const struct kind *linear = layers_kinds[0];
    ck_assert_str_eq(linear->name, "linear");
    for (int i = 0; i < count; i++) {
        items[layers.count++] =
            (struct spec){rows[i], options_for(rows[i], i % 2, i == 0 ? 3 : 4, a)};
        items[layers.count++] = (struct spec){linear, options_for(linear, false, 4, a)};
    }
    struct spec loss = {losses_kinds[0], options_for(losses_kinds[0], false, 4, a)};
    struct model *m = model_new(&layers, &loss, 6, 4, 5, "test", &e);
    ck_assert_msg(m != NULL, "%s", e.text);
    model_init(m, 9);
    fill(m->act[0], &r);
    for (int i = 0; i < 5; i++)
        tensor_row(m->target.y, i)[i % 4] = 1;
    return m;
}

static struct gradients measured(struct model *m, int most, struct arena *a) {
    struct gradients g;
    struct error e = {0};
    struct pass pass = pass_training(5);
    ck_assert_int_eq(gradients_check(&g, m, &pass, most, a, &e), 0);
    return g;
}

START_TEST(a_models_gradient_is_the_derivative_of_its_loss) {
    struct arena a = {0};
    const struct kind *rows[16];
    int count = 0, tensors = 1;
    for (; layers_kinds[count]; count++)
        rows[count] = layers_kinds[count];
    struct model *m = model_of(rows, count, &a);
    struct gradients g = measured(m, 100000, &a);
    size_t elements = 0, trained = 0;
    for (int i = 0; i < m->nlayers; i++)
        tensors += m->layers[i].ntrained; /* options_for freezes one */
    ck_assert_int_eq(g.count, tensors);
    ck_assert_str_eq(g.rows[0].name, "input");
    ck_assert_str_eq(g.rows[1].name, "0.weight");
    for (int i = 0; i < g.count; i++) {
        const struct gradients_row *row = &g.rows[i];
        ck_assert_msg(row->max_error <= MAX_ERROR && row->nonzero > 0, "%s: %g", row->name,
                      row->max_error);
        elements += row->tested + row->kinks;
    }
    for (int i = 0; i < m->nblocks; i++)
        trained += m->blocks[i].count;
    ck_assert_uint_eq(elements, trained + 5 * 6);
    model_free(m);
    arena_free(&a);
}
END_TEST

START_TEST(a_models_gradient_is_right_whichever_layer_is_first) {
    for (int k = 0; layers_kinds[k]; k++) {
        struct arena a = {0};
        struct model *m = model_of((const struct kind *[]){layers_kinds[k]}, 1, &a);
        struct gradients g = measured(m, 100000, &a);
        for (int i = 0; i < g.count; i++)
            ck_assert_msg(g.rows[i].max_error <= MAX_ERROR && g.rows[i].nonzero > 0, "%s: %s: %g",
                          layers_kinds[k]->name, g.rows[i].name, g.rows[i].max_error);
        model_free(m);
        arena_free(&a);
    }
}
END_TEST

/* A model with relu and tanh, in which `change` replaces functions of one layer type. */
static struct model *model_with(const char *layer, void (*change)(struct layer_type *),
                                struct layer_type *type, struct arena *a) {
    const struct kind *rows[2];
    int found = 0;
    for (int i = 0; layers_kinds[i]; i++)
        if (strcmp(layers_kinds[i]->name, "relu") == 0 ||
            strcmp(layers_kinds[i]->name, "tanh") == 0)
            rows[found++] = layers_kinds[i];
    ck_assert_int_eq(found, 2);
    struct model *m = model_of(rows, found, a);
    for (int i = 0; i < m->nlayers; i++)
        if (strcmp(m->layers[i].type->kind.name, layer) == 0) {
            *type = *m->layers[i].type;
            change(type);
            m->layers[i].type = type;
        }
    return m;
}

static void zero(const struct layer *l, int k, struct tensor x, struct tensor dy, int first,
                 struct tensor grad) {
    (void)l, (void)k, (void)x, (void)dy, (void)first;
    memset(grad.data, 0, tensor_size(grad) * sizeof(real));
}

static void zero_gradient(struct layer_type *type) {
    type->gradient = zero;
}

static void constant(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y) {
    (void)l, (void)pass, (void)x;
    for (size_t i = 0; i < tensor_size(y); i++)
        y.data[i] = 1;
}

static void nothing(const struct layer *l, const struct pass *pass, struct tensor x,
                    struct tensor y, struct tensor dy, struct tensor dx) {
    (void)l, (void)pass, (void)x, (void)y, (void)dy;
    memset(dx.data, 0, tensor_size(dx) * sizeof(real));
}

static void dead(struct layer_type *type) {
    type->forward = constant;
    type->backward = nothing;
}

START_TEST(an_all_zero_gradient_is_wrong_even_if_differences_agree) {
    struct arena a = {0};
    struct layer_type type;
    struct model *m = model_with("linear", zero_gradient, &type, &a);
    struct gradients g = measured(m, 100000, &a);
    ck_assert_int_eq(gradients_verdict(&g.rows[0]),
                     VERDICT_GOOD); /* the input's comes from backward */
    for (int i = 1; i < g.count; i++) {
        ck_assert_int_eq(gradients_verdict(&g.rows[i]), VERDICT_WRONG);
        ck_assert_uint_eq(g.rows[i].nonzero, 0);
        ck_assert_double_eq_tol(g.rows[i].max_error, 1, 1e-12);
    }
    model_free(m);

    m = model_with("tanh", dead, &type, &a); /* the second of two: all gradients before it are 0 */
    g = measured(m, 100000, &a);
    for (int i = 0; i < g.count; i++) {
        bool before = i + 2 < g.count;
        ck_assert_int_eq(gradients_verdict(&g.rows[i]), before ? VERDICT_WRONG : VERDICT_GOOD);
        ck_assert_uint_eq(g.rows[i].nonzero > 0, !before);
        ck_assert_double_le(g.rows[i].max_error, MAX_ERROR);
    }
    model_free(m);
    arena_free(&a);
}
END_TEST

static void no_kink(struct layer_type *type) {
    type->nondifferentiable = false;
}

static void same(struct layer_type *type) {
    (void)type;
}

/* A feature is 0, so relu's x is 0, and one of the two points lies on the other side of the kink.
 */
START_TEST(differences_across_a_nondifferentiable_point_are_skipped_and_counted) {
    struct arena a = {0};
    struct layer_type type;
    for (int declared = 0; declared < 2; declared++) {
        struct model *m = model_with("relu", declared ? same : no_kink, &type, &a);
        ck_assert_str_eq(m->layers[0].type->kind.name, "relu");
        for (int n = 0; n < 5; n++)
            tensor_row(m->act[0], n)[2] = 0;
        struct gradients g = measured(m, 100000, &a);
        ck_assert_uint_eq(g.rows[0].kinks, declared ? 5 : 0);
        ck_assert_uint_eq(g.rows[0].tested, declared ? 25 : 30);
        ck_assert_int_eq(gradients_verdict(&g.rows[0]) == VERDICT_WRONG, !declared);
        ck_assert_int_le(g.rows[0].worst % 6 == 2, !declared);
        model_free(m);
    }
    arena_free(&a);
}
END_TEST

/* ---- differences themselves ---- */

static double cubes(void *context, uint64_t *piece) {
    const struct tensor *t = context;
    double sum = 0;
    for (size_t i = 0; i < tensor_size(*t); i++)
        sum += (double)(t->data[i] * t->data[i] * t->data[i]);
    return sum;
}

START_TEST(the_worst_element_the_median_and_the_sample_are_right) {
    enum { N = 1000 };
    struct arena a = {0};
    struct rng r = rng_stream(4, RNG_INIT, 0);
    struct error e = {0};
    struct tensor t = filled(&a, 1, N, &r);
    real *grad = arena_alloc(&a, N, sizeof *grad), *was = arena_alloc(&a, N, sizeof *was);
    for (int i = 0; i < N; i++)
        grad[i] = 3 * t.data[i] * t.data[i] * (real)(i % 4 ? 1.0 : 1.25);
    memcpy(was, t.data, N * sizeof *was);
    struct gradients_function d = {.f = cubes, .context = &t, .max_tested = N};
    struct gradients_row all, some, other;
    ck_assert_int_eq(gradients_compare(&d, "t", t, grad, &all, &e), 0);
    ck_assert_mem_eq(was, t.data, N * sizeof *was);
    ck_assert_uint_eq(all.tested, N);
    ck_assert_uint_eq(all.nonzero, N);
    ck_assert_double_eq_tol(all.max_error, 0.2, 1e-5);
    ck_assert_uint_eq(all.worst % 4, 0);
    ck_assert_double_lt(all.median_error, MAX_ERROR);
    ck_assert_double_eq_tol(all.backward / all.numerical, 1.25, 1e-4);

    grad[77] = 1e6; /* one in a thousand, which 100 of them need not include */
    ck_assert_int_eq(gradients_compare(&d, "t", t, grad, &all, &e), 0);
    ck_assert_uint_eq(all.worst, 77);
    d.max_tested = 100;
    ck_assert_int_eq(gradients_compare(&d, "t", t, was, &some, &e), 0);
    d.seed = 1;
    ck_assert_int_eq(gradients_compare(&d, "t", t, was, &other, &e), 0);
    ck_assert_uint_eq(some.tested, 100);
    ck_assert_uint_eq(other.tested, 100);
    ck_assert_uint_ne(some.worst, other.worst);
    grad[5] = NAN;
    d.max_tested = N;
    ck_assert_int_eq(gradients_compare(&d, "t", t, grad, &all, &e), 0);
    ck_assert(isinf(all.max_error));
    ck_assert_uint_eq(all.worst, 5);
    arena_free(&a);
}
END_TEST

START_TEST(verdicts_follow_the_bands_of_cs231n) {
    static const struct {
        double max_error;
        enum verdict verdict;
    } bands[] = {{0, VERDICT_GOOD},           {1e-7, VERDICT_GOOD},     {2e-7, VERDICT_FINE},
                 {1e-4, VERDICT_FINE},        {2e-4, VERDICT_DOUBTFUL}, {1e-2, VERDICT_DOUBTFUL},
                 {0.011, VERDICT_WRONG},      {2, VERDICT_WRONG},       {INFINITY, VERDICT_WRONG},
                 {(double)NAN, VERDICT_WRONG}};
    for (size_t i = 0; i < sizeof bands / sizeof *bands; i++) {
        struct gradients_row r = {.tested = 1, .nonzero = 1, .max_error = bands[i].max_error};
        ck_assert_int_eq(gradients_verdict(&r), bands[i].verdict);
        r.nonzero = 0;
        ck_assert_int_eq(gradients_verdict(&r), VERDICT_WRONG);
        r = (struct gradients_row){.nonzero = 1, .max_error = bands[i].max_error};
        ck_assert_int_eq(gradients_verdict(&r), VERDICT_WRONG);
    }
}
END_TEST

Suite *test_gradients(void) {
    return TEST_SUITE("gradients", every_layers_backward_is_the_derivative_of_its_forward,
                      attentions_backward_is_the_derivative_of_its_forward_with_several_heads,
                      every_losss_backward_is_the_derivative_of_its_mean,
                      softmax_cross_entropy_gradient_is_p_minus_y,
                      one_output_for_two_classes_has_the_gradient_of_its_loss,
                      sigmoid_cross_entropy_is_finite_for_any_logits,
                      a_models_gradient_is_the_derivative_of_its_loss,
                      a_models_gradient_is_right_whichever_layer_is_first,
                      an_all_zero_gradient_is_wrong_even_if_differences_agree,
                      differences_across_a_nondifferentiable_point_are_skipped_and_counted,
                      the_worst_element_the_median_and_the_sample_are_right,
                      verdicts_follow_the_bands_of_cs231n);
}
