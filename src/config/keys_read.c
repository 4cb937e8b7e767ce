#include "base/nearest.h"
#include "config/keys.h"
#include "config/override.h"
#include "json/json_parse.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value's position in the config, and what is needed to read it. */
struct position {
    const char *where; /* the file */
    const char *const *overrides;
    struct arena *arena;
    struct error *error;
    struct json_path path;
};

static struct position below(const struct position *p, const char *name, int index) {
    struct position child = *p;
    child.path = json_path_below(&p->path, name, index);
    return child;
}

/* Where the value comes from: the command line or the file. */
static const char *source(const struct position *p) {
    return override_covers(p->overrides, p->path.text) ? "command line" : p->where;
}

/* `FILE: "PATH" <wrong>, got VALUE`. */
static int refuse(const struct position *p, const cJSON *got, const char *wrong) {
    char *value = cJSON_PrintUnformatted(got);
    error_input(p->error, "%s: \"%s\" %s, got %.60s%s", source(p), p->path.text, wrong,
                value ? value : "?", value && strlen(value) > 60 ? "..." : "");
    free(value);
    return -1;
}

static int no_memory(const struct position *p) {
    return error_memory(p->error, p->where);
}

/* ---- numbers, words and strings ---- */

/* A whole number for KEY_INT. */
static int read_number(const struct position *p, const struct key *k, const cJSON *v, double *x) {
    char wrong[64];
    bool whole = k->type == KEY_INT;
    if (!cJSON_IsNumber(v) || (whole && v->valuedouble != floor(v->valuedouble)))
        return refuse(p, v, whole ? "must be a whole number" : "must be a number");
    *x = v->valuedouble;
    if (*x < k->min || (k->above_min && *x == k->min))
        snprintf(wrong, sizeof wrong,
                 whole          ? "must be at least %.0f"
                 : k->above_min ? "must be > %g"
                                : "must be >= %g",
                 k->min);
    else if (*x > k->max)
        snprintf(wrong, sizeof wrong, whole ? "must be at most %.0f" : "must be <= %g", k->max);
    else
        return 0;
    return refuse(p, v, wrong);
}

static int read_string(const struct position *p, const struct key *k, const cJSON *v,
                       const char **out) {
    if (!cJSON_IsString(v))
        return refuse(p, v, "must be a string");
    bool home = k->path && strncmp(v->valuestring, "~/", 2) == 0 && getenv("HOME");
    *out = home ? arena_printf(p->arena, "%s%s", getenv("HOME"), v->valuestring + 1)
                : arena_string(p->arena, v->valuestring);
    return *out ? 0 : no_memory(p);
}

/* The names of a list, as functions of it and an index; NULL past its end. */

static const char *word_name(const void *list, int i) {
    return ((const char *const *)list)[i];
}

static const char *kind_name(const void *key, int i) {
    const struct kind *kind = ((const struct key *)key)->rows[i];
    return kind ? kind->name : NULL;
}

static const char *key_name(const void *list, int i) {
    const struct key *keys = list;
    return keys ? keys[i].name : NULL;
}

/* The index of the string, or -1. */
static int find(const char *(*name)(const void *, int), const void *list, const cJSON *v) {
    for (int i = 0; cJSON_IsString(v) && name(list, i); i++)
        if (strcmp(name(list, i), v->valuestring) == 0)
            return i;
    return -1;
}

/* Adds: one of "a", "b" or "c". */
static void add_names(struct text *t, const char *(*name)(const void *, int), const void *list) {
    text_printf(t, "%s", name(list, 1) ? "one of " : "");
    for (int i = 0; name(list, i); i++)
        text_printf(t, "%s\"%s\"", i == 0 ? "" : name(list, i + 1) ? ", " : " or ", name(list, i));
}

static int refuse_name(const struct position *p, const cJSON *v,
                       const char *(*name)(const void *, int), const void *list,
                       const char *or_else) {
    struct text t = {0};
    text_printf(&t, "must be ");
    add_names(&t, name, list);
    text_printf(&t, "%s", or_else);
    refuse(p, v, t.data ? t.data : "is not known");
    text_free(&t);
    return -1;
}

