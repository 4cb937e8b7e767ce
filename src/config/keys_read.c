#include "config/keys.h"
#include "json/json_parse.h"

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

/* Records `FILE: "PATH" PROBLEM` and, unless `got` is NULL, `, got VALUE`. */
ERROR_PRINTF(3, 4)
static int refuse(const struct position *p, const cJSON *got, const char *format, ...) {
    char problem[sizeof p->error->text];
    SCOPED_MEMORY char *value = got ? cJSON_PrintUnformatted(got) : NULL;
    va_list args;
    va_start(args, format);
    vsnprintf(problem, sizeof problem, format, args);
    va_end(args);
    const char *source = override_covers(p->overrides, p->path.text) ? "command line" : p->where;
    return error_input(p->error, "%s: \"%s\" %s%s%.60s%s", source, p->path.text, problem,
                       value ? ", got " : "", value ? value : "",
                       value && strlen(value) > 60 ? "..." : "");
}

/* Name i of a list, or NULL past its end. */
static const char *word_name(const void *list, int i) { return ((const char *const *)list)[i]; }

static const char *kind_name(const void *key, int i) {
    const struct kind *kind = ((const struct key *)key)->rows[i];
    return kind ? kind->name : NULL;
}

static const char *key_name(const void *list, int i) {
    const struct key *keys = list;
    return keys ? keys[i].name : NULL;
}

/* The index of the word, or -1. */
static int find(const char *(*name)(const void *, int), const void *list, const char *word) {
    for (int i = 0; word && name(list, i); i++)
        if (strcmp(name(list, i), word) == 0)
            return i;
    return -1;
}

/* one of "a", "b" or "c" */
static const char *one_of(const struct position *p, const char *(*name)(const void *, int),
                          const void *list) {
    SCOPED(text) t = {0};
    text_printf(&t, "%s", name(list, 1) ? "one of " : "");
    for (int i = 0; name(list, i); i++)
        text_printf(&t, "%s\"%s\"", i == 0 ? "" : name(list, i + 1) ? ", " : " or ", name(list, i));
    const char *words = t.data ? arena_string(p->arena, t.data) : NULL;
    return words ? words : "another word";
}

static int read_object(const struct position *p, const struct key *keys, cJSON *object,
                       const struct kind *kind, void *out);
static int read_value(const struct position *p, const struct key *k, cJSON *v, void *field);

static int read_number(const struct position *p, const struct key *k, const cJSON *v, double *x) {
    bool whole = k->type == KEY_INT;
    *x = v->valuedouble;
    if (!cJSON_IsNumber(v) || (whole && *x != floor(*x)))
        return refuse(p, v, whole ? "must be a whole number" : "must be a number");
    if (*x < k->min || (k->above_min && *x == k->min))
        return refuse(p, v, k->above_min ? "must be above %.10g" : "must be at least %.10g",
                      k->min);
    return *x > k->max ? refuse(p, v, "must be at most %.10g", k->max) : 0;
}

static int read_kind(const struct position *p, const struct key *k, cJSON *v, struct spec *out) {
    if (!cJSON_IsObject(v))
        return refuse(p, v, "must be an object");
    struct position type_position = below(p, "type", 0);
    const cJSON *type = cJSON_GetObjectItemCaseSensitive(v, "type");
    int row = find(kind_name, k, cJSON_GetStringValue(type));
    if (row < 0)
        return refuse(&type_position, type, type ? "must be %s" : "is missing (%s)",
                      one_of(p, kind_name, k));
    out->type = k->rows[row];
    out->options = arena_alloc(p->arena, 1, out->type->size);
    if (!out->options)
        return error_memory(p->error, p->where);
    if (read_object(p, out->type->keys, v, out->type, out->options) != 0)
        return -1;
    const char *conflict = out->type->conflict ? out->type->conflict(out->options) : NULL;
    return conflict ? refuse(p, NULL, "%s", conflict) : 0;
}

static bool has_text(const struct key *k, const cJSON *v) {
    return cJSON_IsString(v) || (k->literal && (cJSON_IsNumber(v) || cJSON_IsBool(v)));
}

/* A copy of that text; NULL if there is none, or if memory runs out. */
static const char *text_of(const struct position *p, const struct key *k, const cJSON *v) {
    if (cJSON_IsString(v))
        return arena_string(p->arena, v->valuestring);
    SCOPED_MEMORY char *text = has_text(k, v) ? cJSON_PrintUnformatted(v) : NULL;
    return text ? arena_string(p->arena, text) : NULL;
}

static int read_string(const struct position *p, const struct key *k, const cJSON *v,
                       const char **out) {
    const char *text = text_of(p, k, v);
    if (!text && !cJSON_IsString(v))
        return refuse(p, v, "must be a string");
    bool home = k->path && text && strncmp(text, "~/", 2) == 0 && getenv("HOME");
    *out = home ? arena_printf(p->arena, "%s%s", getenv("HOME"), text + 1) : text;
    return *out ? 0 : error_memory(p->error, p->where);
}

