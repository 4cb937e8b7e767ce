#include "export/exportable.h"

#include <assert.h>

int exportable_check(const struct model *m, const char *where, struct error *e) {
    if (m->act[m->nlayers].cols != m->p.cols)
        return error_run(e,
                         "%s: a model with one output for two classes cannot be exported; a model "
                         "with one output per class can",
                         where);
    for (int i = 0; i < m->nlayers; i++) {
        const struct layer_type *t = m->layers[i].type;
        if (!t->affine && !t->identity && !t->element.c)
            return error_run(e, "%s: layer %d, \"%s\", cannot be exported%s%s", where, i,
                             t->kind.name, t->export_instead ? "; " : "",
                             t->export_instead ? t->export_instead : "");
    }
    return 0;
}

bool exportable_option(const struct layer *l, int k, float *value) {
    const struct key *key = l->type->kind.keys ? &l->type->kind.keys[k] : NULL;
    if (!key || key->type == KEY_END)
        return false;
    assert(key->type == KEY_REAL);
    *value = (float)*(const double *)(const void *)((const char *)l->options + key->offset);
    return true;
}
