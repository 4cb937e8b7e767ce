#include "train/config.h"
#include "base/file.h"
#include "config/keys.h"

const char *config_source(const char *file, const char *const *overrides, const char *path) {
    return override_covers(overrides, path) ? "command line" : file;
}

static int check_name(const struct config *c, const char *where, struct error *e) {
    for (const char *s = c->name; *s; s++)
        if (*s == '/' || (unsigned char)*s < ' ')
            return error_input(e,
                               "%s: \"name\" becomes part of a directory's name: it must not "
                               "contain \"/\" or control characters",
                               where);
    if (!*c->name || *c->name == '.')
        return error_input(e, "%s: \"name\" must not be empty or start with a dot", where);
    return 0;
}

int config_parse(struct config *c, const struct key *keys, const char *text, size_t size,
                 const char *where, const char *const *overrides, struct arena *a,
                 struct error *e) {
    const char *key, *conflict;
    *c = (struct config){0};
    if (keys_read(keys, text, size, where, overrides, a, c, e) != 0)
        return -1;
    if ((conflict = data_options_conflict(&c->data, &key)) != NULL)
        return error_input(e, "%s: \"%s\" %s", config_source(where, overrides, key), key, conflict);
    return check_name(c, config_source(where, overrides, "name"), e);
}

int config_find_data(struct config *c, const char *config, struct arena *a, struct error *e) {
    const char *slash = strrchr(config, '/'), *path = c->data.path;
    if (!slash || *path == '/' || file_exists(path, e))
        return 0;
    const char *beside = arena_printf(a, "%.*s/%s", (int)(slash - config), config, path);
    if (!beside)
        return error_memory(e, config);
    if (file_exists(beside, e))
        c->data.path = beside;
    return e->status ? -1 : 0;
}

int config_read(struct config *c, const char *path, const char *const *overrides, struct arena *a,
                struct error *e) {
    size_t size;
    SCOPED_MEMORY char *text = file_read(path, CONFIG_MAX_SIZE, &size, e);
    return text && config_parse(c, config_keys, text, size, path, overrides, a, e) == 0
               ? config_find_data(c, path, a, e)
               : -1;
}

void config_write(const struct config *c, int lines, struct text *out) {
    keys_write_object(config_keys, c, KEYS_ALL, lines, out);
}

void config_write_short(const struct config *c, struct text *out) {
    keys_write_object(config_keys, c, KEYS_SHORT, 0, out);
}

bool config_same(const struct config *a, const struct config *b, struct error *e) {
    SCOPED(text) x = {0}, y = {0};
    config_write_short(a, &x);
    config_write_short(b, &y);
    if (x.failed || y.failed) {
        error_memory(e, "the config");
        return false;
    }
    return strcmp(x.data, y.data) == 0;
}
