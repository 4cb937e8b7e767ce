#include "data/tables/dictionary.h"

#include <string.h>

/* FNV-1a. */
static uint32_t hash_of(const char *s) {
    uint32_t h = 2166136261u;
    for (; *s; s++)
        h = (h ^ (uint8_t)*s) * 16777619u;
    return h;
}

/* The slot of the text: the one that holds its number, or the empty one for it. */
static int *slot_of(const struct dictionary *d, const char *text, uint32_t h) {
    uint32_t mask = (uint32_t)d->slots - 1;
    for (uint32_t i = h & mask;; i = (i + 1) & mask) {
        int at = d->slot[i] - 1;
        if (at < 0 || (d->hash[at] == h && strcmp(d->items[at], text) == 0))
            return &d->slot[i];
    }
}

int dictionary_find(const struct dictionary *d, const char *text) {
    return d->slots > 0 ? *slot_of(d, text, hash_of(text)) - 1 : -1;
}

/* Doubles the number of slots, of which at most half are used. */
static int grow(struct dictionary *d, struct arena *a) {
    struct dictionary larger = {.count = d->count, .slots = d->slots ? 2 * d->slots : 8};
    size_t texts = (size_t)larger.slots / 2, bytes = (size_t)d->count;
    larger.items = arena_alloc(a, texts, sizeof *larger.items);
    larger.hash = arena_alloc(a, texts, sizeof *larger.hash);
    larger.slot = arena_alloc(a, (size_t)larger.slots, sizeof *larger.slot);
    if (!larger.items || !larger.hash || !larger.slot)
        return -1;
    if (bytes > 0) {
        memcpy(larger.items, d->items, bytes * sizeof *d->items);
        memcpy(larger.hash, d->hash, bytes * sizeof *d->hash);
    }
    for (int i = 0; i < d->count; i++)
        *slot_of(&larger, d->items[i], d->hash[i]) = i + 1;
    *d = larger;
    return 0;
}

int dictionary_add(struct dictionary *d, const char *text, int max, struct arena *a) {
    uint32_t h = hash_of(text);
    int *slot = d->slots > 0 ? slot_of(d, text, h) : NULL;
    if (slot && *slot > 0)
        return *slot - 1;
    if (d->count >= max || strlen(text) > DICTIONARY_MAX_TEXT)
        return -1;
    if (d->count == d->slots / 2) {
        if (grow(d, a) != 0)
            return -1;
        slot = slot_of(d, text, h);
    }
    d->items[d->count] = arena_string(a, text);
    d->hash[d->count] = h;
    if (!d->items[d->count])
        return -1;
    *slot = ++d->count;
    return d->count - 1;
}
