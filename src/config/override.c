#include "config/keys.h"
#include "json/json_parse.h"

/* The member or item of that name. A missing member is created. */
static cJSON *child(cJSON *parent, const char *name, struct error *e) {
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
    if (!item && !(item = cJSON_AddObjectToObject(parent, name)))
        error_memory(e, name);
    return item;
}

int override_apply(cJSON *root, const struct key *keys, const char *override, const char *where,
                   struct error *e) {
    const char *equals = strchr(override, '=');
    struct error not_json = {0};
    if (!text_is_plain(override))
        return error_input(e, "%s: \"%s\" is not plain UTF-8 text", where, override);
    if (!equals || equals == override)
        return error_input(e, "%s: \"%s\" is not of the form key=value", where, override);
    SCOPED_JSON value = json_parse(equals + 1, strlen(equals + 1), "", &not_json);
    if (!value && not_json.status == ERROR_INPUT)
        value = cJSON_CreateString(equals + 1); /* so that name=mnist needs no quotes */
    SCOPED_MEMORY char *path = strndup(override, (size_t)(equals - override));
    char *rest = path;
    cJSON *parent = NULL, *item = root;
    if (!path || !value || keys_complete(root, keys) != 0)
        return error_memory(e, where);
    while (item && rest) {
        parent = item;
        item = child(parent, strsep(&rest, "."), e);
    }
    if (!item)
        return error_input(e, "%s: \"%.*s\" is not a key of the config", where,
                           (int)(equals - override), override);
    value->string = item->string; /* a copy of the name may fail, and cJSON not notice */
    item->string = NULL;
    cJSON_ReplaceItemViaPointer(parent, item, value);
    value = NULL; /* the tree owns it */
    return 0;
}

bool override_covers(const char *const *overrides, const char *path) {
    for (; overrides && *overrides; overrides++) {
        size_t length = strcspn(*overrides, "=");
        if (strncmp(*overrides, path, length) == 0 && (path[length] == '\0' || path[length] == '.'))
            return true;
    }
    return false;
}
