/* Tensors that notice a step beside them. Each ends at a page that nobody may touch: what goes
 * beyond its end, or writes to what is only for reading, crashes at once instead of somewhere else
 * later, and guard_place knows where. What is written before its start is seen afterwards. */
#ifndef ONEHOT_EXERCISES_GUARD_H
#define ONEHOT_EXERCISES_GUARD_H

#include "tensor/tensor.h"

#include <stdbool.h>

/* A tensor of garbage; data is NULL where memory is out. The name lives as long. */
struct tensor guard_new(const char *name, int rows, int cols);

/* From now on it may only be read. */
void guard_read_only(struct tensor t);

/* Frees all of them. */
void guard_free(void);

/* The name of one that was written to before its start, or NULL. */
const char *guard_damaged(void);

/* "it wrote to x, which is only for reading", for an address that crashed; false where it is near
 * none of the tensors. Safe in a signal handler. */
bool guard_place(const void *address, char *out, size_t size);

/* What an element of garbage is, and whether this is one. */
real guard_garbage(size_t i);

#endif
