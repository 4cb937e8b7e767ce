/* relu_backward and sigmoid_backward: element-wise layers, so that all that can go wrong is the
 * derivative, and which tensor it is taken of. */
#include "grade.h"
#include "practice.h"
#include "right.h"

#include <math.h>

static const struct argument arguments[] = {{"x", IN, 'N', 'O', "input", NULL},
                                            {"y", IN, 'N', 'O', "output", NULL},
                                            {"dy", IN, 'N', 'O', "grad_output", NULL},
                                            {"dx", OUT, 'N', 'O', "grad_input", "x"},
                                            {0}};
enum { X, Y, DY, DX };

static void call(void (*f)(void), const struct values *v) {
    ((void (*)(struct tensor, struct tensor, struct tensor, struct tensor))f)(v->t[X], v->t[Y],
                                                                              v->t[DY], v->t[DX]);
}

/* sum of dy * f(x), whose gradient by f(x) is dy. */
static double objective(const char *layer, const struct values *v) {
    real y[RIGHT_MOST];
    struct tensor t = {y, v->t[X].rows, v->t[X].cols};
    right_forward(layer, v->t[X], t);
    return right_weighted(t, v->t[DY]);
}

/* In the training. */
static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    (void)l, (void)pass;
    practice_call(&(struct values){.t = {x, y, dy, dx}});
}

/* A wrong derivative: dx[i] = EXPRESSION. */
#define WRONG(name, expression)                                                                    \
    static void name(struct tensor X_, struct tensor Y_, struct tensor DY_, struct tensor DX_) {   \
        for (size_t i = 0; i < tensor_size(DX_); i++) {                                            \
            real x = X_.data[i], y = Y_.data[i], dy = DY_.data[i];                                 \
            (void)x, (void)y, (void)dy;                                                            \
            DX_.data[i] = expression;                                                              \
        }                                                                                          \
    }

WRONG(unchanged, dy)
WRONG(negative, -(y > 0 ? dy : 0))

/* ---- relu ---- */

WRONG(relu_of_dy, dy > 0 ? dy : 0)
WRONG(relu_both, y > 0 && dy > 0 ? dy : 0)
WRONG(relu_times_y, y *dy)
WRONG(relu_times_x, x *dy)
WRONG(relu_inverted, x < 0 ? dy : 0)
WRONG(relu_at_zero, x >= 0 ? dy : 0)
WRONG(relu_forgets_dy, x > 0 ? 1 : 0)
WRONG(relu_copies_y, y > 0 ? y : 0)

static const struct mistake relu_mistakes[] = {
    MISTAKE("dx", unchanged,
            "There is no mask, or it is true everywhere, as y >= 0 is: dx is dy. Where x <= 0, y "
            "stays 0 however x moves, so dx is 0 there."),
    MISTAKE("dx", relu_of_dy,
            "The mask is taken from the wrong tensor: from dy, the gradient that arrives. What "
            "relu let through is decided by x (or y), and a negative dy passes where x > 0."),
    MISTAKE("dx", relu_both,
            "The mask asks of dy, too. Only x (or y) decides: a negative dy passes where x > 0."),
    MISTAKE("dx", relu_times_y,
            "dy is multiplied by y instead of by the derivative of relu, which is 1 where x > 0, "
            "not x."),
    MISTAKE("dx", relu_times_x,
            "dy is multiplied by x instead of by the derivative of relu, which is 1 where x > 0 "
            "and 0 elsewhere."),
    MISTAKE("dx", relu_inverted,
            "The mask is the wrong way round: dy passes where x < 0, and should where x > 0."),
    MISTAKE("dx", relu_at_zero,
            "Almost: dy passes where x = 0 as well. There is no derivative at that kink; the "
            "framework takes 0 there, as PyTorch does: x > 0, not x >= 0."),
    MISTAKE("dx", relu_forgets_dy,
            "That is relu's own derivative, 1 or 0, but the chain rule multiplies it by dy."),
    MISTAKE("dx", relu_copies_y, "That is y. Where x > 0, dx is what arrives: dy."),
    MISTAKE("dx", negative, "The sign is wrong: where x > 0, dx is +dy."),
    {0}};

