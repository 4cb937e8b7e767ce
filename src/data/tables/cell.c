#include "data/tables/reader.h"

#include <regex.h>
#include <strings.h>

/* Checks the characters because strtof also takes spaces, hex and "inf". (onehot never calls
 * setlocale: its decimal point is a point.) A text longer than the buffer is no number. */
static bool is_number_with(const char *s, char mark, float *x) {
    char copy[256], *end;
    size_t size = 0;
    for (; s[size] && size < sizeof copy - 1; size++) {
        if ((s[size] < '0' || s[size] > '9') && s[size] != mark && !strchr("+-eE", s[size]))
            return false;
        copy[size] = s[size] == mark ? '.' : s[size];
    }
    copy[size] = '\0';
    *x = strtof(copy, &end);
    return size > 0 && end == copy + size && !s[size];
}

static bool is_number(const char *s, char *mark, float *x) {
    if (*mark)
        return is_number_with(s, *mark, x);
    bool point = is_number_with(s, '.', x), comma = !point && is_number_with(s, ',', x);
    if (comma)
        *mark = ',';
    else if (point && strchr(s, '.'))
        *mark = '.';
    return point || comma;
}

static bool is_word(const char *s, const char *const *words) {
    for (; *words; words++)
        if (strcasecmp(s, *words) == 0)
            return true;
    return false;
}

/* Python's "None" is missing, but "none" is not: in many tables it is a category. */
bool cell_is_missing(const char *s) {
    static const char *const words[] = {"",    "?",    "NA",  "N/A",  "n.a.", "#N/A",
                                        "NaN", "null", "\\N", "<NA>", NULL};
    return is_word(s, words) || strcmp(s, "None") == 0;
}

struct cell cell_read(const char *s, char *mark) {
    /* not single letters, such as t and f, which are codes */
    static const char *const booleans[] = {"true", "false", "yes", "no", NULL};
    struct cell c = {CELL_TEXT, 0};
    if (is_number(s, mark, &c.value))
        c.kind = CELL_NUMBER;
    else if (cell_is_missing(s))
        c.kind = CELL_MISSING;
    else if (is_word(s, booleans))
        c = (struct cell){CELL_BOOLEAN, *s == 't' || *s == 'T' || *s == 'y' || *s == 'Y'};
    return c;
}

#define UNIT   "(\\$|\xe2\x82\xac|\xc2\xa3|%)?" /* $, euro, pound, % */
#define GROUPS "(,[0-9]{3})*|(\\.[0-9]{3})*|('[0-9]{3})*|( [0-9]{3})*"

bool cell_is_dressed(const char *s) {
    static const char pattern[] =
        "^[-+]?" UNIT " *([0-9]+|[0-9]{1,3}(" GROUPS "))([.,][0-9]*)? *" UNIT "$";
    regex_t dressed;
    if (regcomp(&dressed, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    bool found = regexec(&dressed, s, 0, NULL, 0) == 0;
    regfree(&dressed);
    return found;
}
