#include "base/nearest.h"
#include "config/keys.h"
#include "config/override.h"
#include "json/json_parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What every step of reading needs. */
struct reader {
    const char *where;
    const char *const *overrides;
    struct arena *arena;
    struct error *error;
};

/* Who gave the value at this path: the command line or the file. */
static const char *source(const struct reader *r, const struct json_path *path) {
    return override_covers(r->overrides, path->text) ? "command line" : r->where;
}

/* `FILE: "PATH" <wrong>, got VALUE`. */
static int refuse(const struct reader *r, const struct json_path *path, const cJSON *got,
                  const char *wrong) {
    char *value = cJSON_PrintUnformatted(got);
    error_input(r->error, "%s: \"%s\" %s, got %.60s%s", source(r, path), path->text, wrong,
                value ? value : "?", value && strlen(value) > 60 ? "..." : "");
    free(value);
    return -1;
}

static int read_object(const struct reader *r, const struct key *keys, const cJSON *object,
                       const struct json_path *path, const struct kind *variant, void *out);

static int read_int(const struct reader *r, const struct key *k, const cJSON *v,
                    const struct json_path *path, int *out) {
    char wrong[64];
    if (!cJSON_IsNumber(v) || v->valuedouble != floor(v->valuedouble))
        return refuse(r, path, v, "must be a whole number");
    if (v->valuedouble < k->min)
        snprintf(wrong, sizeof wrong, "must be at least %.0f", k->min);
    else if (v->valuedouble > k->max)
        snprintf(wrong, sizeof wrong, "must be at most %.0f", k->max);
    else {
        *out = (int)v->valuedouble;
        return 0;
    }
    return refuse(r, path, v, wrong);
}

static int read_real(const struct reader *r, const struct key *k, const cJSON *v,
                     const struct json_path *path, double *out) {
    char wrong[64];
    if (!cJSON_IsNumber(v))
        return refuse(r, path, v, "must be a number");
    if (v->valuedouble < k->min || (k->above_min && v->valuedouble == k->min))
        snprintf(wrong, sizeof wrong, "must be %s %g", k->above_min ? ">" : ">=", k->min);
    else if (v->valuedouble > k->max)
        snprintf(wrong, sizeof wrong, "must be <= %g", k->max);
    else {
        *out = v->valuedouble;
        return 0;
    }
    return refuse(r, path, v, wrong);
}

static const char *word_name(const void *list, int i) {
    return ((const char *const *)list)[i];
}

/* Adds: one of "a", "b" or "c". */
static void add_words(struct text *t, const char *(*name)(const void *, int), const void *list) {
    text_printf(t, "%s", name(list, 1) ? "one of " : "");
    for (int i = 0; name(list, i); i++)
        text_printf(t, "%s\"%s\"", i == 0 ? "" : name(list, i + 1) ? ", " : " or ", name(list, i));
}

static int refuse_word(const struct reader *r, const struct json_path *path, const cJSON *v,
                       const char *(*name)(const void *, int), const void *list,
                       const char *or_else) {
    struct text t = {0};
    text_printf(&t, "must be ");
    add_words(&t, name, list);
    text_printf(&t, "%s", or_else);
    refuse(r, path, v, t.data ? t.data : "is not known");
    text_free(&t);
    return -1;
}

/* Which of the words the value is, or -1. */
static int find_word(const char *const *words, const cJSON *v) {
    for (int i = 0; cJSON_IsString(v) && words[i]; i++)
        if (strcmp(words[i], v->valuestring) == 0)
            return i;
    return -1;
}

static int read_choice(const struct reader *r, const struct key *k, const cJSON *v,
                       const struct json_path *path, int *out) {
    *out = find_word(k->words, v);
    return *out >= 0 ? 0 : refuse_word(r, path, v, word_name, k->words, "");
}

static int read_string(const struct reader *r, const cJSON *v, const struct json_path *path,
                       const char **out) {
    if (!cJSON_IsString(v))
        return refuse(r, path, v, "must be a string");
    *out = arena_string(r->arena, v->valuestring);
    return *out ? 0 : error_memory(r->error, r->where);
}

