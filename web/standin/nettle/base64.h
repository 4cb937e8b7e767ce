/* Stands in for Nettle: base64 (RFC 4648), for src/report/html.c. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define BASE64_ENCODE_RAW_LENGTH(size) (((size) + 2) / 3 * 4)

void base64_encode_raw(char *digits, size_t size, const uint8_t *bytes);
