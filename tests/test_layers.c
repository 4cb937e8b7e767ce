/* layers, losses, optimizers, schedules: initial values, unusual numbers, steps computed by
 * hand. */
#include "base/rng.h"
#include "layers/init.h"
#include "layers/layer.h"
#include "losses/loss.h"
#include "optim/optim.h"
#include "optim/schedule.h"
#include "pass.h"
#include "tensor/kernel.h"
#include "tensor/vmath.h"
#include "test.h"
#include "train/config.h"
#include "json/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

Suite *test_layers(void);

enum { IN = 300, OUT = 200 };
static real weights[IN * OUT];

static void moments(enum init scheme, double *mean, double *variance, double *largest) {
    struct tensor w = {weights, IN, OUT};
    init_weight(scheme, w, 3, 0);
    *mean = *variance = *largest = 0;
    for (size_t i = 0; i < tensor_size(w); i++) {
        *mean += (double)weights[i] / (IN * OUT);
        *variance += (double)weights[i] * (double)weights[i] / (IN * OUT);
        *largest = fmax(*largest, fabs((double)weights[i]));
    }
}

/* 60,000 numbers: the mean is within 5 standard deviations of 0. The sample variance of a normal
 * distribution has a relative standard deviation of sqrt(2/60000) = 0.6 %, that of a uniform one
 * less. */
START_TEST(initial_weights_have_the_variance_of_their_scheme) {
    static const struct {
        enum init scheme;
        double variance;
    } schemes[] = {{INIT_TORCH, 1.0 / 3 / IN},
                   {INIT_KAIMING_UNIFORM, 2.0 / IN},
                   {INIT_KAIMING_NORMAL, 2.0 / IN},
                   {INIT_XAVIER_UNIFORM, 2.0 / (IN + OUT)},
                   {INIT_XAVIER_NORMAL, 2.0 / (IN + OUT)}};
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        double mean, variance, largest, want = schemes[i].variance;
        moments(schemes[i].scheme, &mean, &variance, &largest);
        ck_assert_double_eq_tol(mean, 0, 5 * sqrt(want / (IN * OUT)));
        ck_assert_double_eq_tol(variance / want, 1, 0.03);
        bool normal = strstr(init_names[schemes[i].scheme], "normal") != NULL;
        ck_assert_msg(normal == (largest > sqrt(3 * want) * 1.001), "%s has the wrong tails",
                      init_names[schemes[i].scheme]);
    }
}
END_TEST

START_TEST(zeros_init_is_all_zero_and_only_torch_init_draws_biases) {
    struct tensor b = {weights, 1, OUT};
    double mean, variance, largest;
    moments(INIT_ZEROS, &mean, &variance, &largest);
    ck_assert_double_eq(largest, 0);
    init_bias(INIT_KAIMING_NORMAL, b, IN, 3, 1);
    for (int i = 0; i < OUT; i++)
        ck_assert(weights[i] == 0);
    init_bias(INIT_TORCH, b, IN, 3, 1);
    int other = 0;
    for (int i = 0; i < OUT; i++) {
        ck_assert(fabsf(weights[i]) <= 1 / sqrtf(IN));
        other += weights[i] != 0;
    }
    ck_assert_int_gt(other, OUT - 3);
}
END_TEST

START_TEST(initial_values_depend_only_on_seed_and_stream) {
    static real again[IN * OUT];
    struct tensor w = {weights, IN, OUT}, v = {again, IN, OUT};
    init_weight(INIT_XAVIER_NORMAL, w, 3, 4);
    init_weight(INIT_XAVIER_NORMAL, v, 3, 4);
    ck_assert_mem_eq(weights, again, sizeof weights);
    init_weight(INIT_XAVIER_NORMAL, v, 4, 4);
    ck_assert_mem_ne(weights, again, sizeof weights);
    init_weight(INIT_XAVIER_NORMAL, v, 3, 5);
    ck_assert_mem_ne(weights, again, sizeof weights);
}
END_TEST

static void forward(const char *name, real *x, real *y, int n) {
    struct layer l = {.type = pass_layer_type(name), .in = n, .out = n};
    pass_layer_forward(&l, (struct tensor){x, 1, n}, (struct tensor){y, 1, n});
}

START_TEST(activations_do_not_overflow_and_pass_nan_through) {
    real x[] = {1000, -1000, INFINITY, -INFINITY, NAN, -0.0f}, y[6];
    forward("sigmoid", x, y, 6);
    ck_assert(y[0] == 1 && y[1] == 0 && y[2] == 1 && y[3] == 0 && isnan(y[4]) && y[5] == 0.5f);
    forward("tanh", x, y, 6);
    ck_assert(y[0] == 1 && y[1] == -1 && y[2] == 1 && y[3] == -1 && isnan(y[4]) && y[5] == 0);
    forward("relu", x, y, 6);
    ck_assert(y[0] == 1000 && y[1] == 0 && isinf(y[2]) && y[3] == 0 && isnan(y[4]));
    ck_assert(y[5] == 0 && !signbit(y[5]));
}
END_TEST

START_TEST(relus_gradient_at_zero_is_zero) {
    real x[] = {-1, 0, 1}, y[3], dy[] = {5, 6, 7}, dx[3];
    struct layer l = {.type = pass_layer_type("relu"), .in = 3, .out = 3};
    struct tensor X = {x, 1, 3}, Y = {y, 1, 3}, DY = {dy, 1, 3}, DX = {dx, 1, 3};
    pass_layer_forward(&l, X, Y);
    pass_layer_backward(&l, X, Y, DY, DX);
    ck_assert(dx[0] == 0 && dx[1] == 0 && dx[2] == 7);
}
END_TEST

