#include "export/export.h"

#include <assert.h>

int exportable_check(const struct model_file *f, struct error *e) {
    const struct model *m = f->model;
    if (!isfinite(f->scaling.value[0]) || !isfinite(f->scaling.value[255]))
        return error_input(e, "%s: its input scaling gives numbers that are not finite", f->path);
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer_type *t = m->layers[i].type;
        if (!t->affine && !t->identity && !t->element.c)
            return error_run(e, "%s: layer %d, \"%s\", cannot be exported%s%s", f->path, i,
                             t->kind.name, t->export_instead ? "; " : "",
                             t->export_instead ? t->export_instead : "");
    }
    return 0;
}

bool exportable_option(const struct layer *l, int k, float *value) {
    const struct key *keys = l->type->element.c ? l->type->kind.keys : NULL;
    if (!keys || keys[k].type == KEY_END)
        return false;
    assert(keys[k].type == KEY_REAL);
    *value = (float)*(const double *)(const void *)((const char *)l->options + keys[k].offset);
    return true;
}
