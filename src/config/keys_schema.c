/* The JSON Schema of a config, from the same tables that parse it. */
#include "config/keys.h"

static void write_value(struct json *j, const struct key *k);

static void write_words(struct json *j, const char *const *words, bool literal) {
    json_open(j, "enum", '[');
    for (int i = 0; words[i]; i++)
        json_string(j, NULL, words[i]);
    for (int i = 0; literal && i < 2; i++)
        json_bool(j, NULL, i);
    json_close(j, ']');
}

static void write_list(struct json *j, const struct key *k) {
    const struct key item = key_item(k);
    json_raw(j, "type",
             k->type == KEY_STRINGS ? "[\"array\", \"string\"]"
             : k->type == KEY_REALS ? "[\"array\", \"number\"]"
                                    : "\"array\"");
    if (k->type != KEY_STRINGS)
        json_int(j, "minItems", k->type == KEY_REALS || !k->initial);
    json_open(j, "items", '{');
    write_value(j, &item);
    json_close(j, '}');
}

/* The members of an object's schema. A kind's schema also fixes "type". */
static void write_object(struct json *j, const char *type, const struct key *keys,
                         const struct kind *kind) {
    if (kind)
        json_string(j, "description", kind->help);
    json_raw(j, "type", type);
    json_add(j, "additionalProperties=%i required=[", false);
    if (kind)
        json_string(j, NULL, "type");
    for (const struct key *k = keys; k && k->name; k++)
        if (!k->initial)
            json_string(j, NULL, k->name);
    json_add(j, "] properties={");
    if (kind)
        json_add(j, "type={ const=%s }", kind->name);
    for (const struct key *k = keys; k && k->name; k++) {
        json_open(j, k->name, '{');
        json_string(j, "description", k->help);
        write_value(j, k);
        if (k->initial)
            json_raw(j, "default", k->initial);
        json_close(j, '}');
    }
    json_close(j, '}');
}

/* The members of a value's schema, except description and default. */
static void write_value(struct json *j, const struct key *k) {
    switch (k->type) {
    case KEY_INT:
    case KEY_REAL:
        json_string(j, "type", k->type == KEY_INT ? "integer" : "number");
        json_number(j, k->above_min ? "exclusiveMinimum" : "minimum", k->min);
        json_number(j, "maximum", k->max);
        break;
    case KEY_BOOL: json_string(j, "type", "boolean"); break;
    case KEY_STRING:
        json_raw(j, "type", k->literal ? "[\"string\", \"number\"]" : "\"string\"");
        break;
    case KEY_CHOICE: write_words(j, k->words, k->literal); break;
    case KEY_SECTION:
        write_object(j, k->lone ? "[\"string\", \"object\"]" : "\"object\"", k->keys, NULL);
        break;
    case KEY_KIND:
        json_add(j, "oneOf=[");
        for (int i = 0; k->rows[i]; i++) {
            json_add(j, "{");
            write_object(j, "\"object\"", k->rows[i]->keys, k->rows[i]);
            json_add(j, "}");
        }
        json_add(j, "]");
        break;
    case KEY_REALS: /* a word or a list */
        json_add(j, "oneOf=[ {");
        write_words(j, k->words, false);
        json_add(j, "} {");
        write_list(j, k);
        json_add(j, "} ]");
        break;
    case KEY_STRINGS:
    case KEY_KINDS: write_list(j, k); break;
    case KEY_END: break;
    }
}

void keys_schema(const struct key *keys, const char *title, struct text *out) {
    struct json j = {.out = out, .lines = 8};
    json_add(&j, "{ $schema=%s title=%s", "http://json-schema.org/draft-07/schema#", title);
    write_object(&j, "\"object\"", keys, NULL);
    json_add(&j, "}");
    text_printf(out, "\n");
}
