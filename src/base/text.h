/* A growing string. A failed allocation sets `failed`, and later calls do nothing, so a writer
 * checks only once, at the end. */
#pragma once

#include "base/error.h"
#include "base/scoped.h"

struct text {
    char *data; /* NUL-terminated once anything has been added; NULL before */
    size_t size, capacity;
    bool failed;
};

void text_add(struct text *t, const void *bytes, size_t size);
void text_printf(struct text *t, const char *format, ...) ERROR_PRINTF(2, 3);
void text_free(struct text *t);

/* Frees a text that `whole` was built from. If it has failed, `whole` fails, too. */
void text_done(struct text *t, struct text *whole);

/* Adds s, escaped for HTML content and quoted attributes. */
void text_html(struct text *t, const char *s);

/* The shortest decimal that reads back as exactly x: 0.1, 30, 1e-06. x is finite. */
void text_number(struct text *t, double x);

/* 1234567 as "1,234,567", in `out`; text_count's is valid until the end of the block around it. */
enum { TEXT_GROUP = 32 };
const char *text_group(long long n, char out[TEXT_GROUP]);
#define text_count(n) text_group(n, (char[TEXT_GROUP]){0})

/* The length in bytes of the control character at s, which a terminal obeys instead of showing it;
 * 0 if it is none. */
int text_control(const char *s);

/* Plain text is UTF-8 without control characters; other bytes are replaced by '?'. */
bool text_is_plain(const char *s);
void text_make_plain(char *s);

/* s if it is plain, otherwise a plain copy of its beginning: for names from the file system. It is
 * valid until the end of the block around it. */
enum { TEXT_SHOWN = 1024 };
const char *text_show(const char *s, char out[TEXT_SHOWN]);
#define text_shown(s) text_show(s, (char[TEXT_SHOWN]){0})

/* The candidate closest to a word, or NULL if none is close. `name` returns NULL past the last. */
const char *nearest_word(const char *word, const char *(*name)(const void *list, int i),
                         const void *list);
