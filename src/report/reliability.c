#include "report/sections.h"
#include "train/calibration.h"

#include <math.h>

/* In SVG units. The bars are in the box from (LEFT, TOP) to (RIGHT, BOTTOM). */
enum { WIDTH = 460, HEIGHT = 330, LEFT = 60, RIGHT = 450, TOP = 36, BOTTOM = 256 };

static double x_of(double confidence) {
    return LEFT + (RIGHT - LEFT) * confidence;
}

static double y_of(double accuracy) {
    return BOTTOM - (BOTTOM - TOP) * accuracy;
}

static void axes(struct text *t) {
    for (int i = 0; i <= 5; i++) {
        double at = i / 5.0;
        text_printf(t, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
                    RIGHT, y_of(at), y_of(at));
        text_printf(t,
                    "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>"
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
                    LEFT - 8, y_of(at) + 4, 20 * i, x_of(at), BOTTOM + 18, 20 * i);
    }
    text_printf(t,
                "<text class=\"title\" x=\"0\" y=\"16\">Accuracy<tspan class=\"unit\" dx=\"6\">by "
                "confidence, %%</tspan></text>\n"
                "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">samples</text>\n",
                LEFT - 8, BOTTOM + 46);
}

/* A bar as high as the accuracy, the gap between that and the confidence, and the count below: on
 * two lines in turn, so that neighbours have room. */
static void bar(const struct calibration_bin *bin, int b, struct text *t) {
    double left = x_of((double)b / CALIBRATION_BINS), right = x_of((b + 1.0) / CALIBRATION_BINS);
    double accuracy = (double)bin->right / bin->count;
    double low = fmin(accuracy, bin->confidence), high = fmax(accuracy, bin->confidence);
    text_printf(t,
                "<g><title>%s samples, mean confidence %s, right %s</title>"
                "<rect class=\"d0\" x=\"%.1f\" width=\"%.1f\" y=\"%.1f\" height=\"%.1f\"/>"
                "<rect class=\"gap\" x=\"%.1f\" width=\"%.1f\" y=\"%.1f\" height=\"%.1f\"/></g>\n"
                "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                html_count(bin->count).text, html_percent(bin->confidence).text,
                html_percent(accuracy).text, left + 1, right - left - 2, y_of(accuracy),
                BOTTOM - y_of(accuracy), left + 1, right - left - 2, y_of(high),
                y_of(low) - y_of(high), (left + right) / 2, b % 2 ? BOTTOM + 64 : BOTTOM + 46,
                html_count(bin->count).text);
}

void reliability_write(const struct test_results *r, struct text *t) {
    struct calibration c;
    calibration_measure(&c, r->v.predictions, r->samples.count);
    text_printf(t,
                "<section>\n<h2>How far its probabilities can be trusted</h2>\n"
                "<p class=\"lead\">Its confidence, the probability of the class that it names, "
                "is %s on average; it is right on %s. From bin to bin the two are apart by %s, "
                "weighted by samples: the expected calibration error.</p>\n"
                "<svg class=\"chart reliability\" viewBox=\"0 0 %d %d\" role=\"img\" "
                "aria-label=\"Reliability diagram\">\n",
                html_percent(c.confidence).text, html_percent(evaluation_accuracy(&r->v)).text,
                html_percent(c.error).text, WIDTH, HEIGHT);
    axes(t);
    for (int b = 0; b < CALIBRATION_BINS; b++)
        if (c.bins[b].count > 0)
            bar(&c.bins[b], b, t);
    text_printf(t,
                "<path class=\"line diagonal\" d=\"M%d %dL%d %d\"/>\n</svg>\n"
                "<p class=\"note\">A bar is how many of the samples of a confidence are right. On "
                "the dashed line confidence and accuracy are equal. Orange is what a bin lacks to "
                "its confidence; a top of mixed colour is what it has beyond.</p>\n</section>\n",
                LEFT, BOTTOM, RIGHT, TOP);
}
