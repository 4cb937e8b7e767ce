#include "data/names.h"
#include "base/text.h"

int names_copy(struct string_list *list, const char *const *names, int count, const char *path,
               struct arena *a, struct error *e) {
    *list = (struct string_list){count, arena_alloc(a, (size_t)count, sizeof *list->items)};
    for (int i = 0; i < count && list->items; i++)
        if (!(list->items[i] = arena_string(a, names[i])))
            return error_memory(e, path);
    return list->items ? 0 : error_memory(e, path);
}

int names_number(struct string_list *list, const char *prefix, int count, struct arena *a,
                 struct error *e) {
    list->count = count;
    list->items = arena_alloc(a, (size_t)count, sizeof *list->items);
    for (int i = 0; i < count && list->items; i++)
        if (!(list->items[i] = arena_printf(a, "%s%d", prefix, i)))
            return error_memory(e, "the names");
    return list->items ? 0 : error_memory(e, "the names");
}

const char *names_escape(const char *name, struct arena *a) {
    if (text_is_plain(name))
        return name;
    char *escaped = arena_alloc(a, 4 * strlen(name) + 1, 1), *out = escaped;
    for (int control = 0; *name && out; name++, control -= control > 0) {
        control = control > 0 ? control : text_control(name);
        out += *name == '\n' ? sprintf(out, "\\n")
               : control > 0 ? sprintf(out, "\\x%02x", (unsigned char)*name)
                             : sprintf(out, "%c", *name);
    }
    return escaped;
}

static const char *item(const void *names, int i) {
    const struct string_list *list = names;
    return i < list->count ? list->items[i] : NULL;
}

const char *names_nearest(const struct string_list *list, const char *name) {
    return nearest_word(name, item, list);
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* By value, at any length: without leading zeros, the longer of two numbers is the larger. Equal
 * numbers (1 and 01) sort by bytes, because qsort may leave equal items in any order. */
static int by_number(const void *a, const void *b) {
    const char *name_a = *(const char *const *)a, *name_b = *(const char *const *)b;
    const char *p = name_a + strspn(name_a, "0"), *q = name_b + strspn(name_b, "0");
    if (strlen(p) != strlen(q))
        return strlen(p) < strlen(q) ? -1 : 1;
    int order = strcmp(p, q);
    return order != 0 ? order : strcmp(name_a, name_b);
}

void names_sort(const struct string_list *list) {
    bool numbers = true;
    for (int i = 0; i < list->count; i++)
        numbers = numbers && !list->items[i][strspn(list->items[i], "0123456789")];
    qsort(list->items, (size_t)list->count, sizeof *list->items, numbers ? by_number : by_bytes);
}

int names_check(const struct string_list *list, const char *one, const char *many, const char *path,
                struct error *e) {
    size_t n = (size_t)list->count, i = 1;
    for (int k = 0; k < list->count; k++)
        if (!list->items[k][0] || !text_is_plain(list->items[k]))
            return error_input(e,
                               "%s: the name of %s %d, \"%s\", has a control character or is not "
                               "UTF-8; rename it, or convert the table: iconv -f WINDOWS-1252 -t "
                               "UTF-8 OLD >NEW",
                               path, one, k, list->items[k]);
    SCOPED_MEMORY const char **sorted = malloc(n * sizeof *sorted); /* since there may be many */
    if (!sorted)
        return error_memory(e, path);
    memcpy(sorted, list->items, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_bytes);
    while (i < n && strcmp(sorted[i - 1], sorted[i]) != 0)
        i++;
    return i < n ? error_input(e, "%s: has two %s named \"%s\"; rename one", path, many, sorted[i])
                 : 0;
}
