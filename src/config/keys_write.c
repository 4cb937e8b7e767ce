#include "config/keys.h"

static void write_value(const struct key *k, const char *name, const void *field,
                        enum keys_form form, struct json *j);

/* Whether the field has its default, in short form. */
static bool is_initial(const struct key *k, const void *field, struct json *j) {
    SCOPED(text) value = {0};
    struct json alone = {.out = &value};
    if (k->initial)
        write_value(k, NULL, field, KEYS_SHORT, &alone);
    j->out->failed |= value.failed;
    return value.data && strcmp(value.data, k->initial) == 0;
}

/* The object of a kind also has "type". */
static void write_object(const char *name, const struct kind *kind, const struct key *keys,
                         const void *in, enum keys_form form, struct json *j) {
    json_open(j, name, '{');
    if (kind)
        json_string(j, "type", kind->name);
    for (const struct key *k = keys; k && k->name; k++) {
        const void *field = (const char *)in + k->offset;
        if (k->not_hashed && form == KEYS_SHORT && !k->initial)
            json_string(j, k->name, ""); /* the key is required */
        else if (!k->not_written && !(k->not_hashed && form == KEYS_SHORT) &&
                 !((k->optional || form == KEYS_SHORT) && is_initial(k, field, j)))
            write_value(k, k->name, field, form, j);
    }
    json_close(j, '}');
}

static void write_value(const struct key *k, const char *name, const void *field,
                        enum keys_form form, struct json *j) {
    const struct string_list *strings = field;
    const struct number_list *numbers = field;
    const struct specs *specs = field;
    const struct spec *spec = field;
    const struct key item = key_item(k);
    switch (k->type) {
    case KEY_INT: json_int(j, name, *(const int *)field); break;
    case KEY_REAL: json_number(j, name, *(const double *)field); break;
    case KEY_BOOL: json_bool(j, name, *(const bool *)field); break;
    case KEY_STRING: json_string(j, name, *(const char *const *)field); break;
    case KEY_CHOICE: json_string(j, name, k->words[*(const int *)field]); break;
    case KEY_STRINGS: json_strings(j, name, strings->items, strings->count); break;
    case KEY_REALS:
        if (numbers->word >= 0) {
            json_string(j, name, k->words[numbers->word]);
            break;
        }
        json_open(j, name, '[');
        for (int i = 0; i < numbers->count; i++)
            json_number(j, NULL, numbers->items[i]);
        json_close(j, ']');
        break;
    case KEY_SECTION:
        if (k->lone && form == KEYS_ALL && is_initial(k, field, j)) /* apart from its first key */
            write_value(k->keys, name, (const char *)field + k->keys->offset, form, j);
        else
            write_object(name, NULL, k->keys, field, form, j);
        break;
    case KEY_KIND: write_object(name, spec->type, spec->type->keys, spec->options, form, j); break;
    case KEY_KINDS:
        json_open(j, name, '[');
        for (int i = 0; i < specs->count; i++)
            write_value(&item, NULL, &specs->items[i], form, j);
        json_close(j, ']');
        break;
    case KEY_END: break;
    }
}

void keys_write_object(const struct key *keys, const void *in, enum keys_form form, int lines,
                       struct text *out) {
    struct json j = {.out = out, .lines = lines};
    write_object(NULL, NULL, keys, in, form, &j);
}
