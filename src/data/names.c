#include "data/names.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

int names_copy(struct string_list *list, const char *const *names, int count, const char *path,
               struct arena *a, struct error *e) {
    *list = (struct string_list){count, arena_alloc(a, (size_t)count, sizeof *list->items)};
    for (int i = 0; i < count && list->items; i++)
        if (!(list->items[i] = arena_string(a, names[i])))
            return error_memory(e, path);
    return list->items ? 0 : error_memory(e, path);
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* By value, at any length: of two numbers without leading zeros, the longer is the larger. Equal
 * numbers (1 and 01) sort by bytes, because qsort may leave equal items in any order. */
static int by_number(const void *a, const void *b) {
    const char *name_a = *(const char *const *)a, *name_b = *(const char *const *)b;
    const char *p = name_a + strspn(name_a, "0"), *q = name_b + strspn(name_b, "0");
    if (strlen(p) != strlen(q))
        return strlen(p) < strlen(q) ? -1 : 1;
    int order = strcmp(p, q);
    return order != 0 ? order : strcmp(name_a, name_b);
}

typedef int order(const void *a, const void *b);

static order *order_of(const struct string_list *list) {
    for (int i = 0; i < list->count; i++)
        if (list->items[i][strspn(list->items[i], "0123456789")])
            return by_bytes;
    return by_number;
}

void names_sort(const struct string_list *list) {
    qsort(list->items, (size_t)list->count, sizeof *list->items, order_of(list));
}

void names_sort_unique(struct string_list *list) {
    int count = 0;
    names_sort(list);
    for (int i = 0; i < list->count; i++)
        if (count == 0 || strcmp(list->items[i], list->items[count - 1]) != 0)
            list->items[count++] = list->items[i];
    list->count = count;
}

int names_find(const struct string_list *sorted, const char *const *names, int count, int *found) {
    order *by = order_of(sorted);
    int i = 0;
    for (; i < count; i++) {
        const char **at =
            bsearch(&names[i], sorted->items, (size_t)sorted->count, sizeof *sorted->items, by);
        if (!at)
            break;
        if (found)
            found[i] = (int)(at - sorted->items);
    }
    return i;
}

int names_check(const struct string_list *list, const char *one, const char *many, const char *path,
                struct error *e) {
    size_t n = (size_t)list->count, i = 1;
    for (int k = 0; k < list->count; k++)
        if (!list->items[k][0] || !text_is_plain(list->items[k]))
            return error_input(
                e,
                "%s: the name of %s %d, \"%s\", has a control character or is not UTF-8; rename "
                "it, or convert the table: iconv -f WINDOWS-1252 -t UTF-8 OLD >NEW",
                path, one, k, list->items[k]);
    const char **sorted = malloc(n * sizeof *sorted); /* since there may be many */
    if (!sorted)
        return error_memory(e, path);
    memcpy(sorted, list->items, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_bytes);
    while (i < n && strcmp(sorted[i - 1], sorted[i]) != 0)
        i++;
    int result = i < n ? error_input(e, "%s: has two %s named \"%s\"", path, many, sorted[i]) : 0;
    free(sorted);
    return result;
}
