#include "json/flat_json.h"
#include "json/json_parse.h"

/* Whether the value becomes several rows, not one. */
static bool has_rows(const cJSON *v) {
    return (cJSON_IsObject(v) && v->child) || (cJSON_IsArray(v) && cJSON_IsObject(v->child));
}

static int count(const cJSON *v) {
    int n = 0;
    const cJSON *item;
    if (!has_rows(v))
        return 1;
    cJSON_ArrayForEach(item, v) n += count(item);
    return n;
}

static int add_row(struct flat_json *f, const cJSON *v, const struct json_path *path,
                   struct arena *a, struct error *e) {
    struct flat_json_row *row = f->sorted[f->count] = &f->rows[f->count];
    f->count++;
    row->string = cJSON_IsString(v);
    SCOPED_MEMORY char *json = row->string ? NULL : cJSON_PrintUnformatted(v);
    const char *value = row->string ? v->valuestring : json;
    row->name = arena_string(a, path->text);
    row->value = value ? arena_string(a, value) : NULL;
    row->number = cJSON_IsNumber(v) ? v->valuedouble : NAN;
    return row->name && row->value ? 0 : error_memory(e, path->text);
}

static int add(struct flat_json *f, const cJSON *v, const struct json_path *path, struct arena *a,
               struct error *e) {
    if (!has_rows(v))
        return add_row(f, v, path, a, e);
    int index = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, v) {
        struct json_path below = json_path_below(path, item->string, index++);
        if (add(f, item, &below, a, e) != 0)
            return -1;
    }
    return 0;
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(struct flat_json_row *const *)a)->name,
                  (*(struct flat_json_row *const *)b)->name);
}

int flat_json_parse(struct flat_json *f, const char *text, size_t size, const char *where,
                    struct arena *a, struct error *e) {
    *f = (struct flat_json){0};
    SCOPED_JSON root = json_parse(text, size, where, e);
    if (!root)
        return -1;
    struct json_path top = {""};
    size_t rows = (size_t)count(root);
    if (!cJSON_IsObject(root))
        return error_input(e, "%s: must be one JSON object, {...}", where);
    f->rows = arena_alloc(a, rows, sizeof *f->rows);
    f->sorted = arena_alloc(a, rows, sizeof(struct flat_json_row *));
    if (!f->rows || !f->sorted)
        return error_memory(e, where);
    if (root->child && add(f, root, &top, a, e) != 0)
        return -1;
    /* for a binary search: a hostile object may be large */
    qsort(f->sorted, (size_t)f->count, sizeof *f->sorted, by_name);
    return 0;
}

const struct flat_json_row *flat_json_find(const struct flat_json *f, const char *name) {
    struct flat_json_row wanted = {.name = name}, *key = &wanted, **row = NULL;
    if (f->count > 0)
        row = bsearch(&key, f->sorted, (size_t)f->count, sizeof *f->sorted, by_name);
    return row ? *row : NULL;
}

static const char *last_part(const char *name) {
    const char *last = name;
    for (const char *dot = name; (dot = strchr(dot, '.')); dot++)
        if (strcmp(dot, ".type") != 0)
            last = dot + 1;
    return last;
}

const char *flat_json_title(const char *name, const void *names, int count, size_t size) {
    const char *last = last_part(name), *other;
    for (int i = 0; i < count; i++) {
        memcpy(&other, (const char *)names + (size_t)i * size, sizeof other);
        if (strcmp(other, name) != 0 && strcmp(last_part(other), last) == 0)
            return name;
    }
    return last;
}
