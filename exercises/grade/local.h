/* What local.c, in the student's library, calls in the grader. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* malloc and free, in blocks that end at inaccessible pages; realloc, which takes such a block
 * (guard.h). */
void *exercise_malloc(size_t size);
void *exercise_realloc(void *block, size_t size);
void exercise_free(void *block);

/* Ends the grading: this line used an index that an array of this type ('real [10]', with the
 * quotes) does not have. Line 0: something was written past the end of a local array. */
_Noreturn void exercise_overrun(int line, long long index, const char *type);