/* ---- dropout ---- */

enum { DROP_ROWS = 50, DROP_COLS = 1200 };

/* Computes dropout's y at this rate for an x of ones, in the rows from pass->first on. */
static void dropped(double rate, int index, const struct pass *pass, real *y) {
    static real ones[DROP_ROWS * DROP_COLS];
    for (int i = 0; i < DROP_ROWS * DROP_COLS; i++)
        ones[i] = 1;
    struct layer l = {.type = pass_layer_type("dropout"),
                      .index = index,
                      .options = &rate,
                      .in = DROP_COLS,
                      DROP_COLS};
    l.type->forward(&l, pass, (struct tensor){ones, pass->rows, DROP_COLS},
                    (struct tensor){y, pass->rows, DROP_COLS});
}

/* 60,000 values: the fraction kept is within 5 standard deviations, sqrt(p (1 - p) / n). */
START_TEST(dropout_keeps_its_fraction_and_the_mean) {
    static const double rates[] = {0, 0.1, 0.5, 0.9, 0.99};
    static real y[DROP_ROWS * DROP_COLS];
    struct pass pass = pass_training(DROP_ROWS);
    for (size_t k = 0; k < sizeof rates / sizeof *rates; k++) {
        double rate = rates[k], n = DROP_ROWS * DROP_COLS, cached = 0, sum = 0;
        dropped(rate, 1, &pass, y);
        for (int i = 0; i < DROP_ROWS * DROP_COLS; i++) {
            ck_assert(y[i] == 0 || y[i] == (real)(1 / (1 - rate)));
            cached += y[i] != 0;
            sum += (double)y[i];
        }
        double tolerance = 5 * sqrt(rate * (1 - rate) / n) + 1e-6;
        ck_assert_double_eq_tol(cached / n, 1 - rate, tolerance);
        ck_assert_double_eq_tol(sum / n, 1, tolerance / (1 - rate));
    }
}
END_TEST

/* Uses the block function directly: sixteen counters give the numbers of 64 neighbours. */
START_TEST(dropouts_mask_follows_from_the_counter) {
    static real y[DROP_ROWS * DROP_COLS];
    struct pass pass = {7, DROP_ROWS, true, 0x123456789, 0x987654321};
    const uint32_t key[2] = {0x23456789, 0x1};
    dropped(0.25, 3, &pass, y);
    for (int r = 0; r < DROP_ROWS; r++)
        for (int j = 0; j < DROP_COLS; j++) {
            const uint32_t counter[4] = {(uint32_t)(j / 64 * 16 + j % 16), (uint32_t)(7 + r),
                                         0x87654321, RNG_DROPOUT + 3 * 256};
            uint32_t number[4];
            rng_philox(counter, key, number);
            ck_assert_int_eq(y[r * DROP_COLS + j] != 0, number[j % 64 / 16] >= 0x40000000);
        }
}
END_TEST

START_TEST(dropouts_masks_differ_by_seed_step_layer_and_row) {
    static real y[6][2 * DROP_COLS];
    struct pass pass = pass_training(2), other;
    size_t row = DROP_COLS * sizeof(real), size = 2 * row;
    dropped(0.5, 1, &pass, y[0]);
    dropped(0.5, 1, &pass, y[1]);
    ck_assert_mem_eq(y[0], y[1], size);
    ck_assert_mem_ne(y[0], y[0] + DROP_COLS, row);
    dropped(0.5, 2, &pass, y[1]);
    other = pass;
    other.seed++;
    dropped(0.5, 1, &other, y[2]);
    other = pass;
    other.step++;
    dropped(0.5, 1, &other, y[3]);
    for (int i = 1; i <= 3; i++)
        ck_assert_mem_ne(y[0], y[i], row);
    other = pass; /* only row 1, as in another thread */
    other.first = other.rows = 1;
    dropped(0.5, 1, &other, y[4]);
    ck_assert_mem_eq(y[0] + DROP_COLS, y[4], row);
}
END_TEST

START_TEST(dropout_changes_nothing_in_evaluation) {
    static real y[DROP_ROWS * DROP_COLS];
    dropped(0.5, 1, &(struct pass){.rows = DROP_ROWS}, y);
    for (int i = 0; i < DROP_ROWS * DROP_COLS; i++)
        ck_assert(y[i] == 1);
}
END_TEST

/* Logits of any finite size give a distribution and a finite loss. */
START_TEST(softmax_cross_entropy_stays_finite_for_huge_logits) {
    real z[] = {1e30f, -1e30f, 0, 1000, 1000, 1000, -1000, 0, 1000}, p[9];
    int labels[] = {1, 2, 0};
    real losses[3];
    const struct loss_type *t = KIND_ROW(loss_type, losses_kinds[0]);
    struct arena a = {0};
    struct target target = test_target(labels, 3, 3, &a);
    t->forward(test_options(&t->kind, "{}", &a), true, (struct tensor){z, 3, 3}, &target,
               (struct tensor){p, 3, 3}, losses);
    arena_free(&a);
    for (int n = 0; n < 3; n++)
        ck_assert(isfinite(losses[n]));
    ck_assert(losses[0] > 1e30f);
    ck_assert(p[0] == 1 && p[1] == 0 && p[2] == 0 && p[6] == 0 && p[7] == 0 && p[8] == 1);
    for (int j = 3; j < 6; j++)
        ck_assert(p[j] == (real)1 / 3);
}
END_TEST

/* ---- cross-entropy in two or three steps ---- */

static const struct loss_type *loss_named(const char *name) {
    for (int i = 0; losses_kinds[i]; i++)
        if (strcmp(losses_kinds[i]->name, name) == 0)
            return KIND_ROW(loss_type, losses_kinds[i]);
    ck_abort_msg("there is no %s", name);
    return NULL;
}

