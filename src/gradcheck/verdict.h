/* The verdict of one check. */
#pragma once

enum verdict {
    VERDICT_GOOD,
    VERDICT_FINE,
    VERDICT_DOUBTFUL,
    VERDICT_WRONG,
    VERDICT_NONE /* the check does not apply */
};
