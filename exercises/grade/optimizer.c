/* sgd_step: from a gradient to new parameters. momentum.c has momentum_step. */
#include "optimizer.h"
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "vectors.h"

#include <math.h>

static const struct argument arguments[] = {
    {"grad", IN, '1', 'O', NULL, NULL}, {"theta", IN_OUT, '1', 'O', NULL, NULL}, {0}};
enum { GRAD = OPTIMIZER_GRAD, THETA };

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(sgd_step) *)f)(v->learning_rate, v->t[GRAD], v->t[THETA]);
}

/* A wrong new theta: an expression in theta, its gradient g and the learning rate. */
#define WRONG(name, expression)                                                                    \
    static void name(real rate, struct tensor grad, struct tensor t) {                             \
        for (size_t i = 0; i < tensor_size(t); i++) {                                              \
            real theta = t.data[i], g = grad.data[i], n = (real)t.cols;                            \
            (void)rate, (void)theta, (void)g, (void)n;                                             \
            t.data[i] = expression;                                                                \
        }                                                                                          \
    }

WRONG(uphill, theta + rate * g)
WRONG(no_rate, theta - g)
WRONG(rate_twice, theta - rate * rate * g)
WRONG(assigned, -(rate *g))
WRONG(assigned_uphill, (rate * g))
WRONG(divided, theta - rate * g / n)
WRONG(fixed_rate, theta - (real)0.1 * g)
WRONG(fixed_small_rate, theta - (real)0.01 * g)
WRONG(by_rate, theta - g / rate)
WRONG(of_theta, theta - rate * theta)
WRONG(times_theta, theta - rate * g * theta)
WRONG(unmoved, theta)
WRONG(by_sign, theta - rate * (real)((g > 0) - (g < 0)))
WRONG(by_sign_or_down, theta - rate * (g > 0 ? 1 : -1))
WRONG(by_sign_or_up, theta - rate * (g < 0 ? -1 : 1))
WRONG(by_absolute, theta - rate * (real)fabs((double)g))
WRONG(by_square, theta - rate * g * g)
WRONG(by_root, theta - rate * (g < 0 ? -1 : 1) * (real)sqrt(fabs((double)g)))
WRONG(only_downward, theta - rate * (g > 0 ? g : 0))
WRONG(rate_added, theta - (rate + g))
WRONG(rate_subtracted, theta - rate)
WRONG(product_last, ((theta - rate) * g))
WRONG(swapped, g - rate * theta)
WRONG(reversed, rate *g - theta)
WRONG(halfway, theta - rate * (theta - g))
WRONG(decayed, theta - rate * (theta + g))
WRONG(doubled, theta - 2 * rate * g)
WRONG(one_over_g, g == 0 ? theta : theta - rate / g)
WRONG(first_g, theta - rate * grad.data[0])
WRONG(without_last, i + 1 < tensor_size(t) ? theta - rate * g : theta)
WRONG(without_first, i > 0 ? theta - rate * g : theta)
WRONG(only_first, i == 0 ? theta - rate * g : theta)

static void normalised(real rate, struct tensor grad, struct tensor t) {
    double sum = 0;
    for (size_t i = 0; i < tensor_size(grad); i++)
        sum += (double)grad.data[i] * (double)grad.data[i];
    for (size_t i = 0; i < tensor_size(t) && sum > 0; i++)
        t.data[i] -= (real)((double)(rate * grad.data[i]) / sqrt(sum));
}

static void by_all(real rate, struct tensor grad, struct tensor t) {
    for (size_t i = 0; i < tensor_size(t); i++)
        for (size_t k = 0; k < tensor_size(grad); k++)
            t.data[i] -= rate * grad.data[k];
}

static void steps_add_up(real rate, struct tensor grad, struct tensor t) {
    real step = 0;
    for (size_t i = 0; i < tensor_size(t); i++)
        t.data[i] -= step += rate * grad.data[i];
}

