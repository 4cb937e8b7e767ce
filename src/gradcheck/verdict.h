/* What a check found. */
#ifndef ONEHOT_GRADCHECK_VERDICT_H
#define ONEHOT_GRADCHECK_VERDICT_H

enum verdict { VERDICT_GOOD, VERDICT_FINE, VERDICT_DOUBTFUL, VERDICT_WRONG, VERDICT_NONE };

/* "good", "fine", "doubtful", "wrong"; "-" for a check that does not apply. */
const char *verdict_name(enum verdict v);

#endif
