#include "reference.h"
#include "test.h"
#include "json/json_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct arena reference_arena;

void reference_each(const char *file, void (*f)(const cJSON *c)) {
    const char *dir = getenv("REFERENCE");
    char path[1024];
    size_t size;
    struct error e = {0};
    snprintf(path, sizeof path, "%s/%s.json", dir ? dir : "tests/reference", file);
    char *text = test_read(path, &size);
    cJSON *root = json_parse(text, size, path, &e);
    ck_assert_msg(root != NULL, "%s", e.text);
    const cJSON *cases = cJSON_GetObjectItemCaseSensitive(root, "cases"), *c;
    ck_assert_msg(cJSON_GetArraySize(cases) > 0, "%s has no cases", path);
    cJSON_ArrayForEach(c, cases) {
        f(c);
        arena_free(&reference_arena);
    }
    cJSON_Delete(root);
    free(text);
}

static const cJSON *member(const cJSON *c, const char *name) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(c, name);
    ck_assert_msg(item != NULL, "a case has no \"%s\"", name);
    return item;
}

static void flatten(const cJSON *v, double *out, int *count) {
    const cJSON *item;
    if (cJSON_IsArray(v)) {
        cJSON_ArrayForEach(item, v) flatten(item, out, count);
    } else {
        ck_assert(cJSON_IsNumber(v));
        if (out)
            out[*count] = v->valuedouble;
        ++*count;
    }
}

static double *values(const cJSON *item, int *count) {
    *count = 0;
    flatten(item, NULL, count);
    double *out = arena_alloc(&reference_arena, (size_t)*count, sizeof *out);
    *count = 0;
    flatten(item, out, count);
    return out;
}

double *reference_values(const cJSON *c, const char *name, int *count) {
    return values(member(c, name), count);
}

struct tensor reference_tensor(const cJSON *c, const char *name) {
    int count;
    const cJSON *item = member(c, name);
    double *v = values(item, &count);
    bool matrix = cJSON_IsArray(cJSON_GetArrayItem(item, 0));
    int rows = matrix ? cJSON_GetArraySize(item) : 1;
    struct tensor t = {arena_alloc(&reference_arena, (size_t)count, sizeof(real)), rows,
                       count / rows};
    for (int i = 0; i < count; i++)
        t.data[i] = (real)v[i];
    return t;
}

double reference_number(const cJSON *c, const char *name) {
    const cJSON *item = member(c, name);
    ck_assert(cJSON_IsNumber(item));
    return item->valuedouble;
}

double reference_number_or(const cJSON *c, const char *name, double otherwise) {
    return cJSON_GetObjectItemCaseSensitive(c, name) ? reference_number(c, name) : otherwise;
}

int *reference_labels(const cJSON *c, const char *name) {
    int count;
    double *v = reference_values(c, name, &count);
    int *labels = arena_alloc(&reference_arena, (size_t)count, sizeof *labels);
    for (int i = 0; i < count; i++)
        labels[i] = (int)v[i];
    return labels;
}
