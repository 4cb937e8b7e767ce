/* Tensors that detect overruns. Each ends at an inaccessible page: code that goes past the end, or
 * writes to a read-only tensor, crashes at once, and guard_find names the place. Writes before
 * the start are detected afterwards. */
#pragma once

#include "tensor/tensor.h"

#include <stdbool.h>

/* What an invalid access has hit. */
struct guard_place {
    enum { GUARD_NOTHING, GUARD_BEFORE, GUARD_AFTER, GUARD_READ_ONLY } what;
    const char *name; /* of the tensor: a constant, at the same address in the parent of a child */
    int rows, cols;   /* its shape; 0 x 0 for a block from malloc */
};

/* A tensor filled with garbage; data is NULL if memory ran out. The name is not copied. */
struct tensor guard_new(const char *name, int rows, int cols);

/* Makes the tensor read-only. */
void guard_read_only(struct tensor t);

/* Frees all guarded tensors. */
void guard_free(void);

/* The name of a tensor that has been written to before its start, or NULL. */
const char *guard_damaged(void);

/* The tensor that the address of a crash belongs to, or GUARD_NOTHING. For a signal handler: it
 * only reads and compares. */
struct guard_place guard_find(const void *address);

/* malloc and free for students' code: a block ends at an inaccessible page, too. */
void *guard_malloc(size_t size);
void *guard_realloc(void *block, size_t size); /* unguarded */
void guard_release(void *block);

/* The garbage value of element i. */
real guard_garbage(size_t i);
