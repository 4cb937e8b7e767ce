#include "json/json_parse.h"
#include "base/text.h"

#include <errno.h>

struct json_path json_path_below(const struct json_path *path, const char *name, int index) {
    struct json_path below;
    const char *dot = path->text[0] ? "." : "";
    int size = name ? snprintf(below.text, sizeof below.text, "%s%s%s", path->text, dot, name)
                    : snprintf(below.text, sizeof below.text, "%s%s%d", path->text, dot, index);
    if (size >= (int)sizeof below.text) /* a cut path still shows where to look */
        memcpy(below.text + sizeof below.text - 4, "...", 4);
    return below;
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(const cJSON *const *)a)->string, (*(const cJSON *const *)b)->string);
}

/* Sorts the names, since a hostile object may have millions. */
static int check_names(const cJSON *object, const struct json_path *path, const char *where,
                       struct error *e) {
    size_t count = (size_t)cJSON_GetArraySize(object), i = 0;
    const cJSON *item;
    SCOPED_MEMORY const cJSON **items = malloc((count + 1) * sizeof *items);
    if (!items)
        return error_memory(e, where);
    cJSON_ArrayForEach(item, object) items[i++] = item;
    qsort(items, count, sizeof *items, by_name);
    for (i = 1; i < count; i++)
        if (strcmp(items[i - 1]->string, items[i]->string) == 0) {
            struct json_path twice = json_path_below(path, items[i]->string, 0);
            return error_input(e, "%s: \"%s\" is given twice", where, twice.text);
        }
    return 0;
}

/* Recursion is bounded: cJSON refuses more than 1,000 levels. */
static int check(const cJSON *value, const struct json_path *path, const char *where,
                 struct error *e) {
    if ((value->string && !text_is_plain(value->string)) ||
        (cJSON_IsString(value) && !text_is_plain(value->valuestring)))
        return error_input(e, "%s: \"%s\" is not plain UTF-8 text", where, path->text);
    if (cJSON_IsNumber(value) && !isfinite(value->valuedouble))
        return error_input(e, "%s: \"%s\" is too large for a number", where, path->text);
    if (cJSON_IsObject(value) && check_names(value, path, where, e) != 0)
        return -1;
    int index = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, value) {
        struct json_path below = json_path_below(path, item->string, index++);
        if (check(item, &below, where, e) != 0)
            return -1;
    }
    return 0;
}

/* Allows only line breaks and tabs between values, and no control characters in strings: cJSON
 * skips them all like blanks. Refuses an escaped NUL, at which cJSON silently ends a string. */
static int check_bytes(const char *text, const char *where, struct error *e) {
    int line = 1;
    bool in_string = false;
    for (const char *c = text; *c; c++) {
        if (*c == '\n' && !in_string)
            line++;
        else if (((unsigned char)*c < ' ' && (in_string || !strchr("\t\r", *c))) || *c == 0x7f)
            return error_input(
                e, "%s: line %d: contains a control character, which JSON does not allow", where,
                line);
        if (*c == '"')
            in_string = !in_string;
        else if (*c == '\\' && in_string && strncmp(c, "\\u0000", 6) == 0)
            return error_input(e, "%s: contains the escape \\u0000, which is not allowed", where);
        else if (*c == '\\' && in_string && c[1])
            c++;
    }
    return 0;
}

static void syntax_error(const char *text, const char *at, const char *where, struct error *e) {
    int line = 1, column = 1;
    for (const char *c = text; c < at; c++) {
        column = *c == '\n' ? 1 : column + 1;
        line += *c == '\n';
    }
    int rest = (int)strcspn(at, "\r\n");
    error_input(e,
                rest > 0 ? "%s: line %d, column %d: not valid JSON from %.*s on"
                : *at    ? "%s: line %d, column %d: not valid JSON at the end of this line"
                         : "%s: line %d, column %d: the JSON ends too early",
                where, line, column, rest < 20 ? rest : 20, at);
}

cJSON *json_parse(const char *text, size_t size, const char *where, struct error *e) {
    const char *end = text;
    cJSON *root = NULL;
    struct json_path top = {""};
    errno = 0;
    if (strlen(text) != size)
        error_input(e, "%s: contains a zero byte, so it is not JSON", where);
    else if (text[strspn(text, " \t\r\n")] == '\0')
        error_input(e, "%s: is empty", where);
    else if (check_bytes(text, where, e) == 0 &&
             !(root = cJSON_ParseWithLengthOpts(text, size + 1, &end, 1))) {
        if (errno == ENOMEM) /* cJSON has no errors of its own */
            error_memory(e, where);
        else
            syntax_error(text, end, where, e);
    }
    if (!root || check(root, &top, where, e) == 0)
        return root;
    cJSON_Delete(root);
    return NULL;
}
