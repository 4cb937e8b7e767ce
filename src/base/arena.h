/* Memory with one lifetime: many allocations, one free.
 *
 * A model, a config or a dataset owns an arena, which frees everything in it at once; so nothing in
 * it needs an owner of its own. Not for use by several threads at once. */
#pragma once

#include "base/scoped.h"

enum { ARENA_ALIGN = 64 }; /* a cache line, and the widest SIMD register */

struct arena {
    struct arena_block *newest; /* NULL: the arena is empty; a zeroed struct is valid */
    bool failed;                /* an allocation has failed, which a writer may check at the end */
};

/* Zeroed memory for count items of size bytes each, aligned to ARENA_ALIGN. NULL if count * size
 * overflows or memory runs out. A count of 0 gives a unique pointer. */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/* A copy of s, and what printf would print, of any length. NULL if memory runs out. */
char *arena_string(struct arena *a, const char *s);
__attribute__((format(printf, 2, 3))) char *arena_printf(struct arena *a, const char *format, ...);

/* Frees everything. The empty arena can be used again. */
void arena_free(struct arena *a);
