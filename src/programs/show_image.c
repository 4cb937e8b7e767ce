#include "programs/show_image.h"
#include "ui/terminal.h"

/* With blocks, a character is the upper half block, whose two colours are two pixels. Otherwise two
 * characters make a pixel, since a cell is about twice as tall as it is wide. */
void show_image(const struct picture *p) {
    bool blocks = terminal_present() && terminal_unicode();
    int cells = terminal_width() / (blocks ? 1 : 2);
    int step = cells > 0 ? (p->width + cells - 1) / cells : p->width;
    for (int y = 0; y < p->height; y += blocks ? 2 * step : step) {
        for (int x = 0; x < p->width; x += step) {
            const uint8_t *a = picture_pixel(p, x, y),
                          *b = y + step < p->height ? picture_pixel(p, x, y + step) : a;
            int last = p->channels - 1, mid = last / 2;
            char shade = " .:-=+*#%@"[(last == 0 ? *a : picture_grey(a)) * 9 / 255];
            if (blocks)
                printf("\033[38;2;%d;%d;%d;48;2;%d;%d;%dm▀", a[0], a[mid], a[last], b[0], b[mid],
                       b[last]);
            else
                printf("%c%c", shade, shade);
        }
        puts(blocks ? "\033[0m" : "");
    }
}
