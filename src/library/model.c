/* Models: their configs, their files and what they predict. */
#include "base/file.h"
#include "config/keys.h"
#include "export/export.h"
#include "library/library.h"
#include "runs/safetensors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- a model is made ---- */

static struct oh_model *new_model(struct oh_context *c, const char *name, struct error *e) {
    struct oh_model *m = calloc(1, sizeof *m);
    if (!m) {
        error_memory(e, "the model");
        return NULL;
    }
    m->context = c;
    m->name = name;
    for (int i = 0; i < LIBRARY_ROWS; i++)
        m->order[i] = i;
    return m;
}

/* A path that is cut can only be in an error. */
static void set_path(struct oh_model *m, const char *path) {
    snprintf(m->path, sizeof m->path, "%s", path);
}

void oh_model_free(oh_model *m) {
    if (m) {
        cJSON_Delete(m->config);
        model_file_free(m->file);
        text_free(&m->bytes);
        free(m);
    }
}

/* The end of a call that makes a model. */
static struct oh_model *leave(struct call *call, struct oh_model *m) {
    if (library_leave(call) == 0)
        return m;
    oh_model_free(m);
    return NULL;
}

oh_model *oh_model_new(oh_context *c, oh_error *e) {
    static const char empty[] = "{\"data\": {\"path\": \"memory\"}, \"model\": []}";
    struct call call;
    struct oh_model *m = NULL;
    if (library_enter(&call, c, e) && (m = new_model(c, "model", &call.error)) != NULL) {
        m->config = json_parse(empty, strlen(empty), m->name, &call.error);
        m->built = true;
    }
    return leave(&call, m);
}

oh_model *oh_model_from_config(oh_context *c, const char *json, oh_error *e) {
    struct call call;
    struct oh_model *m = NULL;
    if (library_enter(&call, json ? c : NULL, e) &&
        (m = new_model(c, "config", &call.error)) != NULL)
        m->config = json_parse(json, strlen(json), m->name, &call.error);
    return leave(&call, m);
}

oh_model *oh_model_read_config(oh_context *c, const char *path, oh_error *e) {
    struct call call;
    struct oh_model *m = NULL;
    size_t size;
    if (library_enter(&call, path ? c : NULL, e) && (m = new_model(c, NULL, &call.error)) != NULL) {
        char *text = file_read(path, CONFIG_MAX_SIZE, &size, &call.error);
        set_path(m, path);
        m->name = m->path;
        m->config = text ? json_parse(text, size, path, &call.error) : NULL;
        free(text);
    }
    return leave(&call, m);
}

int library_take(struct oh_model *m, struct text *bytes, struct error *e) {
    struct model_file *f =
        bytes->failed ? NULL
                      : model_file_parse(m->context->keys, bytes->data, bytes->size,
                                         m->path[0] ? m->path : "the model", LIBRARY_ROWS, e);
    if (!f)
        return error_memory(e, "the model");
    model_file_free(m->file);
    text_free(&m->bytes);
    m->file = f;
    m->bytes = *bytes;
    *bytes = (struct text){0};
    return 0;
}

static struct oh_model *from_bytes(struct oh_context *c, const char *where, const void *bytes,
                                   size_t size, struct error *e) {
    struct oh_model *m = new_model(c, where, e);
    struct text copy = {0};
    if (!m)
        return NULL;
    set_path(m, where);
    text_add(&copy, bytes, size);
    library_ignore(library_take(m, &copy, e));
    text_free(&copy);
    return m;
}

oh_model *oh_model_from_bytes(oh_context *c, const void *bytes, size_t size, oh_error *e) {
    struct call call;
    struct oh_model *m = NULL;
    if (library_enter(&call, bytes ? c : NULL, e))
        m = from_bytes(c, "the model", bytes, size, &call.error);
    return leave(&call, m);
}

oh_model *oh_model_load(oh_context *c, const char *path, oh_error *e) {
    struct call call;
    struct oh_model *m = NULL;
    char file[FILE_PATH], *bytes = NULL;
    size_t size;
    if (library_enter(&call, path ? c : NULL, e) && model_file_path(path, file, &call.error) == 0 &&
        (bytes = file_read(file, SIZE_MAX, &size, &call.error)) != NULL)
        m = from_bytes(c, file, bytes, size, &call.error);
    free(bytes);
    return leave(&call, m);
}

/* ---- its config: errors wait in m->error for the call that begins the training ---- */

static int leave_setting(struct oh_model *m, struct call *call) {
    if (m && call->error.status != ERROR_NONE)
        (void)error_record(&m->error, call->error.status, "%s", call->error.text);
    return library_leave(call);
}

