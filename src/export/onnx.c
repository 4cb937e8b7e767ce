#include "export/onnx.h"
#include "export/exportable.h"
#include "export/protobuf.h"
#include "runs/bytes.h"
#include "json/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The names and numbers of the fields are those of onnx.proto3 (https://github.com/onnx/onnx). */
enum { FLOAT = 1 }; /* the type of numbers, in a tensor and in an attribute */

/* The oldest versions in which initialisers need not be inputs, and Gemm broadcasts its bias. */
enum { IR_VERSION = 4, OPSET = 7 };

/* A matrix, or a vector for a matrix of one row. */
static void add_tensor(struct text *graph, const char *name, struct tensor v, bool vector) {
    struct text t = {0}, raw = {0};
    for (size_t i = 0; i < tensor_size(v); i++)
        bytes_add_float(&raw, (float)v.data[i]);
    if (!vector)
        protobuf_add(&t, "dims=1 %d", v.rows);
    protobuf_add(&t, "dims=1 %d data_type=2 %d name=8 %s raw_data=9 %p", v.cols, FLOAT, name, &raw);
    protobuf_add(graph, "initializer=5 %p", &t);
}

/* `inputs` ends with NULL; `l` is the layer that the node stands for, or NULL. The options of an
 * element function are attributes. */
static void add_node(struct text *graph, const char *name, const char *type,
                     const char *const *inputs, const char *output, const struct layer *l) {
    struct text t = {0};
    float value;
    for (; *inputs; inputs++)
        protobuf_add(&t, "input=1 %s", *inputs);
    protobuf_add(&t, "output=2 %s name=3 %s op_type=4 %s", output, name, type);
    for (int k = 0; l && l->type->element.c && exportable_option(l, k, &value); k++)
        protobuf_add(&t, "attribute=5 {name=1 %s f=2 %g type=20 %d}",
                     l->type->element.onnx_attributes[k], (double)value, FLOAT);
    protobuf_add(graph, "node=1 %p", &t);
}

/* A matrix with any number of rows. */
static void add_value(struct text *value, const char *name, int cols) {
    protobuf_add(value,
                 "name=1 %s type=2 {tensor_type=1 {elem_type=1 %d shape=2 {dim=1 {dim_param=2 %s} "
                 "dim=1 {dim_value=1 %d}}}}",
                 name, FLOAT, "N", cols);
}

static const char *node_type(const struct layer *l) {
    if (l->type->affine)
        return l->nparams > 1 ? "Gemm" : "MatMul";
    return l->type->identity ? "Identity" : l->type->element.onnx;
}

/* Every layer becomes a node, with its parameters. Its output is named after the layer's number;
 * the last is "logits". */
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
            add_tensor(graph, params[k], l->params[k].value, l->params[k].vector);
        }
        snprintf(to, sizeof to, i == m->nlayers - 1 ? "logits" : "%d", i);
        snprintf(name, sizeof name, "%d.%.16s", i, l->type->kind.name);
        add_node(graph, name, node_type(l), inputs, to, l);
        strcpy(from, to);
    }
}

/* A node named after its operand, a tensor of these numbers. */
static void add_operation(struct text *graph, const char *from, const char *type,
                          const char *operand, real *numbers, int n, const char *to) {
    add_node(graph, operand, type, (const char *[]){from, operand, NULL}, to, NULL);
    add_tensor(graph, operand, (struct tensor){numbers, 1, n}, true);
}

/* scaled = (input - mean) / deviation. A table's mean, such as the year 2000, can exceed the
 * deviations so far that its rounding to a float counts; the node "rest" adds what that took. */
static int add_scaling(struct text *graph, const struct model_file *f, const char *input,
                       struct error *e) {
    const struct scaling *s = &f->scaling;
    int n = s->means ? f->dataset.columns.count : 1;
    real *mean = malloc(3 * (size_t)n * sizeof *mean), *deviation = mean + n, *rest = mean + 2 * n;
    if (!mean)
        return error_memory(e, "the ONNX file");
    for (int i = 0; i < n; i++) {
        double m = s->means ? s->means[i] : s->mean, d = s->means ? s->stddevs[i] : s->stddev;
        mean[i] = (real)m;
        deviation[i] = (real)d;
        rest[i] = (real)(((double)mean[i] - m) / d);
    }
    add_operation(graph, input, "Sub", "mean", mean, n, "centred");
    add_operation(graph, "centred", "Div", "deviation", deviation, n,
                  s->means ? "divided" : "scaled");
    if (s->means)
        add_operation(graph, "divided", "Add", "rest", rest, n, "scaled");
    free(mean);
    return 0;
}

static void add_pair(struct text *model, const char *key, const char *value) {
    protobuf_add(model, "metadata_props=14 {key=1 %s value=2 %s}", key, value);
}

static void add_names(struct text *model, const char *key, const struct string_list *names) {
    struct text list = {0};
    struct json j = {.out = &list};
    json_strings(&j, NULL, names->items, names->count);
    add_pair(model, key, list.data ? list.data : "");
    text_done(&list, model);
}

/* What a program needs to prepare the input and to name the outputs. */
static void add_metadata(struct text *model, const struct model_file_dataset *d) {
    char shape[64];
    add_names(model, "onehot.classes", &d->classes);
    if (d->columns.count > 0) {
        add_names(model, "onehot.features", &d->columns);
        return;
    }
    snprintf(shape, sizeof shape, "[%d, %d, %d]", d->height, d->width, d->channels);
    add_pair(model, "onehot.picture", shape);
    add_pair(model, "onehot.scale", "pixel / 255");
}

const char *onnx_input(const struct model_file *s) {
    return s->dataset.columns.count > 0 ? "features" : "pixels";
}

int onnx_write(const struct model_file *s, struct text *out, struct error *e) {
    const struct model *m = s->model;
    struct text graph = {0}, input = {0}, output = {0};
    if (m->nparams > 500 * 1000 * 1000)
        return error_run(
            e, "%s: has %zu parameters, too many for an ONNX file, which holds at most 2 GB",
            s->path, m->nparams);
    bool scaled = !scaling_is_unit(&s->scaling);
    if (scaled && add_scaling(&graph, s, onnx_input(s), e) != 0)
        return -1;
    add_layers(&graph, m, scaled ? "scaled" : onnx_input(s));
    protobuf_add(&graph, "name=2 %s", "onehot");
    add_value(&input, onnx_input(s), m->act[0].cols);
    add_value(&output, "logits", m->p.cols);
    protobuf_add(&graph, "input=11 %p output=12 %p", &input, &output);
    protobuf_add(out,
                 "ir_version=1 %d producer_name=2 %s graph=7 %p "
                 "opset_import=8 {domain=1 %s version=2 %d}",
                 IR_VERSION, "onehot", &graph, "", OPSET);
    add_metadata(out, &s->dataset);
    return out->failed ? error_memory(e, "the ONNX file") : 0;
}