static const char *row_name(const void *list, int i) {
    const struct key *k = list;
    const struct kind *row = k->rows(i);
    return row ? row->name : NULL;
}

static int read_variant(const struct reader *r, const struct key *k, const cJSON *v,
                        const struct json_path *path, struct spec *out) {
    if (!cJSON_IsObject(v))
        return refuse(r, path, v, "must be an object");
    struct json_path below = json_path_below(path, "type", 0);
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(v, "type");
    if (!type) {
        struct text t = {0};
        add_words(&t, row_name, k);
        error_input(r->error, "%s: \"%s\" is missing (%s)", source(r, path), below.text,
                    t.data ? t.data : "");
        text_free(&t);
        return -1;
    }
    for (int i = 0; cJSON_IsString(type) && k->rows(i); i++)
        if (strcmp(k->rows(i)->name, type->valuestring) == 0)
            out->type = k->rows(i);
    if (!out->type)
        return refuse_word(r, &below, type, row_name, k, "");

    out->options = arena_alloc(r->arena, 1, out->type->size);
    if (!out->options)
        return error_memory(r->error, r->where);
    if (read_object(r, out->type->keys, v, path, out->type, out->options) != 0)
        return -1;
    const char *conflict = out->type->conflict ? out->type->conflict(out->options) : NULL;
    if (conflict)
        return error_input(r->error, "%s: \"%s\" %s", source(r, path), path->text, conflict);
    return 0;
}

static int read_item(const struct reader *r, const struct key *k, const cJSON *v,
                     const struct json_path *path, void *out) {
    return k->type == KEY_STRINGS ? read_string(r, v, path, out)
           : k->type == KEY_REALS ? read_real(r, k, v, path, out)
                                  : read_variant(r, k, v, path, out);
}

/* The items of a list, `size` bytes each. */
static int read_items(const struct reader *r, const struct key *k, const cJSON *v,
                      const struct json_path *path, size_t size, int *count, void *items) {
    if (!items)
        return error_memory(r->error, r->where);
    const cJSON *item;
    cJSON_ArrayForEach(item, v) {
        struct json_path below = json_path_below(path, NULL, *count);
        void *out = (char *)items + (size_t)*count * size;
        if (read_item(r, k, item, &below, out) != 0)
            return -1;
        ++*count;
    }
    return 0;
}

static int read_strings(const struct reader *r, const struct key *k, const cJSON *v,
                        const struct json_path *path, struct string_list *out) {
    if (!cJSON_IsArray(v))
        return refuse(r, path, v, "must be a list of strings");
    out->items = arena_alloc(r->arena, (size_t)cJSON_GetArraySize(v), sizeof *out->items);
    return read_items(r, k, v, path, sizeof *out->items, &out->count, out->items);
}

static int read_reals(const struct reader *r, const struct key *k, const cJSON *v,
                      const struct json_path *path, struct number_list *out) {
    out->word = find_word(k->words, v);
    if (out->word >= 0)
        return 0;
    if (!cJSON_IsArray(v) || cJSON_GetArraySize(v) == 0)
        return refuse_word(r, path, v, word_name, k->words, ", or a list of numbers");
    out->items = arena_alloc(r->arena, (size_t)cJSON_GetArraySize(v), sizeof *out->items);
    return read_items(r, k, v, path, sizeof *out->items, &out->count, out->items);
}

static int read_variants(const struct reader *r, const struct key *k, const cJSON *v,
                         const struct json_path *path, struct specs *out) {
    if (!cJSON_IsArray(v) || cJSON_GetArraySize(v) == 0)
        return refuse(r, path, v, "must be a list of at least one object");
    out->items = arena_alloc(r->arena, (size_t)cJSON_GetArraySize(v), sizeof *out->items);
    return read_items(r, k, v, path, sizeof *out->items, &out->count, out->items);
}