/* ---- kinds, lists and objects ---- */

static int read_object(const struct position *p, const struct key *keys, const cJSON *object,
                       const struct kind *kind, void *out);

static int missing_type(const struct position *p, const struct position *type,
                        const struct key *k) {
    struct text t = {0};
    add_names(&t, kind_name, k);
    error_input(p->error, "%s: \"%s\" is missing (%s)", source(p), type->path.text,
                t.data ? t.data : "");
    text_free(&t);
    return -1;
}

static int read_kind(const struct position *p, const struct key *k, const cJSON *v,
                     struct spec *out) {
    if (!cJSON_IsObject(v))
        return refuse(p, v, "must be an object");
    struct position type_position = below(p, "type", 0);
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(v, "type");
    int row = find(kind_name, k, type);
    if (!type)
        return missing_type(p, &type_position, k);
    if (row < 0)
        return refuse_name(&type_position, type, kind_name, k, "");
    out->type = k->rows[row];
    out->options = arena_alloc(p->arena, 1, out->type->size);
    if (!out->options)
        return no_memory(p);
    if (read_object(p, out->type->keys, v, out->type, out->options) != 0)
        return -1;
    const char *conflict = out->type->conflict ? out->type->conflict(out->options) : NULL;
    if (conflict)
        return error_input(p->error, "%s: \"%s\" %s", source(p), p->path.text, conflict);
    return 0;
}

/* The items of a list; `items` has room for them; NULL means out of memory. */
static int read_items(const struct position *p, const struct key *k, const cJSON *v, int *count,
                      void *items) {
    const cJSON *item;
    if (!items)
        return no_memory(p);
    cJSON_ArrayForEach(item, v) {
        struct position child = below(p, NULL, *count);
        int i = (*count)++;
        if ((k->type == KEY_STRINGS ? read_string(&child, k, item, (const char **)items + i)
             : k->type == KEY_REALS ? read_number(&child, k, item, (double *)items + i)
                                    : read_kind(&child, k, item, (struct spec *)items + i)) != 0)
            return -1;
    }
    return 0;
}

static int read_list(const struct position *p, const struct key *k, const cJSON *v, void *field) {
    struct string_list *strings = field;
    struct number_list *numbers = field;
    struct specs *specs = field;
    size_t count = (size_t)cJSON_GetArraySize(v);
    switch (k->type) {
    case KEY_STRINGS:
        if (!cJSON_IsArray(v))
            return refuse(p, v, "must be a list of strings");
        strings->items = arena_alloc(p->arena, count, sizeof *strings->items);
        return read_items(p, k, v, &strings->count, strings->items);
    case KEY_REALS:
        numbers->word = find(word_name, k->words, v);
        if (numbers->word >= 0)
            return 0;
        if (!cJSON_IsArray(v) || count == 0)
            return refuse_name(p, v, word_name, k->words, ", or a list of numbers");
        numbers->items = arena_alloc(p->arena, count, sizeof *numbers->items);
        return read_items(p, k, v, &numbers->count, numbers->items);
    default:
        if (!cJSON_IsArray(v) || (count == 0 && !k->initial))
            return refuse(p, v, "must be a list of at least one object");
        specs->items = arena_alloc(p->arena, count, sizeof *specs->items);
        return read_items(p, k, v, &specs->count, specs->items);
    }
}

static int read_value(const struct position *p, const struct key *k, const cJSON *v, void *field);

/* The long form of a value: the text of a literal, or a list of the lone item. */
static bool is_short(const struct key *k, const cJSON *v) {
    return k->literal               ? cJSON_IsNumber(v) || cJSON_IsBool(v)
           : k->type == KEY_STRINGS ? cJSON_IsString(v)
                                    : k->type == KEY_REALS && cJSON_IsNumber(v);
}

