/* Models: their configs, their files and what they predict. */
#include "base/file.h"
#include "config/keys.h"
#include "export/export.h"
#include "library/library.h"
#include "runs/safetensors.h"

#include <ctype.h>

/* ---- a model is made ---- */

/* A model without a config. */
static struct oh_model *new_model(struct oh_context *c, const char *name, struct error *e) {
    struct oh_model *m = calloc(1, sizeof *m);
    if (!m) {
        error_memory(e, "the model");
        return NULL;
    }
    m->context = c;
    snprintf(m->name, sizeof m->name, "%s", name); /* one that is cut can only be in an error */
    return m;
}

void oh_model_free(oh_model *m) {
    if (m) {
        cJSON_Delete(m->config);
        model_file_free(m->file);
        text_free(&m->bytes);
        free(m);
    }
}

static struct oh_model *from_json(struct oh_context *c, const char *name, const char *json,
                                  size_t size, struct error *e) {
    struct oh_model *m = new_model(c, name, e);
    if (m && (m->config = json_parse(json, size, m->name, e)) != NULL)
        return m;
    oh_model_free(m);
    return NULL;
}

oh_model *oh_model_new(oh_context *c, oh_error *to) {
    static const char empty[] = "{\"data\": {\"path\": \"memory\"}, \"model\": []}";
    LIBRARY_CALL(c, to, NULL);
    struct oh_model *m = from_json(c, "model", empty, strlen(empty), e);
    if (m)
        m->built = true;
    return m;
}

oh_model *oh_model_from_config(oh_context *c, const char *json, oh_error *to) {
    LIBRARY_CALL(c && json, to, NULL);
    return from_json(c, "config", json, strlen(json), e);
}

oh_model *oh_model_read_config(oh_context *c, const char *path, oh_error *to) {
    LIBRARY_CALL(c && path, to, NULL);
    size_t size;
    SCOPED_MEMORY char *json = file_read(path, CONFIG_MAX_SIZE, &size, e);
    return json ? from_json(c, path, json, size, e) : NULL;
}

int library_take(struct oh_model *m, struct text *bytes, int built, struct error *e) {
    struct model_file *f = NULL;
    if (bytes->failed)
        error_memory(e, m->name);
    else if (built == 0)
        f = model_file_parse(m->context->keys, bytes->data, bytes->size, m->name, LIBRARY_ROWS, e);
    if (!f) {
        text_free(bytes);
        return -1;
    }
    model_file_free(m->file);
    text_free(&m->bytes);
    m->file = f;
    m->bytes = *bytes;
    return 0;
}

/* Takes over the bytes. */
static struct oh_model *from_bytes(struct oh_context *c, const char *name, struct text *bytes,
                                   struct error *e) {
    struct oh_model *m = new_model(c, name, e);
    if (m && library_take(m, bytes, 0, e) == 0)
        return m;
    text_free(bytes);
    oh_model_free(m);
    return NULL;
}

oh_model *oh_model_from_bytes(oh_context *c, const void *bytes, size_t size, oh_error *to) {
    LIBRARY_CALL(c && bytes, to, NULL);
    struct text copy = {0};
    text_add(&copy, bytes, size);
    return from_bytes(c, "the model", &copy, e);
}

oh_model *oh_model_load(oh_context *c, const char *path, oh_error *to) {
    LIBRARY_CALL(c && path, to, NULL);
    char file[FILE_PATH];
    struct text bytes = {0};
    if (model_file_path(path, file, e) != 0 ||
        (bytes.data = file_read(file, SIZE_MAX, &bytes.size, e)) == NULL)
        return NULL;
    return from_bytes(c, file, &bytes, e);
}

/* ---- its config: errors wait in m->error for the call that begins the training ---- */

/* Adds a layer, and one of its options unless `key` is NULL. */
static int add_layer(struct oh_model *m, const char *type, const char *key, double value) {
    LIBRARY_CALL(m, NULL, -1);
    cJSON *layers = cJSON_GetObjectItemCaseSensitive(m->config, "model");
    cJSON *layer = m->built ? cJSON_CreateObject() : NULL;
    if (!m->built)
        return error_input(&m->error, "a layer can only be added to a model of oh_model_new");
    if (!cJSON_AddItemToArray(layers, layer) ||
        !cJSON_AddStringToObject(layer, "type", type ? type : "") ||
        (key && !cJSON_AddNumberToObject(layer, key, value)))
        return error_memory(&m->error, "the layer");
    return 0;
}

