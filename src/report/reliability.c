#include "report/sections.h"
#include "train/calibration.h"

#include <math.h>

void reliability_write(struct report *r) {
    struct calibration c;
    if (r->page->model->multi_label)
        return;
    calibration_measure(&c, r->v.predictions, r->samples.count);
    html_add(&r->text, "reliability", "confidence=%.9g accuracy=%.9g error=%.9g", c.confidence,
             evaluation_accuracy(&r->v), c.error);
    html_part(&r->text, "percent-axes");
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &c.bins[b];
        double accuracy = (double)bin->right / bin->count;
        if (bin->count == 0)
            continue;
        /* A bar as high as the accuracy, the gap between accuracy and confidence, and the count
         * below it, on alternating lines so that neighbouring counts have room. */
        html_add(&r->text, "reliability-bar",
                 "count=%d confidence=%.9g accuracy=%.9g left=%.4f low=%.9g gap=%.9g middle=%.1f "
                 "below=%d",
                 bin->count, bin->confidence, accuracy, (b + 0.04) / CALIBRATION_BINS,
                 fmin(accuracy, bin->confidence), fabs(accuracy - bin->confidence),
                 60 + 390 * (b + 0.5) / CALIBRATION_BINS, b % 2 ? 64 : 46);
    }
    html_part(&r->text, "reliability-end");
}
