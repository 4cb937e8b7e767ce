/* sgd_step and momentum_step: from a gradient to new parameters. */
#include "framework.h"
#include "grade.h"
#include "practice.h"
#include "vectors.h"

#include <string.h>

/* ---- sgd ---- */

static const struct argument arguments[] = {
    {"grad", IN, '1', 'O', NULL, NULL}, {"theta", IN_OUT, '1', 'O', NULL, NULL}, {0}};
enum { GRAD, THETA };

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
WRONG(by_rate, theta - g / rate)
WRONG(of_theta, theta - rate * theta)
WRONG(times_theta, theta - rate * g * theta)
WRONG(unmoved, theta)

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
    MISTAKE("theta", by_rate, "The gradient is divided by the learning rate. Multiply it instead."),
    MISTAKE(
        "theta", of_theta,
        "The gradient is not used: the step is learning_rate theta. Subtract learning_rate grad."),
    MISTAKE("theta", times_theta,
            "The step is also multiplied by theta. It is just learning_rate grad."),
    MISTAKE("theta", unmoved, "theta has not changed."),
    {0}};

static void right(real rate, struct tensor grad, struct tensor theta) {
    framework_sgd(rate, 0, grad, (struct tensor){0}, theta);
}

/* Reads the first step of a case: from `parameters`, with gradients[0], to after[0]. */
static bool first_step(const struct cJSON *c, struct arena *a, struct values *v,
                       struct values *want, int theta) {
    v->learning_rate = (real)vectors_number(c, "learning_rate", 0);
    v->momentum = (real)vectors_number(c, "momentum", 0);
    v->t[GRAD] = vectors_tensor(c, "gradients", a);
    v->t[theta] = vectors_tensor(c, "parameters", a);
    want->t[theta] = vectors_tensor(c, "after", a);
    v->t[GRAD].rows = want->t[theta].rows = 1;
    return vectors_number(c, "weight_decay", 0) == 0 && vectors_number(c, "beta1", 0) == 0 &&
           !vectors_true(c, "nesterov");
}

