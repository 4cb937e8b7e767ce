/* Numbers as little-endian bytes, so that files are the same on every machine. */
#pragma once

#include "base/text.h"

#include <stdint.h>

/* Appends the lowest `size` bytes of n; size is at most 8. */
void bytes_add(struct text *t, uint64_t n, size_t size);
void bytes_add_float(struct text *t, float x);

/* The number in the `size` bytes at `from`. */
uint64_t bytes_number(const char *from, size_t size);
float bytes_float(const char *from);
