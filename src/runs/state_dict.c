#include "runs/state_dict.h"

static void set_shape(struct safetensors_entry *t, const struct param *p) {
    t->dims = p->vector ? 1 : 2;
    t->shape[0] = (size_t)p->value.cols;
    t->shape[1] = (size_t)p->value.rows;
}

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
            set_shape(&t, p);
            for (int r = 0; r < v.rows; r++)
                for (int c = 0; c < v.cols; c++)
                    data[(size_t)c * (size_t)v.rows + (size_t)r] = (float)tensor_row(v, r)[c];
            s->tensors[s->count++] = t;
        }
    return 0;
}

enum { SHAPE = 24 * SAFETENSORS_DIMS };

/* 128, 784 */
static const char *shape_text(const struct safetensors_entry *t, char out[SHAPE]) {
    int n = out[0] = '\0';
    for (int d = 0; d < t->dims; d++)
        n += snprintf(out + n, SHAPE - (size_t)n, d == 0 ? "%zu" : ", %zu", t->shape[d]);
    return out;
}

/* Checks that s has layer i's tensors, in their shapes, and takes them unless `check`. */
static int import(const struct model *m, int i, const struct safetensors *s, bool check,
                  struct error *e) {
    char name[MODEL_PARAM_NAME], has[SHAPE], needs[SHAPE];
    for (int k = 0; k < m->layers[i].nparams; k++) {
        struct tensor v = m->layers[i].params[k].value;
        struct safetensors_entry needed;
        model_param_name(m, i, k, name);
        set_shape(&needed, &m->layers[i].params[k]);
        const struct safetensors_entry *t = safetensors_find(s, name);
        if (!t)
            return error_input(e, "%s: has no tensor \"%s\", which the model needs", s->path, name);
        if (t->dims != needed.dims ||
            memcmp(t->shape, needed.shape, (size_t)t->dims * sizeof *t->shape) != 0)
            return error_input(e, "%s: tensor \"%s\" has the shape [%s], but layer %d needs [%s]",
                               s->path, name, shape_text(t, has), i, shape_text(&needed, needs));
        for (int r = 0; r < v.rows && !check; r++)
            for (int c = 0; c < v.cols; c++) {
                float x = t->data[(size_t)c * (size_t)v.rows + (size_t)r];
                if (!isfinite(x))
                    return error_input(e, "%s: tensor \"%s\" contains a value that is not finite",
                                       s->path, name);
                tensor_row(v, r)[c] = x;
            }
    }
    return 0;
}

int state_dict_import(struct model *m, const struct safetensors *s, struct error *e) {
    int used = 0;
    for (int i = 0; i < m->nlayers; i++) {
        if (import(m, i, s, false, e) != 0)
            return -1;
        used += m->layers[i].nparams;
    }
    if (used != s->count)
        return error_input(e, "%s: has %d tensors, but the model needs %d", s->path, s->count,
                           used);
    return 0;
}

int state_dict_take(struct model *m, const struct safetensors *s, bool fitting, bool *taken,
                    struct error *e) {
    struct error why = {0}; /* about the first layer that does not fit */
    int count = 0;
    for (int i = 0; i < m->nlayers; i++) {
        taken[i] = taken[i] && m->layers[i].nparams > 0 && import(m, i, s, true, &why) == 0;
        if (why.status && !fitting)
            return error_input(e, "%s; to take only layers that fit, set start_from.layers=fitting",
                               why.text);
        if (taken[i] && import(m, i, s, false, e) != 0)
            return -1;
        count += taken[i];
    }
    if (why.status && count == 0)
        return error_input(e, "%s; no layer fits", why.text);
    return count > 0
               ? 0
               : error_input(e, "%s: start_from.layers names no layer with parameters", s->path);
}