static const struct mistake mistakes[] = {
    MISTAKE("theta", uphill,
            "The sign is wrong: theta moves uphill. The gradient points to where the loss grows: "
            "subtract it."),
    MISTAKE("theta", no_rate,
            "The learning rate is missing: theta becomes theta - learning_rate grad."),
    MISTAKE("theta", rate_twice,
            "The learning rate is applied twice. grad is just dL/dtheta: multiply it by the "
            "learning rate once."),
    MISTAKE("theta", assigned,
            "theta is overwritten by the step, -learning_rate grad. Subtract learning_rate grad "
            "from the old theta, with -=."),
    MISTAKE("theta", assigned_uphill,
            "theta is overwritten by learning_rate grad. Subtract it from the old theta, with -=."),
    MISTAKE("theta", divided,
            "The step is divided by the number of parameters. Nothing is averaged here."),
    MISTAKE("theta", fixed_rate,
            "The learning rate is fixed at 0.1. Use the argument learning_rate, which differs "
            "from case to case."),
    MISTAKE("theta", fixed_small_rate,
            "The learning rate is fixed at 0.01. Use the argument learning_rate, which differs "
            "from case to case."),
    MISTAKE(
        "theta", by_all,
        "Every parameter moves by all gradients, in two nested loops. theta[i] moves by grad[i] "
        "alone: one loop is enough."),
    MISTAKE("theta", by_rate, "The gradient is divided by the learning rate. Multiply it instead."),
    MISTAKE(
        "theta", of_theta,
        "The gradient is not used: the step is learning_rate theta. Subtract learning_rate grad."),
    MISTAKE("theta", times_theta,
            "The step is also multiplied by theta. It is just learning_rate grad."),
    MISTAKE(
        "theta", by_sign,
        "Only the gradient's sign is used: every parameter moves by the learning rate. Multiply "
        "the learning rate by grad itself, so that steps are small where the slope is."),
    MISTAKE("theta", by_sign_or_down,
            "Only the gradient's sign is used (and 0 counts as negative): every parameter moves by "
            "the learning rate. Multiply the learning rate by grad itself, so that steps are small "
            "where the slope is."),
    MISTAKE("theta", by_sign_or_up,
            "Only the gradient's sign is used (and 0 counts as positive): every parameter moves by "
            "the learning rate. Multiply the learning rate by grad itself, so that steps are small "
            "where the slope is."),
    MISTAKE("theta", by_absolute,
            "The gradient has lost its sign: where it is negative, theta should grow."),
    MISTAKE("theta", by_square,
            "The gradient is squared, which also loses its sign. The step is learning_rate grad."),
    MISTAKE("theta", by_root,
            "The step uses the square root of the gradient. It is learning_rate grad."),
    MISTAKE("theta", only_downward,
            "theta moves only where the gradient is positive. Where it is negative, theta should "
            "grow."),
    MISTAKE("theta", rate_added,
            "The learning rate and the gradient are added. Multiply them: learning_rate grad."),
    MISTAKE("theta", rate_subtracted,
            "The gradient is not used: every parameter moves down by the learning rate. Multiply "
            "it by grad."),
    MISTAKE("theta", product_last,
            "This is (theta - learning_rate) grad: without parentheses, * binds more tightly than "
            "-."),
    MISTAKE("theta", swapped, "theta and grad are swapped: this is grad - learning_rate theta."),
    MISTAKE("theta", reversed,
            "The subtraction is the wrong way round: this is learning_rate grad - theta."),
    MISTAKE("theta", halfway,
            "theta moves toward grad, which is a slope, not a place: subtract learning_rate grad."),
    MISTAKE("theta", decayed,
            "theta also shrinks, as with weight decay. The step is just learning_rate grad."),
    MISTAKE("theta", doubled, "The step is doubled: subtract learning_rate grad once."),
    MISTAKE("theta", one_over_g,
            "The learning rate is divided by the gradient. Multiply them: learning_rate grad."),
    MISTAKE("theta", first_g,
            "Every parameter moves by the gradient of parameter 0: use grad.data[i]."),
    MISTAKE("theta", without_last,
            "The last parameter has not moved: the loop should end at i < theta.cols."),
    MISTAKE("theta", without_first, "Parameter 0 has not moved: the loop should start at 0."),
    MISTAKE("theta", only_first,
            "Only parameter 0 has moved: theta has 1 row and n columns, so loop over theta.cols, "
            "or tensor_size(theta)."),
    MISTAKE("theta", normalised,
            "The gradient is divided by its length. Then only its direction counts, however steep "
            "the slope is: the step is learning_rate grad."),
    MISTAKE(
        "theta", steps_add_up,
        "The step is not reset for each parameter: it includes those of the parameters before."),
    MISTAKE("theta", unmoved, "theta has not changed."),
    {0}};

static void right(real rate, struct tensor grad, struct tensor theta) {
    framework_sgd(rate, 0, grad, (struct tensor){0}, theta);
}

bool optimizer_first_step(const struct cJSON *c, struct arena *a, struct values *v,
                          struct values *want, int theta) {
    v->learning_rate = (real)vectors_number(c, "learning_rate", 0);
    v->momentum = (real)vectors_number(c, "momentum", 0);
    v->t[OPTIMIZER_GRAD] = vectors_tensor(c, "gradients", a);
    v->t[theta] = vectors_tensor(c, "parameters", a);
    want->t[theta] = vectors_tensor(c, "after", a);
    v->t[OPTIMIZER_GRAD].rows = want->t[theta].rows = 1;
    return vectors_number(c, "weight_decay", 0) == 0 && vectors_number(c, "beta1", 0) == 0 &&
           !vectors_true(c, "nesterov");
}

static bool vector(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    return optimizer_first_step(c, a, v, want, THETA) && v->momentum == 0;
}

static void step(const void *options, struct update update, size_t n, const real *grad, real *theta,
                 real *const *state) {
    (void)options, (void)state;
    practice_call(&(struct values){.t = {{(real *)grad, 1, (int)n}, {theta, 1, (int)n}},
                                   .learning_rate = (real)update.learning_rate});
}

static void swap(struct training *t) {
    practice_optim(t)->step = step;
}

const struct exercise sgd_step_exercise = {
    .name = "sgd_step",
    .source = "src/optim/sgd.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))right,
    .mistakes = mistakes,
    .vectors = "optimizers",
    .vector = vector,
    .config = "configs/mnist.json",
    .swap = swap,
};
