/* relu_backward and sigmoid_backward. These layers are element-wise, so only the derivative, or the
 * tensor it is computed from, can be wrong. */
#include "framework.h"
#include "grade.h"
#include "practice.h"

#include <math.h>

static const struct argument arguments[] = {{"x", IN, 'N', 'O', "input", NULL},
                                            {"y", IN, 'N', 'O', "output", NULL},
                                            {"dy", IN, 'N', 'O', "grad_output", NULL},
                                            {"dx", OUT, 'N', 'O', "grad_input", "x"},
                                            {0}};
enum { X, Y, DY, DX };

static void call(void (*f)(void), const struct values *v) {
    ((__typeof__(relu_backward) *)f)(v->t[X], v->t[Y], v->t[DY], v->t[DX]);
}

/* The sum of dy * f(x), whose gradient with respect to f(x) is dy. */
static double objective(const char *layer, const struct values *v) {
    real y[FRAMEWORK_MAX];
    struct tensor t = {y, v->t[X].rows, v->t[X].cols};
    framework_forward(layer, v->t[X], t);
    return framework_weighted_sum(t, v->t[DY]);
}

static void backward(const struct layer *l, const struct pass *pass, struct tensor x,
                     struct tensor y, struct tensor dy, struct tensor dx) {
    (void)l, (void)pass;
    practice_call(&(struct values){.t = {x, y, dy, dx}});
}

/* A wrong dx[i]: an expression in x[i], y[i] and dy[i]. */
#define WRONG(name, expression)                                                                    \
    static void name(struct tensor X_, struct tensor Y_, struct tensor DY_, struct tensor DX_) {   \
        for (size_t i = 0; i < tensor_size(DX_); i++) {                                            \
            real x = X_.data[i], y = Y_.data[i], dy = DY_.data[i];                                 \
            (void)x, (void)y, (void)dy;                                                            \
            DX_.data[i] = expression;                                                              \
        }                                                                                          \
    }

/* The exercise LAYER_backward; its mistakes are in LAYER_mistakes. */
#define EXERCISE(layer, config_file)                                                               \
    static void layer##_right(struct tensor x, struct tensor y, struct tensor dy,                  \
                              struct tensor dx) {                                                  \
        framework_backward(#layer, x, y, dy, dx);                                                  \
    }                                                                                              \
    static void layer##_prepare(struct values *v, int k) {                                         \
        (void)k;                                                                                   \
        framework_forward(#layer, v->t[X], v->t[Y]);                                               \
    }                                                                                              \
    static double layer##_objective(const struct values *v) {                                      \
        return objective(#layer, v);                                                               \
    }                                                                                              \
    static void layer##_swap(struct training *t) {                                                 \
        practice_layer(t, #layer)->backward = backward;                                            \
    }                                                                                              \
    const struct exercise layer##_backward_exercise = {                                            \
        .name = #layer "_backward",                                                                \
        .source = "src/layers/" #layer ".c",                                                       \
        .arguments = arguments,                                                                    \
        .call = call,                                                                              \
        .right = (void (*)(void))layer##_right,                                                    \
        .mistakes = layer##_mistakes,                                                              \
        .prepare = layer##_prepare,                                                                \
        .objective = layer##_objective,                                                            \
        .vectors = #layer,                                                                         \
        .config = config_file,                                                                     \
        .swap = layer##_swap,                                                                      \
    }

WRONG(unchanged, dy)
WRONG(negative, -(y > 0 ? dy : 0))

/* ---- relu ---- */