enum { STEP_ROWS = 70, STEP_CLASSES = 10 };

/* log_softmax rounds as the fused loss does, so the losses are equal bit for bit. Its p is
 * e^(log p), which has |log p| + 2 more roundings than the quotient. */
START_TEST(log_softmax_with_negative_log_likelihood_is_softmax_cross_entropy) {
    enum { N = STEP_ROWS, K = STEP_CLASSES };
    static real z[N * K], y[N * K], p[2][N * K], dy[N * K], dz[2][N * K], losses[2][N];
    int labels[N];
    double temperature = 1;
    struct layer l = {
        .type = pass_layer_type("log_softmax"), .options = &temperature, .in = K, .out = K};
    struct tensor Z = {z, N, K}, Y = {y, N, K}, DY = {dy, N, K};
    struct tensor P[] = {{p[0], N, K}, {p[1], N, K}}, DZ[] = {{dz[0], N, K}, {dz[1], N, K}};
    for (int i = 0; i < N * K; i++)
        z[i] = (real)(i * i % 1009) / 50 - 10;
    for (int n = 0; n < N; n++)
        labels[n] = n % K;
    const struct loss_type *fused = loss_named("softmax_cross_entropy");
    struct arena a = {0};
    struct target t = test_target(labels, N, K, &a);
    const void *options = test_options(&fused->kind, "{}", &a);
    fused->forward(options, true, Z, &t, P[0], losses[0]);
    fused->backward(options, Z, P[0], &t, N, DZ[0]);
    const struct loss_type *unfused = loss_named("negative_log_likelihood");
    pass_layer_forward(&l, Z, Y);
    unfused->forward(NULL, true, Y, &t, P[1], losses[1]);
    unfused->backward(NULL, Y, P[1], &t, N, DY);
    pass_layer_backward(&l, Z, Y, DY, DZ[1]);
    arena_free(&a);
    ck_assert_mem_eq(losses[0], losses[1], sizeof losses[0]);
    for (int i = 0; i < N * K; i++) {
        double tolerance = (40 + K) * 0x1p-24;
        ck_assert_double_eq_tol((double)p[1][i], (double)p[0][i], tolerance * (double)p[0][i]);
        ck_assert_double_eq_tol((double)dz[1][i] * N, (double)dz[0][i] * N, tolerance);
    }
}
END_TEST

/* The label's probability, e^-200, is 0 in float32, so its logarithm is lost, and so is the
 * gradient. The other two ways still show how wrong the model is, and in which direction. */
START_TEST(the_logarithm_of_softmax_fails_where_log_softmax_does_not) {
    real z[] = {0, 200}, y[2], dy[2], dz[2], p[2], loss;
    int label = 0;
    double temperature = 1;
    struct layer l = {
        .type = pass_layer_type("softmax"), .options = &temperature, .in = 2, .out = 2};
    struct tensor Z = {z, 1, 2}, Y = {y, 1, 2}, DY = {dy, 1, 2}, DZ = {dz, 1, 2}, P = {p, 1, 2};
    const struct loss_type *unfused = loss_named("negative_log_likelihood");
    struct arena a = {0};
    struct target t = test_target(&label, 1, 2, &a);
    pass_layer_forward(&l, Z, Y);
    real log_y[] = {vmath_log(y[0]), vmath_log(y[1])};
    unfused->forward(NULL, true, (struct tensor){log_y, 1, 2}, &t, P, &loss);
    ck_assert(y[0] == 0 && loss == INFINITY);
    unfused->backward(NULL, Y, P, &t, 1, DY);
    for (int j = 0; j < 2; j++)
        dy[j] /= y[j]; /* the derivative of log y: -1 / 0 */
    pass_layer_backward(&l, Z, Y, DY, DZ);
    ck_assert(isnan(dz[0]) || isnan(dz[1]));

    l.type = pass_layer_type("log_softmax");
    pass_layer_forward(&l, Z, Y);
    unfused->forward(NULL, true, Y, &t, P, &loss);
    unfused->backward(NULL, Y, P, &t, 1, DY);
    pass_layer_backward(&l, Z, Y, DY, DZ);
    ck_assert(loss == 200 && dz[0] == -1 && dz[1] == 1);
    const struct loss_type *fused = loss_named("softmax_cross_entropy");
    const void *options = test_options(&fused->kind, "{}", &a);
    fused->forward(options, true, Z, &t, P, &loss);
    fused->backward(options, Z, P, &t, 1, DZ);
    ck_assert(loss == 200 && dz[0] == -1 && dz[1] == 1);
    arena_free(&a);
}
END_TEST

/* Rows give the same results in blocks of any size, as with threads, and NaN is passed on. */
START_TEST(the_softmax_layers_treat_rows_independently_and_pass_nan_through) {
    static const char *const layers[] = {"softmax", "log_softmax"};
    enum { N = STEP_ROWS, K = STEP_CLASSES };
    static real x[N * K], y[2][N * K], dy[N * K], dx[2][N * K];
    double temperature = 0.3;
    for (int i = 0; i < N * K; i++) {
        x[i] = (real)(i * i % 1009) / 50 - 10;
        dy[i] = (real)(i * 7 % 101) / 50 - 1;
    }
    for (int k = 0; k < 2; k++) {
        struct layer l = {
            .type = pass_layer_type(layers[k]), .options = &temperature, .in = K, .out = K};
        for (int whole = 0; whole < 2; whole++)
            for (int n = 0, rows; n < N; n += rows) {
                rows = whole ? N : 1 + n % 3 < N - n ? 1 + n % 3 : N - n;
                struct tensor X = {x + K * n, rows, K}, Y = {y[whole] + K * n, rows, K};
                pass_layer_forward(&l, X, Y);
                pass_layer_backward(&l, X, Y, (struct tensor){dy + K * n, rows, K},
                                    (struct tensor){dx[whole] + K * n, rows, K});
            }
        ck_assert_mem_eq(y[0], y[1], sizeof y[0]);
        ck_assert_mem_eq(dx[0], dx[1], sizeof dx[0]);
        real bad[] = {0, NAN, 0}, out[3];
        pass_layer_forward(&l, (struct tensor){bad, 1, 3}, (struct tensor){out, 1, 3});
        ck_assert(isnan(out[0]) && isnan(out[1]) && isnan(out[2]));
    }
}
END_TEST