/* Reads a list's items, of `size` bytes each; a single string or number is a list of one. */
static void *read_items(const struct position *p, const struct key *k, cJSON *v, int *count,
                        size_t size) {
    const struct key item_key = key_item(k);
    bool lone = k->type == KEY_STRINGS ? cJSON_IsString(v) : k->words && cJSON_IsNumber(v);
    *count = lone ? 1 : cJSON_GetArraySize(v);
    if (!lone &&
        (!cJSON_IsArray(v) || (!v->child && (k->words || (k->type == KEY_KINDS && !k->initial))))) {
        if (k->words)
            refuse(p, v, "must be %s, or a list of numbers in [ ]", one_of(p, word_name, k->words));
        else
            refuse(p, v, "must be a list of %s",
                   k->type == KEY_STRINGS ? "strings" : "at least one object");
        return NULL;
    }
    char *items = arena_alloc(p->arena, (size_t)*count, size);
    if (!items) {
        error_memory(p->error, p->where);
        return NULL;
    }
    cJSON *item = lone ? v : v->child;
    for (int i = 0; i < *count; i++, item = item->next) {
        struct position at = lone ? *p : below(p, NULL, i);
        if (read_value(&at, &item_key, item, items + size * (size_t)i) != 0)
            return NULL;
    }
    return items;
}

static int read_value(const struct position *p, const struct key *k, cJSON *v, void *field) {
    struct string_list *strings = field;
    struct number_list *numbers = field;
    struct specs *specs = field;
    const char *text;
    double x;
    switch (k->type) {
    case KEY_INT:
        if (read_number(p, k, v, &x) != 0)
            return -1;
        *(int *)field = (int)x;
        return 0;
    case KEY_REAL: return read_number(p, k, v, field);
    case KEY_BOOL:
        *(bool *)field = cJSON_IsTrue(v);
        return cJSON_IsBool(v) ? 0 : refuse(p, v, "must be true or false");
    case KEY_STRING: return read_string(p, k, v, field);
    case KEY_CHOICE:
        if (!(text = text_of(p, k, v)) && has_text(k, v))
            return error_memory(p->error, p->where);
        *(int *)field = find(word_name, k->words, text);
        return *(int *)field >= 0 ? 0 : refuse(p, v, "must be %s", one_of(p, word_name, k->words));
    case KEY_SECTION:
        if (k->lone && !cJSON_IsObject(v))
            return refuse(p, v, "must be a string or an object");
        return read_object(p, k->keys, v, NULL, field);
    case KEY_KIND: return read_kind(p, k, v, field);
    case KEY_STRINGS:
        strings->items = read_items(p, k, v, &strings->count, sizeof *strings->items);
        return strings->items ? 0 : -1;
    case KEY_REALS:
        numbers->word = find(word_name, k->words, cJSON_GetStringValue(v));
        if (numbers->word >= 0)
            return 0;
        numbers->items = read_items(p, k, v, &numbers->count, sizeof *numbers->items);
        return numbers->items ? 0 : -1;
    case KEY_KINDS:
        specs->items = read_items(p, k, v, &specs->count, sizeof *specs->items);
        return specs->items ? 0 : -1;
    case KEY_END: break;
    }
    return -1;
}

/* Checks that every name in the object is in the table. The object of a kind also has "type". */
static int check_names(const struct position *p, const struct key *keys, const cJSON *object,
                       const struct kind *kind) {
    const cJSON *item;
    cJSON_ArrayForEach(item, object) {
        if ((kind && strcmp(item->string, "type") == 0) || find(key_name, keys, item->string) >= 0)
            continue;
        struct position child = below(p, item->string, 0);
        const char *nearest = nearest_word(item->string, key_name, keys);
        return refuse(&child, NULL, "is not a known key%s%s%s%s%s", kind ? " of " : "",
                      kind ? kind->name : "", nearest ? "; did you mean \"" : "",
                      nearest ? nearest : "", nearest ? "\"?" : "");
    }
    return 0;
}

int keys_complete(cJSON *object, const struct key *keys) {
    for (const struct key *k = keys; k && k->name; k++) {
        cJSON *v = cJSON_GetObjectItemCaseSensitive(object, k->name), *to = object;
        bool section = k->lone && cJSON_IsString(v);
        if (section) {
            v = cJSON_DetachItemViaPointer(object, v);
            to = cJSON_AddObjectToObject(object, k->name);
        } else if (!v && k->initial) {
            v = cJSON_Parse(k->initial);
        } else {
            continue;
        }
        if (!cJSON_AddItemToObject(to, section ? k->keys->name : k->name, v)) {
            cJSON_Delete(v);
            return -1;
        }
    }
    return 0;
}

static int read_object(const struct position *p, const struct key *keys, cJSON *object,
                       const struct kind *kind, void *out) {
    if (!cJSON_IsObject(object))
        return refuse(p, object, "must be an object");
    if (check_names(p, keys, object, kind) != 0)
        return -1;
    if (keys_complete(object, keys) != 0)
        return error_memory(p->error, p->where);
    for (const struct key *k = keys; k && k->name; k++) {
        struct position child = below(p, k->name, 0);
        cJSON *v = cJSON_GetObjectItemCaseSensitive(object, k->name);
        if (!v)
            return refuse(&child, NULL, "is missing (%s)", k->help);
        if (read_value(&child, k, v, (char *)out + k->offset) != 0)
            return -1;
    }
    return 0;
}

int keys_read(const struct key *keys, const char *text, size_t size, const char *where,
              const char *const *overrides, struct arena *a, void *out, struct error *e) {
    SCOPED_JSON root = json_parse(text, size, where, e);
    struct position top = {where, overrides, a, e, {""}};
    if (!root)
        return -1;
    if (!cJSON_IsObject(root))
        return error_input(e, "%s: must be one JSON object, {...}", where);
    for (const char *const *o = overrides; o && *o; o++)
        if (override_apply(root, keys, *o, "command line", e) != 0)
            return -1;
    return read_object(&top, keys, root, NULL, out);
}
