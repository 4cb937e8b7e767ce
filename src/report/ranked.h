/* Keeps the largest of many values that arrive one by one. */
#pragma once

struct ranked {
    int index;
    double value;
};

/* best[0 .. n - 1] are the largest so far, in descending order, and ties in order of arrival.
 * Inserts `new` if it is among the `max` largest, max > 0. Returns the new n. */
static inline int ranked_add(struct ranked *best, int n, int max, struct ranked new) {
    int at = n;
    for (; at > 0 && best[at - 1].value < new.value; at--)
        if (at < max)
            best[at] = best[at - 1];
    if (at < max)
        best[at] = new;
    return n < max ? n + 1 : max;
}
