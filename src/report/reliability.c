#include "report/sections.h"
#include "train/calibration.h"

/* In the SVG's own units; the bars are in the box from (LEFT, TOP) to (RIGHT, BOTTOM). */
enum { WIDTH = 460, HEIGHT = 330, LEFT = 60, RIGHT = 450, TOP = 36, BOTTOM = 256 };

static double x_of(double confidence) {
    return LEFT + (RIGHT - LEFT) * confidence;
}

static double y_of(double accuracy) {
    return BOTTOM - (BOTTOM - TOP) * accuracy;
}

static void axes(struct text *t) {
    for (int i = 0; i <= 5; i++) {
        double share = i / 5.0;
        text_printf(t, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT,
                    RIGHT, y_of(share), y_of(share));
        text_printf(t,
                    "<text class=\"tick\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d %%</text>"
                    "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
                    LEFT - 8, y_of(share) + 4, 20 * i, x_of(share), BOTTOM + 18, 20 * i);
    }
    text_printf(t,
                "<text class=\"title\" x=\"0\" y=\"16\">Accuracy<tspan class=\"unit\" dx=\"6\">by "
                "confidence, %%</tspan></text>\n"
                "<text class=\"tick\" x=\"%d\" y=\"%d\" text-anchor=\"end\">samples</text>\n",
                LEFT - 8, BOTTOM + 46);
}

/* A bar as high as the accuracy, what lies between that and the confidence, and the count below:
 * on two lines in turn, so that neighbours have room. */
static void bar(const struct calibration_bin *bin, int b, struct text *t) {
    double left = x_of((double)b / CALIBRATION_BINS), right = x_of((b + 1.0) / CALIBRATION_BINS);
    double accuracy = (double)bin->right / bin->count;
    double low = accuracy < bin->confidence ? accuracy : bin->confidence;
    double high = accuracy < bin->confidence ? bin->confidence : accuracy;
    text_printf(t, "<g><title>");
    html_count(t, bin->count);
    text_printf(t, " samples, mean confidence ");
    html_percent(t, bin->confidence);
    text_printf(t, ", right ");
    html_percent(t, accuracy);
    text_printf(t,
                "</title><rect class=\"d0\" x=\"%.1f\" width=\"%.1f\" y=\"%.1f\" height=\"%.1f\"/>"
                "<rect class=\"gap\" x=\"%.1f\" width=\"%.1f\" y=\"%.1f\" height=\"%.1f\"/></g>\n"
                "<text class=\"tick\" x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
                left + 1, right - left - 2, y_of(accuracy), BOTTOM - y_of(accuracy), left + 1,
                right - left - 2, y_of(high), y_of(low) - y_of(high), (left + right) / 2,
                b % 2 ? BOTTOM + 64 : BOTTOM + 46);
    html_count(t, bin->count);
    text_printf(t, "</text>\n");
}

void reliability_write(const struct test_results *f, struct text *t) {
    struct calibration c;
    calibration_measure(&c, f->v.predictions, f->samples.count);
    text_printf(t, "<section>\n<h2>How far its probabilities can be trusted</h2>\n"
                   "<p class=\"lead\">Its confidence, the probability of the class that it names, "
                   "is ");
    html_percent(t, c.confidence);
    text_printf(t, " on average; it is right on ");
    html_percent(t, evaluation_accuracy(&f->v));
    text_printf(t, ". From bin to bin the two are apart by ");
    html_percent(t, c.error);
    text_printf(t, ", weighted by samples: the expected calibration error.</p>\n");
    text_printf(t,
                "<svg class=\"chart reliability\" viewBox=\"0 0 %d %d\" role=\"img\" "
                "aria-label=\"Reliability diagram\">\n",
                WIDTH, HEIGHT);
    axes(t);
    for (int b = 0; b < CALIBRATION_BINS; b++)
        if (c.bins[b].count > 0)
            bar(&c.bins[b], b, t);
    text_printf(t, "<path class=\"line diagonal\" d=\"M%d %dL%d %d\"/>\n</svg>\n", LEFT, BOTTOM,
                RIGHT, TOP);
    text_printf(t,
                "<p class=\"note\">A bar is how many of the samples of a confidence are right. On "
                "the dashed line confidence and accuracy are equal. Orange is what a bin lacks to "
                "its confidence; a top of mixed colour is what it has beyond.</p>\n</section>\n");
}