static bool vector(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    return first_step(c, a, v, want, THETA) && v->momentum == 0;
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

/* ---- momentum ---- */

static const struct argument momentum_arguments[] = {{"grad", IN, '1', 'O', NULL, NULL},
                                                     {"v", IN_OUT, '1', 'O', NULL, NULL},
                                                     {"theta", IN_OUT, '1', 'O', NULL, NULL},
                                                     {0}};
enum { V = 1, MOMENTUM_THETA };

/* During training; must equal the momentum in .more below. */
#define MOMENTUM (real)0.5

static void call_momentum(void (*f)(void), const struct values *v) {
    ((__typeof__(momentum_step) *)f)(v->learning_rate, v->momentum, v->t[GRAD], v->t[V],
                                     v->t[MOMENTUM_THETA]);
}

/* A wrong new v or theta. Both are expressions in theta, its gradient g, the old v, the learning
 * rate and the momentum m; new_theta may also use the new v. */
#define WRONG_MOMENTUM(name, new_v, new_theta)                                                     \
    static void name(real rate, real m, struct tensor grad, struct tensor V_, struct tensor T_) {  \
        for (size_t i = 0; i < tensor_size(T_); i++) {                                             \
            real theta = T_.data[i], g = grad.data[i], old = V_.data[i], v = new_v;                \
            (void)rate, (void)m, (void)theta, (void)g, (void)old;                                  \
            V_.data[i] = v;                                                                        \
            T_.data[i] = new_theta;                                                                \
        }                                                                                          \
    }

WRONG_MOMENTUM(v_kept, old, theta - rate * (m * old + g))
WRONG_MOMENTUM(no_momentum, g, theta - rate * g)
WRONG_MOMENTUM(averaged, (m * old) + (1 - m) * g, theta - rate * v)
WRONG_MOMENTUM(no_factor, old + g, theta - rate * v)
WRONG_MOMENTUM(momentum_on_g, old + m * g, theta - rate * v)
WRONG_MOMENTUM(momentum_on_both, (m * (old + g)), theta - rate * v)
WRONG_MOMENTUM(rate_inside, (m * old) + rate * g, theta - v)
WRONG_MOMENTUM(rate_twice_inside, (m * old) + rate * g, theta - rate * v)
WRONG_MOMENTUM(velocity, (m * old) - rate * g, theta + v)
WRONG_MOMENTUM(uphill_v, (m * old) + g, theta + rate * v)
WRONG_MOMENTUM(old_v, (m * old) + g, theta - rate * old)
WRONG_MOMENTUM(by_g, (m * old) + g, theta - rate * g)
WRONG_MOMENTUM(no_rate_v, (m * old) + g, theta - v)
WRONG_MOMENTUM(nesterov, (m * old) + g, theta - rate * (g + m * v))
WRONG_MOMENTUM(minus_g, (m * old) - g, theta - rate * v)
WRONG_MOMENTUM(negative, (m * old) - g, theta + rate * v)
WRONG_MOMENTUM(added_to_v, old + m * old + g, theta - rate * v)
WRONG_MOMENTUM(assigned_v, (m * old) + g, -(rate *v))

static const struct mistake momentum_mistakes[] = {
    MISTAKE("v", v_kept,
            "The new v is not stored: write it back, because the next step starts from it."),
    MISTAKE("", no_momentum, "The old v is lost: the new v is momentum v + grad, not grad alone."),
    MISTAKE(
        "", averaged,
        "This v is a decaying mean, momentum v + (1 - momentum) grad. The exercise asks for a "
        "decaying sum, momentum v + grad, as in torch.optim.SGD: the gradient is added in full."),
    MISTAKE("", no_factor,
            "The momentum is missing: multiply v by it before you add the gradient, or no gradient "
            "is ever forgotten."),
    MISTAKE("", momentum_on_g,
            "The momentum is applied to the gradient. Apply it to the old v: momentum v + grad."),
    MISTAKE("", momentum_on_both,
            "The momentum is also applied to the gradient. Apply it to the old v alone: momentum v "
            "+ grad."),
    MISTAKE(
        "", velocity,
        "This v holds steps, including the sign and the learning rate: momentum v - learning_rate "
        "grad. The exercise asks for a v that holds gradients, momentum v + grad. The learning "
        "rate is applied when theta moves, so a change of the rate takes effect at once."),
    MISTAKE("", rate_twice_inside,
            "The learning rate is applied twice: in v, and again when theta moves."),
    MISTAKE("", rate_inside,
            "The learning rate is in v. v is momentum v + grad; the learning rate is applied once, "
            "when theta moves."),
    MISTAKE("", minus_g, "The sign of the gradient in v is wrong: v becomes momentum v + grad."),
    MISTAKE("", negative,
            "v has the wrong sign: it is momentum v + grad, and theta moves by -learning_rate v."),
    MISTAKE("", added_to_v,
            "momentum v + grad is added to v with +=. It is the new v: assign it with =."),
    MISTAKE(
        "theta", assigned_v,
        "theta is overwritten by the step. Subtract learning_rate v from the old theta, with -=."),
    MISTAKE("theta", uphill_v, "The sign is wrong: theta moves uphill. Subtract learning_rate v."),
    MISTAKE("theta", old_v,
            "theta moves by the old v. Update v first, then move theta by the new v."),
    MISTAKE("theta", by_g, "theta moves by the gradient. It should move by the new v."),
    MISTAKE("theta", no_rate_v,
            "The learning rate is missing: theta becomes theta - learning_rate v."),
    MISTAKE("theta", nesterov,
            "This is Nesterov's variant, which moves theta by grad + momentum v. Plain momentum "
            "moves it by v alone."),
    {0}};

static bool momentum_vector(const struct cJSON *c, struct arena *a, struct values *v,
                            struct values *want) {
    if (!first_step(c, a, v, want, MOMENTUM_THETA) || v->momentum == 0)
        return false;
    v->t[V] = vectors_tensor(c, "parameters", a);
    want->t[V] = v->t[GRAD]; /* v was 0 */
    if (!v->t[V].data)
        return false;
    memset(v->t[V].data, 0, tensor_size(v->t[V]) * sizeof(real));
    return true;
}

static void momentum_step_of(const void *options, struct update update, size_t n, const real *grad,
                             real *theta, real *const *state) {
    (void)options;
    practice_call(&(struct values){
        .t = {{(real *)grad, 1, (int)n}, {state[0], 1, (int)n}, {theta, 1, (int)n}},
        .learning_rate = (real)update.learning_rate,
        .momentum = MOMENTUM});
}

static void swap_momentum(struct training *t) {
    practice_optim(t)->step = momentum_step_of;
}

const struct exercise momentum_step_exercise = {
    .name = "momentum_step",
    .source = "src/optim/sgd.c",
    .arguments = momentum_arguments,
    .call = call_momentum,
    .right = (void (*)(void))framework_sgd,
    .mistakes = momentum_mistakes,
    .vectors = "optimizers",
    .vector = momentum_vector,
    .config = "configs/mnist.json",
    .more = "optimizer.momentum=0.5",
    .swap = swap_momentum,
};
