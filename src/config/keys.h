/* Reads JSON into a struct and writes it back, by a table of keys (keys/key.h). */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"
#include "json/json.h"

/* Reads `text` (a JSON object of `size` bytes, then a NUL) into *out, a struct that `keys`
 * describes. An unknown or missing key, a wrong type or range is an error that names `where` and
 * the key. The `overrides` (KEY.PATH=VALUE, NULL-terminated; may be NULL) replace values of the
 * text. Strings and options live in the arena. */
ERROR_CHECKED int keys_read(const struct key *keys, const char *text, size_t size,
                            const char *where, const char *const *overrides, struct arena *a,
                            void *out, struct error *e);

/* With every key, or without those at their default. The short form, which is hashed, stays the
 * same when a later version has more keys; therefore a default, once released, never changes. */
enum keys_form { KEYS_ALL, KEYS_SHORT };

/* Appends the struct as a JSON object, in the table's order, without the keys that are not hashed;
 * `lines` as in struct json. */
void keys_write_object(const struct key *keys, const void *in, enum keys_form form, int lines,
                       struct text *out);

/* The JSON Schema (draft 7) of the object that the table describes. */
void keys_schema(const struct key *keys, const char *title, struct text *out);
