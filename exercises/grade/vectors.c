#include "vectors.h"
#include "base/file.h"
#include "json/json_parse.h"

#include <stdio.h>
#include <stdlib.h>

static size_t numbers(const cJSON *v, real *out) {
    const cJSON *item;
    size_t n = 0;
    cJSON_ArrayForEach(item, v) {
        if (cJSON_IsArray(item))
            n += numbers(item, out ? out + n : NULL);
        else if (out)
            out[n++] = (real)item->valuedouble;
        else
            n++;
    }
    return n;
}

struct tensor vectors_tensor(const cJSON *c, const char *name, struct arena *a) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(c, name);
    struct tensor t = {0};
    size_t n = numbers(item, NULL);
    if (n == 0)
        return t;
    t.rows = cJSON_IsArray(cJSON_GetArrayItem(item, 0)) ? cJSON_GetArraySize(item) : 1;
    t.cols = (int)n / t.rows;
    t.data = arena_alloc(a, n, sizeof(real));
    if (t.data)
        numbers(item, t.data);
    return t;
}

double vectors_number(const cJSON *c, const char *name, double otherwise) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(c, name);
    return cJSON_IsNumber(item) ? item->valuedouble : otherwise;
}

bool vectors_true(const cJSON *c, const char *name) {
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(c, name));
}

/* Whether the case has a tensor for every argument. */
static bool complete(const struct exercise *x, const struct values *v, const struct values *want) {
    for (int i = 0; x->arguments[i].name; i++) {
        enum role role = x->arguments[i].role;
        if ((role == IN || role == IN_OUT) && !v->t[i].data)
            return false;
        if ((role == OUT || role == IN_OUT) && !want->t[i].data)
            return false;
    }
    return true;
}

static void fill(const struct exercise *x, const cJSON *c, struct arena *a, struct values *v,
                 struct values *want) {
    *v = *want = (struct values){0};
    for (int i = 0; x->arguments[i].name; i++)
        if (x->arguments[i].vector)
            (x->arguments[i].role == OUT ? want : v)->t[i] =
                vectors_tensor(c, x->arguments[i].vector, a);
}

int vectors_each(const struct exercise *x, struct arena *a,
                 void (*f)(void *, const struct values *, const struct values *), void *context,
                 struct error *e) {
    char path[200];
    size_t size;
    snprintf(path, sizeof path, "tests/reference/%s.json", x->vectors);
    char *text = file_read(path, 1 << 24, &size, e);
    cJSON *root = text ? json_parse(text, size, path, e) : NULL;
    const cJSON *c;
    int count = 0;
    cJSON_ArrayForEach(c, cJSON_GetObjectItemCaseSensitive(root, "cases")) {
        struct values v, want;
        fill(x, c, a, &v, &want);
        if ((!x->vector || x->vector(c, a, &v, &want)) && complete(x, &v, &want)) {
            f(context, &v, &want);
            count++;
        }
    }
    int result = root && count == 0 ? error_input(e, "%s: no case suits %s", path, x->name)
                                    : (root ? 0 : -1);
    cJSON_Delete(root);
    free(text);
    return result;
}
