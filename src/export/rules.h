/* What becomes of each layer in a file for other programs: a row a layer, by its name in configs.
 * A test walks the table of layers: one without a row here cannot land. */
#ifndef ONEHOT_EXPORT_RULES_H
#define ONEHOT_EXPORT_RULES_H

#include "base/error.h"
#include "model/model.h"

enum rule_kind {
    RULE_LINEAR,  /* y = x W + b, with the layer's parameters */
    RULE_ELEMENT, /* a function of each element by itself */
    RULE_NOTHING, /* does nothing outside of training */
    RULE_REFUSED, /* has no place in an exported model */
};

struct rule {
    const char *layer;
    enum rule_kind kind;
    /* RULE_ELEMENT: the function float @_LAYER(float x) in C99, with the bits of the layer's
     * forward. @ stands for the model's name. It may call @_exp, of double. */
    const char *c;
    const char *onnx;    /* RULE_ELEMENT: the operator's name */
    const char *instead; /* RULE_REFUSED: what can be exported, the end of a sentence */
};

/* The layer's row, or NULL. */
const struct rule *rules_find(const char *layer);

/* Refuses a model, named by `where`, with a layer that cannot be exported. */
ERROR_CHECKED int rules_check(const struct model *m, const char *where, struct error *e);

#endif
