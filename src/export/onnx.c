#include "export/export.h"
#include "runs/bytes.h"
#include "json/json.h"

/* The names and numbers of the fields are those of onnx.proto3 (https://github.com/onnx/onnx). */
enum { FLOAT = 1 }; /* the type of numbers, in a tensor and in an attribute */

/* The oldest versions in which initialisers need not be inputs, and Gemm broadcasts its bias. */
enum { IR_VERSION = 4, OPSET = 7 };

/* A matrix: its name, FLOAT, "N" for any number of rows, its columns. */
#define MATRIX                                                                                     \
    "{name=1 %s type=2 {tensor_type=1 {elem_type=1 %d shape=2 {dim=1 {dim_param=2 %s} dim=1 "      \
    "{dim_value=1 %d}}}}}"

/* A matrix of the numbers in `raw`, or a vector if rows is 0. */
static void add_tensor(struct text *graph, const char *name, int rows, int cols, struct text *raw) {
    struct text t = {0};
    if (rows > 0)
        protobuf_add(&t, "dims=1 %d", rows);
    protobuf_add(&t, "dims=1 %d data_type=2 %d name=8 %s raw_data=9 %p", cols, FLOAT, name, raw);
    protobuf_add(graph, "initializer=5 %p", &t);
}

/* `inputs` ends with NULL; `l` is the layer that the node stands for, or NULL. The options of an
 * elementwise function are attributes. */
static void add_node(struct text *graph, const char *name, const char *type,
                     const char *const *inputs, const char *output, const struct layer *l) {
    struct text t = {0};
    float value;
    for (; *inputs; inputs++)
        protobuf_add(&t, "input=1 %s", *inputs);
    protobuf_add(&t, "output=2 %s name=3 %s op_type=4 %s", output, name, type);
    for (int k = 0; l && exportable_option(l, k, &value); k++)
        protobuf_add(&t, "attribute=5 {name=1 %s f=2 %g type=20 %d}",
                     l->type->element.onnx_attributes[k], (double)value, FLOAT);
    protobuf_add(graph, "node=1 %p", &t);
}

/* Each layer becomes a node, with its parameters. Its output has the layer's number as its name;
 * the last is "logits". */
static void add_layers(struct text *graph, const struct model *m, const char *first) {
    char from[MODEL_PARAM_NAME], to[MODEL_PARAM_NAME], name[MODEL_PARAM_NAME],
        params[LAYER_PARAMS][MODEL_PARAM_NAME];
    snprintf(from, sizeof from, "%s", first);
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer *l = &m->layers[i];
        const char *inputs[1 + LAYER_PARAMS + 1] = {from};
        for (int k = 0; k < l->nparams; k++) {
            struct tensor v = l->params[k].value;
            struct text raw = {0};
            for (size_t n = 0; n < tensor_size(v); n++)
                bytes_add_float(&raw, (float)v.data[n]);
            model_param_name(m, i, k, params[k]);
            inputs[1 + k] = params[k];
            add_tensor(graph, params[k], l->params[k].vector ? 0 : v.rows, v.cols, &raw);
        }
        snprintf(to, sizeof to, i < m->nlayers - 1 ? "%d" : "logits", i);
        snprintf(name, sizeof name, "%d.%.16s", i, l->type->kind.name);
        add_node(graph, name,
                 l->type->identity  ? "Identity"
                 : !l->type->affine ? l->type->element.onnx
                 : l->nparams > 1   ? "Gemm"
                                    : "MatMul",
                 inputs, to, l);
        strcpy(from, to);
    }
}

/* scaled = (input - mean) / deviation. A table's mean, such as the year 2000, can be so much larger
 * than the deviation that its rounding to float matters; the node "rest" makes up for it. Each node
 * is named after its operand. */
static void add_scaling(struct text *graph, const struct model_file *f) {
    static const char *const nodes[][3] = {
        {"Sub", "mean", "centred"}, {"Div", "deviation", "divided"}, {"Add", "rest", "scaled"}};
    const struct scaling *s = &f->scaling;
    const char *from = onnx_input(f);
    int n = s->means ? f->dataset.columns.count : 1;
    for (int k = 0; k < 3; k++) {
        const char *operand = nodes[k][1];
        struct text raw = {0};
        for (int i = 0; i < n; i++) {
            double mean = s->means ? s->means[i] : s->mean,
                   deviation = s->means ? s->stddevs[i] : s->stddev,
                   rest = ((double)(float)mean - mean) / deviation;
            bytes_add_float(&raw, (float)(k == 0 ? mean : k == 1 ? deviation : rest));
        }
        add_tensor(graph, operand, 0, n, &raw);
        add_node(graph, operand, nodes[k][0], (const char *[]){from, operand, NULL}, nodes[k][2],
                 NULL);
        from = nodes[k][2];
    }
}

/* What a program needs in order to prepare the input and to name the outputs. */
static void add_metadata(struct text *model, const struct dataset *d) {
    bool table = d->columns.count > 0;
    struct text classes = {0}, input = {0};
    json_strings(&(struct json){.out = &classes}, NULL, d->classes.items, d->classes.count);
    if (table)
        json_strings(&(struct json){.out = &input}, NULL, d->columns.items, d->columns.count);
    else
        text_printf(&input, "[%d, %d, %d]", d->height, d->width, d->channels);
    protobuf_add(model,
                 "metadata_props=14 {key=1 %s value=2 %p} metadata_props=14 {key=1 %s value=2 %p}",
                 "onehot.classes", &classes, table ? "onehot.features" : "onehot.picture", &input);
    if (!table)
        protobuf_add(model, "metadata_props=14 {key=1 %s value=2 %s}", "onehot.scale",
                     "pixel / 255");
}

const char *onnx_input(const struct model_file *f) {
    return f->dataset.columns.count > 0 ? "features" : "pixels";
}

int onnx_write(const struct model_file *f, struct text *out, struct error *e) {
    const struct model *m = f->model;
    struct text graph = {0};
    if (m->nparams > 500 * 1000 * 1000)
        return error_run(
            e, "%s: has %zu parameters, too many for an ONNX file, which holds at most 2 GB",
            f->path, m->nparams);
    bool scaled = !scaling_is_unit(&f->scaling);
    if (scaled)
        add_scaling(&graph, f);
    add_layers(&graph, m, scaled ? "scaled" : onnx_input(f));
    protobuf_add(&graph, "name=2 %s input=11 " MATRIX " output=12 " MATRIX, "onehot", onnx_input(f),
                 FLOAT, "N", m->act[0].cols, "logits", FLOAT, "N", model_outputs(m));
    protobuf_add(out,
                 "ir_version=1 %d producer_name=2 %s graph=7 %p "
                 "opset_import=8 {domain=1 %s version=2 %d}",
                 IR_VERSION, "onehot", &graph, "", OPSET);
    add_metadata(out, &f->dataset);
    return out->failed ? error_memory(e, "the ONNX file") : 0;
}