WRONG(relu_of_dy, dy > 0 ? dy : 0)
WRONG(relu_both, y > 0 && dy > 0 ? dy : 0)
WRONG(relu_times_y, y *dy)
WRONG(relu_times_x, x *dy)
WRONG(relu_inverted, x <= 0 ? dy : 0)
WRONG(relu_inverted_without_zero, x < 0 ? dy : 0)
WRONG(relu_of_dy_inverted, dy < 0 ? dy : 0)
WRONG(relu_nowhere, 0)
WRONG(relu_of_both_signs, x *dy > 0 ? dy : 0)
WRONG(relu_forgets_dy_at_zero, x >= 0 ? 1 : 0)
WRONG(relu_forgets_dy_inverted, x <= 0 ? 1 : 0)
WRONG(relu_sign, x > 0 ? dy : -dy)
WRONG(relu_leaky, x > 0 ? dy : (real)0.01 * dy)
WRONG(relu_leaky_much, x > 0 ? dy : (real)0.1 * dy)
WRONG(relu_one, x > 0 ? dy : 1)
WRONG(relu_keeps_x, x > 0 ? dy : x)
WRONG(relu_above_one, x > 1 ? dy : 0)
WRONG(relu_absolute, x > 0 ? (real)fabs((double)dy) : 0)
WRONG(relu_times_x_squared, x > 0 ? dy * x * x : 0)
WRONG(relu_plus, x > 0 ? x + dy : 0)
WRONG(relu_of_the_gradient, dy > 0 ? 1 : 0)
WRONG(relu_nonzero, x != 0 ? dy : 0)
WRONG(relu_half, x > 0 ? dy : x == 0 ? dy / 2 : 0)
WRONG(relu_at_zero, x >= 0 ? dy : 0)
WRONG(relu_forgets_dy, x > 0 ? 1 : 0)
WRONG(relu_copies_y, y > 0 ? y : 0)

static const struct mistake relu_mistakes[] = {
    MISTAKE("dx", unchanged,
            "There is no mask, or the mask is always true (as y >= 0 is): dx equals dy. Where x <= "
            "0, relu's output is a constant 0, so dx is 0 there."),
    MISTAKE("dx", relu_of_dy,
            "The mask is computed from the wrong tensor: from dy, the incoming gradient. x (or y) "
            "decides what relu lets through; where x > 0, a negative dy passes too."),
    MISTAKE(
        "dx", relu_both,
        "The mask also tests dy. Only x (or y) decides: where x > 0, a negative dy passes too."),
    MISTAKE(
        "dx", relu_times_y,
        "dy is multiplied by y instead of by relu's derivative, which is 1 where x > 0, not x."),
    MISTAKE("dx", relu_times_x,
            "dy is multiplied by x instead of by relu's derivative, which is 1 where x > 0 and 0 "
            "elsewhere."),
    MISTAKE("dx", relu_inverted,
            "The mask is inverted: dy passes where x <= 0, but should pass where x > 0."),
    MISTAKE("dx", relu_inverted_without_zero,
            "The mask is inverted: dy passes where x < 0, but should pass where x > 0."),
    MISTAKE("dx", relu_of_dy_inverted,
            "The mask is computed from the wrong tensor, and inverted: dy passes where dy < 0. x "
            "(or y) decides what relu lets through: dy passes where x > 0."),
    MISTAKE("dx", relu_nowhere,
            "dx is 0 everywhere: the mask is never true (as y < 0 never is), or a factor is an "
            "integer division such as 1 / 2, which is 0. dy should pass where x > 0."),
    MISTAKE(
        "dx", relu_of_both_signs,
        "The mask is the sign of x dy. Only x (or y) decides: where x > 0, a negative dy passes "
        "too, and where x < 0, nothing does."),
    MISTAKE("dx", relu_forgets_dy_at_zero,
            "This is relu's own derivative, 1 or 0, and it is 1 at x = 0, too. The chain rule "
            "multiplies it by dy; at x = 0, the framework uses 0."),
    MISTAKE("dx", relu_forgets_dy_inverted,
            "This is 1 where x <= 0 and 0 elsewhere: the mask is inverted, and dy is missing. dx "
            "is dy where x > 0."),
    MISTAKE("dx", relu_sign,
            "Where x <= 0, dx is -dy, as for |x|. relu is constant there: dx is 0."),
    MISTAKE("dx", relu_leaky,
            "Where x <= 0, 0.01 dy passes: this is leaky relu. For relu, dx is 0 there."),
    MISTAKE("dx", relu_leaky_much,
            "Where x <= 0, 0.1 dy passes: this is leaky relu. For relu, dx is 0 there."),
    MISTAKE("dx", relu_one, "Where x <= 0, dx is 1. It should be 0 there."),
    MISTAKE("dx", relu_keeps_x, "Where x <= 0, dx is x. It should be 0 there."),
    MISTAKE("dx", relu_above_one,
            "The mask tests x > 1. relu's kink is at 0: dy passes where x > 0."),
    MISTAKE("dx", relu_absolute,
            "dy has lost its sign: where x > 0, dx is dy, also where dy is negative."),
    MISTAKE("dx", relu_times_x_squared,
            "dy is multiplied by x^2 where x > 0. relu's derivative there is 1: dx is dy."),
    MISTAKE("dx", relu_plus, "x is added to dy. Where x > 0, dx is dy alone."),
    MISTAKE("dx", relu_of_the_gradient,
            "This is 1 where dy > 0. dx is dy itself, where x > 0 (not where dy > 0)."),
    MISTAKE("dx", relu_nonzero,
            "The mask is true wherever x is not 0, also where it is negative. Test x > 0."),
    MISTAKE("dx", relu_half,
            "Almost right: where x = 0, half of dy passes. The framework uses 0 there, as PyTorch "
            "does."),
    MISTAKE("dx", relu_at_zero,
            "Almost right: dy also passes where x = 0. relu has no derivative there; the framework "
            "uses 0, as PyTorch does, so test x > 0, not x >= 0."),
    MISTAKE("dx", relu_forgets_dy,
            "This is relu's own derivative, 1 or 0. The chain rule multiplies it by dy."),
    MISTAKE("dx", relu_copies_y, "This is y. Where x > 0, dx is the incoming gradient, dy."),
    MISTAKE("dx", negative, "The sign is wrong: where x > 0, dx is +dy."),
    {0}};