START_TEST(the_sizes_of_the_largest_allowed_attention_fit_in_an_int) {
    struct arena a = {0};
    struct error e = {0};
    struct text t = {0};
    struct json j = {.out = &t};
    struct layer l = {.type = pass_layer_type("attention"), .in = 4096};
    json_open(&j, NULL, '{');
    for (const struct key *k = l.type->kind.keys; k->name; k++)
        if (k->type == KEY_INT)
            json_int(&j, k->name, (long long)k->max);
    json_close(&j, '}');
    l.options = test_options(&l.type->kind, t.data, &a);
    text_free(&t);
    ck_assert_int_eq(l.type->infer(&l, &e), 0);
    ck_assert_int_gt(l.ncached, 0);
    for (int k = 0; k < l.ncached; k++)
        ck_assert_int_gt(l.cached[k].cols, 0);
    arena_free(&a);
}
END_TEST

/* Two tokens of three features, which become the value (1e30 times), the key and the query. The
 * second token's value is infinite, and its weight exactly 0: a product may or may not skip it. */
START_TEST(attention_turns_infinity_into_nan_in_every_kernel) {
    static real x[] = {0, 200, 1, 1e30f, -200, 1}, wi[] = {0, 0, 1e30f, 0, 1, 0, 1, 0, 0};
    static real wo[] = {1, 1, 1}, y[6];
    struct layer l = {.type = pass_layer_type("attention"), .in = 6, .out = 6};
    struct arena a = {0};
    struct error e = {0};
    const char *chosen = kernel_name();
    l.options = test_options(&l.type->kind, "{\"tokens\": 2, \"head_size\": 1}", &a);
    ck_assert_int_eq(l.type->infer(&l, &e), 0);
    l.params[0].value.data = wi;
    l.params[1].value.data = wo;
    for (int k = 0; k < l.ncached; k++)
        l.cached[k] = (struct tensor){arena_alloc(&a, (size_t)l.cached[k].cols, sizeof(real)), 1,
                                      l.cached[k].cols};
    for (int i = 0; kernel_available(i); i++) {
        ck_assert_int_eq(kernel_choose(kernel_available(i), &e), 0);
        pass_layer_forward(&l, (struct tensor){x, 1, 6}, (struct tensor){y, 1, 6});
        ck_assert(l.type->attention_weights(&l, 0).data[1] == 0 &&
                  l.type->attention_weights(&l, 0).data[3] == 0);
        for (int k = 0; k < 6; k++)
            ck_assert_msg(isnan(y[k]), "%s: %g", kernel_name(), (double)y[k]);
    }
    ck_assert_int_eq(kernel_choose(chosen, &e), 0);
    arena_free(&a);
}
END_TEST

START_TEST(the_loss_of_a_split_does_not_depend_on_its_batches) {
    real z[20 * 3], p[20 * 3];
    int labels[20];
    for (int i = 0; i < 60; i++)
        z[i] = (real)(i * i % 17) / 3;
    for (int i = 0; i < 20; i++)
        labels[i] = i % 3;
    real whole[20], parts[20];
    const struct loss_type *t = KIND_ROW(loss_type, losses_kinds[0]);
    struct arena a = {0};
    const void *options = test_options(&t->kind, "{\"label_smoothing\": 0.1}", &a);
    struct target all = test_target(labels, 20, 3, &a);
    t->forward(options, true, (struct tensor){z, 20, 3}, &all, (struct tensor){p, 20, 3}, whole);
    for (int i = 0; i < 20; i += 5) {
        struct target some = target_rows(&all, i, 5);
        t->forward(options, true, (struct tensor){z + 3 * i, 5, 3}, &some, (struct tensor){p, 5, 3},
                   parts + i);
    }
    ck_assert_mem_eq(whole, parts, sizeof whole);
    arena_free(&a);
}
END_TEST

START_TEST(the_options_of_every_loss_begin_with_the_class_weights) {
    for (int i = 0; losses_kinds[i]; i++) {
        const struct key *first = losses_kinds[i]->keys;
        ck_assert_str_eq(first->name, "class_weights");
        ck_assert(first->type == KEY_REALS && first->offset == 0);
    }
}
END_TEST

/* The weights from this option for 4 classes with 1, 2, 5 and 0 samples; NULL if there are none. */
static const real *weighed(struct number_list option) {
    static const int counts[] = {1, 2, 5, 0};
    static struct arena a; /* static, since the weights live in it */
    struct error e = {0};
    struct loss l = {KIND_ROW(loss_type, losses_kinds[0]), &option, NULL};
    ck_assert_int_eq(loss_weigh(&l, counts, 4, &a, &e), 0);
    return l.weights;
}

/* As in scikit-learn, except for classes without samples: compute_class_weight("balanced") of
 * these is 8/3, 8/6 and 8/15. */
