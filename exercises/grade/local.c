/* Compiled into every student's library, not into the grader: detects overruns of local and static
 * arrays, behind which there is no inaccessible page as behind the grader's tensors.
 *
 * Blocks from malloc do end at such a page: the linker sends malloc, calloc, realloc and free to
 * the grader.
 *
 * -fsanitize=bounds calls the first function before an array is used with an index that it does not
 * have. An array that is passed to another function is a pointer there, whose size the compiler
 * does not know: what is written past its end is detected by -fstack-protector-all when the
 * function that owns the array returns. All functions are private to the library, as everything in
 * it that exercise.h does not declare, and hide those of the compiler's own runtime. */
#include "local.h"

#include <string.h>

struct source_location {
    const char *file;
    uint32_t line, column;
};

struct type_descriptor {
    uint16_t kind, info; /* of an integer: info is twice the logarithm of its bits, + 1 if signed */
    char name[];         /* 'real [10]', with the quotes */
};

struct out_of_bounds {
    struct source_location location;
    const struct type_descriptor *array, *index;
};

/* The interface between compiled code and libubsan, of gcc and clang. */
void __ubsan_handle_out_of_bounds(void *data, void *index);
_Noreturn void __stack_chk_fail(void);

void __ubsan_handle_out_of_bounds(void *data, void *index) {
    const struct out_of_bounds *d = data;
    int unused = 64 - (1 << (d->index->info >> 1)); /* bits of a word above the index */
    uint64_t word = (uint64_t)(uintptr_t)index << unused;
    long long i = d->index->info & 1 ? (int64_t)word >> unused : (long long)(word >> unused);
    exercise_overrun((int)d->location.line, i, d->array->name);
}

/* The linker replaces malloc and free in the student's file by these (--wrap). */
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void __wrap_free(void *block);

void *__wrap_malloc(size_t size) {
    return exercise_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    void *block = exercise_malloc(count * size);
    return block ? memset(block, 0, count * size) : NULL;
}

void *__wrap_realloc(void *block, size_t size) {
    return exercise_realloc(block, size);
}

void __wrap_free(void *block) {
    exercise_free(block);
}

void __stack_chk_fail(void) {
    exercise_overrun(0, 0, "");
}
