/* Tensors that detect overruns. Each ends at an inaccessible page: code that goes past the end, or
 * writes to a read-only tensor, crashes at once, and guard_place describes the place. Writes before
 * the start are detected afterwards. */
#pragma once

#include "tensor/tensor.h"

#include <stdbool.h>

/* A tensor filled with garbage; data is NULL if memory ran out. The name is not copied. */
struct tensor guard_new(const char *name, int rows, int cols);

/* Makes the tensor read-only. */
void guard_read_only(struct tensor t);

/* Frees all guarded tensors. */
void guard_free(void);

/* The name of a tensor that has been written to before its start, or NULL. */
const char *guard_damaged(void);

/* Describes the address of a crash: "it wrote to x, which is read-only". Returns false if no tensor
 * is near it. May be called from a signal handler. */
bool guard_place(const void *address, char *out, size_t size);

/* The garbage value of element i. */
real guard_garbage(size_t i);
