/* Tensors that detect overruns. Each ends at a page without access: code that goes past its end, or
 * writes to one that is read-only, crashes there and then, and guard_place can tell where. Writes
 * before its start are detected afterwards. */
#pragma once

#include "tensor/tensor.h"

#include <stdbool.h>

/* A tensor of garbage; data is NULL if out of memory. The name is not copied. */
struct tensor guard_new(const char *name, int rows, int cols);

/* Makes it read-only. */
void guard_read_only(struct tensor t);

/* Frees all of them. */
void guard_free(void);

/* The name of one that was written to before its start, or NULL. */
const char *guard_damaged(void);

/* For an address that crashed: "it wrote to x, which is only for reading". Returns false if it is
 * near none of the tensors. May be called in a signal handler. */
bool guard_place(const void *address, char *out, size_t size);

/* Element i of garbage. */
real guard_garbage(size_t i);
