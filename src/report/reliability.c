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
             "count=%s confidence=%s accuracy=%s x=%.1f width=%.1f y=%.1f height=%.1f gap=%.1f "
             "gap_height=%.1f",
             html_count(bin->count).text, html_percent(bin->confidence).text,
             html_percent(accuracy).text, left + 1, right - left - 2, sections_y(accuracy),
             SECTIONS_BOTTOM - sections_y(accuracy), sections_y(high),
             sections_y(low) - sections_y(high));
    html_add(&r->text, "tick", "x=%.1f y=%d text=%s", (left + right) / 2,
             b % 2 ? SECTIONS_BOTTOM + 64 : SECTIONS_BOTTOM + 46, html_count(bin->count).text);
}

void reliability_write(struct report *r) {
    struct calibration c;
    calibration_measure(&c, r->v.predictions, r->samples.count);
    html_add(&r->text, "reliability", "confidence=%s accuracy=%s error=%s",
             html_percent(c.confidence).text, html_percent(evaluation_accuracy(&r->v)).text,
             html_percent(c.error).text);
    html_part(&r->text, "percent-axes");
    for (int b = 0; b < CALIBRATION_BINS; b++)
        if (c.bins[b].count > 0)
            bar(r, &c.bins[b], b);
    html_part(&r->text, "reliability-end");
}
