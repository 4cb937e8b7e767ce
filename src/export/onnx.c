#include "export/onnx.h"
#include "export/exportable.h"
#include "export/protobuf.h"
#include "runs/bytes.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

/* The messages' fields, by their numbers in onnx.proto3 (https://github.com/onnx/onnx). */
enum { MODEL_IR = 1, MODEL_PRODUCER = 2, MODEL_GRAPH = 7, MODEL_OPSET = 8, MODEL_PROPS = 14 };
enum { OPSET_DOMAIN = 1, OPSET_VERSION = 2 };
enum { PAIR_KEY = 1, PAIR_VALUE = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_TENSOR = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_TYPE = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_FLOAT = 2, ATTRIBUTE_TYPE = 20 };
enum { TENSOR_DIM = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, TENSOR_OF = 1, TENSOR_SHAPE = 2 };
enum { SHAPE_DIM = 1, DIM_VALUE = 1, DIM_NAME = 2 };
enum { FLOAT = 1 };

/* The oldest versions in which initialisers need not be inputs, and Gemm broadcasts its bias. */
enum { IR_VERSION = 4, OPSET = 7 };

/* A matrix, or a vector for a matrix of one row. */
static void add_tensor(struct text *graph, const char *name, struct tensor v, bool vector) {
    struct text t = {0}, raw = {0};
    if (!vector)
        protobuf_int(&t, TENSOR_DIM, (uint64_t)v.rows);
    protobuf_int(&t, TENSOR_DIM, (uint64_t)v.cols);
    protobuf_int(&t, TENSOR_TYPE, FLOAT);
    protobuf_string(&t, TENSOR_NAME, name);
    for (size_t i = 0; i < tensor_size(v); i++)
        bytes_add_float(&raw, (float)v.data[i]);
    protobuf_message(&t, TENSOR_RAW, &raw);
    protobuf_message(graph, GRAPH_TENSOR, &t);
}

/* The options of a layer, as attributes; an element function may have some. */
static void add_attributes(struct text *node, const struct layer *l) {
    float value;
    for (int k = 0; exportable_option(l, k, &value); k++) {
        struct text t = {0};
        protobuf_string(&t, ATTRIBUTE_NAME, l->type->element.onnx_attributes[k]);
        protobuf_float(&t, ATTRIBUTE_FLOAT, value);
        protobuf_int(&t, ATTRIBUTE_TYPE, FLOAT);
        protobuf_message(node, NODE_ATTRIBUTE, &t);
    }
}

/* `inputs` ends with NULL; `l` is the layer that the node stands for, or NULL. */
static void add_node(struct text *graph, const char *name, const char *type,
                     const char *const *inputs, const char *output, const struct layer *l) {
    struct text t = {0};
    for (; *inputs; inputs++)
        protobuf_string(&t, NODE_INPUT, *inputs);
    protobuf_string(&t, NODE_OUTPUT, output);
    protobuf_string(&t, NODE_NAME, name);
    protobuf_string(&t, NODE_TYPE, type);
    if (l && l->type->element.c)
        add_attributes(&t, l);
    protobuf_message(graph, GRAPH_NODE, &t);
}

/* A matrix with any number of rows. */
static void add_value(struct text *graph, int field, const char *name, int cols) {
    struct text value = {0}, type = {0}, tensor = {0}, shape = {0}, rows = {0}, dim = {0};
    protobuf_string(&rows, DIM_NAME, "N");
    protobuf_int(&dim, DIM_VALUE, (uint64_t)cols);
    protobuf_message(&shape, SHAPE_DIM, &rows);
    protobuf_message(&shape, SHAPE_DIM, &dim);
    protobuf_int(&tensor, TENSOR_OF, FLOAT);
    protobuf_message(&tensor, TENSOR_SHAPE, &shape);
    protobuf_message(&type, TYPE_TENSOR, &tensor);
    protobuf_string(&value, VALUE_NAME, name);
    protobuf_message(&value, VALUE_TYPE, &type);
    protobuf_message(graph, field, &value);
}

static const char *node_type(const struct layer *l) {
    if (l->type->affine)
        return l->nparams > 1 ? "Gemm" : "MatMul";
    return l->type->identity ? "Identity" : l->type->element.onnx;
}

