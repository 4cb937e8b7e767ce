/* Variables that free what they own where their block ends, in whichever way it is left. They must
 * be set where they are declared.
 *
 *   SCOPED(text) out = {0};                        a struct text; text_free(&out)
 *   SCOPED_PTR(dataset) d = formats_read(...);     a struct dataset *; dataset_free(d)
 *   SCOPED_MEMORY char *bytes = file_read(...);    free(bytes) */
#pragma once

#include "base/libc.h"

#define SCOPED(type)     __attribute__((cleanup(type##_free))) struct type
#define SCOPED_PTR(type) __attribute__((cleanup(type##_end))) struct type *
#define SCOPED_MEMORY    __attribute__((cleanup(scoped_end)))

/* Follows the declaration of a type's _free, which takes a pointer that may be NULL. */
#define SCOPED_TYPE(type)                                                                          \
    static inline void type##_end(struct type **p) { type##_free(*p); }

/* The variable is a pointer of any type. */
static inline void scoped_end(void *variable) {
    void *p;
    memcpy(&p, variable, sizeof p);
    free(p);
}