START_TEST(balanced_weights_give_each_class_the_same_total) {
    const real *w = weighed((struct number_list){.word = CLASS_WEIGHTS_BALANCED});
    ck_assert(w[0] == (real)(8.0 / 3) && w[1] == (real)(8.0 / 6) && w[2] == (real)(8.0 / 15));
    ck_assert(w[3] == 0);
    double list[] = {1, 0.5, 0, 3};
    w = weighed((struct number_list){-1, 4, list});
    ck_assert(w[0] == 1 && w[1] == 0.5f && w[2] == 0 && w[3] == 3);
    ck_assert_ptr_null(weighed((struct number_list){.word = CLASS_WEIGHTS_NONE}));
}
END_TEST

START_TEST(class_weights_multiply_loss_and_gradient_in_training_only) {
    real z[] = {1, 2, 3, 3, 2, 1}, p[6], plain[2], training[2], evaluation[2], dz[6], weighted[6];
    real w[] = {0.25f, 1, 3};
    int labels[] = {2, 0};
    struct tensor Z = {z, 2, 3}, P = {p, 2, 3};
    struct arena a = {0};
    struct target t = test_target(labels, 2, 3, &a);
    struct loss l = {KIND_ROW(loss_type, losses_kinds[0]), test_options(losses_kinds[0], "{}", &a),
                     w};
    l.type->forward(l.options, true, Z, &t, P, plain);
    loss_forward(&l, false, Z, &t, P, evaluation);
    loss_forward(&l, true, Z, &t, P, training);
    ck_assert_mem_eq(plain, evaluation, sizeof plain);
    ck_assert(training[0] == 3 * plain[0] && training[1] == plain[1] / 4);
    l.type->backward(l.options, Z, P, &t, 2, (struct tensor){dz, 2, 3});
    loss_backward(&l, Z, P, &t, 2, (struct tensor){weighted, 2, 3});
    for (int j = 0; j < 3; j++)
        ck_assert(weighted[j] == 3 * dz[j] && weighted[3 + j] == dz[3 + j] / 4);
    arena_free(&a);
}
END_TEST

/* Early stopping, evaluate and compare must not depend on how the target was smoothed. */
START_TEST(label_smoothing_applies_to_the_training_loss_only) {
    real z[] = {1, 2, 3, 3, 2, 1}, p[6], plain[2], training[2], evaluation[2];
    int labels[] = {2, 0};
    struct tensor Z = {z, 2, 3}, P = {p, 2, 3};
    struct arena a = {0};
    struct target t = test_target(labels, 2, 3, &a);
    struct loss l = {KIND_ROW(loss_type, losses_kinds[0]), test_options(losses_kinds[0], "{}", &a),
                     NULL};
    loss_forward(&l, true, Z, &t, P, plain);
    l.options = test_options(losses_kinds[0], "{\"label_smoothing\": 0.75}", &a);
    loss_forward(&l, false, Z, &t, P, evaluation);
    loss_forward(&l, true, Z, &t, P, training);
    ck_assert_mem_eq(plain, evaluation, sizeof plain);
    /* a quarter of the label's loss, and three quarters of the mean loss over all labels, whose
     * logits are on average 1 below the label's */
    for (int n = 0; n < 2; n++)
        ck_assert_float_eq_tol((float)training[n], (float)plain[n] + 0.75f, 1e-6f);
    arena_free(&a);
}
END_TEST

/* As a power of two, T only shifts exponents: the bits are the same as for divided logits. */
START_TEST(a_temperature_divides_the_logits_in_training_and_evaluation) {
    real z[] = {1, 2, 3, 3, 2, 1}, quarter[6], p[6], want_p[6], losses[2], want[2];
    int labels[] = {2, 1};
    struct tensor P = {p, 2, 3}, want_P = {want_p, 2, 3};
    struct arena a = {0};
    struct target t = test_target(labels, 2, 3, &a);
    struct loss plain = {KIND_ROW(loss_type, losses_kinds[0]),
                         test_options(losses_kinds[0], "{}", &a), NULL};
    struct loss l = {KIND_ROW(loss_type, losses_kinds[0]),
                     test_options(losses_kinds[0], "{\"temperature\": 4}", &a), NULL};
    for (int i = 0; i < 6; i++)
        quarter[i] = z[i] / 4;
    for (int training = 0; training < 2; training++) {
        loss_forward(&plain, training, (struct tensor){quarter, 2, 3}, &t, want_P, want);
        loss_forward(&l, training, (struct tensor){z, 2, 3}, &t, P, losses);
        ck_assert_mem_eq(p, want_p, sizeof p);
        ck_assert_mem_eq(losses, want, sizeof losses);
    }
    arena_free(&a);
}
END_TEST

START_TEST(the_options_of_every_optimizer_begin_with_the_learning_rate) {
    for (int i = 0; optims_kinds[i]; i++) {
        const struct key *first = optims_kinds[i]->keys;
        ck_assert_str_eq(first->name, "learning_rate");
        ck_assert(first->type == KEY_REAL && first->offset == 0);
    }
}
END_TEST

