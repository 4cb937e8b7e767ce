#include <cjson/cJSON.h>

#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 1000, MAX_NUMBER = 63 }; /* of arrays and objects; bytes of a number */

/* ---- reading ---- */

struct parser {
    const char *at; /* the next byte; after a failure, the place to report */
    int depth;
};

static bool read_value(struct parser *p, cJSON *v);

static void skip_blanks(struct parser *p) {
    while (*p->at && (unsigned char)*p->at <= ' ')
        p->at++;
}

/* The code unit of \uXXXX, or -1. */
static long read_unit(const char *s) {
    long unit = 0;
    if (s[0] != '\\' || s[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        const char *hex = "0123456789abcdefABCDEF", *digit = s[i] ? strchr(hex, s[i]) : NULL;
        if (!digit)
            return -1;
        unit = 16 * unit + (digit - hex < 16 ? digit - hex : digit - hex - 6);
    }
    return unit;
}

/* Appends \uXXXX, or a pair of them, as UTF-8. Returns the length of the escape, or 0. */
static int add_unicode(const char *s, char **out) {
    long code = read_unit(s), low;
    int size = 6;
    if (code < 0 || (code >= 0xdc00 && code <= 0xdfff))
        return 0;
    if (code >= 0xd800 && code <= 0xdbff) {
        low = read_unit(s + 6);
        if (low < 0xdc00 || low > 0xdfff)
            return 0;
        code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
        size = 12;
    }
    int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const int first[] = {0, 0xc0, 0xe0, 0xf0};
    *(*out)++ = (char)(first[more] | code >> 6 * more);
    while (more-- > 0)
        *(*out)++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    return size;
}

/* A string, which `at` should begin; NULL if it does not, or is damaged. */
static char *read_string(struct parser *p) {
    const char *begin = p->at + 1, *end = begin;
    bool opened = *p->at == '"';
    p->at = begin;
    while (opened && *end && *end != '"')
        end += *end == '\\' && end[1] ? 2 : 1;
    if (!opened || *end != '"')
        return NULL;
    char *s = malloc((size_t)(end - begin) + 1), *out = s;
    for (const char *c = begin; s && c < end;) {
        static const char names[] = "bfnrt\"\\/", means[] = "\b\f\n\r\t\"\\/";
        const char *known = *c == '\\' && c[1] ? strchr(names, c[1]) : NULL;
        int size = known ? 2 : *c != '\\' ? 1 : add_unicode(c, &out);
        p->at = c;
        if (size == 0) {
            free(s);
            return NULL;
        }
        if (known)
            *out++ = means[known - names];
        else if (*c != '\\')
            *out++ = *c;
        c += size;
    }
    if (s) {
        *out = '\0';
        p->at = end + 1;
    }
    return s;
}

static bool read_number(struct parser *p, cJSON *v) {
    char digits[MAX_NUMBER + 1], *end;
    size_t size = strspn(p->at, "0123456789+-eE.");
    snprintf(digits, sizeof digits, "%.*s", (int)(size < MAX_NUMBER ? size : MAX_NUMBER), p->at);
    v->type = cJSON_Number;
    v->valuedouble = strtod(digits, &end);
    p->at += end - digits;
    return end > digits;
}

static void append(cJSON *list, cJSON *item) {
    cJSON *last = list->child ? list->child->prev : NULL;
    item->next = NULL;
    item->prev = last ? last : item;
    if (last)
        last->next = item;
    else
        list->child = item;
    list->child->prev = item;
}

/* One item, or one member with its name. */
static bool read_item(struct parser *p, cJSON *list) {
    cJSON *item = calloc(1, sizeof *item);
    if (!item)
        return false;
    append(list, item);
    skip_blanks(p);
    if (list->type == cJSON_Object) {
        if (!(item->string = read_string(p)))
            return false;
        skip_blanks(p);
        if (*p->at != ':')
            return false;
        p->at++;
        skip_blanks(p);
    }
    if (!read_value(p, item))
        return false;
    skip_blanks(p);
    return true;
}

static bool read_list(struct parser *p, cJSON *list, char end) {
    list->type = end == ']' ? cJSON_Array : cJSON_Object;
    if (p->depth >= MAX_DEPTH)
        return false;
    p->depth++;
    p->at++;
    skip_blanks(p);
    if (*p->at != end) {
        p->at--;
        do {
            p->at++; /* past the bracket or the comma */
            if (!read_item(p, list))
                return false;
        } while (*p->at == ',');
        if (*p->at != end)
            return false;
    }
    p->depth--;
    p->at++;
    return true;
}

static bool read_value(struct parser *p, cJSON *v) {
    static const struct {
        const char *word;
        int type;
    } words[] = {{"null", cJSON_NULL}, {"false", cJSON_False}, {"true", cJSON_True}};
    for (int i = 0; i < 3; i++)
        if (strncmp(p->at, words[i].word, strlen(words[i].word)) == 0) {
            v->type = words[i].type;
            p->at += strlen(words[i].word);
            return true;
        }
    if (*p->at == '"') {
        v->type = cJSON_String;
        return (v->valuestring = read_string(p)) != NULL;
    }
    if (*p->at == '[' || *p->at == '{')
        return read_list(p, v, *p->at == '[' ? ']' : '}');
    return (*p->at == '-' || (*p->at >= '0' && *p->at <= '9')) && read_number(p, v);
}

cJSON *cJSON_ParseWithLengthOpts(const char *text, size_t size, const char **end,
                                 cJSON_bool whole) {
    struct parser p = {.at = text};
    cJSON *v = calloc(1, sizeof *v);
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark */
        p.at += 3;
    skip_blanks(&p);
    bool read = v && read_value(&p, v);
    if (read && whole) {
        skip_blanks(&p);
        read = *p.at == '\0' && (size_t)(p.at - text) < size;
    }
    if (end)
        *end = p.at;
    if (read)
        return v;
    cJSON_Delete(v);
    return NULL;
}

cJSON *cJSON_Parse(const char *text) {
    return cJSON_ParseWithLengthOpts(text, strlen(text) + 1, NULL, false);
}

void cJSON_Delete(cJSON *v) {
    while (v) {
        cJSON *next = v->next;
        cJSON_Delete(v->child);
        free(v->valuestring);
        free(v->string);
        free(v);
        v = next;
    }
}

/* ---- writing ---- */

static void print_string(const char *s, struct text *t) {
    text_add(t, "\"", 1);
    for (; *s; s++) {
        static const char names[] = "bfnrt\"\\", means[] = "\b\f\n\r\t\"\\";
        const char *known = strchr(means, *s);
        if (known)
            text_printf(t, "\\%c", names[known - means]);
        else if ((unsigned char)*s < ' ')
            text_printf(t, "\\u%04x", *s);
        else
            text_add(t, s, 1);
    }
    text_add(t, "\"", 1);
}

/* With 15 digits, or 17 if these do not give the number, give or take one unit in the last place.
 */
static void print_number(double x, struct text *t) {
    char digits[32];
    snprintf(digits, sizeof digits, "%1.15g", x);
    double read = strtod(digits, NULL), larger = fmax(fabs(read), fabs(x));
    if (fabs(read - x) > larger * DBL_EPSILON)
        snprintf(digits, sizeof digits, "%1.17g", x);
    text_printf(t, "%s", isfinite(x) ? digits : "null");
}

static void print(const cJSON *v, struct text *t) {
    const cJSON *item;
    if (v->type == cJSON_Number)
        print_number(v->valuedouble, t);
    else if (v->type == cJSON_String)
        print_string(v->valuestring, t);
    else if (v->type < cJSON_Number)
        text_printf(t, "%s",
                    v->type == cJSON_NULL   ? "null"
                    : v->type == cJSON_True ? "true"
                                            : "false");
    else {
        text_add(t, v->type == cJSON_Array ? "[" : "{", 1);
        cJSON_ArrayForEach(item, v) {
            if (item != v->child)
                text_add(t, ",", 1);
            if (v->type == cJSON_Object) {
                print_string(item->string, t);
                text_add(t, ":", 1);
            }
            print(item, t);
        }
        text_add(t, v->type == cJSON_Array ? "]" : "}", 1);
    }
}

char *cJSON_PrintUnformatted(const cJSON *v) {
    struct text t = {0};
    print(v, &t);
    if (!t.failed)
        return t.data;
    text_free(&t);
    return NULL;
}

void cJSON_free(void *text) { free(text); }

/* ---- looking up ---- */

int cJSON_GetArraySize(const cJSON *list) {
    int size = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) size++;
    return size;
}

