#include "report/sections.h"
#include "train/calibration.h"

#include <math.h>

/* A bar as high as the accuracy, the gap between accuracy and confidence, and the count below it,
 * on alternating lines so that neighbouring counts have room. */
static void bar(struct report *r, const struct calibration_bin *bin, int b) {
    double accuracy = (double)bin->right / bin->count;
    html_add(&r->text, "reliability-bar",
             "count=%d confidence=%.9g accuracy=%.9g left=%.4f low=%.9g gap=%.9g middle=%.1f "
             "below=%d",
             bin->count, bin->confidence, accuracy, (b + 0.04) / CALIBRATION_BINS,
             fmin(accuracy, bin->confidence), fabs(accuracy - bin->confidence),
             60 + 390 * (b + 0.5) / CALIBRATION_BINS, b % 2 ? 64 : 46);
}

void reliability_write(struct report *r) {
    struct calibration c;
    if (r->page->model->multi_label)
        return;
    calibration_measure(&c, r->v.predictions, r->samples.count);
    html_add(&r->text, "reliability", "confidence=%.9g accuracy=%.9g error=%.9g", c.confidence,
             evaluation_accuracy(&r->v), c.error);
    html_part(&r->text, "percent-axes");
    for (int b = 0; b < CALIBRATION_BINS; b++)
        if (c.bins[b].count > 0)
            bar(r, &c.bins[b], b);
    html_part(&r->text, "reliability-end");
}
