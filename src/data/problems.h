/* Counts things of one kind, such as unreadable files or columns, and names the first few. */
#pragma once

#include "base/error.h"

enum { PROBLEMS_SHOWN = 5 };

struct problems {
    int count;
    char shown[PROBLEMS_SHOWN][320]; /* room for a command with a path in it thrice */
};

/* Counts one more; the text names it. It is made plain, as that of an error is. */
void problems_add(struct problems *p, const char *format, ...) ERROR_PRINTF(2, 3);

/* Writes "first; second; and 7 more", with this mark. */
enum { PROBLEMS_LIST = PROBLEMS_SHOWN * 322 + 32 };
void problems_list(const struct problems *p, const char *mark, char list[PROBLEMS_LIST]);

/* Records "WHAT: " and that list, with WHAT from the format. Returns -1. */
int problems_refuse(const struct problems *p, struct error *e, const char *format, ...)
    ERROR_PRINTF(3, 4);
