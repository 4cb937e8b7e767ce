/* The table of layers: declare and list a new one here. */
#include "layers/layer.h"

extern const struct layer_type linear_layer, relu_layer, sigmoid_layer, tanh_layer, dropout_layer,
    softmax_layer, log_softmax_layer, position_layer, attention_layer;

static const struct layer_type *const types[] = {
    &linear_layer,  &relu_layer,        &sigmoid_layer,  &tanh_layer,      &dropout_layer,
    &softmax_layer, &log_softmax_layer, &position_layer, &attention_layer,
};

const struct layer_type *layers_type(int i) {
    return i < (int)(sizeof types / sizeof *types) ? types[i] : NULL;
}

const struct kind *layers_kind(int i) {
    return layers_type(i) ? &layers_type(i)->kind : NULL;
}
