/* Sorted, not hashed: the texts are few, and no set of them makes a search slow. */
#include "data/names.h"

/* The number of the text, or -1. *at is its place in `sorted`, or the place for it. */
static int search(const struct dictionary *d, const char *text, int *at) {
    int low = 0, high = d->list.count;
    while (low < high) {
        int middle = (low + high) / 2, order = strcmp(text, d->list.items[d->sorted[middle]]);
        if (order == 0)
            return d->sorted[*at = middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    *at = low;
    return -1;
}

int dictionary_find(const struct dictionary *d, const char *text) {
    int at;
    return search(d, text, &at);
}

static int grow(struct dictionary *d, struct arena *a) {
    int capacity = d->capacity ? 2 * d->capacity : 4;
    const char **items = arena_alloc(a, (size_t)capacity, sizeof *items);
    int *sorted = arena_alloc(a, (size_t)capacity, sizeof *sorted);
    if (!items || !sorted)
        return -1;
    for (int i = 0; i < d->list.count; i++) {
        items[i] = d->list.items[i];
        sorted[i] = d->sorted[i];
    }
    *d = (struct dictionary){{d->list.count, items}, capacity, sorted};
    return 0;
}

int dictionary_add(struct dictionary *d, const char *text, int max, struct arena *a,
                   struct error *e) {
    int at, found = search(d, text, &at), count = d->list.count;
    if (found >= 0)
        return found;
    if (count >= max || strlen(text) > DICTIONARY_MAX_TEXT)
        return -1;
    if ((count == d->capacity && grow(d, a) != 0) ||
        !(d->list.items[count] = arena_string(a, text)))
        return error_memory(e, "the names");
    memmove(d->sorted + at + 1, d->sorted + at, (size_t)(count - at) * sizeof *d->sorted);
    d->sorted[at] = count;
    return d->list.count++;
}
