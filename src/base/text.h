/* A growing string.
 *
 * A failed allocation is remembered in `failed`; later calls then do nothing, so that a writer
 * checks once, at its end. */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct text {
    char *data; /* NUL-terminated once anything has been added; NULL before */
    size_t size, capacity;
    bool failed;
};

void text_add(struct text *t, const void *bytes, size_t size);
void text_printf(struct text *t, const char *format, ...) ERROR_PRINTF(2, 3);
void text_free(struct text *t);

/* Frees a text from which `whole` was built; if it has failed, marks `whole` as failed, too. */
void text_done(struct text *t, struct text *whole);

/* Adds s, escaped for HTML content and quoted attributes. */
void text_html(struct text *t, const char *s);

/* The shortest decimal that reads back as exactly x: 0.1, 30, 1e-06. x is finite. */
void text_number(struct text *t, double x);

enum { TEXT_GROUP = 32 };

/* 1234567 as "1,234,567". */
void text_group(long long n, char out[TEXT_GROUP]);

/* Whether s is valid UTF-8 without control characters. */
bool text_is_plain(const char *s);

/* Replaces control characters, and bytes that are not UTF-8, by '?'. */
void text_make_plain(char *s);

/* The candidate closest to the misspelt word, or NULL if none is close. `name` returns candidate i,
 * NULL past the end. */
const char *nearest_word(const char *word, const char *(*name)(const void *list, int i),
                         const void *list);
