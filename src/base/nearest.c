#include "base/text.h"

#include <string.h>

/* The Levenshtein distance of words of up to 63 letters; 64 for longer ones. */
static int distance(const char *a, const char *b) {
    int row[64], n = (int)strlen(b);
    if (n >= 64 || strlen(a) >= 64)
        return 64;
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *nearest_word(const char *word, const char *(*name)(const void *list, int i),
                         const void *list) {
    const char *nearest = NULL;
    int best = (int)strlen(word) / 2 + 1; /* more errors than half the letters are no help */
    for (int i = 0; name(list, i); i++)
        if (distance(word, name(list, i)) < best) {
            best = distance(word, name(list, i));
            nearest = name(list, i);
        }
    return nearest;
}