static void relu_right(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx) {
    right_backward("relu", x, y, dy, dx);
}

static void relu_prepare(struct values *v, int k) {
    (void)k;
    right_forward("relu", v->t[X], v->t[Y]);
}

static double relu_objective(const struct values *v) {
    return objective("relu", v);
}

static void relu_swap(struct training *t) {
    practice_layer(t, "relu")->backward = backward;
}

extern const struct exercise relu_backward_exercise;
const struct exercise relu_backward_exercise = {
    .name = "relu_backward",
    .source = "src/layers/relu.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))relu_right,
    .mistakes = relu_mistakes,
    .prepare = relu_prepare,
    .objective = relu_objective,
    .vectors = "relu",
    .config = "configs/mnist.json",
    .swap = relu_swap,
};

/* ---- sigmoid ---- */

static real sigmoid(real x) {
    return (real)(1 / (1 + exp(-(double)x)));
}

WRONG(sigmoid_of_x, (dy * (x * (1 - x))))
WRONG(sigmoid_twice, (dy * (sigmoid(y) * (1 - sigmoid(y)))))
WRONG(sigmoid_forgets_dy, (y * (1 - y)))
WRONG(sigmoid_times_y, (dy * y))
WRONG(sigmoid_one_less_y, (dy * (1 - y)))
WRONG(sigmoid_negative, (dy * (y * (y - 1))))
WRONG(sigmoid_as_tanh, (dy * (1 - y * y)))

static const struct mistake sigmoid_mistakes[] = {
    MISTAKE("dx", sigmoid_of_x,
            "The derivative is y (1 - y), of the output y = sigmoid(x); this is x (1 - x)."),
    MISTAKE("dx", sigmoid_twice,
            "The sigmoid is applied twice: y is sigmoid(x) already, so that the derivative is "
            "y (1 - y)."),
    MISTAKE("dx", sigmoid_forgets_dy,
            "That is the sigmoid's own derivative, y (1 - y), but the chain rule multiplies it by "
            "dy."),
    MISTAKE("dx", sigmoid_times_y, "The factor 1 - y is missing: the derivative is y (1 - y)."),
    MISTAKE("dx", sigmoid_one_less_y, "The factor y is missing: the derivative is y (1 - y)."),
    MISTAKE("dx", sigmoid_negative,
            "The sign is wrong: the derivative is y (1 - y), not y (y - 1)."),
    MISTAKE("dx", sigmoid_as_tanh,
            "1 - y^2 is the derivative of tanh; the sigmoid's is y (1 - y)."),
    MISTAKE("dx", unchanged, "dx is dy: the derivative y (1 - y) is missing."),
    {0}};

static void sigmoid_right(struct tensor x, struct tensor y, struct tensor dy, struct tensor dx) {
    right_backward("sigmoid", x, y, dy, dx);
}

static void sigmoid_prepare(struct values *v, int k) {
    (void)k;
    right_forward("sigmoid", v->t[X], v->t[Y]);
}

static double sigmoid_objective(const struct values *v) {
    return objective("sigmoid", v);
}

static void sigmoid_swap(struct training *t) {
    practice_layer(t, "sigmoid")->backward = backward;
}

extern const struct exercise sigmoid_backward_exercise;
const struct exercise sigmoid_backward_exercise = {
    .name = "sigmoid_backward",
    .source = "src/layers/sigmoid.c",
    .arguments = arguments,
    .call = call,
    .right = (void (*)(void))sigmoid_right,
    .mistakes = sigmoid_mistakes,
    .prepare = sigmoid_prepare,
    .objective = sigmoid_objective,
    .vectors = "sigmoid",
    .config = "configs/sigmoid.json",
    .swap = sigmoid_swap,
};
