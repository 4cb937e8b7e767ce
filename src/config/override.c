#include "config/keys.h"
#include "json/json_parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The member or item of that name. A missing member is created. */
static cJSON *child(cJSON *parent, const char *name) {
    if (cJSON_IsArray(parent)) {
        char *end;
        long index = strtol(name, &end, 10);
        return *name && !*end && index >= 0 && index < cJSON_GetArraySize(parent)
                   ? cJSON_GetArrayItem(parent, (int)index)
                   : NULL;
    }
    if (!cJSON_IsObject(parent))
        return NULL;
    cJSON *item = cJSON_GetObjectItemCaseSensitive(parent, name);
    return item ? item : cJSON_AddObjectToObject(parent, name);
}

int override_apply(cJSON *root, const char *override, const char *where, struct error *e) {
    const char *equals = strchr(override, '=');
    char path[256];
    if (!text_is_plain(override))
        return error_input(e, "%s: \"%s\" is not plain UTF-8 text", where, override);
    if (!equals || equals == override || (size_t)(equals - override) >= sizeof path)
        return error_input(e, "%s: \"%s\" is not of the form key=value", where, override);
    snprintf(path, sizeof path, "%.*s", (int)(equals - override), override);

    cJSON *parent = NULL, *item = root;
    char *rest = path, *name = NULL;
    while (item && rest) {
        name = strsep(&rest, ".");
        parent = item;
        item = child(parent, name);
    }
    if (!item && cJSON_IsObject(parent)) /* it has got a new member, unless memory ran out */
        return error_memory(e, where);
    if (!item)
        return error_input(e, "%s: \"%.*s\" is not a key of the config", where,
                           (int)(equals - override), override);
    struct error ignored = {0};
    cJSON *value = json_parse(equals + 1, strlen(equals + 1), "", &ignored);
    if (!value && ignored.status == ERROR_INPUT)
        value = cJSON_CreateString(equals + 1); /* so that name=mnist needs no quotes */
    bool done = value && (cJSON_IsArray(parent)
                              ? cJSON_ReplaceItemViaPointer(parent, item, value)
                              : cJSON_ReplaceItemInObjectCaseSensitive(parent, name, value));
    if (!done)
        cJSON_Delete(value);
    /* cJSON does not check its copy of the name. */
    return done && (cJSON_IsArray(parent) || value->string) ? 0 : error_memory(e, where);
}

bool override_covers(const char *const *overrides, const char *path) {
    for (; overrides && *overrides; overrides++) {
        size_t length = strcspn(*overrides, "=");
        if (strncmp(*overrides, path, length) == 0 && (path[length] == '\0' || path[length] == '.'))
            return true;
    }
    return false;
}