static int read_value(const struct reader *r, const struct key *k, const cJSON *v,
                      const struct json_path *path, void *field) {
    switch (k->type) {
    case KEY_INT:
        return read_int(r, k, v, path, field);
    case KEY_REAL:
        return read_real(r, k, v, path, field);
    case KEY_BOOL:
        *(bool *)field = cJSON_IsTrue(v);
        return cJSON_IsBool(v) ? 0 : refuse(r, path, v, "must be true or false");
    case KEY_STRING:
        return read_string(r, v, path, field);
    case KEY_CHOICE:
        return read_choice(r, k, v, path, field);
    case KEY_STRINGS:
        return read_strings(r, k, v, path, field);
    case KEY_REALS:
        return read_reals(r, k, v, path, field);
    case KEY_SECTION:
        return read_object(r, k->keys, v, path, NULL, field);
    case KEY_KIND:
        return read_variant(r, k, v, path, field);
    case KEY_KINDS:
        return read_variants(r, k, v, path, field);
    case KEY_END:
        break;
    }
    return -1;
}

static const char *key_name(const void *list, int i) {
    const struct key *keys = list;
    return keys ? keys[i].name : NULL;
}

/* Every name in the object is in the table; a variant's object has "type", too. */
static int check_known(const struct reader *r, const struct key *keys, const cJSON *object,
                       const struct json_path *path, const struct kind *variant) {
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        bool known = variant && strcmp(item->string, "type") == 0;
        for (int i = 0; key_name(keys, i) && !known; i++)
            known = strcmp(item->string, keys[i].name) == 0;
        if (known)
            continue;
        struct json_path below = json_path_below(path, item->string, 0);
        const char *nearest = nearest_word(item->string, key_name, keys);
        return error_input(r->error, "%s: \"%s\" is not a known key%s%s%s%s%s", source(r, &below),
                           below.text, variant ? " of " : "", variant ? variant->name : "",
                           nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                           nearest ? "\"?" : "");
    }
    return 0;
}

static int read_initial(const struct reader *r, const struct key *k, const struct json_path *path,
                        void *field) {
    cJSON *initial = cJSON_Parse(k->initial);
    if (!initial)
        return error_memory(r->error, r->where);
    int result = read_value(r, k, initial, path, field);
    cJSON_Delete(initial);
    return result;
}

static int read_object(const struct reader *r, const struct key *keys, const cJSON *object,
                       const struct json_path *path, const struct kind *variant, void *out) {
    if (!cJSON_IsObject(object))
        return refuse(r, path, object, "must be an object");
    if (check_known(r, keys, object, path, variant) != 0)
        return -1;
    for (const struct key *k = keys; k && k->name; k++) {
        struct json_path below = json_path_below(path, k->name, 0);
        const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, k->name);
        void *field = (char *)out + k->offset;
        if (!v && !k->initial)
            return error_input(r->error, "%s: \"%s\" is missing (%s)", source(r, path), below.text,
                               k->help);
        if ((v ? read_value(r, k, v, &below, field) : read_initial(r, k, &below, field)) != 0)
            return -1;
    }
    return 0;
}

/* Sections that the text leaves out, with their defaults: so that an override of one key keeps the
 * others. */
static int add_sections(cJSON *root, const struct key *keys) {
    for (const struct key *k = keys; k && k->name; k++)
        if ((k->type == KEY_SECTION || k->type == KEY_KIND) && k->initial &&
            !cJSON_GetObjectItemCaseSensitive(root, k->name) &&
            !cJSON_AddItemToObject(root, k->name, cJSON_Parse(k->initial)))
            return -1;
    return 0;
}

int keys_read(const struct key *keys, const char *text, size_t size, const char *where,
              const char *const *overrides, struct arena *a, void *out, struct error *e) {
    cJSON *root = json_parse(text, size, where, e);
    if (!root)
        return -1;
    struct reader r = {where, overrides, a, e};
    struct json_path top = {""};
    int result = -1;
    if (!cJSON_IsObject(root))
        error_input(e, "%s: must hold one JSON object, {...}", where);
    else if (add_sections(root, keys) != 0)
        error_memory(e, where);
    else if (override_apply(root, overrides, e) == 0)
        result = read_object(&r, keys, root, &top, NULL, out);
    cJSON_Delete(root);
    return result;
}