int oh_layer(oh_model *m, const char *type) { return add_layer(m, type, NULL, 0); }

int oh_linear(oh_model *m, int units) { return add_layer(m, "linear", "units", units); }

int oh_relu(oh_model *m) { return add_layer(m, "relu", NULL, 0); }

int oh_sigmoid(oh_model *m) { return add_layer(m, "sigmoid", NULL, 0); }

int oh_tanh(oh_model *m) { return add_layer(m, "tanh", NULL, 0); }

int oh_dropout(oh_model *m, double rate) { return add_layer(m, "dropout", "rate", rate); }

int oh_set(oh_model *m, const char *key_value) {
    LIBRARY_CALL(m && key_value, NULL, -1);
    if (!m->config)
        return error_input(&m->error, "oh_set: %s was trained already; its config is fixed",
                           m->name);
    return override_apply(m->config, m->context->keys, key_value, "oh_set", &m->error);
}

char *library_config(const struct oh_model *m, struct error *e) {
    *e = m->error;
    if (!m->config)
        error_input(e, "%s: was trained already; name it in start_from of another model", m->name);
    char *text = e->status ? NULL : cJSON_PrintUnformatted(m->config);
    if (!text)
        error_memory(e, "the config");
    return text;
}

/* ---- what it is ---- */

int oh_model_inputs(const oh_model *m) { return m && m->file ? m->file->model->act[0].cols : 0; }

int oh_model_outputs(const oh_model *m) { return m && m->file ? model_outputs(m->file->model) : 0; }

int oh_model_classes(const oh_model *m) {
    return m && m->file ? m->file->dataset.classes.count : 0;
}

const char *oh_model_class_name(const oh_model *m, int class_index) {
    return class_index >= 0 && class_index < oh_model_classes(m)
               ? m->file->dataset.classes.items[class_index]
               : NULL;
}

size_t oh_model_parameters(const oh_model *m) { return m && m->file ? m->file->model->nparams : 0; }

/* ---- its file ---- */

int library_trained(const struct oh_model *m, struct error *e) {
    return m->file ? 0 : error_input(e, "the model has no parameters; train it first");
}

const void *oh_model_bytes(oh_model *m, size_t *size, oh_error *to) {
    LIBRARY_CALL(m, to, NULL);
    if (library_trained(m, e) != 0)
        return NULL;
    if (size)
        *size = m->bytes.size;
    return m->bytes.data;
}

const char *oh_model_sha256(oh_model *m, oh_error *e) {
    return oh_model_bytes(m, NULL, e) ? m->file->sha256 : NULL;
}

int oh_model_save(oh_model *m, const char *path, oh_error *to) {
    LIBRARY_CALL(m && path, to, -1);
    return library_trained(m, e) == 0 ? file_write(path, m->bytes.data, m->bytes.size, e) : -1;
}

static bool is_identifier(const char *s) {
    bool is = s && *s && !isdigit((unsigned char)*s);
    for (; is && *s; s++)
        is = isalnum((unsigned char)*s) || *s == '_';
    return is;
}

void *oh_model_export(oh_model *m, const char *form, const char *name, size_t *size, oh_error *to) {
    LIBRARY_CALL(m && form && size, to, NULL);
    struct text out = {0};
    int result = library_trained(m, e) == 0 ? exportable_check(m->file, e) : -1;
    if (result == 0 && strcmp(form, "onnx") == 0)
        result = onnx_write(m->file, &out, e);
    else if (result == 0 && strcmp(form, "c") == 0 && is_identifier(name))
        result = header_write(m->file, NULL, name, &out, e);
    else if (result == 0)
        result = error_input(e, "oh_model_export: the form must be \"c\", with a name, or "
                                "\"onnx\"; a name is letters, digits and _, as in C");
    if (result != 0)
        text_free(&out);
    *size = out.size;
    return out.data;
}
