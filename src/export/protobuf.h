/* Writes Protocol Buffers. Source: https://protobuf.dev/programming-guides/encoding. */
#pragma once

#include "base/text.h"

/* Appends fields, each as the schema declares it, NAME=NUMBER, and its value:
 *     protobuf_add(out, "key=1 %s value=2 {size=1 %d data=2 %p}", key, size, &data);
 * The names are for the reader. A value is %d, an int; %s, a string; %g, a float; %p, a struct text
 * with bytes or a message, which is then freed; or a message in braces. */
void protobuf_add(struct text *out, const char *fields, ...) ERROR_PRINTF(2, 3);
