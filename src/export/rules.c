#include "export/rules.h"

#include <stddef.h>
#include <string.h>

/* The operations and their order are those of layers/ and tensor/vmath.c. */

static const char relu[] = "static inline float @_relu(float x) {\n"
                           "    return x <= 0 ? 0 : x;\n"
                           "}\n";

static const char sigmoid[] = "static inline float @_sigmoid(float x) {\n"
                              "    float v = x < 0 ? x : -x, cut = v < -104 ? -104 : v;\n"
                              "    float e = v != v ? v : (float)@_exp((double)cut);\n"
                              "    return (x < 0 ? e : 1) / (1 + e);\n"
                              "}\n";

static const char tanh_[] =
    "/* tanh a for a >= 0. */\n"
    "@_EXACT static inline double @_tanh_double(double a) {\n"
    "    @_NO_CONTRACTION\n"
    "    double a2 = a * a;\n"
    "    double series =\n"
    "        a * (1 + a2 * (-1.0 / 3 +\n"
    "                       a2 * (2.0 / 15 +\n"
    "                             a2 * (-17.0 / 315 +\n"
    "                                   a2 * (62.0 / 2835 + a2 * (-1382.0 / 155925 +\n"
    "                                                             a2 * (21844.0 / 6081075)))))));\n"
    "    double t = @_exp(a < 20 ? -2 * a : -40), quotient = (1 - t) / (1 + t);\n"
    "    return a < 0.25 ? series : a < 20 ? quotient : 1;\n"
    "}\n\n"
    "static inline float @_tanh(float x) {\n"
    "    double y = @_tanh_double(fabs((double)x));\n"
    "    return x != x ? x : (float)copysign(y, (double)x);\n"
    "}\n";

/* What can be exported instead of ... */
static const char probabilities[] =
    "a model that ends in logits can, with the loss \"softmax_cross_entropy\"";
static const char tokens[] = "a chain of \"linear\" and activations can";

static const struct rule rules[] = {
    {.layer = "linear", .kind = RULE_LINEAR},
    {.layer = "dropout", .kind = RULE_NOTHING},
    {.layer = "relu", .kind = RULE_ELEMENT, .c = relu, .onnx = "Relu"},
    {.layer = "sigmoid", .kind = RULE_ELEMENT, .c = sigmoid, .onnx = "Sigmoid"},
    {.layer = "tanh", .kind = RULE_ELEMENT, .c = tanh_, .onnx = "Tanh"},
    {.layer = "softmax", .kind = RULE_REFUSED, .instead = probabilities},
    {.layer = "log_softmax", .kind = RULE_REFUSED, .instead = probabilities},
    {.layer = "position", .kind = RULE_REFUSED, .instead = tokens},
    {.layer = "attention", .kind = RULE_REFUSED, .instead = tokens},
};

const struct rule *rules_find(const char *layer) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].layer, layer) == 0)
            return &rules[i];
    return NULL;
}

int rules_check(const struct model *m, const char *where, struct error *e) {
    if (m->act[m->nlayers].cols != m->p.cols)
        return error_run(e,
                         "%s: a model with one output for two classes cannot be exported; one with "
                         "an output for each can",
                         where);
    for (int i = 0; i < m->nlayers; i++) {
        const char *name = m->layers[i].type->kind.name;
        const struct rule *r = rules_find(name);
        if (r->kind == RULE_REFUSED)
            return error_run(e, "%s: layer %d, \"%s\", cannot be exported; %s", where, i, name,
                             r->instead);
    }
    return 0;
}