/* Three steps by hand: theta 1, gradient 1, rate 0.5, momentum 0.5, decay 0.25 (all exact). */
START_TEST(sgd_does_what_its_comment_says) {
    struct {
        double learning_rate, momentum, weight_decay;
        bool nesterov;
    } o = {0.5, 0.5, 0.25, true};
    real theta = 1, v = 0, grad = 1, *state[] = {&v, NULL};
    const struct update half = {0.5, 1};
    const struct optim_type *t = KIND_ROW(optim_type, optims_kinds[0]);
    ck_assert_str_eq(t->kind.name, "sgd");
    t->step(&o, half, 1, &grad, &theta, state); /* g 1.25, v 1.25, d 1.875 */
    ck_assert(v == 1.25f && theta == 0.0625f);
    t->step(&o, half, 1, &grad, &theta, state); /* g 1.015625, v 1.640625, d 1.8359375 */
    ck_assert(v == 1.640625f && theta == -0.85546875f);
    o.nesterov = false;
    o.weight_decay = 0;
    t->step(&o, half, 1, &grad, &theta, state); /* v 1.8203125 = d */
    ck_assert(v == 1.8203125f && theta == -1.765625f);
    o.momentum = 0;
    o.weight_decay = 0.5;
    theta = 2;
    t->step(&o, half, 1, &grad, &theta, state); /* g 2 = d, and v is unchanged */
    ck_assert(v == 1.8203125f && theta == 1);
}
END_TEST

/* Three steps by hand, all exact. */
START_TEST(adamw_does_what_its_comment_says) {
    struct {
        double learning_rate, beta1, beta2, epsilon, weight_decay;
    } o = {1, 0.5, 0.75, 1, 0.25};
    real theta = 1, m = 0, v = 0, grad = 1, *state[] = {&m, &v};
    const struct optim_type *t = KIND_ROW(optim_type, optims_kinds[1]);
    ck_assert_str_eq(t->kind.name, "adamw");
    /* m' 1, v' 1: the quotient is 1 / (1 + 1), the decay 0.25 theta, and half the rate for both */
    t->step(&o, (struct update){0.5, 1}, 1, &grad, &theta, state);
    ck_assert(m == 0.5f && v == 0.25f && theta == 0.625f);
    o.beta2 = 0;
    o.weight_decay = 0;
    grad = 3; /* m' 1.75 / 0.75, v' 9, the quotient m' / 4, the rate 0.75 */
    t->step(&o, (struct update){0.75, 2}, 1, &grad, &theta, state);
    ck_assert(m == 1.75f && v == 9 && theta == 0.625f - 0.4375f);
    grad = -1; /* m' 0.375 / 0.875, v' 1, the quotient m' / 2, the rate 0.875 */
    t->step(&o, (struct update){0.875, 3}, 1, &grad, &theta, state);
    ck_assert(m == 0.375f && v == 1 && theta == 0);
}
END_TEST

/* This holds for large and small gradients, and in each of many steps with the same gradient; the
 * step is smaller only if the gradient is close to epsilon. */
START_TEST(adamw_moves_by_the_learning_rate_for_gradients_of_any_size) {
    struct {
        double learning_rate, beta1, beta2, epsilon, weight_decay;
    } o = {0.001, 0.9, 0.999, 1e-8, 0};
    real grad[] = {1, -1e-3f, 1e6f, 2e-7f}, theta[4] = {0}, m[4] = {0}, v[4] = {0};
    real *state[] = {m, v};
    for (int step = 1; step <= 3000; step++) {
        memset(theta, 0, sizeof theta);
        KIND_ROW(optim_type, optims_kinds[1])
            ->step(&o, (struct update){0.001, step}, 4, grad, theta, state);
        for (int i = 0; i < 4; i++)
            ck_assert_double_eq_tol((double)theta[i], grad[i] > 0 ? -0.001 : 0.001,
                                    grad[i] < 1e-6f && grad[i] > 0 ? 5e-5 : 1e-7);
    }
}
END_TEST

START_TEST(adamws_mean_gradient_decays_to_zero_not_to_subnormals) {
    struct {
        double learning_rate, beta1, beta2, epsilon, weight_decay;
    } o = {0.001, 0.9, 0.999, 1e-8, 0};
    real grad[] = {1, -1}, theta[2] = {0}, m[2] = {0}, v[2] = {0}, *state[] = {m, v};
    for (int step = 1; step <= 1000; step++) {
        KIND_ROW(optim_type, optims_kinds[1])
            ->step(&o, (struct update){0.001, step}, 2, grad, theta, state);
        ck_assert_msg(fpclassify(m[0]) != FP_SUBNORMAL && m[0] == -m[1], "%a, %a", m[0], m[1]);
        grad[0] = grad[1] = 0;
    }
    ck_assert(m[0] == 0 && v[0] > 0);
}
END_TEST

START_TEST(momentum_decays_to_zero_not_to_subnormals_and_theta_is_the_same) {
    struct {
        double learning_rate, momentum, weight_decay;
        bool nesterov;
    } o = {0.1, 0.9, 0, false};
    real grad[] = {1, -1}, theta[] = {2, -2}, v[2] = {0}, plain_theta = 2, plain_v = 0;
    real *state[] = {v};
    for (int step = 1; step <= 1000; step++) {
        plain_v = 0.9f * plain_v + grad[0];
        plain_theta -= 0.1f * plain_v;
        KIND_ROW(optim_type, optims_kinds[0])
            ->step(&o, (struct update){0.1, step}, 2, grad, theta, state);
        ck_assert_msg(fpclassify(v[0]) != FP_SUBNORMAL && v[0] == -v[1], "%a, %a", v[0], v[1]);
        ck_assert(theta[0] == plain_theta && theta[1] == -plain_theta);
        grad[0] = grad[1] = 0;
    }
    ck_assert(v[0] == 0 && plain_v > 0);
}
END_TEST

