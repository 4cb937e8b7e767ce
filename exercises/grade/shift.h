/* What is subtracted from the logits before exp: the row's largest logit, and what students
 * subtract instead. All are right while no exp overflows or underflows. */
#pragma once

#include "exercise.h"

/* NAME, VALUE and the sentence that explains the mistake, for every exercise that contains a
 * softmax. */
#define SHIFT_MISTAKES(CASE)                                                                       \
    CASE(naive, NONE,                                                                              \
         "The maximum is not subtracted. e^2000 overflows to infinity, and infinity / infinity "   \
         "is NaN; e^-2000 underflows to 0, and a row of zeros gives 0 / 0. Subtract the row's "    \
         "largest logit before exp.")                                                              \
    CASE(batch_largest, BATCH,                                                                     \
         "The maximum is that of the whole batch: in a row far below it, every exp is 0, and 0 "   \
         "/ 0 is NaN. Subtract each row's own maximum.")                                           \
    CASE(from_zero, FROM_ZERO,                                                                     \
         "The search for the maximum starts at 0, or at another number that is not one of the "    \
         "logits: if all logits are far below it, every exp is 0, and 0 / 0 is NaN. Start with "   \
         "the row's first logit.")                                                                 \
    CASE(first, FIRST,                                                                             \
         "The row's first logit is subtracted, not its largest: if another logit is far larger, "  \
         "exp overflows.")                                                                         \
    CASE(last, LAST,                                                                               \
         "The row's last logit is subtracted, not its largest: if another logit is far larger, "   \
         "exp overflows.")                                                                         \
    CASE(carried, CARRIED,                                                                         \
         "The maximum is not reset for each row, so it includes the rows before: if they are "     \
         "far larger, every exp is 0.")                                                            \
    CASE(least, LEAST,                                                                             \
         "The row's smallest logit is subtracted, not its largest: if the largest is far "         \
         "larger, exp overflows.")                                                                 \
    CASE(mean, MEAN,                                                                               \
         "The row's mean is subtracted, not its largest logit: if one logit is far above the "     \
         "mean, its exp overflows.")                                                               \
    CASE(total, TOTAL,                                                                             \
         "The sum of the row's logits is subtracted, not the largest of them: some exp "           \
         "overflows, or all underflow to 0.")                                                      \
    CASE(largest_absolute, LARGEST_ABSOLUTE,                                                       \
         "The largest |z| is subtracted, not the largest z: if all logits are far below 0, every " \
         "exp is 0, and 0 / 0 is NaN. Compare the logits themselves, with their signs.")

/* More of them, which only show in the probabilities. */
#define PROBABILITY_MISTAKES(CASE)                                                                 \
    CASE(added, ADDED,                                                                             \
         "The row's largest logit is added, which makes exp overflow sooner. Subtract it.")        \
    CASE(without_first, WITHOUT_FIRST,                                                             \
         "The search for the maximum leaves out the row's first logit: start with it.")            \
    CASE(without_last, WITHOUT_LAST,                                                               \
         "The search for the maximum leaves out the row's last logit: run it to j < z.cols.")      \
    CASE(first_two, FIRST_TWO,                                                                     \
         "The search for the maximum looks at the row's first two logits only: run it over all "   \
         "columns.")                                                                               \
    CASE(clamped, CLAMPED,                                                                         \
         "The exponents are cut off at a fixed number. Then exp does not overflow, but all "       \
         "logits above that number count as equal. Subtract the row's largest logit instead, "     \
         "which changes no quotient.")                                                             \
    CASE(clamped_below, CLAMPED_BELOW,                                                             \
         "The exponents are cut off below, so that exp is never 0, but the largest logit is not "  \
         "subtracted: e^2000 still overflows.")                                                    \
    CASE(scaled, SCALED,                                                                           \
         "The logits are divided by the row's largest logit, which changes their differences and " \
         "so the result. Subtract it: only differences matter to softmax.")

enum shift {
    ROW, /* right: the row's largest logit */
    NONE,
    BATCH,
    FROM_ZERO,
    FIRST,
    LAST,
    CARRIED,
    LEAST,
    MEAN,
    TOTAL,
    LARGEST_INDEX,
    LARGEST_ABSOLUTE,
    ADDED,
    WITHOUT_FIRST,
    WITHOUT_LAST,
    FIRST_TWO,
    CLAMPED,
    CLAMPED_BELOW,
    SCALED,
};

/* What is subtracted from the logits of row n. */
real shift_of(struct tensor z, int n, enum shift shift);

/* Sets e to e^(z - m), for row n. Returns their sum. */
real shift_exponentials(struct tensor z, int n, enum shift shift, real *e);

/* Softmax with that shift; z may be p. */
void shift_softmax(struct tensor z, struct tensor p, enum shift shift);