/* Adds a layer, and one of its options unless `key` is NULL. */
static int add_layer(struct oh_model *m, const char *type, const char *key, double value) {
    struct call call;
    if (library_enter(&call, m, NULL)) {
        cJSON *layers = cJSON_GetObjectItemCaseSensitive(m->config, "model");
        cJSON *layer = m->built ? cJSON_CreateObject() : NULL;
        if (!m->built)
            error_input(&call.error, "a layer can only be added to a model of oh_model_new");
        else if (!cJSON_AddItemToArray(layers, layer) ||
                 !cJSON_AddStringToObject(layer, "type", type ? type : "") ||
                 (key && !cJSON_AddNumberToObject(layer, key, value)))
            error_memory(&call.error, "the layer");
    }
    return leave_setting(m, &call);
}

int oh_layer(oh_model *m, const char *type) {
    return add_layer(m, type, NULL, 0);
}

int oh_linear(oh_model *m, int units) {
    return add_layer(m, "linear", "units", units);
}

int oh_relu(oh_model *m) {
    return add_layer(m, "relu", NULL, 0);
}

int oh_sigmoid(oh_model *m) {
    return add_layer(m, "sigmoid", NULL, 0);
}

int oh_tanh(oh_model *m) {
    return add_layer(m, "tanh", NULL, 0);
}

int oh_dropout(oh_model *m, double rate) {
    return add_layer(m, "dropout", "rate", rate);
}

int oh_set(oh_model *m, const char *key_value) {
    struct call call;
    if (library_enter(&call, key_value ? m : NULL, NULL)) {
        if (!m->config)
            error_input(&call.error, "oh_set: %s was trained already; its config is fixed",
                        m->path);
        else
            library_ignore(
                keys_override(m->config, m->context->keys, key_value, "oh_set", &call.error));
    }
    return leave_setting(m, &call);
}

int library_config(const struct oh_model *m, char **text, struct error *e) {
    *text = NULL;
    if (m->error.status != ERROR_NONE)
        return error_record(e, m->error.status, "%s", m->error.text);
    if (!m->config)
        return error_input(e, "%s: was trained already; name it in start_from of another model",
                           m->path);
    *text = cJSON_PrintUnformatted(m->config);
    return *text ? 0 : error_memory(e, "the config");
}

/* ---- what it is ---- */

int oh_model_inputs(const oh_model *m) {
    return m && m->file ? m->file->model->act[0].cols : 0;
}

int oh_model_outputs(const oh_model *m) {
    return m && m->file ? m->file->model->act[m->file->model->nlayers].cols : 0;
}

int oh_model_classes(const oh_model *m) {
    return m && m->file ? m->file->dataset.classes.count : 0;
}

const char *oh_model_class_name(const oh_model *m, int class_index) {
    return class_index >= 0 && class_index < oh_model_classes(m)
               ? m->file->dataset.classes.items[class_index]
               : NULL;
}

size_t oh_model_parameters(const oh_model *m) {
    return m && m->file ? m->file->model->nparams : 0;
}

/* ---- its file ---- */

int library_trained(const struct oh_model *m, struct error *e) {
    return m->file ? 0 : error_input(e, "the model has no parameters; train it first");
}

const void *oh_model_bytes(oh_model *m, size_t *size, oh_error *e) {
    struct call call;
    if (library_enter(&call, m, e))
        library_ignore(library_trained(m, &call.error));
    if (library_leave(&call) != 0)
        return NULL;
    if (size)
        *size = m->bytes.size;
    return m->bytes.data;
}

const char *oh_model_sha256(oh_model *m, oh_error *e) {
    return oh_model_bytes(m, NULL, e) ? m->file->sha256 : NULL;
}

int oh_model_save(oh_model *m, const char *path, oh_error *e) {
    struct call call;
    if (library_enter(&call, path ? m : NULL, e) && library_trained(m, &call.error) == 0)
        library_ignore(file_write(path, m->bytes.data, m->bytes.size, &call.error));
    return library_leave(&call);
}

void *oh_model_export(oh_model *m, const char *form, const char *name, size_t *size, oh_error *e) {
    struct call call;
    struct text out = {0};
    if (library_enter(&call, form && size ? m : NULL, e) && library_trained(m, &call.error) == 0 &&
        exportable_check(m->file, &call.error) == 0) {
        if (strcmp(form, "onnx") == 0)
            library_ignore(onnx_write(m->file, &out, &call.error));
        else if (strcmp(form, "c") == 0 && name)
            library_ignore(header_write(m->file, NULL, name, &out, &call.error));
        else
            error_input(&call.error, "oh_model_export: the form must be \"c\", with a name, or "
                                     "\"onnx\"");
    }
    if (library_leave(&call) != 0) {
        text_free(&out);
        return NULL;
    }
    *size = out.size;
    return out.data;
}
