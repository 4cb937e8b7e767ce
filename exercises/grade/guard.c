#include "guard.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MAX_GUARDED = 8, FILLER = 0x5a };

static struct guarded {
    const char *name;
    char *map; /* an inaccessible page, FILLER, the tensor (which ends at a page boundary), and
                  another inaccessible page */
    size_t size;
    struct tensor t;
} guarded[MAX_GUARDED];
static int count;

static size_t page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Of a plausible size, but unlikely to be a real result. */
real guard_garbage(size_t i) {
    return (real)(13.59375 + 0.0078125 * (double)(i % 7));
}

struct tensor guard_new(const char *name, int rows, int cols) {
    struct tensor t = {NULL, rows, cols};
    size_t page = page_size(), bytes = tensor_size(t) * sizeof(real);
    size_t inner = (bytes + page - 1) / page * page, size = inner + 2 * page;
    char *map = count < MAX_GUARDED
                    ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                    : MAP_FAILED;
    if (map == MAP_FAILED)
        return t;
    memset(map + page, FILLER, inner - bytes);
    t.data = (real *)(void *)(map + page + inner - bytes);
    for (size_t i = 0; i < tensor_size(t); i++)
        t.data[i] = guard_garbage(i);
    mprotect(map, page, PROT_NONE);
    mprotect(map + page + inner, page, PROT_NONE);
    guarded[count++] = (struct guarded){name, map, size, t};
    return t;
}

void guard_read_only(struct tensor t) {
    for (int i = 0; i < count; i++)
        if (guarded[i].t.data == t.data)
            mprotect(guarded[i].map + page_size(), guarded[i].size - 2 * page_size(), PROT_READ);
}

void guard_free(void) {
    while (count > 0) {
        count--;
        munmap(guarded[count].map, guarded[count].size);
    }
}

const char *guard_damaged(void) {
    for (int i = 0; i < count; i++)
        for (const char *p = guarded[i].map + page_size(); p < (char *)guarded[i].t.data; p++)
            if (*p != FILLER)
                return guarded[i].name;
    return NULL;
}

/* ---- the heap ---- */

enum { BLOCK_ALIGNMENT = 16, MAX_BLOCKS = 1000 };

static struct block {
    char *map, *data;
    size_t size; /* of the map */
} blocks[MAX_BLOCKS];

static const char heap[] = "an array from malloc";

void *guard_malloc(size_t size) {
    size_t page = page_size(), align = BLOCK_ALIGNMENT;
    while (align > 1 && size % align != 0)
        align /= 2; /* no gap at the end */
    struct block *b = blocks;
    while (b < blocks + MAX_BLOCKS && b->map)
        b++;
    if (b == blocks + MAX_BLOCKS || size > SIZE_MAX / 2)
        return malloc(size); /* unguarded */
    size_t inner = (size + page - 1) / page * page;
    char *map =
        mmap(NULL, inner + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (map == MAP_FAILED)
        return NULL;
    mprotect(map + inner, page, PROT_NONE);
    *b = (struct block){map, map + inner - size, inner + page};
    return b->data;
}

void guard_release(void *block) {
    for (struct block *b = blocks; b < blocks + MAX_BLOCKS; b++)
        if (b->map && b->data == block) {
            munmap(b->map, b->size);
            b->map = NULL;
            return;
        }
    free(block);
}

/* The result is unguarded: an array that grows in a loop would need too many pages. */
void *guard_realloc(void *block, size_t size) {
    for (struct block *b = blocks; b < blocks + MAX_BLOCKS; b++)
        if (b->map && b->data == block) {
            size_t before = (size_t)(b->map + b->size - page_size() - b->data);
            char *moved = malloc(size);
            if (moved) {
                memcpy(moved, block, before < size ? before : size);
                guard_release(block);
            }
            return moved;
        }
    return realloc(block, size);
}

struct guard_place guard_find(const void *address) {
    uintptr_t at = (uintptr_t)address;
    for (int i = 0; i < count; i++) {
        const struct guarded *g = &guarded[i];
        uintptr_t first = (uintptr_t)g->t.data;
        uintptr_t end = first + tensor_size(g->t) * sizeof(real);
        if (at >= (uintptr_t)g->map && at < (uintptr_t)g->map + g->size)
            return (struct guard_place){at < first  ? GUARD_BEFORE
                                        : at >= end ? GUARD_AFTER
                                                    : GUARD_READ_ONLY,
                                        g->name, g->t.rows, g->t.cols};
    }
    for (const struct block *b = blocks; b < blocks + MAX_BLOCKS; b++)
        if (b->map && at >= (uintptr_t)b->map && at < (uintptr_t)b->map + b->size)
            return (struct guard_place){GUARD_AFTER, heap, 0, 0};
    return (struct guard_place){0};
}
