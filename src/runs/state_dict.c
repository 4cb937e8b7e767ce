#include "runs/state_dict.h"

#include <math.h>
#include <stdio.h>

int state_dict_export(const struct model *m, struct safetensors *s, struct arena *a,
                      struct error *e) {
    char name[MODEL_PARAM_NAME];
    s->tensors = arena_alloc(a, (size_t)m->nlayers * LAYER_PARAMS, sizeof *s->tensors);
    if (!s->tensors)
        return error_memory(e, "the model file");
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            const struct param *p = &m->layers[i].params[k];
            struct tensor v = p->value;
            float *data = arena_alloc(a, tensor_size(v), sizeof *data);
            model_param_name(m, i, k, name);
            struct safetensors_entry t = {.name = arena_string(a, name), .data = data};
            if (!data || !t.name)
                return error_memory(e, "the model file");
            if (!p->vector)
                t.shape[t.dims++] = (size_t)v.cols;
            t.shape[t.dims++] = p->vector ? (size_t)v.cols : (size_t)v.rows;
            for (int r = 0; r < v.rows; r++)
                for (int c = 0; c < v.cols; c++)
                    data[(size_t)c * (size_t)v.rows + (size_t)r] = (float)tensor_row(v, r)[c];
            s->tensors[s->count++] = t;
        }
    return 0;
}

static int import(const struct param *p, const struct safetensors_entry *t, const char *path,
                  struct error *e) {
    struct tensor v = p->value;
    size_t rows = (size_t)v.rows, cols = (size_t)v.cols;
    if (t->dims != (p->vector ? 1 : 2) || t->shape[0] != cols ||
        (!p->vector && t->shape[1] != rows)) {
        char shape[64];
        snprintf(shape, sizeof shape, p->vector ? "[%zu]" : "[%zu, %zu]", cols, rows);
        return error_input(e, "%s: tensor \"%s\" does not have the shape %s, which the model needs",
                           path, t->name, shape);
    }
    for (int r = 0; r < v.rows; r++)
        for (int c = 0; c < v.cols; c++) {
            float x = t->data[(size_t)c * rows + (size_t)r];
            if (!isfinite(x))
                return error_input(e, "%s: tensor \"%s\" contains a value that is not finite", path,
                                   t->name);
            tensor_row(v, r)[c] = x;
        }
    return 0;
}

int state_dict_import(struct model *m, const struct safetensors *s, const char *path,
                      struct error *e) {
    char name[MODEL_PARAM_NAME];
    int used = 0;
    for (int i = 0; i < m->nlayers; i++)
        for (int k = 0; k < m->layers[i].nparams; k++) {
            model_param_name(m, i, k, name);
            const struct safetensors_entry *t = safetensors_find(s, name);
            if (!t)
                return error_input(e, "%s: has no tensor \"%s\", which the model needs", path,
                                   name);
            if (import(&m->layers[i].params[k], t, path, e) != 0)
                return -1;
            used++;
        }
    if (used != s->count)
        return error_input(e, "%s: has %d tensors, but the model needs %d", path, s->count, used);
    return 0;
}