/* This must hold for blocks of any size, with the same state, since training splits theta. */
START_TEST(every_optimizer_updates_each_parameter_independently) {
    enum { N = 1000 };
    for (int i = 0; optims_kinds[i]; i++) {
        struct arena a = {0};
        struct error e = {0};
        struct rng r = rng_stream(1, RNG_INIT, 0);
        struct config c;
        struct optim whole, blocks;
        struct text t = {0};
        real theta[N], again[N], grad[N];
        text_printf(&t,
                    "{\"data\": {\"path\": \"d\"}, \"model\": [{\"type\": \"relu\"}], "
                    "\"optimizer\": {\"type\": \"%s\"}}",
                    optims_kinds[i]->name);
        ck_assert_msg(config_parse(&c, config_keys, t.data, t.size, "text", NULL, &a, &e) == 0,
                      "%s", e.text);
        text_free(&t);
        ck_assert_int_eq(optim_new(&whole, c.optimizer, N, &a, &e), 0);
        ck_assert_int_eq(optim_new(&blocks, c.optimizer, N, &a, &e), 0);
        for (int k = 0; k < N; k++)
            theta[k] = again[k] = (real)rng_uniform(&r) - 0.5f;
        for (int step = 1; step <= 5; step++) {
            struct update update = {0.125, step};
            for (int k = 0; k < N; k++)
                grad[k] = (real)rng_uniform(&r) - 0.5f;
            optim_step(&whole, update, 0, N, grad, theta);
            for (size_t first = 0, n; first < N; first += n) {
                n = N - first < 37 ? N - first : 37;
                optim_step(&blocks, update, first, n, grad, again);
            }
        }
        ck_assert_mem_eq(theta, again, sizeof theta);
        arena_free(&a);
    }
}
END_TEST

/* The schedule of this type with these keys, such as `, "end": 0.5`, for a run of `steps` steps, 3
 * per epoch; a required key that is not given is 2. */
static struct schedule scheduled(const char *type, const char *keys, long long steps) {
    static struct arena a; /* static, since the schedules point into it */
    struct config c;
    struct error e = {0};
    struct text t = {0};
    text_printf(&t,
                "{\"data\": {\"path\": \"d\"}, \"model\": [{\"type\": \"relu\"}], "
                "\"schedule\": {\"type\": \"%s\"%s",
                type, keys);
    for (int i = 0; schedules_kinds[i]; i++)
        for (const struct key *k = schedules_kinds[i]->keys; k->name; k++)
            if (strcmp(schedules_kinds[i]->name, type) == 0 && !k->initial &&
                !strstr(keys, k->name))
                text_printf(&t, ", \"%s\": 2", k->name);
    text_printf(&t, "}}");
    ck_assert_msg(config_parse(&c, config_keys, t.data, t.size, "text", NULL, &a, &e) == 0, "%s",
                  e.text);
    text_free(&t);
    return schedule_new(c.schedule, steps, 3);
}

START_TEST(the_options_of_every_schedule_begin_with_the_warmup) {
    for (int i = 0; schedules_kinds[i]; i++) {
        const struct key *first = schedules_kinds[i]->keys;
        ck_assert_str_eq(first->name, "warmup");
        ck_assert(first->type == KEY_REAL && first->offset == 0);
    }
}
END_TEST

/* Tests every type with 0, one, a few, and more steps than fit in an int. */
START_TEST(every_schedule_warms_up_and_never_exceeds_the_learning_rate) {
    const long long counts[] = {0, 1, 2, 3, 10, 1000, 3000000000};
    for (int i = 0; schedules_kinds[i]; i++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            struct schedule s = scheduled(schedules_kinds[i]->name, ", \"warmup\": 0.3", counts[k]);
            struct schedule rest = scheduled(schedules_kinds[i]->name, "", s.steps);
            ck_assert_int_eq(s.warmup, (counts[k] * 3 + 5) / 10);
            ck_assert_int_eq(s.warmup + s.steps, counts[k]);
            long long stride = counts[k] / 500 + 1;
            for (long long step = 0; step < counts[k]; step += stride) {
                double factor = schedule_factor(&s, step);
                ck_assert(factor >= 0 && factor <= 1);
                if (step < s.warmup)
                    ck_assert_double_eq(factor, (double)(step + 1) / (double)(s.warmup + 1));
                else
                    ck_assert_double_eq(factor, schedule_factor(&rest, step - s.warmup));
            }
        }
}
END_TEST

START_TEST(a_warmup_may_take_the_whole_run) {
    struct schedule s = scheduled("linear", ", \"warmup\": 1", 3);
    ck_assert_double_eq(schedule_factor(&s, 0), 0.25);
    ck_assert_double_eq(schedule_factor(&s, 1), 0.5);
    ck_assert_double_eq(schedule_factor(&s, 2), 0.75);
}
END_TEST

START_TEST(a_linear_schedule_falls_evenly_to_its_end_after_the_last_step) {
    struct schedule s = scheduled("linear", ", \"end\": 0.5", 4);
    const double want[] = {1, 0.875, 0.75, 0.625};
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(schedule_factor(&s, i), want[i]);
    s = scheduled("linear", "", 4);
    ck_assert_double_eq(schedule_factor(&s, 0), 1);
    ck_assert_double_eq(schedule_factor(&s, 3), 0.25);
}
END_TEST

START_TEST(a_step_schedule_falls_every_n_epochs_after_the_warmup) {
    struct schedule s = scheduled("step", ", \"every\": 2, \"factor\": 0.5, \"warmup\": 0.2", 25);
    ck_assert_int_eq(s.warmup, 5);
    for (int step = 5; step < 25; step++) /* 6 steps are 2 epochs */
        ck_assert_double_eq(schedule_factor(&s, step), step < 11   ? 1
                                                       : step < 17 ? 0.5
                                                       : step < 23 ? 0.25
                                                                   : 0.125);
}
END_TEST

