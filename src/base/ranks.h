/* Ranks: processes, on one machine or on several, that train one model together, as threads do.
 *
 * There is one rank, unless the program is linked with mpi/ranks.c, whose functions replace the
 * first four. All ranks call them at the same points of the same training. If a rank ends before
 * ranks_end, or cannot be reached, all of them end. */
#pragma once

#include "base/error.h"

enum { RANKS_MAX = 2048 };

extern struct ranks {
    int rank;        /* of this process, 0 .. count - 1; only rank 0 prints, and writes files */
    int count;       /* 1 or more */
    int on_host;     /* how many of them run on this machine */
    double received; /* bytes that this one has received */
} ranks;             /* set by ranks_begin */

/* The first call in main, and the last, which returns the exit status. */
ERROR_CHECKED int ranks_begin(int *argc, char ***argv, struct error *e);
int ranks_end(int status);

/* A rank's share of n things: `count` of them, from `first` on. Rank 0 has the first of them. */
struct ranks_share {
    int first, count;
};
struct ranks_share ranks_share(int n, int rank);

/* Starts an exchange of parts of a matrix of 4-byte words (rows x cols): each rank has the rows in
 * has[rank], and needs the columns in needs[rank] of the other ranks' rows. Without `has`, a rank
 * has its share of the rows; without `needs`, it needs whole rows. ranks_wait completes all
 * exchanges that were started. */
void ranks_start(void *matrix, int rows, int cols, const struct ranks_share *has,
                 const struct ranks_share *needs);
void ranks_wait(void);

/* Both at once: each rank gets all rows. With one row, all get that of rank 0. */
void ranks_exchange(void *matrix, int rows, int cols, const struct ranks_share *has);

/* Fills in the numbers that the ranks give. */
void ranks_gather(int x, int all[RANKS_MAX]);

/* Returns 0 if `result` is 0 on all ranks. Otherwise -1, and a rank without an error gets that of
 * the first that failed. */
ERROR_CHECKED int ranks_agree(int result, struct error *e);