cJSON *cJSON_GetArrayItem(const cJSON *list, int index) {
    cJSON *item;
    cJSON_ArrayForEach(item, list) if (index-- == 0) return item;
    return NULL;
}

cJSON *cJSON_GetObjectItemCaseSensitive(const cJSON *object, const char *name) {
    cJSON *item;
    cJSON_ArrayForEach(item,
                       object) if (item->string && strcmp(item->string, name) == 0) return item;
    return NULL;
}

char *cJSON_GetStringValue(const cJSON *v) { return cJSON_IsString(v) ? v->valuestring : NULL; }

#define IS(name, types)                                                                            \
    cJSON_bool cJSON_Is##name(const cJSON *v) { return v && (v->type & (types)) != 0; }
IS(True, cJSON_True)
IS(Bool, cJSON_True | cJSON_False)
IS(Number, cJSON_Number)
IS(String, cJSON_String)
IS(Array, cJSON_Array)
IS(Object, cJSON_Object)

/* ---- changing ---- */

static cJSON *create(int type) {
    cJSON *v = calloc(1, sizeof *v);
    if (v)
        v->type = type;
    return v;
}

cJSON *cJSON_CreateObject(void) { return create(cJSON_Object); }

cJSON *cJSON_CreateString(const char *s) {
    cJSON *v = create(cJSON_String);
    if (v && (v->valuestring = strdup(s)))
        return v;
    cJSON_Delete(v);
    return NULL;
}