EXERCISE(relu, "configs/mnist.json");

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
WRONG(sigmoid_times_one, dy *y - y)
WRONG(sigmoid_minus_square, dy *y - y * y)
WRONG(sigmoid_first_product, dy - y * y)
WRONG(sigmoid_y_last, dy *(1 - y) - y)
WRONG(sigmoid_split, dy + y - y * y)
WRONG(sigmoid_no_product, y *dy + (1 - y))
WRONG(sigmoid_subtracted, dy - y * (1 - y))
WRONG(sigmoid_one_less, 1 - y * y * dy)
WRONG(sigmoid_one_less_product, 1 - y * dy)
WRONG(sigmoid_dy_last, y *(1 - y) - dy)
WRONG(sigmoid_times_x, (x * y * (1 - y)))
WRONG(sigmoid_dy_twice, (dy * dy * y * (1 - y)))
WRONG(sigmoid_odds, y == 1 ? dy : dy * y / (1 - y))
WRONG(sigmoid_plus, (dy * y * (1 + y)))
WRONG(sigmoid_minus_x, (dy * y * (1 - x)))
WRONG(sigmoid_x_first, (dy * x * (1 - y)))
WRONG(sigmoid_of_dy, (dy * (1 - dy)))
WRONG(sigmoid_y_of_dy, (y * (1 - dy)))
WRONG(sigmoid_square, (dy * y * y))
WRONG(sigmoid_other_square, (dy * (1 - y) * (1 - y)))
WRONG(sigmoid_minus_square_alone, (dy * (1 - y * y * y)))
WRONG(sigmoid_exponential, (dy * (real)exp(-(double)x)))
WRONG(sigmoid_inverse, y == 0 || y == 1 ? dy : dy / (y * (1 - y)))
WRONG(sigmoid_forward, y)
WRONG(sigmoid_mask, x > 0 ? dy : 0)
WRONG(sigmoid_derivative_twice, (dy * y * (1 - y) * y * (1 - y)))

