/* Reads JSON into a struct and writes it back, as a table of keys (keys/key.h) describes. */
#pragma once

#include "base/arena.h"
#include "keys/key.h"
#include "json/json.h"

/* Reads `text` (a JSON object of `size` bytes, then a NUL) into *out, the struct that `keys`
 * describes. An unknown or missing key, or a value of the wrong type or range, is an error that
 * names `where` and the key. The `overrides` (KEY.PATH=VALUE, NULL-terminated; may be NULL) replace
 * values in the text. The arena owns strings and options. */
ERROR_CHECKED int keys_read(const struct key *keys, const char *text, size_t size,
                            const char *where, const char *const *overrides, struct arena *a,
                            void *out, struct error *e);

struct cJSON;

/* Adds the keys that an object omits, with their defaults, and turns a string that stands for a
 * section into one. Returns 0, or -1 if memory runs out. */
ERROR_CHECKED int keys_complete(struct cJSON *object, const struct key *keys);

/* With every key, or without those that have their defaults. The short form, which is hashed, stays
 * the same when a later version adds keys; so a default, once released, must never change. */
enum keys_form { KEYS_ALL, KEYS_SHORT };

/* Appends the struct as a JSON object, in the table's order; `lines` as in struct json. The short
 * form omits keys that are not hashed, and both omit those that are not written. */
void keys_write_object(const struct key *keys, const void *in, enum keys_form form, int lines,
                       struct text *out);

/* Appends the JSON Schema (draft 7) of the object that the table describes. */
void keys_schema(const struct key *keys, const char *title, struct text *out);

/* override.c: applies an override, "a.0.b=value", to the tree of an object, which it completes
 * first; a value that is not JSON is a string. Creates missing objects, whose keys keys_read
 * checks, but not list items. `where` names the source of the override in errors. */
ERROR_CHECKED int override_apply(struct cJSON *root, const struct key *keys, const char *override,
                                 const char *where, struct error *e);

/* Whether one of the overrides sets this path, or a section or list that contains it. */
bool override_covers(const char *const *overrides, const char *path);
