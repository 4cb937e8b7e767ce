#include "data/tables/cell.h"

#include <stddef.h>
#include <strings.h>

static bool is_word(const char *s, const char *const *words) {
    for (; *words; words++)
        if (strcasecmp(s, *words) == 0)
            return true;
    return false;
}

/* "none" is not among them: in many tables it is a category. */
bool cell_is_missing(const char *s) {
    static const char *const words[] = {"", "?", "NA", "N/A", "#N/A", "NaN", "null", NULL};
    return is_word(s, words);
}

/* Single letters, such as t and f, are not among them: they are codes. */
static bool is_boolean(const char *s) {
    static const char *const words[] = {"true", "false", "yes", "no", NULL};
    return is_word(s, words);
}

enum cell cell_kind(const char *s, char *mark, struct number *n) {
    return number_scan(s, mark, n) ? CELL_NUMBER
           : cell_is_missing(s)    ? CELL_MISSING
           : is_boolean(s)         ? CELL_BOOLEAN
                                   : CELL_TEXT;
}

bool cell_is_true(const char *s) {
    return *s == 't' || *s == 'T' || *s == 'y' || *s == 'Y';
}