/* Every layer is a node, whose output has the layer's number as its name; the last is "logits". */
static void add_layers(struct text *graph, const struct model *m, const char *first) {
    char from[MODEL_PARAM_NAME], to[MODEL_PARAM_NAME], params[LAYER_PARAMS][MODEL_PARAM_NAME],
        name[MODEL_PARAM_NAME];
    snprintf(from, sizeof from, "%s", first);
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        const char *inputs[1 + LAYER_PARAMS + 1] = {from};
        for (int k = 0; k < l->nparams; k++) {
            model_param_name(m, i, k, params[k]);
            inputs[1 + k] = params[k];
        }
        snprintf(to, sizeof to, i == m->nlayers - 1 ? "logits" : "%d", i);
        snprintf(name, sizeof name, "%d.%.16s", i, l->type->kind.name);
        add_node(graph, name, node_type(l), inputs, to, l);
        strcpy(from, to);
    }
}

static void add_params(struct text *graph, const struct model *m) {
    char name[MODEL_PARAM_NAME];
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            const struct param *p = &m->layers[i].params[k];
            model_param_name(m, i, k, name);
            add_tensor(graph, name, p->value, p->vector);
        }
}

/* scaled = (pixels - mean) / deviation. */
static void add_scaling(struct text *graph, const struct scaling *s) {
    real mean = (real)s->mean, stddev = (real)s->stddev;
    add_node(graph, "scaling.mean", "Sub", (const char *[]){"pixels", "mean", NULL}, "centred",
             NULL);
    add_node(graph, "scaling.deviation", "Div", (const char *[]){"centred", "deviation", NULL},
             "scaled", NULL);
    add_tensor(graph, "mean", (struct tensor){&mean, 1, 1}, true);
    add_tensor(graph, "deviation", (struct tensor){&stddev, 1, 1}, true);
}

static void add_pair(struct text *model, const char *key, const char *value) {
    struct text t = {0};
    protobuf_string(&t, PAIR_KEY, key);
    protobuf_string(&t, PAIR_VALUE, value);
    protobuf_message(model, MODEL_PROPS, &t);
}

/* What a program needs to prepare the input and to name the outputs. */
static void add_metadata(struct text *model, const struct model_file_dataset *d) {
    char shape[64];
    struct text classes = {0};
    struct json j = {.out = &classes};
    json_strings(&j, NULL, d->classes.items, d->classes.count);
    snprintf(shape, sizeof shape, "[%d, %d, %d]", d->height, d->width, d->channels);
    add_pair(model, "onehot.classes", classes.data ? classes.data : "");
    add_pair(model, "onehot.picture", shape);
    add_pair(model, "onehot.scale", "pixel / 255");
    text_done(&classes, model);
}

int onnx_write(const struct model_file *s, struct text *out, struct error *e) {
    const struct model *m = s->model;
    struct text graph = {0}, opset = {0};
    if (exportable_check(m, s->path, e) != 0)
        return -1;
    if (m->nparams > 500 * 1000 * 1000)
        return error_run(
            e, "%s: has %zu parameters, too many for an ONNX file, which holds at most 2 GB",
            s->path, m->nparams);
    bool scaled = !scaling_is_unit(&s->scaling);
    if (scaled)
        add_scaling(&graph, &s->scaling);
    add_layers(&graph, m, scaled ? "scaled" : "pixels");
    protobuf_string(&graph, GRAPH_NAME, "onehot");
    add_params(&graph, m);
    add_value(&graph, GRAPH_INPUT, "pixels", m->act[0].cols);
    add_value(&graph, GRAPH_OUTPUT, "logits", m->p.cols);

    protobuf_int(out, MODEL_IR, IR_VERSION);
    protobuf_string(out, MODEL_PRODUCER, "onehot");
    protobuf_message(out, MODEL_GRAPH, &graph);
    protobuf_string(&opset, OPSET_DOMAIN, "");
    protobuf_int(&opset, OPSET_VERSION, OPSET);
    protobuf_message(out, MODEL_OPSET, &opset);
    add_metadata(out, &s->dataset);
    return out->failed ? error_memory(e, "the ONNX file") : 0;
}
