#include "data/tables/cell.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Adds the digits at s to the number; returns what follows. */
static const char *add_digits(const char *s, struct cell *n) {
    const uint64_t limit = 100000000000000000; /* 10^17: one more digit fits */
    for (; is_digit(*s); s++) {
        if (n->digits >= limit)
            n->exact = false;
        else
            n->digits = 10 * n->digits + (uint64_t)(*s - '0');
    }
    return s;
}

static bool scan(const char *s, char mark, struct cell *n) {
    *n = (struct cell){.negative = *s == '-', .exact = true};
    s += *s == '-' || *s == '+';
    const char *first = s, *end = add_digits(s, n);
    int count = (int)(end - first);
    if (*end == mark) {
        first = end + 1;
        end = add_digits(first, n);
        count += (int)(end - first);
        n->exact = n->exact && end - first < 64;
        n->power = n->exact ? -(int)(end - first) : 0;
    }
    if (count == 0)
        return false;
    if (*end == 'e' || *end == 'E') {
        bool negative = end[1] == '-';
        int power = 0;
        first = end += 1 + (end[1] == '-' || end[1] == '+');
        for (; is_digit(*end); end++)
            power = power < 10000 ? 10 * power + (*end - '0') : power;
        if (end == first)
            return false;
        n->power += negative ? -power : power;
    }
    return *end == '\0';
}

/* In a file whose mark is not known, the first number that has one sets it. */
static bool is_number(const char *s, char *mark, struct cell *n) {
    if (*mark)
        return scan(s, *mark, n);
    bool found = scan(s, '.', n), comma = !found && scan(s, ',', n);
    if (comma)
        *mark = ',';
    else if (found && strchr(s, '.'))
        *mark = '.';
    return found || comma;
}

static bool is_word(const char *s, const char *const *words) {
    for (; *words; words++)
        if (strcasecmp(s, *words) == 0)
            return true;
    return false;
}

/* Python's "None" is among them, but not "none": in many tables that is a category. */
bool cell_is_missing(const char *s) {
    static const char *const words[] = {"",    "?",    "NA",  "N/A",  "n.a.", "#N/A",
                                        "NaN", "null", "\\N", "<NA>", NULL};
    return is_word(s, words) || strcmp(s, "None") == 0;
}

/* Single letters, such as t and f, are not among them: they are codes. */
static bool is_boolean(const char *s) {
    static const char *const words[] = {"true", "false", "yes", "no", NULL};
    return is_word(s, words);
}

struct cell cell_read(const char *s, char *mark) {
    struct cell c;
    c.kind = is_number(s, mark, &c) ? CELL_NUMBER
             : cell_is_missing(s)   ? CELL_MISSING
             : is_boolean(s)        ? CELL_BOOLEAN
                                    : CELL_TEXT;
    return c;
}

/* Both the digits, below 2^24, and 10^power, up to 10^10 = 2^10 * 5^10 with 5^10 < 2^24, are floats
 * without rounding. So the product or quotient is rounded once, as strtof rounds. (Clinger, How to
 * read floating point numbers accurately, 1990.) Where the compiler computes floats in a wider
 * type, it would be rounded twice. */
#if FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16
enum { ONE_ROUNDING = 1 };
#else
enum { ONE_ROUNDING = 0 };
#endif

float cell_value(char *s, const struct cell *n) {
    static const float powers[] = {1, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
    if (n->kind == CELL_BOOLEAN)
        return *s == 't' || *s == 'T' || *s == 'y' || *s == 'Y';
    if (ONE_ROUNDING && n->exact && n->digits < 1 << 24 && n->power >= -10 && n->power <= 10) {
        float x = (float)n->digits;
        x = n->power < 0 ? x / powers[-n->power] : x * powers[n->power];
        return n->negative ? -x : x;
    }
    char *comma = strchr(s, ',');
    if (comma)
        *comma = '.';
    return strtof(s, NULL); /* onehot never calls setlocale: the decimal point is a point */
}

bool cell_has_unit(const char *s) {
    static const char *const units[] = {"$", "\xe2\x82\xac", "\xc2\xa3", "%"}; /* euro, pound */
    bool unit = false;
    for (size_t i = 0; i < 4; i++) {
        size_t size = strlen(units[i]), number = strspn(s, "0123456789.,' ");
        unit = unit || (number > 0 && strcmp(s + number, units[i]) == 0) ||
               (strncmp(s, units[i], size) == 0 && s[size] &&
                !s[size + strspn(s + size, "0123456789.,' ")]);
    }
    return unit;
}

bool cell_is_grouped(const char *s) {
    s += *s == '-' || *s == '+';
    size_t first = strspn(s, "0123456789");
    char separator = s[first];
    if (first < 1 || first > 3 || !separator || !strchr(",.' ", separator))
        return false;
    for (s += first; *s == separator; s += 4)
        if (strspn(s + 1, "0123456789") != 3)
            return false;
    return *s == '\0' || ((*s == '.' || *s == ',') && s[1 + strspn(s + 1, "0123456789")] == '\0');
}