static int read_short(const struct position *p, const struct key *k, const cJSON *v, void *field) {
    char *text = k->literal ? cJSON_PrintUnformatted(v) : NULL;
    cJSON *lone = k->literal ? NULL : cJSON_Duplicate(v, 1);
    cJSON *longer = k->literal ? text ? cJSON_CreateString(text) : NULL : cJSON_CreateArray();
    bool made = longer && (k->literal || (lone && cJSON_AddItemToArray(longer, lone)));
    int result = made ? read_value(p, k, longer, field) : no_memory(p);
    free(text);
    cJSON_Delete(longer);
    return result;
}

static int read_value(const struct position *p, const struct key *k, const cJSON *v, void *field) {
    double x;
    if (is_short(k, v))
        return read_short(p, k, v, field);
    switch (k->type) {
    case KEY_INT:
        if (read_number(p, k, v, &x) != 0)
            return -1;
        *(int *)field = (int)x;
        return 0;
    case KEY_REAL:
        return read_number(p, k, v, field);
    case KEY_BOOL:
        *(bool *)field = cJSON_IsTrue(v);
        return cJSON_IsBool(v) ? 0 : refuse(p, v, "must be true or false");
    case KEY_STRING:
        return read_string(p, k, v, field);
    case KEY_CHOICE:
        *(int *)field = find(word_name, k->words, v);
        return *(int *)field >= 0 ? 0 : refuse_name(p, v, word_name, k->words, "");
    case KEY_SECTION:
        return read_object(p, k->keys, v, NULL, field);
    case KEY_KIND:
        return read_kind(p, k, v, field);
    case KEY_STRINGS:
    case KEY_REALS:
    case KEY_KINDS:
        return read_list(p, k, v, field);
    case KEY_END:
        break;
    }
    return -1;
}

/* Checks that every name in the object is in the table; the object of a kind has "type", too. */
static int check_names(const struct position *p, const struct key *keys, const cJSON *object,
                       const struct kind *kind) {
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        bool known = kind && strcmp(item->string, "type") == 0;
        for (int i = 0; key_name(keys, i) && !known; i++)
            known = strcmp(item->string, keys[i].name) == 0;
        if (known)
            continue;
        struct position child = below(p, item->string, 0);
        const char *nearest = nearest_word(item->string, key_name, keys);
        return error_input(p->error, "%s: \"%s\" is not a known key%s%s%s%s%s", source(&child),
                           child.path.text, kind ? " of " : "", kind ? kind->name : "",
                           nearest ? "; did you mean \"" : "", nearest ? nearest : "",
                           nearest ? "\"?" : "");
    }
    return 0;
}

static int read_object(const struct position *p, const struct key *keys, const cJSON *object,
                       const struct kind *kind, void *out) {
    if (!cJSON_IsObject(object))
        return refuse(p, object, "must be an object");
    if (check_names(p, keys, object, kind) != 0)
        return -1;
    for (const struct key *k = keys; k && k->name; k++) {
        struct position child = below(p, k->name, 0);
        const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, k->name);
        if (!v && !k->initial)
            return error_input(p->error, "%s: \"%s\" is missing (%s)", source(p), child.path.text,
                               k->help);
        cJSON *initial = v ? NULL : cJSON_Parse(k->initial);
        int result = v || initial ? read_value(&child, k, v ? v : initial, (char *)out + k->offset)
                                  : no_memory(p);
        cJSON_Delete(initial);
        if (result != 0)
            return -1;
    }
    return 0;
}

/* Adds the sections that the text omits, with their defaults, so that an override of one key leaves
 * the others at theirs. */
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
    struct position top = {where, overrides, a, e, {""}};
    int result = -1;
    if (!root)
        return -1;
    if (!cJSON_IsObject(root))
        error_input(e, "%s: must be one JSON object, {...}", where);
    else if (add_sections(root, keys) != 0)
        error_memory(e, where);
    else if (override_apply(root, overrides, e) == 0)
        result = read_object(&top, keys, root, NULL, out);
    cJSON_Delete(root);
    return result;
}
