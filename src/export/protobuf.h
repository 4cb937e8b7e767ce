/* Writes Protocol Buffers: the fields of a message, one after the other.
 * Source: https://protobuf.dev/programming-guides/encoding. */
#pragma once

#include "base/text.h"

#include <stdint.h>

void protobuf_int(struct text *out, int field, uint64_t value);
void protobuf_float(struct text *out, int field, float value);
void protobuf_string(struct text *out, int field, const char *s);

/* Adds the message in `inner`, and frees it. */
void protobuf_message(struct text *out, int field, struct text *inner);