START_TEST(an_exponential_schedule_falls_by_the_same_factor_in_every_step) {
    struct schedule s = scheduled("exponential", ", \"end\": 0.0625", 4);
    const double want[] = {1, 0.5, 0.25, 0.125};
    for (int i = 0; i < 4; i++)
        ck_assert_double_eq(schedule_factor(&s, i), want[i]);
}
END_TEST

/* libm's cosine of pi x has the error from rounding pi x, 2^-53 pi, and its own error. */
START_TEST(a_cosine_schedule_is_half_a_wave) {
    const int steps = 100000;
    const double pi = acos(-1);
    struct schedule s = scheduled("cosine", "", steps),
                    half = scheduled("cosine", ", \"end\": 0.5", steps);
    double before = 1;
    ck_assert_double_eq(schedule_factor(&s, 0), 1);
    for (int i = 0; i < steps; i++) {
        double factor = schedule_factor(&s, i);
        ck_assert_double_eq_tol(factor, (1 + cos(pi * i / steps)) / 2, 0x1p-51);
        ck_assert_double_eq_tol(schedule_factor(&half, i), 0.5 + factor / 2, 0x1p-53);
        ck_assert_double_le(factor, before);
        before = factor;
    }
    double last = sin(pi / 2 / steps); /* small values are right to the last bits as well */
    ck_assert_double_eq_tol(before, last * last, 0x1p-50 * before);
}
END_TEST

/* These were computed once; every build must reproduce them. */
START_TEST(schedules_have_the_same_bits_everywhere) {
    static const struct {
        const char *type;
        double at[6];
    } want[] = {
        {"linear",
         {0x1p+0, 0x1.aaaaaaaaaaaabp-1, 0x1.5555555555556p-1, 0x1p-1, 0x1.5555555555556p-2,
          0x1.5555555555554p-3}},
        {"step",
         {0x1p+0, 0x1p+0, 0x1.999999999999ap-4, 0x1.999999999999ap-4, 0x1.47ae147ae147cp-7,
          0x1.47ae147ae147cp-7}},
        {"exponential",
         {0x1p+0, 0x1.db4c7760bcffp-2, 0x1.b93a6cec0b3b1p-3, 0x1.999999999999ap-4,
          0x1.7c3d2c4d63ff4p-5, 0x1.60fb8a566f623p-6}},
        {"cosine",
         {0x1p+0, 0x1.ddb3d742c2655p-1, 0x1.8p-1, 0x1.ffffffffffffep-2, 0x1.ffffffffffffep-3,
          0x1.126145e9ecd55p-4}},
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct schedule s = scheduled(want[i].type, ", \"warmup\": 0.1", 20);
        for (int k = 0; k < 6; k++)
            ck_assert_msg(schedule_factor(&s, 3 * k + 2) == want[i].at[k], "%s, step %d: %a",
                          want[i].type, 3 * k + 2, schedule_factor(&s, 3 * k + 2));
    }
}
END_TEST

START_TEST(a_schedule_is_constant_only_if_it_never_changes_the_rate) {
    struct schedule plain = scheduled("constant", "", 9),
                    rising = scheduled("constant", ", \"warmup\": 1", 9),
                    linear = scheduled("linear", "", 9);
    ck_assert(schedule_is_constant(&plain));
    ck_assert(!schedule_is_constant(&rising) && !schedule_is_constant(&linear));
}
END_TEST

Suite *test_layers(void) {
    return TEST_SUITE(
        "layers", initial_weights_have_the_variance_of_their_scheme,
        zeros_init_is_all_zero_and_only_torch_init_draws_biases,
        initial_values_depend_only_on_seed_and_stream,
        activations_do_not_overflow_and_pass_nan_through, relus_gradient_at_zero_is_zero,
        dropout_keeps_its_fraction_and_the_mean, dropouts_mask_follows_from_the_counter,
        dropouts_masks_differ_by_seed_step_layer_and_row, dropout_changes_nothing_in_evaluation,
        softmax_cross_entropy_stays_finite_for_huge_logits,
        the_loss_of_a_split_does_not_depend_on_its_batches,
        log_softmax_with_negative_log_likelihood_is_softmax_cross_entropy,
        the_logarithm_of_softmax_fails_where_log_softmax_does_not,
        the_softmax_layers_treat_rows_independently_and_pass_nan_through,
        the_sizes_of_the_largest_allowed_attention_fit_in_an_int,
        attention_turns_infinity_into_nan_in_every_kernel,
        the_options_of_every_loss_begin_with_the_class_weights,
        balanced_weights_give_each_class_the_same_total,
        class_weights_multiply_loss_and_gradient_in_training_only,
        label_smoothing_applies_to_the_training_loss_only,
        a_temperature_divides_the_logits_in_training_and_evaluation,
        the_options_of_every_optimizer_begin_with_the_learning_rate, sgd_does_what_its_comment_says,
        adamw_does_what_its_comment_says,
        adamw_moves_by_the_learning_rate_for_gradients_of_any_size,
        adamws_mean_gradient_decays_to_zero_not_to_subnormals,
        momentum_decays_to_zero_not_to_subnormals_and_theta_is_the_same,
        every_optimizer_updates_each_parameter_independently,
        the_options_of_every_schedule_begin_with_the_warmup,
        every_schedule_warms_up_and_never_exceeds_the_learning_rate,
        a_warmup_may_take_the_whole_run,
        a_linear_schedule_falls_evenly_to_its_end_after_the_last_step,
        a_step_schedule_falls_every_n_epochs_after_the_warmup,
        an_exponential_schedule_falls_by_the_same_factor_in_every_step,
        a_cosine_schedule_is_half_a_wave, schedules_have_the_same_bits_everywhere,
        a_schedule_is_constant_only_if_it_never_changes_the_rate);
}
