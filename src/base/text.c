#include "base/text.h"

/* Makes room for `size` more bytes and a NUL. */
static bool reserve(struct text *t, size_t size) {
    if (!t->failed && t->capacity - t->size <= size) {
        size_t capacity = (t->size + size + 1) * 2;
        char *data = realloc(t->data, capacity);
        t->failed = !data;
        t->data = data ? data : t->data;
        t->capacity = data ? capacity : t->capacity;
    }
    return !t->failed;
}

void text_add(struct text *t, const void *bytes, size_t size) {
    if (!reserve(t, size))
        return;
    memcpy(t->data + t->size, bytes, size);
    t->size += size;
    t->data[t->size] = '\0';
}

void text_printf(struct text *t, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t size = (size_t)vsnprintf(NULL, 0, format, args);
    if (reserve(t, size)) {
        vsnprintf(t->data + t->size, size + 1, format, again);
        t->size += size;
    }
    va_end(again);
    va_end(args);
}

void text_free(struct text *t) {
    free(t->data);
    *t = (struct text){0};
}

void text_done(struct text *t, struct text *whole) {
    whole->failed = whole->failed || t->failed;
    text_free(t);
}

void text_html(struct text *t, const char *s) {
    static const char *const escapes[] = {"&&amp;", "<&lt;", ">&gt;", "\"&quot;", NULL};
    for (; *s; s++) {
        const char *const *e = escapes;
        while (*e && **e != *s)
            e++;
        text_add(t, *e ? *e + 1 : s, *e ? strlen(*e + 1) : 1);
    }
}

void text_number(struct text *t, double x) {
    char digits[32];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, x);
        if (strtod(digits, NULL) == x)
            break;
    }
    /* %g writes 30 as 3e+01 when one digit is enough; whole numbers read better in full. */
    if (x == floor(x) && fabs(x) < 1e15)
        snprintf(digits, sizeof digits, "%.0f", x);
    text_add(t, digits, strlen(digits));
}

const char *text_group(long long n, char out[TEXT_GROUP]) {
    char digits[TEXT_GROUP];
    int length = snprintf(digits, sizeof digits, "%lld", n), k = 0;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            out[k++] = ',';
        out[k++] = digits[i];
    }
    out[k] = '\0';
    return out;
}

/* The length of the UTF-8 sequence at s, or 0. Overlong forms, surrogates and codes above U+10FFFF
 * are not UTF-8 (RFC 3629). */
static int sequence(const unsigned char *s) {
    static const unsigned min[] = {0, 0, 0x80, 0x800, 0x10000};
    int length = s[0] < 0x80       ? 1
                 : s[0] >> 5 == 6  ? 2
                 : s[0] >> 4 == 14 ? 3
                 : s[0] >> 3 == 30 ? 4
                                   : 0;
    unsigned code = length > 1 ? s[0] & (0x7fu >> length) : s[0];
    for (int i = 1; i < length; i++) {
        if (s[i] >> 6 != 2)
            return 0;
        code = code << 6 | (s[i] & 0x3f);
    }
    bool surrogate = code >= 0xd800 && code < 0xe000;
    return length > 0 && code >= min[length] && code <= 0x10ffff && !surrogate ? length : 0;
}

/* These are U+0000 to U+001F, U+007F to U+009F, the separators of lines and paragraphs, and what
 * changes the direction of text: U+2028 to U+202E, U+2066 to U+2069. */
int text_control(const char *s) {
    const unsigned char *c = (const unsigned char *)s;
    if (c[0] < ' ' || c[0] == 0x7f)
        return 1;
    if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
        return 2;
    bool far = c[0] == 0xe2 && ((c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae) ||
                                (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
    return far ? 3 : 0;
}

/* The length of the character at s, or 0 if it is a control character or not UTF-8. */
static int plain(const char *s) { return text_control(s) ? 0 : sequence((const unsigned char *)s); }

bool text_is_plain(const char *s) {
    for (int length; *s; s += length)
        if ((length = plain(s)) == 0)
            return false;
    return true;
}

void text_make_plain(char *s) {
    for (int length; *s; s += length ? length : 1)
        if ((length = plain(s)) == 0)
            *s = '?';
}

const char *text_show(const char *s, char out[TEXT_SHOWN]) {
    if (text_is_plain(s))
        return s;
    snprintf(out, TEXT_SHOWN, "%s", s);
    text_make_plain(out);
    return out;
}

/* The Levenshtein distance of two words of up to 63 letters; 64 if one is longer. */
static int distance(const char *a, const char *b) {
    int row[64], n = (int)strlen(b);
    if (n >= 64 || strlen(a) >= 64)
        return 64;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *nearest_word(const char *word, const char *(*name)(const void *list, int i),
                         const void *list) {
    const char *nearest = NULL;
    int best = (int)strlen(word) / 2 +
               1; /* a word that differs in more than half its letters is no help */
    for (int i = 0; name(list, i); i++)
        if (distance(word, name(list, i)) < best) {
            best = distance(word, name(list, i));
            nearest = name(list, i);
        }
    return nearest;
}
