#include "right.h"
#include "base/arena.h"
#include "config/keys.h"
#include "optim/optim.h"
#include "tensor/softmax.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const struct layer_type *right_layer(const char *name) {
    int i = 0;
    while (layers_kind(i) && strcmp(layers_kind(i)->name, name) != 0)
        i++;
    assert(layers_type(i));
    return layers_type(i);
}

const struct loss_type *right_loss(void) {
    int i = 0;
    while (losses_kind(i) && strcmp(losses_kind(i)->name, "softmax_cross_entropy") != 0)
        i++;
    assert(losses_type(i));
    return losses_type(i);
}

void right_forward(const char *layer, struct tensor x, struct tensor y) {
    struct pass pass = {.rows = x.rows, .training = true};
    right_layer(layer)->forward(NULL, &pass, x, y);
}

void right_backward(const char *layer, struct tensor x, struct tensor y, struct tensor dy,
                    struct tensor dx) {
    struct pass pass = {.rows = x.rows, .training = true};
    right_layer(layer)->backward(NULL, &pass, x, y, dy, dx);
}

static struct layer linear(struct tensor w, struct tensor b) {
    return (struct layer){.in = w.rows,
                          .out = w.cols,
                          .nparams = 2,
                          .params = {{.value = w}, {.value = b, .vector = true}}};
}

void right_linear(struct tensor x, struct tensor w, struct tensor b, struct tensor y) {
    struct layer l = linear(w, b);
    struct pass pass = {.rows = x.rows, .training = true};
    right_layer("linear")->forward(&l, &pass, x, y);
}

void right_linear_backward(struct tensor x, struct tensor w, struct tensor dy, struct tensor dx,
                           struct tensor dw, struct tensor db) {
    struct layer l = linear(w, db);
    const struct layer_type *type = right_layer("linear");
    struct pass pass = {.rows = x.rows, .training = true};
    if (dx.data)
        type->backward(&l, &pass, x, dy, dy, dx);
    if (dw.data)
        type->gradient(&l, 0, x, dy, 0, dw);
    if (db.data)
        type->gradient(&l, 1, x, dy, 0, db);
}

void right_softmax(struct tensor z, struct tensor p) {
    softmax_rows(z, 1, p);
}

/* A row's options, by its keys from JSON. */
static void options(const struct kind *row, const char *json, void *out) {
    struct arena a = {0};
    struct error e = {0};
    int result = keys_read(row->keys, json, strlen(json), row->name, NULL, &a, out, &e);
    assert(result == 0);
    (void)result;
}

static const void *plain(void) {
    static _Alignas(max_align_t) char space[256];
    static bool done;
    assert(right_loss()->kind.size <= sizeof space);
    if (!done)
        options(&right_loss()->kind, "{}", space);
    done = true;
    return space;
}

void right_losses(struct tensor z, struct tensor y, struct tensor losses) {
    real p[RIGHT_MOST];
    struct target t = {.y = y};
    right_loss()->forward(plain(), true, z, &t, (struct tensor){p, z.rows, z.cols}, losses.data);
}

void right_p_minus_y(struct tensor p, struct tensor y, int batch, struct tensor dz) {
    struct target t = {.y = y};
    right_loss()->backward(plain(), (struct tensor){0}, p, &t, batch, dz);
}

void right_sgd(real rate, real momentum, struct tensor grad, struct tensor v, struct tensor theta) {
    _Alignas(max_align_t) char space[256];
    char json[64];
    const struct optim_type *sgd = optims_type(0);
    real *state[OPTIM_VECTORS] = {v.data};
    assert(strcmp(sgd->kind.name, "sgd") == 0 && sgd->kind.size <= sizeof space);
    snprintf(json, sizeof json, "{\"momentum\": %.9g}", (double)momentum);
    options(&sgd->kind, json, space);
    sgd->step(space, (struct update){(double)rate, 1}, tensor_size(theta), grad.data, theta.data,
              state);
}

void right_batch(struct tensor x, struct tensor y, struct tensor w, struct tensor b,
                 struct tensor dw, struct tensor db) {
    real z[RIGHT_MOST], p[RIGHT_MOST], dz[RIGHT_MOST];
    struct tensor Z = {z, x.rows, w.cols}, P = {p, x.rows, w.cols}, DZ = {dz, x.rows, w.cols};
    right_linear(x, w, b, Z);
    right_softmax(Z, P);
    right_p_minus_y(P, y, x.rows, DZ);
    right_linear_backward(x, w, DZ, (struct tensor){0}, dw, db);
}

double right_weighted(struct tensor y, struct tensor weights) {
    double sum = 0;
    for (size_t i = 0; i < tensor_size(y); i++)
        sum += (double)y.data[i] * (double)weights.data[i];
    return sum;
}

void right_one_hot(struct tensor y, int k) {
    for (int n = 0; n < y.rows; n++)
        for (int j = 0; j < y.cols; j++)
            tensor_row(y, n)[j] = j == (n + k) % y.cols;
}
