/* The learning-rate schedules. Each is a struct of options, a table of keys, a factor and a row in
 * the table at the end.
 *
 * Below, x = step / steps goes from 0 at the first step after the warm-up to 1 after the last. */
#include "optim/schedule.h"
#include "tensor/vmath.h"

#define END_HELP "the fraction of the learning rate that is left after the last step"

/* constant: factor = 1. Every schedule begins with these options. */
struct constant {
    double warmup;
};

static const struct key constant_keys[] = {WARMUP_KEY(struct constant), END_KEY};

/* linear: the learning rate falls by the same amount in every step,
 *
 *   factor = 1 - (1 - end) x
 *
 * Even with end 0, the last step changes the parameters. Large steps make progress while the
 * gradients agree; small steps at the end average out the batches' noise. */
struct falling {
    double warmup, end;
};

static const struct key linear_keys[] = {
    WARMUP_KEY(struct falling), REAL_KEY(struct falling, end, "0", 0, 1, END_HELP), END_KEY};

static double linear(const struct schedule *s, long long step) {
    const struct falling *o = s->options;
    return 1 - (1 - o->end) * (double)step / (double)s->steps;
}

/* step: the learning rate falls to `factor` of itself after every `every` epochs,
 *
 *   factor = o.factor^floor(epochs passed / every)
 *
 * like torch.optim.lr_scheduler.StepLR; with every 1, like its ExponentialLR. Epochs are counted
 * from the end of the warm-up. */
struct step {
    double warmup, factor;
    int every;
};

static const struct key step_keys[] = {
    WARMUP_KEY(struct step),
    INT_KEY(struct step, every, NULL, 1, KEY_INT_MAX, "epochs between reductions"),
    POSITIVE_KEY(struct step, factor, "0.1", 1, "factor of the learning rate at each reduction"),
    END_KEY};

static double step_factor(const struct schedule *s, long long step) {
    const struct step *o = s->options;
    return vmath_power(o->factor, (double)(step / s->epoch / o->every));
}

/* exponential: the learning rate falls by the same fraction of itself in every step,
 *
 *   factor = end^x
 *
 * so it spends the same number of steps on each order of magnitude. For a fixed fraction per epoch,
 * as in torch's ExponentialLR, use a step schedule with every 1. */
static const struct key exponential_keys[] = {
    WARMUP_KEY(struct falling), POSITIVE_KEY(struct falling, end, "0.01", 1, END_HELP), END_KEY};

static double exponential(const struct schedule *s, long long step) {
    const struct falling *o = s->options;
    return vmath_power(o->end, (double)step / (double)s->steps);
}

/* cosine: the learning rate falls along half a wave of the cosine, slowly at both ends,
 *
 *   factor = end + (1 - end) (1 + cos(pi x)) / 2
 *
 * the schedule of Loshchilov and Hutter 2017, "SGDR: stochastic gradient descent with warm
 * restarts" (equation 5), without the restarts. Its keys are those of linear. */

/* sin(pi x / 2)^2 for 0 <= x <= 1/2. */
static double sine_squared(double x) {
    double sine = vmath_sine(x);
    return sine * sine;
}

/* (1 + cos(pi x)) / 2 = cos(pi x / 2)^2 = 1 - sin(pi x / 2)^2 = sin(pi (1 - x) / 2)^2. Each half of
 * the wave uses the form whose sine is small, so the largest error is below 2^-51. */
static double cosine(const struct schedule *s, long long step) {
    const struct falling *o = s->options;
    long long left = s->steps - step;
    double wave = step < left ? 1 - sine_squared((double)step / (double)s->steps)
                              : sine_squared((double)left / (double)s->steps);
    return o->end + (1 - o->end) * wave;
}

#define SCHEDULE(word, of, table, f, text)                                                         \
    { .kind = {.name = word, .help = text, .size = sizeof(struct of), .keys = table}, .factor = f }

static const struct schedule_type types[] = {
    SCHEDULE("constant", constant, constant_keys, NULL, "the learning rate stays the same"),
    SCHEDULE("linear", falling, linear_keys, linear,
             "the learning rate falls linearly until the last step"),
    SCHEDULE("step", step, step_keys, step_factor, "the learning rate is reduced every few epochs"),
    SCHEDULE("exponential", falling, exponential_keys, exponential,
             "the learning rate falls by the same factor in every step"),
    SCHEDULE("cosine", falling, linear_keys, cosine,
             "the learning rate falls along half a wave of the cosine"),
};

const struct kind *const schedules_kinds[] = {
    &types[0].kind, &types[1].kind, &types[2].kind, &types[3].kind, &types[4].kind, NULL,
};
