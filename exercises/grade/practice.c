#include "practice.h"
#include "runs/training.h"
#include "train/evaluation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A run so short that even the simplest loops take only seconds, with steps so small that rounding
 * errors stay small. */
static const char *const small[] = {"data.limit=5000", "data.validation=0", "train.epochs=3",
                                    "train.batch_size=32", "optimizer.learning_rate=0.05"};

static const struct exercise *exercise;
static void (*student)(void);
static struct layer_type layer_copy;
static struct loss_type loss_copy;
static struct optim_type optim_copy;

void practice_call(const struct values *v) {
    exercise->call(student, v);
}

struct layer_type *practice_layer(struct training *t, const char *name) {
    for (int i = 0; i < t->model->nlayers; i++) {
        struct layer *l = &t->model->layers[i];
        if (strcmp(l->type->kind.name, name) != 0)
            continue;
        layer_copy = *l->type;
        layer_copy.descend = NULL; /* or the student would be passed by */
        l->type = &layer_copy;
    }
    return &layer_copy;
}

struct loss_type *practice_loss(struct training *t) {
    loss_copy = *t->model->loss.type;
    t->model->loss.type = &loss_copy;
    return &loss_copy;
}

struct optim_type *practice_optim(struct training *t) {
    optim_copy = *t->optim.type;
    optim_copy.is_descent = NULL;
    t->optim.type = &optim_copy;
    return &optim_copy;
}

/* ---- all of linear's gradients in one call ---- */

static struct {
    struct training *training;
    practice_gradients f;
    struct tensor dx, dw, db; /* large enough for the first layer, which is the largest */
} linear;

static void call_linear(const struct layer *l, const struct pass *pass, struct tensor x,
                        struct tensor y, struct tensor dy, struct tensor dx) {
    (void)pass, (void)y;
    linear.dw.rows = l->in;
    linear.dw.cols = linear.db.cols = l->out;
    linear.f(linear.training, l, x, dy, dx, linear.dw, linear.db);
}

/* The framework asks for the gradients in blocks of rows, starting with the weight's first block.
 * That call computes all gradients; each call copies its block from them. */
static void copy_gradient(const struct layer *l, int k, struct tensor x, struct tensor dy,
                          int first, struct tensor grad) {
    if (k == 0 && first == 0)
        call_linear(l, NULL, x, dy, dy, (struct tensor){linear.dx.data, x.rows, x.cols});
    memcpy(grad.data, tensor_row(k == 0 ? linear.dw : linear.db, first),
           tensor_size(grad) * sizeof(real));
}

static struct tensor new_tensor(struct training *t, int rows, int cols) {
    return (struct tensor){arena_alloc(&t->arena, (size_t)rows * (size_t)cols, sizeof(real)), rows,
                           cols};
}

void practice_linear(struct training *t, practice_gradients f) {
    const struct layer *l = &t->model->layers[0];
    struct layer_type *type = practice_layer(t, "linear");
    linear.training = t;
    linear.f = f;
    linear.dx = new_tensor(t, t->model->rows, l->in);
    linear.dw = new_tensor(t, l->in, l->out);
    linear.db = new_tensor(t, 1, l->out);
    type->backward = call_linear;
    type->gradient = copy_gradient;
}

/* ---- the training ---- */

/* Loads the config with the overrides above. A hidden layer is made narrow; `more` comes last. */
static struct training *begin(struct error *e) {
    enum { SMALL = sizeof small / sizeof *small };
    const char *overrides[SMALL + 3] = {NULL};
    int n = SMALL;
    memcpy(overrides, small, sizeof small);
    if (strcmp(exercise->config, "configs/softmax.json") != 0)
        overrides[n++] = "model.0.units=32";
    overrides[n] = exercise->more;
    return training_new(exercise->config, overrides, 1, e);
}

struct learned {
    double loss, accuracy; /* training loss in the last epoch; test accuracy */
};

static int last_loss(void *context, const struct train_epoch *row, struct error *e) {
    (void)e;
    ((struct learned *)context)->loss = row->train_loss;
    return 0;
}

/* Trains from the initial model, even if t was trained before. */
static int learn(struct training *t, struct learned *result, struct error *e) {
    struct train_observer observer = {.context = result, .epoch = last_loss};
    struct evaluation test = {0};
    t->at = (struct train_progress){0};
    for (int i = 0; i < t->optim.type->vectors; i++)
        memset(t->optim.state[i], 0, t->model->nparams * sizeof(real));
    memset(t->model->theta, 0, t->model->nparams * sizeof(real));
    model_init(t->model, (uint64_t)t->config.seed);
    if (train_run(t, &observer, e) != 0)
        return -1;
    evaluation_run(&test, t->model, &t->test, t->pool);
    result->accuracy = evaluation_accuracy(&test);
    return 0;
}

/* In every exercise, the same function written as plain loops, which round differently, gives an
 * accuracy within 0.01 percentage points. So a whole point leaves ample room for rounding, while a
 * function that fails occasionally, or only on large tensors, loses more. */
static void judge(const struct learned *want, const struct learned *got, struct verdict *v) {
    v->state = RIGHT;
    v->framework = want->accuracy;
    v->accuracy = got->accuracy;
    if (fabs(got->accuracy - want->accuracy) <= 0.01 &&
        fabs(got->loss - want->loss) <= 0.02 * want->loss)
        return;
    v->state = WRONG;
    snprintf(v->text, sizeof v->text,
             "It is right in all small cases, but training on MNIST with it gives a different "
             "result: a training loss of %.4f and a test accuracy of %.2f %%, instead of %.4f and "
             "%.2f %%. Does it keep state between calls, or is one of its arrays too small?",
             got->loss, 100 * got->accuracy, want->loss, 100 * want->accuracy);
}

void practice_run(const struct exercise *x, void (*f)(void), struct verdict *v) {
    struct error e = {0};
    struct learned want = {0}, got = {0};
    exercise = x;
    student = f;
    v->state = BROKEN;
    snprintf(v->text, sizeof v->text, "The framework's own training run did not finish.");
    struct training *t = begin(&e);
    if (!t || learn(t, &want, &e) != 0) {
        snprintf(v->text, sizeof v->text, "%s", e.text);
    } else {
        size_t size = t->model->nparams * sizeof(real);
        struct tensor theta = new_tensor(t, 1, (int)t->model->nparams);
        memcpy(theta.data, t->model->theta, size);
        x->swap(t);
        v->state = RUNNING;
        v->text[0] = '\0';
        snprintf(v->doing, sizeof v->doing, "while training on MNIST");
        if (learn(t, &got, &e) != 0) {
            v->state = WRONG;
            snprintf(v->text, sizeof v->text,
                     "It is right in all small cases, but training on MNIST with it fails: %s.",
                     e.text);
        } else {
            judge(&want, &got, v);
            v->identical = memcmp(theta.data, t->model->theta, size) == 0;
        }
    }
    training_free(t);
}
