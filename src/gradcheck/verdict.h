/* What a check found. */
#pragma once

enum verdict { VERDICT_GOOD, VERDICT_FINE, VERDICT_DOUBTFUL, VERDICT_WRONG, VERDICT_NONE };

/* "good", "fine", "doubtful", "wrong"; "-" for a check that does not apply. */
const char *verdict_name(enum verdict v);
