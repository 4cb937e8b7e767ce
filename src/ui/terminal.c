#include "ui/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

bool terminal_present(void) {
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (!term || strcmp(term, "dumb") != 0);
}

int terminal_width(void) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *columns = getenv("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;
    return width > 0 && width < 10000 ? (int)width : 80;
}

int terminal_height(void) {
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 ? size.ws_row : 24;
}

/* The first of these variables that is set decides. */
bool terminal_unicode(void) {
    const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8");
    }
    return false;
}

/* Whether the byte starts a UTF-8 character: all do but the continuation bytes, 10xxxxxx. */
static bool starts(char c) { return ((unsigned char)c & 0xc0) != 0x80; }

int terminal_length(const char *s) {
    int length = 0;
    for (; *s; s++)
        length += starts(*s);
    return length;
}

void terminal_text(const char *s, int cells) {
    int width = abs(cells), length = terminal_length(s);
    int blanks = length < width ? width - length : 0;
    printf("%*s", cells < 0 ? blanks : 0, "");
    for (int n = 0; *s; s++) {
        n += starts(*s);
        if (n > width || (n == width && length > width)) {
            putchar('~');
            break;
        }
        putchar(*s);
    }
    printf("%*s", cells < 0 ? 0 : blanks, "");
}

void terminal_paragraph(const char *first, const char *text) {
    int indent = terminal_length(first), used = indent;
    printf("%s", first);
    while (*text) {
        int bytes = (int)strcspn(text, " "), cells = 0;
        for (int i = 0; i < bytes; i++)
            cells += starts(text[i]);
        if (used > indent && used + 1 + cells > terminal_width()) {
            printf("\n%*s", indent, "");
            used = indent;
        }
        used += printf("%s%.*s", used > indent ? " " : "", bytes, text) - bytes + cells;
        text += bytes;
        text += strspn(text, " ");
    }
    putchar('\n');
}

void terminal_bar(double fraction, int cells) {
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    bool unicode = terminal_unicode();
    int parts = (int)(fraction * cells * 8 + 0.5), used = parts / 8;
    for (int i = 0; i < used; i++)
        fputs(unicode ? "█" : "#", stdout);
    if (unicode && parts % 8 > 0) {
        fputs(eighths[parts % 8], stdout);
        used++;
    }
    printf("%*s", cells - used, "");
}
