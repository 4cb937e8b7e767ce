/* Stands in for cJSON, which Debian does not build for WebAssembly: the part of its interface that
 * src/json and src/config use. cjson.c accepts the same texts, and reports the same position in a
 * text that it refuses, so that messages about a config are those of the command line. */
#pragma once

#include <stddef.h>

enum {
    cJSON_False = 1,
    cJSON_True = 2,
    cJSON_NULL = 4,
    cJSON_Number = 8,
    cJSON_String = 16,
    cJSON_Array = 32,
    cJSON_Object = 64
};

/* A value. The members of an object and the items of an array are a list that begins at `child`;
 * `prev` of its first is its last. */
typedef struct cJSON {
    struct cJSON *next, *prev, *child;
    int type;
    char *valuestring;
    double valuedouble;
    char *string; /* the member's name */
} cJSON;

typedef int cJSON_bool;

#define cJSON_ArrayForEach(item, list)                                                             \
    for (item = (list) ? (list)->child : NULL; item; item = item->next)

/* NULL if the text is refused: *end is then the place, otherwise the end of the value. `size`
 * includes the NUL, which must follow the value if `whole`. */
cJSON *cJSON_ParseWithLengthOpts(const char *text, size_t size, const char **end, cJSON_bool whole);
cJSON *cJSON_Parse(const char *text);
void cJSON_Delete(cJSON *v); /* NULL is fine */

/* Without blanks, for cJSON_free; NULL if out of memory. */
char *cJSON_PrintUnformatted(const cJSON *v);
void cJSON_free(void *text);

int cJSON_GetArraySize(const cJSON *list);
cJSON *cJSON_GetArrayItem(const cJSON *list, int index);
cJSON *cJSON_GetObjectItemCaseSensitive(const cJSON *object, const char *name);
char *cJSON_GetStringValue(const cJSON *v);
cJSON_bool cJSON_IsTrue(const cJSON *v);
cJSON_bool cJSON_IsBool(const cJSON *v);
cJSON_bool cJSON_IsNumber(const cJSON *v);
cJSON_bool cJSON_IsString(const cJSON *v);
cJSON_bool cJSON_IsArray(const cJSON *v);
cJSON_bool cJSON_IsObject(const cJSON *v);

cJSON *cJSON_CreateObject(void);
cJSON *cJSON_CreateString(const char *s);
cJSON_bool cJSON_AddItemToArray(cJSON *list, cJSON *item);
cJSON_bool cJSON_AddItemToObject(cJSON *object, const char *name, cJSON *item);
cJSON *cJSON_AddObjectToObject(cJSON *object, const char *name);
cJSON *cJSON_AddNumberToObject(cJSON *object, const char *name, double number);
cJSON *cJSON_AddStringToObject(cJSON *object, const char *name, const char *s);
cJSON *cJSON_DetachItemViaPointer(cJSON *list, cJSON *item);
cJSON_bool cJSON_ReplaceItemViaPointer(cJSON *list, cJSON *item, cJSON *by);
cJSON_bool cJSON_ReplaceItemInObjectCaseSensitive(cJSON *object, const char *name, cJSON *by);
