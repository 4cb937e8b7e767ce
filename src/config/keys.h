/* From JSON to a struct and back, by a table of keys (key.h). */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "keys/key.h"
#include "json/json.h"

/* Reads `text` (a JSON object; a 0 byte behind its `size` bytes) into *out, a struct that `keys`
 * describes. Nothing is ignored: an unknown or missing key, a wrong type or range is an error that
 * names `where` and the key. The keys that `overrides` sets (KEY.PATH=VALUE, NULL-terminated; may
 * be NULL) replace the text's. Strings and options live in the arena. */
ERROR_CHECKED int keys_read(const struct key *keys, const char *text, size_t size,
                            const char *where, const char *const *overrides, struct arena *a,
                            void *out, struct error *e);

/* With every key; or without those at their default. The short form, which is hashed, stays as it
 * is when a later version has more keys: so a default, once released, never changes. */
enum keys_form { KEYS_ALL, KEYS_SHORT };

/* Writes the struct as members of the open JSON object, in the table's order, without the keys that
 * are aside from the experiment. */
void keys_write(const struct key *keys, const void *in, enum keys_form form, struct json *j);

/* The JSON Schema (draft 7) of an object that the table describes. */
void keys_schema(const struct key *keys, const char *title, struct text *out);
