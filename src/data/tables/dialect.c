/* A divider fits if it divides all of the first records into the same number of fields, at least
 * two. Several may fit: "1,5;2,5" has commas as decimal marks. Commas are therefore tried after the
 * others. If none fits, a record is ragged, or the header is one field short, as in files of R, or
 * there is only one column; then the first record decides. */
#include "data/tables/dialect.h"

#include <stddef.h>
#include <string.h>

enum { RECORDS = 100 };

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Counts the fields of the record at s, and moves *end to its end. */
static int count_fields(const char *s, char divider, const char **end) {
    int count = 1;
    bool quoted = false;
    if (divider == ' ')
        s += strspn(s, " \t");
    for (; *s && (quoted || (*s != '\n' && *s != '\r')); s++) {
        if (*s == '"')
            quoted = !quoted;
        else if (quoted)
            continue;
        else if (divider != ' ')
            count += *s == divider;
        else if (is_blank(*s) && !is_blank(s[1]) && s[1] && s[1] != '\n' && s[1] != '\r')
            count++;
    }
    *end = s;
    return count;
}

/* The start of the next record: after line ends and comments. */
static const char *skip(const char *s, char divider) {
    for (;;) {
        s += strspn(s, divider == ' ' ? "\r\n \t" : "\r\n");
        if (*s != '#' || s[1] == divider)
            return s;
        s += strcspn(s, "\r\n");
    }
}

static bool fits(const char *s, char divider, bool whole) {
    int first = 0, records = 0;
    for (s = skip(s, divider); *s && records < RECORDS; s = skip(s, divider)) {
        int count = count_fields(s, divider, &s);
        if (*s == '\0' && !whole && records > 0)
            break; /* cut off */
        if (records++ == 0)
            first = count;
        else if (count != first)
            return false;
    }
    return first > 1;
}

char dialect_divider(const char *text, bool whole, bool blanks) {
    const char candidates[] = {'\t', ';', ',', ' '};
    size_t count = blanks ? 4 : 3;
    const char *end;
    for (size_t i = 0; i < count; i++)
        if (fits(text, candidates[i], whole))
            return candidates[i];
    text = skip(text, '\0');
    const char preferred[] = {',', ';', '\t', ' '};
    for (size_t i = 0; i < count; i++)
        if (count_fields(text, preferred[i], &end) > 1)
            return preferred[i];
    return ',';
}
