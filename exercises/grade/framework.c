#include "framework.h"
#include "base/arena.h"
#include "config/keys.h"
#include "optim/optim.h"
#include "tensor/softmax.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct kind *find(const struct kind *const *kinds, const char *name) {
    while (*kinds && strcmp((*kinds)->name, name) != 0)
        kinds++;
    assert(*kinds);
    return *kinds;
}

static const struct layer_type *layer_named(const char *name) {
    return KIND_ROW(layer_type, find(layers_kinds, name));
}

const struct loss_type *framework_loss(void) {
    return KIND_ROW(loss_type, find(losses_kinds, "softmax_cross_entropy"));
}

static struct pass all_rows(struct tensor x) {
    return (struct pass){.rows = x.rows, .training = true};
}

void framework_forward(const char *layer, struct tensor x, struct tensor y) {
    struct pass pass = all_rows(x);
    layer_named(layer)->forward(NULL, &pass, x, y);
}

void framework_backward(const char *layer, struct tensor x, struct tensor y, struct tensor dy,
                        struct tensor dx) {
    struct pass pass = all_rows(x);
    layer_named(layer)->backward(NULL, &pass, x, y, dy, dx);
}

static struct layer linear(struct tensor w, struct tensor b) {
    return (struct layer){.in = w.rows,
                          .out = w.cols,
                          .nparams = 2,
                          .params = {{.value = w}, {.value = b, .vector = true}}};
}

void framework_linear(struct tensor x, struct tensor w, struct tensor b, struct tensor y) {
    struct layer l = linear(w, b);
    struct pass pass = all_rows(x);
    layer_named("linear")->forward(&l, &pass, x, y);
}

void framework_linear_backward(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,
                               struct tensor dw, struct tensor db) {
    struct layer l = linear(w, db);
    const struct layer_type *type = layer_named("linear");
    struct pass pass = all_rows(x);
    if (dx.data)
        type->backward(&l, &pass, x, dy, dy, dx);
    if (dw.data)
        type->gradient(&l, 0, x, dy, 0, dw);
    if (db.data)
        type->gradient(&l, 1, x, dy, 0, db);
}

void framework_softmax(struct tensor z, struct tensor p) {
    softmax_rows(z, 1, p);
}

/* Reads the options of a kind from JSON. */
static void read_options(const struct kind *kind, const char *json, void *out) {
    struct arena a = {0};
    struct error e = {0};
    int result = keys_read(kind->keys, json, strlen(json), kind->name, NULL, &a, out, &e);
    assert(result == 0);
    (void)result;
}

/* The default options of the loss. */
static const void *loss_options(void) {
    static _Alignas(max_align_t) char space[256];
    static bool done;
    assert(framework_loss()->kind.size <= sizeof space);
    if (!done)
        read_options(&framework_loss()->kind, "{}", space);
    done = true;
    return space;
}

void framework_losses(struct tensor z, struct tensor y, struct tensor losses) {
    real p[FRAMEWORK_MAX];
    struct target t = {.y = y};
    framework_loss()->forward(loss_options(), true, z, &t, (struct tensor){p, z.rows, z.cols},
                              losses.data);
}

double framework_mean_loss(struct tensor z, struct tensor y, int batch) {
    real losses[FRAMEWORK_MAX];
    double sum = 0;
    framework_losses(z, y, (struct tensor){losses, z.rows, 1});
    for (int n = 0; n < z.rows; n++)
        sum += (double)losses[n];
    return sum / batch;
}

void framework_p_minus_y(struct tensor p, struct tensor y, int batch, struct tensor dz) {
    struct target t = {.y = y};
    framework_loss()->backward(loss_options(), (struct tensor){0}, p, &t, batch, dz);
}

void framework_sgd(real rate, real momentum, struct tensor grad, struct tensor v,
                   struct tensor theta) {
    _Alignas(max_align_t) char space[256];
    char json[64];
    const struct optim_type *sgd = KIND_ROW(optim_type, find(optims_kinds, "sgd"));
    real *state[OPTIM_VECTORS] = {v.data};
    assert(sgd->kind.size <= sizeof space);
    snprintf(json, sizeof json, "{\"momentum\": %.9g}", (double)momentum);
    read_options(&sgd->kind, json, space);
    sgd->step(space, (struct update){(double)rate, 1}, tensor_size(theta), grad.data, theta.data,
              state);
}

void framework_batch(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                     struct tensor dw, struct tensor db) {
    real z[FRAMEWORK_MAX], p[FRAMEWORK_MAX], dz[FRAMEWORK_MAX];
    struct tensor Z = {z, x.rows, w.cols}, P = {p, x.rows, w.cols}, DZ = {dz, x.rows, w.cols};
    framework_linear(x, w, b, Z);
    framework_softmax(Z, P);
    framework_p_minus_y(P, y, x.rows, DZ);
    framework_linear_backward(x, w, DZ, (struct tensor){0}, dw, db);
}

double framework_weighted_sum(struct tensor y, struct tensor weights) {
    double sum = 0;
    for (size_t i = 0; i < tensor_size(y); i++)
        sum += (double)y.data[i] * (double)weights.data[i];
    return sum;
}

void framework_one_hot(struct tensor y, int k) {
    for (int n = 0; n < y.rows; n++)
        for (int j = 0; j < y.cols; j++)
            tensor_row(y, n)[j] = j == (n + k) % y.cols;
}
