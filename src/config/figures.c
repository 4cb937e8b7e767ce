#include "config/figures.h"
#include "config/strict.h"

#include <math.h>
#include <string.h>

static int take(const struct figure *f, const cJSON *object, const char *where, struct error *e) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, f->name);
    if (!v)
        return error_input(e, "%s: \"%s\" is missing", where, f->name);
    if (f->number) {
        if (!cJSON_IsNumber(v) && !cJSON_IsNull(v))
            return error_input(e, "%s: \"%s\" is no number", where, f->name);
        *f->number = cJSON_IsNumber(v) ? v->valuedouble : (double)NAN;
        return 0;
    }
    if (!cJSON_IsString(v) || strlen(v->valuestring) >= f->size)
        return error_input(e, "%s: \"%s\" is no text of less than %zu bytes", where, f->name,
                           f->size);
    memcpy(f->text, v->valuestring, strlen(v->valuestring) + 1);
    return 0;
}

int figures_read(const struct figure *figures, const char *text, size_t size, const char *where,
                 struct error *e) {
    cJSON *root = strict_parse(text, size, where, e);
    if (!root)
        return -1;
    int result =
        cJSON_IsObject(root) ? 0 : error_input(e, "%s: must hold one JSON object, {...}", where);
    for (const struct figure *f = figures; f->name && result == 0; f++)
        result = take(f, root, where, e);
    cJSON_Delete(root);
    return result;
}
