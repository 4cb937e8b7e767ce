#include "base/arena.h"
#include "base/platform.h"

/* The address sanitizer reports what is read or written next to an allocation: GAP bytes. */
#ifdef ONEHOT_SANITIZE
#include <sanitizer/asan_interface.h>
enum { GAP = ARENA_ALIGN };
#else
#define ASAN_POISON_MEMORY_REGION(p, size)   (void)0
#define ASAN_UNPOISON_MEMORY_REGION(p, size) (void)0
enum { GAP = 0 };
#endif

enum {
    BLOCK = 64 * 1024, /* small allocations share blocks of this size; larger ones get their own */
    LARGE = 4 * 1024 * 1024 /* worth pages of 2 MB */
};

struct arena_block {
    struct arena_block *older;
    size_t size, used; /* bytes of payload; used is a multiple of ARENA_ALIGN */
    char *payload;     /* aligned, inside the same allocation */
};

static struct arena_block *block_new(struct arena *a, size_t size) {
    size_t total;
    if (__builtin_add_overflow(size, sizeof(struct arena_block) + ARENA_ALIGN, &total))
        return NULL;
    struct arena_block *b = calloc(1, total); /* a large one comes zeroed from the kernel */
    if (!b)
        return NULL;
    if (total >= LARGE)
        platform_large_pages(b, total);
    uintptr_t start = (uintptr_t)(b + 1);
    b->payload = (char *)(b + 1) + (ARENA_ALIGN - start % ARENA_ALIGN) % ARENA_ALIGN;
    b->size = size;
    ASAN_POISON_MEMORY_REGION(b->payload, size);
    b->older = a->newest;
    a->newest = b;
    return b;
}

void *arena_alloc(struct arena *a, size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) ||
        __builtin_add_overflow(bytes, GAP + ARENA_ALIGN - 1, &bytes))
        bytes = SIZE_MAX; /* more than any block has */
    bytes = bytes < ARENA_ALIGN ? ARENA_ALIGN : bytes - bytes % ARENA_ALIGN;
    struct arena_block *b = a->newest;
    if (!b || b->size - b->used < bytes)
        b = block_new(a, bytes > BLOCK ? bytes : BLOCK);
    a->failed |= !b;
    if (!b)
        return NULL;
    void *p = b->payload + b->used;
    b->used += bytes;
    ASAN_UNPOISON_MEMORY_REGION(p, count * size);
    return p;
}

char *arena_string(struct arena *a, const char *s) {
    size_t size = strlen(s) + 1;
    char *copy = arena_alloc(a, size, 1);
    return copy ? memcpy(copy, s, size) : NULL;
}

char *arena_printf(struct arena *a, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t size = (size_t)vsnprintf(NULL, 0, format, args) + 1;
    char *text = arena_alloc(a, size, 1);
    if (text)
        vsnprintf(text, size, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void arena_free(struct arena *a) {
    while (a->newest) {
        struct arena_block *b = a->newest;
        a->newest = b->older;
        free(b);
    }
    a->failed = false;
}
