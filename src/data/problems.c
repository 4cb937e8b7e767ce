#include "base/text.h"
#include "data/names.h"

void problems_add(struct problems *p, const char *format, ...) {
    va_list args;
    if (p->count++ >= PROBLEMS_SHOWN)
        return;
    char *text = p->shown[p->count - 1];
    va_start(args, format);
    if (vsnprintf(text, sizeof p->shown[0], format, args) >= (int)sizeof p->shown[0])
        strcpy(text + sizeof p->shown[0] - 4, "...");
    va_end(args);
    text_make_plain(text);
}

const char *problems_list(const struct problems *p, const char *separator,
                          char list[PROBLEMS_LIST]) {
    int shown = p->count < PROBLEMS_SHOWN ? p->count : PROBLEMS_SHOWN, size = 0;
    list[0] = '\0';
    for (int i = 0; i < shown; i++)
        size += sprintf(list + size, "%s%s", i > 0 ? separator : "", p->shown[i]);
    if (shown < p->count)
        sprintf(list + size, "%sand %d more", separator, p->count - shown);
    return list;
}