cJSON_bool cJSON_AddItemToArray(cJSON *list, cJSON *item) {
    if (!list || !item)
        return false;
    append(list, item);
    return true;
}

static bool rename_item(cJSON *item, const char *name) {
    char *copy = item ? strdup(name) : NULL;
    if (!copy)
        return false;
    free(item->string);
    item->string = copy;
    return true;
}

cJSON_bool cJSON_AddItemToObject(cJSON *object, const char *name, cJSON *item) {
    return object && rename_item(item, name) && cJSON_AddItemToArray(object, item);
}

static cJSON *add(cJSON *object, const char *name, cJSON *item) {
    if (cJSON_AddItemToObject(object, name, item))
        return item;
    cJSON_Delete(item);
    return NULL;
}

cJSON *cJSON_AddObjectToObject(cJSON *object, const char *name) {
    return add(object, name, cJSON_CreateObject());
}

cJSON *cJSON_AddNumberToObject(cJSON *object, const char *name, double number) {
    cJSON *v = create(cJSON_Number);
    if (v)
        v->valuedouble = number;
    return add(object, name, v);
}

cJSON *cJSON_AddStringToObject(cJSON *object, const char *name, const char *s) {
    return add(object, name, cJSON_CreateString(s));
}

cJSON *cJSON_DetachItemViaPointer(cJSON *list, cJSON *item) {
    if (!list || !item)
        return NULL;
    if (item != list->child)
        item->prev->next = item->next;
    if (item->next)
        item->next->prev = item->prev;
    else if (item != list->child)
        list->child->prev = item->prev;
    if (item == list->child)
        list->child = item->next;
    item->next = item->prev = NULL;
    return item;
}

cJSON_bool cJSON_ReplaceItemViaPointer(cJSON *list, cJSON *item, cJSON *by) {
    if (!list || !item || !by)
        return false;
    by->next = item->next;
    by->prev = item == list->child && !item->next ? by : item->prev;
    if (by->next)
        by->next->prev = by;
    else
        list->child->prev = by;
    if (item == list->child)
        list->child = by;
    else
        by->prev->next = by;
    item->next = NULL;
    cJSON_Delete(item);
    return true;
}

cJSON_bool cJSON_ReplaceItemInObjectCaseSensitive(cJSON *object, const char *name, cJSON *by) {
    return rename_item(by, name) &&
           cJSON_ReplaceItemViaPointer(object, cJSON_GetObjectItemCaseSensitive(object, name), by);
}
