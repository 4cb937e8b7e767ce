/* The table of layers: declare and list a new one here. */
#include "layers/layer.h"

extern const struct layer_type relu_layer, sigmoid_layer, tanh_layer, dropout_layer,
    softmax_layer, log_softmax_layer, position_layer, attention_layer;

const struct kind *const layers_kinds[] = {
    &linear_layer.kind,      &relu_layer.kind,
    &sigmoid_layer.kind,     &tanh_layer.kind,
    &dropout_layer.kind,     &softmax_layer.kind,
    &log_softmax_layer.kind, &position_layer.kind,
    &attention_layer.kind,   NULL,
};
