#include "programs/show_picture.h"
#include "ui/terminal.h"

#include <stdio.h>

static int grey(const uint8_t *c, int channels) {
    return channels == 1 ? c[0] : picture_grey(c);
}

/* Two lines of pixels in a line of text: the upper half block's two colours. */
static void print_blocks(const struct picture *p, int step) {
    for (int y = 0; y < p->height; y += 2 * step) {
        for (int x = 0; x < p->width; x += step) {
            const uint8_t *a = picture_pixel(p, x, y),
                          *b = y + step < p->height ? picture_pixel(p, x, y + step) : a;
            int last = p->channels - 1, mid = last / 2;
            printf("\033[38;2;%d;%d;%d;48;2;%d;%d;%dm▀", a[0], a[mid], a[last], b[0], b[mid],
                   b[last]);
        }
        fputs("\033[0m\n", stdout);
    }
}

/* A character cell is about twice as tall as it is wide, so two of them make a pixel. */
static void print_characters(const struct picture *p, int step) {
    static const char ramp[] = " .:-=+*#%@";
    for (int y = 0; y < p->height; y += step) {
        for (int x = 0; x < p->width; x += step) {
            char c = ramp[grey(picture_pixel(p, x, y), p->channels) * 9 / 255];
            printf("%c%c", c, c);
        }
        putchar('\n');
    }
}

void show_picture(const struct picture *p) {
    bool blocks = terminal_present() && terminal_unicode();
    int cells = terminal_width() / (blocks ? 1 : 2);
    int step = cells > 0 ? (p->width + cells - 1) / cells : p->width;
    if (blocks)
        print_blocks(p, step);
    else
        print_characters(p, step);
}
