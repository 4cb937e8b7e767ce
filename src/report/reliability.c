#include "report/sections.h"
#include "train/calibration.h"

#include <math.h>

/* A bar as high as the accuracy, the gap between accuracy and confidence, and the count below.
 * Counts alternate between two lines, so that neighbours have room. */
static void bar(struct report *r, const struct calibration_bin *bin, int b) {
    double left = sections_x((double)b / CALIBRATION_BINS),
           right = sections_x((b + 1.0) / CALIBRATION_BINS);
    double accuracy = (double)bin->right / bin->count;
    double low = fmin(accuracy, bin->confidence), high = fmax(accuracy, bin->confidence);
    html_add(&r->text, "reliability-bar",
             "count=%d confidence=%.9g accuracy=%.9g x=%.1f width=%.1f y=%.1f height=%.1f gap=%.1f "
             "gap_height=%.1f middle=%.1f below=%d",
             bin->count, bin->confidence, accuracy, left + 1, right - left - 2,
             sections_y(accuracy), SECTIONS_BOTTOM - sections_y(accuracy), sections_y(high),
             sections_y(low) - sections_y(high), (left + right) / 2, b % 2 ? 64 : 46);
}

void reliability_write(struct report *r) {
    struct calibration c;
    calibration_measure(&c, r->v.predictions, r->samples.count);
    html_add(&r->text, "reliability", "confidence=%.9g accuracy=%.9g error=%.9g", c.confidence,
             evaluation_accuracy(&r->v), c.error);
    html_part(&r->text, "percent-axes");
    for (int b = 0; b < CALIBRATION_BINS; b++)
        if (c.bins[b].count > 0)
            bar(r, &c.bins[b], b);
    html_part(&r->text, "reliability-end");
}