static const struct mistake sigmoid_mistakes[] = {
    MISTAKE(
        "dx", sigmoid_of_x,
        "This uses x (1 - x). The derivative is y (1 - y), where y = sigmoid(x) is the output."),
    MISTAKE(
        "dx", sigmoid_twice,
        "The sigmoid is applied twice: y is already sigmoid(x), so the derivative is y (1 - y)."),
    MISTAKE("dx", sigmoid_forgets_dy,
            "This is the sigmoid's own derivative, y (1 - y). The chain rule multiplies it by dy."),
    MISTAKE("dx", sigmoid_times_y, "The factor 1 - y is missing: the derivative is y (1 - y)."),
    MISTAKE("dx", sigmoid_one_less_y, "The factor y is missing: the derivative is y (1 - y)."),
    MISTAKE("dx", sigmoid_negative,
            "The sign is wrong: the derivative is y (1 - y), not y (y - 1)."),
    MISTAKE("dx", sigmoid_as_tanh,
            "1 - y^2 is the derivative of tanh; the sigmoid's is y (1 - y)."),
    MISTAKE("dx", sigmoid_times_one,
            "This is dy y - y: * binds more tightly than -, so put 1 - y in parentheses."),
    MISTAKE("dx", sigmoid_minus_square,
            "This is dy y - y^2: * binds more tightly than -, so put y - y^2, or 1 - y, in "
            "parentheses."),
    MISTAKE("dx", sigmoid_first_product,
            "This is dy - y^2: * binds more tightly than -, so put 1 - y in parentheses."),
    MISTAKE("dx", sigmoid_y_last,
            "This is dy (1 - y) - y. The derivative is a product: dy y (1 - y)."),
    MISTAKE("dx", sigmoid_split,
            "dy is added to the derivative y (1 - y). The chain rule multiplies them."),
    MISTAKE("dx", sigmoid_no_product,
            "y dy and 1 - y are added. The derivative is a product: dy y (1 - y)."),
    MISTAKE("dx", sigmoid_subtracted,
            "The derivative y (1 - y) is subtracted from dy. The chain rule multiplies them."),
    MISTAKE("dx", sigmoid_one_less,
            "This is 1 - y^2 dy: * binds more tightly than -, so put 1 - y in parentheses."),
    MISTAKE("dx", sigmoid_one_less_product,
            "This is 1 - y dy: * binds more tightly than -, so put 1 - y in parentheses."),
    MISTAKE("dx", sigmoid_dy_last,
            "dy is subtracted from the derivative y (1 - y). The chain rule multiplies them."),
    MISTAKE("dx", sigmoid_times_x,
            "The derivative y (1 - y) is multiplied by x. The chain rule multiplies it by dy."),
    MISTAKE("dx", sigmoid_dy_twice, "dy is there twice: dx is dy y (1 - y)."),
    MISTAKE("dx", sigmoid_odds,
            "This is dy y / (1 - y): multiply by 1 - y instead of dividing by it."),
    MISTAKE("dx", sigmoid_plus,
            "The sign in the parentheses is wrong: the derivative is y (1 - y), not y (1 + y)."),
    MISTAKE("dx", sigmoid_minus_x,
            "This uses 1 - x. The derivative is y (1 - y), both times of the output y."),
    MISTAKE("dx", sigmoid_x_first,
            "This uses x (1 - y). The derivative is y (1 - y), both times of the output y."),
    MISTAKE(
        "dx", sigmoid_of_dy,
        "This is dy (1 - dy). The derivative is y (1 - y); the chain rule multiplies it by dy."),
    MISTAKE("dx", sigmoid_y_of_dy,
            "This is y (1 - dy). The derivative is y (1 - y); the chain rule multiplies it by dy."),
    MISTAKE("dx", sigmoid_square, "This is dy y^2. The second factor is 1 - y: dy y (1 - y)."),
    MISTAKE("dx", sigmoid_other_square,
            "This is dy (1 - y)^2. The first factor is y: dy y (1 - y)."),
    MISTAKE("dx", sigmoid_minus_square_alone, "This is dy (1 - y^3). The derivative is y (1 - y)."),
    MISTAKE("dx", sigmoid_exponential,
            "This is dy e^-x. The derivative is e^-x / (1 + e^-x)^2, which is y (1 - y)."),
    MISTAKE("dx", sigmoid_inverse,
            "dy is divided by the derivative y (1 - y). The chain rule multiplies them."),
    MISTAKE("dx", sigmoid_forward,
            "This is y, the sigmoid itself. dx is dy times its derivative, y (1 - y)."),
    MISTAKE("dx", sigmoid_mask,
            "This is relu's derivative, a mask. The sigmoid's is y (1 - y), which is never 0."),
    MISTAKE("dx", sigmoid_derivative_twice,
            "The derivative y (1 - y) is applied twice: multiply dy by it once."),
    MISTAKE("dx", unchanged, "dx equals dy: the derivative y (1 - y) is missing."),
    {0}};

EXERCISE(sigmoid, "configs/sigmoid.json");
