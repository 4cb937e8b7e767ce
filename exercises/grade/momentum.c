/* momentum_step: a step that remembers earlier gradients. */
#include "framework.h"
#include "grade.h"
#include "optimizer.h"
#include "practice.h"
#include "vectors.h"

#include <string.h>

static const struct argument arguments[] = {{"grad", IN, '1', 'O', NULL, NULL},
                                            {"v", IN_OUT, '1', 'O', NULL, NULL},
                                            {"theta", IN_OUT, '1', 'O', NULL, NULL},
                                            {0}};
enum { GRAD = OPTIMIZER_GRAD, V, THETA };

/* During training; must equal the momentum in .more below. */
#define MOMENTUM (real)0.5

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(momentum_step) *)f)(v->learning_rate, v->momentum, v->t[GRAD], v->t[V],
                                     v->t[THETA]);
}

/* A wrong new v or theta. Both are expressions in theta, its gradient g, the old v, the learning
 * rate and the momentum m; new_theta may also use the new v. */
#define WRONG(name, new_v, new_theta)                                                              \
    static void name(real rate, real m, struct tensor grad, struct tensor V_, struct tensor T_) {  \
        for (size_t i = 0; i < tensor_size(T_); i++) {                                             \
            real theta = T_.data[i], g = grad.data[i], old = V_.data[i], v = new_v;                \
            (void)rate, (void)m, (void)theta, (void)g, (void)old;                                  \
            V_.data[i] = v;                                                                        \
            T_.data[i] = new_theta;                                                                \
        }                                                                                          \
    }

WRONG(v_kept, old, theta - rate * (m * old + g))
WRONG(no_momentum, g, theta - rate * g)
WRONG(averaged, (m * old) + (1 - m) * g, theta - rate * v)
WRONG(no_factor, old + g, theta - rate * v)
WRONG(fixed_momentum, (real)0.9 * old + g, theta - rate * v)
WRONG(times_both, (old * (m + g)), theta - rate * v)
WRONG(momentum_on_g, old + m * g, theta - rate * v)
WRONG(momentum_on_both, (m * (old + g)), theta - rate * v)
WRONG(rate_inside, (m * old) + rate * g, theta - v)
WRONG(rate_twice_inside, (m * old) + rate * g, theta - rate * v)
WRONG(velocity, (m * old) - rate * g, theta + v)
WRONG(uphill, (m * old) + g, theta + rate * v)
WRONG(old_v, (m * old) + g, theta - rate * old)
WRONG(by_g, (m * old) + g, theta - rate * g)
WRONG(no_rate, (m * old) + g, theta - v)
WRONG(nesterov, (m * old) + g, theta - rate * (g + m * v))
WRONG(minus_g, (m * old) - g, theta - rate * v)
WRONG(negative, (m * old) - g, theta + rate * v)
WRONG(added_to_v, old + m * old + g, theta - rate * v)
WRONG(assigned, (m * old) + g, -(rate *v))
WRONG(by_sign_of_v, (m * old) + g, theta - rate * (real)((v > 0) - (v < 0)))
WRONG(by_sign_or_down_of_v, (m * old) + g, theta - rate * (v > 0 ? 1 : -1))
WRONG(v_without_g, (m * old), theta - rate * v)
WRONG(minus_momentum, g - m * old, theta - rate * v)
WRONG(averaged_other, ((1 - m) * old) + m * g, theta - rate * v)
WRONG(v_of_theta, (m * old) + theta, theta - rate * v)
WRONG(momentum_twice, (m * old) + g, theta - rate * m * v)
WRONG(steps_by_both, (m * old) + g, theta - rate * (v + g))
WRONG(rate_on_v, (rate * old) + g, theta - m * v)
WRONG(theta_kept, (m * old) + g, theta)
WRONG(momentum_of_theta, (m * old) + g, m *theta - rate * v)

static const struct mistake mistakes[] = {
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
    MISTAKE("", fixed_momentum,
            "The momentum is fixed at 0.9. Use the argument momentum, which is not always that."),
    MISTAKE("", times_both,
            "v is multiplied by momentum + grad, as v *= momentum + grad does. Multiply it by the "
            "momentum, and then add grad."),
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
        "theta", assigned,
        "theta is overwritten by the step. Subtract learning_rate v from the old theta, with -=."),
    MISTAKE("theta", by_sign_of_v,
            "Only the sign of v is used: every parameter moves by the learning rate. Multiply the "
            "learning rate by v itself."),
    MISTAKE("theta", by_sign_or_down_of_v,
            "Only the sign of v is used (and 0 counts as negative): every parameter moves by the "
            "learning rate. Multiply the learning rate by v itself."),
    MISTAKE("", v_without_g, "The gradient is missing: the new v is momentum v + grad."),
    MISTAKE("", minus_momentum, "The old v is subtracted. Add it: v becomes momentum v + grad."),
    MISTAKE("", averaged_other,
            "This v is (1 - momentum) v + momentum grad, a decaying mean with the factors swapped. "
            "The exercise asks for momentum v + grad."),
    MISTAKE("", v_of_theta, "theta is added to v. Add the gradient: v becomes momentum v + grad."),
    MISTAKE("theta", momentum_twice,
            "The momentum is also applied when theta moves. It belongs in v alone: theta moves by "
            "learning_rate v."),
    MISTAKE("theta", steps_by_both,
            "theta moves by v + grad. v already includes the gradient: move theta by v alone."),
    MISTAKE(
        "", rate_on_v,
        "The learning rate and the momentum are swapped: v becomes momentum v + grad, and theta "
        "moves by learning_rate v."),
    MISTAKE("theta", theta_kept, "theta has not moved: subtract learning_rate v from it."),
    MISTAKE("theta", momentum_of_theta,
            "theta is multiplied by the momentum. The momentum belongs in v alone."),
    MISTAKE("theta", uphill, "The sign is wrong: theta moves uphill. Subtract learning_rate v."),
    MISTAKE("theta", old_v,
            "theta moves by the old v. Update v first, then move theta by the new v."),
    MISTAKE("theta", by_g, "theta moves by the gradient. It should move by the new v."),
    MISTAKE("theta", no_rate,
            "The learning rate is missing: theta becomes theta - learning_rate v."),
    MISTAKE("theta", nesterov,
            "This is Nesterov's variant, which moves theta by grad + momentum v. Plain momentum "
            "moves it by v alone."),
    {0}};

static bool vector(const struct cJSON *c, struct arena *a, struct values *v, struct values *want) {
    if (!optimizer_first_step(c, a, v, want, THETA) || v->momentum == 0)
        return false;
    v->t[V] = vectors_tensor(c, "parameters", a);
    want->t[V] = v->t[GRAD]; /* v was 0 */
    if (!v->t[V].data)
        return false;
    memset(v->t[V].data, 0, tensor_size(v->t[V]) * sizeof(real));
    return true;
}

static void step(const void *options, struct update update, size_t n, const real *grad, real *theta,
                 real *const *state) {
    (void)options;
    practice_call(&(struct values){
        .t = {{(real *)grad, 1, (int)n}, {state[0], 1, (int)n}, {theta, 1, (int)n}},
        .learning_rate = (real)update.learning_rate,
        .momentum = MOMENTUM});
}

static void swap(struct training *t) {
    practice_optim(t)->step = step;
}

const struct exercise momentum_step_exercise = {
    .name = "momentum_step",
    .source = "src/optim/sgd.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))framework_sgd,
    .mistakes = mistakes,
    .vectors = "optimizers",
    .vector = vector,
    .config = "configs/mnist.json",
    .more = "optimizer.momentum=0.5",
    .swap = swap,
};
